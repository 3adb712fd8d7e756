"""Groups compared within strata of customers who were alike before: shares, means, and how alike they were.

Mantel & Haenszel 1959 (test), Greenland & Robins 1985 (difference of shares), Sato 1989 (its variance, right for many
small strata as for few large ones). Means: one effect over strata, each with its own level (within-strata regression).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from chaland.insight.arrays import Floats, Ints
from chaland.insight.intervals import Z, two_sided


@dataclass(frozen=True)
class Shares:
    """One figure per group of strata: shares over comparable strata, their difference, interval and p-value."""

    share: Floats
    other_share: Floats
    change: Floats
    low: Floats
    high: Floats
    p_value: Floats


@dataclass(frozen=True)
class Means:
    """One figure per group of strata: how much more one side has on average, with its interval."""

    change: Floats
    low: Floats
    high: Floats


def weights(n: Floats, m: Floats) -> Floats:
    """Return the weight of strata of n against m customers: n·m / (n + m); 0 where one side is missing."""
    return n * m / np.maximum(n + m, 1.0)


def mantel_haenszel(group: Ints, groups: int, n: Floats, a: Floats, m: Floats, b: Floats) -> Shares:
    """Return the difference of shares a / n − b / m over the strata of each group.

    Args:
        group: group of each stratum, 0 to `groups` − 1.
        n, a: customers of the one side in the stratum, and those of them who did.
        m, b: the same of the other side.

    >>> one = np.array([50.0, 50.0])
    >>> found = mantel_haenszel(np.array([0, 0]), 1, one, np.array([30.0, 20.0]), one, np.array([20.0, 10.0]))
    >>> round(float(found.change[0]), 3), round(float(found.low[0]), 3), round(float(found.p_value[0]), 4)
    (0.2, 0.07, 0.0033)
    """

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(group, values, minlength=groups), dtype=np.float64)

    whole = np.maximum(n + m, 1.0)
    weight = weights(n, m)
    kept = np.maximum(total(weight), 1e-300)
    share = total(weight * a / np.maximum(n, 1.0)) / kept
    other = total(weight * b / np.maximum(m, 1.0)) / kept
    change = share - other
    p = (n * n * b - m * m * a + n * m * (m - n) / 2) / whole**2
    q = (a * (m - b) + b * (n - a)) / (2 * whole)
    deviation = np.sqrt(np.maximum(change * total(p) + total(q), 0.0)) / kept
    did = a + b
    spread = total(np.where(whole > 1, n * m * did * (n + m - did) / (whole**2 * np.maximum(whole - 1, 1.0)), 0.0))
    gap = total(np.where((n > 0) & (m > 0), a - n * did / whole, 0.0))
    p_value = two_sided(gap / np.sqrt(np.where(spread > 0, spread, np.inf)))
    low, high = np.maximum(change - Z * deviation, -1.0), np.minimum(change + Z * deviation, 1.0)
    return Shares(share, other, change, low, high, p_value)


def matched_means(
    group: Ints, groups: int, n: Floats, total: Floats, squares: Floats, m: Floats, other: Floats, other_squares: Floats
) -> Means:
    """Return how much higher the mean of the one side is over the strata of each group, with its 95 % interval.

    Args:
        n, total, squares: customers of the one side in the stratum, the sum of their amounts, the sum of its squares.
        m, other, other_squares: the same of the other side.

    >>> n, *sums = (np.array([value]) for value in (3.0, 12.0, 50.0, 6.0, 14.0))
    >>> found = matched_means(np.array([0]), 1, n, sums[0], sums[1], n, sums[2], sums[3])
    >>> round(float(found.change[0]), 3), round(float(found.low[0]), 3), round(float(found.high[0]), 3)
    (2.0, -0.267, 4.267)
    """
    both = (n > 0) & (m > 0)
    weight = np.where(both, weights(n, m), 0.0)
    kept = np.maximum(np.bincount(group, weight, minlength=groups), 1e-300)
    gap = total / np.maximum(n, 1.0) - other / np.maximum(m, 1.0)
    change = np.bincount(group, weight * gap, minlength=groups) / kept
    everybody, whole = np.maximum(n + m, 1.0), total + other
    # within strata, what is left of the squares once each stratum has its level and the group its effect
    within = np.where(both, squares + other_squares - whole * whole / everybody, 0.0)
    left = np.maximum(np.bincount(group, within, minlength=groups) - change * change * kept, 0.0)
    freedom = np.bincount(group, np.where(both, n + m - 1, 0.0), minlength=groups) - 1
    half = stdtrit(np.maximum(freedom, 1.0), 0.975) * np.sqrt(left / np.maximum(freedom, 1.0) / kept)
    half = np.where(freedom >= 1, half, np.nan)
    return Means(change, change - half, change + half)
