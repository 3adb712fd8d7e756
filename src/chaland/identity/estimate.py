"""How good is a clustering when nobody knows the truth: precision and recall expected from the model, with an interval.

Each pair joined is right with the probability its weight tells, each pair left apart is a miss with the same; sums of
probabilities are expected counts (Belin & Rubin 1995 on why they must be calibrated). The model believes that fields
err apart from one another and is mistaken there, so its error rates are only known within factors, measured on
labelled files (docs/explanation/identity.md); sampling adds its part (Jeffreys' interval of a share).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

from chaland.identity.score import probability

Floats = npt.NDArray[np.float64]

WORSE = 5.0
"""Times the expected error that the true one may be: 4 at most on the labelled files (FEBRL 1, recall)."""
BETTER = 30.0
"""Times fewer errors than expected that there may be: 26 at most on the labelled files (fake_1000, precision)."""
SURE = 0.95


@dataclass(frozen=True)
class Share:
    """A share, from 0 to 1, and the interval it should lie in, 19 times in 20."""

    value: float
    low: float
    high: float

    def __contains__(self, truth: float) -> bool:
        return self.low <= truth <= self.high


@dataclass(frozen=True)
class Estimate:
    """What the model expects of its own result."""

    precision: Share
    recall: Share
    joined_pairs: int
    expected_right: float
    expected_true: float


def estimate_quality(joined: Floats, apart: Floats, *, blocking_recall: float = 1.0) -> Estimate:
    """Return the precision and recall of pairs that the model expects.

    Args:
        joined: match weights of the pairs that ended in one person, bits.
        apart: match weights of the other pairs compared, bits.
        blocking_recall: estimated share of true pairs that were compared at all.

    >>> found = estimate_quality(np.full(100, 5.0), np.full(50, -5.0))
    >>> round(found.precision.value, 3), round(found.recall.value, 3)
    (0.97, 0.985)
    """
    right = float(probability(joined).sum())
    true = (right + float(probability(apart).sum())) / max(blocking_recall, 1e-9)
    return Estimate(
        precision=_share(right, float(len(joined))),
        recall=_share(right, true),
        joined_pairs=len(joined),
        expected_right=right,
        expected_true=true,
    )


def _share(right: float, whole: float) -> Share:
    """Return right / whole; nothing found, or nothing to find, counts as perfect and is known to nobody."""
    if whole <= 0:
        return Share(1.0, 0.0, 1.0)
    error = min(max(1.0 - right / whole, 0.0), 1.0)
    worst, best = min(WORSE * error, 1.0), error / BETTER
    tail = (1.0 - SURE) / 2
    high_error = float(beta.ppf(1 - tail, worst * whole + 0.5, (1.0 - worst) * whole + 0.5))
    low_error = float(beta.ppf(tail, best * whole + 0.5, (1.0 - best) * whole + 0.5))
    # an error nobody expects in so few pairs may well be none at all
    low_error = 0.0 if best * whole < 1.0 else low_error
    return Share(1.0 - error, max(0.0, 1.0 - high_error), 1.0 - low_error)
