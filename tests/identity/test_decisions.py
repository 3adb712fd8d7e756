"""Decisions: obeyed, settled when they contradict each other, taken back without a trace."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cast import load_rows
from tests.identity.test_resolve import customer_of, resolved
from tests.identity.town import Row, blank_record, town

from chaland.engine import Engine
from chaland.identity.cluster import components
from chaland.identity.decisions import constrained, settled
from chaland.tables import identity, landing

DAY = datetime(2026, 1, 1)


def word(line: int, one: str, other: str, decision: str) -> Row:
    """Return a row of landing.decisions; a later line was said later."""
    return {
        "source": "decisions", "load_id": "d-1", "file": "decisions.csv", "line": line,
        "record_id_l": one, "record_id_r": other, "decision": decision, "decided_at": DAY + timedelta(hours=line),
        "decided_by": "steward", "reason": "seen",
    }  # fmt: skip


def run(rows: list[Row], words: list[Row] | None = None, previous: Engine | None = None) -> Engine:
    """Return an engine in which the room has run on the rows and the decisions."""
    return resolved(rows, previous=previous, fill=lambda engine: load_rows(engine, landing.DECISIONS, words or []))


def outcomes(engine: Engine) -> dict[tuple[str, str], tuple[str, str]]:
    found = engine.rows("select record_id_l, record_id_r, decision, outcome from identity.decisions")
    return {(row[0], row[1]): (row[2], row[3]) for row in found}


def agreeing(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Weigh pairs whose numbers are near each other above the others."""
    return 12.0 - 4.0 * np.abs(one - other).astype(float)


PLACES = st.integers(0, 11)
PAIRS = st.lists(st.tuples(PLACES, PLACES).filter(lambda pair: pair[0] != pair[1]), max_size=12)


@settings(max_examples=150, deadline=None)
@given(links=PAIRS, said=PAIRS, kinds=st.lists(st.booleans(), min_size=12, max_size=12))
def test_what_stands_is_obeyed_and_nothing_else_is_parted(
    links: list[tuple[int, int]], said: list[tuple[int, int]], kinds: list[bool]
) -> None:
    left, right = (np.array([pair[side] for pair in links], dtype=np.int64) for side in (0, 1))
    person = components(12, left, right)
    pairs = np.array(said, dtype=np.int64).reshape(-1, 2)
    is_same = np.array(kinds[: len(pairs)], dtype=bool)
    stands = settled(pairs, is_same)
    same, apart = pairs[stands & is_same], pairs[stands & ~is_same]
    found = constrained(person, same, apart, agreeing)
    assert (found[same[:, 0]] == found[same[:, 1]]).all()
    assert (found[apart[:, 0]] != found[apart[:, 1]]).all()
    assert all(found[place] == np.flatnonzero(found == found[place])[0] for place in range(12))
    # who is joined was joined before, or was decided to be; a group without an `apart` inside is whole
    allowed = components(12, np.append(np.arange(12), same[:, 0]), np.append(person, same[:, 1]))
    assert all(
        allowed[one] == allowed[other] for one, other in combinations(range(12), 2) if found[one] == found[other]
    )
    torn = {int(allowed[one]) for one, other in apart.tolist() if allowed[one] == allowed[other]}
    assert all(found[place] == allowed[place] for place in range(12) if int(allowed[place]) not in torn)


def test_of_decisions_that_contradict_each_other_the_later_stand() -> None:
    latest_first = np.array([[0, 2], [1, 2], [0, 1], [3, 4], [3, 4]])
    assert settled(latest_first, np.array([True, True, False, False, False])).tolist() == [
        True,
        True,
        False,
        True,
        True,
    ]


def test_a_group_is_parted_where_its_evidence_is_weakest() -> None:
    # 0 1 2 hold together, 3 4 hold together, and 2–3 chained them
    strong = {(0, 1), (0, 2), (1, 2), (3, 4)}

    def weigh(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        pairs = zip(one.tolist(), other.tolist(), strict=True)
        return np.array([20.0 if pair in strong else 6.0 if pair == (2, 3) else -5.0 for pair in pairs])

    found = constrained(np.zeros(5, dtype=np.int64), np.zeros((0, 2), dtype=np.int64), np.array([[0, 4]]), weigh)
    assert found.tolist() == [0, 0, 0, 3, 3]


def test_a_crowd_held_apart_costs_no_quadratic_time() -> None:
    def weigh(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        raise AssertionError("a crowd is not weighed pair by pair")

    count = 50_000
    chain = np.stack([np.arange(2, count - 1), np.arange(3, count)], axis=1)
    found = constrained(np.zeros(count, dtype=np.int64), chain, np.array([[0, 2], [0, 1]]), weigh)
    assert (found[:3].tolist(), set(found[3:].tolist())) == ([0, 1, 2], {2})


def strangers() -> list[Row]:
    rows, _, _ = town(60, seed=5)
    return [
        *rows,
        blank_record("x:1", first_name_key="ODILE", last_name_key="VASSEUR", mobile="+33611110001", postcode="10001"),
        blank_record("x:2", first_name_key="ODILE", last_name_key="VASSEUR", mobile="+33611110001", postcode="10001"),
        blank_record("y:1", first_name_key="BRICE", last_name_key="QUEMENER", email_key="bq@a.fr", postcode="10040"),
        blank_record("y:2", first_name_key="BRICE", last_name_key="QUEMENER", email_key="bq@a.fr", postcode="10040"),
        blank_record("card:9", is_key_only=True, versions=0),
    ]


@pytest.fixture(scope="module")
def undecided() -> Engine:
    return run(strangers())


def test_same_joins_what_nothing_else_would_and_through_chains(undecided: Engine) -> None:
    before = customer_of(undecided)
    assert before["x:1"] == before["x:2"] != before["y:1"] == before["y:2"]
    engine = run(strangers(), [word(2, "x:1", "y:1", "same"), word(3, "y:2", "card:9", "same")], undecided)
    found = customer_of(engine)
    assert len({found[record] for record in ("x:1", "x:2", "y:1", "y:2", "card:9")}) == 1
    assert {record: customer for record, customer in found.items() if record[0] == "s"} == {
        record: customer for record, customer in before.items() if record[0] == "s"
    }
    assert outcomes(engine) == {("x:1", "y:1"): ("same", "obeyed"), ("card:9", "y:2"): ("same", "obeyed")}
    households = dict(engine.rows("select record_id, household_id from identity.persons"))
    assert len({households[record] for record in ("x:1", "y:2", "card:9")}) == 1


def test_apart_parts_and_the_later_word_on_a_chain_stands(undecided: Engine) -> None:
    words = [word(2, "x:2", "x:1", "apart"), word(3, "x:1", "y:1", "same"), word(4, "x:2", "y:2", "same"),
             word(5, "x:1", "zz:1", "same"), word(6, "y:1", "y:2", "unsure")]  # fmt: skip
    engine = run(strangers(), words, undecided)
    found = customer_of(engine)
    # y:1 and y:2 hold together by their evidence, and x:1 may not follow both: each decision is obeyed
    assert found["x:1"] == found["y:1"] != found["x:2"] == found["y:2"]
    assert outcomes(engine)["x:1", "zz:1"] == ("same", "unknown")
    later = run(strangers(), [*words, word(7, "y:1", "y:2", "same")], engine)
    assert len({customer_of(later)[record] for record in ("x:1", "x:2", "y:1", "y:2")}) == 1
    assert outcomes(later)["x:1", "x:2"] == ("apart", "overruled")


def test_an_unmerge_gives_back_both_customers_as_if_they_had_never_been_joined(undecided: Engine) -> None:
    before = customer_of(undecided)
    merged = [word(2, "x:1", "y:1", "same")]
    fresh = [
        blank_record("a:0", first_name_key="BRICE", last_name_key="QUEMENER", email_key="bq@a.fr", postcode="10040"),
        blank_record("a:1", first_name_key="BRICE", last_name_key="QUEMENER", email_key="bq@a.fr", postcode="10040"),
    ]
    joined = run(strangers(), merged, undecided)
    kept = customer_of(joined)["y:1"]
    assert kept in (before["x:1"], before["y:1"])
    assert joined.rows("select customer_id, reason from identity.aliases") == [(kept, "merged")]
    # new records come while they are one; their records are smaller than those that gave the ids
    grown = run([*fresh, *strangers()], merged, joined)
    assert customer_of(grown)["x:1"] == customer_of(grown)["a:1"] == kept
    parted = run([*fresh, *strangers()], [*merged, word(3, "y:1", "x:1", "withdrawn")], grown)
    never = run([*fresh, *strangers()], [], run([*fresh, *strangers()], [], undecided))
    persons = "select * from identity.persons order by record_id"
    assert parted.rows(persons) == never.rows(persons)
    assert customer_of(parted)["x:2"] == before["x:2"]
    assert customer_of(parted)["y:2"] == before["y:2"] == customer_of(parted)["a:0"]
    assert parted.rows("from identity.aliases") == parted.rows("from identity.household_aliases") == []


def test_deciding_again_on_the_same_input_changes_nothing(undecided: Engine) -> None:
    words = [word(2, "x:1", "y:1", "same"), word(3, "s0:000000", "x:1", "apart")]
    once = run(strangers(), words, undecided)
    again = run(strangers(), words, once)
    for table in (identity.PERSONS, identity.ALIASES, identity.HOUSEHOLD_ALIASES, identity.DECISIONS):
        assert sorted(again.rows(f"from {table.full_name}")) == sorted(once.rows(f"from {table.full_name}"))
