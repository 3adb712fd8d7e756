"""What survives of a customer's values, and who shares his home."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
from tests.identity.test_resolve import resolved
from tests.identity.town import Row, blank_record, fill_records

from chaland.engine import Engine
from chaland.identity.golden import write_golden_records
from chaland.tables import identity

OLD, NEW = datetime(2020, 1, 1), datetime(2026, 1, 1)
HOME = {"street_number": "12", "street": "RUE DES LILAS", "postcode": "59000", "city": "LILLE", "insee_code": "59350"}


def golden(rows: list[Row]) -> Engine:
    """Return an engine with the golden record of all the rows, one customer."""
    engine = Engine()
    fill_records(engine, rows)
    ids = [row["record_id"] for row in rows]
    persons = {"record_id": ids, "customer_id": ["C1"] * len(ids), "household_id": ["H1"] * len(ids)}
    engine.load(identity.PERSONS, pa.table(persons))
    write_golden_records(engine, pa.table({"customer_id": ["C1"], "weakest_link_bits": [7.5]}))
    return engine


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
