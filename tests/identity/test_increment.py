"""A day's records joined to a base give what a whole run gives, and change nobody they do not touch."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from tests.identity.test_hostile_input import strangers
from tests.identity.town import Row, blank_record, fill_records, town

from chaland.config import Settings
from chaland.engine import Engine
from chaland.identity import resolve_identities
from chaland.identity.drift import WARN_BITS
from chaland.identity.increment import Increment, increment
from chaland.identity.index import Index
from chaland.progress import Reporter
from chaland.tables import identity, landing

AS_OF = date(2026, 11, 1)


def whole(rows: list[Row], folder: Path, previous: Engine | None = None) -> Engine:
    engine = Engine(threads=2)
    fill_records(engine, rows)
    if previous:
        engine.load(identity.PREVIOUS, previous.arrow("from identity.persons"))
    resolve_identities(engine, Settings(folder=Path()), as_of=AS_OF, reporter=Reporter(), index=folder)
    return engine


def joined(rows: list[Row], folder: Path) -> Increment:
    engine = Engine(threads=2)
    fill_records(engine, rows)
    engine.create_missing(landing.DECISIONS)
    return increment(engine, Index.open(folder), reporter=Reporter())


def customers(engine: Engine) -> dict[str, str]:
    return dict(engine.rows("select record_id, customer_id from identity.persons"))


def after(engine: Engine, day: Increment) -> dict[str, str]:
    return customers(engine) | dict(
        zip(day.persons["record_id"].to_pylist(), day.persons["customer_id"].to_pylist(), strict=True)
    )


def pairs_of(customer: dict[str, str]) -> set[tuple[str, str]]:
    groups: dict[str, list[str]] = {}
    for record, name in sorted(customer.items()):
        groups.setdefault(name, []).append(record)
    return {(one, other) for group in groups.values() for one in group for other in group if one < other}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return town(1_200, seed=5)[0]


@pytest.fixture(scope="module")
def new_ids(rows: list[Row]) -> set[str]:
    return set(random.Random(7).sample([row["record_id"] for row in rows], len(rows) // 50))


@pytest.fixture(scope="module")
def base(rows: list[Row], new_ids: set[str], folder: Path) -> Engine:
    return whole([row for row in rows if row["record_id"] not in new_ids], folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("index")


@pytest.fixture(scope="module")
def day(rows: list[Row], new_ids: set[str], base: Engine, folder: Path) -> Increment:
    return joined([row for row in rows if row["record_id"] in new_ids], folder)


def test_a_day_joined_gives_the_pairs_of_a_whole_run(
    rows: list[Row], base: Engine, day: Increment, tmp_path: Path
) -> None:
    expected, found = pairs_of(customers(whole(rows, tmp_path, base))), pairs_of(after(base, day))
    assert len(expected & found) / len(expected | found) >= 0.999


def test_customers_the_day_does_not_touch_keep_their_ids(base: Engine, day: Increment, new_ids: set[str]) -> None:
    before, now = customers(base), after(base, day)
    grown = {now[record] for record in new_ids}
    kept = [record for record in before if now[record] == before[record]]
    assert len(kept) / len(before) >= 0.999
    assert all(now[record] in grown for record in before if now[record] != before[record])


def test_every_record_of_the_day_has_a_customer_and_a_household(day: Increment, new_ids: set[str]) -> None:
    named = {row["record_id"]: row for row in day.persons.to_pylist()}
    assert new_ids <= set(named)
    assert all(row["customer_id"] and row["household_id"] for row in named.values())


def test_a_day_like_those_before_is_no_drift(day: Increment) -> None:
    assert len(day.drift.bits) >= 4
    assert day.drift.largest < WARN_BITS
    assert not day.drift.is_warning


def test_a_source_that_writes_otherwise_is_told(rows: list[Row], base: Engine, folder: Path) -> None:
    odd = [
        {**row, "record_id": f"odd:{number}", "first_name_key": (row["first_name_key"] or "X")[0], "street_number": "0"}
        for number, row in enumerate(rows[:800])
    ]
    assert joined(odd, folder).drift.is_warning


def test_a_record_written_anew_replaces_what_it_was(rows: list[Row], base: Engine, folder: Path) -> None:
    before = customers(base)
    record_id = min(before)
    stranger = blank_record(record_id, first_name_key="ZEBULON", last_name_key="QUIXADA")
    found = joined([stranger], folder)
    others = [record for record, name in before.items() if name == before[record_id]]
    now = after(base, found)
    assert len(found.gone) == 1
    assert all(now[other] != now[record_id] for other in others if other != record_id)


def test_the_same_day_in_any_order_is_the_same(
    rows: list[Row], new_ids: set[str], base: Engine, folder: Path, day: Increment
) -> None:
    again = joined([row for row in reversed(rows) if row["record_id"] in new_ids], folder)
    assert again.persons.to_pylist() == day.persons.to_pylist()


def test_a_day_of_nobody_changes_nothing(base: Engine, folder: Path) -> None:
    found = joined([], folder)
    assert (len(found.persons), found.compared, found.retired) == (0, 0, [])


def test_a_contact_everybody_shares_joins_nobody(tmp_path: Path) -> None:
    whole(strangers(2_000, email_key="accueil@magasin.fr"), tmp_path)
    more = strangers(300, seed=9, email_key="accueil@magasin.fr")
    found = joined([{**row, "record_id": f"n:{number}"} for number, row in enumerate(more)], tmp_path)
    assert len(set(found.persons["customer_id"].to_pylist())) == len(found.persons) == 300
