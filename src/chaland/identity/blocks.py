"""Blocks and their pairs: records that share a rule's key, and each pair of them once.

Keys are grouped by a hash table in one pass; a pair that several rules bring is written by the first of them only, so
that nothing has to be sorted to find it again. Blocks beyond the cap are dropped, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chaland.engine.compiled import compiled
from chaland.identity.numbering import numbered
from chaland.identity.records import Codes, Flags, Ints

DROPPED = -2
"""Block of a record whose block the cap dropped; -1 where there is no key, or nobody shares it."""

COLUMNS = 8
"""Rules for which room is made at a time."""


@dataclass(frozen=True)
class Grouping:
    """The block of each record (-1: no key) and the records in each block, in the order blocks are met."""

    block: Codes
    sizes: Ints

    def sizes_of(self, records: Ints) -> Ints:
        """Return how many records the block of each of some records holds; 0 without a key."""
        return np.append(self.sizes, 0)[self.block[records]]


def grouped(keys: Ints) -> Grouping:
    """Return the blocks of the records that share a key (at least 0).

    >>> grouped(np.array([7, -1, 9, 7])).block.tolist()
    [0, -1, 1, 0]
    """
    block, distinct = numbered(keys)
    return Grouping(block, np.bincount(block + 1, minlength=len(distinct) + 1)[1:])


@dataclass(frozen=True)
class Pairs:
    """Distinct pairs of records, left < right."""

    left: Codes
    right: Codes

    def __len__(self) -> int:
        return len(self.left)


class Blocking:
    """Takes rules one after another and writes the pairs that each brings and none before it brought.

    Args:
        is_organisation: a person is never paired with an organisation.
        room: pairs at most, over all rules: the largest blocks are dropped first.
    """

    def __init__(self, is_organisation: Flags, *, room: int) -> None:
        self.is_organisation = is_organisation
        self.room = room
        self.applied = 0
        self._blocks = np.full((len(is_organisation), COLUMNS), -1, dtype=np.int32)  # a record's blocks lie together
        self.pairs: list[Pairs] = []
        self.written = self.dropped_blocks = self.dropped_pairs = 0

    def blocks(self, rule: int) -> Codes:
        """Return the block of each record under a rule taken: DROPPED beyond the cap, -1 for none."""
        found: Codes = self._blocks[:, rule]
        return found

    def take(self, grouping: Grouping, cap: int) -> int:
        """Write the new pairs of one rule; return how many.

        Args:
            cap: records in a block beyond which its key says nothing.
        """
        sizes = grouping.sizes
        pairs = sizes * (sizes - 1) // 2
        kept = (sizes > 1) & (sizes <= cap)
        if pairs[kept].sum() > self.room - self.written:
            by_size = np.flatnonzero(kept)[np.argsort(sizes[kept], kind="stable")]
            kept[by_size[np.cumsum(pairs[by_size]) > self.room - self.written]] = False
        dropped = (sizes > 1) & ~kept
        renamed = np.append(np.where(kept, np.cumsum(kept) - 1, np.where(dropped, DROPPED, -1)), -1).astype(np.int32)
        block = renamed[grouping.block]
        members = _members(block, sizes[kept])
        bounds = np.append(0, np.cumsum(sizes[kept])).astype(np.int64)
        if self.applied == self._blocks.shape[1]:
            more = np.full((len(block), COLUMNS), -1, dtype=np.int32)
            self._blocks = np.concatenate([self._blocks, more], axis=1)
        left = np.empty(int(pairs[kept].sum()), dtype=np.int32)
        right = np.empty_like(left)
        count = _write_pairs(members, bounds, self._blocks, self.applied, self.is_organisation, left, right)
        self._blocks[:, self.applied] = block
        self.applied += 1
        self.pairs.append(Pairs(left[:count].copy(), right[:count].copy()))
        self.written += count
        self.dropped_blocks += int(dropped.sum())
        self.dropped_pairs += int(pairs[dropped].sum())
        return count


def _members(block: Codes, sizes: Ints) -> Codes:
    place = np.cumsum(sizes) - sizes
    members = np.empty(int(sizes.sum()), dtype=np.int32)
    _place_members(block, place, members)
    return members


@compiled
def _place_members(block: Codes, place: Ints, members: Codes) -> None:
    for record in range(len(block)):
        if block[record] >= 0:
            members[place[block[record]]] = record
            place[block[record]] += 1


@compiled
def _write_pairs(
    members: Codes, bounds: Ints, before: Codes, rules: int, kind: Flags, left: Codes, right: Codes
) -> int:
    count = 0
    for block in range(len(bounds) - 1):
        for a in range(bounds[block], bounds[block + 1]):
            i = members[a]
            for b in range(a + 1, bounds[block + 1]):
                j = members[b]
                if kind[i] != kind[j]:
                    continue
                is_new = True
                for rule in range(rules):
                    if before[i, rule] >= 0 and before[i, rule] == before[j, rule]:
                        is_new = False
                        break
                if is_new:
                    left[count] = i
                    right[count] = j
                    count += 1
    return count


def every_pair(is_organisation: Flags) -> Pairs:
    """Return all pairs of a small file."""
    left, right = np.triu_indices(len(is_organisation), 1)
    same_kind = is_organisation[left] == is_organisation[right]
    return Pairs(left[same_kind].astype(np.int32), right[same_kind].astype(np.int32))
