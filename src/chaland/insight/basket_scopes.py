"""Baskets of each shop and each season, counted in the pass that counts them all.

A scope is a shop, or a season of the year. The items followed are those of most lines over the whole, 400 at most: all
the departments and families of a chain, the best sold of its products.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chaland.engine.compiled import compiled
from chaland.insight.arrays import Ints
from chaland.insight.basket_counts import Baskets, Counts
from chaland.insight.basket_tables import Counted

SCOPES = ("shop", "season")
SEASONS = ("winter", "spring", "summer", "autumn")
"""From the months: winter is December to February."""
MOST_ITEMS = 400
CELLS = 100_000_000
"""Counters held at once: 400 MB."""
STRONGEST = 500
"""Pairs, and rules, kept per scope and level."""


@compiled
def count_scoped(
    starts: Ints, items: Counts, scopes: Counts, local: Counts, tickets: Ints, singles: Ints, pairs: Counts
) -> None:
    """Add each ticket to the counters of its scope (none below 0), for items whose place in `local` is not below 0."""
    for ticket in range(len(starts) - 1):
        scope = scopes[ticket]
        if scope < 0:
            continue
        tickets[scope] += 1
        end = starts[ticket + 1]
        for i in range(starts[ticket], end):
            a = local[items[i]]
            if a < 0:
                continue
            singles[scope, a] += 1
            for j in range(i + 1, end):
                b = local[items[j]]
                if b >= 0:
                    pairs[scope, a, b] += 1


class ScopeCounts:
    """Counters of every scope of a kind.

    Args:
        scope: shop or season.
        keys: its keys, numbered as the tickets' scopes.
        lines: lines sold of each item.
    """

    def __init__(self, scope: str, keys: Sequence[str], lines: Ints) -> None:
        self.scope = scope
        self.keys = keys
        room = int((CELLS / max(1, len(keys))) ** 0.5)
        kept = np.sort(np.argsort(-lines, kind="stable")[: min(MOST_ITEMS, room)])
        self.kept: Ints = kept.astype(np.int64)
        self.local = np.full(len(lines), -1, dtype=np.int32)
        self.local[kept] = np.arange(len(kept), dtype=np.int32)
        self.tickets: Ints = np.zeros(len(keys), dtype=np.int64)
        self.singles: Ints = np.zeros((len(keys), len(kept)), dtype=np.int64)
        self.pairs: Counts = np.zeros((len(keys), len(kept), len(kept)), dtype=np.int32)

    def add(self, baskets: Baskets, scopes: npt.NDArray[np.int32]) -> None:
        """Count tickets, each in its scope (−1: none)."""
        count_scoped(baskets.starts, baskets.items, scopes, self.local, self.tickets, self.singles, self.pairs)

    def counted(self, level: str, labels: pa.Table, least: int) -> Iterator[Counted]:
        """Yield what was counted in each scope that has tickets."""
        own = labels.take(pa.array(self.kept))
        for place, key in enumerate(self.keys):
            if not self.tickets[place]:
                continue
            left, right = np.nonzero(self.pairs[place] >= least)
            yield Counted(
                level,
                own,
                int(self.tickets[place]),
                self.singles[place],
                left,
                right,
                self.pairs[place][left, right].astype(np.int64),
                least,
                self.scope,
                key,
                STRONGEST,
            )
