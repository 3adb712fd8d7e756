"""Who was put right since the snapshot is found by what is right and by what was there, errors forgiven in both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.publish.test_search import PEOPLE, fill

from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.publish import write_cards
from chaland.publish.corrected import corrected_cards
from chaland.publish.search import CardIndex, Hit

Asked = Callable[..., list[Hit]]

CORRECTED: Mapping[str, Mapping[str, str | None]] = {
    "1": {"last_name": "Kerbrat", "mobile": "+33755501234", "postcode": "29200", "city": "BREST", "street": "QUAI SUD"},
    "3": {"email": None, "birth_date": "1980-02-03"},
    "6": {"card_number": "2987000000099", "first_name": "Agnès"},
    "nobody": {"last_name": "Chalain"},
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardIndex]:
    path = tmp_path_factory.mktemp("cards") / "cards.sqlite3"
    with Engine(threads=1) as engine:
        fill(engine)
        write_cards(engine, path, reporter=Reporter())
    opened = CardIndex(path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def asked(index: CardIndex) -> Iterator[Asked]:
    corrected = corrected_cards(index, CORRECTED)
    yield lambda text, shops=None: index.search(text, 20, shops, corrected)
    corrected.close()


def first(hits: list[Hit]) -> tuple[str, str, list[tuple[str, str]]]:
    return hits[0].customer_id, hits[0].display_name, [(match.kind, match.found) for match in hits[0].matches]


@pytest.mark.parametrize(
    ("typed", "found", "why"),
    [
        ("kerbrat", "1", [("name", "KERBRAT")]),
        ("kerbart helene", "1", [("name_close", "KERBRAT"), ("name", "HELENE")]),
        ("kerb", "1", [("name", "KERBRAT")]),
        ("kerbrat brest", "1", [("name", "KERBRAT"), ("town", "BREST")]),
        ("helene quai", "1", [("name", "HELENE"), ("street", "QUAI")]),
        ("07 55 50 12 34", "1", [("phone", "0755501234")]),
        ("075550", "1", [("phone", "0755501234")]),
        ("helene chalain", "1", [("name", "HELENE"), ("name", "CHALAIN"), ("before", "CHALAIN")]),
        ("helene chalin", "1", [("name", "HELENE"), ("name_close", "CHALAIN"), ("before", "CHALAIN")]),
        ("0639984127", "1", [("phone", "0639984127"), ("before", "0639984127")]),
        ("rousselot", "1", [("name", "ROUSSELOT")]),
        ("helene.bove@example.com", "3",
         [("email", "helene.bove@example.com"), ("before", "helene.bove@example.com")]),
        ("298 7000 000 099", "6", [("card", "2987000000099")]),
        ("2987000000026", "6", [("card", "2987000000026"), ("before", "2987000000026")]),
        ("agnes lefebvre", "6", [("name", "AGNES"), ("name", "LEFEBVRE")]),
    ],
)  # fmt: skip
def test_what_is_right_and_what_was_there_both_find_him(asked: Asked, typed: str, found: str, why: object) -> None:
    hits = asked(typed)
    assert (hits[0].customer_id, first(hits)[2]) == (found, why)
    assert [hit.customer_id for hit in hits].count(found) == 1


def test_a_hit_shows_what_is_right_however_he_was_found(asked: Asked) -> None:
    for typed in ("kerbrat", "helene chalain", "0639984127", "helene.chalain@example.com"):
        hit = asked(typed)[0]
        told = (hit.display_name, hit.mobile, hit.email, hit.postcode, hit.city)
        assert told == ("Hélène Kerbrat", "+33755501234", "helene.chalain@example.com", "29200", "BREST")
    assert [(hit.email, hit.birth_date) for hit in asked("bove")] == [(None, "1980-02-03")]


def test_who_was_not_corrected_is_found_as_before(asked: Asked, index: CardIndex) -> None:
    for typed in ("jean pierre le goff", "jeanpierre", "nantes", "marc chalain", "0692123456", "zzyxw"):
        kept = [hit for hit in index.search(typed) if hit.customer_id not in CORRECTED]
        assert [hit for hit in asked(typed) if hit.customer_id not in CORRECTED] == kept


def test_the_shops_that_bind_a_name_bind_a_corrected_one(index: CardIndex) -> None:
    corrected = corrected_cards(index, {"2": {"last_name": "Kerbrat"}, "9": {"last_name": "Kerbrat"}})
    assert [hit.customer_id for hit in index.search("kerbrat", 20, None, corrected)] == ["2", "9"]
    assert [hit.customer_id for hit in index.search("kerbrat", 20, ["NTE"], corrected)] == ["2"]
    assert index.search("kerbrat", 20, ["LIL"], corrected) == []
    corrected.close()


def test_nothing_corrected_is_an_empty_index(index: CardIndex) -> None:
    corrected = corrected_cards(index, {})
    assert index.search("chalain", 20, None, corrected) == index.search("chalain", 20)
    corrected.close()


TOLD = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.sampled_from(["Agnès", "Hélène", None]),
        "last_name": st.sampled_from(["Kerbrat", "Le Goff", "Chalain"]),
        "city": st.sampled_from(["BREST", "NANTES"]),
        "street": st.sampled_from(["QUAI SUD", None]),
        "mobile": st.sampled_from(["+33755501234", "+33639984127", None]),
        "email": st.sampled_from(["a.k@example.com", None]),
    },
)
CHANGES = st.lists(
    st.dictionaries(st.sampled_from([*(person[0] for person in PEOPLE), "nobody"]), TOLD | st.none(), max_size=3),
    max_size=6,
)
ASKED = ("kerbrat", "kerbart", "helene", "chalin", "goff", "brest", "nates", "quai", "0755501234", "0639984127", "a.k@")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES)
def test_corrections_one_after_another_answer_as_all_at_once(
    index: CardIndex, changes: list[dict[str, dict[str, str | None] | None]]
) -> None:
    last: dict[str, dict[str, str | None] | None] = {}
    grown = corrected_cards(index, {})
    for change in changes:
        last |= change
        grown.close()
        grown = corrected_cards(index, change, grown)
    whole = corrected_cards(index, {customer_id: told for customer_id, told in last.items() if told is not None})
    assert grown.before == whole.before
    for table in ("cards", "words", "keys", "card_shops"):
        rows = [sorted(made.connection.execute(f"select * from {table}"), key=repr) for made in (grown, whole)]
        assert rows[0] == rows[1]
    for text in ASKED:
        for shops in (None, ["NTE"]):
            assert index.search(text, 20, shops, grown) == index.search(text, 20, shops, whole)
    grown.close()
    whole.close()
