"""Baskets: what is bought together more than chance would have it, at product, family or department level.

Reads base.ticket_lines, base.tickets and base.products; writes insight.basket_items, basket_pairs and basket_rules
(`basket_tables`: measures and their sources), over all tickets and, when asked, by shop and by season. Left out:
returns, lines that are not products, and tickets of which nothing is known at the level.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.engine.work_tables import drop_work_tables
from chaland.insight.arrays import Ints
from chaland.insight.basket_counts import Baskets, count_pairs, frequent_itemsets, item_blocks
from chaland.insight.basket_scopes import SEASONS, ScopeCounts
from chaland.insight.basket_tables import (
    Counted,
    insert_rows,
    item_rows,
    pair_rows,
    rule_rows,
    rules_of_itemsets,
    rules_of_pairs,
)
from chaland.language import say
from chaland.progress import Reporter
from chaland.tables import base, insight_baskets

PACKAGE = "chaland.insight"
LEVELS = ("product", "family", "department")
LEAST_TICKETS = 30
"""Fewest common tickets, unless asked otherwise: below, a ratio says little."""
PART_LINES = 20_000_000
"""Lines of tickets held at once."""
MOST_ITEMSETS = 1_000_000
FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class BasketQuestion:
    """What is asked.

    Attributes:
        level: product, family or department.
        least: common tickets a pair or a rule must have.
        support: the same as a share of the tickets; rules over `least`.
        confidence: least share of the tickets with the antecedent that also hold the consequent, for rules.
        longest: items in a rule, antecedent and consequent together.
        since, until: the days looked at: after `since`, to `until`.
        shop_key: one shop only.
        by: also count apart, for each shop ("shop"), each season ("season").
    """

    level: str = "product"
    least: int = LEAST_TICKETS
    support: float | None = None
    confidence: float = 0.1
    longest: int = 2
    since: date = FIRST_DAY
    until: date = LAST_DAY
    shop_key: str | None = None
    by: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, Any]:
        window = {"level": self.level, "since": self.since, "until": self.until, "shop_key": self.shop_key}
        return {**window, "by_shop": "shop" in self.by}


@dataclass(frozen=True)
class BasketCounts:
    """What was counted; `refusal` says why there are no rules, or is empty."""

    tickets: int
    items: int
    pairs: int
    rules: int
    least: int
    refusal: str = ""


@dataclass
class _Counters:
    """Counters under way."""

    singles: Ints
    scopes: list[ScopeCounts]
    tickets: int = 0
    kept: list[Baskets] = field(default_factory=list)


@dataclass(frozen=True)
class _Batch:
    """Tickets, each with the number of its shop and of its season, −1 for none."""

    baskets: Baskets
    shops: npt.NDArray[np.int32]
    seasons: npt.NDArray[np.int32]


def measure_baskets(
    engine: Engine, question: BasketQuestion, *, is_first: bool = True, reporter: Reporter
) -> BasketCounts:
    """Fill insight.basket_items, insight.basket_pairs and insight.basket_rules; return how much was found over all.

    Args:
        is_first: start from empty tables; else the level is added to those already there.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_baskets(engine, BasketQuestion(), reporter=Reporter()).pairs
    4
    >>> engine.rows("select item, other_item, both_tickets from insight.basket_pairs order by lift desc limit 1")
    [('bulb', 'lamp', 455)]
    """
    engine.create_missing(base.TICKETS, base.TICKET_LINES, base.PRODUCTS)
    engine.execute("create schema if not exists work")
    for table in insight_baskets.TABLES:
        if is_first:
            engine.create(table)
    try:
        with reporter.step("insight.baskets.pairs") as step:
            engine.run(PACKAGE, "basket_shops.sql", by_shop="shop" in question.by)
            parts = 1 + engine.count(base.TICKET_LINES) // PART_LINES
            least = question.least
            if question.support is not None:
                least = max(1, math.ceil(question.support * _count_tickets(engine, question, parts) - 1e-9))
            engine.run(PACKAGE, "basket_items.sql", **question.parameters, least=least)
            labels = engine.arrow("select item, label, lines from work.basket_items order by number")
            counters = _Counters(np.zeros(len(labels), dtype=np.int64), _scopes(engine, question, labels))
            left, right, both = _pairs(engine, question, counters, parts, least)
            counted = Counted(question.level, labels, counters.tickets, counters.singles, left, right, both, least)
            insert_rows(engine, insight_baskets.BASKET_ITEMS, [item_rows(counted)])
            insert_rows(engine, insight_baskets.BASKET_PAIRS, [pair_rows(counted)])
            step.note(tickets=counted.tickets, items=len(labels), pairs=len(both))
        with reporter.step("insight.baskets.rules") as step:
            refusal, rules = "", 0
            if question.longest > 2:
                sets = frequent_itemsets(_joined(counters.kept), len(labels), least, question.longest, MOST_ITEMSETS)
                if sets is None:
                    refusal = say("More than {most} itemsets: ask for a higher support.", most=MOST_ITEMSETS)
                else:
                    found = rules_of_itemsets(sets, question.confidence)
                    rules = insert_rows(engine, insight_baskets.BASKET_RULES, [rule_rows(counted, found)])
            else:
                found = rules_of_pairs(counted, question.confidence)
                rules = insert_rows(engine, insight_baskets.BASKET_RULES, [rule_rows(counted, found)])
            step.note(rules=rules)
        for scope in counters.scopes:
            with reporter.step(f"insight.baskets.by_{scope.scope}") as step:
                each = list(scope.counted(question.level, labels, least))
                insert_rows(engine, insight_baskets.BASKET_ITEMS, [item_rows(one) for one in each])
                insert_rows(engine, insight_baskets.BASKET_PAIRS, [pair_rows(one) for one in each])
                sure = [rule_rows(one, rules_of_pairs(one, question.confidence)) for one in each]
                insert_rows(engine, insight_baskets.BASKET_RULES, sure)
                step.note(scopes=len(scope.keys))
        return BasketCounts(counted.tickets, len(labels), len(both), rules, least, refusal)
    finally:
        drop_work_tables(engine, ["basket_items", "basket_shops"])


def _scopes(engine: Engine, question: BasketQuestion, labels: pa.Table) -> list[ScopeCounts]:
    """Return empty counters for each kind of scope asked for."""
    lines = labels["lines"].to_numpy().astype(np.int64)
    shops = [key for (key,) in engine.rows("select shop_key from work.basket_shops order by number")]
    keys = {"shop": shops, "season": SEASONS}
    return [ScopeCounts(scope, keys[scope], lines) for scope in question.by]


def _count_tickets(engine: Engine, question: BasketQuestion, parts: int) -> int:
    """Return the tickets that sold a product; their items are not yet known."""
    engine.run(PACKAGE, "basket_items.sql", **question.parameters, least=1 << 60)
    return sum(batch.baskets.tickets for part in range(parts) for batch in _batches(engine, question, parts, part))


def _batches(engine: Engine, question: BasketQuestion, parts: int, part: int) -> Iterator[_Batch]:
    """Yield the tickets of one part."""
    rows = engine.arrow(sql_text(PACKAGE, "basket_lists.sql"), {**question.parameters, "parts": parts, "part": part})
    for batch in rows.to_batches():
        items = batch["items"]
        starts = items.offsets.to_numpy().astype(np.int64)
        baskets = Baskets(starts - starts[0], items.flatten().to_numpy(zero_copy_only=False).astype(np.int32))
        shops, seasons = (batch[name].to_numpy(zero_copy_only=False).astype(np.int32) for name in ("shop", "season"))
        yield _Batch(baskets, shops, seasons)


def _pairs(
    engine: Engine, question: BasketQuestion, counters: _Counters, parts: int, least: int
) -> tuple[Ints, Ints, Ints]:
    """Return the pairs on at least `least` tickets: both item numbers, and the tickets."""
    items = len(counters.singles)
    lefts, rights, boths = [], [], []
    for low, high in item_blocks(items) or [(0, 0)]:
        pairs = np.zeros((high - low, items), dtype=np.int32)
        for part in range(parts):
            for batch in _batches(engine, question, parts, part):
                baskets = batch.baskets
                if low == 0:
                    counters.tickets += baskets.tickets
                    counters.singles += np.bincount(baskets.items, minlength=items)
                    if question.longest > 2:
                        counters.kept.append(baskets)
                    for scope in counters.scopes:
                        scope.add(baskets, batch.shops if scope.scope == "shop" else batch.seasons)
                count_pairs(baskets.starts, baskets.items, low, high, pairs)
        rows, columns = np.nonzero(pairs >= least)
        lefts.append(rows + low)
        rights.append(columns)
        boths.append(pairs[rows, columns].astype(np.int64))
    return np.concatenate(lefts), np.concatenate(rights), np.concatenate(boths)


def _joined(kept: list[Baskets]) -> Baskets:
    if not kept:
        return Baskets(np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int32))
    sizes = np.concatenate([np.diff(baskets.starts) for baskets in kept])
    return Baskets(np.append(0, np.cumsum(sizes)), np.concatenate([baskets.items for baskets in kept]))
