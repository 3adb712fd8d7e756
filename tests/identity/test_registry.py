"""Ids from run to run: who keeps which, what becomes of the others."""

from __future__ import annotations

from datetime import date

import numpy as np

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity.registry import CROCKFORD, Naming, new_id, stable_ids
from chaland.tables import identity

RECORDS = np.array(["a", "b", "c", "d"], dtype=object)


def named(groups: list[int], before: list[str | None]) -> Naming:
    known = sorted({name for name in before if name})
    codes = np.array([known.index(name) if name else -1 for name in before], dtype=np.int32)
    return stable_ids("C", RECORDS, np.array(groups), codes, np.array(known, dtype=object))


def test_a_new_id_is_a_letter_and_ten_characters_of_crockford() -> None:
    made = new_id("H", "card:1")
    assert len(made) == 11
    assert made[0] == "H"
    assert set(made[1:]) <= set(CROCKFORD)
    assert new_id("H", "card:1", 1) != made


def test_a_new_id_already_borne_gives_way_to_the_next_turn() -> None:
    borne = new_id("C", "a")
    found = named([0, 1, 2, 3], [None, borne, None, None])
    assert found.ids.tolist() == [new_id("C", "a", 1), borne, new_id("C", "c"), new_id("C", "d")]


def test_a_first_run_names_groups_after_their_smallest_record() -> None:
    found = named([0, 0, 2, 2], [None] * 4)
    assert found.ids.tolist() == [new_id("C", "a")] * 2 + [new_id("C", "c")] * 2
    assert found.retired == []


def test_a_merged_group_keeps_the_id_of_most_of_its_records() -> None:
    found = named([0, 0, 0, 3], ["X", "X", "Y", "Z"])
    assert found.ids.tolist() == ["X", "X", "X", "Z"]
    assert found.retired == [("Y", "X", "merged")]


def test_a_split_leaves_the_id_to_the_larger_part() -> None:
    found = named([0, 1, 1, 3], ["X", "X", "X", "Z"])
    assert found.ids.tolist() == [new_id("C", "a"), "X", "X", "Z"]
    assert found.retired == []


def test_an_id_whose_records_scatter_into_others_is_split() -> None:
    found = named([0, 0, 0, 3], ["X", "X", "Y", "Y"])
    assert found.ids.tolist() == ["X", "X", "X", "Y"]
    found = stable_ids(
        "C",
        np.array(list("abcdef"), dtype=object),
        np.array([0, 0, 0, 3, 3, 3]),
        np.array([0, 0, 1, 1, 2, 2], dtype=np.int32),
        np.array(["X", "Y", "Z"], dtype=object),
    )
    assert found.retired == [("Y", "X", "split")]


def test_an_id_already_taken_is_made_again() -> None:
    taken = new_id("C", "a")
    found = named([0, 1, 1, 3], [taken, taken, taken, None])
    assert found.ids.tolist() == [new_id("C", "a", 1), taken, taken, new_id("C", "d")]


def test_unmerged_customers_find_their_old_id_again() -> None:
    first = named([0, 1, 2, 3], [None] * 4).ids.tolist()
    merged = named([0, 0, 2, 3], first)
    assert merged.retired == [(first[1], first[0], "merged")]
    assert named([0, 1, 2, 3], merged.ids.tolist()).ids.tolist() == first


def aliases_after(
    persons: list[tuple[str, str]],
    previous: list[tuple[str, str]],
    aliases: list[tuple[str, str | None, str, date]],
    retired: list[tuple[str, str, str]],
) -> set[tuple[object, ...]]:
    engine = Engine()
    for table in (identity.PERSONS, identity.PREVIOUS, identity.PREVIOUS_ALIASES):
        engine.create(table)
    for table, rows in ((identity.PERSONS, persons), (identity.PREVIOUS, previous)):
        for record, customer in rows:
            engine.execute(f"insert into {table.full_name} values ('{record}', '{customer}', 'H', null, null)")
    for alias in aliases:
        engine.connection.execute("insert into identity.previous_aliases values (?, ?, ?, ?)", alias)
    engine.execute("create table identity_retired (old_id varchar, id varchar, reason varchar)")
    for row in retired:
        engine.connection.execute("insert into identity_retired values (?, ?, ?)", row)
    for file in ("before_all.sql", "ended.sql"):
        engine.run("chaland.identity", file)
    engine.fill(identity.ALIASES, "chaland.identity", "aliases.sql", as_of=date(2026, 2, 2))
    assert "identity.aliases" in sql_text("chaland.identity", "aliases.sql")
    engine.check_key(identity.ALIASES)
    return set(engine.rows("select * from identity.aliases"))


def test_an_alias_follows_the_id_it_pointed_to() -> None:
    found = aliases_after(
        persons=[("a", "X"), ("b", "X")],
        previous=[("a", "X"), ("b", "Y")],
        aliases=[("W", "Y", "merged", date(2026, 1, 1))],
        retired=[("Y", "X", "merged")],
    )
    assert found == {("W", "X", "merged", date(2026, 2, 2)), ("Y", "X", "merged", date(2026, 2, 2))}


def test_an_id_all_of_whose_records_left_is_gone_and_stays_known() -> None:
    found = aliases_after(
        persons=[("a", "X")],
        previous=[("a", "X"), ("b", "Y")],
        aliases=[("W", "Y", "merged", date(2026, 1, 1)), ("V", "X", "merged", date(2026, 1, 1))],
        retired=[],
    )
    assert found == {
        ("Y", None, "gone", date(2026, 2, 2)),
        ("W", None, "gone", date(2026, 2, 2)),
        ("V", "X", "merged", date(2026, 1, 1)),
    }


def test_an_id_in_force_again_is_no_alias() -> None:
    found = aliases_after(
        persons=[("a", "X"), ("b", "W")],
        previous=[("a", "X"), ("b", "X")],
        aliases=[("W", "X", "merged", date(2026, 1, 1))],
        retired=[],
    )
    assert found == set()
