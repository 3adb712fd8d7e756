"""Who objects to profiling is chosen by no score: what asks for one says so, and how many it leaves out."""

from __future__ import annotations

from tests.segments.conftest import Small

from chaland.config import PROFILING
from chaland.segments import read_definition
from chaland.segments.study import objectors, rests_on_score
from chaland.tables import base

SCORE = {"field": "rfm_segment", "is": "one_of", "value": ["champions"]}
CARD = {"field": "is_card_holder", "is": "yes"}


def asks_for_a_score(small: Small, *parts: object) -> bool:
    return rests_on_score(small.base, read_definition({"version": 1, "where": {"all": list(parts)}}))


def test_a_definition_tells_whether_it_asks_for_a_score_however_deep(small: Small) -> None:
    assert asks_for_a_score(small, CARD, {"none": [{"any": [SCORE, CARD]}]})
    assert not asks_for_a_score(small, CARD)


def test_the_customers_who_object_are_counted_once(small: Small) -> None:
    engine = small.base.engine
    engine.create_missing(base.CONSENTS)
    said = (("c1", "card:1", False), ("c1", "web:1", False), ("c2", "card:2", True))
    try:
        for customer_id, record_id, is_granted in said:
            engine.execute(
                "insert into base.consents by name select $id as customer_id, $record as record_id, "
                "$yes as is_granted, $channel as channel, 'desk_consents' as source",
                {"id": customer_id, "record": record_id, "yes": is_granted, "channel": PROFILING},
            )
        with small.base.asking() as run:
            assert objectors(small.base, run) == 1
    finally:
        engine.execute("delete from base.consents")
