"""A file of people as a shop would hand it over, with who is who: what the commands are tried on."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.identity.town import town

FIELDS = {
    "Prénom": "first_name_key",
    "Nom": "last_name_key",
    "numero": "street_number",
    "rue": "street",
    "cp": "postcode",
    "ville": "city",
    "portable": "mobile",
    "courriel": "email_key",
}


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Return a semicolon file of a small town, with its labels."""
    rows, person_of, _ = town(120)
    path = tmp_path / "clients.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream, delimiter=";")
        out.writerow(["code", *FIELDS, "naissance_j", "naissance_m", "naissance_a", "qui"])
        for number, row in enumerate(rows):
            born = row["birth_date"]
            birth = [born.day, born.month, born.year] if born else ["", "", ""]
            values = [row[field] or "" for field in FIELDS.values()]
            out.writerow([f"n{number:04d}", *values, *birth, person_of[row["record_id"]]])
    return path
