"""Baskets: what is bought together more than chance would have it, at product, family or department level.

Reads base.ticket_lines, base.tickets and base.products; writes insight.basket_items, basket_pairs and basket_rules.
Measures: Agrawal & Srikant 1994 (support, confidence), Brin et al. 1997 (lift, conviction), Piatetsky-Shapiro 1991
(leverage). Significance: binomial test of the common tickets against independence, an upper bound of Fisher's exact
test; corrected for the number of pairs or rules looked at (Holm 1979). Left out: returns, lines that are not products,
and tickets of which nothing is known at the level.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import bdtrc

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.engine.work_tables import drop_work_tables
from chaland.insight.basket_counts import Baskets, Itemset, count_pairs, frequent_itemsets, item_blocks
from chaland.insight.compiled import Ints
from chaland.insight.intervals import SIGNIFICANT, holm
from chaland.language import say
from chaland.progress import Reporter
from chaland.tables import Table, base, insight

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
    """

    level: str = "product"
    least: int = LEAST_TICKETS
    support: float | None = None
    confidence: float = 0.1
    longest: int = 2
    since: date = FIRST_DAY
    until: date = LAST_DAY
    shop_key: str | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        return {"level": self.level, "since": self.since, "until": self.until, "shop_key": self.shop_key}


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
class _Counted:
    """Counters under way."""

    singles: Ints
    tickets: int = 0
    kept: list[Baskets] = field(default_factory=list)


def measure_baskets(
    engine: Engine, question: BasketQuestion, *, is_first: bool = True, reporter: Reporter
) -> BasketCounts:
    """Fill insight.basket_items, insight.basket_pairs and insight.basket_rules; return how much was found.

    Args:
        is_first: start from empty tables; else the level is added to those already there.
    """
    engine.create_missing(base.TICKETS, base.TICKET_LINES, base.PRODUCTS)
    engine.execute("create schema if not exists work")
    for table in insight.BASKET_TABLES:
        if is_first:
            engine.create(table)
    try:
        with reporter.step("insight.baskets.pairs") as step:
            parts = 1 + engine.count(base.TICKET_LINES) // PART_LINES
            least = question.least
            if question.support is not None:
                least = max(1, math.ceil(question.support * _count_tickets(engine, question, parts) - 1e-9))
            engine.run(PACKAGE, "basket_items.sql", **question.parameters, least=least)
            labels = engine.arrow("select item, label from work.basket_items order by number")
            counted = _Counted(np.zeros(len(labels), dtype=np.int64))
            left, right, both = _pairs(engine, question, counted, parts, least)
            _fill_items(engine, question, labels, counted, least)
            _fill_pairs(engine, question, labels, counted, (left, right, both), least)
            step.note(tickets=counted.tickets, items=len(labels), pairs=len(both))
        with reporter.step("insight.baskets.rules") as step:
            baskets = _joined(counted.kept) if question.longest > 2 else None
            sets: dict[Itemset, int] | None
            if baskets:
                sets = frequent_itemsets(baskets, len(labels), least, question.longest, MOST_ITEMSETS)
            else:
                sets = {(item,): int(n) for item, n in enumerate(counted.singles)}
                sets |= {(int(a), int(b)): int(n) for a, b, n in zip(left, right, both, strict=True)}
            refusal, rules = "", 0
            if sets is None:
                refusal = say("More than {most} itemsets: ask for a higher support.", most=MOST_ITEMSETS)
            else:
                rules = _fill_rules(engine, question, labels, sets, counted.tickets)
            step.note(rules=rules)
        return BasketCounts(counted.tickets, len(labels), len(both), rules, least, refusal)
    finally:
        drop_work_tables(engine, ["basket_items"])


def _count_tickets(engine: Engine, question: BasketQuestion, parts: int) -> int:
    """Return the tickets that sold a product; their items are not yet known."""
    engine.run(PACKAGE, "basket_items.sql", **question.parameters, least=1 << 60)
    return sum(batch.tickets for part in range(parts) for batch in _batches(engine, question, parts, part))


def _batches(engine: Engine, question: BasketQuestion, parts: int, part: int) -> Iterator[Baskets]:
    """Yield the tickets of one part."""
    rows = engine.arrow(sql_text(PACKAGE, "basket_lists.sql"), {**question.parameters, "parts": parts, "part": part})
    for chunk in rows["items"].chunks:
        starts = chunk.offsets.to_numpy().astype(np.int64)
        yield Baskets(starts - starts[0], chunk.flatten().to_numpy(zero_copy_only=False).astype(np.int32))


def _pairs(
    engine: Engine, question: BasketQuestion, counted: _Counted, parts: int, least: int
) -> tuple[Ints, Ints, Ints]:
    """Return the pairs on at least `least` tickets: both item numbers, and the tickets."""
    items = len(counted.singles)
    lefts, rights, boths = [], [], []
    for low, high in item_blocks(items) or [(0, 0)]:
        pairs = np.zeros((high - low, items), dtype=np.int32)
        for part in range(parts):
            for baskets in _batches(engine, question, parts, part):
                if low == 0:
                    counted.tickets += baskets.tickets
                    counted.singles += np.bincount(baskets.items, minlength=items)
                    if question.longest > 2:
                        counted.kept.append(baskets)
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


def _fill_items(engine: Engine, question: BasketQuestion, labels: pa.Table, counted: _Counted, least: int) -> None:
    rows = pa.table(
        {
            "item": labels["item"],
            "label": labels["label"],
            "level": pa.array([question.level] * len(labels), pa.string()),
            "tickets": counted.singles,
            "support": counted.singles / max(1, counted.tickets),
        }
    )
    _insert(engine, insight.BASKET_ITEMS, rows.filter(pa.array(counted.singles >= least)))


def _fill_pairs(
    engine: Engine,
    question: BasketQuestion,
    labels: pa.Table,
    counted: _Counted,
    found: tuple[Ints, Ints, Ints],
    least: int,
) -> None:
    left, right, both = found
    # every pair of frequent items was looked at
    frequent = int((counted.singles >= least).sum())
    tests = frequent * (frequent - 1) // 2
    measures = measured(counted.singles[left], counted.singles[right], both, counted.tickets, tests)
    rows = {
        "level": pa.array([question.level] * len(both), pa.string()),
        "item": labels["item"].take(pa.array(left)),
        "label": labels["label"].take(pa.array(left)),
        "other_item": labels["item"].take(pa.array(right)),
        "other_label": labels["label"].take(pa.array(right)),
        "item_tickets": counted.singles[left],
        "other_tickets": counted.singles[right],
        "both_tickets": both,
        **{name: measures[name] for name in ("support", "lift", "leverage", "p_value", "p_adjusted", "is_significant")},
    }
    _insert(engine, insight.BASKET_PAIRS, pa.table(rows))


def _fill_rules(
    engine: Engine, question: BasketQuestion, labels: pa.Table, sets: dict[Itemset, int], tickets: int
) -> int:
    """Fill insight.basket_rules with the rules of one consequent whose confidence suffices; return their number."""
    looked_at, chosen = 0, []
    for itemset, both in sets.items():
        if len(itemset) < 2:
            continue
        looked_at += len(itemset)
        for place, consequent in enumerate(itemset):
            antecedent = itemset[:place] + itemset[place + 1 :]
            if both >= question.confidence * sets[antecedent] - 1e-9:
                chosen.append((antecedent, consequent, sets[antecedent], sets[(consequent,)], both))
    keys, names = labels["item"].to_pylist(), labels["label"].to_pylist()
    ifs, thens, boths = (np.array([rule[i] for rule in chosen], dtype=np.int64) for i in (2, 3, 4))
    measures = measured(ifs, thens, boths, tickets, looked_at)
    rows = {
        "level": pa.array([question.level] * len(chosen), pa.string()),
        "antecedent": pa.array([[keys[item] for item in rule[0]] for rule in chosen], pa.list_(pa.string())),
        "antecedent_label": pa.array([" + ".join(names[item] for item in rule[0]) for rule in chosen], pa.string()),
        "consequent": pa.array([keys[rule[1]] for rule in chosen], pa.string()),
        "consequent_label": pa.array([names[rule[1]] for rule in chosen], pa.string()),
        "items": pa.array([len(rule[0]) + 1 for rule in chosen], pa.int32()),
        "antecedent_tickets": ifs,
        "consequent_tickets": thens,
        "both_tickets": boths,
        **measures,
    }
    _insert(engine, insight.BASKET_RULES, pa.table(rows))
    return len(chosen)


def measured(first: Ints, second: Ints, both: Ints, tickets: int, tests: int) -> dict[str, Any]:
    """Return the measures of associations first → second.

    Args:
        first, second, both: tickets with the antecedent, with the consequent, with both.
        tickets: all tickets.
        tests: associations looked at, for Holm's correction.

    >>> found = measured(np.array([200]), np.array([300]), np.array([90]), 1000, 1)
    >>> [round(float(found[name][0]), 4) for name in ("confidence", "lift", "leverage")]
    [0.45, 1.5, 0.03]
    >>> round(found["conviction"][0].as_py(), 4)
    1.2727
    """
    whole = max(1, tickets)
    share = second / whole
    confidence = both / first
    # a rule never broken has no finite conviction
    exact = both == first
    conviction = np.where(exact, 0, (1 - share) / np.where(exact, 1, 1 - confidence))
    p_value = bdtrc(both - 1.0, first, share)
    adjusted = holm(p_value, tests)
    return {
        "support": both / whole,
        "confidence": confidence,
        "lift": confidence / share,
        "leverage": both / whole - first / whole * share,
        "conviction": pa.array(conviction, mask=exact),
        "p_value": p_value,
        "p_adjusted": adjusted,
        "is_significant": adjusted < SIGNIFICANT,
    }


def _insert(engine: Engine, table: Table, rows: pa.Table) -> None:
    engine.connection.register("basket_rows", rows)
    try:
        engine.insert(table, "from basket_rows")
    finally:
        engine.connection.unregister("basket_rows")
