"""What is bought together, counted: tickets per item, per pair, and per longer itemset. Exact.

Pairs: one compiled pass over the tickets into a matrix of counters, in blocks of items when there are many. Longer
itemsets: Eclat (Zaki 2000), intersecting the lists of tickets of itemsets that share all but one item.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chaland.engine.compiled import compiled
from chaland.insight.arrays import Ints

Counts = npt.NDArray[np.int32]
Itemset = tuple[int, ...]

BLOCK_CELLS = 100_000_000
"""Counters held at once: 400 MB."""


@dataclass(frozen=True)
class Baskets:
    """Tickets as rows of item numbers: ticket t holds `items[starts[t]:starts[t + 1]]`, ascending, each once."""

    starts: Ints
    items: Counts

    @property
    def tickets(self) -> int:
        return len(self.starts) - 1


@compiled
def count_pairs(starts: Ints, items: Counts, low: int, high: int, pairs: Counts) -> None:
    """Add to pairs[a − low, b] the tickets that hold both a and b, for a in [low, high) and b > a."""
    for ticket in range(len(starts) - 1):
        end = starts[ticket + 1]
        for i in range(starts[ticket], end):
            a = items[i]
            if low <= a < high:
                row = pairs[a - low]
                for j in range(i + 1, end):
                    row[items[j]] += 1


def item_blocks(items: int, cells: int = BLOCK_CELLS) -> list[tuple[int, int]]:
    """Return the ranges of items whose counters are held together.

    >>> item_blocks(5, cells=10)
    [(0, 2), (2, 4), (4, 5)]
    """
    height = max(1, cells // max(1, items))
    return [(low, min(items, low + height)) for low in range(0, items, height)]


@compiled
def _common(one: Counts, other: Counts, least: int) -> Counts:
    """Return what two ascending lists share; stops, empty, once they cannot share `least` any more."""
    out = np.empty(min(len(one), len(other)), dtype=np.int32)
    i, j, found = 0, 0, 0
    while i < len(one) and j < len(other):
        if found + min(len(one) - i, len(other) - j) < least:
            return out[:0]
        if one[i] == other[j]:
            out[found] = one[i]
            found += 1
            i += 1
            j += 1
        elif one[i] < other[j]:
            i += 1
        else:
            j += 1
    return out[:found]


def frequent_itemsets(baskets: Baskets, items: int, least: int, longest: int, most: int) -> dict[Itemset, int] | None:
    """Return every itemset on at least `least` tickets, with their number; None when there are more than `most`.

    Args:
        items: how many items there are.
        longest: largest number of items in a set.

    >>> baskets = Baskets(np.array([0, 2, 5, 7]), np.array([0, 1, 0, 1, 2, 1, 2], dtype=np.int32))
    >>> sets = frequent_itemsets(baskets, 3, 2, 3, 100)
    >>> sorted(sets.items())
    [((0,), 2), ((0, 1), 2), ((1,), 3), ((1, 2), 2), ((2,), 2)]
    """
    order = np.argsort(baskets.items, kind="stable")
    tickets = np.repeat(np.arange(baskets.tickets, dtype=np.int32), np.diff(baskets.starts))[order]
    bounds = np.searchsorted(baskets.items[order], np.arange(items + 1))
    first = [(item, tickets[bounds[item] : bounds[item + 1]]) for item in range(items)]
    found: dict[Itemset, int] = {}
    # each entry: an itemset, and the items that may follow it with the tickets of both
    waiting: list[tuple[Itemset, list[tuple[int, Counts]]]] = [
        ((), [(item, held) for item, held in first if len(held) >= least])
    ]
    while waiting:
        before, followers = waiting.pop()
        for place, (item, held) in enumerate(followers):
            itemset = (*before, item)
            found[itemset] = len(held)
            if len(found) > most:
                return None
            if len(itemset) < longest:
                longer = [(other, _common(held, theirs, least)) for other, theirs in followers[place + 1 :]]
                longer = [(other, both) for other, both in longer if len(both) >= least]
                if longer:
                    waiting.append((itemset, longer))
    return found
