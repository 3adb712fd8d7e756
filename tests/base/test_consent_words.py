"""Words on being contacted: whom they stand for, alone, merged by a steward, and apart again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from chaland.config import PROFILING
from chaland.engine import Engine
from chaland.tables import base, landing

MAY, JUNE, JULY = datetime(2026, 5, 1), datetime(2026, 6, 1), datetime(2026, 7, 1)

Word = tuple[str, str, datetime, str]
"""Record he spoke as, answer, moment, records he spoke for."""

APART = {"card:1": ("c-odile", None), "card:2": ("c-brice", None)}
MERGED = {"card:1": ("c-odile", None), "card:2": ("c-odile", "c-brice")}
"""Record → his customer, and the one he would be without a steward's decision; one record of the third, apart."""


def last_words(
    persons: dict[str, tuple[str, str | None]],
    spoken: Sequence[Word] = (),
    written: Sequence[tuple[str, bool, datetime | None]] = (),
    **more: Any,
) -> dict[str, bool]:
    """Return customer → his last word on e-mails, from what he said at the desk and what his records say."""
    with Engine(threads=1) as engine:
        for schema in ("clean", "identity", "work"):
            engine.execute(f"create schema if not exists {schema}")
        engine.execute(
            "create table clean.records (record_id varchar, source varchar, recorded_at timestamp, "
            "consent_post boolean, consent_phone boolean, consent_sms boolean, consent_email boolean)"
        )
        for record_id, answer, at in written:
            engine.execute(
                "insert into clean.records by name "
                "select $id as record_id, 'card' as source, $at::timestamp as recorded_at, $yes as consent_email",
                {"id": record_id, "at": at, "yes": answer},
            )
        engine.execute(
            "create table identity.persons (record_id varchar, customer_id varchar, undecided_customer_id varchar)"
        )
        for record_id, (customer_id, undecided) in persons.items():
            engine.execute(
                "insert into identity.persons values ($record, $customer, $undecided)",
                {"record": record_id, "customer": customer_id, "undecided": undecided},
            )
        engine.create(landing.CONSENTS)
        for line, (record_id, said, at, records) in enumerate(spoken, start=1):
            row = {
                "source": "desk_consents", "load_id": "desk", "file": "consents.csv", "line": line, "system": "card",
                "person_key": record_id.removeprefix("card:"), "consent_key": f"k{line}", "channel": "email",
                "purpose": "marketing", "answer": said, "said_at": at, "records": records or None, **more,
            }  # fmt: skip
            names, values = ", ".join(row), ", ".join(f"${name}" for name in row)
            engine.execute(f"insert into landing.consents ({names}) values ({values})", row)
        engine.run("chaland.base", "consent_words.sql")
        engine.fill(base.CONSENTS, "chaland.base", "consents.sql")
        engine.run("chaland.base", "last_words.sql")
        return dict(engine.rows("select customer_id, is_granted from work.last_words order by customer_id"))


def test_a_word_said_at_the_desk_is_his_latest() -> None:
    assert last_words(APART, [("card:1", "yes", JUNE, "card:1")], [("card:1", False, MAY)]) == {"c-odile": True}
    assert last_words(APART, [("card:1", "no", JUNE, "card:1")], [("card:1", True, MAY)]) == {"c-odile": False}
    assert last_words(APART, [("card:1", "yes", MAY, "card:1")], [("card:1", False, JUNE)]) == {"c-odile": False}


def test_an_undated_no_of_a_source_is_not_overcome_by_a_yes() -> None:
    assert last_words(APART, [("card:1", "yes", JUNE, "card:1")], [("card:1", False, None)]) == {"c-odile": False}


def test_a_word_alone_stands_for_the_record_that_said_it() -> None:
    assert last_words(APART, [("card:1", "yes", JUNE, "")]) == {"c-odile": True}


@pytest.mark.parametrize(("odile", "brice"), [("no", "yes"), ("yes", "no")])
def test_a_merge_by_a_steward_takes_the_more_restrictive_word_and_gives_it_back(odile: str, brice: str) -> None:
    spoken = [("card:1", odile, MAY, "card:1"), ("card:2", brice, JUNE, "card:2")]
    assert last_words(MERGED, spoken) == {"c-odile": False}
    assert last_words(APART, spoken) == {"c-odile": odile == "yes", "c-brice": brice == "yes"}


def test_of_records_that_evidence_joined_the_latest_word_stands() -> None:
    joined = {"card:1": ("c-odile", None), "card:2": ("c-odile", None)}
    assert last_words(joined, written=[("card:1", False, MAY), ("card:2", True, JUNE)]) == {"c-odile": True}


def test_a_yes_said_as_one_person_speaks_for_both_records_until_they_are_two() -> None:
    spoken = [("card:2", "no", MAY, "card:2"), ("card:1", "yes", JUNE, "card:1 card:2")]
    assert last_words(MERGED, spoken) == {"c-odile": True}
    assert last_words(APART, spoken) == {"c-odile": True, "c-brice": False}


def test_a_no_said_as_one_person_stays_with_both() -> None:
    spoken = [("card:2", "yes", MAY, "card:2"), ("card:1", "no", JUNE, "card:1 card:2")]
    assert last_words(MERGED, spoken) == {"c-odile": False}
    assert last_words(APART, spoken) == {"c-odile": False, "c-brice": False}


def test_a_later_merge_does_not_hear_a_yes_that_was_not_said_for_that_record() -> None:
    spoken = [("card:2", "no", MAY, "card:2"), ("card:1", "yes", JUNE, "card:1")]
    assert last_words(MERGED, spoken) == {"c-odile": False}


def test_a_word_taken_back_was_never_said() -> None:
    assert last_words(APART, [("card:1", "yes", JUNE, "card:1")], withdrawn_at=JULY) == {}


@pytest.mark.parametrize("purpose", ["survey", "measure"])
def test_only_the_word_on_marketing_opens_or_closes_a_channel(purpose: str) -> None:
    assert last_words(APART, [("card:1", "no", JUNE, "card:1")], purpose=purpose) == {}


def test_an_objection_to_profiling_follows_the_same_rules() -> None:
    """It stands for each record it was said for, and of persons joined the more restrictive word stands."""
    spoken = [("card:1", "no", MAY, "card:1 card:2"), ("card:2", "yes", JUNE, "card:2")]
    assert last_words(APART, spoken, channel=PROFILING) == {"c-odile": False, "c-brice": True}
    assert last_words(MERGED, spoken, channel=PROFILING) == {"c-odile": False}
