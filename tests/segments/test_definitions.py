"""What people write is checked at the door: faults say where, and nothing hostile ever becomes SQL."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.segments.conftest import Small

from chaland.errors import ConfigError
from chaland.language import french_catalogue, speaking
from chaland.segments import read_definition, sentence
from chaland.segments.compiler import Members, compile_leaf
from chaland.segments.definition import InSegment
from chaland.segments.schema import segment_schema
from chaland.segments.vocabulary import EVENTS, FIELDS, REASONS

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "reference" / "segment.schema.json"
FULL: dict[str, Any] = {
    "version": 1,
    "where": {
        "all": [
            {"field": "age_years", "is": "between", "value": [40, 60]},
            {
                "bought": {
                    "department": ["Jardin"],
                    "times": {"at_least": 2},
                    "amount": {"at_least": 80},
                    "from": "2026-03-01",
                    "to": "2026-06-30",
                    "not_since": True,
                }
            },
            {"any": [{"near": {"km": 15, "shop": "12"}}, {"field": "can_email", "is": "no"}]},
            {"none": [{"did": {"event": "contact", "with": {"channel": ["phone"]}, "last_days": 90}}]},
        ]
    },
}


def test_every_fault_is_told_with_its_place_what_was_expected_and_what_was_found() -> None:
    wrong = {
        "version": 1,
        "where": {
            "all": [
                {"field": "age_years", "is": "between", "value": [60, 40]},
                {"field": "age", "is": "yes"},
                {"bought": {"department": ["Jardin"], "family": ["plants"], "shop": ["12"]}},
                {"any": []},
                {"field": "sex", "is": "one_of", "value": ["femme"]},
                {"did": {"event": "contact", "with": {"colour": ["red"]}}},
                {"bought": {"from": "2026-06-30", "to": "2026-03-01"}},
                {"bought": {"not_since": True}},
            ]
        },
    }
    with speaking("en"), pytest.raises(ConfigError) as refused:
        read_definition(wrong)
    told = refused.value.faults
    assert [fault.partition(":")[0] for fault in told] == [
        "/where/all/0/value",
        "/where/all/1/field",
        "/where/all/2/bought",
        "/where/all/3/any",
        "/where/all/4/value/0",
        "/where/all/5/did/with",
        "/where/all/6/bought/to",
        "/where/all/7/bought/not_since",
    ]
    assert told[0] == "/where/all/0/value: expected the lower first; found a list of 2."
    assert told[3] == "/where/all/3/any: expected a list of conditions, not empty; found a list of 0."
    assert "femme" not in str(refused.value), "a text is never quoted: a name may stand in it"


def test_the_sentence_is_plain_in_both_languages() -> None:
    with speaking("fr"):
        assert sentence(read_definition(FULL), names={"shop:12": "Rennes"}) == (
            "Clients\u00a0: âge de 40 à 60, et a acheté au rayon Jardin au moins 2 fois pour au moins "
            "80\u00a0€ en tout entre le 1er mars 2026 et le 30 juin 2026, et plus depuis, et "
            "(habite à 15\u00a0km au plus du magasin Rennes, "
            "ou joignable par e-mail\u00a0: non), et aucune de\u00a0: contact (canal\u00a0: phone) dans les 90 "
            "derniers jours."
        )
    with speaking("en"):
        assert sentence(read_definition(FULL), names={"shop:12": "Rennes"}) == (
            "Customers: age from 40 to 60, and bought in the department Jardin at least 2 times for at least €80 "
            "in all between 1 Mar 2026 and 30 June 2026, and not since, and (lives within 15 km of "
            "the shop Rennes, or not reachable by e-mail), and none of: contact (channel: phone) in the last 90 days."
        )


def test_every_word_of_the_vocabulary_has_its_french() -> None:
    words = {field.label for field in FIELDS} | {field.group for field in FIELDS} | set(REASONS.values())
    words |= {label for field in FIELDS for _, label in field.choices if not re.fullmatch("[A-E]", label)}
    words |= {event.label for event in EVENTS} | {name for event in EVENTS for name, _ in (*event.codes, *event.scores)}
    assert words - set(french_catalogue()) == set()


def test_the_published_schema_is_that_of_the_vocabulary() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == segment_schema()


# Nothing hostile becomes SQL ---------------------------------------------------------------------

HOSTILE = st.sampled_from(
    ("'; drop table segments.customers; --", '") or 1=1 --', "$value", "{x}", "\\", "%", "é", "🛒", "a'b\"c", "\n", " ")
) | st.text(max_size=12)
NUMBERS = st.integers() | st.floats() | st.booleans() | st.none()
DAYS = st.dates().map(str) | HOSTILE
NAMES = st.sampled_from([field.name for field in FIELDS]) | HOSTILE
TESTS = st.sampled_from(sorted({test for field in FIELDS for test in field.tests})) | HOSTILE
VALUES = st.recursive(
    NUMBERS | HOSTILE | DAYS,
    lambda one: st.lists(one, max_size=3) | st.dictionaries(HOSTILE, one, max_size=2),
    max_leaves=4,
)
BOUNDS = st.dictionaries(st.sampled_from(("at_least", "at_most")) | HOSTILE, st.integers(-5, 50) | NUMBERS, max_size=2)
BOUGHT = st.fixed_dictionaries(
    {},
    optional={
        "department": st.lists(HOSTILE, max_size=3) | VALUES,
        "family": st.lists(HOSTILE, max_size=3),
        "product": st.lists(HOSTILE, min_size=1, max_size=3),
        "shop": st.lists(HOSTILE, min_size=1, max_size=3),
        "times": BOUNDS,
        "amount": BOUNDS,
        "from": DAYS,
        "to": DAYS,
        "last_days": st.integers(-3, 40_000),
        "not_since": st.booleans(),
    },
)
DID = st.fixed_dictionaries(
    {"event": st.sampled_from([event.name for event in EVENTS]) | HOSTILE},
    optional={
        "with": st.dictionaries(
            st.sampled_from(("channel", "operation", "recommendation", "page")) | HOSTILE,
            st.lists(HOSTILE, max_size=2) | BOUNDS,
            max_size=2,
        ),
        "times": BOUNDS,
        "from": DAYS,
    },
)
LEAVES = (
    st.fixed_dictionaries({"field": NAMES, "is": TESTS}, optional={"value": VALUES})
    | BOUGHT.map(lambda one: {"bought": one})
    | DID.map(lambda one: {"did": one})
    | st.fixed_dictionaries({"km": st.integers(1, 100) | NUMBERS}, optional={"postcode": HOSTILE}).map(
        lambda one: {"near": one}
    )
    | st.fixed_dictionaries({"name": HOSTILE}, optional={"one_of": st.lists(HOSTILE, max_size=2)}).map(
        lambda one: {"attribute": one}
    )
    | st.dictionaries(HOSTILE, VALUES, max_size=2)
)
PARTS = st.recursive(
    LEAVES, lambda one: st.lists(one, max_size=3).flatmap(
        lambda parts: st.sampled_from(("all", "any", "none")).map(lambda kind: {kind: parts})
    ), max_leaves=4,
)  # fmt: skip
OUR_WORDS = set(string.ascii_letters + string.digits + " _.,()<>=$\"'*+-/:%")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PARTS, max_size=3))
def test_a_hostile_definition_is_refused_plainly_or_counted_without_its_words_in_the_sql(
    small: Small, parts: list[Any]
) -> None:
    try:
        definition = read_definition({"version": 1, "where": {"all": parts}})
    except ConfigError as refused:
        assert refused.faults
        return
    for leaf in definition.leaves:
        if isinstance(leaf, InSegment):
            continue
        compiled = compile_leaf(leaf, small.base.as_of)
        statements = [compiled.statement] if isinstance(compiled, Members) else compiled.statements
        for statement in statements:
            assert set(statement.sql) <= OUR_WORDS
            assert "drop" not in statement.sql
            assert {f"${name}" for name in statement.values} == set(re.findall(r"\$\w+", statement.sql))
    try:
        assert 0 <= small.base.count(definition) <= small.base.customers
    except ConfigError as refused:
        assert "distance" in str(refused)
    assert sentence(definition)


@given(st.text(max_size=40))
def test_the_sql_of_a_text_is_the_same_whatever_the_text(small: Small, text: str) -> None:
    def compiled(value: str) -> list[str]:
        parts: list[dict[str, Any]] = [
            {"field": "city", "is": "starts_with", "value": value},
            {"field": "occupation", "is": "one_of", "value": [value]},
            {"bought": {"department": [value]}},
            {"bought": {"family": [value], "shop": [value], "to": "2026-03-01", "not_since": True}},
            {"near": {"km": 3, "shop": value}},
            {"attribute": {"name": value, "one_of": [value]}},
            {"did": {"event": "web", "with": {"page": [value]}}},
        ]
        definition = read_definition({"version": 1, "where": {"all": parts}})
        return [one.sql for _, statements in small.base.statements(definition) for one in statements]

    try:
        assert compiled(text) == compiled("x")
    except ConfigError:
        assert not text or "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)
