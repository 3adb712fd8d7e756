"""Gamma-Gamma: what a customer spends per purchase, by maximum likelihood.

Source: Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value". Its condition is checked: amount and number of
purchases must be nearly uncorrelated. Only customers with a repeat and a mean amount above zero take part.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln, psi

from chaland.engine.compiled import compiled
from chaland.insight.arrays import Floats, Ints
from chaland.insight.fit import Fit, maximise

NAMES = ("p", "q", "v")
SAMPLE = 40_000
"""Customers above which a first estimate is made on as many, taken at even steps."""


@compiled
def _sums(x: Ints, mean: Floats, p: float, q: float, v: float) -> Floats:
    total, logs, by_v = 0.0, 0.0, 0.0
    for i in range(len(x)):
        whole = x[i] * mean[i] + v
        log_whole = math.log(whole)
        total -= (p * x[i] + q) * log_whole
        logs -= log_whole * x[i]
        by_v -= (p * x[i] + q) / whole
    return np.array([total, logs, by_v])


class Spending:
    """Likelihood of mean amounts; what does not depend on the parameters is summed once."""

    def __init__(self, x: Ints, mean: Floats) -> None:
        self.x, self.mean = x, mean
        self.by_x = np.bincount(x)
        self.log_mean = float(np.log(mean).sum())
        self.x_log_mean = float((x * np.log(mean)).sum())

    def log_likelihood(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the log-likelihood and its gradient."""
        p, q, v = (float(value) for value in parameters)
        n, x = self.by_x[1:], np.arange(1, len(self.by_x))
        total, logs, by_v = _sums(self.x, self.mean, p, q, v)
        count = float(n.sum())
        fixed = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + p * x * np.log(x)
        value = float(n @ fixed) + p * self.x_log_mean - self.log_mean + total
        spread = psi(p * x + q)
        by_p = float(n @ (x * (spread - psi(p * x) + np.log(x)))) + self.x_log_mean + logs
        # Σ ln(x z̄ + v) is what `total` holds beyond p times `logs`
        by_q = float(n @ (spread - psi(q))) + count * math.log(v) + (total - p * logs) / q
        return value, np.array([by_p, by_q, count * q / v + by_v])


def fit_spending(x: Ints, mean: Floats) -> Fit:
    """Return the maximum-likelihood estimate of p, q and v.

    Args:
        x: repeats of each customer, at least 1.
        mean: mean amount per repeat, above 0.
    """
    exact = Spending(x, mean)
    order = np.lexsort((x, mean))
    step = max(1, len(x) // SAMPLE)
    rough = Spending(x[order[::step]], mean[order[::step]]) if step > 1 else exact
    middle = float(np.median(mean))
    starts = [np.array([2.0, 3.0, middle]), np.array([6.0, 4.0, middle / 2])]
    return maximise(exact.log_likelihood, rough.log_likelihood, starts, scale=len(x) / len(rough.x))


def expected_amount(parameters: Floats, x: Floats, mean: Floats) -> Floats:
    """Return E[M | x, z̄]: the mean of the population and the customer's own, weighed by what is known of him.

    >>> round(float(expected_amount(np.array([6.25, 3.74, 15.44]), np.array([2.0]), np.array([22.35]))[0]), 2)
    24.66
    """
    p, q, v = parameters
    own = p * x / (p * x + q - 1)
    return np.asarray((1 - own) * p * v / (q - 1) + own * mean)
