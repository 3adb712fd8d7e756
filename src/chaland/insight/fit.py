"""Maximum likelihood on counted rows: a quick fit on rows put together, then Newton steps on every row.

Parameters are positive and sought as logarithms. The rows put together (weeks instead of days, or a sample) bring the
estimate close and give the curvature; two or three passes over the exact rows then end at their own maximum, which is
the one reported. Convergence is checked on the exact gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from chaland.insight.arrays import Floats

Likelihood = Callable[[Floats], tuple[float, Floats]]
"""Parameters → log-likelihood and its gradient with respect to them."""

FARTHEST = 12.0
"""A parameter beyond e¹² or below e⁻¹² has run away: the data do not hold it."""
TOLERANCE = 1e-5
"""Largest expected gain left, in log-likelihood, at which a fit has converged."""


@dataclass(frozen=True)
class Fit:
    """A maximum.

    Attributes:
        parameters: in the order of the model's names.
        errors: their standard errors (delta method on the logarithms'); nan where the curvature is no maximum's.
        covariance: of the logarithms of the parameters (inverse of the observed information); nan likewise.
        log_likelihood: at the maximum.
        converged: the gradient is nil and no parameter ran away.
    """

    parameters: Floats
    errors: Floats
    covariance: Floats
    log_likelihood: float
    converged: bool


def maximise(exact: Likelihood, rough: Likelihood, starts: list[Floats], *, scale: float = 1.0) -> Fit:
    """Return the maximum of `exact`, found from several starts on `rough`.

    Args:
        exact: likelihood of every row.
        rough: likelihood of fewer rows, close to the exact one; the same function when there are few rows.
        starts: parameters to start from.
        scale: exact rows per rough row: brings the rough curvature to the exact one's size.
    """

    def descent(theta: Floats) -> tuple[float, Floats]:
        value, gradient = rough(np.exp(theta))
        return -value, -gradient * np.exp(theta)

    bounds = [(-FARTHEST, FARTHEST)] * len(starts[0])
    found = [
        minimize(descent, np.log(start), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
        for start in starts
    ]
    theta: Floats = min(found, key=lambda result: float(result.fun)).x
    curvature = scale * _curvature(descent, theta)
    value, gradient = exact(np.exp(theta))
    slope = gradient * np.exp(theta)
    step = _step(curvature, slope)
    for _ in range(20):
        if abs(float(step @ slope)) < TOLERANCE / 100:
            break
        moved = np.clip(theta + step, -FARTHEST, FARTHEST)
        tried, turned = exact(np.exp(moved))
        if not np.isfinite(tried) or tried < value - 1e-9 * abs(value):
            step = step / 2
            continue
        theta, value, slope = moved, tried, turned * np.exp(moved)
        step = _step(curvature, slope)
    inside = bool(np.all(np.abs(theta) < FARTHEST - 1))
    converged = inside and abs(float(step @ slope)) < TOLERANCE
    covariance = _inverse(curvature)
    return Fit(np.exp(theta), np.exp(theta) * np.sqrt(np.diag(covariance)), covariance, float(value), converged)


def differentiated(value_at: Callable[[Floats], float]) -> Likelihood:
    """Return the likelihood with its gradient by central differences, for a model whose gradient has no short form."""

    def likelihood(parameters: Floats) -> tuple[float, Floats]:
        gradient = np.empty_like(parameters)
        for index, parameter in enumerate(parameters):
            step = 1e-4 * parameter
            up, down = parameters.copy(), parameters.copy()
            up[index] += step
            down[index] -= step
            gradient[index] = (value_at(up) - value_at(down)) / (2 * step)
        return value_at(parameters), gradient

    return likelihood


def _curvature(descent: Likelihood, theta: Floats, width: float = 1e-3) -> Floats:
    """Return the matrix of second derivatives, by central differences of the gradient."""
    rows = []
    for index in range(len(theta)):
        aside = np.zeros_like(theta)
        aside[index] = width
        rows.append((descent(theta + aside)[1] - descent(theta - aside)[1]) / (2 * width))
    matrix = np.array(rows)
    return np.asarray((matrix + matrix.T) / 2)


def _step(curvature: Floats, slope: Floats) -> Floats:
    """Return the Newton step, uphill also where the curvature is not that of a maximum."""
    values, vectors = np.linalg.eigh(curvature)
    steep = np.maximum(np.abs(values), 1e-8 * np.abs(values).max() + 1e-300)
    return np.asarray(vectors @ ((vectors.T @ slope) / steep))


def _inverse(curvature: Floats) -> Floats:
    values, vectors = np.linalg.eigh(curvature)
    if values.min() <= 0:
        return np.full(curvature.shape, np.nan)
    return np.asarray((vectors / values) @ vectors.T)
