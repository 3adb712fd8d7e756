"""Files of people as shops really keep them, cleaned in one run: what comes out of each, with the line it came from."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from chaland.clean.all_in_one import split_person
from chaland.cli import main

FILES: dict[str, str | bytes] = {
    "lines.csv": "ADR_L1;ADR_L2;ADR_L3;ADR_L4;ADR_L5;ADR_L6\n"
    "M. Paul DURAND;Appt 3;Résidence les Tilleuls;12 RUE HAUTE;;59000 LILLE\n"
    "MME ZOE LEFEVRE;;;3 BOULEVARD VOLTAIRE;BP 12;75011 PARIS\n",
    "numbered.csv": "NOM;ADR1;ADR2;ADR3;ADR4;ADR5;ADR6\n"
    "DURAND Paul;M. Paul DURAND;Appt 3;;12 RUE HAUTE;;59000 LILLE\n"
    "LEFEVRE Zoé;MME LEFEVRE;;;3 BOULEVARD VOLTAIRE;LE BOURG;75011 PARIS\n",
    "three.csv": "Nom;Prénom;Adr1;Adr2;Adr3;CP;Ville\nDurand;Paul;12 rue Haute;Appt 3;Rés. les Tilleuls;59000;Lille\n",
    "twice.csv": "Nom;Prénom;Adresse;CP;Ville;Adresse;CP;Ville\n"
    "Durand;Paul;12 rue Haute;59000;Lille;5 rue Basse;33000;Bordeaux\nLeroy;Zoé;3 bd Voltaire;75011;Paris;;;\n",
    "delivery.csv": "Nom client;Adresse livraison;CP livraison;Ville livraison;Adresse facturation;CP facturation;"
    "Ville facturation\nDupont Jean;5 av Jean Jaurès;69007;Lyon;12 rue de la Paix;75002;Paris\n",
    "town_hall.csv": "N° ORDRE;NOM DE NAISSANCE;NOM D'USAGE;PRENOMS;SEXE;COMMUNE DE NAISSANCE\n"
    "1;DURAND;;PAUL;M;ROUBAIX\n2;MARTIN;LEFEVRE;ZOE;F;LENS\n".encode("cp850"),
    "children.csv": "Nom famille;Prénom parent 1;Prénom enfant;Date naissance enfant;CP Ville;Tel parent;Tel parent 2\n"
    "DURAND;Paul;Léo;12/05/2018;59000 LILLE;06 12 34 56 78;06 98 76 54 32\n",
    "whole.csv": "Client;CA\n"
    '"M. Jean DUPONT, 12 rue de la Paix, 75002 Paris, 01 42 00 00 01";120\n'
    '"Mme Anne PETIT 5 av Jean Jaurès 69007 LYON anne@petit.fr";50\n',
    "newsletter.csv": "Email Address,First Name,Last Name,Address,OPTIN_TIME\n"
    'paul@orange.fr,Paul,Durand,"12 rue Haute  59000 Lille  FR",2024-01-02 10:00:00\n',
    "couples.csv": "Nom et prénom;Adresse;CP;Ville;Pays\n"
    '"Madame, Monsieur MARTIN";8 rue Haute;59000;Lille;\n'
    '"DUPONT*JEAN PAUL/ MARTIN*ANNE/";8 rue Haute;59000;Lille;\n'
    "Indivision DUPONT;8 rue Haute;59000;Lille;\n"
    "Hans Müller;Hauptstraße 5;10115;Berlin;Allemange\nOttokar Roi;12 rue Royale;1000;Klow;Syldavie\n",
}  # fmt: skip

ROWS: dict[str, list[tuple[int, str]]] = {
    "lines.csv": [
        (2, "Paul Durand, APP 3/RESIDENCE LES TILLEULS/12 RUE HAUTE/59000 LILLE"),
        (3, "Zoé Lefevre, 3 BOULEVARD VOLTAIRE/BP 12/75011 PARIS"),
    ],
    "numbered.csv": [
        (2, "Paul Durand, APP 3/12 RUE HAUTE/59000 LILLE"),
        (3, "Zoé Lefevre, 3 BOULEVARD VOLTAIRE/LE BOURG/75011 PARIS"),
    ],
    "three.csv": [(2, "Paul Durand, APP 3/RESIDENCE LES TILLEULS/12 RUE HAUTE/59000 LILLE")],
    "twice.csv": [
        (2, "Paul Durand, 12 RUE HAUTE/59000 LILLE"),
        (3, "Zoé Leroy, 3 BOULEVARD VOLTAIRE/75011 PARIS"),
    ],
    "delivery.csv": [(2, "Jean Dupont, 12 RUE DE LA PAIX/75002 PARIS")],
    "town_hall.csv": [(2, "Paul Durand, "), (3, "Zoé Lefevre, ")],
    "children.csv": [(2, "Paul Durand, 59000 LILLE +33612345678")],
    "whole.csv": [
        (2, "Jean Dupont, 12 RUE DE LA PAIX/75002 PARIS +33142000001"),
        (3, "Anne Petit, 5 AVENUE JEAN JAURES/69007 LYON anne@petit.fr"),
    ],
    "newsletter.csv": [(2, "Paul Durand, 12 RUE HAUTE/59000 LILLE paul@orange.fr")],
    "couples.csv": [
        (2, "M+MME Martin, 8 RUE HAUTE/59000 LILLE"),
        (3, "Jean-Paul Dupont, 8 RUE HAUTE/59000 LILLE"),
        (4, "Indivision DUPONT, 8 RUE HAUTE/59000 LILLE"),
        (5, "Hans Müller, HAUPTSTRASSE 5/10115 BERLIN/ALLEMAGNE DE"),
        (6, "Ottokar Roi, 12 RUE ROYALE/1000 KLOW/SYLDAVIE ZZ"),
    ],
}

SHOWN = """
select file, line, concat_ws(' ',
    concat(concat_ws(' ', case when civility = 'M+MME' then civility end, first_name, last_name, organisation), ','),
    concat_ws('/', address_line_2, address_line_3, address_line_4, address_line_5, address_line_6),
    phone, mobile, email, nullif(nullif(country, 'FR'), ''))
from read_parquet(?) order by file, line
"""


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    for name, content in FILES.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    main(["clean", *(str(folder / name) for name in FILES), "--out", str(folder / "out")])
    return folder / "out"


def test_each_file_gives_its_people_with_their_line(cleaned: Path) -> None:
    found: dict[str, list[tuple[int, str]]] = {}
    with duckdb.connect() as connection:
        for file, line, text in connection.execute(SHOWN, [str(cleaned / "clean.parquet")]).fetchall():
            found.setdefault(file, []).append((line, text))
    assert found == ROWS


def test_the_clean_file_opens_in_a_french_spreadsheet(cleaned: Path) -> None:
    written = (cleaned / "clean.csv").read_bytes()
    assert written.startswith("\ufeff".encode())
    with (cleaned / "clean.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len(rows) == sum(map(len, ROWS.values()))
    assert not (cleaned / "rejects.csv").exists()


def test_rows_are_those_kept_and_those_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"))
    head = ["Nom", "CP", "Ville", "Né le"]
    sheets = {
        "Sommaire": [["Fichier clients"], ["Version 2"]],
        "Lille": [["Clients de Lille"], head, ["Durand", 1000, "Bourg-en-Bresse", 22048], ["TOTAL", 1]],
        "Paris": [head, ["Leroy", 75011, "Paris", 27753]],
    }
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for rank, cells in enumerate(rows):
            sheet.write_row(rank, 0, cells)
    book.close()
    main(["clean", str(tmp_path / "book.xlsx"), "--out", str(tmp_path / "out")])
    with duckdb.connect() as connection:
        query = "select file, line, last_name, postcode, birth_date::varchar from read_parquet(?) order by file"
        found = connection.execute(query, [str(tmp_path / "out" / "clean.parquet")]).fetchall()
    assert found == [
        ("book.xlsx [Lille]", 3, "Durand", "01000", "1960-05-12"),
        ("book.xlsx [Paris]", 2, "Leroy", "75011", "1975-12-25"),
    ]
    told = (tmp_path / "out" / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert told[1].startswith("book.xlsx [Lille];4;total_line;")
    said = capsys.readouterr().out
    assert "Feuilles ou tables qui ne parlent de personne\u00a0: Sommaire." in said
    assert "Lignes au-dessus des noms de colonnes, qui ne sont pas des fiches\u00a0: 1." in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DUPONT Jean 75002 PARIS", ("DUPONT Jean", "75002 PARIS", "", "")),
        ("Jean Dupont rue Haute 59000 Lille", ("Jean Dupont", "rue Haute 59000 Lille", "", "")),
        (
            "Résidence les Pins, 12 rue Haute, 59000 Lille",
            ("", "Résidence les Pins, 12 rue Haute, 59000 Lille", "", ""),
        ),
        (
            "SARL Les Lilas, ZA du Moulin, 29200 Brest, Tél. : 02 98 00 00 00 / 06 11 22 33 44",
            ("SARL Les Lilas", "ZA du Moulin, 29200 Brest", "02 98 00 00 00 / 06 11 22 33 44", ""),
        ),
    ],
)
def test_a_whole_person_in_one_text_is_taken_apart(text: str, expected: tuple[str, ...]) -> None:
    assert tuple(split_person(text)) == expected
