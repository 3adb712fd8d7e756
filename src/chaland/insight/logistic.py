"""Logistic regression and what a score is judged by: AUC, gains, calibration, and variables that know the answer.

Newton's method with a light ridge penalty on standardised columns; everything is deterministic. AUC by ranks (Hanley &
McNeil 1982), equal scores counted as halves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.special import expit

from chaland.insight.arrays import Floats, Ints

RIDGE = 1.0
"""Penalty, in units of one customer: it matters only where a column is nearly constant or follows another."""

SUSPECT_AUC = 0.75
"""What a variable must reach alone to be suspected: where all tell little, the best of them is no wonder."""


@dataclass(frozen=True)
class Logistic:
    """A fitted model: columns are centred, scaled, weighed, summed."""

    names: tuple[str, ...]
    centre: Floats
    scale: Floats
    weights: Floats
    intercept: float
    converged: bool

    def parts(self, columns: Floats) -> Floats:
        """Return what each column adds to the log-odds, against the average customer: one row per customer."""
        return np.asarray((columns - self.centre) / self.scale * self.weights)

    def probability(self, columns: Floats) -> Floats:
        """Return the probability of each row."""
        return np.asarray(expit(self.intercept + self.parts(columns).sum(axis=1)))


def fit_logistic(names: Sequence[str], columns: Floats, outcome: Floats) -> Logistic:
    """Return the model fitted on one row per customer; `outcome` is 0 or 1.

    >>> model = fit_logistic(["x"], np.array([[0.0], [1.0], [2.0], [3.0]] * 50), np.array([0.0, 0.0, 1.0, 1.0] * 50))
    >>> [round(float(value), 2) for value in model.probability(np.array([[0.0], [3.0]]))]
    [0.0, 1.0]
    """
    centre, spread = columns.mean(axis=0), columns.std(axis=0)
    scale = np.where(spread > 1e-12, spread, 1.0)
    design = np.column_stack([np.ones(len(columns)), (columns - centre) / scale])
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = 0.0
    weights = np.zeros(design.shape[1])
    converged = False
    for _ in range(50):
        chance = expit(design @ weights)
        slope = design.T @ (outcome - chance) - penalty * weights
        curvature = (design.T * (chance * (1 - chance))) @ design + np.diag(penalty)
        step = np.linalg.lstsq(curvature, slope, rcond=None)[0]
        weights = weights + step
        if float(np.abs(step).max()) < 1e-8:
            converged = True
            break
    return Logistic(tuple(names), centre, scale, weights[1:], float(weights[0]), converged)


def auc(score: Floats, outcome: Floats) -> float:
    """Return the chance that a positive has a higher score than a negative; 0.5 when there are not both.

    >>> auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.75
    """
    positive = outcome > 0
    yes, no = int(positive.sum()), int((~positive).sum())
    if not yes or not no:
        return 0.5
    _, place, tied = np.unique(score, return_inverse=True, return_counts=True)
    # equal scores share the mean of their ranks
    ranks = (np.cumsum(tied) - (tied - 1) / 2)[place]
    return float((ranks[positive].sum() - yes * (yes + 1) / 2) / (yes * no))


REASONS_AT_ONCE = 250_000
"""Customers whose reasons are ordered together: a few tens of megabytes."""


def signed_reasons(model: Logistic, columns: Floats, most: int) -> pa.ChunkedArray:
    """Return, per row, the variables that move the score most, each with its sign: "+recency", "-gap".

    >>> model = fit_logistic(["x", "y"], np.array([[0.0, 1.0], [1.0, 1.0]] * 50), np.array([0.0, 1.0] * 50))
    >>> signed_reasons(model, np.array([[0.0, 1.0], [1.0, 1.0]]), 1).to_pylist()
    [['-x'], ['+x']]
    """
    signed = pa.array([f"{sign}{name}" for name in model.names for sign in "-+"])
    chunks = []
    for start in range(0, len(columns), REASONS_AT_ONCE):
        parts = model.parts(columns[start : start + REASONS_AT_ONCE])
        first = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :most]
        codes = 2 * first + (np.take_along_axis(parts, first, axis=1) > 0)
        offsets = np.arange(len(parts) + 1, dtype=np.int32) * first.shape[1]
        chunks.append(pa.ListArray.from_arrays(offsets, signed.take(pa.array(codes.ravel()))))
    return pa.chunked_array(chunks, pa.list_(pa.string()))


@dataclass(frozen=True)
class Tenths:
    """Ten groups of the same size, the highest scores first: how many, the share foreseen, the share that did."""

    rows: Ints
    expected_ratio: Floats
    found_ratio: Floats

    @property
    def lift(self) -> Floats:
        """The share that did, over that of everybody."""
        return self.found_ratio / (float(self.found_ratio @ self.rows) / float(self.rows.sum()))

    @property
    def gain_ratio(self) -> Floats:
        """The share of all who did that this tenth and those above it hold."""
        found: Floats = np.cumsum(self.found_ratio * self.rows)
        return found / float(found[-1])


def tenths(score: Floats, outcome: Floats) -> Tenths:
    """Return the tenths of a score (ten rows at least) and what became of them; equal scores in the order of the rows.

    >>> found = tenths(np.linspace(1, 0, 20), np.repeat([1.0, 0.0], [5, 15]))
    >>> found.found_ratio[:4].tolist(), found.lift[0].item(), found.gain_ratio[:3].tolist()
    ([1.0, 1.0, 0.5, 0.0], 4.0, [0.4, 0.8, 1.0])
    """
    order = np.argsort(-score, kind="stable")
    tenth = np.empty(len(order), dtype=np.int64)
    tenth[order] = np.arange(len(order)) * 10 // len(order)
    rows = np.bincount(tenth, minlength=10)
    return Tenths(
        rows,
        np.bincount(tenth, weights=score, minlength=10) / rows,
        np.bincount(tenth, weights=outcome, minlength=10) / rows,
    )


def leaking_variables(
    variables: Mapping[str, Floats], outcome: Floats, *, known_before: Sequence[str] = ()
) -> dict[str, tuple[float, float]]:
    """Return the variables that alone tell the outcome better than all the others together: they know it already.

    Args:
        variables: name → its columns, one row per customer.
        known_before: variables the user vouches for.

    Returns: name → its AUC alone, and the AUC of all the others. Both on every other row, learnt on the rest.
    """
    learn = np.arange(len(outcome)) % 2 == 0

    def judged(names: Sequence[str]) -> float:
        columns = np.column_stack([variables[name] for name in names])
        labels = [str(place) for place in range(columns.shape[1])]
        model = fit_logistic(labels, columns[learn], outcome[learn])
        return auc(model.probability(columns[~learn]), outcome[~learn])

    found = {}
    for name in variables:
        others = [other for other in variables if other != name]
        if name in known_before or not others:
            continue
        alone = judged([name])
        if alone > SUSPECT_AUC and alone > (rest := judged(others)):
            found[name] = (alone, rest)
    return found
