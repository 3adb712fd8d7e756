"""Which persons share a home: family evidence, between persons whose present addresses do not say otherwise.

Two persons are tied by records that both show their present home, or by a telephone or an e-mail that both use where
one of them has no known home. Someone who moved out does not hold his old home to his new one. A home is weighed by
the model's household weight; a group too large is no home, and is cut at its weakest ties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chaland.identity import cluster
from chaland.identity.levels import ADDRESS, COMPARISONS, EMAIL, PHONE
from chaland.identity.match import Matched
from chaland.identity.records import Flags, Ints, Records

LARGEST_HOME = 12
"""Persons in a household beyond which its weakest ties are cut."""

_ADDRESS, _PHONE, _EMAIL = (COMPARISONS.index(comparison) for comparison in (ADDRESS, PHONE, EMAIL))


def households(matched: Matched) -> Ints:
    """Return the household of each record, named by its smallest record; a person is never split between two."""
    records, person = matched.records, matched.person
    if not matched.model.has_households:
        return person.copy()
    left, right, levels = matched.left, matched.right, matched.levels
    at = present_homes(records, person)
    address = levels[:, _ADDRESS]
    under_one_roof = (address == ADDRESS.level("home_close")) | (address >= ADDRESS.family("home"))
    under_one_roof &= at.shown[left] & at.shown[right]
    one_contact = (levels[:, _PHONE] >= PHONE.family("landline")) | (levels[:, _EMAIL] >= EMAIL.family("same"))
    home_l, home_r = at.home[person[left]], at.home[person[right]]
    one_contact &= (home_l < 0) | (home_r < 0) | (home_l == home_r)
    weight = np.maximum(matched.household_weight, matched.match_weight)
    tied = (weight > 0) & (under_one_roof | one_contact) & (person[left] != person[right])
    tied &= ~records.is_organisation[left] & ~records.is_organisation[right]
    one, other = person[left[tied]], person[right[tied]]
    ties = cluster.Edges(np.minimum(one, other), np.maximum(one, other), weight[tied])
    label = cluster.components(len(records), ties.left, ties.right)
    heads = person == np.arange(len(records))
    label = cluster.cut_large(len(records), label, ties, LARGEST_HOME, counted=heads)
    return label[person]


@dataclass(frozen=True)
class PresentHomes:
    """The latest known home of each person (at his smallest record; -1 unknown), and the records that show it."""

    home: Ints
    shown: Flags


def present_homes(records: Records, person: Ints) -> PresentHomes:
    """Return where each person lives now: the home of his latest record that gives one."""
    known = np.flatnonzero(records.home >= 0)
    by_date = known[np.lexsort((-known, records.recorded_us[known]))]
    home = np.full(len(records), -1, dtype=np.int64)
    home[person[by_date]] = records.home[by_date]
    return PresentHomes(home, (records.home >= 0) & (records.home == home[person]))
