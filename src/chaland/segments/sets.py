"""Sets of customers as bits: one bit a customer, in the order of their numbers.

At 4.2 million customers a set takes 525 kB, and one more condition of a segment a tenth of a millisecond: what costs
is to answer a condition once, so answers are kept (`open_base`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chaland.engine.compiled import compiled

Bits = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Totals = npt.NDArray[np.float64]


def from_flags(flags: npt.NDArray[np.bool_]) -> Bits:
    """Return the set of the places that are true."""
    return np.packbits(flags)


def from_numbers(numbers: npt.NDArray[np.integer], customers: int) -> Bits:
    """Return the set of these numbers, in any order, repeated or not.

    >>> numbers_of(from_numbers(np.array([7, 2, 7]), 9), 9).tolist()
    [2, 7]
    """
    flags = np.zeros(customers, dtype=np.bool_)
    flags[numbers] = True
    return np.packbits(flags)


def flags_of(bits: Bits, customers: int) -> npt.NDArray[np.bool_]:
    return np.unpackbits(bits, count=customers).view(np.bool_)


def numbers_of(bits: Bits, customers: int) -> Numbers:
    """Return the numbers of a set, ascending."""
    return np.flatnonzero(flags_of(bits, customers))


def size_of(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())


def everybody(customers: int) -> Bits:
    return np.packbits(np.ones(customers, dtype=np.bool_))


def others(bits: Bits, customers: int) -> Bits:
    """Return the customers who are not in a set.

    >>> numbers_of(others(from_numbers(np.array([0, 2]), 4), 4), 4).tolist()
    [1, 3]
    """
    return everybody(customers) & ~bits


def holds(bits: Bits, number: int) -> bool:
    """Tell whether a customer is in a set."""
    return bool(bits[number >> 3] & (128 >> (number & 7)))


@compiled
def _add_each(totals: Totals, numbers: npt.NDArray[np.int32], amounts: npt.NDArray[np.number], sign: int) -> None:
    for row in range(len(numbers)):
        totals[numbers[row]] += sign * amounts[row]


def add_up(totals: Totals, numbers: npt.NDArray[np.int32], amounts: npt.NDArray[np.number], sign: int = 1) -> None:
    """Add each row's amount to the total of its customer, in place; take it away when `sign` is -1.

    Half the time of NumPy's bincount, without a copy of the rows, and other threads run meanwhile.

    >>> totals = np.zeros(3)
    >>> add_up(totals, np.array([2, 0, 2], dtype=np.int32), np.array([5.0, 1.0, 2.5]))
    >>> totals.tolist()
    [1.0, 0.0, 7.5]
    """
    _add_each(totals, numbers, amounts, sign)


MARKS_BYTES = 64_000_000
"""Room for the days of customers, a bit each; a longer period is counted part by part."""


@compiled
def _count_new_days(
    totals: Totals,
    marks: npt.NDArray[np.uint8],
    numbers: npt.NDArray[np.int32],
    days: npt.NDArray[np.int32],
    bought: npt.NDArray[np.uint8],
    first: int,
    a_day: int,
) -> None:
    for row in range(len(numbers)):
        at = (days[row] - first) * a_day + (numbers[row] >> 3)
        if 0 <= at < len(marks) and bought[row] > 0:
            bit = np.uint8(1 << (numbers[row] & 7))
            if not marks[at] & bit:
                marks[at] |= bit
                totals[numbers[row]] += 1


Rows = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.uint8]]
"""Customers, days and whether something was bought, a row each."""


def add_days(totals: Totals, batches: Sequence[Rows]) -> None:
    """Add to the total of each customer his different days among rows, in any order, repeated or not, in place.

    A day's customers lie together and rows are sorted by day, so that marks stay near one another: a tenth of what
    sorting days takes, itself a tenth of grouping them in SQL. Rows in which nothing was bought do not count.

    >>> totals = np.zeros(3)
    >>> numbers, days = np.array([2, 0, 2, 2, 1], dtype=np.int32), np.array([5, 9, 5, 8, 8], dtype=np.int32)
    >>> add_days(totals, [(numbers, days, np.array([1, 1, 1, 1, 0], dtype=np.uint8))])
    >>> totals.tolist()
    [1.0, 0.0, 2.0]
    """
    if not batches:
        return
    a_day = -(-len(totals) // 8)
    first, last = min(int(days.min()) for _, days, _ in batches), max(int(days.max()) for _, days, _ in batches)
    at_a_time = max(MARKS_BYTES // a_day, 1)
    for start in range(first, last + 1, at_a_time):
        marks = np.zeros(min(at_a_time, last + 1 - start) * a_day, dtype=np.uint8)
        for numbers, days, bought in batches:
            _count_new_days(totals, marks, numbers, days, bought, start, a_day)
