"""The engine holds tables to their contracts and binds parameters."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chaland.engine import Engine, Workers
from chaland.errors import ContractError, StorageError
from chaland.tables import ALL_TABLES
from chaland.tables.landing import SHOPS

ROW = "select 'shops' as source, 'l1' as load_id, 'shops.csv' as file, {line} as line, {key} as shop_key"


def test_every_contract_table_can_be_created() -> None:
    with Engine() as engine:
        for table in ALL_TABLES:
            engine.create(table)
            assert engine.count(table) == 0
            assert engine.exists(table)


def test_a_row_without_its_key_breaks_the_contract() -> None:
    with Engine() as engine:
        engine.create(SHOPS)
        with pytest.raises(ContractError, match=r"ne respecte pas le contrat de landing\.shops"):
            engine.insert(SHOPS, ROW.format(line=1, key="null"))
        assert engine.count(SHOPS) == 0


def test_a_column_unknown_to_the_contract_is_refused() -> None:
    with Engine() as engine:
        engine.create(SHOPS)
        with pytest.raises(ContractError):
            engine.insert(SHOPS, ROW.format(line=1, key="'S1'") + ", 1 as colour")


def test_two_rows_with_one_key_break_the_contract() -> None:
    with Engine() as engine:
        engine.create(SHOPS)
        engine.insert(SHOPS, ROW.format(line=1, key="'S1'"))
        engine.check_key(SHOPS)
        engine.insert(SHOPS, ROW.format(line=1, key="'S1'"))
        with pytest.raises(ContractError, match="1 clés"):
            engine.check_key(SHOPS)


def test_only_the_parameters_a_statement_names_are_bound() -> None:
    with Engine() as engine:
        assert engine.value("select $one + 1", {"one": 1, "unused": 2}) == 2


def test_a_torn_file_is_refused_with_its_path(tmp_path: Path) -> None:
    torn = tmp_path / "chaland.duckdb"
    torn.write_bytes(b"torn" * 5000)
    with pytest.raises(StorageError, match=r"chaland\.duckdb"):
        Engine(torn)


def test_many_processes_give_the_same_answers_in_the_same_order() -> None:
    values = list(range(300))
    with Workers(threads=2) as workers:
        assert list(workers.map(math.isqrt, values, values=1_000_000)) == [math.isqrt(value) for value in values]


def test_a_long_query_writes_nothing_among_what_a_command_answers() -> None:
    with Engine() as engine:
        assert engine.value("select current_setting('enable_progress_bar')") is False


def test_a_file_thrown_away_is_not_made_ready_on_closing(tmp_path: Path) -> None:
    unread = []
    for is_scratch in (True, False):
        path = tmp_path / f"{is_scratch}.duckdb"
        with Engine(path, is_scratch=is_scratch) as engine:
            engine.create(SHOPS)
            engine.insert(SHOPS, ROW.format(line=1, key="'S1'"))
        unread.append(path.with_name(f"{path.name}.wal").exists())
    assert unread == [True, False]


def test_what_is_thrown_away_is_not_compressed_and_what_is_kept_is(tmp_path: Path) -> None:
    rows = (
        "select 's' as source, 'l' as load_id, 'f' as file, line, 'S' || line % 9 as shop_key from range(9000) r(line)"
    )
    how = (
        "select distinct compression = 'Uncompressed' from pragma_storage_info('{}') "
        "where column_name = 'shop_key' and segment_type = 'VARCHAR'"
    )
    with Engine(tmp_path / "run.duckdb", is_scratch=True) as engine:
        engine.create(SHOPS)
        engine.insert(SHOPS, rows)
        engine.execute("checkpoint")
        assert engine.rows(how.format("landing.shops")) == [(True,)]
        with engine.attached(tmp_path / "kept.duckdb", "kept"):
            engine.copy_table("", "kept", SHOPS)
        assert engine.value("select lower(current_setting('force_compression'))") == "uncompressed"
    with Engine(tmp_path / "kept.duckdb") as kept:
        assert kept.rows(how.format("landing.shops")) == [(False,)]


def test_many_threads_may_ask_for_a_cursor_at_once() -> None:
    engine = Engine()

    def one(rank: int) -> int:
        with engine.limited_cursor(60) as cursor:
            return int(cursor.execute("select $rank", {"rank": rank}).fetchall()[0][0])

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(1_000))) == 499_500
