"""Each format lands as text, as received, with its file and its line."""

from __future__ import annotations

import gzip
import json
import sqlite3
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from tests.ingest.conftest import Base

from chaland.engine import Engine
from chaland.errors import ConfigError, SourceError
from chaland.ingest import read_table

TEXT = "no;nom;ville\n1;Zoé;Orléans\n2;Noël;Sète\n"
PEOPLE = [("1", "Zoé", "Orléans", 2), ("2", "Noël", "Sète", 3)]
PERSON = "select person_key, last_name, city, line from landing.people order by line"


@pytest.mark.parametrize(
    "encoded",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("cp1252"),
        TEXT.encode("latin-1"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(";", ",").encode(),
        TEXT.replace(";", "\t").encode("utf-16"),
        TEXT.replace(";", "|").encode("cp1252"),
        gzip.compress(TEXT.encode()),
        gzip.compress(TEXT.encode("utf-16")),
    ],
    ids=[
        "utf-8",
        "utf-8-bom",
        "utf-16",
        "utf-16-be-bom",
        "utf-16-le",
        "cp1252",
        "latin-1",
        "crlf",
        "old-mac",
        "comma",
        "tab-utf-16",
        "pipe-cp1252",
        "gz",
        "gz-utf-16",
    ],
)
def test_delimited_text_is_read_whatever_its_encoding_and_separator(base: Base, encoded: bytes) -> None:
    base.write("a.csv", encoded)
    base.build()

    assert base.rows(PERSON) == PEOPLE
    assert base.rejects() == []


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "iso8859-15", "utf-16-be"])
def test_a_declared_encoding_is_obeyed(base: Base, encoding: str) -> None:
    base.toml = base.toml.replace("columns =", f'encoding = "{encoding}"\ncolumns =')
    base.write("a.csv", TEXT.encode(encoding))
    base.build()

    assert base.rows(PERSON) == PEOPLE


def test_lines_stay_exact_after_ends_of_line_inside_quotes(base: Base) -> None:
    base.write("a.csv", 'no;nom;ville\n1;"Zoé\ndite ""Zo""";Orléans\n2;Noël;"Sète\r\n\r\n"\n3;Max;Lens\n')
    base.build()

    assert base.rows(PERSON) == [
        ("1", 'Zoé\ndite "Zo"', "Orléans", 2),
        ("2", "Noël", "Sète", 4),
        ("3", "Max", "Lens", 7),
    ]


def test_a_file_without_header_has_columns_c1_c2(base: Base) -> None:
    base.toml = (
        '[sources.clients]\nkind = "people"\nfiles = ["a.csv"]\nheader = false\nskip_lines = 1\n'
        'columns = { person_key = "c1", last_name = "c2" }\n'
    )
    base.write("a.csv", "export du 12/03\n1;Zoé\n2;Noël\n")
    base.build()

    assert base.rows("select person_key, last_name, line from landing.people order by line") == [
        ("1", "Zoé", 2),
        ("2", "Noël", 3),
    ]


def test_headers_twice_the_same_or_empty_get_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("nom;Nom;;_line\na;b;c;d\n", encoding="utf-8")
    with Engine() as engine:
        assert read_table(path, engine).columns == ["nom", "Nom_2", "c3", "_line_2"]
        assert engine.rows("from landing.input") == [("a", "b", "c", "d", 2)]


def test_values_land_as_received(base: Base) -> None:
    base.write("a.csv", "no;nom;ville\n007; Zoé ;\n")
    base.build()

    load = base.loads()[0]
    landed = base.rows(f"from read_parquet('{base.folder}/landing/clients/{load.load_id}.parquet')")
    assert landed == [("a.csv", 2, "007", " Zoé ", None)]
    assert base.rows(PERSON) == [("007", "Zoé", None, 2)]


def test_fixed_width_is_cut_by_characters_in_cp1252(base: Base) -> None:
    base.toml = (
        '[sources.clients]\nkind = "people"\nformat = "fixed"\nfiles = ["a.txt"]\n'
        "widths = { no = [1, 3], nom = [4, 8], ville = [12, 10] }\n"
        'columns = { person_key = "no", last_name = "nom", city = "ville" }\n'
    )
    base.write("a.txt", "001Zoé     Orléans   \r\n002Noël    Sète      \r\n\r\n".encode("cp1252"))
    base.build()

    assert base.rows(PERSON) == [("001", "Zoé", "Orléans", 1), ("002", "Noël", "Sète", 2)]
    assert base.counts()["rows_blank"] == 1


def test_fixed_width_lines_stripped_by_their_writer_are_whole(base: Base) -> None:
    base.toml = (
        '[sources.clients]\nkind = "people"\nformat = "fixed"\nfiles = ["a.txt"]\n'
        "widths = { no = [1, 3], nom = [4, 8], ville = [12, 10] }\n"
        'columns = { person_key = "no", last_name = "nom", city = "ville" }\n'
    )
    base.write("a.txt", "001Zoé\n002Noël    Sète\n003Max     Villeneuve\n")
    base.build()

    assert base.rows(PERSON) == [("001", "Zoé", None, 1), ("002", "Noël", "Sète", 2), ("003", "Max", "Villeneuve", 3)]


EVENTS = [
    {"type": "identify", "userId": "u1", "traits": {"email": "zoe@example.org", "address": {"city": "Lille"}}},
    {
        "type": "track",
        "event": "Order Completed",
        "userId": "u1",
        "timestamp": "2025-07-01T10:00:00.250Z",
        "properties": {
            "order_id": "W1",
            "products": [
                {"product_id": "P1", "quantity": 2, "price": 3.5},
                {"product_id": "P2", "quantity": 1, "price": 10},
            ],
        },
    },
    {"type": "track", "event": "Order Completed", "userId": "u2", "properties": {"order_id": "W2", "products": []}},
]


def test_nested_json_is_named_by_dotted_paths_and_filtered(base: Base) -> None:
    base.toml = (
        '[sources.web]\nkind = "people"\nfiles = ["e.jsonl"]\nfilter = { type = "identify" }\n'
        'columns = { person_key = "userId", email = "traits.email", city = "traits.address.city" }\n'
    )
    base.write("e.jsonl", "\n".join(map(json.dumps, EVENTS)) + "\n")
    base.build()

    assert base.rows("select person_key, email, city, line from landing.people") == [
        ("u1", "zoe@example.org", "Lille", 1)
    ]
    assert (base.counts()["rows_read"], base.counts()["rows_filtered"]) == (3, 2)


def test_an_exploded_list_gives_a_row_per_element(base: Base) -> None:
    base.toml = (
        '[sources.web]\nkind = "tickets"\nfiles = ["e.jsonl"]\nfilter = { event = "Order Completed" }\n'
        'explode = "properties.products"\nconstants = { channel = "web" }\n'
        'columns = { ticket_key = "properties.order_id", sold_at = "timestamp", person_key = "userId", '
        'product_key = "product_id", quantity = "properties.products.quantity", unit_price = "price" }\n'
    )
    base.write("e.jsonl", "\n".join(map(json.dumps, EVENTS)) + "\n")
    base.build()

    found = base.rows(
        "select ticket_key, line_number, product_key, cast(amount as varchar), cast(sold_at as varchar), line "
        "from landing.ticket_lines order by line_number"
    )
    assert found == [
        ("W1", 1, "P1", "7.0000", "2025-07-01 12:00:00.25", 2),
        ("W1", 2, "P2", "10.0000", "2025-07-01 12:00:00.25", 2),
    ]
    counts = base.counts()
    assert (counts["rows_read"], counts["rows_blank"], counts["rows_filtered"], counts["rows_landed"]) == (4, 1, 1, 2)


def test_a_key_that_changes_its_type_from_line_to_line_is_kept(base: Base) -> None:
    base.toml = base.toml.replace("*.csv", "e.jsonl")
    base.write(
        "e.jsonl", '{"no": 1, "nom": "Zoé", "ville": {"nom": "Lille"}}\n{"no": "2", "nom": "Max", "ville": "Lens"}\n'
    )
    base.build()

    assert base.rows("select person_key, city from landing.people order by line") == [
        ("1", '{"nom":"Lille"}'),
        ("2", "Lens"),
    ]


def workbook(path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Notes").write(0, 0, "rien")
    sheet = book.add_worksheet("Clients")
    dated = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(1, 0, ["no", "nom", "maj"])
    sheet.write(2, 0, 17850)
    sheet.write(2, 1, "Zoé")
    sheet.write_datetime(2, 2, datetime(2025, 3, 12), dated)
    sheet.write_row(4, 0, ["00123", "Noël", "12 mars 2025"])
    book.close()


def test_a_sheet_of_a_workbook_is_read_with_its_rows(base: Base) -> None:
    base.toml = (
        '[sources.clients]\nkind = "people"\nfiles = ["a.xlsx"]\nsheet = "Clients"\n'
        'columns = { person_key = "no", last_name = "nom", recorded_at = "maj" }\n'
    )
    workbook(base.sources / "a.xlsx")
    base.build()

    found = base.rows("select person_key, last_name, cast(recorded_at as date), line from landing.people order by line")
    day = date(2025, 3, 12)
    assert found == [("17850", "Zoé", day, 3), ("00123", "Noël", day, 5)]


def test_a_sheet_that_is_not_there_is_refused_with_the_names_of_the_others(base: Base) -> None:
    base.toml = base.toml.replace("*.csv", "a.xlsx").replace("columns =", 'sheet = "Client"\ncolumns =')
    workbook(base.sources / "a.xlsx")
    base.build()

    sentence = "Le fichier ne peut pas être lu comme Excel : pas de feuille Client ; il contient Notes, Clients."
    assert base.rejects() == [(0, "unreadable_file", sentence)]


def test_an_opendocument_sheet_is_read(base: Base) -> None:
    opendocument = pytest.importorskip("odf.opendocument")
    tables, texts = pytest.importorskip("odf.table"), pytest.importorskip("odf.text")
    document = opendocument.OpenDocumentSpreadsheet()
    table = tables.Table(name="Clients")
    for cells in (["no", "nom", "ville"], ["1", "Zoé", "Orléans"], ["2", "Noël", "Sète"]):
        row = tables.TableRow()
        for text in cells:
            cell = tables.TableCell(valuetype="string")
            cell.addElement(texts.P(text=text))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(base.sources / "a.ods"))
    base.toml = base.toml.replace("*.csv", "a.ods")
    base.build()

    assert base.rows(PERSON) == PEOPLE


def test_parquet_is_read_with_whole_floats_as_keys(base: Base) -> None:
    table = pa.table(
        {"no": [17850.0, None], "nom": ["Zoé", "Max"], "ville": [["a"], None], "x": [b"caf\xc3\xa9", None]}
    )
    parquet.write_table(table, base.sources / "a.parquet")
    base.toml = base.toml.replace("*.csv", "a.parquet")
    base.build()

    found = base.rows("select person_key, last_name, city from landing.people order by line")
    assert found[0] == ("17850", "Zoé", '["a"]')
    assert found[1][0].startswith("~")


def sqlite_file(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("create table clients (no integer, nom text, ville blob)")
    connection.executemany(
        "insert into clients values (?, ?, ?)", [(1, "Zoé", "Orléans".encode("cp1252")), (2, "Noël", "Sète")]
    )
    connection.execute("create table autres (x)")
    connection.commit()
    connection.close()


def test_a_table_of_an_sqlite_file_is_read(base: Base) -> None:
    sqlite_file(base.sources / "a.db")
    base.toml = base.toml.replace("*.csv", "a.db").replace("columns =", 'table = "clients"\ncolumns =')
    base.build()

    assert base.rows(PERSON) == [("1", "Zoé", "Orléans", 1), ("2", "Noël", "Sète", 2)]


def test_rows_still_in_the_log_of_an_sqlite_file_are_read(base: Base) -> None:
    base.toml = base.toml.replace("*.csv", "a.db").replace("columns =", 'table = "clients"\ncolumns =')
    writer = sqlite3.connect(base.sources / "a.db")
    writer.execute("pragma journal_mode = wal")
    writer.execute("create table clients (no integer, nom text, ville text)")
    writer.commit()
    base.ingest()
    writer.execute("insert into clients values (1, 'Zoé', 'Lille')")
    writer.commit()
    base.build()
    writer.close()

    assert base.values("select last_name from landing.people") == ["Zoé"]


def test_an_sqlite_file_of_several_tables_asks_which(base: Base) -> None:
    sqlite_file(base.sources / "a.db")
    base.toml = base.toml.replace("*.csv", "a.db")
    base.build()

    assert base.rejects()[0][2] == (
        "Le fichier ne peut pas être lu comme SQLite : il contient 2 tables ; donnez à table l’une de autres, clients."
    )


URL_SOURCE = """
[sources.clients]
kind = "people"
url = "sqlite:///$BASE_FOLDER/a.db"
table = "select no, nom, ville from clients order by no"
columns = { person_key = "no", last_name = "nom", city = "ville" }
"""


def test_a_database_by_url_lands_once_until_its_rows_change(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite_file(base.sources / "a.db")
    monkeypatch.setenv("BASE_FOLDER", str(base.sources))
    base.toml = URL_SOURCE

    assert [load.rows_landed for load in base.ingest()] == [2]
    assert base.ingest() == []
    connection = sqlite3.connect(base.sources / "a.db")
    connection.execute("insert into clients values (3, 'Max', 'Lens')")
    connection.commit()
    connection.close()
    assert [load.rows_landed for load in base.ingest()] == [3]
    base.conform()
    assert base.values("select last_name from landing.people order by line") == ["Zoé", "Noël", "Max"]


def test_a_missing_environment_variable_is_named(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BASE_FOLDER", raising=False)
    base.toml = URL_SOURCE

    with pytest.raises(ConfigError) as refusal:
        base.ingest()

    assert refusal.value.message == "La variable d’environnement BASE_FOLDER d’une url n’est pas définie."


def test_the_password_of_a_url_is_never_shown(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "s3same")
    base.toml = URL_SOURCE.replace(
        "sqlite:///$BASE_FOLDER/a.db", "postgresql+psycopg://lecteur:$SECRET@127.0.0.1:1/base"
    )

    with pytest.raises(SourceError) as refusal:
        base.ingest()

    assert "La base postgresql+psycopg://lecteur:***@127.0.0.1:1/base ne peut pas être lue" in str(refusal.value)
    assert "s3same" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_folder_per_shop_gives_the_shop_from_the_path(base: Base) -> None:
    base.toml = (
        '[sources.poses]\nkind = "projects"\nfiles = ["poses/*/projets.csv"]\npath_pattern = "(?P<boutique>[0-9]+)_"\n'
        'columns = { project_key = ["no", "Dossier"], opened_date = ["le", "Ouvert le"], shop_key = "boutique" }\n'
    )
    base.write("poses/012_lille/projets.csv", "no;le\nA1;2025-03-12\n")
    base.write("poses/007_lens/projets.csv", "Dossier;Ouvert le\nB1;13/03/2025\n".encode("utf-16"))
    base.build()

    found = base.rows(
        "select project_key, cast(opened_date as varchar), shop_key, file from landing.projects order by 1"
    )
    assert found == [
        ("A1", "2025-03-12", "012", "poses/012_lille/projets.csv"),
        ("B1", "2025-03-13", "007", "poses/007_lens/projets.csv"),
    ]
