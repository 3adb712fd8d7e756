"""Profile evolution: how the customers of one period differ from those of another, with test, missing values told.

Reads base.tickets and base.customers, or two files of people; writes insight.profile and insight.profile_tests.
Customers of both periods are not two samples: their common part is reckoned with in the test of each share (z for
partially overlapping samples, Derrick et al. 2015), in its interval (Newcombe 1998 with a correlation) and in the
chi-square; without common customers these are the usual ones. Corrected for the number of looks (Holm 1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import chdtrc

from chaland.engine import Engine
from chaland.engine.duckdb import quoted, sql_text
from chaland.engine.text import literal, select
from chaland.engine.work_tables import drop_work_tables
from chaland.insight.arrays import Floats
from chaland.insight.intervals import SIGNIFICANT, holm, newcombe, two_sided, wilson
from chaland.insight.window import months_before
from chaland.progress import Reporter
from chaland.tables import Table, base, insight_studies

PACKAGE = "chaland.insight"
PERIOD_MONTHS = 12
MOST_CATEGORIES = 15
"""Categories told of a characteristic; the others are put together."""
OTHERS = "others"
ORDER = (
    *("F", "M"),
    *("under_18", "18_to_24", "25_to_34", "35_to_44", "45_to_54", "55_to_64", "65_to_74", "75_and_over"),
    *("under_1", "1_to_2", "3_to_5", "6_to_10", "over_10"),
)
"""Categories whose order is not that of their size."""


def measure_profile(
    engine: Engine, *, as_of: date, before: date | None = None, months: int = PERIOD_MONTHS, reporter: Reporter
) -> int:
    """Fill insight.profile and insight.profile_tests for those who bought in two periods; return the categories told.

    Args:
        as_of: last day of the later period.
        before: last day of the earlier one; the day before the later one starts when None.
        months: length of both.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_profile(engine, as_of=AS_OF, reporter=Reporter())
    4
    >>> engine.rows("select round(ratio_before, 3), round(ratio_after, 3) from insight.profile where category = 'F'")
    [(0.6, 0.585)]
    """
    engine.create_missing(base.TICKETS, base.CUSTOMERS)
    engine.execute("create schema if not exists work")
    since = months_before(as_of, months)
    until = before or since
    periods = {"before_since": months_before(until, months), "before_until": until, "since": since, "until": as_of}
    with reporter.step("insight.profile") as step:
        engine.run(PACKAGE, "profile_members.sql", **periods)
        rows = fill_profile(engine, periods)
        step.note(categories=rows)
    return rows


def compare_files(
    engine: Engine, views: tuple[str, str], columns: Sequence[str], customer: str | None, *, reporter: Reporter
) -> int:
    """Fill both tables from two tables of people, any of whose columns are characteristics; return the categories told.

    Args:
        views: names of the earlier and of the later table, as given by the engine's own views.
        columns: columns whose values are categories.
        customer: column that tells the same person in both; without it, nobody is taken to be in both.
    """
    engine.execute("create schema if not exists work")
    selects = []
    for side, view in enumerate(views):
        number = f"{quoted(customer)}::varchar" if customer else f"{literal(str(side))} || ':' || \"_line\"::varchar"
        selects += [
            select(
                [
                    f"{number} as customer_id",
                    f"{'true' if side else 'false'} as is_after",
                    f"{literal(column)} as characteristic",
                    f"nullif(trim({quoted(column)}::varchar), '') as category",
                ],
                view,
            )
            for column in columns
        ]
    with reporter.step("insight.profile") as step:
        # a person on two lines of one file counts once, by the first of his values
        once = ["customer_id", "is_after", "characteristic", "min(category) as category"]
        members = select(once, "(" + "\nunion all\n".join(selects) + ")") + "\ngroup by all"
        engine.execute("create or replace table work.profile_members as\n" + members)
        rows = fill_profile(engine, {})
        step.note(categories=rows)
    return rows


def fill_profile(engine: Engine, periods: dict[str, date]) -> int:
    """Fill both tables from work.profile_members, and drop it; return the categories told."""
    for table in insight_studies.PROFILE_TABLES:
        engine.create(table)
    try:
        counts = engine.arrow(sql_text(PACKAGE, "profile_counts.sql"), {"most": MOST_CATEGORIES}).to_pylist()
    finally:
        drop_work_tables(engine, ["profile_members"])
    told: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []
    for characteristic in sorted({row["characteristic"] for row in counts}):
        of_it = [row for row in counts if row["characteristic"] == characteristic]
        shares, test = compared(of_it)
        told += [{"characteristic": characteristic, **share} for share in shares]
        tests.append({"characteristic": characteristic, **test, **_days(periods)})
    _insert(engine, insight_studies.PROFILE, _corrected(told))
    _insert(engine, insight_studies.PROFILE_TESTS, _corrected(tests))
    return len(told)


def _days(periods: dict[str, date]) -> dict[str, date | None]:
    day = timedelta(days=1)
    return {
        "before_from_date": periods["before_since"] + day if periods else None,
        "before_to_date": periods.get("before_until"),
        "after_from_date": periods["since"] + day if periods else None,
        "after_to_date": periods.get("until"),
    }


def compared(rows: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the shares of each category of one characteristic in both periods, and the test of all together.

    Args:
        rows: customers by category before and after, as profile_counts.sql gives them.
    """
    names = {row[f"category_{side}"] for row in rows for side in ("before", "after")} - {None}
    size = dict.fromkeys(names, 0)
    for row in rows:
        for side in ("before", "after"):
            if row[f"category_{side}"] is not None:
                size[row[f"category_{side}"]] += row["customers"]
    categories = sorted(names, key=lambda name: _place(name, size[name]))
    number = {name: place for place, name in enumerate(categories)}
    before, after = np.zeros(len(names)), np.zeros(len(names))
    joint = np.zeros((len(names), len(names)))
    missing = {"before": 0, "after": 0}
    for row in rows:
        one, two, customers = row["category_before"], row["category_after"], row["customers"]
        missing["before"] += customers if row["is_before"] and one is None else 0
        missing["after"] += customers if row["is_after"] and two is None else 0
        if one is not None:
            before[number[one]] += customers
        if two is not None:
            after[number[two]] += customers
        if one is not None and two is not None:
            joint[number[one], number[two]] += customers
    shares = _shares(categories, before, after, joint)
    chi_square, degrees = overlapping_chi_square(before, after, joint)
    test = {
        "known_before": int(before.sum()),
        "missing_before": missing["before"],
        "known_after": int(after.sum()),
        "missing_after": missing["after"],
        "known_both": int(joint.sum()),
        "chi_square": chi_square,
        "degrees": degrees,
        "p_value": float(chdtrc(degrees, chi_square)) if degrees else 1.0,
    }
    return shares, test


def _place(name: str, size: int) -> tuple[int, int, str]:
    """Return what categories are sorted by: their own order, else size; the rest put together comes last."""
    if name in ORDER:
        return 0, ORDER.index(name), name
    return (2, 0, name) if name == OTHERS else (1, -size, name)


def _shares(categories: Sequence[str], before: Floats, after: Floats, joint: Floats) -> list[dict[str, Any]]:
    n, m, both = before.sum(), after.sum(), joint.sum()
    one, two = before / max(n, 1), after / max(m, 1)
    pooled = (before + after) / max(n + m, 1)
    row, column, held = joint.sum(axis=1), joint.sum(axis=0), np.diag(joint)
    spread = np.sqrt(row * (both - row) * column * (both - column))
    alike = np.where(spread > 0, (held * both - row * column) / np.where(spread > 0, spread, 1.0), 0.0)
    correlation = alike * both / np.sqrt(max(n * m, 1))
    variance = pooled * (1 - pooled) * (1 / max(n, 1) + 1 / max(m, 1) - 2 * alike * both / max(n * m, 1))
    p_value = two_sided((two - one) / np.sqrt(np.where(variance > 1e-15, variance, np.inf)))
    if not n or not m:
        p_value = np.ones(len(categories))
    figures = {
        "ratio_before": one,
        "ratio_before_low": wilson(before, n)[0],
        "ratio_before_high": wilson(before, n)[1],
        "ratio_after": two,
        "ratio_after_low": wilson(after, m)[0],
        "ratio_after_high": wilson(after, m)[1],
        "change": two - one,
        "change_low": newcombe(after, m, before, n, correlation)[0],
        "change_high": newcombe(after, m, before, n, correlation)[1],
        "p_value": p_value,
    }
    return [
        {
            "category": category,
            "place": place + 1,
            "customers_before": int(before[place]),
            "customers_after": int(after[place]),
            **{name: float(values[place]) for name, values in figures.items()},
        }
        for place, category in enumerate(categories)
    ]


def overlapping_chi_square(before: Floats, after: Floats, joint: Floats) -> tuple[float, int]:
    """Return the chi-square of two periods' counts by category and its degrees of freedom.

    Args:
        before, after: customers by category in each period.
        joint: customers of both periods, by category before (rows) and after (columns); all 0 gives Pearson's.

    >>> nobody = np.zeros((2, 2))
    >>> found = overlapping_chi_square(np.array([30.0, 70.0]), np.array([45.0, 55.0]), nobody)
    >>> round(found[0], 4), found[1]
    (4.8, 1)
    """
    n, m, both = before.sum(), after.sum(), joint.sum()
    if not n or not m or len(before) < 2:
        return 0.0, 0
    pooled = (before + after) / (n + m)
    covariance = (np.diag(pooled) - np.outer(pooled, pooled)) * (1 / n + 1 / m)
    if both:
        common = joint / both - np.outer(joint.sum(axis=1), joint.sum(axis=0)) / both**2
        covariance -= both / (n * m) * (common + common.T)
    kept = covariance[:-1, :-1]
    values, vectors = np.linalg.eigh(kept)
    sound = values > max(1e-9 * float(values.max(initial=0.0)), 1e-15)
    projected = vectors[:, sound].T @ (after / m - before / n)[:-1]
    return float((projected**2 / values[sound]).sum()), int(sound.sum())


def _corrected(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with their p-values corrected for one another."""
    adjusted = holm([row["p_value"] for row in rows])
    return [
        {**row, "p_adjusted": float(value), "is_significant": bool(value < SIGNIFICANT)}
        for row, value in zip(rows, adjusted, strict=True)
    ]


def _insert(engine: Engine, table: Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    engine.connection.register("profile_rows", pa.Table.from_pylist(rows))
    try:
        engine.insert(table, "from profile_rows")
    finally:
        engine.connection.unregister("profile_rows")
