"""A steward's decisions: pairs of records that must be one customer, pairs that never may, whatever they weigh.

Reads landing.decisions, the last word on each pair; writes identity.decisions with what became of it. Decisions name
records, so that they outlive every change of customer ids. Where decisions contradict each other through a chain
(A is B, B is C, A is not C), the later ones stand and the earlier one is overruled, and told.

Must-link and cannot-link constraints after Wagstaff & Cardie 2000 (ICML), "Clustering with instance-level
constraints"; a group that holds a cannot-link pair is cut where its summed evidence is weakest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity.cluster import CAP_BITS, Floats, Weigh, all_pairs, components
from chaland.identity.records import Flags, Ints, sorted_distinct
from chaland.tables import identity

LARGEST_CUT = 1_000
"""Records in a group beyond which it is not weighed pair by pair: held apart, it falls back to what was decided."""
PAIRS_AT_ONCE = 2_000_000
"""Pairs weighed together: bounds memory."""
PASSES = 10
"""Times a record may change sides before its place is taken as found."""

Pairs = npt.NDArray[np.int64]
"""Two columns: places of the records of each pair."""


@dataclass(frozen=True)
class Decisions:
    """What was decided, as pairs of places among the records; contradictions are settled.

    Attributes:
        same: pairs of one customer.
        apart: pairs of two.
        overruled: decisions that later ones contradict.
        unknown: decisions on a record that the base does not hold.
    """

    same: Pairs
    apart: Pairs
    overruled: int
    unknown: int

    def __bool__(self) -> bool:
        return bool(len(self.same) or len(self.apart))


def read_decisions(engine: Engine, record_ids: pa.Array) -> Decisions:
    """Fill identity.decisions from landing.decisions, and return what must be obeyed.

    Args:
        record_ids: every record, in order.
    """
    words, pairs, known, stands = _last_words(engine, record_ids)
    decision = words["decision"].to_pylist()
    outcome = ["none"] * len(decision)
    for index in (index for index, said in enumerate(decision) if said in ("same", "apart")):
        outcome[index] = "unknown"
    for index, obeyed in zip(known, stands.tolist(), strict=True):
        outcome[index] = "obeyed" if obeyed else "overruled"
    engine.load(identity.DECISIONS, words.append_column("outcome", pa.array(outcome, pa.string())))
    obeyed_same = [i for i, said in enumerate(decision) if said == "same" and outcome[i] == "obeyed"]
    obeyed_apart = [i for i, said in enumerate(decision) if said == "apart" and outcome[i] == "obeyed"]
    return Decisions(pairs[obeyed_same], pairs[obeyed_apart], outcome.count("overruled"), outcome.count("unknown"))


def answers(engine: Engine, record_ids: pa.Array) -> tuple[Pairs, Flags]:
    """Return the pairs that were decided and are not overruled, in order, and whether each is one customer.

    Args:
        record_ids: records, in order; decisions on others are left out.
    """
    words, pairs, known, stands = _last_words(engine, record_ids)
    kept = np.array(known, dtype=np.int64)[stands]
    is_same = pc.equal(words["decision"], "same").to_numpy()[kept]
    found = np.sort(pairs[kept], axis=1)
    order = np.lexsort((found[:, 1], found[:, 0]))
    return found[order], is_same[order]


def _last_words(engine: Engine, record_ids: pa.Array) -> tuple[pa.Table, Pairs, list[int], Flags]:
    """Return the last word on each pair, its places among the records, the rows to obey, and which of these stand."""
    words = engine.arrow(sql_text("chaland.identity", "decisions.sql"))
    left, right = (
        pc.index_in(words[side].combine_chunks(), value_set=record_ids).fill_null(-1).to_numpy().astype(np.int64)
        for side in ("record_id_l", "record_id_r")
    )
    decision = words["decision"].to_pylist()
    asks = [index for index, said in enumerate(decision) if said in ("same", "apart")]
    known = [index for index in asks if left[index] >= 0 and right[index] >= 0]
    pairs = np.stack([left, right], axis=1)
    stands = settled(pairs[known], np.array([decision[index] == "same" for index in known], dtype=bool))
    return words, pairs, known, stands


def settled(pairs: Pairs, is_same: Flags) -> Flags:
    """Tell which decisions stand, the latest first: one that contradicts those before it in the list does not.

    >>> settled(np.array([[0, 2], [1, 2], [0, 1]]), np.array([False, True, True])).tolist()
    [True, True, False]
    """
    owner: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    foes: dict[int, set[int]] = {}

    def group(record: int) -> int:
        return owner.setdefault(record, record)

    stands = np.zeros(len(pairs), dtype=bool)
    for place, (one, other) in enumerate(pairs.tolist()):
        a, b = group(one), group(other)
        if not is_same[place]:
            stands[place] = a != b
            if a != b:
                foes.setdefault(a, set()).add(b)
                foes.setdefault(b, set()).add(a)
            continue
        stands[place] = a == b or b not in foes.get(a, set())
        if a == b or not stands[place]:
            continue
        if len(members.get(a, ())) < len(members.get(b, ())):
            a, b = b, a
        moved = members.pop(b, [b])
        members.setdefault(a, [a]).extend(moved)
        owner.update(dict.fromkeys(moved, a))
        for foe in foes.pop(b, set()):
            foes[foe].discard(b)
            foes[foe].add(a)
            foes.setdefault(a, set()).add(foe)
    return stands


def constrained(person: Ints, same: Pairs, apart: Pairs, weigh: Weigh) -> Ints:
    """Return the persons as decided: each pair of `same` in one, each pair of `apart` in two.

    A group that must be parted is put together again from what `same` holds together, the pieces with most evidence
    for each other first, never across an `apart`; then each piece goes to the side that has most evidence for it.

    Args:
        person: person of each record, named by its smallest record.
        same, apart: pairs that do not contradict each other (`settled`).
        weigh: match weights of pairs of records, bits.

    >>> constrained(np.array([0, 0, 0, 3]), np.array([[0, 3]]), np.array([[0, 1]]),
    ...             lambda one, other: np.where(one + other == 2, 9.0, 1.0)).tolist()
    [0, 1, 0, 0]
    """
    if not len(same) and not len(apart):
        return person
    count = len(person)
    every = np.arange(count)
    label = components(count, np.append(every, same[:, 0]), np.append(person, same[:, 1]))
    inside = apart[label[apart[:, 0]] == label[apart[:, 1]]]
    if not len(inside):
        return label
    atom = components(count, same[:, 0], same[:, 1])
    out = label.copy()
    for group, weight in _weighed(label, sorted_distinct(label[inside[:, 0]]), weigh):
        pieces, place = np.unique(atom[group], return_inverse=True)
        of_piece = dict(zip(pieces.tolist(), range(len(pieces)), strict=True))
        foes = np.eye(len(pieces), dtype=bool)
        for one, other in atom[inside[label[inside[:, 0]] == label[group[0]]]].tolist():
            foes[of_piece[one], of_piece[other]] = foes[of_piece[other], of_piece[one]] = True
        side = _sides(_between(weight, place, len(group), len(pieces)), foes)
        # named by its smallest record
        first = np.full(len(pieces), count, dtype=np.int64)
        np.minimum.at(first, side[place], group)
        out[group] = first[side[place]]
    return out


def _weighed(label: Ints, groups: Ints, weigh: Weigh) -> Iterator[tuple[Ints, Floats]]:
    """Yield the records of each group and the weights of their pairs, in the order of `all_pairs`."""
    members = np.flatnonzero(np.isin(label, groups))
    members = members[np.argsort(label[members], kind="stable")]
    bounds = np.append(np.searchsorted(label[members], groups), len(members))
    sizes = np.diff(bounds)
    pairs = np.where(sizes <= LARGEST_CUT, sizes * (sizes - 1) // 2, 0)
    low = 0
    while low < len(groups):
        high = low + max(1, int(np.searchsorted(np.cumsum(pairs[low:]), PAIRS_AT_ONCE, "right")))
        small = [group for group in range(low, high) if pairs[group]]
        rows = [members[bounds[group] : bounds[group + 1]] for group in small]
        weights = np.zeros(0)
        if rows:
            starts = np.append(0, np.cumsum([len(row) for row in rows]))
            weights = weigh(*all_pairs(np.concatenate(rows), starts))
        position = 0
        for group in range(low, high):
            yield members[bounds[group] : bounds[group + 1]], weights[position : position + pairs[group]]
            position += int(pairs[group])
        low = high


def _between(weight: Floats, place: Ints, records: int, pieces: int) -> Floats:
    """Return the summed evidence for one person between the pieces of a group; evidence against counts for nothing.

    What was decided may go against the evidence: a piece must not be driven out by what another piece was given.
    """
    sums = np.zeros((pieces, pieces))
    if len(weight):
        one, other = np.triu_indices(records, 1)
        np.add.at(sums, (place[one], place[other]), np.clip(weight, 0.0, CAP_BITS))
    return sums + sums.T


def _sides(sums: Floats, foes: Flags) -> Ints:
    """Return the side of each piece: joined best first, never two foes; then each moved to its best side."""
    side = np.arange(len(sums))
    joined, apart = sums.copy(), foes.copy()
    while True:
        free = np.where(apart, 0.0, joined)
        best = int(np.argmax(free))
        one, other = divmod(best, len(sums))
        if free[one, other] <= 0.0:
            break
        side[side == other] = one
        joined[one] += joined[other]
        joined[:, one] += joined[:, other]
        apart[one] |= apart[other]
        apart[:, one] |= apart[:, other]
        apart[other] = apart[:, other] = True
    for _ in range(PASSES):
        moved = False
        for piece in range(len(sums)):
            evidence = np.bincount(side, weights=np.where(np.arange(len(side)) == piece, 0.0, sums[piece]))
            barred = side[np.flatnonzero(foes[piece] & (np.arange(len(side)) != piece))]
            evidence[barred] = -1.0
            best = int(np.argmax(evidence))
            if evidence[best] > evidence[side[piece]]:
                side[piece], moved = best, True
        if not moved:
            break
    return side
