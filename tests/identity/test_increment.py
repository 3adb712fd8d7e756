"""A day's records joined to a base give what a whole run gives, and change nobody they do not touch."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.identity.days import Night, in_common
from tests.identity.test_decisions import word
from tests.identity.test_hostile_input import strangers
from tests.identity.town import Row, blank_record, fill_records, town

from chaland.config import IdentitySettings, Settings
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity.drift import WARN_BITS
from chaland.identity.index import Index
from chaland.identity.realtime import Resolver
from chaland.identity.registry import new_id
from chaland.tables import clean, identity

TABLES = (identity.VALUES, identity.CUSTOMERS, identity.HOUSEHOLDS)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return town(420, seed=5)[0]


@pytest.fixture(scope="module")
def new_ids(rows: list[Row]) -> set[str]:
    return set(random.Random(7).sample([row["record_id"] for row in rows], len(rows) // 50))


@pytest.fixture(scope="module")
def base(rows: list[Row], new_ids: set[str], tmp_path_factory: pytest.TempPathFactory) -> Night:
    old = [row for row in rows if row["record_id"] not in new_ids]
    return Night(old, tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def day(rows: list[Row], base: Night, tmp_path_factory: pytest.TempPathFactory) -> Night:
    return Night(rows, tmp_path_factory.mktemp("day"), after=base)


@pytest.fixture(scope="module")
def whole(rows: list[Row], base: Night, tmp_path_factory: pytest.TempPathFactory) -> Night:
    return Night(rows, tmp_path_factory.mktemp("whole"), after=base, is_full=True)


def content(night: Night, table: Any) -> list[tuple[object, ...]]:
    return sorted(night.engine.rows(f"select * from {table.full_name}"), key=repr)


def test_a_day_joined_gives_the_pairs_of_a_whole_run(day: Night, whole: Night) -> None:
    assert (day.how.kind, whole.how.kind) == ("increment", "whole")
    assert in_common(day.customers, whole.customers) >= 0.999
    assert in_common(day.households, whole.households) >= 0.99


def test_customers_the_day_does_not_touch_keep_their_ids(base: Night, day: Night, new_ids: set[str]) -> None:
    before, now = base.customers, day.customers
    grown = {now[record] for record in new_ids}
    kept = [record for record in before if now[record] == before[record]]
    assert len(kept) / len(before) >= 0.999
    assert all(now[record] in grown for record in before if now[record] != before[record])


def test_every_table_keeps_its_key_and_counts_everybody(day: Night, rows: list[Row]) -> None:
    for table in identity.TABLES:
        if not table.name.startswith("previous"):
            day.engine.check_columns(table)
            day.engine.check_key(table)
    assert set(day.customers) == {row["record_id"] for row in rows}
    assert day.engine.value("select sum(records) from identity.customers") == len(rows)
    assert day.engine.value("select sum(customers) from identity.households") == len(set(day.customers.values()))


def test_golden_records_are_those_of_a_whole_run_of_the_same_persons(day: Night, whole: Night) -> None:
    same = {name for name in day.customers.values() if records_of(day, name) == records_of(whole, name)}
    assert len(same) > 0.99 * len(set(day.customers.values()))
    for table in (identity.VALUES, identity.CUSTOMERS):
        place = [
            place for place, name in enumerate(table.column_names) if name in ("household_id", "weakest_link_bits")
        ]
        found, expected = (
            [
                tuple(value for at, value in enumerate(row) if at not in place)
                for row in content(night, table)
                if row[0] in same
            ]
            for night in (day, whole)
        )
        assert found == expected


def records_of(night: Night, customer: str) -> list[str]:
    return sorted(record for record, name in night.by_customer.get(customer, ()))


def test_pairs_weigh_what_the_model_of_the_base_says(day: Night, base: Night, rows: list[Row]) -> None:
    resolver = Resolver(base.folder)
    fresh = {row["record_id"]: row for row in rows}
    weighed = day.engine.rows(
        "select record_id_l, record_id_r, match_weight, blocking_rule from identity.pairs "
        "where record_id_l not in (select record_id from identity.previous_persons) and record_id_r in "
        "(select record_id from identity.previous_persons) limit 10"
    )
    assert len(weighed) == 10
    for one, other, weight, rule in weighed:
        pairs = resolver.weighed(fresh[one])
        found = dict(zip(resolver.index.texts("record_id", pairs.rows), pairs.match_weight, strict=True))
        assert found[other] == pytest.approx(weight, abs=1e-9)
        assert rule in {" + ".join(names) for names in resolver.index.rules}


def test_a_day_like_those_before_is_no_drift(day: Night) -> None:
    assert day.how.drift is not None
    assert set(day.how.drift.bits) >= {"first_name", "last_name", "address"}
    assert day.how.drift.largest < WARN_BITS
    assert not day.how.drift.is_warning
    assert day.how.facts()["is_drifting"] is False


def test_the_same_day_in_any_order_is_the_same(rows: list[Row], base: Night, day: Night, tmp_path: Path) -> None:
    again = Night(list(reversed(rows)), tmp_path, after=base)
    for table in (identity.PERSONS, identity.PAIRS, identity.VALUES, identity.QUESTIONS):
        assert content(again, table) == content(day, table)


def test_the_next_day_goes_on_from_the_merged_index(rows: list[Row], day: Night, tmp_path: Path) -> None:
    index = Index.open(day.folder)
    assert len(index) == len(rows)
    assert index.description["joined"] == len(rows) // 50
    old = next(row for row in rows if row["email_key"] and row["birth_date"])
    more = blank_record("z:1", **{name: old[name] for name in IDENTIFYING})
    night = Night([*rows, more], tmp_path, after=day)
    assert (night.how.kind, night.how.changes["new"]) == ("increment", 1)
    assert night.customers["z:1"] == day.customers[old["record_id"]]
    assert {record: name for record, name in night.customers.items() if record != "z:1"} == day.customers
    answer = Resolver(night.folder).resolve(more)
    assert (answer.verdict, answer.customer_id) == ("same", night.customers["z:1"])


IDENTIFYING = ("first_name_key", "last_name_key", "birth_date", "email_key", "postcode", "insee_code", "city", "street",
               "street_number", "sex")  # fmt: skip


def test_nothing_new_changes_nothing(base: Night, rows: list[Row], new_ids: set[str], tmp_path: Path) -> None:
    again = Night([row for row in rows if row["record_id"] not in new_ids], tmp_path, after=base)
    assert (again.how.kind, sum(again.how.changes.values())) == ("increment", 0)
    for table in (identity.PERSONS, identity.PAIRS, identity.QUESTIONS, *TABLES):
        assert content(again, table) == content(base, table)


def test_a_child_come_of_age_changes_a_household_of_which_nothing_else_changed(
    base: Night, rows: list[Row], new_ids: set[str], tmp_path: Path
) -> None:
    old = [row for row in rows if row["record_id"] not in new_ids]
    later = date(2031, 11, 1)
    joined = Night(old, tmp_path / "joined", after=base, as_of=later)
    whole = Night(old, tmp_path / "whole", after=base, as_of=later, is_full=True)
    assert (joined.how.kind, sum(joined.how.changes.values())) == ("increment", 0)
    assert content(joined, identity.HOUSEHOLDS) == content(whole, identity.HOUSEHOLDS)
    children = "select sum(children) from identity.households"
    assert 0 < joined.engine.value(children) < base.engine.value(children)
    back = Night(old, tmp_path / "back", after=joined)
    assert content(back, identity.HOUSEHOLDS) == content(base, identity.HOUSEHOLDS)


def test_the_digests_tell_what_is_matched_upon_and_all_that_is_said() -> None:
    unlike = {
        "VARCHAR": "X",
        "DATE": date(1970, 1, 1),
        "TIMESTAMP": datetime(2020, 1, 1),
        "BOOLEAN": True,
        "INTEGER": 9,
        "BIGINT": 9,
        "DOUBLE": 9.0,
    }
    received = {"load_id", "file", "line", "versions"}
    names = [name for name in clean.RECORDS.column_names if name != "record_id"]
    types = {column.name: column.type.upper() for column in clean.RECORDS.columns}
    with Engine() as engine:
        plain_row = blank_record("one:1")
        changed = [{**plain_row, "record_id": name, name: unlike[types[name]]} for name in names]
        fill_records(engine, [plain_row, *changed])
        engine.create(clean.COMPANIES)
        rows = engine.rows(sql_text("chaland.identity", "digests.sql"))
        head = sql_text("chaland.identity", "day.sql").split("semi join")[0]
        matched_upon = set(engine.arrow(head).column_names) - {"record_id"}
    digests = {name: (matched, said) for name, _, matched, said in rows}
    plain = digests.pop("one:1")
    assert {name for name, (matched, _) in digests.items() if matched != plain[0]} == matched_upon
    assert {name for name, (_, said) in digests.items() if said != plain[1]} == set(names) - received


def test_a_record_delivered_again_is_no_change(base: Night, rows: list[Row], new_ids: set[str], tmp_path: Path) -> None:
    again = [
        {**row, "load_id": "another", "file": "again.csv", "line": number, "versions": 2}
        for number, row in enumerate(rows)
        if row["record_id"] not in new_ids
    ]
    assert sum(Night(again, tmp_path, after=base).how.changes.values()) == 0


def test_a_record_written_anew_replaces_what_it_was(rows: list[Row], day: Night, tmp_path: Path) -> None:
    record_id = next(name for name, customer in day.customers.items() if len(day.by_customer[customer]) > 2)
    stranger = blank_record(record_id, first_name_key="ZEBULON", last_name_key="QUIXADA")
    others = [name for name, _ in day.by_customer[day.customers[record_id]] if name != record_id]
    night = Night([stranger if row["record_id"] == record_id else row for row in rows], tmp_path, after=day)
    assert (night.how.kind, night.how.changes["matched"]) == ("increment", 1)
    assert all(night.customers[other] == day.customers[record_id] for other in others)
    assert night.customers[record_id] not in set(day.customers.values())
    assert len(Index.open(night.folder)) == len(rows)
    found = night.engine.rows(
        "select count(*) from identity.pairs where $id in (record_id_l, record_id_r)", {"id": record_id}
    )
    assert found == [(0,)]


def test_a_record_withdrawn_leaves_the_others_as_they_were(rows: list[Row], day: Night, tmp_path: Path) -> None:
    alone = next(name for name, customer in day.customers.items() if len(day.by_customer[customer]) == 1)
    one_of_many = next(name for name, customer in day.customers.items() if len(day.by_customer[customer]) > 2)
    left = [row for row in rows if row["record_id"] not in (alone, one_of_many)]
    night = Night(left, tmp_path, after=day)
    assert (night.how.kind, night.how.changes["withdrawn"]) == ("increment", 2)
    assert set(night.customers) == {row["record_id"] for row in left}
    assert night.engine.rows(
        "select customer_id, reason from identity.aliases where old_customer_id = $id", {"id": day.customers[alone]}
    ) == [(None, "gone")]
    assert night.engine.value("select sum(records) from identity.customers") == len(left)
    assert Index.open(night.folder).rows_of_ids(pa.array([alone, one_of_many])).tolist() == [-1, -1]


def test_what_only_a_golden_record_shows_is_told_anew(rows: list[Row], day: Night, tmp_path: Path) -> None:
    told = rows[0]["record_id"]
    changed = [{**row, "card_tier": "Or"} if row["record_id"] == told else row for row in rows]
    night = Night(changed, tmp_path, after=day)
    assert night.how.changes == {"new": 0, "matched": 0, "told": 1, "withdrawn": 0}
    assert night.customers == day.customers
    sql = "select card_tier from identity.customers where customer_id = $id"
    assert night.engine.value(sql, {"id": night.customers[told]}) == "Or"


def test_a_steward_is_obeyed_and_taken_back_within_increments(rows: list[Row], day: Night, tmp_path: Path) -> None:
    names = sorted(day.by_customer)
    one, other = (day.by_customer[name][0][0] for name in (names[0], names[40]))
    parted = next(members for members in day.by_customer.values() if len(members) == 2)
    words = [word(1, one, other, "same"), word(2, parted[0][0], parted[1][0], "apart")]
    decided = Night(rows, tmp_path / "decided", after=day, words=words)
    assert decided.how.kind == "increment"
    assert decided.customers[one] == decided.customers[other]
    assert decided.customers[parted[0][0]] != decided.customers[parted[1][0]]
    assert decided.engine.rows("select distinct outcome from identity.decisions") == [("obeyed",)]
    kept = Night(rows, tmp_path / "kept", after=decided, words=words)
    assert kept.customers == decided.customers
    words += [word(3, one, other, "withdrawn"), word(4, parted[0][0], parted[1][0], "withdrawn")]
    back = Night(rows, tmp_path / "back", after=kept, words=words)
    assert back.how.kind == "increment"
    assert (back.customers, back.households) == (day.customers, day.households)


@pytest.mark.parametrize("taken_back", ["withdrawn", "gone from its file"])
def test_a_card_said_to_be_somebodys_is_alone_again_once_nobody_says_so(
    rows: list[Row], tmp_path: Path, taken_back: str
) -> None:
    cards = [blank_record(f"card:{number}", is_key_only=True, versions=0) for number in range(6)]
    known = [row["record_id"] for row in rows[:6]]
    first = Night([*rows, *cards], tmp_path / "first")
    words = [word(1, card["record_id"], record, "same") for card, record in zip(cards, known, strict=True)]
    said = Night([*rows, *cards], tmp_path / "said", after=first, words=words)
    assert [said.customers[card["record_id"]] for card in cards] == [said.customers[record] for record in known]
    kept = Night([*rows, *cards], tmp_path / "kept", after=said, words=words)
    assert (kept.customers, kept.households) == (said.customers, said.households)
    after = [word(2, one["record_id_l"], one["record_id_r"], "withdrawn") for one in words]
    back = Night(
        [*rows, *cards], tmp_path / "back", after=kept, words=[*words, *after] if taken_back == "withdrawn" else []
    )
    assert {night.how.kind for night in (said, kept, back)} == {"increment"}
    assert (back.customers, back.households) == (first.customers, first.households)


def test_an_id_that_others_bear_is_given_to_nobody_else(rows: list[Row], base: Night, tmp_path: Path) -> None:
    old = [row for row in rows if row["record_id"] in base.customers]
    first, others = next(
        (members[0][0], [record for record, _ in members[1:]])
        for name, members in base.by_customer.items()
        if len(members) > 2 and name == new_id("C", members[0][0])
    )
    without = Night([row for row in old if row["record_id"] != first], tmp_path / "without", after=base)
    assert {without.customers[record] for record in others} == {base.customers[first]}
    stranger = blank_record(first, first_name_key="ZEBULON", last_name_key="QUIXADA")
    again = Night([stranger if row["record_id"] == first else row for row in old], tmp_path / "again", after=without)
    assert {night.how.kind for night in (without, again)} == {"increment"}
    assert {again.customers[record] for record in others} == {base.customers[first]}
    assert again.customers[first] == new_id("C", first, 1)


def test_a_correction_wins_and_is_taken_back_within_increments(rows: list[Row], day: Night, tmp_path: Path) -> None:
    subject = rows[3]["record_id"]
    correction = blank_record("correction:x:y:1", mobile="+33600000001")
    for name in ("system", "person_key", "versions", "is_key_only"):
        del correction[name]
    correction |= {"source": "corrections", "subject": subject, "corrected_at": datetime(2026, 10, 1)}
    night = Night(rows, tmp_path / "corrected", after=day, corrections=[correction])
    assert night.how.kind == "increment"
    sql = "select mobile from identity.customers where customer_id = $id"
    assert night.engine.value(sql, {"id": night.customers[subject]}) == "+33600000001"
    again = Night(rows, tmp_path / "back", after=night)
    assert content(again, identity.VALUES) == content(day, identity.VALUES)


def test_two_establishments_of_one_number_meet_within_an_increment(
    rows: list[Row], base: Night, tmp_path: Path
) -> None:
    firms = [
        blank_record("o:1", is_organisation=True, organisation="GARAGE DU PONT", city="LYON"),
        blank_record("o:2", is_organisation=True, organisation="ETS MARTIN ET FILS", city="BREST"),
    ]
    number = {"siren": "732829320", "siret": "73282932000074"}
    first = Night([*rows, firms[0]], tmp_path / "first", companies=[{"record_id": "o:1", **number}])
    numbers = [{"record_id": firm["record_id"], **number} for firm in firms]
    second = Night([*rows, *firms], tmp_path / "second", after=first, companies=numbers)
    assert (second.how.kind, second.how.changes["new"]) == ("increment", 1)
    assert second.customers["o:2"] == first.customers["o:1"]


def test_a_source_that_writes_otherwise_is_told(rows: list[Row], base: Night, tmp_path: Path) -> None:
    odd = [
        {**row, "record_id": f"odd:{number}", "first_name_key": (row["first_name_key"] or "X")[0], "street_number": "0"}
        for number, row in enumerate(rows[:140])
    ]
    old = [row for row in rows if row["record_id"] in base.customers]
    night = Night([*old, *odd], tmp_path, after=base)
    assert night.how.kind == "increment"
    assert night.how.drift is not None and night.how.drift.is_warning


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_full": True}, "A whole run was asked for."),
        ({"after": None}, "There is no earlier snapshot to go on from."),
        (
            {"settings": Settings(folder=Path(), identity=IdentitySettings(threshold=0.9))},
            "The settings of [identity] are not those of the last run.",
        ),
    ],
)
def test_a_whole_run_says_why(
    base: Night, tmp_path: Path, change: dict[str, Any], why: str, english_reader: None
) -> None:
    few = town(40)[0]
    first = Night(few, tmp_path / "first")
    night = Night(few, tmp_path / "second", **{"after": first, **change})
    assert (night.how.kind, night.how.why) == ("whole", why)


def test_too_many_changes_are_run_whole(tmp_path: Path, english_reader: None) -> None:
    few = town(60)[0]
    first = Night(few[:-40], tmp_path / "first")
    night = Night(few, tmp_path / "second", after=first)
    assert night.how.kind == "whole"
    assert night.how.why.startswith("40 records are new, changed or withdrawn since the last whole run: more than 10 %")


def test_a_contact_everybody_shares_joins_nobody(tmp_path: Path) -> None:
    many = strangers(2_000, email_key="accueil@magasin.fr")
    more = strangers(150, seed=9, email_key="accueil@magasin.fr")
    more = [{**row, "record_id": f"n:{number}"} for number, row in enumerate(more)]
    night = Night([*many, *more], tmp_path / "day", after=Night(many, tmp_path / "base"))
    assert night.how.kind == "increment"
    assert len(set(night.customers.values())) == 2_150
