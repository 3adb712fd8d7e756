"""clean.records and clean.flags: rows in and out, order, versions, keys known from facts, consents, cards."""

from __future__ import annotations

import random
import re
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.clean import clean_records
from chaland.config import BaseSettings, Settings, parse_settings
from chaland.engine import Engine
from chaland.engine.workers import Workers
from chaland.progress import Reporter
from chaland.tables import clean, landing

AS_OF = date(2026, 11, 1)
SETTINGS = parse_settings(
    """
[base]
name = "Brindille"
[clean]
own_domains = ["brindille.fr"]
[sources.card]
kind = "people"
files = ["card.csv"]
is_card = true
columns = { person_key = "no", last_name = "nom" }
""",
    Path(),
)


def person(key: str, line: int, **fields: Any) -> dict[str, Any]:
    known = {"source": "card", "load_id": "card-1", "file": "card.csv", "line": line, "system": "card"}
    return known | {"person_key": key, "record_id": f"{fields.get('system', 'card')}:{key}"} | fields


def load(engine: Engine, table: Any, rows: list[dict[str, Any]]) -> None:
    columns = {name: [row.get(name) for row in rows] for name in table.column_names if any(name in row for row in rows)}
    engine.load(table, pa.table(columns))


def cleaned(people: list[dict[str, Any]], facts: list[dict[str, Any]] = [], settings: Settings = SETTINGS) -> Engine:  # noqa: B006
    engine = Engine()
    load(engine, landing.PEOPLE, people)
    if facts:
        load(engine, landing.LOYALTY_MOVEMENTS, facts)
    clean_records(engine, settings, as_of=AS_OF, reporter=Reporter())
    return engine


PEOPLE = [
    person("1", 2, recorded_at=datetime(2020, 1, 1), last_name="DURAND", first_name="Paul", city="Lille"),
    person(
        "1",
        3,
        recorded_at=datetime(2021, 1, 1),
        last_name="DURAND",
        first_name="Paule",
        postcode="59000",
        city="Lille",
        street="3 rue Haute",
    ),
    person("1", 4, last_name="ANCIEN", first_name="Paul"),
    person(
        "2",
        5,
        full_name="M. et Mme MARTIN Jean",
        phone="0199001234",
        consent_email="Oui",
        consent_sms="désinscrit",
        consent_post="?",
    ),
    person(
        "3", 6, system="web", source="web", last_name="SARL Durand", email="contact@durand.fr", card_number=" 12-34 "
    ),
]


def test_one_record_per_key_and_the_latest_version_speaks() -> None:
    engine = cleaned(PEOPLE)
    rows = engine.rows("select record_id, first_name, line, versions from clean.records order by record_id")
    assert rows == [("card:1", "Paule", 3, 3), ("card:2", "Jean", 5, 1), ("web:3", None, 6, 1)]


def test_rows_in_are_records_and_superseded_versions() -> None:
    engine = cleaned(PEOPLE)
    assert engine.value("select sum(versions) from clean.records") == len(PEOPLE)


def test_the_order_of_rows_does_not_matter() -> None:
    shuffled = list(PEOPLE)
    random.Random(7).shuffle(shuffled)
    query = "select * from clean.records order by record_id"
    assert cleaned(shuffled).rows(query) == cleaned(PEOPLE).rows(query)


def test_a_key_that_only_facts_name_becomes_a_record_of_its_own() -> None:
    movement = {
        "source": "moves", "load_id": "moves-1", "file": "m.csv", "line": 2, "system": "card", "person_key": "9",
        "card_number": "9", "moved_at": datetime(2026, 1, 1), "movement": "earn", "points": 3,
    }  # fmt: skip
    engine = cleaned(
        PEOPLE, [movement, movement | {"line": 3, "person_key": "1"}, movement | {"line": 4, "person_key": None}]
    )
    found = engine.rows(
        "select record_id, source, versions, is_key_only, name_grade, name_reason, card_number from clean.records "
        "where is_key_only"
    )
    assert found == [("card:9", "moves", 0, True, "E", "key_only", "9")]
    assert engine.count(clean.RECORDS) == 4


def test_consents_are_read_in_any_writing_and_unknown_words_say_nothing() -> None:
    found = cleaned(PEOPLE).rows(
        "select consent_email, consent_sms, consent_post, consent_phone from clean.records where record_id = 'card:2'"
    )
    assert found == [(True, False, None, None)]


def test_the_key_of_a_card_system_is_the_card_unless_one_is_given() -> None:
    found = cleaned(PEOPLE).rows("select record_id, card_number from clean.records order by record_id")
    assert found == [("card:1", "1"), ("card:2", "2"), ("web:3", "1234")]


def test_the_tier_of_a_card_is_kept_as_its_source_writes_it_beside_what_the_other_sources_of_the_system_say() -> None:
    engine = cleaned(
        [
            person("1", 2, last_name="DURAND", card_tier=" Or massif ", recorded_at=datetime(2024, 1, 1)),
            person("1", 2, source="web", load_id="web-1", last_name="DURAND", recorded_at=datetime(2025, 1, 1)),
            person("2", 3, last_name="PETIT", card_tier="  "),
        ]
    )
    assert engine.rows("select record_id, card_tier from clean.records order by 1") == [
        ("card:1", "Or massif"),
        ("card:2", None),
    ]


def test_an_overseas_postcode_chooses_the_region_of_a_telephone() -> None:
    people = [
        person(
            "1", 2, last_name="A", phone="0262 12 34 56", postcode="97410", city="Saint-Pierre", street="1 rue Haute"
        )
    ]
    assert cleaned(people).rows("select phone from clean.records") == [("+262262123456",)]


def test_a_first_of_january_filled_in_by_a_program_is_no_birth_date() -> None:
    people = [person(str(n), n + 2, last_name="A", birth_date="01/01/1970") for n in range(30)]
    people += [
        person(str(n), n + 2, last_name="A", birth_date=f"{n % 28 + 1}/03/{1950 + n % 40}") for n in range(100, 400)
    ]
    people += [person("500", 502, last_name="A", birth_date="01/01/1961")]
    found = cleaned(people).rows(
        "select birth_date, birth_year, birth_date_grade, birth_date_reason, count(*) from clean.records "
        "where birth_date is null or birth_date = '1961-01-01' group by all order by 5 desc"
    )
    assert found == [(None, None, "D", "default_date", 30), (date(1961, 1, 1), 1961, "A", "ok", 1)]


def test_a_program_that_knows_the_year_alone_leaves_the_year() -> None:
    people = [person(str(n), n + 2, last_name="A", birth_date=f"01/01/{1950 + n % 12}") for n in range(240)]
    people += [person("900", 902, last_name="A", birth_date="12/03/1961")]
    found = cleaned(people).rows(
        "select birth_date, count(*), min(birth_year), max(birth_year) from clean.records group by all order by 2"
    )
    assert found == [(date(1961, 3, 12), 1, 1961, 1961), (None, 240, 1950, 1961)]


@pytest.mark.parametrize(
    ("written", "year"),
    [("1958", 1958), ("00/00/1958", 1958), ("05/1958", 1958), ("31/02/1980", 1980), ("00/00/0000", None), ("58", None)],
)
def test_a_date_without_its_day_keeps_its_year(written: str, year: int | None) -> None:
    found = cleaned([person("1", 2, last_name="A", birth_date=written)])
    assert found.rows("select birth_date, birth_year from clean.records") == [(None, year)]


def test_flags_are_cleaned_as_records_are() -> None:
    engine = Engine()
    flag = {
        "source": "npai",
        "load_id": "npai-1",
        "file": "n.csv",
        "line": 2,
        "system": "npai",
        "flag": "returned_mail",
    }
    load(
        engine,
        landing.FLAGS,
        [flag | {"full_name": "MARTIN Louis", "address": "5 av. Foch 69006 LYON", "flag_code": "PND2"}],
    )
    clean_records(engine, SETTINGS, as_of=AS_OF, reporter=Reporter())
    query = "select flag, flag_code, first_name, last_name, address_line_4, insee_code from clean.flags"
    assert engine.rows(query) == [("returned_mail", "PND2", "Louis", "Martin", "5 AVENUE FOCH", "69386")]


def test_every_record_carries_a_grade_and_a_known_reason() -> None:
    from_file = set(re.findall(r"^(\w+) = \{", files("chaland.clean").joinpath("data/reasons.toml").read_text(), re.M))
    engine = cleaned(PEOPLE)
    for field in clean.GRADED_FIELDS:
        rows = engine.rows(f"select distinct {field}_grade, {field}_reason from clean.records")
        assert all(grade in "ABCDE" and reason in from_file for grade, reason in rows)


def test_work_tables_are_gone_when_it_ends() -> None:
    engine = cleaned(PEOPLE)
    assert (
        engine.rows("select table_name from information_schema.tables where table_name like 'clean\\_%' escape '\\'")
        == []
    )


def test_every_landing_table_that_names_a_person_feeds_the_keys_of_facts() -> None:
    text = files("chaland.clean").joinpath("fact_keys.sql").read_text()
    facts = [
        table.full_name
        for table in landing.TABLES
        if {"system", "person_key"} <= set(table.column_names) and table not in (landing.PEOPLE, landing.FLAGS)
    ]
    assert [name for name in facts if name not in text] == []


@pytest.mark.slow
def test_many_values_go_through_several_processes_with_the_same_result() -> None:
    people = [person(str(n), n + 2, last_name=f"DURAND{n}", first_name="Paul") for n in range(31_000)]
    engine = cleaned(people)
    assert engine.value("select count(distinct last_name_key) from clean.records") == 31_000


def test_workers_give_pieces_back_in_order_with_several_processes() -> None:
    with Workers(2) as workers:
        assert list(workers.map(str.upper, list("abcdefgh"), values=1_000_000)) == list("ABCDEFGH")
        assert list(workers.map(str.lower, list("AB"), values=1_000_000)) == ["a", "b"]


def test_a_record_says_by_which_channels_it_may_be_reached() -> None:
    given = [
        person(
            "1", 2, street="3 rue Haute", postcode="59000", city="Lille", phone="0199001234", email="a.petit@orange.fr"
        ),
        person("2", 3, mobile="0639981234", consent_sms="non", street="3 rue Haute", postcode="59000", city="Nîmes"),
        person("3", 4, mobile="0692123456", postcode="97410", city="St Pierre", email="b.petit@gmail.fr"),
        person("4", 5, phone="0892700000", email="c.petit@orange.fr", consent_email="Non"),
    ]
    columns = ("post", "phone", "sms", "email")
    names = ", ".join(f"is_reachable_by_{name}" for name in columns)
    rows = cleaned(given).rows(f"select {names} from clean.records order by record_id")
    assert rows == [
        (True, True, False, True),
        (False, True, False, False),
        (False, True, True, True),
        (False, False, False, False),
    ]


def test_a_telephone_has_its_kind_and_its_region_and_a_doubtful_domain_its_proposal() -> None:
    given = [
        person("1", 2, phone="0199001234", mobile="0639981234", email="a.petit@gmail.fr"),
        person("2", 3, phone="0262123456", mobile="0692123456", postcode="97410", city="St Pierre"),
        person("3", 4, phone="0970123456"),
        person("4", 5, phone="0892700000", email="b.petit@gmial.com"),
    ]
    query = "select phone_kind, phone_region, mobile_region, email_proposed from clean.records order by record_id"
    assert cleaned(given).rows(query) == [
        ("fixed", "FR", "FR", "a.petit@gmail.com"),
        ("fixed", "RE", "RE", None),
        ("voip", "FR", None, None),
        (None, None, None, None),
    ]


def test_a_sex_nobody_says_is_likely_by_the_first_name_and_the_year_of_birth() -> None:
    given = [
        person("1", 2, first_name="Camille", last_name="DURAND"),
        person("2", 3, first_name="Camille", last_name="DURAND", birth_date="3/5/1920"),
        person("3", 4, first_name="Paul", last_name="DURAND"),
        person("4", 5, first_name="Zzyx", last_name="DURAND"),
        person("5", 6, civility="Mme", first_name="Camille", last_name="DURAND"),
    ]
    query = "select sex, likely_sex, likely_sex_probability > 0.6 from clean.records order by record_id"
    assert cleaned(given).rows(query) == [
        (None, "F", True),
        (None, "M", True),
        ("M", None, None),
        (None, None, None),
        ("F", None, None),
    ]


def test_a_telephone_of_a_base_of_another_country_is_read_by_its_own_plan() -> None:
    belgian = Settings(folder=Path(), base=BaseSettings(country="BE"))
    found = cleaned([person("1", 2, phone="0470123456"), person("2", 3, mobile="+33639981234")], settings=belgian)
    query = "select phone, mobile, mobile_region from clean.records order by record_id"
    assert found.rows(query) == [(None, "+32470123456", "BE"), (None, "+33639981234", "FR")]


def test_a_whole_person_is_taken_apart_where_nothing_else_of_its_source_tells_a_place() -> None:
    whole = "DUPONT Jean 12 rue Haute 59000 Lille 06 12 34 56 78"
    notes = {"source": "notes", "system": "notes", "load_id": "notes-1"}
    people = [
        person("1", 2, full_name=whole, **notes),
        person("2", 3, full_name="Anne PETIT", phone="0320112233", **notes),
        person("3", 4, full_name=whole, city="Lille"),
    ]
    found = cleaned(people).rows(
        "select record_id, first_name, last_name, street, postcode, coalesce(mobile, phone) from clean.records "
        "where system = 'notes' order by record_id"
    )
    assert found == [
        ("notes:1", "Jean", "Dupont", "RUE HAUTE", "59000", "+33612345678"),
        ("notes:2", "Anne", "Petit", None, None, "+33320112233"),
    ]
    kept = cleaned(people).rows("select postcode, mobile from clean.records where system = 'card'")
    assert kept == [(None, None)]
