"""Company numbers are found and verified, whatever their writing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.cast import load_rows

from chaland.clean import clean_records
from chaland.clean.sirens import CompanyNumber, company_number
from chaland.config import Settings
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.tables import clean, landing


@pytest.mark.parametrize(
    ("text", "siren", "siret"),
    [
        ("732829320", "732829320", None),
        ("732 829 320", "732829320", None),
        ("732.829.320.00074", "732829320", "73282932000074"),
        ("SIREN : 732-829-320", "732829320", None),
        ("FR44732829320", "732829320", None),
        ("fr 44 732 829 320", "732829320", None),
        ("35600000000048", "356000000", "35600000000048"),  # La Poste: the sum of its digits is a multiple of five
        ("SARL DUPONT 732829320 LILLE", "732829320", None),
        ("732829321", None, None),
        ("73282932000075", None, None),
        ("06 12 34 56 78", None, None),
        ("000000000", None, None),
        ("", None, None),
    ],
)
def test_a_company_number_is_verified(text: str, siren: str | None, siret: str | None) -> None:
    assert company_number(text) == CompanyNumber(siren, siret)


def test_the_numbers_of_records_stand_beside_them() -> None:
    engine = Engine()
    for table in landing.TABLES:
        engine.create(table)
    blank = {"source": "pro", "load_id": "l", "file": "pro.csv", "system": "pro"}
    given = [
        {"siren": "732 829 320 00074", "organisation": "Dupont"},
        {"siren": "rien", "organisation": "SA Martin 552 008 443"},
        {"siren": "12345", "last_name": "Petit"},
        {"last_name": "Roux"},
    ]
    rows = [
        {**blank, "line": n, "person_key": str(n), "record_id": f"pro:{n}", **row} for n, row in enumerate(given, 1)
    ]
    load_rows(engine, landing.PEOPLE, rows)

    clean_records(engine, Settings(folder=Path()), as_of=date(2026, 11, 1), reporter=Reporter())
    assert engine.rows(f"select * from {clean.COMPANIES.full_name} order by 1") == [
        ("pro:1", "732829320", "73282932000074"),
        ("pro:2", "552008443", None),
    ]
