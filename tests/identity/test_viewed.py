"""One record seen without the engine is what the whole run's statement sees."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.identity.town import blank_record, fill_records

from chaland.engine import Engine
from chaland.identity.records import read_rows
from chaland.identity.viewed import Viewer
from chaland.tables import clean

LATIN = st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
WORDS = st.lists(
    st.sampled_from(["Rue", "de l'Église", "ÎLE", "œuf", "Straße", "12", "-", " ", "\N{NO-BREAK SPACE}", "ŁÓDŹ"])
)
TEXT = st.none() | LATIN | WORDS.map(" ".join)
KEY = st.none() | st.text("ABCEZ '-9", max_size=8) | TEXT
TEXTS = (
    "organisation", "sex", "street_number", "street_extension", "street", "street_key", "postcode", "city",
    "insee_code", "phone", "mobile", "card_number", "occupation", "birth_place",
)  # fmt: skip
RECORD = st.fixed_dictionaries(
    dict.fromkeys(TEXTS, TEXT)
    | dict.fromkeys(("first_name_key", "last_name_key", "birth_name_key"), KEY)
    | {
        "email_key": KEY | st.tuples(KEY, KEY).map(lambda parts: f"{parts[0]}@{parts[1]}"),
        "is_organisation": st.booleans(),
        "birth_date": st.none() | st.dates(min_value=date(1890, 1, 1), max_value=date(2030, 1, 1)),
        "birth_year": st.none() | st.integers(1890, 2030),
        "recorded_at": st.none() | st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2050, 1, 1)),
    }
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(threads=1)


@pytest.fixture(scope="module")
def viewer(engine: Engine) -> Viewer:
    return Viewer(engine)


@settings(max_examples=25, deadline=None)
@given(records=st.lists(RECORD, min_size=5, max_size=30))
def test_one_record_is_seen_as_the_statement_sees_it(
    engine: Engine, viewer: Viewer, records: list[dict[str, Any]]
) -> None:
    rows = [blank_record(f"a:{place:03d}") | record for place, record in enumerate(records)]
    fill_records(engine, rows)
    assert [viewer.view(row) for row in rows] == read_rows(engine).to_pylist()


def test_long_values_are_cut_as_the_statement_cuts_them(engine: Engine, viewer: Viewer) -> None:
    long = "é" * 59 + " " + "è" * 300_000
    row = blank_record("a:1", street=long, city=long, first_name_key="A" * 70, organisation=long, is_organisation=True)
    fill_records(engine, [row])
    assert [viewer.view(row)] == read_rows(engine).to_pylist()


@pytest.mark.parametrize("strange", ["Ленина", "e\N{COMBINING ACUTE ACCENT}", "\N{LATIN SMALL LIGATURE FI}"])
def test_letters_beyond_those_it_knows_are_left_to_the_statement(viewer: Viewer, strange: str) -> None:
    assert viewer.view(blank_record("a:1", street=strange)) is None


def test_it_gives_every_column_of_the_statement(engine: Engine, viewer: Viewer) -> None:
    engine.create(clean.RECORDS)
    assert list(viewer.view({}) or {}) == read_rows(engine).column_names
