"""Tables out of the base: CSV for machines and for French Excel, Parquet, Excel; no formula runs in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import fastexcel
import pyarrow.parquet as parquet
import pytest
from tests.publish.conftest import publish

from chaland.cli import main
from chaland.engine import Engine
from chaland.engine.spreadsheet import shown_text
from chaland.errors import ConfigError, NotFoundError, StorageError
from chaland.progress import Reporter
from chaland.publish import export
from chaland.publish.export import export_table, find_table
from chaland.tables import base

DANGEROUS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"]
HARMLESS = ["Camille", "+33612345678", "-12,50", "3+4", "", "l'été"]


@pytest.fixture(scope="module")
def folder(cast_base: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a published base whose comments are hostile."""
    with Engine() as engine:
        for table in base.TABLES:
            engine.load(table, cast_base.arrow(f"from {table.full_name}"))
        for rank, text in enumerate(DANGEROUS + HARMLESS):
            engine.execute(
                "insert into base.contacts (contact_id, source, channel, direction, comment, contacted_at) "
                "values ($contact_id, 'test', 'phone', 'in', $comment, timestamp '2026-01-01 10:00:00')",
                {"contact_id": f"test:{rank:02d}", "comment": text},
            )
        engine.execute("update base.customers set birth_date = date '1899-12-31' where customer_id = 'c-louis'")
        place = tmp_path_factory.mktemp("base")
        publish(engine, place)
    yield place


def rows_of(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened, delimiter=separator))


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_would_run_gets_an_apostrophe(text: str) -> None:
    assert shown_text(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_are_left_alone(text: str) -> None:
    assert shown_text(text) == text


def test_csv_and_excel_protect_the_same_texts(folder: Path, tmp_path: Path) -> None:
    for kind in ("csv", "xlsx"):
        export_table(folder, "contacts", kind=kind, out=tmp_path / f"contacts.{kind}", reporter=Reporter())
    expected = ["'" + text for text in DANGEROUS] + HARMLESS
    lines = [row for row in rows_of(tmp_path / "contacts.csv") if row["source"] == "test"]
    by_id = {row["contact_id"]: row["comment"] for row in lines}
    assert [by_id[f"test:{rank:02d}"] for rank in range(len(expected))] == expected
    sheet = fastexcel.read_excel(tmp_path / "contacts.xlsx").load_sheet(0, dtypes="string").to_arrow().to_pylist()
    by_id = {row["contact_id"]: row["comment"] or "" for row in sheet}
    found = [by_id[f"test:{rank:02d}"] for rank in range(len(expected))]
    # Excel's own file format writes a carriage return as a line feed
    assert [text.replace("\r", "\n").replace("_x000D_", "\n") for text in found] == [
        text.replace("\r", "\n") for text in expected
    ]


def test_csv_for_machines_has_commas_and_points(folder: Path, tmp_path: Path) -> None:
    written = export_table(folder, "base.tickets", kind="csv", out=tmp_path / "t.csv", reporter=Reporter())
    assert (written.rows, written.table) == (9, "base.tickets")
    rows = {row["ticket_id"]: row for row in rows_of(tmp_path / "t.csv")}
    assert (rows["tills:T3"]["amount"], rows["tills:T3"]["sold_date"]) == ("95.4900", "2026-09-12")
    assert rows["tills:T7"]["customer_id"] == ""


def test_csv_for_french_excel_has_semicolons_commas_and_a_mark(folder: Path, tmp_path: Path) -> None:
    export_table(folder, "tickets", kind="csv", out=tmp_path / "t.csv", french=True, reporter=Reporter())
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbfticket_id;")
    rows = {row["\ufeffticket_id"]: row for row in rows_of(tmp_path / "t.csv", ";")}
    assert (rows["tills:T3"]["amount"], rows["tills:T3"]["units"]) == ("95,4900", "1,000")


def test_parquet_carries_values_and_types_as_they_are(folder: Path, tmp_path: Path) -> None:
    export_table(folder, "contacts", kind="parquet", out=tmp_path / "c.parquet", reporter=Reporter())
    table = parquet.read_table(tmp_path / "c.parquet")
    assert table.column_names == list(base.CONTACTS.column_names)
    assert set(DANGEROUS) <= set(table["comment"].to_pylist())
    assert table["contacted_at"].to_pylist()[0].year == 2026


def test_excel_has_typed_cells_and_dates_before_1900_as_text(folder: Path, tmp_path: Path) -> None:
    written = export_table(folder, "customers", kind="xlsx", out=tmp_path / "c.xlsx", reporter=Reporter())
    assert (written.rows, written.cut_texts) == (11, 0)
    rows = fastexcel.read_excel(tmp_path / "c.xlsx").load_sheet(0).to_arrow().to_pylist()
    camille = next(row for row in rows if row["customer_id"] == "c-camille")
    assert camille["amount_total"] == 206.45
    assert camille["is_card_holder"] is True
    assert camille["mobile"] == "+33612345678"
    assert camille["last_purchase_date"] in (date(2026, 9, 12), datetime(2026, 9, 12))
    louis = next(row for row in rows if row["customer_id"] == "c-louis")
    assert str(louis["birth_date"]) == "1899-12-31"


def test_a_text_longer_than_a_cell_is_cut_and_counted(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "XLSX_TEXT", 10)
    written = export_table(folder, "products", kind="xlsx", out=tmp_path / "p.xlsx", reporter=Reporter())
    rows = fastexcel.read_excel(tmp_path / "p.xlsx").load_sheet(0).to_arrow().to_pylist()
    assert sorted(row["product_label"] for row in rows) == ["Mitigeur", "Sécateur", "Terreau 4…"]
    assert written.cut_texts == 2  # Terreau 40 l, Salle de bains


def test_more_rows_than_a_sheet_is_refused_before_writing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "XLSX_ROWS", 8)
    with pytest.raises(ConfigError) as refusal:
        export_table(folder, "tickets", kind="xlsx", out=tmp_path / "t.xlsx", reporter=Reporter())
    assert refusal.value.message == "base.tickets a 9 lignes ; une feuille Excel en contient 8."
    assert refusal.value.next_step == "Utilisez --format csv ou --format parquet."
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_table_is_refused_with_the_nearest(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as refusal:
        export_table(folder, "custmers", kind="csv", out=tmp_path / "c.csv", reporter=Reporter())
    assert refusal.value.message == "La base n’a pas de table custmers. Vouliez-vous dire customers\N{NO-BREAK SPACE}?"
    with pytest.raises(NotFoundError):
        find_table("landing.people")


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_a_folder_that_is_not_there_is_told_and_nothing_is_left(folder: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "nowhere"):
        with pytest.raises(StorageError) as refusal:
            export_table(folder, "shops", kind=kind, out=place / f"s.{kind}", reporter=Reporter())
        assert refusal.value.message == f"{place} n’est pas un dossier qui existe."
        assert refusal.value.exit_code == 7
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_older_file_is_replaced_only_by_a_whole_one(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "shops.csv"
    out.write_text("old")
    export_table(folder, "shops", kind="csv", out=out, reporter=Reporter())
    assert len(rows_of(out)) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["shops.csv"]


def test_the_command_writes_the_named_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (folder / "chaland.toml").write_text("", encoding="utf-8")
    main(["export", "shops", str(folder), "--format", "parquet"])
    assert capsys.readouterr().err.splitlines()[-1] == "3 lignes de base.shops dans shops.parquet"
    assert parquet.read_table("shops.parquet").num_rows == 3
