"""A few hundred answers improve the model; the pairs asked about are those worth asking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.identity.test_evaluate import AS_OF, LABELLED

from chaland.config import Settings
from chaland.dedupe_columns import parse_columns
from chaland.dedupe_people import PeopleFile, clean_people, read_people
from chaland.engine import Engine
from chaland.identity import labels, score
from chaland.identity.evaluate import codes_of, evaluate
from chaland.identity.levels import COMPARISONS
from chaland.identity.match import Matched, match_records
from chaland.identity.records import Ints, read_records
from chaland.progress import Reporter


@pytest.fixture
def chicago(shared_data: Path, tmp_path: Path) -> tuple[Matched, Ints]:
    """Return the matching of Chicago's early-childhood sites, and their true numbers."""
    path, number, column, columns = LABELLED["chicago"]
    with Engine() as engine:
        file = PeopleFile(shared_data / path, parse_columns(columns), number, column)
        read = read_people(engine, [file], Reporter())
        settings = Settings(folder=tmp_path)
        clean_people(engine, settings, as_of=AS_OF, reporter=Reporter())
        records = read_records(engine, max_surnames_per_contact=5)
    matched = match_records(records, settings.identity, Reporter())
    return matched, codes_of(np.array([read.labels[key] for key in records.record_id.to_pylist()], dtype=object))


def test_three_hundred_answers_improve_the_matching(chicago: tuple[Matched, Ints]) -> None:
    matched, truth = chicago
    asked = labels.questions(matched, 300)
    left, right = matched.left[asked], matched.right[asked]
    better = labels.with_labels(matched, left, right, truth[left] == truth[right])
    before, after = evaluate(matched.person, truth).pairwise, evaluate(better.person, truth).pairwise
    assert len(asked) == 300
    assert after.f1 > before.f1 + 0.01
    assert after.precision > before.precision + 0.02
    # the bits of the fields and the prior still make the weight
    bits = score.weights_by_field(better.tables, better.levels).sum(axis=1)
    prior = np.unique(np.round(better.match_weight - bits, 6))
    assert len(prior) <= 2


def test_few_answers_of_one_kind_change_nothing(chicago: tuple[Matched, Ints]) -> None:
    matched, _ = chicago
    asked = labels.questions(matched, 30)
    found = labels.fit(matched.tables, matched.levels[asked], np.ones(30, dtype=bool))
    assert found.is_nothing
    as_before = score.match_weights(labels.adjusted(matched.tables, found), matched.levels)
    assert as_before.tolist() == matched.match_weight.tolist()


def test_answers_drawn_from_the_model_itself_leave_it_nearly_as_it_is(chicago: tuple[Matched, Ints]) -> None:
    matched, _ = chicago
    random = np.random.default_rng(8)
    chosen = random.choice(len(matched.left), 2_000, replace=False)
    answers = random.random(2_000) < score.probability(matched.match_weight[chosen])
    found = labels.fit(matched.tables, matched.levels[chosen], answers)
    told = [index for index, one in enumerate(COMPARISONS) if matched.levels[chosen][:, index].any()]
    factors = {COMPARISONS[index].field or COMPARISONS[index].name for index in told}
    assert {"address", "organisation", "phone"} <= factors
    assert np.abs(found.factors - 1.0).max() < 0.25


@given(
    st.lists(st.tuples(st.floats(-20, 20), st.integers(1, 50), st.integers(0, 3)), min_size=1, max_size=30),
    st.integers(1, 10),
)
def test_the_most_doubtful_pair_comes_first_among_equals(pairs: list[tuple[float, int, int]], count: int) -> None:
    weight, concerned, vector = (np.array(column) for column in zip(*pairs, strict=True))
    asked = labels.worth_asking(weight, np.ones(len(pairs)), vector, count)
    assert len(asked) == len(set(asked.tolist())) == min(count, len(pairs))
    doubt = score.probability(weight) * (1 - score.probability(weight))
    assert doubt[asked[0]] == pytest.approx(doubt.max())
    told = labels.worth_asking(weight, concerned.astype(float), vector, 1)[0]
    assert (doubt * np.sqrt(concerned))[told] == pytest.approx((doubt * np.sqrt(concerned)).max())


def test_a_second_pair_like_the_first_waits_for_another_kind() -> None:
    weight = np.array([0.0, 0.0, 0.0, 1.0])
    assert labels.worth_asking(weight, np.ones(4), np.array([7, 7, 7, 5]), 3).tolist() == [0, 3, 1]
