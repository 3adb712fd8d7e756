"""Purchase paths: what follows what and after how long, frequent sequences, beginnings that lead to good customers.

Reads base.tickets, base.ticket_lines and base.products; writes insight.path_transitions, path_sequences and
path_starts. Lift of a transition: lag sequential analysis (Sackett 1979; adjusted residuals, Haberman 1973), counted
against how often each item precedes and follows, so that large baskets do not make every item follow every other; a
customer's repetitions count as one (design effect). Sequences: PrefixSpan (Pei et al. 2001). Several purchases of one
day have no order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import bdtr

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.engine.work_tables import drop_work_tables
from chaland.insight.arrays import Floats, Ints
from chaland.insight.basket_counts import item_blocks
from chaland.insight.intervals import SIGNIFICANT, holm, newcombe, two_shares, two_sided, wilson
from chaland.insight.path_counts import (
    MOST_DAYS,
    Visits,
    count_days,
    count_order,
    count_transitions,
    empty_transitions,
    frequent_sequences,
    told_medians,
)
from chaland.language import say
from chaland.progress import Reporter
from chaland.tables import Table, base, insight_studies

PACKAGE = "chaland.insight"
LEVELS = ("department", "family", "product")
LEAST_CUSTOMERS = 30
"""Fewest customers of a transition, a sequence or a beginning, unless asked otherwise."""
LONGEST = 3
DAYS_AFTER = 180
"""Days in which a beginner shows what he becomes."""
SETTLING_DAYS = 90
"""Days at the start of the tickets in which a first purchase seen may not be the first."""
PART_LINES = 20_000_000
BLOCK_CELLS = 20_000_000
"""Pairs counted at once: 28 bytes each."""
SLOTS = 100_000
"""Pairs whose days are told at once: 3 kB each."""
MOST_SEQUENCES = 200_000
MOST_NUMBERED = 2**31 - 1
FIRST_DAY = date(1, 1, 1)


@dataclass(frozen=True)
class PathQuestion:
    """What is asked.

    Attributes:
        as_of: day looked from; later purchases are not seen.
        level: product, family or department.
        least: customers a transition, a sequence or a beginning must have.
        longest: items in a sequence.
        since: purchases after this day only, for transitions and sequences.
        days_after: days in which a beginner shows what he becomes.
        most_items: items followed in transitions and sequences, those of most customers first; 0 for all.
        only_sure: keep only the transitions that chance does not explain.
    """

    as_of: date
    level: str = "department"
    least: int = LEAST_CUSTOMERS
    longest: int = LONGEST
    since: date = FIRST_DAY
    days_after: int = DAYS_AFTER
    most_items: int = 0
    only_sure: bool = False


@dataclass(frozen=True)
class PathCounts:
    """What was counted; `refusal` says why there are no sequences, or is empty."""

    customers: int
    items: int
    transitions: int
    sequences: int
    starts: int
    refusal: str = ""


def measure_paths(engine: Engine, question: PathQuestion, *, is_first: bool = True, reporter: Reporter) -> PathCounts:
    """Fill insight.path_transitions, insight.path_sequences and insight.path_starts; return how much was found.

    Args:
        is_first: start from empty tables; else the level is added to those already there.

    >>> from chaland.insight.sample import AS_OF, sample_engine
    >>> engine = sample_engine()
    >>> measure_paths(engine, PathQuestion(AS_OF), reporter=Reporter()).sequences
    22
    >>> engine.rows("select label, next_label, customers from insight.path_transitions order by lift desc limit 1")
    [('Light', 'Light', 80)]
    """
    engine.create_missing(base.TICKETS, base.TICKET_LINES, base.PRODUCTS)
    engine.execute("create schema if not exists work")
    for table in insight_studies.PATH_TABLES if is_first else ():
        engine.create(table)
    window = {"level": question.level, "since": question.since, "until": question.as_of}
    try:
        with reporter.step("insight.paths.transitions") as step:
            engine.run(
                PACKAGE, "path_items.sql", **window, least=question.least, most=question.most_items or MOST_NUMBERED
            )
            names = engine.arrow("select item, label, customers from work.path_items order by number")
            visits = _visits(engine, window)
            transitions = _fill_transitions(engine, question, names, visits)
            step.note(customers=visits.count, days=len(visits.days), items=len(names), pairs=transitions)
        with reporter.step("insight.paths.sequences") as step:
            refusal, sequences = _fill_sequences(engine, question, names, visits)
            step.note(sequences=sequences)
        with reporter.step("insight.paths.starts") as step:
            starts = _fill_starts(engine, question)
            step.note(items=starts)
        return PathCounts(visits.count, len(names), transitions, sequences, starts, refusal)
    finally:
        drop_work_tables(engine, ["path_items"])


def _visits(engine: Engine, window: dict[str, Any]) -> Visits:
    """Return the days of purchase of every customer of a frequent item."""
    parts = 1 + engine.count(base.TICKET_LINES) // PART_LINES
    sizes, numbers, items, days = [], [], [], []
    customers = 0
    for part in range(parts):
        rows = engine.arrow(sql_text(PACKAGE, "path_visits.sql"), {**window, "parts": parts, "part": part})
        who, day = (rows[name].to_numpy() for name in ("customer", "day"))
        first = np.flatnonzero(np.append(True, (np.diff(who) != 0) | (np.diff(day) != 0))[: len(who)])
        sizes.append(np.diff(np.append(first, len(who))))
        items.append(rows["number"].to_numpy().astype(np.int32))
        # a customer of no frequent item has no number of his own
        number = np.unique(who[first], return_inverse=True)[1].astype(np.int64) + customers + 1
        customers = int(number[-1]) if len(number) else customers
        numbers.append(number)
        days.append(day[first].astype(np.int32))
    number = np.concatenate(numbers)
    bounds = np.searchsorted(number, np.arange(1, customers + 2)).astype(np.int64)
    starts = np.append(0, np.cumsum(np.concatenate([*sizes, np.empty(0, np.int64)]))).astype(np.int64)
    return Visits(bounds, starts, np.concatenate([*items, np.empty(0, np.int32)]), np.concatenate(days))


def _fill_transitions(engine: Engine, question: PathQuestion, names: pa.Table, visits: Visits) -> int:
    """Fill insight.path_transitions with the pairs of enough customers; return their number."""
    size = len(names)
    precedes, follows = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    kept: list[dict[str, Ints]] = []
    for low, high in item_blocks(size, BLOCK_CELLS) or [(0, 0)]:
        made = empty_transitions(high - low, size)
        block = visits.customers, visits.starts, visits.items, low, high
        count_transitions(*block, 1, made.times, made.customers, made.squares, made.seen, made.mine)
        count_order(*block, size, made.leads, made.trails)
        precedes[low:high] = made.times.sum(axis=1)
        follows += made.times.sum(axis=0)
        rows, columns = np.nonzero(made.customers >= question.least)
        counted = {
            name: getattr(made, name)[rows, columns].astype(np.int64)
            for name in ("times", "customers", "squares", "leads", "trails")
        }
        medians = _median_days(visits, low, high, rows, columns, size)
        kept.append({"first": rows + low, "then": columns, "medians": medians, **counted})
    found = {name: np.concatenate([part[name] for part in kept]) for name in kept[0]}
    return _insert_transitions(engine, question, names, found, precedes, follows)


def _median_days(visits: Visits, low: int, high: int, rows: Ints, columns: Ints, size: int) -> Ints:
    """Return the median days of each pair of a block, told from their counts by days."""
    medians = np.empty(len(rows), dtype=np.int64)
    for first in range(0, len(rows), SLOTS):
        last = min(first + SLOTS, len(rows))
        slots = np.full((high - low, size), -1, dtype=np.int32)
        slots[rows[first:last], columns[first:last]] = np.arange(last - first, dtype=np.int32)
        told = np.zeros((last - first, MOST_DAYS + 1), dtype=np.int32)
        count_days(visits.customers, visits.starts, visits.items, visits.days, low, high, slots, told)
        medians[first:last] = told_medians(told)
    return medians


def _insert_transitions(
    engine: Engine, question: PathQuestion, names: pa.Table, found: dict[str, Ints], precedes: Ints, follows: Ints
) -> int:
    first, then = found["first"], found["then"]
    lift, p_value = lifts(found["times"], precedes[first], follows[then], int(precedes.sum()), found["squares"])
    looked_at = len(names) ** 2
    p_adjusted = holm(p_value, looked_at)
    both = found["leads"] + found["trails"]
    order = np.minimum(1.0, 2 * bdtr(np.minimum(found["leads"], found["trails"]), np.maximum(both, 1), 0.5))
    same = first == then
    order[same] = 1.0
    rows = {
        "level": pa.array([question.level] * len(first), pa.string()),
        "item": names["item"].take(pa.array(first)),
        "label": names["label"].take(pa.array(first)),
        "next_item": names["item"].take(pa.array(then)),
        "next_label": names["label"].take(pa.array(then)),
        "customers": found["customers"],
        "transitions": found["times"],
        "lift": lift,
        "median_days": found["medians"],
        "p_value": p_value,
        "p_adjusted": p_adjusted,
        "is_significant": p_adjusted < SIGNIFICANT,
        "item_first_customers": found["leads"],
        "next_first_customers": found["trails"],
        # each pair is looked at once for its order, whichever way it is written
        "order_p_adjusted": pa.array(holm(order, len(names) * (len(names) - 1) // 2), mask=same),
    }
    told = pa.table(rows)
    if question.only_sure:
        told = told.filter(pa.array((p_adjusted < SIGNIFICANT) & (lift > 1)))
    return _insert(engine, insight_studies.PATH_TRANSITIONS, told)


def lifts(times: Ints, precedes: Ints, follows: Ints, whole: int, squares: Ints) -> tuple[Floats, Floats]:
    """Return the lift of transitions, and the chance of a gap as wide were what follows independent of what precedes.

    Args:
        times: times the one follows the other.
        precedes, follows: transitions that start from the one, that end on the other.
        whole: all transitions.
        squares: sum over customers of the square of their times; `times` where each did so once.

    >>> lift, p_value = lifts(np.array([30]), np.array([50]), np.array([40]), 100, np.array([30]))
    >>> round(float(lift[0]), 2), round(float(p_value[0]), 6)
    (1.5, 4.5e-05)
    """
    expected = precedes * (follows / max(whole, 1))
    spread = (
        expected * (1 - precedes / max(whole, 1)) * (1 - follows / max(whole, 1)) * (squares / np.maximum(times, 1))
    )
    residual = (times - expected) / np.sqrt(np.where(spread > 0, spread, np.inf))
    return times / np.where(expected > 0, expected, 1.0), two_sided(residual)


def _fill_sequences(engine: Engine, question: PathQuestion, names: pa.Table, visits: Visits) -> tuple[str, int]:
    """Fill insight.path_sequences; return why it cannot be, or nothing, and the number of sequences."""
    found = frequent_sequences(visits, len(names), question.least, question.longest, MOST_SEQUENCES)
    if found is None:
        return say("More than {most} sequences: ask for more customers.", most=MOST_SEQUENCES), 0
    items, labels = names["item"].to_pylist(), names["label"].to_pylist()
    chosen = [sequence for sequence in found if len(sequence) > 1]
    customers = np.array([found[sequence][0] for sequence in chosen], dtype=np.int64)
    before = np.array([found[sequence[:-1]][0] for sequence in chosen], dtype=np.int64)
    last = np.array([found[sequence[-1:]][0] for sequence in chosen], dtype=np.int64)
    everybody = max(visits.count, 1)
    rows = {
        "level": pa.array([question.level] * len(chosen), pa.string()),
        "sequence": pa.array([[items[item] for item in sequence] for sequence in chosen], pa.list_(pa.string())),
        "labels": pa.array([" → ".join(labels[item] for item in sequence) for sequence in chosen], pa.string()),
        "items": pa.array([len(sequence) for sequence in chosen], pa.int32()),
        "customers": customers,
        "customers_ratio": customers / everybody,
        "confidence": customers / before,
        "lift": customers / before / (last / everybody),
        "median_days": pa.array([found[sequence][1] for sequence in chosen], pa.int32()),
    }
    return "", _insert(engine, insight_studies.PATH_SEQUENCES, pa.table(rows))


def _fill_starts(engine: Engine, question: PathQuestion) -> int:
    """Fill insight.path_starts; return the number of beginnings told."""
    first_day = engine.value("select min(sold_date) from base.tickets where customer_id is not null")
    if first_day is None:
        return 0
    values = {
        "level": question.level,
        "known_since": first_day + timedelta(days=SETTLING_DAYS),
        "until": question.as_of - timedelta(days=question.days_after),
        "days": question.days_after,
        "least": question.least,
    }
    rows = engine.arrow(sql_text(PACKAGE, "path_starts.sql"), values)
    count, good, whole, whole_good = (
        rows[name].to_numpy().astype(np.int64) for name in ("customers", "good_customers", "all_customers", "all_good")
    )
    others, others_good = whole - count, whole_good - good
    low, high = wilson(good, count)
    change_low, change_high = newcombe(good, count, others_good, others)
    p_value = two_shares(good, count, others_good, others)
    p_adjusted = holm(p_value)
    alone = others == 0
    other_ratio = others_good / np.maximum(others, 1)
    told = {
        "level": pa.array([question.level] * len(rows), pa.string()),
        "item": rows["item"],
        "label": rows["label"],
        "customers": count,
        "good_customers": good,
        "good_ratio": good / np.maximum(count, 1),
        "good_ratio_low": low,
        "good_ratio_high": high,
        "other_good_ratio": pa.array(other_ratio, mask=alone),
        "change": pa.array(good / np.maximum(count, 1) - other_ratio, mask=alone),
        "change_low": pa.array(change_low, mask=alone),
        "change_high": pa.array(change_high, mask=alone),
        "mean_amount_after": rows["mean_amount_after"],
        "p_value": p_value,
        "p_adjusted": p_adjusted,
        "is_significant": p_adjusted < SIGNIFICANT,
    }
    return _insert(engine, insight_studies.PATH_STARTS, pa.table(told))


def _insert(engine: Engine, table: Table, rows: pa.Table) -> int:
    engine.connection.register("path_rows", rows)
    try:
        return engine.insert(table, "from path_rows")
    finally:
        engine.connection.unregister("path_rows")
