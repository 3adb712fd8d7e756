"""`chaland clean` on files that are not alike: each gives its clean file and its page, or one clear error."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from chaland.cli import main

ROWS = "Durand;Paul;12 rue Haute;59000;Lille;0612345678\nLefèvre;Zoé;3 bd Voltaire;75011;Paris;0145678901\n"
FRENCH = "Nom;Prénom;Adresse;CP;Ville;Tél\n" + ROWS
ENGLISH = "Last name,First name,Address,Zip,City,Phone\n" + ROWS.replace(";", ",")
BOTH = [
    ("Paul", "Durand", "RUE HAUTE", "59000", "Lille", "+33612345678"),
    ("Zoé", "Lefèvre", "BOULEVARD VOLTAIRE", "75011", "Paris", "+33145678901"),
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("semicolons.csv", FRENCH.encode()),
        ("latin.csv", FRENCH.replace("\n", "\r\n").encode("latin-1")),
        ("english.csv", ENGLISH.encode("utf-8-sig")),
        ("tabs.txt", FRENCH.replace(";", "\t").encode("utf-16")),
        ("pipes.txt", FRENCH.upper().replace(";", "|").encode()),
        ("no_names.csv", ROWS.encode()),
        ("trailing.csv", FRENCH.replace("\n", ";;\n").encode("cp1252")),
    ],
)
def test_the_same_people_come_out_of_every_writing(name: str, content: bytes, tmp_path: Path) -> None:
    rows = cleaned(tmp_path, name, content, "street, postcode, city, coalesce(mobile, phone)")
    assert rows == BOTH


@pytest.mark.parametrize(
    ("name", "text", "column", "expected"),
    [
        ("addresses.txt", "12 rue Haute 59000 Lille\n3 bd Voltaire, 75011 Paris\n", "city", ["Lille", "Paris"]),
        ("one.csv", "Adresse\n12 rue Haute 59000 Lille\n3 r. Basse, 75011 Paris\n", "city", ["Lille", "Paris"]),
        ("names.txt", "Paul Durand\nZoé Lefèvre\nJean MARTIN\n", "last_name", ["Durand", "Lefèvre", "Martin"]),
        ("stars.txt", "DUPONT*JEAN PAUL/\nLE GOFF*MARIE/\n", "last_name", ["Dupont", "Le Goff"]),
        ("phones.txt", "0612345678\n06 98 76 54 32\n", "mobile", ["+33612345678", "+33698765432"]),
        ("swapped.csv", "Prénom;Nom;CP;Ville\nDurand;Paul;Lille;59000\n", "city", ["Lille"]),
        ("quotes.csv", 'Nom;CP;Ville\n"Durand;59000;Lille\nLeroy;75011;"Paris" 11\n', "last_name", ["Leroy"]),
    ],
)
def test_files_of_another_shape_are_read(
    name: str, text: str, column: str, expected: list[str], tmp_path: Path
) -> None:
    assert [row[2] for row in cleaned(tmp_path, name, text.encode(), column)] == expected


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "empty.csv : Le fichier est vide (0 octet)."),
        ("blank.csv", b"\n\n\n", "blank.csv : Le fichier ne contient rien."),
        ("numbers.csv", b"a;b\n1;2\n", "aucune colonne reconnue ne dit rien d’une personne."),
        ("book.xlsx", b"not a book", "ses premiers octets ne sont pas ceux de ce format"),
    ],
)
def test_a_file_that_tells_nothing_is_refused_in_one_sentence(
    name: str, content: bytes, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cleaned(tmp_path, name, content, "city")
    assert caught.value.code in (2, 3)
    assert sentence in capsys.readouterr().err


def test_names_of_columns_without_rows_make_an_empty_file_and_a_page(tmp_path: Path) -> None:
    assert cleaned(tmp_path, "header.csv", b"Nom;CP\n", "city") == []


def cleaned(folder: Path, name: str, content: bytes, columns: str) -> list[tuple[str | None, ...]]:
    path = folder / name
    path.write_bytes(content)
    main(["clean", str(path), "--out", str(folder / "out")])
    assert (folder / "out" / "report.html").stat().st_size > 1000
    query = f"select first_name, last_name, {columns} from read_parquet(?) order by line"
    with duckdb.connect() as connection:
        return connection.execute(query, [str(folder / "out" / "clean.parquet")]).fetchall()
