"""What a steward is asked: doubtful pairs, one a couple of customers, never what he answered."""

from __future__ import annotations

import pytest
from tests.identity.test_decisions import run, word
from tests.identity.town import Row, town

from chaland.engine import Engine

QUESTIONS = "select record_id_l, record_id_r, match_weight, is_linked, expected_gain, related from identity.questions"


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return town(150, seed=4)[0]


@pytest.fixture(scope="module")
def engine(rows: list[Row]) -> Engine:
    return run(rows, [], None)


def test_questions_are_near_the_threshold_and_ranked(engine: Engine) -> None:
    asked = engine.rows(f"{QUESTIONS} order by rank")
    assert len(asked) > 5
    assert engine.rows("select min(rank), max(rank), count(*) from identity.questions") == [(1, len(asked), len(asked))]
    least = 0.0 if not asked else min(abs(weight) for _, _, weight, *_ in asked)
    assert least < 3.0
    assert all(gain > 0 and related >= 0 for *_, gain, related in asked)


def test_two_customers_are_asked_about_once(engine: Engine) -> None:
    couples = engine.rows(
        "select least(l.customer_id, r.customer_id), greatest(l.customer_id, r.customer_id) from identity.questions "
        "join identity.persons l on l.record_id = record_id_l join identity.persons r on r.record_id = record_id_r"
    )
    assert len(couples) == len(set(couples))


def test_a_question_says_whether_its_records_are_one(engine: Engine) -> None:
    wrong = engine.rows(
        "select 1 from identity.questions q join identity.persons l on l.record_id = q.record_id_l "
        "join identity.persons r on r.record_id = q.record_id_r where is_linked <> (l.customer_id = r.customer_id)"
    )
    assert wrong == []


@pytest.mark.parametrize("answer", ["same", "apart", "unsure"])
def test_what_was_answered_is_not_asked_again(rows: list[Row], engine: Engine, answer: str) -> None:
    one, other, *_ = engine.rows(f"{QUESTIONS} order by rank")[0]
    again = run(rows, [word(1, one, other, answer)], engine)
    assert (one, other) not in {pair[:2] for pair in again.rows(QUESTIONS)}
