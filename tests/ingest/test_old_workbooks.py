"""Workbooks of Excel 97–2003 are read like the newer ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chaland.config import parse_settings
from chaland.engine import Engine
from chaland.ingest import conform_sources, ingest_sources
from chaland.progress import Reporter

SETTINGS = """
[sources.clients]
kind = "people"
files = ["clients.xls"]
columns = { person_key = "Numéro", last_name = "Nom", recorded_at = "Le" }
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_xls_lands_with_its_accents_dates_and_numbers(tmp_path: Path) -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Clients")
    for column, name in enumerate(("Numéro", "Nom", "Le")):
        sheet.write(0, column, name)
    sheet.write(1, 0, 17850)
    sheet.write(1, 1, "NOËL")
    sheet.write(1, 2, date(2026, 3, 12), xlwt.easyxf(num_format_str="DD/MM/YYYY"))
    book.save(str(tmp_path / "clients.xls"))
    settings = parse_settings(SETTINGS, tmp_path)

    loads = ingest_sources(settings, now=datetime(2026, 9, 30, tzinfo=UTC), reporter=Reporter())

    assert [load.rows_landed for load in loads] == [1]
    with Engine() as engine:
        conform_sources(engine, settings, reporter=Reporter())
        found = engine.rows("select person_key, last_name, recorded_at, line from landing.people")
    assert found == [("17850", "NOËL", datetime(2026, 3, 12), 2)]
