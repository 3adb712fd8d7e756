"""`chaland dedupe` on small files: what it writes, what it measures, what it says of a wrong option."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chaland.cli import main
from chaland.dedupe import dedupe_files, guess_columns, parse_columns
from chaland.errors import ConfigError
from chaland.progress import Reporter
from chaland.tables.identity import WEIGHT_FIELDS

AS_OF = date(2026, 11, 1)
COLUMNS = "last_name=Nom,birth_date=naissance_j/naissance_m/naissance_a"


def test_three_files_are_written_and_measured(people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    main(["dedupe", str(people), "--id", "code", "--columns", COLUMNS, "--labels", "qui", "--out", str(out), "--json"])
    facts = json.loads(capsys.readouterr().out)
    clusters, persons, pairs = (pq.read_table(out / f"{name}.parquet") for name in ("clusters", "people", "pairs"))
    assert clusters.column_names == ["record_id", "person_id", "household_id"]
    assert clusters["record_id"].to_pylist() == [f"n{number:04d}" for number in range(len(clusters))]
    assert facts["records"] == len(clusters)
    assert facts["persons"] == len(persons) == len(set(clusters["person_id"].to_pylist()))
    assert {f"weight_{field}" for field in WEIGHT_FIELDS} <= set(pairs.column_names)
    assert facts["columns"]["first_name"] == "Prénom"
    assert facts["columns"]["mobile"] == "portable"
    assert "qui" not in facts["columns"].values()
    assert facts["pairwise"]["precision"] > 0.95
    assert facts["pairwise"]["recall"] > 0.85


def test_the_result_is_told_in_french(people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["dedupe", str(people), "--columns", COLUMNS, "--labels", "qui", "--out", str(tmp_path / "out")])
    said = capsys.readouterr().out
    assert "fiches" in said
    assert "Précision" in said
    assert "groupes entiers" in said


def test_records_of_several_files_are_known_by_file_and_number(people: Path, tmp_path: Path) -> None:
    other = tmp_path / "web.csv"
    other.write_text(people.read_text(encoding="utf-8"), encoding="utf-8")
    out = tmp_path / "out"
    found = dedupe_files(
        [people, other], out, columns=parse_columns(COLUMNS), id_column="code", as_of=AS_OF, reporter=Reporter()
    )
    clusters = pq.read_table(out / "clusters.parquet")
    person = dict(zip(clusters["record_id"].to_pylist(), clusters["person_id"].to_pylist(), strict=True))
    assert found.records == len(person)
    same = [person[key] == person["web" + key.removeprefix("clients")] for key in person if key.startswith("clients:")]
    assert sum(same) / len(same) > 0.97


def test_the_same_file_gives_the_same_ids(people: Path, tmp_path: Path) -> None:
    read = []
    for name in ("one", "other"):
        dedupe_files([people], tmp_path / name, columns=parse_columns(COLUMNS), as_of=AS_OF, reporter=Reporter())
        read.append(pq.read_table(tmp_path / name / "clusters.parquet"))
    assert read[0].equals(read[1])


def test_an_unknown_field_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError) as refused:
        parse_columns("first_nam=Nom,last_name")
    assert len(refused.value.faults) == 2
    assert "first_nam : champ inconnu" in refused.value.faults[0]
    assert refused.value.faults[1] == "last_name : champ=colonne attendu."


def test_a_missing_column_is_refused_with_those_there_are(people: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        dedupe_files(
            [people],
            tmp_path / "out",
            columns={"last_name": "Patronyme"},
            id_column="no",
            as_of=AS_OF,
            reporter=Reporter(),
        )
    assert refused.value.faults == ("clients.csv : pas de colonne Patronyme.", "clients.csv : pas de colonne no.")
    assert "Prénom, Nom" in refused.value.next_step


def test_an_id_that_numbers_nothing_is_refused(people: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ne numérote pas les fiches"):
        dedupe_files([people], tmp_path / "out", columns={}, id_column="ville", as_of=AS_OF, reporter=Reporter())


def test_columns_are_guessed_by_their_names_and_the_id_left_alone() -> None:
    found = guess_columns(["Id", "E-mail", "Code postal", "TÉLÉPHONE", "Nom", "x"], {"last_name": "Nom"}, ["Id"])
    assert found == {"last_name": "Nom", "email": "E-mail", "postcode": "Code postal", "phone": "TÉLÉPHONE"}


def test_a_foreign_file_is_compared_as_given(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    names = ["Barry", "Lowell", "Attucks", "Hitch", "Nobel", "Disney", "Armour", "Scammon"]
    lines = ["Id,Site name,Address,Zip,Phone"]
    for number, name in enumerate(names):
        lines.append(f"{number}a,{name} School,{100 + number} W. {name}son Ave,6064{number},535{number}343")
        lines.append(f"{number}b,{name} Elementary School,{100 + number} W {name}son Ave.,,535{number}343")
    path.write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "out"
    columns = parse_columns("organisation=Site name,address=Address,postcode=Zip,phone=Phone")
    found = dedupe_files([path], out, columns=columns, id_column="Id", as_of=AS_OF, reporter=Reporter())
    assert found.persons == len(names)
    assert "5350343" in pq.read_table(out / "people.parquet")["phone"].to_pylist()


def test_the_first_row_of_a_file_without_names_of_columns_is_kept(people: Path, tmp_path: Path) -> None:
    whole = people.read_text(encoding="utf-8").splitlines()
    bare = tmp_path / "sans_entete.csv"
    bare.write_text("\n".join(whole[1:]), encoding="utf-8")
    columns = parse_columns("first_name=c2,last_name=c3,mobile=c8,email=c9")
    out = tmp_path / "out"
    found = dedupe_files([bare], out, columns=columns, id_column="c1", as_of=AS_OF, reporter=Reporter())
    assert found.records == len(whole) - 1
    assert "n0000" in pq.read_table(out / "clusters.parquet")["record_id"].to_pylist()
    told = "sans_entete.csv : sa première ligne est une fiche, non des noms ; les colonnes sont c1 à c13."
    assert found.notes == (told,)


def test_a_file_without_names_of_columns_is_guessed_by_its_contents(people: Path, tmp_path: Path) -> None:
    whole = people.read_text(encoding="utf-8").splitlines()
    bare = tmp_path / "sans_entete.csv"
    bare.write_text("\n".join(whole[1:]), encoding="utf-8")
    found = dedupe_files([bare], tmp_path / "out", columns={}, as_of=AS_OF, reporter=Reporter())
    assert found.records == len(whole) - 1
    assert found.columns["email"] == "c9"
    assert found.columns["postcode"] == "c6"


def test_files_of_different_columns_are_read_each_by_its_own(people: Path, tmp_path: Path) -> None:
    other = tmp_path / "web.csv"
    first, _, rest = people.read_text(encoding="utf-8").partition("\n")
    other.write_text(first.replace("Prénom", "Usuel") + "\n" + rest, encoding="utf-8")
    columns = parse_columns(COLUMNS + ",first_name=Usuel")
    found = dedupe_files([people, other], tmp_path / "out", columns=columns, as_of=AS_OF, reporter=Reporter())
    assert found.records == 2 * len(rest.splitlines())
    assert found.columns["first_name"] in ("Prénom", "Usuel")


WHOLE = """Contact;CA
DUPONT Jean 12 rue de la Paix 38000 Grenoble 06 12 34 56 78;12
Mme Anne PETIT, 5 avenue Jean Jaurès, 69007 Lyon, anne.petit@free.fr;30
Dupont Jean 12 r de la paix 38000 GRENOBLE;14
MARTIN Luc 8 boulevard Voltaire 75011 Paris 01 43 55 66 77;9
Petit Anne 5 av. J. Jaurès 69007 LYON;3
M. Martin Luc 8 bd Voltaire 75011 Paris;21
"""


def test_whole_persons_in_one_column_are_taken_apart(tmp_path: Path, english_reader: None) -> None:
    file, out = tmp_path / "whole.csv", tmp_path / "out"
    file.write_text(WHOLE, encoding="utf-8")
    found = dedupe_files([file], out, columns={}, as_of=AS_OF, reporter=Reporter())
    assert found.columns == {"full_name": "Contact"}
    assert found.notes == ("Contact holds whole persons: name, address and contacts are taken apart.",)
    rows = pq.read_table(out / "people.parquet").sort_by("last_name").to_pylist()
    assert {(row["first_name"], row["last_name"], row["street"], row["postcode"]) for row in rows} == {
        ("Jean", "Dupont", "RUE DE LA PAIX", "38000"),
        ("Anne", "Petit", "AVENUE JEAN JAURES", "69007"),
        ("Luc", "Martin", "BOULEVARD VOLTAIRE", "75011"),
    }


def test_every_sheet_that_tells_of_people_is_read(tmp_path: Path, english_reader: None) -> None:
    file, out = tmp_path / "clients.xlsx", tmp_path / "out"
    book = pytest.importorskip("xlsxwriter").Workbook(str(file))
    sheets = {
        "Grenoble": [("Nom", "Prénom", "E-mail"), ("Durand", "Zoé", "zoe@free.fr"), ("Petit", "Anne", "ap@free.fr")],
        "Lyon": [("Prénom", "Nom", "Mail"), ("Zoé", "Durand", "zoe@free.fr"), ("Luc", "Martin", "lm@free.fr")],
        "Notes": [("Sujet", "Quand"), ("inventaire", "lundi"), ("soldes", "mardi")],
    }
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    found = dedupe_files([file], out, columns={}, as_of=AS_OF, reporter=Reporter())
    assert (found.records, found.notes) == (4, ("clients.xlsx: sheets or tables left: Notes.",))
    ids = pq.read_table(out / "clusters.parquet")["record_id"].to_pylist()
    assert sorted(ids) == ["Grenoble:2", "Grenoble:3", "Lyon:2", "Lyon:3"]
