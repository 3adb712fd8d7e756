"""The whole chain on a small retailer: files in, one base out; twice is once; the order of files says nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.pipeline.small import write_base, write_sources

from chaland.cli import main
from chaland.engine import Engine
from chaland.errors import BaseBusyError, ConfigError
from chaland.pipeline import BuildResult, build
from chaland.progress import Reporter
from chaland.publish import check_snapshot, snapshot_in_force, snapshots
from chaland.publish.place import run_lock

AS_OF = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)


def run(folder: Path, *, days: int = 0) -> BuildResult:
    return build(folder, now=NOW + timedelta(days=days), as_of=AS_OF, reporter=Reporter())


def contents(result: BuildResult) -> dict[str, object]:
    return dict(result.manifest["tables"])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, BuildResult]]:
    """Give a base built once, and what its run said."""
    place = tmp_path_factory.mktemp("small")
    write_sources(place / "sources")
    base = write_base(place / "base", place / "sources")
    yield base, run(base)


def test_the_chain_publishes_a_base_that_reconciles(built: tuple[Path, BuildResult]) -> None:
    base, result = built
    assert result.snapshot == snapshot_in_force(base)
    manifest = check_snapshot(result.snapshot)
    assert [check["check_name"] for check in manifest["reconciliation"] if not check["is_equal"]] == []
    rows = {name: entry["rows"] for name, entry in manifest["tables"].items()}
    assert (rows["base.records"], rows["base.tickets"], rows["base.rejects"]) == (266, 300, 1)
    assert rows["base.customers"] < rows["base.records"]
    assert [(load["source"], load["files"], load["rows_landed"]) for load in manifest["loads"]] == [
        ("card", 1, 133),
        ("suppression", 1, 5),
        ("tills", 5, 611),
        ("web", 1, 133),
    ]


def test_the_row_nobody_can_read_is_counted_not_lost(built: tuple[Path, BuildResult]) -> None:
    _, result = built
    with Engine(result.snapshot / "chaland.duckdb", read_only=True) as engine:
        assert engine.rows("select source, stage, rows from base.rejects") == [("tills", "conform", 1)]
        counted = engine.rows(
            "select rows_read, rows_landed, rows_conformed, rows_conform_rejected from base.source_counts "
            "where source = 'tills'"
        )
        assert counted == [(611, 611, 610, 1)]


def test_building_again_changes_nothing(built: tuple[Path, BuildResult]) -> None:
    base, first = built
    again = run(base, days=1)
    assert again.snapshot != first.snapshot
    assert contents(again) == contents(first)


def test_the_order_of_files_and_of_sources_changes_nothing(built: tuple[Path, BuildResult], tmp_path: Path) -> None:
    _, first = built
    write_sources(tmp_path / "sources")
    # the same rows in files that come in another order, under a chaland.toml that names the sources backwards
    card = tmp_path / "sources" / "card" / "card.csv"
    head, *rows = card.read_text(encoding="utf-8").splitlines(keepends=True)
    card.write_text(head + "".join(reversed(rows)), encoding="utf-8")
    base = write_base(tmp_path / "base", tmp_path / "sources")
    text = (base / "chaland.toml").read_text(encoding="utf-8")
    start = text.index("[sources.card]")
    blocks = text[start:].split("\n\n")
    (base / "chaland.toml").write_text(text[:start] + "\n\n".join(reversed(blocks)) + "\n", encoding="utf-8")
    result = run(base)
    columns = "customer_id, household_id, display_name, email, tickets, amount_total, can_email_reason"
    query = f"select {columns} from base.customers order by all"
    with (
        Engine(first.snapshot / "chaland.duckdb", read_only=True) as expected,
        Engine(result.snapshot / "chaland.duckdb", read_only=True) as found,
    ):
        assert found.rows(query) == expected.rows(query)
        by_record = "select record_id, customer_id, household_id from base.records order by all"
        assert found.rows(by_record) == expected.rows(by_record)


def test_a_second_run_at_the_same_time_is_refused(built: tuple[Path, BuildResult]) -> None:
    base, _ = built
    before = snapshots(base)
    with run_lock(base), pytest.raises(BaseBusyError):
        run(base, days=9)
    assert snapshots(base) == before


def test_a_folder_that_is_no_base_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        run(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_tells_the_figures(
    built: tuple[Path, BuildResult], capsys: pytest.CaptureFixture[str]
) -> None:
    base, result = built
    main(["build", str(base), "--as-of", "2026-11-01"])
    told = capsys.readouterr()
    rows = {name: entry["rows"] for name, entry in result.manifest["tables"].items()}
    lines = told.out.splitlines()
    assert lines[1] == "Petite Brindille au 1 nov. 2026"
    assert lines[2] == f"266 fiches → {rows['base.customers']} clients → {rows['base.households']} foyers"
    assert lines[3].startswith("300 tickets, 610 lignes, ")
    assert lines[4] == "Lignes de source lues : 882 ; mises de côté avec leur motif : 1"
    checks = len(result.manifest["reconciliation"])
    assert lines[5] == f"Les totaux tombent juste avec les sources : {checks} contrôles sur {checks}"
    # a line per step, where there is no terminal
    assert [line.split()[0] for line in told.err.splitlines()][-4:] == [
        "publish.tables",
        "publish.cards",
        "publish.prepared",
        "publish.swap",
    ]


def test_status_tells_the_snapshot_loads_and_rejects(
    built: tuple[Path, BuildResult], capsys: pytest.CaptureFixture[str], english_reader: None
) -> None:
    base, _ = built
    main(["status", str(base)])
    told = capsys.readouterr().out
    assert "Snapshot in force: " in told
    assert "files: 5, rows kept: 611, refused: 0" in told
    assert [line.split() for line in told.splitlines() if "unreadable_value" in line] == [
        ["tills", "conform", "unreadable_value", "1"]
    ]


def test_status_speaks_json(built: tuple[Path, BuildResult], capsys: pytest.CaptureFixture[str]) -> None:
    base, _ = built
    main(["status", str(base), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (told["records"], told["tickets"], told["rows_read"], told["rows_rejected"]) == (266, 300, 882, 1)
    assert told["manifest"]["tables"]["base.records"]["rows"] == 266
    assert told["rejects"] == [{"source": "tills", "stage": "conform", "reason": "unreadable_value", "rows": 1}]


def test_the_command_line_leaves_with_the_code_of_the_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["build", str(tmp_path)])
    assert leaving.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
    base = write_base(tmp_path / "base", tmp_path)
    with pytest.raises(SystemExit) as leaving:
        main(["status", str(base)])
    assert leaving.value.code == 8
