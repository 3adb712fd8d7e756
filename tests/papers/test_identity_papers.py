"""Published figures that the matcher's building blocks reproduce."""

from __future__ import annotations

import numpy as np
import pytest
from rapidfuzz.distance import JaroWinkler

from chaland.identity import model, score
from chaland.identity.evaluate import evaluate
from chaland.identity.levels import COMPARISONS, NAMESAKES
from chaland.identity.marginals import Marginals
from chaland.identity.model import Model

TRUTH = [1] * 5 + [2] * 2 + [3] * 5


@pytest.mark.parametrize(
    ("response", "precision"),
    [([1] * 5 + [2] * 7, 0.76), ([1] * 5 + [2] * 2 + [1] * 5, 0.58)],
)
def test_b_cubed_of_bagga_and_baldwin_1998(response: list[int], precision: float) -> None:
    """Bagga & Baldwin 1998, "Algorithms for scoring coreference chains", figures 1 and 2: 76% and 58%, recall 100%."""
    found = evaluate(response, TRUTH).b_cubed
    assert round(found.precision, 2) == precision
    assert found.recall == 1.0


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [("MARTHA", "MARHTA", 0.961), ("DWAYNE", "DUANE", 0.840), ("DIXON", "DICKSONX", 0.813)],
)
def test_jaro_winkler_of_winkler_1990(one: str, other: str, likeness: float) -> None:
    """The string comparator every level of closeness rests on, on Winkler's own examples."""
    assert round(JaroWinkler.similarity(one, other), 3) == likeness


def known_model() -> Model:
    """Return a model of two classes whose probabilities we choose: the fields with two levels each, far apart."""
    random = np.random.default_rng(5)
    m, u = [], []
    for comparison in COMPARISONS:
        size = len(comparison.levels)
        low, high = np.full(size, 1e-12), np.full(size, 1e-12)
        agree = size - 1 if not comparison.families else comparison.family(comparison.families[-1]) + 8
        chance = 0.7 + 0.25 * random.random()
        high[agree], high[1] = chance, 1 - chance
        low[agree], low[1] = 1 / 2**7, 1 - 1 / 2**7
        high[0] = low[0] = 1.0
        m.append(high)
        u.append(low)
    return Model(tuple(m), tuple(u), tuple(u), 0.002, 0.0, False)


def drawn_levels(known: Model, count: int) -> np.ndarray:
    """Return the levels of `count` pairs drawn under a model."""
    random = np.random.default_rng(6)
    is_match = random.random(count) < known.prior_match
    out = np.zeros((count, len(COMPARISONS)), dtype=np.uint8)
    for index in range(len(COMPARISONS)):
        for table, rows in ((known.m, is_match), (known.u, ~is_match)):
            chances = table[index].copy()
            chances[0] = 0.0
            out[rows, index] = random.choice(len(chances), int(rows.sum()), p=chances / chances.sum())
    return out


def test_em_recovers_the_probabilities_it_was_drawn_from() -> None:
    """Jaro 1989: m and the prior are found without labels, strangers' rates being known."""
    known = known_model()
    levels = drawn_levels(known, 400_000)
    pairs = float(len(levels))
    shares = tuple(
        np.bincount(levels[:, index], minlength=len(comparison.levels)) / pairs
        for index, comparison in enumerate(COMPARISONS)
    )
    spread = []
    for comparison in COMPARISONS:
        even = np.zeros(len(comparison.levels))
        for family in comparison.families:
            even[comparison.family(family) + 8] = 1.0
        spread.append(even)
    marginals = Marginals(
        pairs=pairs,
        filled=(pairs,) * len(COMPARISONS),
        shares=shares,
        spread=tuple(spread),
        floors=tuple(0.01 * share for share in shares),
    )
    found = model.learn(model.distinct_vectors(levels), marginals, records=2_000, has_households=False)
    assert found.prior_match == pytest.approx(known.prior_match, rel=0.05)
    for index, comparison in enumerate(COMPARISONS):
        agree = int(np.argmax(known.m[index][1:])) + 1
        assert found.m[index][agree] == pytest.approx(known.m[index][agree], abs=0.04), comparison.name
        if comparison is not NAMESAKES:  # no rate of all strangers: tests/identity/test_namesakes.py
            assert found.u[index][agree] == pytest.approx(1 / 2**7, rel=0.05), comparison.name


def test_a_weight_is_the_log_of_the_ratio_of_probabilities() -> None:
    """Fellegi & Sunter 1969: the weight of an outcome is log(m/u); the weights of a pair add up."""
    known = known_model()
    tables = score.weight_tables(known)
    levels = drawn_levels(known, 50)
    expected = np.log2(known.prior_match / (1 - known.prior_match)) + sum(
        np.log2(known.m[index] / known.u[index])[levels[:, index]] for index in range(len(COMPARISONS))
    )
    assert np.allclose(score.match_weights(tables, levels), expected, atol=1e-9)
    prior = tables.prior_stranger
    assert np.allclose(score.weights_by_field(tables, levels).sum(axis=1) + prior, expected, atol=1e-9)
