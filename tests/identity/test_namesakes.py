"""Two names that nobody else bears together say more than their frequencies do; how much is learnt from the file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from tests.identity.town import blank_record, fill_records

from chaland.engine import Engine
from chaland.identity.blocks import Blocking
from chaland.identity.keys import NARROWER_CAPS, atoms_of, candidate_rules, choose_rules
from chaland.identity.levels import COMPARISONS, FIRST_NAME, LAST_NAME, NAMESAKES, PHONE, Comparer
from chaland.identity.model import Vectors, among_namesakes
from chaland.identity.records import Records, read_records

AT = {one.name: place for place, one in enumerate(COMPARISONS)}
MANY, TWO = NAMESAKES.level("many"), NAMESAKES.level("two")


def read(names: Sequence[tuple[str | None, str | None]]) -> Records:
    engine = Engine()
    rows = [
        blank_record(f"s:{n:04d}", first_name_key=first, last_name_key=last) for n, (first, last) in enumerate(names)
    ]
    fill_records(engine, rows)
    return read_records(engine, max_surnames_per_contact=5)


@pytest.mark.parametrize(
    ("bearers", "level"),
    [(2, "two"), (3, "three"), (4, "four"), (5, "six"), (6, "six"), (7, "many"), (40, "many")],
)
def test_the_records_that_bear_both_names_are_counted(bearers: int, level: str) -> None:
    records = read([("LEA", "MARTIN")] * bearers + [("LEA", "PETIT"), ("ANNE", "MARTIN"), (None, "MARTIN")])
    levels = Comparer(records).compare(np.array([0]), np.array([1]))
    assert NAMESAKES.levels[levels[0, AT["namesakes"]]] == level


def test_names_that_differ_or_lack_have_no_namesakes() -> None:
    records = read([("LEA", "MARTIN"), ("LEO", "MARTIN"), (None, "MARTIN"), (None, "MARTIN")])
    levels = Comparer(records).compare(np.array([0, 0, 2]), np.array([1, 2, 3]))
    assert levels[:, AT["namesakes"]].tolist() == [0, 0, 0]


def told(level: int, same_phone: bool) -> list[int]:
    """Return a pair with both names the same, told by the telephone."""
    row = [0] * len(COMPARISONS)
    row[AT["first_name"]], row[AT["last_name"]] = FIRST_NAME.family("same") + 8, LAST_NAME.family("same") + 8
    row[AT["phone"]] = PHONE.family("mobile") if same_phone else PHONE.level("different")
    row[AT["namesakes"]] = level
    return row


def test_what_the_count_says_is_read_on_pairs_that_other_fields_tell() -> None:
    rows = [told(TWO, True), told(TWO, False), told(MANY, True), told(MANY, False)]
    vectors = Vectors(np.array(rows, dtype=np.uint8), np.array([8_000.0, 1_000.0, 2_000.0, 9_000.0]))
    match, home = vectors.counts * np.array([1.0, 0.0, 1.0, 0.0]), np.zeros(4)
    m = np.ones(len(NAMESAKES.levels))
    m[1:] = 0.0001
    m[TWO], m[MANY] = 0.8, 0.2
    u = among_namesakes(vectors, m, match, home, np.full(4, 0.5))
    assert np.log2(m / u)[[TWO, MANY]].round(2).tolist() == [2.99, -2.17], "odds of 8 and of 2 in 9, by names 1"
    assert u[0] == 1.0


def test_where_no_other_field_tells_the_count_says_nothing() -> None:
    rows = [told(TWO, True), told(MANY, False)]
    for row in rows:
        row[AT["phone"]] = 0
    vectors = Vectors(np.array(rows, dtype=np.uint8), np.array([8_000.0, 9_000.0]))
    m = np.full(len(NAMESAKES.levels), 0.2)
    found = among_namesakes(vectors, m, vectors.counts * np.array([1.0, 0.0]), np.zeros(2), np.full(2, 0.5))
    assert found.tolist() == m.tolist()


def test_a_rule_too_costly_is_taken_for_its_rare_values() -> None:
    common = [("LEA", "MARTIN")] * 150 + [("ANNE", "PETIT")] * 150 + [("PAUL", "DURAND")] * 150
    records = read(common + [(f"PRENOM{n // 3:03d}", f"NOM{n // 3:03d}") for n in range(600)])
    atoms = atoms_of(records)
    candidates = candidate_rules(atoms, len(records), 200)
    both = [rule for rule in candidates.rules if rule.name == "both_names"]
    assert [rule.cap for rule in both] == [200, *(200 // divisor for divisor in NARROWER_CAPS)]
    rates = np.array([atom.agreement for atom in atoms])
    blocking = Blocking(records.is_organisation, room=100_000)
    plan = choose_rules(atoms, candidates, rates, blocking, budget=5_000, taken=())
    assert max(rule.cap for rule in plan.rules) < 200
    assert blocking.written == 600, "each of the 200 rare names brings its three pairs, the three common ones none"
