"""Where the table begins: titles, sep=, blank lines, and totals below; the line of a row stays the file's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ingest.conftest import Base

from chaland.ingest import inspect_files
from chaland.ingest.table_start import is_total, start_of_table

HEADER = "no;nom;ville\n"
ROWS = "1;Zoé;Orléans\n2;Noël;Sète\n"
PERSON = "select person_key, last_name, city, line from landing.people order by line"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (("sep=;\n" + HEADER + ROWS).encode("cp1252"), 3),
        (("sep=\t\r\n" + (HEADER + ROWS).replace(";", "\t").replace("\n", "\r\n")).encode("utf-16"), 3),
        (("Export clients du 12/03/2026\n\n" + HEADER + ROWS).encode(), 4),
        (("Export, clients, du 12/03/2026;;\r\nMagasin;Lille;\r\n;;\r\n" + HEADER + ROWS).encode(), 5),
        (('"Export\ndes clients"\n' + HEADER + ROWS).encode(), 4),
        (("\n;;\n\n" + HEADER + ROWS).encode(), 5),
        (("Export\n\n" + HEADER + ROWS).replace("\n", "\r").encode("mac_roman"), 4),
        ('no;nom;ville\r1;Zoé;"Or\nléans"\r2;Noël;Sète\r'.encode(), 2),
        (HEADER.encode() + ROWS.replace("\n", "\r\n").encode("cp850"), 2),
        ((HEADER + ROWS).encode("mac_roman"), 2),
    ],
    ids=["sep", "sep-utf-16", "title", "excel-titles", "quoted-title", "blank", "mac", "mac-cell", "cp850", "macroman"],
)
def test_what_stands_above_the_names_is_left_and_lines_stay_true(base: Base, content: bytes, line: int) -> None:
    base.write("a.csv", content)
    base.build()

    rows = [(key, name, city.replace("\n", ""), at) for key, name, city, at in base.rows(PERSON)]
    later = line + 1 + content.count(b"Or\n")
    assert rows == [("1", "Zoé", "Orléans", line), ("2", "Noël", "Sète", later)]
    assert base.rejects() == []
    counts = base.counts()
    assert counts["rows_read"] == counts["rows_blank"] + 2


def test_a_line_above_the_names_is_told_in_a_note(base: Base) -> None:
    base.write("a.csv", "Clients\n" + HEADER + ROWS)
    base.build()

    assert base.loads()[0].files[0].notes == (
        "Lignes au-dessus des noms de colonnes, qui ne sont pas des fiches\u00a0: 1.",
    )


@pytest.mark.parametrize(
    "total", ["TOTAL;2;\n", "Nombre de clients : 2;;\n", ";Total général;12,50\n", "TOTAL;;\n2 fiches;;\n"]
)
def test_the_totals_below_are_refused_with_their_line(base: Base, total: str) -> None:
    base.write("a.csv", HEADER + ROWS + total)
    base.build()

    assert [row[3] for row in base.rows(PERSON)] == [2, 3]
    assert [(line, reason) for line, reason, _ in base.rejects()] == [
        (4 + rank, "total_line") for rank in range(total.count("\n"))
    ]


@pytest.mark.parametrize(
    "row", [["Total", "Paul", "59000"], ["12", "Total", "Lille"], ["TOTAL ENERGIES", "", "0612345678"]]
)
def test_a_person_or_a_company_named_total_is_a_row(row: list[str]) -> None:
    assert not is_total(row)


@pytest.mark.parametrize(
    ("records", "start"),
    [
        ([["Nom"], ["Durand"], ["Leroy"]], 0),
        ([["Clients"], ["Nom"], ["Durand"]], 1),
        ([["Durand", ""], ["Leroy", "59000"]], 0),
        ([["Identité", "", "", "Contact"], ["Nom", "Prénom", "CP", "Email"], ["Durand", "Paul", "59000", "a@b.fr"]], 1),
        ([["Liste"], ["Durand", "Paul", "59000"], ["Leroy", "Zoé", "75011"]], 1),
        ([["a", "b", "c"], ["1", "", ""], ["1", "2", "3"]], 0),
    ],
)
def test_the_table_begins_where_its_shape_or_its_names_say(records: list[list[str]], start: int) -> None:
    assert start_of_table(records) == start


def test_lines_skipped_by_the_settings_are_the_only_ones_skipped(base: Base) -> None:
    base.toml = base.toml.replace("columns =", "skip_lines = 1\ncolumns =")
    base.write("a.csv", "Export\nno;nom;ville\n" + ROWS)
    base.build()

    assert [row[3] for row in base.rows(PERSON)] == [3, 4]


def test_inspection_reads_the_same_table(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("sep=,\nClients\nNom,Prénom,CP,CP\nDurand,Paul,59000,33000\nLeroy,Zoé,75011,69001\n")
    (guess,) = inspect_files([path])
    assert (guess.reading.separator, guess.reading.header, guess.rows) == (",", True, 2)
    assert [column.column for column in guess.columns] == ["Nom", "Prénom", "CP", "CP_2"]


def test_a_workbook_with_titles_and_a_total_gives_its_rows(base: Base) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(str(base.sources / "a.xlsx"))
    sheet = book.add_worksheet("Feuil1")
    rows = [
        ["Liste au 12/03/2026"],
        [],
        ["no", "nom", "ville"],
        [1, "Zoé", "Orléans"],
        [2, "Noël", "Sète"],
        [],
        ["TOTAL", 2],
    ]
    for rank, cells in enumerate(rows):
        sheet.write_row(rank, 0, cells)
    book.close()
    base.toml = base.toml.replace("*.csv", "*.xlsx")
    base.build()

    assert base.rows(PERSON) == [("1", "Zoé", "Orléans", 4), ("2", "Noël", "Sète", 5)]
    assert [(line, reason) for line, reason, _ in base.rejects()] == [(7, "total_line")]
