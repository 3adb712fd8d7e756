"""What follows what, counted: compiled passes over customers' days of purchase. Exact.

Transitions go from one day of purchase to the customer's next. Sequences: PrefixSpan (Pei et al. 2001) on days of
purchase; a pattern is held as the customers who bear it and the day of theirs on which it is first complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chaland.engine.compiled import compiled
from chaland.insight.arrays import Ints

Counts = npt.NDArray[np.int32]
Sequence = tuple[int, ...]

MOST_DAYS = 731
"""Days told apart between two purchases; the last means as many or more."""


@dataclass(frozen=True)
class Visits:
    """Customers' days of purchase: customer c's are `customers[c]` to `customers[c + 1]`, in order; the items of day v,
    ascending and each once, are `items[starts[v]:starts[v + 1]]`; `days[v]` counts from 1970."""

    customers: Ints
    starts: Ints
    items: Counts
    days: Counts

    @property
    def count(self) -> int:
        return len(self.customers) - 1


@dataclass(frozen=True)
class Transitions:
    """Counters of a block of items, one row per item of the block and one column per item.

    Attributes:
        times: times the column follows the row.
        customers: customers for whom it did.
        squares: sum over customers of the square of their times.
        leads, trails: customers whose first day with the row precedes, follows that with the column.
        seen, mine: last customer met, and his times so far.
    """

    times: Ints
    customers: Counts
    squares: Ints
    leads: Counts
    trails: Counts
    seen: Counts
    mine: Counts


def empty_transitions(rows: int, items: int) -> Transitions:
    """Return counters at zero."""
    shape = (rows, items)
    long, short = np.int64, np.int32
    return Transitions(*(np.zeros(shape, dtype=kind) for kind in (long, short, long, short, short, short, short)))


@compiled
def count_transitions(
    bounds: Ints,
    starts: Ints,
    items: Counts,
    low: int,
    high: int,
    first_number: int,
    times: Ints,
    customers: Counts,
    squares: Ints,
    seen: Counts,
    mine: Counts,
) -> None:
    """Add the transitions from items in [low, high); customers are numbered from `first_number`, 1 at least."""
    for customer in range(len(bounds) - 1):
        number = first_number + customer
        for visit in range(bounds[customer], bounds[customer + 1] - 1):
            for i in range(starts[visit], starts[visit + 1]):
                a = items[i] - low
                if a < 0 or a >= high - low:
                    continue
                for j in range(starts[visit + 1], starts[visit + 2]):
                    b = items[j]
                    if seen[a, b] != number:
                        seen[a, b] = number
                        mine[a, b] = 0
                        customers[a, b] += 1
                    times[a, b] += 1
                    squares[a, b] += 2 * mine[a, b] + 1
                    mine[a, b] += 1


@compiled
def count_order(
    bounds: Ints, starts: Ints, items: Counts, low: int, high: int, size: int, leads: Counts, trails: Counts
) -> None:
    """Add, for a in [low, high), the customers whose first day with a comes before, after their first day with b."""
    last = np.full(size, -1, dtype=np.int64)
    found = np.empty(size, dtype=np.int32)
    when = np.empty(size, dtype=np.int64)
    for customer in range(len(bounds) - 1):
        count = 0
        for visit in range(bounds[customer], bounds[customer + 1]):
            for i in range(starts[visit], starts[visit + 1]):
                item = items[i]
                if last[item] != customer:
                    last[item] = customer
                    found[count] = item
                    when[count] = visit
                    count += 1
        for i in range(count):
            a = found[i] - low
            if a < 0 or a >= high - low:
                continue
            for j in range(count):
                if when[j] > when[i]:
                    leads[a, found[j]] += 1
                elif when[j] < when[i]:
                    trails[a, found[j]] += 1


@compiled
def count_days(
    bounds: Ints, starts: Ints, items: Counts, days: Counts, low: int, high: int, slots: Counts, told: Counts
) -> None:
    """Add to told[slot, days] the transitions of the pairs that have a slot (others are −1)."""
    longest = told.shape[1] - 1
    for customer in range(len(bounds) - 1):
        for visit in range(bounds[customer], bounds[customer + 1] - 1):
            gap = min(days[visit + 1] - days[visit], longest)
            for i in range(starts[visit], starts[visit + 1]):
                a = items[i] - low
                if a < 0 or a >= high - low:
                    continue
                for j in range(starts[visit + 1], starts[visit + 2]):
                    slot = slots[a, items[j]]
                    if slot >= 0:
                        told[slot, gap] += 1


@compiled
def _extensions(bounds: Ints, starts: Ints, items: Counts, who: Counts, ends: Ints, size: int) -> Ints:
    """Return, per item, the customers of a pattern who buy it on a day after the pattern is complete."""
    counts = np.zeros(size, dtype=np.int64)
    last = np.full(size, -1, dtype=np.int64)
    for k in range(len(who)):
        for i in range(starts[ends[k] + 1], starts[bounds[who[k] + 1]]):
            item = items[i]
            if last[item] != k:
                last[item] = k
                counts[item] += 1
    return counts


@compiled
def _projected(
    bounds: Ints, starts: Ints, items: Counts, who: Counts, begins: Ints, ends: Ints, places: Ints, total: int
) -> tuple[Counts, Ints, Ints]:
    """Return, item after item, who goes on to it, the day he began the pattern, and the first day it is then complete.

    Args:
        places: where the customers of each item go in what is returned; −1 for items that too few go on to.
        total: length of what is returned.
    """
    heirs = np.empty(total, dtype=np.int32)
    firsts = np.empty(total, dtype=np.int64)
    lasts = np.empty(total, dtype=np.int64)
    free = places.copy()
    last = np.full(len(places), -1, dtype=np.int64)
    for k in range(len(who)):
        for visit in range(ends[k] + 1, bounds[who[k] + 1]):
            for i in range(starts[visit], starts[visit + 1]):
                item = items[i]
                if last[item] != k and places[item] >= 0:
                    last[item] = k
                    place = free[item]
                    free[item] = place + 1
                    heirs[place] = who[k]
                    firsts[place] = begins[k] if begins[k] >= 0 else visit
                    lasts[place] = visit
    return heirs, firsts, lasts


def frequent_sequences(
    visits: Visits, items: int, least: int, longest: int, most: int
) -> dict[Sequence, tuple[int, int]] | None:
    """Return each sequence that at least `least` customers bear, with their number and the median days it takes.

    Args:
        items: number of distinct items.
        longest: items in a sequence, at most.
        most: sequences beyond which counting stops.

    Returns:
        sequence → (customers, median days from its first item to its last), or None when there are more than `most`.
    """
    found: dict[Sequence, tuple[int, int]] = {}
    everybody = np.arange(visits.count, dtype=np.int32)
    nowhere = np.full(visits.count, -1, dtype=np.int64)
    for sequence, customers, days in _grown(
        visits, items, least, longest, (), (everybody, nowhere, visits.customers[:-1] - 1)
    ):
        found[sequence] = (customers, days)
        if len(found) > most:
            return None
    return found


def _grown(
    visits: Visits, items: int, least: int, longest: int, prefix: Sequence, held: tuple[Counts, Ints, Ints]
) -> Iterator[tuple[Sequence, int, int]]:
    who, begins, ends = held
    history = visits.customers, visits.starts, visits.items
    counts = _extensions(*history, who, ends, items)
    frequent = np.flatnonzero(counts >= least)
    places = np.full(items, -1, dtype=np.int64)
    until = np.cumsum(counts[frequent])
    places[frequent] = until - counts[frequent]
    heirs, firsts, lasts = _projected(*history, who, begins, ends, places, int(until[-1]) if len(until) else 0)
    for item in frequent.tolist():
        sequence = (*prefix, item)
        own = slice(int(places[item]), int(places[item] + counts[item]))
        taken = visits.days[lasts[own]] - visits.days[firsts[own]]
        yield sequence, int(counts[item]), lower_median(taken)
        if len(sequence) < longest:
            yield from _grown(visits, items, least, longest, sequence, (heirs[own], firsts[own], lasts[own]))


def lower_median(values: npt.NDArray[np.integer]) -> int:
    """Return the middle value, the lower of two where the count is even.

    >>> lower_median(np.array([9, 1, 4, 2]))
    2
    """
    return int(np.partition(values, (len(values) - 1) // 2)[(len(values) - 1) // 2])


def told_medians(told: Counts) -> Ints:
    """Return the lower median of each row of a table of counts by days.

    >>> told_medians(np.array([[0, 1, 2, 1], [3, 0, 0, 0]], dtype=np.int32)).tolist()
    [2, 0]
    """
    cumulated = np.cumsum(told, axis=1, dtype=np.int64)
    half = (cumulated[:, -1:] + 1) // 2
    return np.asarray(np.argmax(cumulated >= half, axis=1), dtype=np.int64)
