"""Who shares a home: what the model cannot tell is counted in the file."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.identity.test_resolve import resolved
from tests.identity.town import FIRST, Row, blank_record

from chaland.engine import Engine

SEEN = datetime(2025, 1, 1)


def surname(number: int) -> str:
    return "".join(chr(65 + (number * step + shift) % 26) for step, shift in ((7, 0), (11, 5), (3, 9), (17, 2), (5, 1)))


def person(record_id: str, first: int, last: int, home: int | None, town: int, phone: int | None) -> Row:
    name, sex = FIRST[first % len(FIRST)]
    address = {} if home is None else {"street_number": str(home % 90 + 1), "street": f"RUE {surname(home)}"}
    return blank_record(
        record_id,
        first_name_key=name,
        last_name_key=surname(last),
        sex=sex,
        phone=None if phone is None else f"+331{phone:08d}",
        mobile=f"+336{abs(hash_of(record_id)):08d}",
        city=f"VILLE {town}",
        postcode=f"{10_000 + town}",
        insee_code=f"{10_000 + town}",
        recorded_at=SEEN + timedelta(days=first),
        **address,
    )


def hash_of(text: str) -> int:
    return sum(ord(letter) * 31**place for place, letter in enumerate(text)) % 10**8


def street(houses: int, *, buildings: int = 0, flats: int = 8) -> list[Row]:
    """Return couples of one name, couples of two names (every third has one landline known to both), and buildings."""
    rows = []
    for home in range(houses):
        two_names = home % 2
        for member in range(2):
            phone = 40_000_000 + home if home % 3 == 0 else None
            last = 2 * home + (member if two_names else 0)
            rows.append(person(f"h:{home:04d}.{member}", home + 7 * member, last, home, home % 40, phone))
    for building in range(buildings):
        for flat in range(flats):
            number = 50_000_000 + 100 * building + flat if flat % 2 else None
            place = 1_000 + building
            rows.append(
                person(f"b:{building:03d}.{flat}", flat, 5_000 + 9 * building + flat, place, place % 40, number)
            )
    return rows


def homes(engine: Engine) -> dict[str, str]:
    return dict(engine.rows("select record_id, household_id from identity.persons"))


@pytest.fixture(scope="module")
def village() -> dict[str, str]:
    return homes(resolved(street(400, buildings=40)))


def test_couples_of_two_names_are_a_household_where_houses_show_it(village: dict[str, str]) -> None:
    couples = [village[f"h:{home:04d}.0"] == village[f"h:{home:04d}.1"] for home in range(1, 400, 2)]
    assert sum(couples) >= 0.98 * len(couples)


def test_neighbours_in_a_building_are_no_household(village: dict[str, str]) -> None:
    together = sum(
        village[f"b:{building:03d}.{one}"] == village[f"b:{building:03d}.{other}"]
        for building in range(40)
        for one in range(8)
        for other in range(one)
    )
    assert together <= 0.01 * 40 * 28


def test_a_name_few_bear_in_a_town_tells_the_home_of_one_who_gives_none() -> None:
    rows = street(300)
    for home in range(0, 60, 2):  # of one name; the second gives his town alone
        for name in ("street_number", "street", "phone"):
            rows[2 * home + 1][name] = None
    found = homes(resolved(rows))
    joined = [found[f"h:{home:04d}.0"] == found[f"h:{home:04d}.1"] for home in range(0, 60, 2)]
    assert sum(joined) >= 0.9 * len(joined)


def test_a_misspelt_street_is_the_same_house() -> None:
    rows = street(200)
    for home in range(0, 40, 2):
        rows[2 * home + 1]["street"] += "S"
    found = homes(resolved(rows))
    assert all(found[f"h:{home:04d}.0"] == found[f"h:{home:04d}.1"] for home in range(0, 40, 2))


def test_thirty_thousand_persons_in_one_building_are_no_home() -> None:
    rows = [person(f"b:{n:05d}", n, n, 7, 3, None) for n in range(30_000)]
    engine = resolved(rows)
    assert engine.value("select max(customers) from identity.households") <= 12
