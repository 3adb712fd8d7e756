"""Who objects to profiling is chosen by no score, nor by the lack of one; a page says how many a score leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.segments.conftest import CUSTOMERS, Small

from chaland.config import PROFILING
from chaland.segments import OpenBase, read_definition
from chaland.segments.sets import numbers_of
from chaland.segments.study import objectors, rests_on_score

SCORE = {"field": "rfm_segment", "is": "one_of", "value": ["champions"]}
NOTED = {"field": "is_high_potential", "is": "yes"}
CARD = {"field": "is_card_holder", "is": "yes"}
SAID = ((1, "card:1", False), (1, "web:1", False), (2, "card:2", True), (16, "web:2", False))
OBJECTORS = {1, 16}


@pytest.fixture
def objected(small: Small) -> Iterator[OpenBase]:
    """Give the small base, nobody scored in it, opened after two of its customers objected."""
    engine = small.base.engine
    for number, record_id, is_granted in SAID:
        engine.execute(
            "insert into base.consents by name select $id as customer_id, $record as record_id, "
            "$yes as is_granted, $channel as channel, 'desk_consents' as source",
            {"id": f"c{number:03d}", "record": record_id, "yes": is_granted, "channel": PROFILING},
        )
    yield OpenBase(engine, small.base.saved)
    engine.execute("delete from base.consents")


def chosen(base_: OpenBase, *parts: dict[str, Any]) -> set[int]:
    with base_.asking() as run:
        definition = read_definition({"version": 1, "where": {"all": list(parts)}})
        return set(numbers_of(base_.bits(definition, run), CUSTOMERS).tolist())


def asks_for_a_score(small: Small, *parts: object) -> bool:
    return rests_on_score(small.base, read_definition({"version": 1, "where": {"all": list(parts)}}))


def test_a_definition_tells_whether_it_asks_for_a_score_however_deep(small: Small) -> None:
    assert asks_for_a_score(small, CARD, {"none": [{"any": [SCORE, CARD]}]})
    assert asks_for_a_score(small, NOTED)
    assert not asks_for_a_score(small, CARD)


def test_the_customers_who_object_are_counted_once(objected: OpenBase) -> None:
    with objected.asking() as run:
        assert objectors(objected, run) == 2


def test_neither_a_score_nor_its_negation_nor_its_lack_chooses_who_objects(objected: OpenBase) -> None:
    others = set(range(CUSTOMERS)) - OBJECTORS
    assert chosen(objected, {"none": [SCORE]}) == others
    assert chosen(objected, {"field": "rfm_segment", "is": "unknown"}) == others
    assert chosen(objected, {"field": "is_high_potential", "is": "no"}) == others
    assert chosen(objected, {"none": [{"none": [NOTED]}]}) == set()
    assert chosen(objected, {"none": [{"all": [NOTED, SCORE]}]}) == others


def test_who_objects_is_still_chosen_by_what_is_no_score(objected: OpenBase) -> None:
    card = chosen(objected, CARD)
    assert chosen(objected, {"any": [CARD, SCORE]}) == card
    assert chosen(objected, {"any": [CARD, {"none": [SCORE]}]}) == card | set(range(CUSTOMERS)) - OBJECTORS
    everybody = set(range(CUSTOMERS))
    assert chosen(objected, {"none": [{"all": [CARD, SCORE]}]}) == everybody - (card & OBJECTORS)


def test_each_step_and_the_sample_leave_out_who_objects_too(objected: OpenBase) -> None:
    given = {"version": 1, "where": {"all": [{"none": [SCORE, NOTED]}, CARD]}}
    explained = objected.explain(given)
    alone = [(step.pointer, step.alone, step.so_far) for step in explained.steps]
    left = CUSTOMERS - len(OBJECTORS)
    assert alone[:3] == [
        ("/where/all/0", left, left),
        ("/where/all/0/none/0", 0, left),
        ("/where/all/0/none/1", 0, left),
    ]
    assert explained.customers == len(chosen(objected, CARD) - OBJECTORS)
    seen = [number for number in chosen(objected, CARD) - OBJECTORS if number % 16 == 0]
    assert objected.estimate(read_definition(given)).seen == len(seen)
