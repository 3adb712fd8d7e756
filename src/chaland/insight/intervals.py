"""Intervals and tests of shares and means, each with its source: what every study tells beside its figures.

Pure functions on arrays; nothing is read or written. Levels are 95 %.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtrit

from chaland.insight.arrays import Floats

Z = 1.959963984540054
"""Half-width of a 95 % interval, in standard errors."""
SIGNIFICANT = 0.05


def wilson(count: ArrayLike, total: ArrayLike) -> tuple[Floats, Floats]:
    """Return the 95 % interval of shares count / total (Wilson 1927); 0 to 1 where nothing was counted.

    >>> [round(100 * float(bound), 2) for bound in wilson(30, 1000)], round(100 * float(wilson(0, 50)[1]), 2)
    ([2.11, 4.25], 7.13)
    """
    n = np.asarray(total, dtype=np.float64)
    some = np.where(n > 0, n, 1.0)
    share = np.where(n > 0, np.asarray(count, dtype=np.float64) / some, 0.5)
    middle = share + Z * Z / (2 * some)
    half = Z * np.sqrt(share * (1 - share) / some + Z * Z / (4 * some * some))
    low, high = (middle - half) / (1 + Z * Z / some), (middle + half) / (1 + Z * Z / some)
    return np.where(n > 0, np.maximum(low, 0.0), 0.0), np.where(n > 0, np.minimum(high, 1.0), 1.0)


def newcombe(
    count: ArrayLike, total: ArrayLike, other: ArrayLike, other_total: ArrayLike, correlation: ArrayLike = 0.0
) -> tuple[Floats, Floats]:
    """Return the 95 % interval of count / total − other / other_total, from their Wilson intervals (Newcombe 1998).

    Args:
        correlation: of the two shares, where the samples share members (Newcombe's method for pairs; Zou &
            Donner 2008).

    >>> [round(100 * float(bound), 2) for bound in newcombe(420, 10_000, 175, 5_000)]
    [0.04, 1.33]
    """
    n, m = np.asarray(total, dtype=np.float64), np.asarray(other_total, dtype=np.float64)
    one = np.asarray(count, dtype=np.float64) / np.maximum(n, 1e-300)
    two = np.asarray(other, dtype=np.float64) / np.maximum(m, 1e-300)
    (low1, high1), (low2, high2) = wilson(count, total), wilson(other, other_total)
    r = np.asarray(correlation, dtype=np.float64)

    def reach(up: Floats, down: Floats) -> Floats:
        return np.sqrt(np.maximum(up * up - 2 * r * up * down + down * down, 0.0))

    change = one - two
    return change - reach(one - low1, high2 - two), change + reach(high1 - one, two - low2)


def two_sided(z: ArrayLike) -> Floats:
    """Return the two-sided p-value of a standard normal statistic; 1 where it is not a number.

    >>> round(float(two_sided(1.96)), 3)
    0.05
    """
    value = np.asarray(2 * ndtr(-np.abs(np.asarray(z, dtype=np.float64))))
    return np.where(np.isnan(value), 1.0, value)


def two_shares(count: ArrayLike, total: ArrayLike, other: ArrayLike, other_total: ArrayLike) -> Floats:
    """Return the two-sided p-value of two shares of independent samples being one (z with the pooled share).

    >>> round(float(two_shares(420, 10_000, 175, 5_000)), 3)
    0.038
    """
    a, n = np.asarray(count, dtype=np.float64), np.asarray(total, dtype=np.float64)
    b, m = np.asarray(other, dtype=np.float64), np.asarray(other_total, dtype=np.float64)
    pooled = (a + b) / np.maximum(n + m, 1.0)
    variance = pooled * (1 - pooled) * (1 / np.maximum(n, 1e-300) + 1 / np.maximum(m, 1e-300))
    gap = a / np.maximum(n, 1e-300) - b / np.maximum(m, 1e-300)
    return two_sided(gap / np.sqrt(np.where(variance > 0, variance, np.inf)))


def mean_interval(total: ArrayLike, squares: ArrayLike, count: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return mean, low and high of amounts given their sum, sum of squares and number (Student; not a number below 2).

    >>> [round(float(figure), 3) for figure in mean_interval(15, 55, 5)]
    [3.0, 1.037, 4.963]
    """
    n = np.asarray(count, dtype=np.float64)
    some = np.maximum(n, 1.0)
    mean = np.asarray(total, dtype=np.float64) / some
    spread = np.maximum(np.asarray(squares, dtype=np.float64) - some * mean * mean, 0.0)
    several = n >= 2
    freedom = np.where(several, n - 1, 1.0)
    half = stdtrit(freedom, 0.975) * np.sqrt(spread / freedom / some)
    nothing = np.where(several, half, np.nan)
    return np.where(n > 0, mean, np.nan), mean - nothing, mean + nothing


def holm(p_values: ArrayLike, tests: int = 0) -> Floats:
    """Return p-values corrected for `tests` looks, of which these are the smallest (Holm 1979); all of them if 0.

    >>> holm([0.01, 0.04, 0.03], 4).round(3).tolist()
    [0.04, 0.09, 0.09]
    """
    given = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    scaled = given[order] * np.maximum(1, max(tests, len(given)) - np.arange(len(given)))
    adjusted = np.empty(len(given))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(scaled)) if len(scaled) else scaled
    return adjusted
