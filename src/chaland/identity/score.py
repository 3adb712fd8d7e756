"""Weights: what each field says of a pair, in bits (log2 of a ratio of probabilities; Fellegi & Sunter 1969, eq. 14).

A pair is weighed against the likelier of its two other explanations, strangers or one household, so that the weights
of the fields and the prior add up to the match weight exactly, and can be read by anyone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chaland.engine.compiled import compiled
from chaland.identity.levels import COMPARISONS, Comparer, Levels, compare_in_chunks
from chaland.identity.model import Model
from chaland.identity.records import Ints
from chaland.tables.identity import WEIGHT_FIELDS

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WeightTables:
    """Bits by comparison and level, one tuple entry per comparison of COMPARISONS; and the priors.

    Attributes:
        stranger: log2(m/u). household: log2(m/h). home: log2(h/u).
        prior_stranger, prior_household: log2 prior odds of one person against each.
        prior_home: log2 prior odds of one household against strangers.
    """

    stranger: tuple[Floats, ...]
    household: tuple[Floats, ...]
    home: tuple[Floats, ...]
    prior_stranger: float
    prior_household: float
    prior_home: float


def weight_tables(model: Model) -> WeightTables:
    """Return the weights of a model."""
    against_strangers, against_household = model.prior_bits
    return WeightTables(
        stranger=tuple(np.log2(m / u) for m, u in zip(model.m, model.u, strict=True)),
        household=tuple(np.log2(m / h) for m, h in zip(model.m, model.h, strict=True)),
        home=tuple(np.log2(h / u) for h, u in zip(model.h, model.u, strict=True)),
        prior_stranger=against_strangers,
        prior_household=against_household,
        prior_home=against_strangers - against_household,
    )


def summed(tables: tuple[Floats, ...], levels: Levels) -> Floats:
    """Return the sum of the fields' weights of each pair."""
    flat = np.concatenate(tables)
    starts = np.cumsum([0, *(len(table) for table in tables[:-1])])
    total = np.empty(len(levels))
    _sum(flat, starts, levels, total)
    return total


@compiled
def _sum(flat: Floats, starts: npt.NDArray[np.int64], levels: Levels, total: Floats) -> None:
    for pair in range(len(levels)):
        weight = 0.0
        for index in range(len(starts)):
            weight += flat[starts[index] + levels[pair, index]]
        total[pair] = weight


def match_weights(tables: WeightTables, levels: Levels) -> Floats:
    """Return the match weight of each pair, bits, prior included: the smaller of its two readings."""
    stranger = tables.prior_stranger + summed(tables.stranger, levels)
    if np.isinf(tables.prior_household):
        return stranger
    return np.minimum(stranger, tables.prior_household + summed(tables.household, levels))


@dataclass(frozen=True)
class Weigher:
    """Says, in bits, how much each pair of records speaks for or against their two groups being one person.

    A pair above `least` says its match weight, less that. One below says no more against than its fields do: two
    records with too little in common to be told alone are held back by the prior only, and groups that another pair
    links have paid the prior there. Counted pair by pair it would outweigh any evidence in a large enough group.
    """

    comparer: Comparer
    tables: WeightTables
    least: float = 0.0

    def match_weights(self, left: Ints, right: Ints) -> Floats:
        """Return the match weight of each pair taken alone, bits, prior included."""
        return match_weights(self.tables, compare_in_chunks(self.comparer, left, right))

    def __call__(self, left: Ints, right: Ints) -> Floats:
        """Return what each pair says of its groups, bits."""
        levels = compare_in_chunks(self.comparer, left, right)
        weight = match_weights(self.tables, levels) - self.least
        below = np.flatnonzero(weight < 0)
        against = np.minimum(weights_by_field(self.tables, levels[below]), 0.0).sum(axis=1)
        weight[below] = np.maximum(weight[below], against)
        return weight


def household_weights(tables: WeightTables, levels: Levels) -> Floats:
    """Return the evidence for one household (two persons) against strangers, bits, prior included."""
    if np.isinf(tables.prior_home):
        return np.full(len(levels), -99.0)
    return tables.prior_home + summed(tables.home, levels)


def weights_by_field(tables: WeightTables, levels: Levels) -> Floats:
    """Return the bits of each field of WEIGHT_FIELDS, one column each: with the prior they make the match weight."""
    stranger = tables.prior_stranger + summed(tables.stranger, levels)
    household = tables.prior_household + summed(tables.household, levels)
    at_home = household < stranger
    out = np.zeros((len(levels), len(WEIGHT_FIELDS)))
    for index, comparison in enumerate(COMPARISONS):
        bits = tables.stranger[index][levels[:, index]]
        bits = np.where(at_home, tables.household[index][levels[:, index]], bits)
        out[:, WEIGHT_FIELDS.index(comparison.field or comparison.name)] += bits
    return out


def probability(weights: Floats) -> Floats:
    """Return 2^w / (1 + 2^w).

    >>> probability(np.array([0.0, 2.0])).tolist()
    [0.5, 0.8]
    """
    return 1.0 / (1.0 + np.exp2(-weights))


def model_rows(model: Model) -> list[tuple[str, str, float, float | None, float, float]]:
    """Return the rows of identity.model: comparison, level, m, household, u, bits; then the two priors."""
    rows: list[tuple[str, str, float, float | None, float, float]] = []
    for index, comparison in enumerate(COMPARISONS):
        for level, name in enumerate(comparison.levels):
            m, h, u = (float(table[index][level]) for table in (model.m, model.h, model.u))
            rows.append((comparison.name, name, m, h if model.has_households else None, u, float(np.log2(m / u))))
    stranger = 1.0 - model.prior_match - model.prior_household
    against_strangers, against_household = model.prior_bits
    rows.append(("prior", "against strangers", model.prior_match, None, stranger, against_strangers))
    if model.has_households:
        home = model.prior_household
        rows.append(("prior", "against household", model.prior_match, home, stranger, against_household))
    return rows
