"""What a snapshot holds, and that it is swapped in whole or not at all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import duckdb
import pytest
from tests import cast
from tests.publish.conftest import publish

from chaland import tables
from chaland.engine import Engine
from chaland.errors import ContractError, NotFoundError, StorageError
from chaland.publish import check_snapshot, previous_snapshot, read_manifest, snapshot_in_force, snapshots
from chaland.publish.manifest import settings_hash
from chaland.publish.place import DATABASE
from chaland.publish.snapshot import PUBLISHED
from chaland.tables import base, identity


def test_a_snapshot_holds_the_contract_tables_and_nothing_else(cast_base: Engine, tmp_path: Path) -> None:
    snapshot = publish(cast_base, tmp_path)
    made = ["cards.sqlite3", "chaland.duckdb", "manifest.json", "prepared.sqlite3"]
    assert sorted(path.name for path in snapshot.iterdir()) == made
    with Engine(snapshot / "chaland.duckdb", read_only=True) as engine:
        found = {
            f"{schema}.{name}" for schema, name in engine.rows("select schema_name, table_name from duckdb_tables()")
        }
        assert found == {table.full_name for table in base.TABLES}
        for table in base.TABLES:
            engine.check_columns(table)
            engine.check_key(table)
            assert engine.content(table) == cast_base.content(table)


def test_every_contract_of_the_base_its_studies_and_its_segments_is_published() -> None:
    modules = [import_module(f"chaland.tables.{found.name}") for found in iter_modules(tables.__path__)]
    written = {value for module in modules for value in vars(module).values() if isinstance(value, tables.Table)}
    written |= set(tables.segments.SAMPLES.values())
    assert set(PUBLISHED) == {table for table in written if table.schema in ("base", "insight", "segments")}


def test_a_snapshot_opened_read_only_reads_nothing_else(cast_base: Engine, tmp_path: Path) -> None:
    snapshot = publish(cast_base, tmp_path)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with Engine(snapshot / "chaland.duckdb", read_only=True) as engine:
        assert engine.count(base.CUSTOMERS) == 11
        for statement in (
            f"select * from '{tmp_path / 'secret.csv'}'",
            "delete from base.customers",
            "set enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                engine.execute(statement)


def test_tables_are_stored_in_their_reading_order(cast_base: Engine, tmp_path: Path) -> None:
    snapshot = publish(cast_base, tmp_path)
    with Engine(snapshot / "chaland.duckdb", read_only=True) as engine:
        for table in base.TABLES:
            if table.sort_by:
                keys = ", ".join(table.sort_by)
                stored = engine.rows(f"select {keys} from {table.full_name} order by rowid")
                assert stored == engine.rows(f"select {keys} from {table.full_name} order by {keys}"), table.full_name


def test_the_manifest_says_what_was_published_and_from_what(cast_base: Engine, tmp_path: Path) -> None:
    snapshot = publish(cast_base, tmp_path)
    manifest = check_snapshot(snapshot)
    assert snapshot.name == "20261101T030000Z"
    assert manifest["published_at"] == "2026-11-01T03:00:00+00:00"
    assert (manifest["as_of"], manifest["base_name"]) == ("2026-11-01", "Brindille")
    assert manifest["duckdb_version"] == duckdb.__version__
    assert manifest["tables"]["base.customers"]["rows"] == 11
    assert manifest["tables"]["base.ticket_lines"]["rows"] == 12
    assert set(manifest["tables"]) == {table.full_name for table in base.TABLES}
    assert set(manifest["files"]) == {"chaland.duckdb", "cards.sqlite3", "prepared.sqlite3"}
    assert all(check["is_equal"] for check in manifest["reconciliation"])
    turnover = [check for check in manifest["reconciliation"] if check["check_name"] == "turnover_in_days"]
    assert turnover == [
        {
            "check_name": "turnover_in_days",
            "subject": "base.sales_days",
            "expected": "1003.3000",
            "found": "1003.3000",
            "is_equal": True,
        }
    ]
    assert "publish.tables" in manifest["seconds"]


def test_the_settings_hash_ignores_the_folder_and_sees_a_setting(tmp_path: Path) -> None:
    assert settings_hash(cast.settings(tmp_path)) == settings_hash(cast.settings())
    assert settings_hash(cast.settings(detail="card_holders")) != settings_hash(cast.settings())


def test_current_is_a_relative_link_to_the_latest_snapshot(cast_base: Engine, tmp_path: Path) -> None:
    publish(cast_base, tmp_path)
    second = publish(cast_base, tmp_path, now=cast.NOW + timedelta(days=1))
    assert str((tmp_path / "current").readlink()) == "snapshots/20261102T030000Z"
    assert snapshot_in_force(tmp_path) == second
    assert [path.name for path in snapshots(tmp_path)] == ["20261101T030000Z", "20261102T030000Z"]


def test_publishing_the_same_base_twice_gives_the_same_content(cast_base: Engine, tmp_path: Path) -> None:
    first = read_manifest(publish(cast_base, tmp_path))
    second = read_manifest(publish(cast_base, tmp_path, now=cast.NOW + timedelta(days=1)))
    assert second["tables"] == first["tables"]


def test_runs_of_one_instant_have_names_that_follow_one_another(cast_base: Engine, tmp_path: Path) -> None:
    names = [publish(cast_base, tmp_path).name for _ in range(5)]
    assert names == [
        "20261101T030000Z",
        "20261101T030000Z-02",
        "20261101T030000Z-03",
        "20261101T030000Z-04",
        "20261101T030000Z-05",
    ]
    # keep_snapshots is 3
    assert [path.name for path in snapshots(tmp_path)] == names[2:]
    assert snapshot_in_force(tmp_path).name == names[-1]


def test_an_instant_with_another_zone_is_named_in_utc(cast_base: Engine, tmp_path: Path) -> None:
    instant = datetime.fromisoformat("2026-11-01T05:00:00+02:00")
    assert publish(cast_base, tmp_path, now=instant).name == "20261101T030000Z"


def test_previous_persons_and_aliases_come_from_the_snapshot_in_force(cast_base: Engine, tmp_path: Path) -> None:
    with Engine() as engine:
        with previous_snapshot(engine, tmp_path) as found:
            assert (found, engine.exists(identity.PREVIOUS), engine.exists(identity.PREVIOUS_ALIASES)) == (
                None,
                False,
                False,
            )
        published = publish(cast_base, tmp_path)
        with previous_snapshot(engine, tmp_path) as found:
            assert found == published
            assert engine.content(identity.PREVIOUS) == cast_base.content(identity.PERSONS)
            assert engine.rows("from identity.previous_aliases") == [
                ("c-chalain", "c-camille", "merged", date(2026, 11, 1))
            ]


def test_whose_each_record_was_is_known_of_a_snapshot_older_than_decisions(cast_base: Engine, tmp_path: Path) -> None:
    folder = publish(cast_base, tmp_path)
    with Engine() as old:
        old.execute(f"attach '{folder / DATABASE}' as served")
        old.execute("alter table served.base.records drop column undecided_customer_id")
        old.execute("alter table served.base.records drop column undecided_household_id")
    with Engine() as engine, previous_snapshot(engine, tmp_path):
        names = "record_id, customer_id, household_id"
        known = engine.rows(f"select {names} from identity.previous_persons order by 1")
        assert known == cast_base.rows(f"select {names} from identity.persons order by 1")
        assert engine.value("select count(undecided_customer_id) from identity.previous_persons") == 0


def test_two_rows_with_one_key_are_not_published(tmp_path: Path) -> None:
    with Engine() as engine:
        for table in base.TABLES:
            engine.create(table)
        publish(engine, tmp_path)
        engine.execute("insert into base.shops (shop_key, shop_name) values ('LIL', 'Lille'), ('LIL', 'Lille')")
        with pytest.raises(ContractError) as refusal:
            publish(engine, tmp_path, now=cast.NOW + timedelta(days=1))
        assert "base.shops : 1 clés (shop_key)" in refusal.value.message
        assert snapshot_in_force(tmp_path).name == "20261101T030000Z"
        assert [path.name for path in snapshots(tmp_path)] == ["20261101T030000Z"]


def test_a_table_with_other_columns_is_not_published(tmp_path: Path) -> None:
    with Engine() as engine:
        for table in base.TABLES:
            engine.create(table)
        engine.execute("alter table base.shops drop column area_m2")
        with pytest.raises(ContractError) as refusal:
            publish(engine, tmp_path)
        assert refusal.value.message == "base.shops n’a pas les colonnes de son contrat (différences : area_m2)."
        assert snapshots(tmp_path) == []


def test_a_changed_file_is_seen(cast_base: Engine, tmp_path: Path) -> None:
    snapshot = publish(cast_base, tmp_path)
    with (snapshot / "chaland.duckdb").open("r+b") as opened:
        opened.seek(20_000)
        byte = opened.read(1)
        opened.seek(20_000)
        opened.write(bytes([byte[0] ^ 1]))
    with pytest.raises(StorageError) as refusal:
        check_snapshot(snapshot)
    assert "chaland.duckdb n’est pas le fichier qui a été publié." in refusal.value.message


def test_a_torn_manifest_is_named(cast_base: Engine, tmp_path: Path) -> None:
    snapshot = publish(cast_base, tmp_path)
    text = (snapshot / "manifest.json").read_text()
    (snapshot / "manifest.json").write_text(text[: len(text) // 2])
    with pytest.raises(StorageError) as refusal:
        read_manifest(snapshot)
    assert refusal.value.next_step == "Relancez la construction : une nouvelle base prendra sa place."


def test_a_base_without_a_snapshot_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as refusal:
        snapshot_in_force(tmp_path)
    assert refusal.value.next_step == f"Construisez-la par : chaland build {tmp_path}"


def test_the_manifest_is_plain_json(cast_base: Engine, tmp_path: Path) -> None:
    snapshot = publish(cast_base, tmp_path, now=datetime(2026, 1, 2, tzinfo=UTC))
    document = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    assert document["format"] == 1
    assert list(document) == [
        "format",
        "base_name",
        "published_at",
        "as_of",
        "chaland_version",
        "duckdb_version",
        "settings_sha256",
        "tables",
        "files",
        "loads",
        "reconciliation",
        "seconds",
        "quality",
    ]


def test_a_manifest_remembers_the_quality_of_former_loads(cast_base: Engine, tmp_path: Path) -> None:
    first = read_manifest(publish(cast_base, tmp_path, now=datetime(2026, 1, 2, tzinfo=UTC)))["quality"]
    again = read_manifest(publish(cast_base, tmp_path, now=datetime(2026, 1, 3, tzinfo=UTC)))["quality"]
    assert again == first and len(first) == 1
    assert first[0]["records"] == cast_base.value("select count(*) from base.records where not is_key_only")
    cast_base.execute(
        "insert into base.loads by name select 'card-2' as load_id, 'card' as source, "
        "timestamp '2026-01-04' as loaded_at, 1 as files, 0 as rows_landed, 0 as rows_rejected"
    )
    try:
        later = read_manifest(publish(cast_base, tmp_path, now=datetime(2026, 1, 4, tzinfo=UTC)))["quality"]
    finally:
        cast_base.execute("delete from base.loads")
    assert later[:1] == first and len(later) == 2
    assert later[1] | {"loads": first[0]["loads"]} == first[0]
