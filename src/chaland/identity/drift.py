"""How far new pairs are from those a model was trained on: is it time to learn again?

Per field, the Jensen–Shannon divergence (Lin 1991) between the levels of the new pairs and those of the training: 0
bits when they are alike, 1 when they have nothing in common. Missing values are left out: a source that lacks a field
says nothing against what was learnt of it; so are classes of frequency, which are not learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chaland.identity.levels import CLASSES, COMPARISONS, Comparison, Levels

Floats = npt.NDArray[np.float64]

WARN_BITS = 0.05
"""Divergence beyond which a whole run should learn again."""
ENOUGH_PAIRS = 100
"""Pairs that hold a field below which nothing is said of it."""


@dataclass(frozen=True)
class Drift:
    """Divergence of each field compared often enough, bits, less what chance alone would give."""

    bits: dict[str, float]

    @property
    def largest(self) -> float:
        return max(self.bits.values(), default=0.0)

    @property
    def is_warning(self) -> bool:
        """Whether the model should be learnt again by a whole run."""
        return self.largest > WARN_BITS


def divergence(one: Floats, other: Floats) -> float:
    """Return the Jensen–Shannon divergence of two distributions, bits (Lin 1991, eq. 4.1 with equal weights).

    >>> divergence(np.array([0.5, 0.5]), np.array([0.5, 0.5])), divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    (0.0, 1.0)
    """
    middle = (one + other) / 2

    def information(of: Floats) -> float:
        held = of > 0
        return float((of[held] * np.log2(of[held] / middle[held])).sum())

    return (information(one) + information(other)) / 2


def drift_of(levels: Levels, trained: Sequence[Sequence[int]]) -> Drift:
    """Return how far the levels of new pairs are from the counts of levels of the training."""
    bits: dict[str, float] = {}
    for index, comparison in enumerate(COMPARISONS):
        new = _outcomes(comparison, np.bincount(levels[:, index], minlength=len(comparison.levels)))
        old = _outcomes(comparison, np.array(trained[index]))
        if new.sum() >= ENOUGH_PAIRS and old.sum() >= ENOUGH_PAIRS:
            bits[comparison.name] = max(0.0, divergence(new / new.sum(), old / old.sum()) - _by_chance(new, old))
    return Drift(bits)


def _by_chance(new: Floats, old: Floats) -> float:
    """Return the divergence to expect of two samples of one distribution (χ² approximation), bits."""
    outcomes = int(((new > 0) | (old > 0)).sum())
    return float((outcomes - 1) / (8 * np.log(2)) * (1 / new.sum() + 1 / old.sum()))


def _outcomes(comparison: Comparison, counts: npt.NDArray[np.int64]) -> Floats:
    """Return the pairs at each named level, then in each family, whatever the frequency of the value."""
    named = 1 + len(comparison.named)
    families = counts[named:].reshape(len(comparison.families), CLASSES).sum(axis=1)
    outcomes: Floats = np.append(counts[1:named], families).astype(np.float64)
    return outcomes
