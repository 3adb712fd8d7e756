"""Distance decay: how the share of the inhabitants who are customers falls with the distance to the shop.

Customers of a commune ~ Poisson(inhabitants × level of the shop × exp(slope × kilometres)); the levels are profiled
out, so one slope can be fitted over one shop or over all. Communes scatter more than counts do, large ones above all:
the interval comes from what is seen about the curve (sandwich estimate, HC3: MacKinnon & White 1985).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from chaland.insight.arrays import Floats, Ints

LEAST_COMMUNES = 8
LEAST_CUSTOMERS = 30


@dataclass(frozen=True)
class Decay:
    """A fitted curve.

    Attributes:
        slope, low, high: change of the logarithm of the penetration by kilometre, with its 95 % interval.
        levels: penetration beside each shop.
        expected: customers the curve gives each commune.
        dispersion: times as scattered as counts by themselves would be.
    """

    slope: float
    low: float
    high: float
    levels: Floats
    expected: Floats
    dispersion: float

    def halving_km(self) -> tuple[float | None, float | None, float | None]:
        """Return the distance that halves the penetration, with its interval; None where it does not surely fall."""

        def half(slope: float) -> float | None:
            return math.log(2) / -slope if slope < 0 else None

        return half(self.slope), half(self.low), half(self.high)


def fit_decay(shop: Ints, shops: int, population: Floats, distance_km: Floats, customers: Floats) -> Decay | None:
    """Return the curve fitted on one row per shop and commune, or None where there is too little to fit it on.

    Args:
        shop: shop of each row, 0 to `shops` − 1.

    >>> distance = np.arange(20.0)
    >>> found = fit_decay(np.zeros(20, np.int64), 1, np.full(20, 1e5), distance, 2000 * np.exp(-0.1 * distance))
    >>> round(found.slope, 4), round(float(found.levels[0]), 4), round(found.halving_km()[0], 2)
    (-0.1, 0.02, 6.93)
    """
    totals = np.bincount(shop, customers, minlength=shops)
    kept = totals[shop] > 0
    met = int((totals > 0).sum())
    if kept.sum() < max(LEAST_COMMUNES, met + 2) or totals.sum() < LEAST_CUSTOMERS or np.ptp(distance_km[kept]) == 0:
        return None
    slope, information = 0.0, 0.0
    for _ in range(100):
        weight = population * np.exp(slope * distance_km)
        sums = np.maximum(np.bincount(shop, weight, minlength=shops), 1e-300)
        mean = np.bincount(shop, weight * distance_km, minlength=shops) / sums
        spread = np.bincount(shop, weight * distance_km**2, minlength=shops) / sums - mean**2
        score = float((customers * distance_km).sum() - (totals * mean).sum())
        information = float((totals * spread).sum())
        if information <= 0:
            return None
        step = float(np.clip(score / information, -0.5, 0.5))
        slope += step
        if abs(step) < 1e-10:
            break
    else:
        return None
    weight = population * np.exp(slope * distance_km)
    levels = totals / np.maximum(np.bincount(shop, weight, minlength=shops), 1e-300)
    expected = levels[shop] * weight
    freedom = int(kept.sum()) - met - 1
    gaps = customers[kept] - expected[kept]
    dispersion = float((gaps**2 / np.maximum(expected[kept], 1e-9)).sum()) / freedom
    away = distance_km[kept] - mean[shop[kept]]
    leverage = expected[kept] * (away**2 / information + 1 / totals[shop[kept]])
    seen = (gaps * away / np.maximum(1 - leverage, 0.05)) ** 2
    half = float(stdtrit(freedom, 0.975)) * math.sqrt(float(seen.sum())) / information
    return Decay(slope, slope - half, slope + half, levels, expected, dispersion)
