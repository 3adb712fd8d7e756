"""Satisfaction: net promoter score and satisfied customers with intervals, what weighs most, who is not satisfied.

Reads base.surveys, base.survey_ratings, base.customers, base.contacts and, where it is there, insight.clv; writes
insight.satisfaction_scores, satisfaction_aspects and satisfaction_alerts. Sources: Reichheld 2003 (NPS), Wilson 1927,
Martilla & James 1977 (importance × performance; importance is the correlation with the whole, Fisher's z). Aspects, of
base.survey_ratings, are weighed against the satisfaction of the whole, or the recommendation where none is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.insight.arrays import Floats
from chaland.insight.intervals import Z, mean_interval, wilson
from chaland.insight.window import months_before
from chaland.progress import Reporter
from chaland.tables import Table, base, insight, insight_studies

PACKAGE = "chaland.insight"
WINDOW_MONTHS = 12
MOST_COMMENTS = 100


@dataclass(frozen=True)
class Satisfaction:
    """What was found: answers of the window, customers not satisfied, aspects rated."""

    answers: int
    alerts: int
    aspects: int


def measure_satisfaction(
    engine: Engine, *, as_of: date, months: int = WINDOW_MONTHS, reporter: Reporter
) -> Satisfaction:
    """Fill the three tables of satisfaction.

    Args:
        as_of: day looked from.
        months: answers of so many months before it.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_satisfaction(engine, as_of=AS_OF, reporter=Reporter()).answers
    0
    """
    engine.create_missing(base.SURVEYS, base.SURVEY_RATINGS, base.CUSTOMERS, base.CONTACTS, insight.CLV)
    for table in insight_studies.SATISFACTION_TABLES:
        engine.create(table)
    window = {"since": months_before(as_of, months), "as_of": as_of}
    with reporter.step("insight.satisfaction") as step:
        answers = _fill_scores(engine, window)
        aspects = _fill_aspects(engine, window)
        alerts = engine.append(insight_studies.SATISFACTION_ALERTS, PACKAGE, "satisfaction_alerts.sql", **window)
        step.note(answers=answers, alerts=alerts, aspects=aspects)
    return Satisfaction(answers, alerts, aspects)


def nps(promoters: Floats, detractors: Floats, answers: Floats) -> tuple[Floats, Floats, Floats]:
    """Return net promoter scores as shares, −1 to 1, with their 95 % interval.

    >>> score, low, high = nps(np.array([50.0]), np.array([20.0]), np.array([100.0]))
    >>> [round(100 * float(value[0]), 1) for value in (score, low, high)]
    [30.0, 14.7, 45.3]
    """
    n = np.maximum(answers, 1.0)
    p, d = promoters / n, detractors / n
    half = Z * np.sqrt(np.maximum(p + d - (p - d) ** 2, 0.0) / n)
    return p - d, np.maximum(p - d - half, -1.0), np.minimum(p - d + half, 1.0)


def _fill_scores(engine: Engine, window: dict[str, date]) -> int:
    rows = engine.arrow(sql_text(PACKAGE, "satisfaction_counts.sql"), window)

    def column(name: str) -> Floats:
        return np.asarray(rows[name].to_numpy(), dtype=np.float64)

    recommended, satisfied = column("recommendations"), column("satisfactions")
    score, low, high = nps(column("promoters"), column("detractors"), recommended)
    csat_low, csat_high = wilson(column("satisfied"), satisfied)
    figures = {"nps": score, "nps_low": low, "nps_high": high}
    for name, values in figures.items():
        rows = rows.append_column(name, pa.array(values, mask=recommended == 0))
    shares = {
        "csat_ratio": column("satisfied") / np.maximum(satisfied, 1.0),
        "csat_low": csat_low,
        "csat_high": csat_high,
    }
    for name, values in shares.items():
        rows = rows.append_column(name, pa.array(values, mask=satisfied == 0))
    _insert(engine, insight_studies.SATISFACTION_SCORES, rows)
    return int(engine.value("select coalesce(max(answers), 0) from insight.satisfaction_scores where scope = 'all'"))


def _fill_aspects(engine: Engine, window: dict[str, date]) -> int:
    """Fill insight.satisfaction_aspects; return the aspects told."""
    sums = engine.arrow(sql_text(PACKAGE, "satisfaction_aspects.sql"), window)
    if not len(sums):
        return 0
    n = np.asarray(sums["answers"].to_numpy(), dtype=np.float64)
    mean, low, high = mean_interval(sums["total"].to_numpy(), sums["squares"].to_numpy(), n)
    # ratings that never vary weigh nothing
    importance = np.nan_to_num(np.asarray(sums["importance"].fill_null(0.0).to_numpy(), dtype=np.float64))
    enough = n > 3
    half = Z / np.sqrt(np.where(enough, n - 3, 1.0))
    turned = np.arctanh(np.clip(importance, -1 + 1e-12, 1 - 1e-12))
    told = pa.table(
        {
            "aspect": sums["aspect"],
            "answers": sums["answers"],
            "performance": mean,
            "performance_low": pa.array(low, mask=np.isnan(low)),
            "performance_high": pa.array(high, mask=np.isnan(high)),
            "importance": importance,
            "importance_low": pa.array(np.tanh(turned - half), mask=~enough),
            "importance_high": pa.array(np.tanh(turned + half), mask=~enough),
            "quadrant": quadrants(importance, mean),
        }
    )
    _insert(engine, insight_studies.SATISFACTION_ASPECTS, told)
    return len(told)


def quadrants(importance: Floats, performance: Floats) -> list[str]:
    """Return the quadrant of each aspect, crosshairs at the means (Martilla & James 1977).

    >>> quadrants(np.array([0.8, 0.7, 0.2, 0.1]), np.array([2.0, 4.0, 2.5, 4.5]))
    ['concentrate_here', 'keep_up', 'low_priority', 'overkill']
    """
    names = {
        (True, False): "concentrate_here",
        (True, True): "keep_up",
        (False, False): "low_priority",
        (False, True): "overkill",
    }
    heavy, good = importance >= importance.mean(), performance >= performance.mean()
    return [names[bool(one), bool(two)] for one, two in zip(heavy, good, strict=True)]


def find_comments(
    engine: Engine,
    text: str,
    *,
    shop_key: str | None = None,
    unhappy: bool = False,
    most: int = MOST_COMMENTS,
) -> list[dict[str, Any]]:
    """Return the answers whose comment holds every word of a text, whatever accents and capitals, latest first.

    Args:
        text: words; none returns every comment.
        shop_key: answers about this shop only.
        unhappy: answers that are not satisfied only.
        most: answers returned at most.

    Returns:
        survey_id, customer_id, shop_key, answered_date, recommendation_0_10, satisfaction_1_5 and comment of each.
    """
    values = {"words": folded_words(engine, text), "shop_key": shop_key, "unhappy": unhappy, "most": most}
    rows: list[dict[str, Any]] = engine.arrow(sql_text(PACKAGE, "satisfaction_comments.sql"), values).to_pylist()
    return rows


def folded_words(engine: Engine, text: str) -> Sequence[str]:
    """Return the words of a text, without accents nor capitals, as comments are compared."""
    folded = engine.value("select lower(strip_accents($text))", {"text": text})
    return str(folded).split()


def _insert(engine: Engine, table: Table, rows: pa.Table) -> None:
    engine.connection.register("satisfaction_rows", rows)
    try:
        engine.insert(table, "from satisfaction_rows")
    finally:
        engine.connection.unregister("satisfaction_rows")
