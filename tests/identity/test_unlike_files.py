"""Files unlike a French shop's: towns alone, no house numbers, names that are both first and last."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from tests.identity.town import blank_record, fill_records

from chaland.config import IdentitySettings
from chaland.dedupe_columns import guess_columns
from chaland.engine import Engine
from chaland.identity.levels import ADDRESS, CLASSES, COMPARISONS, FIRST_NAME, LAST_NAME, PHONE, Comparer
from chaland.identity.marginals import measure_marginals
from chaland.identity.match import match_records
from chaland.identity.model import starting_model
from chaland.identity.records import Records, read_records
from chaland.identity.score import weight_tables
from chaland.progress import Reporter

AT = {one.name: place for place, one in enumerate(COMPARISONS)}
GIVEN = ("ANA", "LUIS", "MARTA", "JORGE", "ELENA", "PABLO", "ROSA", "DIEGO", "INES", "RAUL", "CLARA", "HUGO")
FAMILY = ("GARCIA", "LOPEZ", "VEGA", "RUBIO", "SERRANO", "IGLESIAS", "MOLINA", "CASTRO", "NAVARRO", "PRIETO")


def read(rows: list[dict[str, Any]]) -> Records:
    engine = Engine()
    fill_records(engine, rows)
    return read_records(engine, max_surnames_per_contact=5)


def families(count: int) -> tuple[list[dict[str, Any]], list[int]]:
    """Return three records a person, two persons in every second home; streets have no numbers, telephones are shared.

    A third of the records lack their birth date, a third their telephone: what tells two of a family apart is seldom
    all there.
    """
    rows, person_of = [], []
    random = np.random.default_rng(7)
    for home in range(count):
        last = " ".join(random.choice(FAMILY, 2))
        street, town = f"CALLE {random.choice(FAMILY)} {random.choice(GIVEN)}", f"VILLA {random.choice(FAMILY)}"
        for member, first in enumerate(random.choice(GIVEN, 1 + home % 2, replace=False)):
            born = date(1940, 1, 1) + timedelta(int(random.integers(20_000)))
            for record in range(3):
                rows.append(
                    blank_record(
                        f"s:{len(rows):05d}",
                        first_name_key=str(first),
                        last_name_key=last,
                        birth_date=None if record == 0 else born,
                        street=street,
                        city=town,
                        phone=None if record == 1 else f"+349{home * 7_919_111 % 10**8:08d}",
                    )
                )
                person_of.append(2 * home + member)
    return rows, person_of


def test_a_kind_of_sameness_that_no_record_shows_takes_nothing_from_the_others() -> None:
    rows = [blank_record(f"s:{n:04d}", last_name_key=f"NOM{n}", city=f"{FAMILY[n % 10]}") for n in range(1_600)]
    records = read(rows)
    marginals = measure_marginals(records, Comparer(records))
    strangers = starting_model(marginals, len(records), has_households=False).u[AT["address"]]
    streets = slice(ADDRESS.family("street"), ADDRESS.family("home") + CLASSES)
    assert strangers[streets].sum() < 0.001, "no record has a street"
    assert strangers[ADDRESS.level("elsewhere")].round(2) == 0.9, "nine pairs in ten are of two towns"


def test_numbers_of_one_kind_take_nothing_from_those_that_differ() -> None:
    rows = [
        blank_record(f"s:{n:04d}", last_name_key=f"NOM{n}", phone=f"+349{n * 7_919_111 % 10**8:08d}")
        for n in range(1_600)
    ]
    records = read(rows)
    marginals = measure_marginals(records, Comparer(records))
    strangers = starting_model(marginals, len(records), has_households=False).u[AT["phone"]]
    assert strangers[PHONE.level("different")].round(2) == 1.0, "no two records share a telephone, none has a mobile"


def test_two_of_a_family_stay_apart_where_no_house_has_a_number() -> None:
    rows, person_of = families(250)
    records = read(rows)
    matched = match_records(records, IdentitySettings(), Reporter())
    assert matched.model.has_households
    true = np.array(person_of)
    found = matched.person
    mixed = sum(len(set(true[found == cluster])) > 1 for cluster in np.unique(found))
    assert mixed == 0
    assert len(np.unique(found)) == 375


def siblings(homes: int, twins_every: int) -> tuple[list[dict[str, Any]], list[int]]:
    """Return two records of each of the two children of every home, one pair of children in `twins_every` twins.

    One record in three lacks its birth date, one in forty has another's by mistake.
    """
    rows, person_of = [], []
    random = np.random.default_rng(11)
    for home in range(homes):
        last = f"{random.choice(FAMILY)} {random.choice(FAMILY)}"
        born = [date(1960, 1, 1) + timedelta(int(day)) for day in random.integers(0, 15_000, 2)]
        for member, first in enumerate(random.choice(GIVEN, 2, replace=False)):
            for record in range(2):
                kept = None if random.random() < 0.33 else born[0 if home % twins_every == 0 else member]
                if kept and random.random() < 0.025:
                    kept += timedelta(int(random.integers(40, 4_000)))
                rows.append(
                    blank_record(
                        f"s:{len(rows):05d}",
                        first_name_key=str(first),
                        last_name_key=last,
                        birth_date=kept,
                        street_number=str(1 + home % 90),
                        street=f"RUE {FAMILY[home % 10]} {home // 90}",
                        city=f"VILLE {home % 7}",
                        phone=f"+3332{home * 7_919_111 % 10**7:07d}" if record == 0 else None,
                    )
                )
                person_of.append(2 * home + member)
    return rows, person_of


def test_twins_are_two() -> None:
    rows, person_of = siblings(900, twins_every=40)
    found = match_records(read(rows), IdentitySettings(), Reporter()).person
    true = np.array(person_of)
    mixed = [cluster for cluster in np.unique(found) if len(set(true[found == cluster])) > 1]
    assert mixed == []


def test_names_exchanged_weigh_once() -> None:
    rows, _ = families(40)
    rows += [
        blank_record(f"x:{n}", first_name_key=row["last_name_key"], last_name_key=row["first_name_key"])
        for n, row in enumerate(rows[::6])
    ]
    records = read(rows)
    tables = weight_tables(match_records(records, IdentitySettings(), Reporter()).model)
    exchanged = LAST_NAME.level("swapped")
    assert tables.stranger[AT["last_name"]][exchanged] == 0.0
    assert tables.household[AT["last_name"]][exchanged] == 0.0
    assert tables.stranger[AT["first_name"]][FIRST_NAME.level("swapped")] > 0.0


def test_names_exchanged_are_known_when_one_of_them_is_badly_written() -> None:
    names = [("FREDDIE", "BAILEY"), ("BAILEY", "FDEDRIE"), ("BAILEY", "GEORGE")]
    rows = [blank_record(f"s:{n}", first_name_key=one, last_name_key=two) for n, (one, two) in enumerate(names)]
    levels = Comparer(read(rows)).compare(np.array([0, 0]), np.array([1, 2]))
    assert levels[:, AT["first_name"]].tolist() == [FIRST_NAME.level("swapped"), FIRST_NAME.level("different")]
    assert levels[:, AT["last_name"]].tolist() == [LAST_NAME.level("swapped"), LAST_NAME.level("different")]


def test_columns_are_known_by_the_names_other_countries_give_them() -> None:
    names = ["Given", "Family", "DOB", "Street Addr", "Municipality", "Postal", "Contact No", "Mail Addr"]
    fields = ["first_name", "last_name", "birth_date", "street", "city", "postcode", "phone", "email"]
    assert guess_columns(names, {}, []) == dict(zip(fields, names, strict=True))
    assert guess_columns(["Apellidos", "Nombre"], {}, []) == {"last_name": "Apellidos", "first_name": "Nombre"}
    assert guess_columns(["Lieu de naissance", "Birthplace"], {}, []) == {"birth_place": "Lieu de naissance"}
