"""Names one person bears are learnt from the file itself: no table of diminutives is needed, in any language."""

from __future__ import annotations

import numpy as np
import pytest
from tests.identity.town import Row, blank_record, fill_records

from chaland.config import IdentitySettings
from chaland.engine import Engine
from chaland.identity.levels import FIRST_NAME, Comparer
from chaland.identity.match import Matched, match_records
from chaland.identity.nicknames import known_nicknames
from chaland.identity.records import read_records
from chaland.progress import Reporter

FIRST = (
    "ADA", "BEA", "CLEO", "DORA", "ELSA", "FLORA", "GRETA", "HILDA", "INES", "JUNE",
    "KARA", "LENA", "MONA", "NORA", "OLGA", "PIA", "ROSA", "SARA", "TINA", "UMA",
)  # fmt: skip
LAST = (
    "ALBERT", "BLONDEL", "CARON", "DUMAS", "EVRARD", "FAURE", "GERMAIN", "HUBERT",
    "IMBERT", "JACQUET", "KLEIN", "LAMBERT", "MOREL", "NICOL", "OLIVIER",
)  # fmt: skip


def town_with_a_nickname() -> list[Row]:
    """600 persons in two files; in the second, whoever is called TINA is written ZAZOU."""
    random = np.random.default_rng(5)
    rows = []
    for person in range(600):
        first, last = FIRST[person % 20], LAST[person // 20 % 15] + "ABCDEFGH"[person // 75]
        common = {
            "last_name_key": last,
            "birth_date": f"19{random.integers(40, 99)}-{random.integers(1, 12):02}-{random.integers(2, 28):02}",
            "email_key": f"mail{person}@example.fr",
            "street_number": str(person),
            "street": f"RUE {LAST[person % 15]}",
            "postcode": "75001",
            "city": "PARIS",
        }
        rows.append(blank_record(f"a:{person}", first_name_key=first, **common))
        rows.append(blank_record(f"b:{person}", first_name_key="ZAZOU" if first == "TINA" else first, **common))
    return rows


@pytest.fixture(scope="module")
def matched() -> Matched:
    engine = Engine()
    fill_records(engine, town_with_a_nickname())
    return match_records(read_records(engine, max_surnames_per_contact=5), IdentitySettings(), Reporter())


def test_a_name_and_its_diminutive_are_learnt_from_the_records(matched: Matched) -> None:
    assert set(matched.nicknames) - set(known_nicknames()) == {("TINA", "ZAZOU")}


def test_a_learnt_diminutive_is_a_level_of_its_own(matched: Matched) -> None:
    first = matched.records.first_name.values[matched.records.first_name.codes]
    linked = matched.person[matched.left] == matched.person[matched.right]
    unlike = first[matched.left] != first[matched.right]
    assert int((linked & unlike).sum()) == 30
    assert set(matched.levels[linked & unlike, 0].tolist()) == {FIRST_NAME.level("diminutive")}


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("J P", "JEAN PIERRE", "initials"),
        ("JP", "JEAN PIERRE", "initials"),
        ("J", "JEAN PIERRE", "initial"),
        ("J P", "JEAN", "initial"),
        ("J M", "JEAN PIERRE", "different"),
        ("JO", "JEAN", "different"),
        ("JEANP IERRE", "JEAN PIERRE", "typo"),
        ("JEAN", "JEAN PIERRE", "part"),
    ],
)
def test_initials_are_read_as_initials(one: str, other: str, level: str) -> None:
    engine = Engine()
    rows = [blank_record("t:1", first_name_key=one, last_name_key="X"), blank_record("t:2", first_name_key=other)]
    fill_records(engine, rows)
    records = read_records(engine, max_surnames_per_contact=5)
    found = Comparer(records).compare(np.array([0]), np.array([1]))
    assert FIRST_NAME.levels[found[0, 0]] == level


def test_names_the_wrong_way_round_are_seen_through_initials() -> None:
    engine = Engine()
    rows = [
        blank_record("t:1", first_name_key="MAUNOURY", last_name_key="L A"),
        blank_record("t:2", first_name_key="LOU ANN", last_name_key="MAUNOURY"),
    ]
    fill_records(engine, rows)
    found = Comparer(read_records(engine, max_surnames_per_contact=5)).compare(np.array([0]), np.array([1]))
    assert FIRST_NAME.levels[found[0, 0]] == "initials"
