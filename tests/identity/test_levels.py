"""What two values of a field say of each other."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from tests.identity.town import Row, blank_record, fill_records

from chaland.engine import Engine
from chaland.identity.levels import COMPARISONS, Comparer, frequency_class
from chaland.identity.phonetic import phonetic
from chaland.identity.records import read_records


def levels_of(one: dict[str, object], other: dict[str, object]) -> dict[str, str]:
    """Return the level of each field that both records hold, the class of frequency left out."""
    engine = Engine()
    fill_records(engine, [blank_record("s:1", **one), blank_record("s:2", **other)])
    records = read_records(engine, max_surnames_per_contact=5)
    found = Comparer(records).compare(np.array([0]), np.array([1]))[0]
    return {
        comparison.name: comparison.levels[level].split(" ")[0]
        for comparison, level in zip(COMPARISONS, found, strict=True)
        if level
    }


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("MARIE", "MARIE", "same"),
        ("MARIE", "MARIEE", "typo"),
        ("CATHERINE", "CATEHRINE", "typo"),
        ("M", "MARIE", "initial"),
        ("JEAN", "JEAN PIERRE", "part"),
        ("ALEX", "ALEXANDRE", "part"),
        ("JEAN PIERRE", "JEANPIERRE", "typo"),
        ("PHILIPPE", "FILIPE", "sound"),
        ("MARIE", "HUGO", "different"),
    ],
)
def test_two_first_names(one: str, other: str, level: str) -> None:
    pair = {"first_name_key": one}, {"first_name_key": other}
    assert levels_of(*pair)["first_name"] == level
    assert levels_of(*reversed(pair))["first_name"] == level


def test_names_written_in_each_other_s_place_are_swapped() -> None:
    found = levels_of(
        {"first_name_key": "MARTIN", "last_name_key": "HUGO"}, {"first_name_key": "HUGO", "last_name_key": "MARTIM"}
    )
    assert found == {"first_name": "swapped", "last_name": "swapped"}


def test_a_birth_name_tells_a_married_woman() -> None:
    found = levels_of({"last_name_key": "PETIT", "birth_name_key": "MARCHAND"}, {"last_name_key": "MARCHAND"})
    assert found["last_name"] == "birth_name"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (date(1979, 5, 14), date(1979, 5, 14), "same"),
        (date(1979, 5, 4), date(1979, 4, 5), "day_month"),
        (date(1979, 5, 14), date(1979, 5, 15), "digit"),
        (date(1979, 5, 14), date(1979, 5, 30), "two_parts"),
        (date(1979, 5, 14), date(1979, 11, 30), "one_part"),
        (date(1979, 5, 14), date(1986, 11, 30), "different"),
    ],
)
def test_two_birth_dates(one: date, other: date, level: str) -> None:
    assert levels_of({"birth_date": one}, {"birth_date": other})["birth_date"] == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ({"birth_date": date(1979, 5, 14)}, {"birth_year": 1979}, "year"),
        ({"birth_year": 1979}, {"birth_year": 1979}, "year"),
        ({"birth_year": 1979}, {"birth_date": date(1980, 5, 14)}, "different"),
    ],
)
def test_a_year_alone_is_held_against_a_day_and_against_a_year(one: Row, other: Row, level: str) -> None:
    assert levels_of(one, other)["birth_date"] == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [("MENUISIER", "MENUISIER", "same"), ("MENUISIER", "MENUISERIE", "close"), ("MENUISIER", "NOTAIRE", "different")],
)
def test_what_else_a_person_is_known_by(one: str, other: str, level: str) -> None:
    for field, comparison in (
        ("occupation", "occupation"),
        ("birth_place", "birth_place"),
        ("organisation", "employer"),
    ):
        assert levels_of({field: one}, {field: other}) == {comparison: level}


def test_the_name_of_a_firm_is_no_employer() -> None:
    firm = {"is_organisation": True, "organisation": "CHALIN BOIS"}
    assert levels_of(firm, firm) == {"organisation": "same"}


HOME = {"street_number": "12", "street": "RUE DES LILAS", "postcode": "59000", "city": "LILLE", "insee_code": "59350"}


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({}, "home"),
        ({"street": "RUE DES LYLAS"}, "home_close"),
        ({"street_number": "14"}, "street"),
        ({"street_number": None}, "street"),
        ({"street": "AVENUE FOCH"}, "town"),
        ({"street": None}, "town_only"),
        ({"postcode": "69006", "city": "LYON", "insee_code": "69386"}, "home_elsewhere"),
        ({"street": "AVENUE FOCH", "postcode": "69006", "city": "LYON", "insee_code": "69386"}, "elsewhere"),
        ({"street": "AVENUE FOCH", "postcode": "59140", "city": "DUNKERQUE", "insee_code": "59183"}, "area"),
    ],
)
def test_two_addresses(change: dict[str, object], level: str) -> None:
    assert levels_of(HOME, {**HOME, **change})["address"] == level


def test_a_landline_says_nothing_of_a_mobile() -> None:
    assert "phone" not in levels_of({"phone": "+33140000000"}, {"mobile": "+33612345678"})
    assert levels_of({"phone": "+33140000000"}, {"phone": "+33140000000"})["phone"] == "landline"
    assert levels_of({"mobile": "+33612345678"}, {"phone": "+33612345678"})["phone"] == "mobile"
    assert levels_of({"phone": "+33140000000"}, {"phone": "+33140000001"})["phone"] == "digit"


def test_a_local_part_made_of_the_name_is_told_apart() -> None:
    name = {"first_name_key": "ANNE", "last_name_key": "PETIT"}
    made = levels_of({**name, "email_key": "anne.petit@a.fr"}, {**name, "email_key": "anne.petit@orange.com"})
    free = levels_of({**name, "email_key": "zebulon77@a.fr"}, {**name, "email_key": "zebulon77@orange.com"})
    assert ("email" in made, made["email_of_name"]) == (False, "alike")
    assert (free["email"], "email_of_name" in free) == ("local", False)


def test_sex_says_nothing_where_first_names_already_do() -> None:
    assert "sex" not in levels_of({"first_name_key": "LEA", "sex": "F"}, {"first_name_key": "LEA", "sex": "F"})
    assert levels_of({"sex": "F"}, {"sex": "M"})["sex"] == "different"


def test_a_rare_value_is_of_a_higher_class_than_a_common_one() -> None:
    assert frequency_class(np.array([512, 1]), 1_024).tolist() == [1, 10]


@pytest.mark.parametrize(("one", "other"), [("DUPONT", "DUPOND"), ("SCHMIDT", "SCHMITT"), ("MEYER", "MAYER")])
def test_names_that_sound_alike_share_a_code(one: str, other: str) -> None:
    assert phonetic(one) == phonetic(other)


def test_the_levels_of_a_pair_fit_in_one_number() -> None:
    assert math.prod(len(comparison.levels) for comparison in COMPARISONS) < 2**63


def test_two_spellings_of_a_firm_weigh_the_same_either_way_round() -> None:
    engine = Engine()
    firms = ["CHALIN N V"] * 3 + ["CHALIN NV", "BOIS DU NORD", "SCIERIE PETIT", "TOITURES DURAND", "MENUISERIE ROCHE"]
    rows = [blank_record(f"s:{n}", is_organisation=True, organisation=firm) for n, firm in enumerate(firms)]
    fill_records(engine, rows)
    comparer = Comparer(read_records(engine, max_surnames_per_contact=5))
    one, other = comparer.compare(np.array([0, 3]), np.array([3, 0]))
    assert one.tolist() == other.tolist()
