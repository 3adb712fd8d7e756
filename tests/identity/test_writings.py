"""A customer of a thousand records: his copies are compared once, he is one customer, by night, by day and at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.identity.days import Night
from tests.identity.test_cluster import clustered
from tests.identity.test_hostile_input import strangers
from tests.identity.test_resolve import customer_of, resolved
from tests.identity.town import Row, blank_record, fill_records, town

from chaland.engine import Engine
from chaland.identity.indexing import within_cap
from chaland.identity.realtime import Resolver
from chaland.identity.records import read_records
from chaland.identity.writings import copies_of, first_alike

FAITHFUL = {
    "first_name_key": "OLYMPE",
    "last_name_key": "QUENNEVAL",
    "birth_date": date(1961, 4, 3),
    "street_number": "7",
    "street": "RUE DES ORFEVRES",
    "postcode": "10012",
    "city": "VILLE 10012",
    "insee_code": "10012",
    "mobile": "+33612349876",
    "email_key": "olympe.q@mail.fr",
}
WRITINGS: tuple[Row, ...] = (
    FAITHFUL,
    FAITHFUL | {"birth_date": None, "email_key": None},
    FAITHFUL | {"last_name_key": "QUENEVAL", "mobile": None},
)
RECORDS = 400
"""Of the faithful customer: twice what a block may hold."""


def faithful(count: int, source: str = "f") -> list[Row]:
    """Return records of one customer, written in three ways."""
    start = datetime(2020, 1, 1)
    return [
        blank_record(f"{source}:{number:06d}", **WRITINGS[number % 3], recorded_at=start + timedelta(hours=number))
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [*town(700, seed=11)[0], *faithful(RECORDS)]


@pytest.fixture(scope="module")
def base(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Night:
    return Night(rows, tmp_path_factory.mktemp("base"))


def test_a_customer_of_hundreds_of_records_is_one(base: Night) -> None:
    his = {name for record, name in base.customers.items() if record.startswith("f:")}
    assert len(his) == 1
    assert len(base.by_customer[his.pop()]) == RECORDS


def test_his_copies_are_paired_with_the_first_of_them_alone(base: Night) -> None:
    his = "record_id_l like 'f:%' and record_id_r like 'f:%' and is_linked"
    pairs = base.engine.rows(f"select record_id_l, record_id_r from identity.pairs where {his}")
    among_writings = {("f:000000", "f:000001"), ("f:000000", "f:000002"), ("f:000001", "f:000002")}
    copies = {(f"f:{number % 3:06d}", f"f:{number:06d}") for number in range(3, RECORDS)}
    assert set(pairs) == among_writings | copies


def test_one_record_more_finds_him_by_day_and_at_once(rows: list[Row], base: Night, tmp_path: Path) -> None:
    his = base.customers["f:000000"]
    more = blank_record("g:1", **FAITHFUL | {"email_key": "autre@mail.fr"})
    assert Resolver(base.folder).resolve(more).customer_id == his
    day = Night([*rows, more], tmp_path, after=base)
    assert day.how.kind == "increment"
    assert day.customers == base.customers | {"g:1": his}


def test_he_is_found_when_the_first_of_his_copies_are_withdrawn(rows: list[Row], base: Night, tmp_path: Path) -> None:
    gone = {f"f:{number:06d}" for number in range(6)}
    left = [row for row in rows if row["record_id"] not in gone]
    day = Night(left, tmp_path / "day", after=base)
    more = blank_record("g:1", **FAITHFUL)
    assert Resolver(day.folder).resolve(more).customer_id == base.customers["f:000000"]
    next_day = Night([*left, more], tmp_path / "next", after=day)
    assert (day.how.kind, next_day.how.kind) == ("increment", "increment")
    assert next_day.customers["g:1"] == base.customers["f:000000"]


def test_days_of_his_records_do_not_lose_him(rows: list[Row], base: Night, tmp_path: Path) -> None:
    """Blocks that the day's copies make too large keep the first of each writing."""
    day = Night([*rows, *faithful(90, "g")], tmp_path / "day", after=base)
    next_day = Night([*rows, *faithful(90, "g"), *faithful(60, "h")], tmp_path / "next", after=day)
    assert (day.how.kind, next_day.how.kind) == ("increment", "increment")
    found = {name for record, name in next_day.customers.items() if record[0] in "fgh"}
    assert found == {base.customers["f:000000"]}


def test_whoever_has_only_a_name_in_common_stays_apart() -> None:
    """Names alone on three hundred records: the same writing, and nobody."""
    named = [blank_record(f"n:{number}", first_name_key="CLIENT", last_name_key="WEB") for number in range(300)]
    assert len(set(customer_of(resolved([*strangers(1_500), *named])).values())) == 1_800


def test_records_that_differ_in_any_field_compared_are_two_writings() -> None:
    others = {
        "first_name_key": "LEA",
        "last_name_key": "X",
        "birth_name_key": "X",
        "sex": "F",
        "birth_date": None,
        "street_number": "8",
        "street": "RUE X",
        "postcode": "75001",
        "city": "X",
        "insee_code": "75101",
        "phone": "+33123456789",
        "mobile": None,
        "email_key": "x@x.fr",
        "card_number": "X1",
    }
    written = [FAITHFUL, *(FAITHFUL | {name: value} for name, value in others.items())]
    written += [{"is_organisation": True, "organisation": name} for name in ("SOIERIE DUPRE", "SOIERIE MOREL")]
    engine = Engine()
    fill_records(engine, [blank_record(f"s:{place:03d}", **row) for place, row in enumerate([*written, *written])])
    first = first_alike(read_records(engine, max_surnames_per_contact=50))
    assert first.tolist() == [*range(len(written)), *range(len(written))]
    assert copies_of(first).tolist() == list(range(len(written), 2 * len(written)))


def test_when_it_was_recorded_makes_no_other_writing() -> None:
    engine = Engine()
    fill_records(engine, faithful(6))
    assert first_alike(read_records(engine, max_surnames_per_contact=5)).tolist() == [0, 1, 2, 0, 1, 2]


def test_copies_go_with_the_first_where_two_of_them_are_one_person() -> None:
    first = np.array([0, 0, 2, 2])
    assert clustered({(0, 1): 3.0, (2, 3): -1.0, (0, 2): -9.0}, 4, first=first) == [0, 0, 2, 3]


def test_copies_go_where_the_first_was_joined_unless_a_field_speaks_against() -> None:
    first = np.array([0, 0, 2])
    assert clustered({(0, 1): 0.0, (0, 2): 5.0}, 3, first=first) == [0, 0, 0]
    assert clustered({(0, 1): -0.5, (0, 2): 5.0}, 3, first=first) == [0, 1, 0]


def test_a_block_beyond_the_cap_keeps_the_first_of_each_writing() -> None:
    block = np.repeat(np.arange(1, 4, dtype=np.uint64) << np.uint64(32), [3, 4, 4])
    keys = block | np.arange(11, dtype=np.uint64)
    is_copy = np.array([False, True, True, False, True, True, False, False, False, False, False])
    assert np.flatnonzero(within_cap(keys, 3, is_copy)).tolist() == [0, 1, 2, 3, 6]
