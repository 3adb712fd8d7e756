"""Each kind of mess befalls the share of records that its rate says, and nothing without it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from chaland.demo.files import ordered_engine
from chaland.demo.history import History
from chaland.demo.names import read_names
from chaland.demo.people import CHILD, HEAD, NEVER, PARTNER, People, make_people
from chaland.demo.places import read_places
from chaland.demo.presence import CARD, HELPLINE, SITE, draw_presence
from chaland.demo.rates import MessRates
from chaland.demo.spelling import without_accents
from chaland.demo.written import Scribe
from chaland.engine import Engine

HISTORY = History(date(2026, 9, 30))
CLEAN = MessRates().scaled(0)
PERSONS = 12_000
PAGE = Path(__file__).resolve().parents[2] / "docs" / "rooms" / "demo.md"


class Town:
    """The persons of the tests, and what a system writes of them at some rates."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.names, self.places = engine, read_names(engine), read_places(engine)
        self.kept: dict[tuple[str, MessRates], pa.Table] = {}

    def people(self, rates: MessRates = CLEAN) -> People:
        return make_people(PERSONS, 1, HISTORY, self.names, self.places, rates)

    def written(self, system: str, **changed: float) -> pa.Table:
        """Return what the system writes when only these rates are not zero; structural rates stay as they are."""
        rates = dataclasses.replace(CLEAN, **changed)
        if (system, rates) not in self.kept:
            people = self.people()
            records = draw_presence(people, HISTORY, CLEAN, 1)[system]
            scribe = Scribe(people, self.names, self.places, HISTORY, rates, 1)
            self.kept[system, rates] = pa.concat_tables(list(scribe.write(self.engine, records)))
        return self.kept[system, rates]

    def changed(self, system: str, column: str, **rate: float) -> float:
        """Return the share of the values present that a rate changes."""
        clean, messy = self.written(system)[column].to_pylist(), self.written(system, **rate)[column].to_pylist()
        pairs = [(one, other) for one, other in zip(clean, messy, strict=True) if one is not None]
        return sum(one != other for one, other in pairs) / len(pairs)


@pytest.fixture(scope="module")
def town() -> Town:
    return Town(ordered_engine())


def share(values: list[str | None], told: Callable[[str], bool]) -> float:
    present = [value for value in values if value is not None]
    return sum(told(value) for value in present) / len(present)


def test_the_page_of_the_room_gives_every_rate_and_its_value() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for rate in dataclasses.fields(MessRates):
        value = f"{rate.default * 100:g}".replace(".", ",")
        assert f"| `{rate.name}` | {value} % | {rate.metadata['help']} |" in page


@pytest.mark.parametrize("column", ["last_name", "first_name", "street"])
def test_typing_errors_touch_their_share_of_names_and_streets(town: Town, column: str) -> None:
    # three kinds of error in four always show; the fourth, two letters swapped, does not when they are alike;
    # names shorter than four letters are spared
    assert 0.085 < town.changed(CARD, column, typing_error=0.1) <= 0.107


def test_a_typing_error_is_one_edit_and_spares_the_first_letter(town: Town) -> None:
    clean, messy = (town.written(SITE, **rates)["last_name"].to_pylist() for rates in ({}, {"typing_error": 1.0}))
    for right, wrong in zip(clean, messy, strict=True):
        assert wrong[0] == right[0]
        assert abs(len(wrong) - len(right)) <= 1


def test_lost_accents_leave_no_accent(town: Town) -> None:
    every = town.written(CARD, lost_accents=1.0)
    for column in ("first_name", "last_name", "street", "city", "complement"):
        assert all(value is None or value == without_accents(value) for value in every[column].to_pylist())
    accented = share(town.written(CARD)["first_name"].to_pylist(), lambda name: name != without_accents(name))
    assert abs(town.changed(CARD, "first_name", lost_accents=0.4) - 0.4 * accented) < 0.02


def test_swapped_names_change_places(town: Town) -> None:
    clean, messy = town.written(CARD), town.written(CARD, swapped_names=1.0)
    assert messy["first_name"].to_pylist() == clean["last_name"].to_pylist()
    assert messy["last_name"].to_pylist() == clean["first_name"].to_pylist()
    assert abs(town.changed(CARD, "last_name", swapped_names=0.2) - 0.2) < 0.02


def test_initials_have_their_share(town: Town) -> None:
    names = town.written(CARD, initial_only=0.1)["first_name"].to_pylist()
    assert abs(share(names, lambda name: bool(re.fullmatch(r".\.", name))) - 0.1) < 0.01


def test_nicknames_befall_the_names_that_have_one(town: Town) -> None:
    every = town.changed(SITE, "first_name", nickname=1.0)
    assert 0.15 < every < 0.5
    assert abs(town.changed(SITE, "first_name", nickname=0.25) / every - 0.25) < 0.03


def test_compound_first_names_lose_their_hyphen(town: Town) -> None:
    clean, messy = (town.written(CARD, **r)["first_name"].to_pylist() for r in ({}, {"broken_compound": 0.5}))
    compound = [(one, other) for one, other in zip(clean, messy, strict=True) if "-" in one]
    assert len(compound) > 200
    assert abs(sum(one != other for one, other in compound) / len(compound) - 0.5) < 0.08
    assert {"J-P", "J.P."} & {other.upper() for _, other in compound}


def test_couples_share_a_field_where_there_is_a_partner(town: Town) -> None:
    names = town.written(HELPLINE, couple_in_one_field=1.0)["full_name"].to_pylist()
    assert 0.4 < share(names, lambda name: name.lower().startswith("m. et mme ")) < 0.65


def test_wives_are_sometimes_under_their_birth_name(town: Town) -> None:
    people = town.people()
    records = draw_presence(people, HISTORY, CLEAN, 1)[CARD]
    wife = people.birth_name[records.person] != people.last[records.person]
    clean, messy = (town.written(CARD, **r)["last_name"].to_pylist() for r in ({}, {"birth_name_used": 0.3}))
    changed = np.asarray([one != other for one, other in zip(clean, messy, strict=True)])
    assert not changed[~wife].any()
    assert abs(changed[wife].mean() - 0.3) < 0.04


def test_shortened_streets_have_their_share(town: Town) -> None:
    assert abs(town.changed(CARD, "street", abbreviated_street=0.35) - 0.35) < 0.04


def test_cedex_addresses_have_a_box_and_a_code(town: Town) -> None:
    written = town.written(CARD, cedex=0.2)
    cities, boxes = written["city"].to_pylist(), written["place"].to_pylist()
    with_cedex = [bool(re.search("cedex", city, re.I)) for city in cities]
    assert [box is not None for box in boxes] == with_cedex
    assert 0.1 < sum(with_cedex) / len(with_cedex) < 0.2  # small communes have no CEDEX office


def test_homes_share_telephones_and_addresses(town: Town) -> None:
    clean = town.written(SITE)["email"].to_pylist()
    shared = town.written(SITE, shared_email=1.0)["email"].to_pylist()
    alone = (town.people().partner[draw_presence(town.people(), HISTORY, CLEAN, 1)[SITE].person] < 0).mean()
    assert abs(np.mean([one == other for one, other in zip(clean, shared, strict=True)]) - alone) < 0.01
    assert abs(town.changed(SITE, "email", shared_email=0.3) - 0.3 * (1 - alone)) < 0.02
    assert abs(town.changed(CARD, "mobile", shared_phone=0.3) - 0.3 * (1 - alone)) < 0.04


def test_strangers_never_share_a_telephone_or_an_email(town: Town) -> None:
    people = town.people()
    records = draw_presence(people, HISTORY, CLEAN, 1)[CARD]
    written = town.written(CARD)
    house = people.household[records.person]
    for column, whose in (("phone", house), ("mobile", records.person), ("email", records.person)):
        seen: dict[str, int] = {}
        for value, owner in zip(written[column].to_pylist(), whose.tolist(), strict=True):
            if value is not None:
                digits = value if column == "email" else re.sub(r"\D", "", value.replace("+33", "0"))
                assert seen.setdefault(digits, owner) == owner


@pytest.mark.parametrize(
    ("rate", "column", "told"),
    [
        ("placeholder_name", "last_name", r"INCONNU|CLIENT|X|NC"),
        ("placeholder_phone", "phone", r"0000000000|0102030405|00|0606060606"),
        ("placeholder_email", "email", r"nc@nc\.fr|pasdemail@.*|x@x\.fr|refus@refus\.fr"),
        ("placeholder_birth_date", "birth_date", r"1900-01-01|1970-01-01"),
        ("email_domain_error", "email", ""),
        ("second_email", "email", r".*\.bis\d+@gmail\.com"),
    ],
)
def test_placeholders_and_faults_have_their_share(town: Town, rate: str, column: str, told: str) -> None:
    clean, messy = town.written(CARD), town.written(CARD, **{rate: 0.2})
    values = [
        other for one, other in zip(clean[column].to_pylist(), messy[column].to_pylist(), strict=True)
        if one is not None and one != other
    ]  # fmt: skip
    present = sum(value is not None for value in clean[column].to_pylist())
    assert abs(len(values) / present - 0.2) < 0.02
    if told:
        assert all(re.fullmatch(told, value, re.I) for value in values)


def test_movers_and_stale_addresses_have_their_share(town: Town) -> None:
    people = town.people(dataclasses.replace(CLEAN, mover=0.3))
    assert abs((people.moved_day < NEVER).mean() - 0.3) < 0.02
    everyone = np.arange(people.count)
    end = np.full(people.count, HISTORY.days - 1)
    moved = people.moved_day[people.household] < HISTORY.days
    assert (people.home(everyone, end) >= people.households).tolist() == moved.tolist()
    assert (people.home(everyone, end, stale=np.ones(people.count, bool)) < people.households).all()


def test_twins_share_a_birthday_and_not_a_first_name(town: Town) -> None:
    people = town.people(dataclasses.replace(CLEAN, twins=0.5))
    pair = (people.role[1:] == CHILD) & (people.role[:-1] == CHILD) & (people.household[1:] == people.household[:-1])
    twins = pair & (people.born[1:] == people.born[:-1])
    assert abs(twins.sum() / pair.sum() - 0.5) < 0.1
    assert not (people.first[1:] == people.first[:-1])[pair].any()
    assert (people.last[1:] == people.last[:-1])[pair].all()


def test_fathers_and_sons_share_an_initial_when_asked(town: Town) -> None:
    people = town.people(dataclasses.replace(CLEAN, father_son_initial=1.0))
    head = np.flatnonzero(people.role == HEAD)[people.household]
    son = (people.role == CHILD) & ~people.is_woman & ~people.is_woman[head]
    initial = town.names.initial[people.first]
    assert son.sum() > 100
    # a father with a rare initial (Ö, W …) may find no name of it for his son
    assert (initial[son] == initial[head][son]).mean() > 0.98


def test_brides_change_names_during_the_history(town: Town) -> None:
    people = town.people(dataclasses.replace(CLEAN, married_name=0.5))
    bride = (people.married_day >= 0) & (people.married_day < HISTORY.days)
    assert (people.role[bride] == PARTNER).all()
    assert people.is_woman[bride].all()
    takers = (people.role == PARTNER) & (people.birth_name != people.last) & (people.second < 0)
    assert abs(bride.sum() / takers.sum() - 0.5) < 0.03


def test_duplicates_have_their_share(town: Town) -> None:
    records = draw_presence(town.people(), HISTORY, dataclasses.replace(CLEAN, duplicate=0.2), 1)
    for system in (CARD, SITE, HELPLINE):
        found = records[system]
        assert abs(found.is_second.sum() / (~found.is_second).sum() - 0.2) < 0.03
        assert set(found.person[found.is_second]) <= set(found.person[~found.is_second])


def test_first_names_are_of_their_time(town: Town) -> None:
    people = town.people()
    words = town.names.first.to_pylist()
    year = people.born.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970

    def bearers(name: str, low: int, high: int) -> int:
        return int(((people.first == words.index(name)) & (year >= low) & (year < high)).sum())

    assert bearers("Monique", 1935, 1955) > 10 * max(bearers("Monique", 1980, 2005), 1)
    assert bearers("Julie", 1975, 2000) > 10 * max(bearers("Julie", 1935, 1960), 1)
