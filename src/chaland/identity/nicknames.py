"""Names that one person bears: known diminutives, and those the file itself shows.

A name and its diminutive meet again and again in families that have nothing else in common, where everything but the
first name says one person; the first names of spouses and twins meet as chance has it. So a pair of names is learnt
when it is seen under several last names, makes up much of what one of the two is seen with, and far more than chance.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pyarrow.parquet as pq

from chaland.identity.levels import COMPARISONS, FIRST_NAME, SEX, Levels
from chaland.identity.records import Ints, Records, combined, joint, sorted_distinct
from chaland.identity.score import WeightTables, summed
from chaland.reference import table_path

NamePair = tuple[str, str]

FAMILIES = 3
"""Last names under which a pair of names must be seen."""
SHARE = 0.3
"""Least share of the families of the rarer name (among names that differ) in which it meets the other."""
CHANCE = 1e-6
"""Probability, at most, of meeting as often by chance: a family's other names are those of anybody (Poisson)."""
BITS = 2.0
"""Evidence of one person, first name and sex left aside, for a pair of records to be listened to."""

_FIRST_NAME, _SEX = (COMPARISONS.index(comparison) for comparison in (FIRST_NAME, SEX))
_UNLIKE = [FIRST_NAME.level(name) for name in ("different", "close", "sound", "part")]


@cache
def known_nicknames() -> tuple[NamePair, ...]:
    """Return the diminutives of the reference data with the names they stand for, French and English.

    >>> ("BILL", "WILLIAM") in known_nicknames()
    True
    """
    rows = pq.ParquetFile(table_path("diminutives")).read(["short", "formal"]).to_pylist()
    return tuple(sorted({(min(pair), max(pair)) for pair in ((row["short"], row["formal"]) for row in rows)}))


def learnt_nicknames(records: Records, left: Ints, right: Ints, levels: Levels, tables: WeightTables) -> list[NamePair]:
    """Return the pairs of first names that records of one person seem to bear, in alphabetical order.

    Args:
        left, right, levels: candidate pairs and their comparison.
        tables: weights of the model trained on them.
    """
    if np.isinf(tables.prior_household):
        return []
    others = levels.copy()
    others[:, [_FIRST_NAME, _SEX]] = 0
    against_strangers = tables.prior_stranger + summed(tables.stranger, others)
    evidence = np.minimum(against_strangers, tables.prior_household + summed(tables.household, others))
    is_unlike = np.isin(levels[:, _FIRST_NAME], _UNLIKE) & (levels[:, _SEX] != SEX.level("different"))
    at = np.flatnonzero((evidence > BITS) & is_unlike)
    first, family = records.first_name.codes.astype(np.int64), records.last_name.codes[left[at]]
    low = np.minimum(first[left[at]], first[right[at]])
    high = np.maximum(first[left[at]], first[right[at]])
    size = len(records.first_name.values)
    seen = sorted_distinct(combined(low * size + high, joint(family)))
    families = int(joint(family).max(initial=-1)) + 1
    seen = seen[seen >= 0] // max(families, 1)
    starts = np.flatnonzero(np.append(True, seen[1:] != seen[:-1])) if len(seen) else np.zeros(0, dtype=np.int64)
    pair, together = seen[starts], np.diff(np.append(starts, len(seen)))
    one, other = pair // size, pair % size
    total = np.bincount(one, together, minlength=size) + np.bincount(other, together, minlength=size)
    rarer = np.minimum(total[one], total[other])
    frequency = records.first_name.counts / max(records.first_name.present, 1)
    expected = np.maximum(total[one] * frequency[other], total[other] * frequency[one])
    log_factorial = np.array([math.lgamma(count + 1) for count in together])
    by_chance = together * np.log(expected) - expected - log_factorial
    chosen = (together >= FAMILIES) & (together >= SHARE * rarer)
    chosen &= (together > expected) & (by_chance < math.log(CHANCE))
    names = records.first_name.values
    return sorted((min(a, b), max(a, b)) for a, b in zip(names[one[chosen]], names[other[chosen]], strict=True))
