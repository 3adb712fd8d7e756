"""The INSEE's file of deaths writes NAME*FIRST NAMES/ in one column: the star stayed in the last name, the places of
birth and of death were taken for the address, and the monthly file cut by position was read as one column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from chaland.clean.names import Name, RawName, clean_name
from chaland.cli import main

ROWS = [
    ("DUPONT*JEAN PAUL/", "1", "19341011", "01004", "AMBERIEU-EN-BUGEY", "", "20240101", "01004", "12"),
    ("LE GOFF*MARIE THERESE/", "2", "19280000", "29019", "BREST", "", "20240102", "29019", "7"),
    ("DE LA TOUR*ANNE-MARIE/", "2", "19510702", "75114", "PARIS", "", "20240103", "75114", "55"),
    ("NGUYEN*/", "1", "00000000", "99243", "SAIGON", "VIET NAM", "20240105", "13055", "999"),
]
WIDTHS = (80, 1, 8, 5, 30, 30, 8, 5, 9)
HEADER = "nomprenom;sexe;datenaiss;lieunaiss;commnaiss;paysnaiss;datedeces;lieudeces;actedeces"
CLEAN = [
    ("Jean-Paul", "Dupont", "M", date(1934, 10, 11), None),
    ("Marie-Thérèse", "Le Goff", "F", None, None),
    ("Anne-Marie", "de La Tour", "F", date(1951, 7, 2), None),
    (None, "Nguyen", "M", None, None),
]


@pytest.mark.parametrize("field", ["full_name", "last_name"])
def test_a_starred_name_is_read_as_its_two_fields(field: str) -> None:
    starred = clean_name(RawName(**{field: "DUPONT*JEAN PAUL/"}))
    in_two = clean_name(RawName(first_name="JEAN PAUL", last_name="DUPONT"))
    assert starred._replace(name_reason="") == in_two._replace(name_reason="")
    assert (starred.first_name, starred.last_name) == ("Jean-Paul", "Dupont")


def test_a_name_with_stars_elsewhere_is_no_starred_name() -> None:
    assert clean_name(RawName(full_name="Dupont ** Jean")).last_name == "Dupont"
    assert clean_name(RawName(full_name="*/")) == Name(name_grade="D", name_reason="placeholder")


@pytest.mark.parametrize("name", ["deces.csv", "deces-2024-t1.txt"])
def test_both_writings_of_the_file_are_cleaned(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if path.suffix == ".csv":
        lines = [HEADER, *(";".join(f'"{cell}"' for cell in row) for row in ROWS)]
    else:
        lines = ["".join(cell.ljust(size) for cell, size in zip(row, WIDTHS, strict=True)) for row in ROWS]
    path.write_text("\n".join(lines) + "\n", encoding="latin-1")
    main(["clean", str(path), "--out", str(tmp_path / "out")])
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select first_name, last_name, sex, birth_date, city from read_parquet(?) order by line",
            [str(tmp_path / "out" / "clean.parquet")],
        ).fetchall()
    assert rows == CLEAN
