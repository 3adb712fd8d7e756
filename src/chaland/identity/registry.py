"""Stable ids: a run never renames a customer without a reason.

A group of records keeps the id that most of its records had; an id goes to one group only, that which holds most of
its records. A new group gets a letter and ten Crockford base32 characters of a hash of its smallest record id, so that
the same records get the same id on any machine, and a customer unmerged finds the id he had before the merge.
Ids that no longer name anyone become aliases, and resolve for ever.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.identity.records import Codes, Flags, Ints, Strings, combined

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
_PAIRS = tuple(one + other for one in CROCKFORD for other in CROCKFORD)
_SHIFTS = tuple(10 * place for place in reversed(range(LENGTH // 2)))
_LETTERS = np.frombuffer(CROCKFORD.encode(), dtype=np.uint8)


def new_id(letter: str, record_id: str, turn: int = 0) -> str:
    """Return the id that a group whose smallest record is `record_id` gets; `turn` counts the ids already taken.

    >>> new_id("C", "card:1")
    'CZ5741HG5D8'
    """
    text = f"{record_id}\0{turn}" if turn else record_id
    number = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> (64 - 5 * LENGTH)
    return letter + "".join(_PAIRS[number >> shift & 1023] for shift in _SHIFTS)


def new_ids(letter: str, record_ids: Strings) -> Strings:
    """Return the ids that groups whose smallest records are `record_ids` get: those of `new_id`, all at once.

    >>> new_ids("C", np.array(["card:1", "site:1"], dtype=object)).tolist()
    ['CZ5741HG5D8', 'CY8H6A474ZY']
    """
    hashes = b"".join([blake2b(text.encode(), digest_size=8).digest() for text in record_ids.tolist()])
    numbers = np.frombuffer(hashes, dtype=">u8").astype(np.uint64) >> np.uint64(64 - 5 * LENGTH)
    written = np.full((len(record_ids), 1 + LENGTH), ord(letter), dtype=np.uint8)
    for place in range(LENGTH, 0, -1):
        written[:, place] = _LETTERS[numbers & np.uint64(31)]
        numbers >>= np.uint64(5)
    ids: Strings = written.view(f"S{1 + LENGTH}").ravel().astype(str).astype(object)
    return ids


@dataclass(frozen=True)
class Naming:
    """The ids given.

    Attributes:
        ids: id of each record's group.
        retired: ids of the last run that no group keeps, each with the id that answers for it and why.
    """

    ids: Strings
    retired: list[tuple[str, str, str]]


def stable_ids(
    letter: str,
    record_ids: Strings,
    group: Ints,
    previous: Codes,
    previous_ids: Strings,
    *,
    barred: Collection[str] = (),
) -> Naming:
    """Return the id of each record's group.

    Args:
        letter: C for customers, H for households.
        record_ids: record ids in order.
        group: group of each record, named by its smallest record's place.
        previous: code in `previous_ids` of the id each record had, -1 for a new record.
        previous_ids: ids of the last run, sorted.
        barred: ids of others, that no new group may get.
    """
    heads = np.flatnonzero(group == np.arange(len(group)))
    place = np.full(len(group), -1, dtype=np.int64)
    place[heads] = np.arange(len(heads))
    of_group = np.full(len(heads), -1, dtype=np.int64)
    overlap = _overlap(previous, place[group])
    _keep(of_group, overlap)
    names: Strings = np.empty(len(heads), dtype=object)
    kept = of_group >= 0
    names[kept] = previous_ids[of_group[kept]]
    names[~kept] = _fresh_ids(letter, record_ids[heads[~kept]], {*previous_ids.tolist(), *barred})
    return Naming(names[place[group]], _retired(overlap, names, previous_ids))


def _fresh_ids(letter: str, record_ids: Strings, taken: set[str]) -> Strings:
    """Return ids that nobody has, one a record; the first of two that hash alike goes first."""
    names = new_ids(letter, record_ids)
    every = set(names.tolist())
    if len(every) == len(names) and every.isdisjoint(taken):
        return names
    for index, record_id in enumerate(record_ids.tolist()):
        turn = 0
        while names[index] in taken:
            turn += 1
            names[index] = new_id(letter, record_id, turn)
        taken.add(names[index])
    return names


def decided_ids(
    letter: str,
    record_ids: Strings,
    group: Ints,
    undecided: Ints,
    ids: Strings,
    previous: Codes,
    previous_ids: Strings,
    *,
    barred: Collection[str] = (),
) -> Naming:
    """Return the ids once decisions have joined and parted groups; a group no decision changed keeps its own.

    A group that decisions made keeps the id its records had last time, or else takes that of a group it was made of;
    never that of a group which stands elsewhere. So a decision taken back gives everyone the id he would have had.

    Args:
        group, undecided: group of each record with and without decisions, named by its smallest record's place.
        ids: id of each record's group without decisions.
        previous, previous_ids, barred: as for `stable_ids`, of the ids in force last time.
    """
    count = len(group)
    sizes, before = np.bincount(group, minlength=count), np.bincount(undecided, minlength=count)
    other = (group != undecided) | (sizes[group] != before[undecided])
    touched = np.zeros(count, dtype=bool)
    touched[group[other]] = True
    rows = np.flatnonzero(touched[group])
    names = ids.copy()
    if len(rows):
        names[rows] = _names_of_touched(letter, record_ids, group[rows], ids, rows, previous, previous_ids, barred)
    heads = np.flatnonzero(group == np.arange(count))
    place = np.full(count, -1, dtype=np.int64)
    place[heads] = np.arange(len(heads))
    return Naming(names, _retired(_overlap(previous, place[group]), names[heads], previous_ids))


def _names_of_touched(
    letter: str,
    record_ids: Strings,
    group: Ints,
    ids: Strings,
    rows: Ints,
    previous: Codes,
    previous_ids: Strings,
    others: Collection[str],
) -> Strings:
    """Return the id of each record of the groups that decisions changed (few: plain dictionaries do)."""
    own = [str(name) for name in ids[rows]]
    had = [str(previous_ids[code]) if code >= 0 else "" for code in previous[rows]]
    elsewhere = np.ones(len(ids), dtype=bool)
    elsewhere[rows] = False
    barred = _found(had, ids[elsewhere])
    made_of = {(name, home) for name, home in zip(own, group.tolist(), strict=True)}
    own_names = set(own)
    votes: dict[tuple[int, str, int], int] = {}
    for home, was, now in zip(group.tolist(), had, own, strict=True):
        if was and was not in barred and (was not in own_names or (was, home) in made_of):
            votes[0, was, home] = votes.get((0, was, home), 0) + 1
        votes[1, now, home] = votes.get((1, now, home), 0) + 1
    given: dict[int, str] = {}
    taken: set[str] = set(others)
    for (_, name, home), _ in sorted(votes.items(), key=lambda item: (item[0][0], -item[1], item[0][2], item[0][1])):
        if home not in given and name not in taken:
            given[home] = name
            taken.add(name)
    for home in sorted(set(group.tolist()) - set(given)):
        turn = 0
        fresh = new_id(letter, record_ids[home])
        while fresh in taken or _found([fresh], ids) or _found([fresh], previous_ids):
            turn += 1
            fresh = new_id(letter, record_ids[home], turn)
        given[home] = fresh
        taken.add(fresh)
    return np.array([given[home] for home in group.tolist()], dtype=object)


def _found(names: list[str], among: Strings) -> set[str]:
    """Return those of the names that are among the ids."""
    wanted = pa.array(sorted(set(names)), pa.string())
    return set(wanted.filter(pc.is_in(wanted, value_set=pa.array(among, pa.string()))).to_pylist())


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


def _retired(overlap: _Overlap, names: Strings, previous_ids: Strings) -> list[tuple[str, str, str]]:
    """Return the ids of last time that no group has, with the group that holds most of their records."""
    in_force = pc.is_in(pa.array(previous_ids, pa.string()), value_set=pa.array(names, pa.string()))
    ended = ~in_force.to_numpy(zero_copy_only=False)
    groups_of: npt.NDArray[np.int64] = np.bincount(overlap.previous, minlength=len(previous_ids))
    best = np.flatnonzero(_firsts(overlap.previous)) if len(overlap.previous) else overlap.previous
    best = best[ended[overlap.previous[best]]]
    return [
        (str(previous_ids[old]), str(names[now]), "split" if groups_of[old] > 1 else "merged")
        for old, now in zip(overlap.previous[best].tolist(), overlap.group[best].tolist(), strict=True)
    ]
