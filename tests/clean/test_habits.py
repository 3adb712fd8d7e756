"""What is doubtful alone follows its source: the order of names, of days and months, an old telephone number."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from chaland.clean import clean_records
from chaland.config import parse_settings
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.tables import landing

SURNAMES = ["LEFEBVRE", "LE GOFF", "ROUSSEAU", "MOREAU", "GAUTHIER", "CHEVALLIER", "LEMOINE", "FONTAINE"]
FIRST_NAMES = ["Sophie", "Paul", "Julie", "Nicolas", "Camille"]


def answers(rows: list[dict[str, Any]], *columns: str) -> dict[str, tuple[Any, ...]]:
    """Clean rows given as person fields and return the columns of each by its key."""
    people = [
        {"source": "card", "load_id": "card-1", "file": "card.csv", "line": line, "system": "card"}
        | {"person_key": str(line), "record_id": f"card:{line}"}
        | row
        for line, row in enumerate(rows)
    ]
    engine = Engine()
    names = sorted({name for row in people for name in row})
    engine.load(landing.PEOPLE, pa.table({name: [row.get(name) for row in people] for name in names}))
    clean_records(engine, parse_settings("", Path()), as_of=date(2026, 11, 1), reporter=Reporter())
    found = engine.rows(f"select person_key, {', '.join(columns)} from clean.records")
    return {key: tuple(rest) for key, *rest in found}


def full_names(order: str) -> list[dict[str, Any]]:
    pairs = [(last, first) for last in SURNAMES for first in FIRST_NAMES]
    return [{"full_name": f"{last} {first}" if order == "last_first" else f"{first} {last}"} for last, first in pairs]


def test_a_doubtful_name_follows_a_source_that_writes_last_names_first() -> None:
    found = answers(
        [*full_names("last_first"), {"full_name": "SIMON LAURENT"}], "first_name", "last_name", "name_reason"
    )
    assert found["40"] == ("Laurent", "Simon", "source_order")


def test_a_doubtful_name_follows_a_source_that_writes_first_names_first() -> None:
    found = answers(
        [*full_names("first_last"), {"full_name": "SIMON LAURENT"}], "first_name", "last_name", "name_reason"
    )
    assert found["40"] == ("Simon", "Laurent", "source_order")


def test_a_doubtful_name_stays_doubtful_in_a_source_that_writes_both() -> None:
    rows = [*full_names("last_first"), *full_names("first_last"), {"full_name": "SIMON LAURENT"}]
    assert answers(rows, "name_reason")["80"] == ("order_doubtful",)


def test_a_name_that_says_its_order_is_not_turned_round_by_its_source() -> None:
    found = answers(
        [*full_names("last_first"), {"full_name": "Laurent SIMON"}], "first_name", "last_name", "name_reason"
    )
    assert found["40"] == ("Laurent", "Simon", "split_name")


def test_sources_do_not_teach_one_another() -> None:
    other = {"full_name": "SIMON LAURENT", "source": "site", "file": "site.csv"}
    assert answers([*full_names("last_first"), other], "name_reason")["40"] == ("order_doubtful",)


def test_dates_follow_a_source_that_writes_months_first() -> None:
    rows = [{"birth_date": f"05/{day}/1980"} for day in range(13, 31)] + [
        {"birth_date": f"06/{day}/1980"} for day in (13, 14)
    ]
    found = answers([*rows, {"birth_date": "03/04/1980"}], "birth_date", "birth_date_reason")
    assert found["20"] == (date(1980, 3, 4), "month_first")


def test_dates_of_a_source_that_writes_both_are_doubtful() -> None:
    rows = [{"birth_date": f"{month}/{day}/1980"} for month in ("05", "06") for day in range(13, 25)]
    rows += [{"birth_date": f"{day}/{month}/1980"} for month in ("05", "06") for day in range(13, 25)]
    found = answers([*rows, {"birth_date": "03/04/1980"}], "birth_date", "birth_date_grade", "birth_date_reason")
    assert found["48"] == (date(1980, 4, 3), "C", "day_month_doubtful")


def test_an_old_telephone_number_is_completed_after_the_postcode() -> None:
    rows = [
        {"phone": "42 34 56 78", "postcode": "75011", "city": "Paris"},
        {"phone": "91 34 56 78", "postcode": "13008", "city": "Marseille"},
        {"phone": "42 34 56 78"},
    ]
    found = answers(rows, "phone", "phone_reason")
    assert found == {
        "0": ("+33142345678", "old_number"),
        "1": ("+33491345678", "old_number"),
        "2": (None, "too_short"),
    }
