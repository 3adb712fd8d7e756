"""What came in equals what went out, and a difference stops the run with its amount."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests import cast
from tests.base.conftest import build_cast

from chaland.base.build import STEPS
from chaland.base.loads import read_loads
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.errors import ReconciliationError, StorageError
from chaland.tables import base as base_tables


def test_every_check_of_the_cast_is_equal(base: Engine) -> None:
    assert base.value("select count(*) from base.reconciliation where not is_equal") == 0
    assert base.rows(
        "select check_name, expected, found from base.reconciliation where subject = 'tills' order by 1"
    ) == [
        ("rejects_conform", Decimal(0), Decimal(0)),
        ("rejects_read", Decimal(0), Decimal(0)),
        ("rows_conformed", Decimal(12), Decimal(12)),
        ("rows_landed", Decimal(12), Decimal(12)),
        ("rows_people", Decimal(0), Decimal(0)),
        ("rows_read", Decimal(12), Decimal(12)),
        ("ticket_lines", Decimal(12), Decimal(12)),
        ("ticket_lines_in_tickets", Decimal(12), Decimal(12)),
        ("tickets", Decimal(9), Decimal(9)),
        ("turnover_in_lines", Decimal("1003.30"), Decimal("1003.30")),
        ("turnover_in_tickets", Decimal("1003.30"), Decimal("1003.30")),
        ("turnover_received", Decimal("1003.30"), Decimal("1003.30")),
    ]
    # the card's corrected row is a version of the same record
    assert base.rows(
        "select expected, found from base.reconciliation where check_name = 'people_versions' and subject = 'card'"
    ) == [(Decimal(6), Decimal(6))]


def _lose_a_line(engine: Engine) -> None:
    engine.execute("delete from landing.ticket_lines where line = 8")


def _change_a_cent(engine: Engine) -> None:
    engine.execute("update landing.ticket_lines set amount = amount + 0.01 where line = 8")


def _lose_a_reject(engine: Engine) -> None:
    engine.execute("update landing.counts set rows_read = rows_read + 1, rows_read_rejected = 1 where source = 'card'")


def _lose_a_record(engine: Engine) -> None:
    engine.execute("delete from identity.persons where record_id = 'projects:P-1'")


def _lose_a_version(engine: Engine) -> None:
    engine.execute("update clean.records set versions = 1 where record_id = 'card:1001'")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (_lose_a_line, "turnover_received de tills : 1003.3 en entrée, 924.3 en sortie (-79)."),
        (_change_a_cent, "turnover_received de tills : 1003.3 en entrée, 1003.31 en sortie (+0.01)."),
        (_lose_a_reject, "rejects_read de card : 1 en entrée, 0 en sortie (-1)."),
        (_lose_a_record, "records de base.records : 14 en entrée, 13 en sortie (-1)."),
        (_lose_a_version, "people_versions de card : 6 en entrée, 5 en sortie (-1)."),
    ],
)
def test_a_difference_stops_the_run_and_says_how_much(damage: Callable[[Engine], None], told: str) -> None:
    with pytest.raises(ReconciliationError) as refusal:
        build_cast(change=damage)
    assert told in refusal.value.message.split("\n")
    assert refusal.value.left == "Rien n’a été publié ; la base en vigueur est intacte."


def test_building_twice_and_shuffling_the_rows_changes_nothing() -> None:
    def shuffle(engine: Engine) -> None:
        names = [
            "landing.ticket_lines", "landing.people", "clean.records", "identity.persons", "identity.customers",
            "landing.web_events", "clean.flags",
        ]  # fmt: skip
        for name in names:
            engine.execute(f"create or replace table {name} as select * from {name} order by hash(rowid * 7919)")

    with build_cast() as once, build_cast(change=shuffle) as shuffled:
        for table in base_tables.TABLES:
            assert shuffled.content(table) == once.content(table), table.full_name


def test_every_base_table_keeps_its_contract_and_key(base: Engine) -> None:
    for table in base_tables.TABLES:
        base.check_columns(table)
        base.check_key(table)


def test_every_sql_file_says_what_it_reads_and_writes() -> None:
    for step in STEPS:
        header = sql_text("chaland.base", step.file).split("\n")
        assert header[0].startswith("-- reads:  "), step.file
        written = step.table.full_name if step.table else "work." + step.file.removesuffix(".sql")
        assert header[1] == f"-- writes: {written}" or header[2] == f"-- writes: {written}", step.file


def test_loads_count_the_versions_of_files_still_in_force(tmp_path: Path) -> None:
    folder = tmp_path / "landing" / "card"
    folder.mkdir(parents=True)
    template = (
        '{"load_id": "%s", "source": "card", "loaded_at": "2026-11-0%dT03:00:00+00:00", "layout": "x", '
        '"supersedes": %s, "files": [{"path": "card.csv", "sha256": "0", "rows_landed": %d, "rows_rejected": 1}]}'
    )
    (folder / "card-1.json").write_text(template % ("card-1", 1, "[]", 10))
    (folder / "card-2.json").write_text(template % ("card-2", 2, '[["card-1", "card.csv"]]', 12))
    (folder / "card-3.undone").write_text(template % ("card-3", 3, "[]", 99))
    loads = read_loads(cast.settings(tmp_path))
    assert [(load["load_id"], load["files"], load["rows_landed"], load["rows_rejected"]) for load in loads] == [
        ("card-2", 1, 12, 1)
    ]


def test_a_torn_load_record_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "landing" / "card"
    folder.mkdir(parents=True)
    (folder / "card-1.json").write_text('{"load_id": "ca')
    with pytest.raises(StorageError) as refusal:
        read_loads(cast.settings(tmp_path))
    assert str(folder / "card-1.json") in refusal.value.message
