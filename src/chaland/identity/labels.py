"""A few hundred answers of a steward improve the model: which pairs to ask about, and what to do with the answers.

Without labels the model believes that fields err apart from one another; where two say the same twice (the name and
the address of a school), their bits are counted twice. The answers fit one factor a field and a shift of the prior, by
logistic regression on the bits of the fields; a normal prior centred on "the model is right" (factor 1, shift 0) keeps
few answers from moving much (Gelman et al. 2008, weakly informative priors). What they say is written into the model
(`corrected`), so that weights stay sums of bits by field wherever it is read; it is not kept unless answers held back
are foreseen better with it (Stone 1974, cross-validation).

Pairs are asked where the answer is least known, where it concerns most, and where none like it was asked yet (Lewis &
Gale 1994, uncertainty sampling; Sarawagi & Bhamidipaty 2002, active learning of deduplication).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from chaland.identity import cluster, score
from chaland.identity.levels import COMPARISONS, Levels, compare_in_chunks
from chaland.identity.match import Matched
from chaland.identity.model import Model
from chaland.identity.records import Flags, Ints
from chaland.tables.identity import WEIGHT_FIELDS

Floats = npt.NDArray[np.float64]

FACTOR_SPREAD = 0.5
"""Standard deviation, before any answer, of the factor of a field."""
SHIFT_SPREAD_BITS = 3.0
"""Standard deviation, before any answer, of the shift of the prior."""
SURE_BITS = 7.0
"""Bits beyond which, for or against, a pair nobody was asked about stands for what the model has right already."""
FEWEST_ANSWERS = 20
"""Answers of one kind (yes or no) below which nothing is learnt: they still bind their own pair."""
PARTS = 5
"""Parts the answers are cut in, each foreseen from the others."""


@dataclass(frozen=True)
class Adjustment:
    """What the answers say of the model: a factor a field of WEIGHT_FIELDS, and a shift of the prior in bits."""

    factors: Floats
    shift_bits: float
    answers: int

    @property
    def is_nothing(self) -> bool:
        return self.answers == 0


NOTHING = Adjustment(np.ones(len(WEIGHT_FIELDS)), 0.0, 0)
"""What too few answers say."""


def fit(tables: score.WeightTables, levels: Levels, is_match: Flags) -> Adjustment:
    """Return the adjustment that the answers make likeliest.

    Args:
        levels: comparison vectors of the pairs asked about.
        is_match: the answers.
    """
    if min(int(is_match.sum()), int((~is_match).sum())) < FEWEST_ANSWERS:
        return NOTHING
    bits = score.weights_by_field(tables, levels)
    prior = score.match_weights(tables, levels) - bits.sum(axis=1)
    sign = np.where(is_match, 1.0, -1.0)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        factors, shift = parameters[:-1], parameters[-1]
        nats = np.log(2.0) * (prior + shift + bits @ factors)
        pull = (factors - 1.0) / FACTOR_SPREAD**2, shift / SHIFT_SPREAD_BITS**2
        value = np.logaddexp(0.0, -sign * nats).sum()
        value += 0.5 * float(((factors - 1.0) * pull[0]).sum() + shift * pull[1])
        slope = -sign * expit(-sign * nats) * np.log(2.0)
        return float(value), np.append(bits.T @ slope + pull[0], slope.sum() + pull[1])

    start = np.append(np.ones(len(WEIGHT_FIELDS)), 0.0)
    # a field may count for nothing, never against itself
    bounds = [(0.0, None)] * len(WEIGHT_FIELDS) + [(None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return Adjustment(found.x[:-1], float(found.x[-1]), len(is_match))


def corrected(model: Model, adjustment: Adjustment) -> Model:
    """Return the model with each field's bits multiplied by its factor and the prior of one person shifted.

    How often one person shows a level stays as learnt; how often strangers and a household show it then follows from
    the bits, and need not sum to one.
    """
    if adjustment.is_nothing:
        return model
    factors = [
        float(adjustment.factors[WEIGHT_FIELDS.index(comparison.field or comparison.name)])
        for comparison in COMPARISONS
    ]

    def against(others: tuple[Floats, ...]) -> tuple[Floats, ...]:
        return tuple(m * (o / m) ** factor for m, o, factor in zip(model.m, others, factors, strict=True))

    match = model.prior_match * 2.0**adjustment.shift_bits
    whole = match + 1.0 - model.prior_match
    return replace(
        model,
        u=against(model.u),
        h=against(model.h),
        prior_match=match / whole,
        prior_household=model.prior_household / whole,
    )


def learnt(matched: Matched, left: Ints, right: Ints, is_match: Flags, *, least: float = 0.0) -> Adjustment:
    """Return what the answers say of the model of a matching; nothing where it does not foresee them any better.

    Args:
        left, right, is_match: the pairs asked about, and the answers.
        least: bits a link needs.
    """
    if min(int(is_match.sum()), int((~is_match).sum())) < FEWEST_ANSWERS:
        return NOTHING
    anchors, known = sure_pairs(matched, len(is_match), least)
    levels = np.concatenate([compare_in_chunks(matched.weigh.comparer, left, right), matched.levels[anchors]])
    answers = np.append(is_match, known)
    # those of sure pairs are always known
    part = np.append(np.arange(len(is_match)) % PARTS, np.full(len(known), -1))
    surprise = 0.0
    for held in range(PARTS):
        back = part == held
        without = corrected(matched.model, fit(matched.tables, levels[~back], answers[~back]))
        surprise += _surprise(score.weight_tables(without), levels[back], answers[back])
    if surprise >= _surprise(matched.tables, levels[part >= 0], answers[part >= 0]):
        return NOTHING
    return fit(matched.tables, levels, answers)


def _surprise(tables: score.WeightTables, levels: Levels, is_match: Flags) -> float:
    """Return how unlikely the answers are thought to be, in nats."""
    weight = np.log(2.0) * score.match_weights(tables, levels)
    return float(np.logaddexp(0.0, np.where(is_match, -weight, weight)).sum())


def with_labels(matched: Matched, left: Ints, right: Ints, is_match: Flags, *, least: float = 0.0) -> Matched:
    """Return the matching as the answers make it: the model corrected, pairs weighed again, records grouped again.

    The pairs answered are not imposed here: must-link and cannot-link are obeyed by decisions.

    Args:
        left, right, is_match: the pairs asked about, and the answers.
        least: bits a link needs.
    """
    adjustment = learnt(matched, left, right, is_match, least=least)
    if adjustment.is_nothing:
        return matched
    model = corrected(matched.model, adjustment)
    tables = score.weight_tables(model)
    weight = score.match_weights(tables, matched.levels)
    weigh = score.Weigher(matched.weigh.comparer, tables, least)
    edges = cluster.Edges(matched.left, matched.right, weight)
    return replace(
        matched,
        model=model,
        tables=tables,
        match_weight=weight,
        household_weight=score.household_weights(tables, matched.levels),
        weigh=weigh,
        person=cluster.clusters(len(matched.records), edges, weigh, least=least, first=matched.first),
    )


def sure_pairs(matched: Matched, count: int, least: float) -> tuple[Ints, Flags]:
    """Return places of pairs the model is sure of, half for and half against, and what it says of them.

    Asked pairs are all near the threshold, where bits cancel out: alone they would make every field look useless.
    """
    places, said = [], []
    for is_match, sure in (
        (True, np.flatnonzero(matched.match_weight > least + SURE_BITS)),
        (False, np.flatnonzero(matched.match_weight < least - SURE_BITS)),
    ):
        step = max(1, len(sure) // max(count // 2, 1))
        places.append(sure[::step])
        said.append(np.full(len(sure[::step]), is_match))
    return np.concatenate(places), np.concatenate(said)


def worth_asking(weight: Floats, concerned: Floats, vector: Ints, count: int, *, least: float = 0.0) -> Ints:
    """Return the places of the pairs most worth asking about, best first.

    Worth is what is not known, 4 p (1 - p), times the square root of what is concerned; a pair whose vector was
    asked already is worth half, a third …

    Args:
        weight: match weights, bits. least: bits a link needs.
        concerned: records, tickets or euros that hang on each answer.
        vector: code of each pair's comparison vector (`vector_codes`).
        count: pairs wanted.

    >>> worth_asking(np.array([9.0, 0.0, 0.2, -1.0]), np.ones(4), np.array([0, 1, 1, 2]), 2).tolist()
    [1, 3]
    """
    p = score.probability(weight - least)
    worth = 4.0 * p * (1.0 - p) * np.sqrt(np.maximum(concerned, 0.0))
    order = np.lexsort((np.arange(len(worth)), -worth, vector))
    firsts = np.flatnonzero(np.append(True, vector[order][1:] != vector[order][:-1])) if len(order) else order
    run = np.repeat(firsts, np.diff(np.append(firsts, len(order))))
    turn = np.empty(len(order), dtype=np.int64)
    turn[order] = np.arange(len(order)) - run
    worth = worth / (1.0 + turn)
    return np.lexsort((np.arange(len(worth)), -worth))[:count]


def vector_codes(levels: Levels) -> Ints:
    """Return one code per distinct comparison vector, for each pair."""
    packed = np.ascontiguousarray(levels).view(np.dtype((np.void, levels.shape[1]))).ravel()
    return np.unique(packed, return_inverse=True)[1].astype(np.int64)


def questions(matched: Matched, count: int, *, least: float = 0.0) -> Ints:
    """Return the places, among the pairs of `matched`, most worth asking: records of both persons are concerned."""
    sizes = np.bincount(matched.person, minlength=len(matched.person))
    concerned = (sizes[matched.person[matched.left]] * sizes[matched.person[matched.right]]).astype(np.float64)
    return worth_asking(matched.match_weight, concerned, vector_codes(matched.levels), count, least=least)
