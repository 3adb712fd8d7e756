"""Which persons share a home: family evidence between records that both show their person's present address.

Someone who moved out does not hold his old home to his new one: only records at the present address, or with none,
may tie two persons. A home is tied by the model's household weight; a group too large is no home, and is cut.
"""

from __future__ import annotations

import numpy as np

from chaland.identity import cluster
from chaland.identity.levels import ADDRESS, COMPARISONS
from chaland.identity.match import Matched
from chaland.identity.records import Flags, Ints, Records

LARGEST_HOME = 12
"""Persons in a household beyond which its weakest ties are cut."""

_ADDRESS = COMPARISONS.index(ADDRESS)


def households(matched: Matched) -> Ints:
    """Return the household of each record, named by its smallest record; a person is never split between two."""
    records, person = matched.records, matched.person
    if not matched.model.has_households:
        return person.copy()
    level = matched.levels[:, _ADDRESS]
    one_home = (level == 0) | (level == ADDRESS.level("home_close")) | (level >= ADDRESS.family("home"))
    one_home |= (level >= ADDRESS.family("town_only")) & (level < ADDRESS.family("street"))
    present = at_present_home(records, person)
    weight = np.maximum(matched.household_weight, matched.match_weight)
    tied = (
        (weight > 0)
        & one_home
        & (person[matched.left] != person[matched.right])
        & ~records.is_organisation[matched.left]
        & ~records.is_organisation[matched.right]
        & present[matched.left]
        & present[matched.right]
    )
    left, right = person[matched.left[tied]], person[matched.right[tied]]
    ties = cluster.Edges(np.minimum(left, right), np.maximum(left, right), weight[tied])
    label = cluster.components(len(records), ties.left, ties.right)
    heads = person == np.arange(len(records))
    label = cluster.cut_large(len(records), label, ties, LARGEST_HOME, counted=heads)
    return label[person]


def at_present_home(records: Records, person: Ints) -> Flags:
    """Tell, for each record, whether it shows its person's latest known home, or no home at all."""
    known = np.flatnonzero(records.home >= 0)
    latest_last = known[np.lexsort((-known, records.recorded_us[known]))]
    home_of = np.full(len(records), -1, dtype=np.int64)
    home_of[person[latest_last]] = records.home[latest_last]
    present: Flags = (records.home < 0) | (records.home == home_of[person])
    return present
