"""A year of increments: newcomers, movers, marriages, a steward's decisions, one of them taken back; ids stay."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.identity.test_decisions import run, word
from tests.identity.test_resolve import customer_of
from tests.identity.town import Row, blank_record, town

from chaland.engine import Engine

START = datetime(2026, 1, 1)


def days(rows: list[Row], person_of: dict[str, str], runs: int) -> list[list[Row]]:
    """Return the rows that each run finds new: half the town at first, then a few records of each kind at a time."""
    chance = random.Random(11)
    people = sorted(set(person_of.values()))
    first = [row for row in rows if hash_of(person_of[row["record_id"]]) % 2 == 0]
    known = {person_of[row["record_id"]] for row in first}
    waiting = [row for row in rows if person_of[row["record_id"]] not in known]
    arrivals = [first]
    assert len(people) > len(known) > 50
    for turn in range(1, runs):
        now = START + timedelta(days=turn * 365 // runs)
        share = len(waiting) // (runs - turn)
        fresh, waiting = waiting[:share], waiting[share:]
        for kind in ("moves", "marries", "writes"):
            old = chance.choice(first)
            changed: dict[str, Any] = {"recorded_at": now}
            if kind == "moves":
                changed |= {"street_number": str(turn), "street": f"QUAI NEUF {turn}", "postcode": "20000",
                            "insee_code": "20000", "city": "VILLE 20000"}  # fmt: skip
            if kind == "marries":
                changed |= {"birth_name_key": old["last_name_key"], "last_name_key": f"EPOUSE{chr(65 + turn % 26)}"}
            name = f"{kind}:{turn:03d}"
            fresh.append(blank_record(name, **{**fields_of(old), **changed}))
            person_of[name] = person_of[old["record_id"]]
        arrivals.append(fresh)
    return arrivals


def hash_of(text: str) -> int:
    return sum(ord(letter) * place for place, letter in enumerate(text, 1))


def fields_of(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("record_id", "source", "system", "person_key")}


def resolves(engine: Engine, ids: set[str]) -> set[str]:
    """Return the ids, of all those given, that answer to nobody in force."""
    in_force = set(customer_of(engine).values())
    heir = dict(engine.rows("select old_customer_id, customer_id from identity.aliases"))
    return {name for name in ids if name not in in_force and heir.get(name) not in in_force}


@pytest.mark.parametrize(("runs", "at_least"), [(24, 1_800), pytest.param(365, 27_000, marks=pytest.mark.long)])
def test_a_year_of_increments_renames_nobody_without_a_reason(runs: int, at_least: int) -> None:
    rows, person_of, _ = town(70, seed=9)
    arrivals = days(rows, person_of, runs)
    held: list[Row] = []
    words: list[Row] = []
    given: set[str] = set()
    engine: Engine | None = None
    before: dict[str, str] = {}
    at_merge: dict[str, str] = {}
    renamed = kept = 0
    one, other = (next(row["record_id"] for row in arrivals[0] if person_of[row["record_id"]] == person)
                  for person in sorted({person_of[row["record_id"]] for row in arrivals[0]})[:2])  # fmt: skip
    for turn, fresh in enumerate(arrivals):
        held += fresh
        if turn == 6:
            at_merge = before
            assert before[one] != before[other]
            words.append(word(2, one, other, "same"))
        if turn == 9:
            couple = next((a, b) for a in before for b in before if a < b and before[a] == before[b] != before[one])
            words.append(word(3, *couple, "apart"))
        if turn == 18:
            words.append(word(4, one, other, "withdrawn"))
        engine = run(held, words, engine)
        now = customer_of(engine)
        given |= set(now.values())
        assert resolves(engine, given) == set()
        together: dict[str, set[str]] = {}
        for record, customer in now.items():
            if record in before:
                together.setdefault(customer, set()).add(record)
        unchanged = {frozenset(group) for group in groups(before)} & {frozenset(group) for group in together.values()}
        for group in unchanged:
            if {before[record] for record in group} == {now[record] for record in group}:
                kept += 1
            elif turn not in (6, 9, 18):
                renamed += 1
        if 6 <= turn < 18:
            assert now[one] == now[other]
        if turn >= 9:
            assert now[couple[0]] != now[couple[1]]
        if turn == 18:
            assert (now[one], now[other]) == (at_merge[one], at_merge[other])
        before = now
    assert engine is not None
    assert (renamed, kept > at_least) == (0, True)
    again = run(held, words, engine)
    for table in ("persons", "aliases", "household_aliases", "customers", "values", "households"):
        sql = f"select * from identity.{table}"
        assert sorted(again.rows(sql), key=repr) == sorted(engine.rows(sql), key=repr)


def groups(customers: dict[str, str]) -> list[set[str]]:
    together: dict[str, set[str]] = {}
    for record, customer in customers.items():
        together.setdefault(customer, set()).add(record)
    return list(together.values())
