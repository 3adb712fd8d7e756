"""Real files from outside: shop exports, Access databases of every age, a retailer's lines, a mapping of people."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.ingest.conftest import Base

from chaland.config import SourceSettings
from chaland.engine import Engine
from chaland.errors import SourceError
from chaland.ingest import read_table
from chaland.ingest.access import access_tables

ACCESS_ROWS = {
    "V1997_test2V1997": {"MSP_PROJECTS": 1},
    "V1997_testV1997": {"Table1": 2, "Table2": 0, "Table3": 0, "Table4": 0},
    "V2000_compIndexTestV2000": {"Table1": 512},
    "V2000_test2V2000": {"MSP_PROJECTS": 1},
    "V2003_queryTestV2003": {"Table1": 0, "Table2": 0, "Table3": 0},
    "V2003_test2V2003": {"MSP_PROJECTS": 1},
    "V2003_testV2003": {"Table1": 2, "Table2": 0, "Table3": 0, "Table4": 0},
    "V2007_oldDatesV2007": {"Table1": 4},
    "V2007_test2V2007": {"MSP_PROJECTS": 1},
    "V2010_complexDataTestV2010": {"Table1": 4},
    "V2010_testEmoticonsV2010": {"data": 80},
    "V2010_testV2010": {"Table1": 2, "Table2": 0, "Table3": 0, "Table4": 0},
    "V2019_extDateTestV2019": {"Table1": 9},
}
"""Rows of each user table. Those of the first nine files agree between mdbtools and access-parser."""


def access_files(shared_data: Path) -> list[Path]:
    return sorted(path for path in (shared_data / "access_mdb").iterdir() if path.suffix in (".mdb", ".accdb"))


def read_all(path: Path) -> dict[str, int]:
    from_settings = {}
    with Engine() as engine:
        for table in access_tables(path):
            found = read_table(path, engine, source=SourceSettings(path.stem, table=table))
            assert found.rejects == []
            assert engine.count("landing.input") == found.rows
            from_settings[table] = found.rows
    return from_settings


@pytest.mark.skipif(not shutil.which("mdb-export"), reason="mdbtools is not installed")
def test_every_access_file_from_97_to_2019_is_read_by_mdbtools(shared_data: Path) -> None:
    found = {path.stem: read_all(path) for path in access_files(shared_data)}

    assert found == ACCESS_ROWS


@pytest.mark.skipif(not shutil.which("mdb-export"), reason="mdbtools is not installed")
def test_columns_that_mdbtools_cannot_read_are_told(shared_data: Path) -> None:
    with Engine() as engine:
        found = read_table(shared_data / "access_mdb" / "V2019_extDateTestV2019.accdb", engine)

    assert found.notes == [
        "mdbtools ne sait pas lire certaines colonnes de Table1 (un type de date récent) ; elles sont vides."
    ]


def test_older_access_files_are_read_without_mdbtools(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("access_parser")
    monkeypatch.setattr(shutil, "which", lambda *_: None)
    found = {path.stem: read_all(path) for path in access_files(shared_data) if path.stem < "V2010"}

    assert found == {name: tables for name, tables in ACCESS_ROWS.items() if name < "V2010"}


def test_a_recent_access_file_without_mdbtools_says_what_to_install(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("access_parser")
    monkeypatch.setattr(shutil, "which", lambda *_: None)
    path = shared_data / "access_mdb" / "V2010_testV2010.accdb"

    with Engine() as engine, pytest.raises(SourceError) as refusal:
        read_table(path, engine)

    assert refusal.value.message == "V2010_testV2010.accdb : access-parser ne sait pas lire cette base Access."
    assert "apt install mdbtools" in refusal.value.next_step


def test_prestashop_exports_are_read_with_their_empty_field_too_many(base: Base, shared_data: Path) -> None:
    for name in ("customers", "addresses"):
        shutil.copy(shared_data / "shop_exports" / f"prestashop_{name}_import.csv", base.sources)
    base.toml = """
[sources.clients]
kind = "people"
files = ["prestashop_customers_import.csv"]
columns = { person_key = "Customer ID", email = "Email *", last_name = "Last Name *" }
[sources.adresses]
kind = "people"
system = "clients"
files = ["prestashop_addresses_import.csv"]
columns = { email = "Customer e-mail*", last_name = "Lastname*", postcode = "Zipcode*", phone = "Phone" }
"""
    base.build()

    assert base.rejects() == []
    counts = base.rows("select source, rows_read, rows_landed, rows_people from landing.counts order by source")
    assert counts == [("adresses", 16, 16, 16), ("clients", 9, 9, 9)]
    found = base.rows("select email, postcode, phone from landing.people where source = 'adresses' and line = 2")
    assert found == [("Peter.Pan@prestashop.com", "12001", "01 02 03 04 05")]


def test_shopify_exports_are_read_whole(shared_data: Path) -> None:
    with Engine() as engine:
        found = read_table(shared_data / "shop_exports" / "shopify_home-and-garden.csv", engine)
        titled = engine.value('select count("Title") from landing.input')

    assert (found.rows, found.rejects, len(found.columns)) == (21, [], 47)
    assert titled == 20


def test_the_lines_of_uci_online_retail_reconcile(base: Base, shared_data: Path) -> None:
    shutil.copy(shared_data / "uci_online_retail" / "online_retail.parquet", base.sources)
    base.toml = """
[sources.uci]
kind = "tickets"
files = ["online_retail.parquet"]
constants = { channel = "web" }
[sources.uci.columns]
ticket_key = "InvoiceNo"
product_key = "StockCode"
quantity = "Quantity"
sold_at = "InvoiceDate"
unit_price = "UnitPrice"
person_key = "CustomerID"
"""
    base.build()

    counts = base.counts()
    assert (counts["rows_read"], counts["rows_landed"], counts["rows_conformed"]) == (541_909, 541_909, 541_909)
    assert str(counts["amount"]) == "9747747.9340"
    assert base.values("select count(*) from landing.ticket_lines where person_key is null") == [135_080]
    assert base.values("select count(distinct person_key) from landing.ticket_lines") == [4_372]
    assert base.rejects() == []


def test_a_list_of_people_is_read_as_it_is(shared_data: Path) -> None:
    with Engine() as engine:
        found = read_table(shared_data / "splink_fake_and_transactions" / "fake_1000.csv", engine)

    assert found.columns == ["unique_id", "first_name", "surname", "dob", "city", "email", "cluster"]
    assert (found.rows, found.blank, found.rejects) == (1000, 0, [])
