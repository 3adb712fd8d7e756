"""What makes customers of high potential loyal: those who discover a department or a product, beside their likes.

Reads base.tickets, base.ticket_lines, base.products and base.customers; writes insight.loyal and loyal_population.
Discoverers of an item are compared with customers who have never bought it, within strata of equal earlier behaviour
(coarsened exact matching, Iacus, King & Porro 2012): what was spent, how often, how lately, and how many days and items
the days of discovery held. An association, not a cause: what is not in the tickets is not made equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.engine.work_tables import drop_work_tables
from chaland.insight.arrays import Floats, Ints
from chaland.insight.intervals import SIGNIFICANT, holm
from chaland.insight.matched import mantel_haenszel, matched_means, weights
from chaland.language import say
from chaland.progress import Reporter
from chaland.tables import Table, base, insight_studies

PACKAGE = "chaland.insight"
LEVELS = ("department", "family", "product")
LEAST_DISCOVERERS = 30
LEAST_CUSTOMERS = 200
"""Customers of high potential below whom nothing is compared."""
BEFORE_DAYS, DISCOVERY_DAYS, AFTER_DAYS = 365, 90, 180
TRAITS = ("spent", "often", "during")
"""What is looked at to tell how alike both sides were: amount and days before, days of discovery (logarithms)."""


@dataclass(frozen=True)
class LoyalQuestion:
    """What is asked.

    Attributes:
        as_of: day looked from.
        level: product, family or department.
        least: discoverers an item must have.
        before_days, discovery_days, after_days: length of the three periods, the last one ending on `as_of`.
    """

    as_of: date
    level: str = "department"
    least: int = LEAST_DISCOVERERS
    before_days: int = BEFORE_DAYS
    discovery_days: int = DISCOVERY_DAYS
    after_days: int = AFTER_DAYS


@dataclass(frozen=True)
class Loyal:
    """What came out; `refusal` says why nothing can be compared, or is empty."""

    customers: int
    items: int
    refusal: str = ""


def measure_loyal(engine: Engine, question: LoyalQuestion, *, is_first: bool = True, reporter: Reporter) -> Loyal:
    """Fill insight.loyal and insight.loyal_population.

    Args:
        is_first: start from empty tables; else the level is added to those already there.

    Customers of high potential are those a list names (`base.customers.is_high_potential`) when enough of them bought
    in both earlier periods; else the third that spent most in the first.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_loyal(engine, LoyalQuestion(AS_OF), reporter=Reporter()).customers  # too few to compare: it says so
    35
    """
    engine.create_missing(base.TICKETS, base.TICKET_LINES, base.PRODUCTS, base.CUSTOMERS)
    engine.execute("create schema if not exists work")
    for table in insight_studies.LOYAL_TABLES if is_first else ():
        engine.create(table)
    discovered = question.as_of - timedelta(days=question.after_days)
    start = discovered - timedelta(days=question.discovery_days)
    values = {
        "level": question.level,
        "since": start - timedelta(days=question.before_days),
        "start": start,
        "discovered": discovered,
        "as_of": question.as_of,
        "least": question.least,
    }
    try:
        with reporter.step("insight.loyal") as step:
            basis = "list"
            engine.run(PACKAGE, "loyal_customers.sql", **values, by_list=True)
            if engine.count("work.loyal_customers") < LEAST_CUSTOMERS:
                basis = "amount"
                engine.run(PACKAGE, "loyal_customers.sql", **values, by_list=False)
            customers = engine.count("work.loyal_customers")
            if is_first:
                about = {**values, "basis": basis}
                engine.append(insight_studies.LOYAL_POPULATION, PACKAGE, "loyal_population.sql", **about)
            if customers < LEAST_CUSTOMERS:
                reason = say(
                    "{count} customers of high potential bought in both periods: comparing needs at least {least}.",
                    count=customers,
                    least=LEAST_CUSTOMERS,
                )
                step.note(customers=customers)
                return Loyal(customers, 0, reason)
            strata = engine.arrow(sql_text(PACKAGE, "loyal_strata.sql"), values)
            items = _fill_items(engine, question, strata)
            step.note(customers=customers, items=items)
        return Loyal(customers, items)
    finally:
        drop_work_tables(engine, ["loyal_customers"])


def _fill_items(engine: Engine, question: LoyalQuestion, strata: pa.Table) -> int:
    """Fill insight.loyal with the items that enough comparable customers discovered; return their number."""
    encoded = strata["item"].combine_chunks().dictionary_encode()
    group = encoded.indices.to_numpy().astype(np.int64)
    items = encoded.dictionary
    size = len(items)

    def column(name: str) -> Floats:
        return np.asarray(strata[name].to_numpy(), dtype=np.float64)

    n, m = column("buyers"), column("others")
    shares = mantel_haenszel(group, size, n, column("buyers_loyal"), m, column("others_loyal"))
    sides = [column(f"{side}_{what}") for side in ("buyers", "others") for what in ("amount", "squares")]
    amounts = matched_means(group, size, n, sides[0], sides[1], m, sides[2], sides[3])
    matched = np.bincount(group, np.where(m > 0, n, 0.0), minlength=size).astype(np.int64)
    kept = np.flatnonzero(matched >= question.least)
    p_adjusted = np.ones(size)
    p_adjusted[kept] = holm(shares.p_value[kept])
    firsts = np.unique(group, return_index=True)[1]
    rows = pa.table(
        {
            "level": pa.array([question.level] * size, pa.string()),
            "item": items,
            "label": strata["label"].take(pa.array(firsts)),
            "discoverers": np.bincount(group, n, minlength=size).astype(np.int64),
            "matched": matched,
            "others": np.bincount(group, m, minlength=size).astype(np.int64),
            "loyal_ratio": shares.share,
            "other_loyal_ratio": shares.other_share,
            "change": shares.change,
            "change_low": shares.low,
            "change_high": shares.high,
            "extra_amount": amounts.change,
            "extra_amount_low": pa.array(amounts.low, from_pandas=True),
            "extra_amount_high": pa.array(amounts.high, from_pandas=True),
            "unlikeness_before": _unlikeness(strata, group, size, n, m, within=False),
            "unlikeness": _unlikeness(strata, group, size, n, m, within=True),
            "p_value": shares.p_value,
            "p_adjusted": p_adjusted,
            "is_significant": p_adjusted < SIGNIFICANT,
        }
    )
    return _insert(engine, insight_studies.LOYAL, rows.take(pa.array(kept)))


def _unlikeness(strata: pa.Table, group: Ints, size: int, n: Floats, m: Floats, *, within: bool) -> Floats:
    """Return, per item, the widest gap between both sides' traits, in units of their spread over strata."""

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(group, values, minlength=size), dtype=np.float64)

    widest = np.zeros(size)
    for trait in TRAITS:
        one = np.asarray(strata[f"buyers_{trait}"].to_numpy(), dtype=np.float64)
        other = np.asarray(strata[f"others_{trait}"].to_numpy(), dtype=np.float64)
        everybody = np.maximum(total(n + m), 1.0)
        level = (one + other) / np.maximum(n + m, 1.0)
        middle = total(one + other) / everybody
        spread = np.sqrt(np.maximum(total((n + m) * level * level) / everybody - middle * middle, 1e-12))
        if within:
            weight = weights(n, m)
            gap = total(weight * (one / np.maximum(n, 1.0) - other / np.maximum(m, 1.0))) / np.maximum(
                total(weight), 1e-300
            )
        else:
            gap = total(one) / np.maximum(total(n), 1.0) - total(other) / np.maximum(total(m), 1.0)
        widest = np.maximum(widest, np.abs(gap) / spread)
    return widest


def _insert(engine: Engine, table: Table, rows: pa.Table) -> int:
    engine.connection.register("loyal_rows", rows)
    try:
        return engine.insert(table, "from loyal_rows")
    finally:
        engine.connection.unregister("loyal_rows")
