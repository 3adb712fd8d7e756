"""Cohen 1960: the coefficient of agreement of two judges, on the figures of the paper."""

from __future__ import annotations

import pytest

from chaland_web.steward.agreement import agreement, couples

# Educational and Psychological Measurement 20, table 1: 200 subjects, three categories
COHEN = {
    ("1", "1"): 88, ("1", "2"): 14, ("1", "3"): 18,
    ("2", "1"): 10, ("2", "2"): 40, ("2", "3"): 10,
    ("3", "1"): 2, ("3", "2"): 6, ("3", "3"): 12,
}  # fmt: skip


def test_kappa_of_cohen_s_example() -> None:
    found = agreement([pair for pair, count in COHEN.items() for _ in range(count)])
    assert found is not None
    assert found.kappa is not None
    assert (found.pairs, found.agreed) == (200, 140)
    assert (round(found.observed, 2), round(found.expected, 2), round(found.kappa, 3)) == (0.70, 0.41, 0.492)


def test_judges_who_always_give_one_answer_have_no_kappa() -> None:
    found = agreement([("same", "same")] * 7)
    assert found is not None
    assert (found.observed, found.expected, found.kappa) == (1.0, 1.0, None)


def test_two_judges_who_never_agree_are_below_chance() -> None:
    found = agreement([("same", "apart"), ("apart", "same")])
    assert found is not None
    assert found.kappa == pytest.approx(-1.0)


def test_only_pairs_that_both_judged_count() -> None:
    judged = {"a": {("x", "y"): "same", ("x", "z"): "apart"}, "b": {("x", "y"): "same"}, "c": {}}
    assert [(one.one, one.other, one.agreement.pairs) for one in couples(judged)] == [("a", "b", 1)]
    assert agreement([]) is None
