"""Stable ids: a run never renames a customer without a reason.

A group of records keeps the id that most of its records had; an id goes to one group only, that which holds most of
its records. A new group gets a letter and ten Crockford base32 characters of a hash of its smallest record id, so that
the same records get the same id on any machine, and a customer unmerged finds the id he had before the merge.
Ids that no longer name anyone become aliases, and resolve for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from chaland.identity.records import Codes, Flags, Ints, Strings, combined

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
_PAIRS = tuple(one + other for one in CROCKFORD for other in CROCKFORD)
_SHIFTS = tuple(10 * place for place in reversed(range(LENGTH // 2)))


def new_id(letter: str, record_id: str, turn: int = 0) -> str:
    """Return the id that a group whose smallest record is `record_id` gets; `turn` counts the ids already taken.

    >>> new_id("C", "card:1")
    'CZ5741HG5D8'
    """
    text = f"{record_id}\0{turn}" if turn else record_id
    number = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> (64 - 5 * LENGTH)
    return letter + "".join(_PAIRS[number >> shift & 1023] for shift in _SHIFTS)


@dataclass(frozen=True)
class Naming:
    """The ids given.

    Attributes:
        ids: id of each record's group.
        retired: ids of the last run that no group keeps, each with the id that answers for it and why.
    """

    ids: Strings
    retired: list[tuple[str, str, str]]


def stable_ids(letter: str, record_ids: Strings, group: Ints, previous: Codes, previous_ids: Strings) -> Naming:
    """Return the id of each record's group.

    Args:
        letter: C for customers, H for households.
        record_ids: record ids in order.
        group: group of each record, named by its smallest record's place.
        previous: code in `previous_ids` of the id each record had, -1 for a new record.
        previous_ids: ids of the last run, sorted.
    """
    heads = np.flatnonzero(group == np.arange(len(group)))
    place = np.full(len(group), -1, dtype=np.int64)
    place[heads] = np.arange(len(heads))
    of_group = np.full(len(heads), -1, dtype=np.int64)
    overlap = _overlap(previous, place[group])
    _keep(of_group, overlap)
    names = np.empty(len(heads), dtype=object)
    kept = of_group >= 0
    names[kept] = previous_ids[of_group[kept]]
    taken = set(previous_ids.tolist())
    for index in np.flatnonzero(~kept).tolist():
        turn = 0
        fresh = new_id(letter, record_ids[heads[index]])
        while fresh in taken:
            turn += 1
            fresh = new_id(letter, record_ids[heads[index]], turn)
        taken.add(fresh)
        names[index] = fresh
    return Naming(names[place[group]], _retired(overlap, of_group, names, previous_ids))


@dataclass(frozen=True)
class _Overlap:
    """Records shared by each old id and each group: one row per such couple, best group first within an old id."""

    previous: Ints
    group: Ints
    records: Ints


def _overlap(previous: Codes, group: Ints) -> _Overlap:
    known = previous >= 0
    keys, counts = np.unique(combined(previous[known], group[known]), return_counts=True)
    width = int(group[known].max(initial=0)) + 1
    old, now = keys // width, keys % width
    order = np.lexsort((now, -counts, old))
    return _Overlap(old[order], now[order], counts[order])


def _keep(of_group: Ints, overlap: _Overlap) -> None:
    """Write the old id each group keeps: the couples that share most records first, each id and each group once.

    Turn by turn, an id and a group that prefer each other to all others still free are bound.
    """
    old, now, count = overlap.previous, overlap.group, overlap.records
    while len(old):
        by_old = np.lexsort((now, -count, old))
        by_now = np.lexsort((old, -count, now))
        best_of_old = by_old[_firsts(old[by_old])]
        best_of_now = by_now[_firsts(now[by_now])]
        bound = np.intersect1d(best_of_old, best_of_now)
        of_group[now[bound]] = old[bound]
        free = ~np.isin(old, old[bound]) & ~np.isin(now, now[bound])
        old, now, count = old[free], now[free], count[free]


def _firsts(ordered: Ints) -> Flags:
    """Mark the first of each run of equal values."""
    return np.append(True, ordered[1:] != ordered[:-1])


def _retired(overlap: _Overlap, of_group: Ints, names: Strings, previous_ids: Strings) -> list[tuple[str, str, str]]:
    kept = set(of_group.tolist())
    groups_of: npt.NDArray[np.int64] = np.bincount(overlap.previous, minlength=len(previous_ids))
    out = []
    seen = -1
    for old, now in zip(overlap.previous.tolist(), overlap.group.tolist(), strict=True):
        if old != seen and old not in kept:
            out.append((str(previous_ids[old]), str(names[now]), "split" if groups_of[old] > 1 else "merged"))
        seen = old
    return out
