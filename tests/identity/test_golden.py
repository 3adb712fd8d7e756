"""What survives of a customer's values, and who shares his home."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest
from tests.cast import load_rows
from tests.identity.test_resolve import resolved
from tests.identity.town import Row, blank_record, fill_records

from chaland.engine import Engine
from chaland.identity.golden import write_golden_records
from chaland.tables import clean, identity

OLD, MIDDLE, NEW = datetime(2020, 1, 1), datetime(2023, 1, 1), datetime(2026, 1, 1)
HOME = {"street_number": "12", "street": "RUE DES LILAS", "postcode": "59000", "city": "LILLE", "insee_code": "59350"}


def golden(
    rows: list[Row], *, corrections: list[Row] | None = None, rules: dict[str, list[str]] | None = None
) -> Engine:
    """Return an engine with the golden record of all the rows, one customer, who once was C0."""
    engine = Engine()
    fill_records(engine, rows)
    load_rows(engine, clean.CORRECTIONS, corrections or [])
    load_rows(
        engine,
        identity.ALIASES,
        [{"old_customer_id": "C0", "customer_id": "C1", "reason": "merged", "since_date": date(2025, 1, 1)}],
    )
    ids = [row["record_id"] for row in rows]
    persons = {"record_id": ids, "customer_id": ["C1"] * len(ids), "household_id": ["H1"] * len(ids)}
    engine.load(identity.PERSONS, pa.table(persons))
    links = pa.table({"customer_id": ["C1"], "weakest_link_bits": [7.5]})
    write_golden_records(engine, links, rules=rules or {}, as_of=date(2026, 11, 1))
    return engine


def correction(line: int, subject: str, at: datetime, **fields: Any) -> Row:
    """Return a row of clean.corrections."""
    blank = blank_record(f"correction:corrections:corrections.csv:{line}", **fields)
    return {
        **{name: blank[name] for name in blank if name in clean.CORRECTIONS.column_names},
        "source": "corrections",
        "subject": subject,
        "corrected_at": at,
        "corrected_by": "steward",
    }


def chosen(engine: Engine, field: str) -> list[tuple[object, ...]]:
    return engine.rows(
        "select value, is_chosen, rule, records from identity.values "
        "where field = $field order by is_chosen desc, value",
        {"field": field},
    )


def test_a_verified_value_beats_a_more_recent_one() -> None:
    engine = golden(
        [
            blank_record("a:1", email_key="good@b.fr", email_grade="A", recorded_at=OLD),
            blank_record("a:2", email_key="doubtful@b.fr", email_grade="C", recorded_at=NEW),
        ]
    )
    assert chosen(engine, "email") == [("good@b.fr", True, "verified", 1), ("doubtful@b.fr", False, "verified", 1)]


def test_the_most_recent_of_two_good_values_survives() -> None:
    engine = golden(
        [
            blank_record("a:1", mobile="+33611111111", recorded_at=OLD),
            blank_record("a:2", mobile="+33611111111", recorded_at=OLD),
            blank_record("a:3", mobile="+33622222222", recorded_at=NEW),
        ]
    )
    assert chosen(engine, "mobile") == [
        ("+33622222222", True, "most_recent", 1),
        ("+33611111111", False, "most_recent", 2),
    ]


def test_the_most_frequent_value_survives_among_equals() -> None:
    engine = golden(
        [
            blank_record("a:1", birth_date=date(1979, 5, 14), recorded_at=OLD),
            blank_record("a:2", birth_date=date(1979, 5, 14), recorded_at=OLD),
            blank_record("a:3", birth_date=date(1979, 5, 15), recorded_at=OLD),
        ]
    )
    assert chosen(engine, "birth_date") == [
        ("1979-05-14", True, "most_frequent", 2),
        ("1979-05-15", False, "most_frequent", 1),
    ]


def test_a_whole_name_beats_an_initial() -> None:
    engine = golden(
        [
            blank_record("a:1", first_name_key="C", last_name_key="PETIT", first_name="C", recorded_at=NEW),
            blank_record("a:2", first_name_key="CLAIRE", last_name_key="PETIT", first_name="Claire", recorded_at=OLD),
        ]
    )
    assert chosen(engine, "name")[0] == ("Claire PETIT", True, "verified", 1)
    found = engine.rows("select first_name, last_name, records, systems, weakest_link_bits from identity.customers")
    assert found == [("Claire", "PETIT", 2, 1, 7.5)]


def test_an_address_survives_whole_with_its_source_and_date() -> None:
    engine = golden(
        [
            blank_record("card:1", **HOME, recorded_at=OLD),
            blank_record("web:1", city="NANTES", postcode="44000", recorded_at=NEW),
        ]
    )
    found = engine.rows("select street_number, street, postcode, city, first_seen_at from identity.customers")
    assert found == [("12", "RUE DES LILAS", "59000", "LILLE", OLD)]
    kept = engine.rows("select source, seen_at, is_chosen from identity.values where field = 'address' order by 1")
    assert kept == [("card", OLD, True), ("web", NEW, False)]


def test_what_one_record_alone_says_is_not_lost() -> None:
    engine = golden(
        [
            blank_record("a:1", last_name_key="PETIT", birth_name="Marchand", birth_name_key="MARCHAND",
                         consent_email=True, recorded_at=OLD),
            blank_record("a:2", first_name_key="CLAIRE", last_name_key="PETIT", consent_email=None, recorded_at=NEW),
        ]
    )  # fmt: skip
    found = engine.rows("select last_name, birth_name, consent_email, consent_sms from identity.customers")
    assert found == [("PETIT", "Marchand", True, None)]


def test_the_tier_is_that_of_the_latest_record_that_holds_one() -> None:
    engine = golden(
        [
            blank_record("card:1", card_number="1", card_tier="Argent", recorded_at=OLD),
            blank_record("card:2", card_number="2", card_tier="Or", recorded_at=MIDDLE),
            blank_record("web:1", email_key="a@b.fr", recorded_at=NEW),
        ]
    )
    assert engine.rows("select card_number, card_tier from identity.customers") == [("2", "Or")]
    told = engine.rows("select value, is_chosen, rule, source, record_id, seen_at from identity.values "
                       "where field = 'card_tier' order by is_chosen desc")  # fmt: skip
    assert told == [
        ("Or", True, "most_recent", "card", "card:2", MIDDLE),
        ("Argent", False, "most_recent", "card", "card:1", OLD),
    ]


@pytest.mark.parametrize(
    "said",
    [
        {
            "first_name_key": "CLAIRE",
            "last_name_key": "PETIT",
            "birth_name": "Roy",
            "civility": "MME",
            "sex": "F",
            **HOME,
        },
        {"organisation": "PETIT SARL", "is_organisation": True, "last_name_key": "PETIT", "email_key": "a@b.fr"},
        {"is_cedex": True, "country": "FR", "address_status": "R4", "mobile": "+33611111111", "card_tier": "Or"},
        {"city": "LILLE", "birth_name_key": "ROY", "consent_email": False, "email_grade": "D", "phone": "+33320202020"},
    ],
    ids=["a person", "a company", "no address", "no name"],
)
def test_one_record_makes_the_golden_record_that_the_same_words_twice_make(said: dict[str, Any]) -> None:
    once, twice = (golden([blank_record(f"a:{n}", **said, recorded_at=OLD) for n in range(times)]) for times in (1, 2))
    customers = "select * exclude (records, weakest_link_bits) from identity.customers"
    values = "select * exclude (records) from identity.values order by field"
    assert once.rows(customers) == twice.rows(customers)
    assert once.rows(values) == twice.rows(values)
    assert once.rows("select count(*) > 0, sum(records) = count(*) from identity.values") == [(True, True)]


def couples(count: int, moved: bool) -> list[Row]:
    """Return couples under one roof; the first of each moves away later when `moved`."""
    rows = []
    for n in range(count):
        home = {"street_number": str(n + 1), "street": f"RUE NUMERO {n}", "insee_code": f"{10_000 + n % 50}"}
        name = "".join(chr(65 + (n * 7 + k * 5) % 26) for k in range(7)) + chr(65 + n % 26)
        birth = {"birth_date": date(1950 + n % 40, 1 + n % 12, 1 + n % 28)}
        rows.append(blank_record(f"a:{n:04d}", first_name_key="ANNE", last_name_key=name, **home, recorded_at=OLD))
        rows.append(blank_record(f"b:{n:04d}", first_name_key="PAUL", last_name_key=name, **home, recorded_at=NEW))
        if moved:
            elsewhere = {"street_number": "9", "street": f"PLACE AUTRE {n}", "insee_code": f"{20_000 + n % 50}"}
            rows[-2] |= birth
            rows.append(
                blank_record(
                    f"c:{n:04d}", first_name_key="ANNE", last_name_key=name, **birth, **elsewhere, recorded_at=NEW
                )
            )
    return rows


def homes(engine: Engine) -> dict[str, str]:
    return dict(engine.rows("select record_id, household_id from identity.persons"))


def test_couples_under_one_roof_are_households() -> None:
    engine = resolved(couples(200, moved=False))
    home = homes(engine)
    assert sum(home[f"a:{n:04d}"] == home[f"b:{n:04d}"] for n in range(200)) == 200
    assert engine.value("select count(*) from identity.households where customers = 2") == 200


def test_one_who_moved_out_leaves_the_household() -> None:
    home = homes(resolved(couples(200, moved=True)))
    assert sum(home[f"a:{n:04d}"] == home[f"c:{n:04d}"] for n in range(200)) == 200
    assert sum(home[f"a:{n:04d}"] == home[f"b:{n:04d}"] for n in range(200)) == 0


def test_a_correction_wins_over_every_source_and_the_last_one_over_the_others() -> None:
    rows = [blank_record("a:1", mobile="+33611111111", recorded_at=NEW), blank_record("a:2", recorded_at=OLD)]
    made = [
        correction(2, "a:1", datetime(2024, 5, 1), mobile="+33622222222", mobile_grade="C"),
        correction(3, "C0", datetime(2024, 6, 1), mobile="+33633333333"),
    ]
    engine = golden(rows, corrections=made)
    assert chosen(engine, "mobile") == [
        ("+33633333333", True, "corrected", 1),
        ("+33611111111", False, "corrected", 1),
        ("+33622222222", False, "corrected", 1),
    ]
    found = engine.rows("select mobile, records, systems, last_seen_at from identity.customers")
    assert found == [("+33633333333", 2, 1, NEW)]
    assert engine.rows("select distinct customer_id from identity.corrections") == [("C1",)]


def test_a_field_left_blank_has_no_value_and_keeps_what_the_sources_say() -> None:
    rows = [blank_record("a:1", mobile="+33611111111", phone="+33144556677", recorded_at=NEW, **HOME)]
    blank = {"blank_fields": "mobile address email"}
    engine = golden(rows, corrections=[{**correction(2, "a:1", OLD), **blank}])
    assert chosen(engine, "mobile") == [("", True, "corrected", 1), ("+33611111111", False, "corrected", 1)]
    assert chosen(engine, "email") == [("", True, "corrected", 1)]
    assert [row[1:] for row in chosen(engine, "address")] == [(True, "corrected", 1), (False, "corrected", 1)]
    said = "select value, record_id, source, seen_at from identity.values where is_chosen and field = 'mobile'"
    assert engine.rows(said) == [("", "correction:corrections:corrections.csv:2", "corrections", OLD)]
    kept = "select mobile, email, street, city, address_line_6, phone from identity.customers"
    assert engine.rows(kept) == [(None, None, None, None, None, "+33144556677")]


@pytest.mark.parametrize(("given", "left_blank", "mobile"), [(OLD, NEW, None), (NEW, OLD, "+33622222222")])
def test_of_a_value_and_a_blank_the_last_word_stands(given: datetime, left_blank: datetime, mobile: str | None) -> None:
    made = [
        correction(2, "a:1", given, mobile="+33622222222"),
        {**correction(3, "a:1", left_blank), "blank_fields": "mobile"},
    ]
    engine = golden([blank_record("a:1", mobile="+33611111111", recorded_at=NEW)], corrections=made)
    assert engine.rows("select mobile from identity.customers") == [(mobile,)]


def test_correcting_the_first_name_keeps_the_last_name() -> None:
    engine = golden(
        [blank_record("a:1", first_name_key="CAMILE", last_name_key="CHALAIN", recorded_at=NEW)],
        corrections=[correction(2, "C1", NEW, first_name_key="CAMILLE")],
    )
    assert engine.rows("select first_name, last_name from identity.customers") == [("CAMILLE", "CHALAIN")]


def test_a_correction_of_nobody_known_changes_nothing_and_is_told() -> None:
    engine = golden(
        [blank_record("a:1", recorded_at=NEW)], corrections=[correction(2, "z:9", NEW, phone="+33144556677")]
    )
    assert chosen(engine, "phone") == []
    assert engine.rows("select customer_id, subject from identity.corrections") == [(None, "z:9")]


def test_an_unusable_value_never_wins_whatever_the_rules() -> None:
    rows = [
        blank_record("a:1", email_key="good@b.fr", email_grade="C", recorded_at=OLD),
        blank_record("a:2", email_key="bad@b.fr", email_grade="D", recorded_at=NEW),
        blank_record("a:3", email_key="bad@b.fr", email_grade="E", recorded_at=NEW),
    ]
    for first in identity.SURVIVORSHIP:
        assert chosen(golden(rows, rules={"email": [first]}), "email")[0][:3] == ("good@b.fr", True, "verified")


@pytest.mark.parametrize(
    ("first", "survivor"),
    [("verified", "+33611111111"), ("most_recent", "+33622222222"), ("most_frequent", "+33633333333")],
)
def test_the_rules_of_a_field_may_be_put_in_another_order(first: str, survivor: str) -> None:
    rows = [
        blank_record("a:1", mobile="+33611111111", recorded_at=OLD),
        blank_record("a:2", mobile="+33622222222", mobile_grade="C", recorded_at=NEW),
        blank_record("a:3", mobile="+33633333333", mobile_grade="C", recorded_at=OLD),
        blank_record("a:4", mobile="+33633333333", mobile_grade="C", recorded_at=OLD),
    ]
    assert chosen(golden(rows, rules={"mobile": [first]}), "mobile")[0][:3] == (survivor, True, first)


def test_former_addresses_and_names_keep_their_dates() -> None:
    first, second, third = datetime(2019, 1, 1), datetime(2021, 6, 1), datetime(2025, 3, 1)
    elsewhere = {**HOME, "street_number": "3", "street": "PLACE ROYALE", "street_key": "ROYALE"}
    home = {**HOME, "street_key": "LILAS"}
    engine = golden(
        [
            blank_record("a:1", first_name_key="ANNE", last_name_key="PETIT", recorded_at=first, **home),
            blank_record("b:1", first_name_key="ANNE", last_name_key="PETIT", recorded_at=second,
                         **{**home, "street": "R DES LILAS"}),
            blank_record("c:1", first_name_key="ANNE", last_name_key="MOREL", recorded_at=third, **elsewhere),
        ]
    )  # fmt: skip
    sql = "select value, valid_from, valid_to, is_chosen from identity.values where field = $field order by value"
    assert engine.rows(sql, {"field": "name"}) == [
        ("ANNE MOREL", third, None, True),
        ("ANNE PETIT", first, third, False),
    ]
    assert engine.rows(sql, {"field": "address"}) == [
        ("12 R DES LILAS 59000 LILLE", first, third, False),
        ("12 RUE DES LILAS 59000 LILLE", first, third, False),
        ("3 PLACE ROYALE 59000 LILLE", third, None, True),
    ]


def test_a_household_tells_its_head_and_who_makes_it() -> None:
    engine = Engine()
    rows = [
        ("C1", "H1", date(1980, 1, 1), 1), ("C2", "H1", date(1982, 1, 1), 2), ("C3", "H1", date(2015, 1, 1), 9),
        ("C4", "H2", None, 1), ("C5", "H2", None, 1), ("C6", "H3", None, 1), ("C7", "H4", None, 1),
        ("C8", "H5", date(1950, 1, 1), 1), ("C9", "H5", date(1985, 1, 1), 2),
    ]  # fmt: skip
    load_rows(
        engine,
        identity.CUSTOMERS,
        [
            {"customer_id": customer, "household_id": home, "birth_date": birth, "records": 1, "systems": systems,
             "last_name_key": "PETIT", "is_organisation": home == "H4", "is_cedex": False}
            for customer, home, birth, systems in rows
        ],
    )  # fmt: skip
    engine.run("chaland.identity", "every_member.sql")
    engine.fill(identity.HOUSEHOLDS, "chaland.identity", "households.sql", as_of=date(2026, 11, 1))
    found = engine.rows(
        "select household_id, head_customer_id, customers, adults, children, household_kind "
        "from identity.households order by 1"
    )
    assert found == [
        ("H1", "C2", 3, 2, 1, "family"),
        ("H2", "C4", 2, 2, 0, "couple"),
        ("H3", "C6", 1, 1, 0, "single"),
        ("H4", "C7", 1, 0, 0, "organisation"),
        ("H5", "C9", 2, 2, 0, "family"),
    ]
