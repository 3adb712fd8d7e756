"""truth.parquet names the person and household of every record of every source, and of nothing else."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from chaland.demo import CAST
from chaland.demo.generate import TRUTH, folder_source

PERSONS = 3_000


def written_keys(folder: Path) -> set[tuple[str, str]]:
    """Return (source, person_key) of every person record, read from the files themselves."""
    holders = (folder / "carte" / "porteurs.txt").read_bytes().decode("cp1252").removesuffix("\r\n").split("\r\n")
    keys = {("carte", line[:13]) for line in holders}
    customers = (folder / "site" / "prestashop_clients.csv").read_text(encoding="utf-8").splitlines()[1:]
    keys |= {("site_clients", line.split(";")[0]) for line in customers}
    for path in (folder / "site").glob("evenements-*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["type"] == "identify":
                keys.add(("site_identites", event["userId"]))
    with closing(sqlite3.connect(folder / "assistance" / "assistance.sqlite3")) as base:
        keys |= {("assistance", str(key)) for (key,) in base.execute("select id_appelant from appelants")}
    fastexcel = pytest.importorskip("fastexcel", reason="the extra excel is not installed")
    book = fastexcel.read_excel(folder / "voix_du_client" / "enquetes.xlsx")
    keys |= {("enquetes", key) for key in book.load_sheet(0).to_arrow().column(0).to_pylist()}
    for system, area in (("projets", "projets"), ("poses", "pose")):
        for path in (folder / area).glob("*/*.csv"):
            shop = path.parent.name[:3]
            encoding = "utf-16" if path.read_bytes().startswith(b"\xff\xfe") else "utf-8"
            rows = path.read_bytes().decode(encoding).splitlines()[1:]
            keys |= {(folder_source(system, shop), row.split(";")[0]) for row in rows}
    return keys


def test_the_truth_covers_every_record_of_every_source_exactly(brindille: Path) -> None:
    truth = pq.read_table(brindille / TRUTH)
    told = list(zip(truth["source"].to_pylist(), truth["person_key"].to_pylist(), strict=True))
    assert len(told) == len(set(told))
    assert set(told) == written_keys(brindille)


def test_a_record_is_one_person_and_a_person_one_household(brindille: Path) -> None:
    truth = f"'{brindille / TRUTH}'"
    assert duckdb.sql(f"select count(distinct person_id) from {truth}").fetchone() == (PERSONS,)
    assert duckdb.sql(
        f"select count(*) from (select 1 from {truth} group by record_id having count(distinct person_id) > 1)"
    ).fetchone() == (0,)
    assert duckdb.sql(
        f"select count(*) from (select 1 from {truth} group by person_id having count(distinct household_id) > 1)"
    ).fetchone() == (0,)
    assert duckdb.sql(f"select count(*) from {truth} where record_id <> system || ':' || person_key").fetchone() == (0,)


def test_a_person_has_about_two_records(brindille: Path) -> None:
    records, persons = duckdb.sql(
        f"select count(distinct record_id), count(distinct person_id) from '{brindille / TRUTH}'"
    ).fetchone() or (0, 1)
    assert 2.0 < records / persons < 2.25


def test_the_cast_is_there_with_its_own_ids(brindille: Path) -> None:
    truth = pq.read_table(brindille / TRUTH)
    person_of = dict(zip(truth["record_id"].to_pylist(), truth["person_id"].to_pylist(), strict=True))
    home_of = dict(zip(truth["record_id"].to_pylist(), truth["household_id"].to_pylist(), strict=True))
    for member in CAST.values():
        assert {person_of[record] for record in member.record_ids} == {member.person_id}
        assert {home_of[record] for record in member.record_ids} == {member.household_id}
    assert [record.system for record in CAST["helene"].records] == [
        "carte", "site", "enquetes", "assistance", "projets", "poses",
    ]  # fmt: skip
    assert CAST["jacques"].household_id == CAST["julien"].household_id
    assert CAST["jacques"].person_id != CAST["julien"].person_id
    own = {member.person_id for member in CAST.values()}
    assert {person for record, person in person_of.items() if person in own} == own
    assert sum(person in own for person in person_of.values()) == sum(len(m.records) for m in CAST.values())


def test_helene_is_spelt_otherwise_in_every_system(brindille: Path) -> None:
    holder = (brindille / "carte" / "porteurs.txt").read_bytes().decode("cp1252")
    with closing(sqlite3.connect(brindille / "assistance" / "assistance.sqlite3")) as base:
        caller = base.execute("select identite from appelants where id_appelant = 1").fetchone()
        calls = base.execute("select count(*) from appels where id_appelant = 1").fetchone()
    project = next((brindille / "projets").glob("001_*/projets.csv")).read_text(encoding="utf-8")
    card = CAST["helene"].records[0].key
    tickets = duckdb.sql(
        f"select count(distinct ticket) from read_csv('{brindille}/tickets/*.csv', delim=';', all_varchar=true) "
        f"where carte = '{card}' and montant not like '-%'"
    ).fetchone()
    assert f"{card}Mme       CHALAIN" in holder
    assert caller == ("Mme CHALLAIN H.",)
    assert calls == (2,)
    assert ";Mme;Chalain;Helene;12b rue des lilas;44800;" in project
    assert tickets == (12,)
