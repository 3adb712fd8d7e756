"""Channels crossed: who informs himself on line and buys in a shop, and what customers of several channels are worth.

Reads base.tickets, base.ticket_lines, base.customers and base.web_events; writes insight.channel_groups,
channel_crossings and channel_delays. A purchase is preceded when the customer looked at its department in the other
channel within the days before; the same share within the days after tells what chance and habit give. Values: groups
are told by an earlier period, judged on a later one, and compared with customers of shops alone who behaved alike
(strata of amount, purchases and recency, Mantel-Haenszel): who buys more has more occasions to use two channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.engine.work_tables import drop_work_tables
from chaland.insight.arrays import Floats
from chaland.insight.intervals import holm, mean_interval, wilson
from chaland.insight.matched import mantel_haenszel, matched_means
from chaland.insight.window import months_before
from chaland.progress import Reporter
from chaland.tables import Table, base, insight_studies

PACKAGE = "chaland.insight"
DAYS = 30
PERIOD_MONTHS = 12
GROUPS = ("shop_only", "shop_informed", "web_only", "both")


@dataclass(frozen=True)
class Channels:
    """What was found: persons grouped, and purchases judged in each direction."""

    customers: int
    web_to_shop: int
    shop_to_web: int


def measure_channels(
    engine: Engine, *, as_of: date, days: int = DAYS, months: int = PERIOD_MONTHS, reporter: Reporter
) -> Channels:
    """Fill the three tables of channels.

    Args:
        as_of: day looked from.
        days: days before a purchase in which the other channel counts.
        months: length of the later period, and of the earlier one before it.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_channels(engine, as_of=AS_OF, reporter=Reporter()).customers
    240
    """
    engine.create_missing(base.TICKETS, base.TICKET_LINES, base.CUSTOMERS, base.WEB_EVENTS)
    engine.execute("create schema if not exists work")
    for table in insight_studies.CHANNEL_TABLES:
        engine.create(table)
    try:
        with reporter.step("insight.channels") as step:
            customers = _fill_groups(engine, as_of, months)
            engine.run(PACKAGE, "channel_purchases.sql", as_of=as_of, days=days)
            _fill_crossings(engine, as_of)
            engine.append(insight_studies.CHANNEL_DELAYS, PACKAGE, "channel_delays.sql")
            judged = dict(
                engine.rows("select direction, purchases from insight.channel_crossings where department = ''")
            )
            found = Channels(customers, judged.get("web_to_shop", 0), judged.get("shop_to_web", 0))
            step.note(customers=customers, shop_purchases=found.web_to_shop, web_purchases=found.shop_to_web)
        return found
    finally:
        drop_work_tables(engine, ["channel_purchases"])


def _fill_groups(engine: Engine, as_of: date, months: int) -> int:
    """Fill insight.channel_groups; return the persons grouped."""
    start = months_before(as_of, months)
    since = months_before(start, months)
    rows = engine.arrow(sql_text(PACKAGE, "channel_customers.sql"), {"since": since, "start": start, "as_of": as_of})
    if not len(rows):
        return 0
    strata = int(np.max(rows["stratum"].to_numpy()))
    group = np.array([GROUPS.index(name) for name in rows["channel_group"].to_pylist()], dtype=np.int64)
    place = group * strata + rows["stratum"].to_numpy().astype(np.int64) - 1
    names = ("customers", "active", "tickets_before", "amount_before", "amount_after", "squares_after")
    sums: dict[str, Floats] = {}
    for name in names:
        held = np.zeros(len(GROUPS) * strata)
        held[place] = np.asarray(rows[name].to_numpy(), dtype=np.float64)
        sums[name] = held.reshape(len(GROUPS), strata)
    told = [_group(number, sums) for number in range(len(GROUPS))]
    others = [row for row in told if row["p_value"] is not None]
    for row, p_adjusted in zip(others, holm([row["p_value"] for row in others]).tolist(), strict=True):
        row["p_adjusted"] = p_adjusted
    days = {"before_from_date": since + timedelta(days=1), "before_to_date": start, "after_to_date": as_of}
    kept = [
        {**{name: value for name, value in row.items() if name != "p_value"}, **days}
        for row in told
        if row["customers"]
    ]
    _insert(engine, insight_studies.CHANNEL_GROUPS, pa.Table.from_pylist(kept))
    return int(sums["customers"].sum())


def _group(number: int, sums: dict[str, Floats]) -> dict[str, Any]:
    """Return the row of one group, compared with the first, customers of shops alone."""
    mine, first = ({name: values[place] for name, values in sums.items()} for place in (number, 0))
    total = {name: float(values.sum()) for name, values in mine.items()}
    n = total["customers"]
    low, high = wilson(total["active"], n)
    mean, mean_low, mean_high = mean_interval(total["amount_after"], total["squares_after"], n)
    row: dict[str, Any] = {
        "channel_group": GROUPS[number],
        "customers": int(n),
        "customers_ratio": n / float(sums["customers"].sum()),
        "mean_tickets_before": total["tickets_before"] / max(n, 1),
        "mean_amount_before": total["amount_before"] / max(n, 1),
        "active_ratio": total["active"] / max(n, 1),
        "active_low": float(low),
        "active_high": float(high),
        "mean_amount_after": _known(mean),
        "mean_amount_low": _known(mean_low),
        "mean_amount_high": _known(mean_high),
        "matched": None,
        "p_value": None,
        "p_adjusted": None,
    }
    names = [f"{what}{end}" for what in ("extra_amount", "extra_active") for end in ("", "_low", "_high")]
    matched = int(mine["customers"][first["customers"] > 0].sum()) if number else 0
    if not matched:
        return row | dict.fromkeys(names)
    together = np.zeros(len(mine["customers"]), dtype=np.int64)
    shares = mantel_haenszel(together, 1, mine["customers"], mine["active"], first["customers"], first["active"])
    means = matched_means(
        together,
        1,
        *(mine[name] for name in ("customers", "amount_after", "squares_after")),
        *(first[name] for name in ("customers", "amount_after", "squares_after")),
    )
    figures = (means.change, means.low, means.high, shares.change, shares.low, shares.high)
    row["matched"], row["p_value"] = matched, float(shares.p_value[0])
    return row | {name: _known(values[0]) for name, values in zip(names, figures, strict=True)}


def _known(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


def _fill_crossings(engine: Engine, as_of: date) -> None:
    rows = engine.arrow(sql_text(PACKAGE, "channel_crossings.sql"), {"as_of": as_of})
    purchases, customers, preceded, followed, squared, preceded_squared, crossed = (
        np.asarray(rows[name].to_numpy(), dtype=np.float64)
        for name in (
            *("purchases", "customers", "preceded", "followed"),
            *("purchases_squared", "preceded_squared", "crossed"),
        )
    )
    low, high = clustered_wilson(preceded, purchases, customers, preceded_squared, squared, crossed)
    ratio, after = preceded / purchases, followed / purchases
    told = pa.table(
        {
            "direction": rows["direction"],
            "department": rows["department"],
            "purchases": rows["purchases"],
            "customers": rows["customers"],
            "preceded": rows["preceded"],
            "preceded_ratio": ratio,
            "preceded_low": low,
            "preceded_high": high,
            "followed_ratio": after,
            "lift": pa.array(ratio / np.where(after > 0, after, 1.0), mask=after == 0),
            "median_days": rows["median_days"],
            "identified_ratio": rows["identified_ratio"],
        }
    )
    _insert(engine, insight_studies.CHANNEL_CROSSINGS, told)


def clustered_wilson(
    count: Floats, total: Floats, clusters: Floats, count_squared: Floats, total_squared: Floats, crossed: Floats
) -> tuple[Floats, Floats]:
    """Return the 95 % interval of shares count / total whose cases come by clusters (customers) that go together.

    The number of cases is brought down to the number of independent ones that would vary as much (Kish 1965), never
    below the number of clusters.

    Args:
        count_squared, total_squared, crossed: sums over clusters of count², total², count × total.

    >>> one = np.ones(1)
    >>> low, high = clustered_wilson(100 * one, 400 * one, 40 * one, 1000 * one, 4000 * one, 1000 * one)
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.142, 0.402)
    """
    some = np.maximum(total, 1.0)
    share = count / some
    spread = count_squared - 2 * share * crossed + share * share * total_squared
    variance = spread / some**2 * clusters / np.maximum(clusters - 1, 1)
    alone = share * (1 - share)
    independent = np.where(variance > 0, alone / np.where(variance > 0, variance, 1.0), clusters)
    independent = np.clip(independent, np.minimum(clusters, some), some)
    return wilson(share * independent, independent)


def _insert(engine: Engine, table: Table, rows: pa.Table) -> None:
    engine.connection.register("channel_rows", rows)
    try:
        engine.insert(table, "from channel_rows")
    finally:
        engine.connection.unregister("channel_rows")
