"""Which pairs of a base a steward should be asked about: identity.questions, best first.

A pair is asked where the model hesitates, where the answer concerns many records, and where none like it is asked yet
(`labels.worth_asking`). One answer settles two customers: one question a couple of persons. What a steward has
spoken of already is not asked again.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity import score
from chaland.identity.cluster import Floats
from chaland.identity.labels import vector_codes, worth_asking
from chaland.identity.match import Matched
from chaland.identity.records import Flags, Ints, combined
from chaland.tables import identity

MOST = 1_000
"""Questions kept: months of a steward's work; each run asks anew."""
FAR_BITS = 6.0
"""Bits from the threshold beyond which a pair is not asked about: the model errs there once in sixty-four."""


def write_questions(engine: Engine, matched: Matched, weakest: Floats, *, least: float) -> int:
    """Fill identity.questions from the pairs of a run; return how many.

    Args:
        matched: the pairs, the person of each record as decided.
        weakest: weight of the weakest link of each person, at its smallest record (`cluster.weakest_links`): of pairs
            inside a person, only that one is in question.
        least: bits a link needs.
    """
    is_linked = matched.person[matched.left] == matched.person[matched.right]
    asks = ~is_linked | (matched.match_weight == weakest[matched.person[matched.left]])
    asks &= np.abs(matched.match_weight - least) <= FAR_BITS
    near = np.flatnonzero(asks & ~_spoken_of(engine, matched))
    left, right, weight = matched.left[near], matched.right[near], matched.match_weight[near]
    vector = vector_codes(matched.levels[near])
    concerned = pairs_concerned(matched.person, left, right)
    doubt = score.probability(-np.abs(weight - least))
    alone = first_of_couples(matched.person[left], matched.person[right], doubt)
    chosen = alone[worth_asking(weight[alone], concerned[alone], vector[alone], MOST, least=least)]
    record_id = matched.records.record_id
    columns = {
        "rank": pa.array(np.arange(1, len(chosen) + 1), pa.int32()),
        "record_id_l": record_id.take(pa.array(left[chosen])),
        "record_id_r": record_id.take(pa.array(right[chosen])),
        "match_weight": pa.array(weight[chosen]),
        "match_probability": pa.array(score.probability(weight[chosen])),
        "is_linked": pa.array(is_linked[near][chosen]),
        "expected_gain": pa.array((doubt * concerned)[chosen]),
        "related": pa.array(np.bincount(vector, minlength=1)[vector[chosen]] - 1, pa.int32()),
    }
    return engine.load(identity.QUESTIONS, pa.table(columns))


def pairs_concerned(person: Ints, left: Ints, right: Ints) -> Floats:
    """Return the pairs of records that hang on each answer: all those of two persons, or of one record with the
    others of its person.

    >>> pairs_concerned(np.array([0, 0, 2, 2, 2]), np.array([0, 2]), np.array([2, 3])).tolist()
    [6.0, 2.0]
    """
    sizes = np.bincount(person, minlength=len(person)).astype(np.float64)
    one, other = person[left], person[right]
    return np.where(one == other, sizes[one] - 1.0, sizes[one] * sizes[other])


def first_of_couples(one: Ints, other: Ints, doubt: Floats) -> Ints:
    """Return the place of the most doubtful pair of each couple of persons, in order.

    >>> first_of_couples(np.array([0, 2, 0]), np.array([2, 0, 3]), np.array([0.1, 0.4, 0.2])).tolist()
    [1, 2]
    """
    couple = combined(np.minimum(one, other), np.maximum(one, other))
    order = np.lexsort((np.arange(len(couple)), -doubt, couple))
    ordered = couple[order]
    is_first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    return np.sort(order[is_first])


def _spoken_of(engine: Engine, matched: Matched) -> Flags:
    """Mark the pairs a steward has spoken of, whatever he said."""
    words = engine.arrow(sql_text("chaland.identity", "spoken_of.sql"))
    left, right = (
        pc.index_in(words[side].combine_chunks(), value_set=matched.records.record_id).fill_null(-1).to_numpy()
        for side in ("record_id_l", "record_id_r")
    )
    known = (left >= 0) & (right >= 0)
    width = len(matched.records)
    spoken = left[known].astype(np.int64) * width + right[known]
    found: Flags = np.isin(matched.left * width + matched.right, spoken)
    return found
