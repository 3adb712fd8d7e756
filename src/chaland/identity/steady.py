"""A run never moves anybody without a reason: where nothing new came in, a small change of the model changes nothing.

Retraining on a few new records moves every weight a little, and a pair at the threshold may tip over. In a group of
records that were all there last time, the persons of last time stand, unless the evidence against them is plain.
"""

from __future__ import annotations

import numpy as np

from chaland.identity.cluster import CAP_BITS, LARGEST_GROUP, Weigh, all_pairs, components
from chaland.identity.records import Codes, Flags, Ints, combined, sorted_distinct

PLAIN_BITS = 3.0
"""What the new partition must gain, per pair that it joins or parts, to be a reason."""


def steadied(person: Ints, previous: Codes, weigh: Weigh) -> Ints:
    """Return the persons, with last time's kept wherever the new ones are hardly better.

    Args:
        person: person of each record, named by its smallest record.
        previous: code of the person each record was last time, -1 for a new record.
        weigh: match weights of pairs of records, in bits.
    """
    count = len(person)
    known = np.flatnonzero(previous >= 0)
    if not len(known):
        return person
    first_known = np.full(int(previous.max()) + 1, count, dtype=np.int64)
    np.minimum.at(first_known, previous[known], known)
    before = np.arange(count)
    before[known] = first_known[previous[known]]
    touched = components(count, np.concatenate([person, before]), np.tile(np.arange(count), 2))
    differs = _differs(touched, person, before)
    sizes = np.bincount(touched, minlength=count)
    has_new = np.bincount(touched, weights=previous < 0, minlength=count) > 0
    open_ = differs & ~has_new & (sizes <= LARGEST_GROUP)
    members = np.flatnonzero(open_[touched])
    if not len(members):
        return person
    members = members[np.argsort(touched[members], kind="stable")]
    group = touched[members]
    bounds = np.append(np.flatnonzero(np.append(True, group[1:] != group[:-1])), len(members))
    left, right = all_pairs(members, bounds)
    now, then = person[left] == person[right], before[left] == before[right]
    moved = now != then
    gain = np.clip(weigh(left, right), -CAP_BITS, CAP_BITS) * (now.astype(float) - then)
    gains = np.bincount(touched[left], weights=gain, minlength=count)
    moves = np.bincount(touched[left], weights=moved, minlength=count)
    stands = gains < PLAIN_BITS * moves
    kept = members[stands[group]]
    out = person.copy()
    out[kept] = before[kept]
    return out


def _differs(touched: Ints, person: Ints, before: Ints) -> Flags:
    """Tell, per group (at its smallest record), whether the two partitions of it are not the same."""
    both = sorted_distinct(combined(person, before))
    width = int(before.max(initial=0)) + 1
    cells = np.bincount(touched[both // width], minlength=len(person))
    new = np.bincount(touched[sorted_distinct(person)], minlength=len(person))
    old = np.bincount(touched[sorted_distinct(before)], minlength=len(person))
    differs: Flags = (cells != new) | (cells != old)
    return differs
