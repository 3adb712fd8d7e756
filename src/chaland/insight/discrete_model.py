"""BG/BB: repeat buying at fixed occasions (a yearly appeal, a monthly box), each taken or left.

Data per customer: x occasions taken, t_x the last one taken, n occasions. Source: Fader, Hardie & Shang 2010,
"Customer-Base Analysis in a Discrete-Time Noncontractual Setting", equation (5).
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln

from chaland.insight.arrays import Floats, Ints
from chaland.insight.fit import Fit, differentiated, maximise

NAMES = ("alpha", "beta", "gamma", "delta")


def log_likelihoods(parameters: Floats, x: Ints, last: Ints, n: Ints) -> Floats:
    """Return the log-likelihood of each history, without the binomial term."""
    alpha, beta, gamma, delta = (float(value) for value in parameters)
    fixed = betaln(alpha, beta) + betaln(gamma, delta)
    total = np.exp(betaln(alpha + x, beta + n - x) + betaln(gamma, delta + n) - fixed)
    for i in range(int((n - last).max(initial=0))):
        left = betaln(alpha + x, beta + last - x + i) + betaln(gamma + 1, delta + last + i) - fixed
        total = total + np.where(i < n - last, np.exp(left), 0.0)
    return np.asarray(np.log(total))


def fit_beta_geometric_beta_binomial(x: Ints, last: Ints, n: Ints, count: Ints) -> Fit:
    """Return the maximum-likelihood estimate of alpha, beta, gamma and delta."""
    likelihood = differentiated(lambda parameters: float(count @ log_likelihoods(parameters, x, last, n)))
    return maximise(likelihood, likelihood, [np.array([1.0, 1.0, 1.0, 3.0])])


def alive(parameters: Floats, x: Ints, last: Ints, n: Ints) -> Floats:
    """Return P(alive) at the occasion after the n-th."""
    alpha, beta, gamma, delta = (float(value) for value in parameters)
    stayed = betaln(alpha + x, beta + n - x) + betaln(gamma, delta + n + 1) - betaln(alpha, beta) - betaln(gamma, delta)
    return np.asarray(np.exp(stayed - log_likelihoods(parameters, x, last, n)))
