"""The quality report: figures that add up, a page that stands alone, both commands."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chaland.clean import clean_records
from chaland.clean.before import Sample, before_from_base
from chaland.clean.figures import _best
from chaland.clean.page import render_page, stacked_bar, usable_share
from chaland.clean.report import figures_of_records, write_report
from chaland.clean.typography import count_text, day_text, share_text
from chaland.cli import main
from chaland.config import Settings, parse_settings
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.tables import landing

AS_OF = date(2026, 11, 1)
ROWS = [
    {
        "last_name": "DURAND",
        "first_name": "paul",
        "street": "12 r. Haute",
        "postcode": "78100",
        "city": "ST GERMIN EN LAYE",
    },
    {"last_name": "<script>alert(1)</script>", "first_name": "Anna", "email": "anna@gmial.com", "mobile": "0639981234"},
    {"full_name": "SARL Lilas", "street": "3 rue Haute", "postcode": "75002", "city": "Lille", "phone": "0892700000"},
    {"last_name": "INCONNU", "birth_date": "3/7/58"},
]


@pytest.fixture
def figures() -> dict[str, object]:
    engine = Engine()
    names = sorted({name for row in ROWS for name in row})
    people = {
        "source": ["card"] * 4, "load_id": ["l"] * 4, "file": ["f.csv"] * 4, "line": [2, 3, 4, 5],
        "system": ["card"] * 4, "person_key": list("1234"), "record_id": [f"card:{key}" for key in "1234"],
    } | {name: [row.get(name) for row in ROWS] for name in names}  # fmt: skip
    engine.load(landing.PEOPLE, pa.table(people))
    clean_records(engine, Settings(folder=Path()), as_of=AS_OF, reporter=Reporter())
    return figures_of_records(engine, title="Brindille & fils", as_of=AS_OF)


def test_every_described_record_has_one_grade_in_each_field(figures: dict) -> None:
    assert {field: sum(counts.values()) for field, counts in figures["grades"].items()} == dict.fromkeys(
        ("name", "address", "phone", "mobile", "email", "birth_date"), 4
    )
    assert figures["grades"] == figures["grades_by_source"]["card"]
    assert sum(row["records"] for row in figures["reasons"]["name"]) == 4


def test_the_distributable_rate_is_v0_v1_v2_over_the_addresses_received(figures: dict) -> None:
    assert figures["statuses"] == {"R6": 1, "V2": 1}
    assert figures["distributable"] == {"addresses": 2, "distributable": 1, "rate": 0.5}
    assert figures["reach"]["mobile"] == {"usable": 1, "rate": 0.25}


def test_samples_show_before_and_after(figures: dict) -> None:
    shown = {(one["field"], one["reason"]): (one["before"], one["after"]) for one in figures["samples"]}
    assert shown[("address", "city_spelling")] == (
        "12 r. Haute · 78100 · ST GERMIN EN LAYE",
        "12 RUE HAUTE\n78100 ST GERMAIN EN LAYE",
    )
    assert shown[("email", "domain_repaired")] == ("anna@gmial.com", "anna@gmail.com")


def test_the_page_escapes_what_customers_typed_and_fetches_nothing(figures: dict) -> None:
    page = render_page(figures)
    assert "<script" not in page and "Brindille &amp; fils" in page
    assert re.findall(r'(?:src|href)="|url\(|https?://', page) == []
    assert 'lang="fr"' in page and "Taux distribuable" in page and "50,0" in page


@pytest.mark.usefixtures("english_reader")
def test_the_page_speaks_english(figures: dict) -> None:
    page = render_page(figures)
    assert 'lang="en"' in page and "Distributable rate" in page and "50.0%" in page


def test_the_json_beside_the_page_holds_the_same_figures(figures: dict, tmp_path: Path) -> None:
    page, beside = write_report(figures, tmp_path / "deep" / "report.html")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(beside.read_text(encoding="utf-8")) == json.loads(json.dumps(figures))


def test_a_base_without_any_record_still_has_a_page() -> None:
    engine = Engine()
    clean_records(engine, Settings(folder=Path()), as_of=AS_OF, reporter=Reporter())
    figures = figures_of_records(engine, title="Vide", as_of=AS_OF)
    assert figures["distributable"]["rate"] is None
    assert "Rien à montrer." in render_page(figures)


def test_what_a_record_said_before_is_read_again_from_landing(tmp_path: Path) -> None:
    columns = 'columns = { last_name = ["Nom", "NOM"], first_name = "Prénom" }'
    settings = parse_settings(f'[sources.card]\nkind = "people"\nfiles = ["f.csv"]\n{columns}', tmp_path)
    folder = tmp_path / "landing" / "card"
    folder.mkdir(parents=True)
    rows = {
        "Nom": [None, "A"],
        "NOM": ["DURAND", "B"],
        "Prénom": ["paul", "x"],
        "_file": ["f.csv"] * 2,
        "_line": [2, 3],
    }
    pq.write_table(pa.table(rows), folder / "card-1.parquet")
    here = Sample("name", "reformatted", "card:1", "card", "card-1", "f.csv", 2, "Paul Durand")
    gone = here._replace(load_id="card-0")
    assert before_from_base(settings, [here, gone]) == {here: "paul · DURAND", gone: ""}


def test_bars_add_up_and_shares_leave_out_absent_values() -> None:
    widths = [
        float(width) for width in re.findall(r' width="([\d.]+)" height', stacked_bar({"A": 1, "D": 2, "E": 1}, 9, "x"))
    ]
    assert widths == [250.0, 500.0, 250.0]
    assert usable_share({"A": 1, "D": 1, "E": 8}) == 0.5
    assert usable_share({"E": 8}) is None


def test_figures_are_written_as_in_a_french_book() -> None:
    assert count_text(1234567) == "1\u202f234\u202f567"
    assert share_text(0.999996) == "99,9\u00a0%"
    assert day_text(date(2026, 8, 1)) == "1er août 2026"


def test_clean_answers_with_the_clean_file_and_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "clients.csv"
    source.write_text(
        "Id;Civilité;Nom;Prénom;Adresse;CP;Ville;Tél;Mail\n"
        "7;Mme;LEFEVRE;rene;12 r. Haute;78100;ST GERMIN EN LAYE;06 39 98 12 34;a.b@gmial.com\n"
        "8;M.;DURAND;paul;3 rue Haute;75002;Lille;0199001234;paul@orange.fr\n",
        encoding="cp1252",
    )
    columns = (
        "first_name=Prénom,last_name=Nom,civility=Civilité,street=Adresse,postcode=CP,city=Ville,phone=Tél,email=Mail"
    )
    main(["clean", str(source), "--id", "Id", "--columns", columns, "--out", str(tmp_path / "out"), "--json"])
    told = json.loads(capsys.readouterr().out)
    rows = pq.ParquetFile(tmp_path / "out" / "clean.parquet").read().to_pylist()
    assert [(row["person_key"], row["first_name"], row["address_line_6"], row["email"]) for row in rows] == [
        ("7", "René", "78100 ST GERMAIN EN LAYE", "a.b@gmail.com"),
        ("8", "Paul", "75002 LILLE", "paul@orange.fr"),
    ]
    assert told["distributable"] == {"addresses": 2, "distributable": 1, "rate": 0.5}
    assert (tmp_path / "out" / "clean.csv").read_text(encoding="utf-8").count("\n") == 3
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "clean.csv",
        "clean.parquet",
        "report.html",
        "report.json",
    ]


def test_cleaning_the_clean_file_again_changes_no_value(tmp_path: Path) -> None:
    source = tmp_path / "clients.csv"
    source.write_text(
        "first_name,last_name,street,complement,postcode,city,phone,email\n"
        "rene,LEFEVRE,12 bis av. du Gal Leclerc,Bât A appt 3,78100,ST GERMIN EN LAYE,06 39 98 12 34,a.b@gmial.com\n"
        "JEAN PIERRE,DE LA FONTAINE,BP 18,,33506,Libourne Cedex,01 99 00 12 34,\n",
        encoding="utf-8",
    )
    main(["clean", str(source), "--out", str(tmp_path / "once")])
    again = tmp_path / "again.parquet"
    once = pq.ParquetFile(tmp_path / "once" / "clean.parquet").read()
    number = [
        " ".join(part for part in parts if part) or None
        for parts in zip(once["street_number"].to_pylist(), once["street_extension"].to_pylist(), strict=True)
    ]
    kept = ["first_name", "last_name", "street", "complement", "place", "postcode", "city", "phone", "mobile", "email"]
    pq.write_table(once.select(kept).append_column("street_number", pa.array(number, pa.string())), again)
    main(["clean", str(again), "--out", str(tmp_path / "twice")])
    twice = pq.ParquetFile(tmp_path / "twice" / "clean.parquet").read()
    values = [
        *kept,
        "street_number",
        "street_extension",
        "insee_code",
        "first_name_key",
        "address_line_2",
        "address_line_3",
    ]
    values += ["address_line_4", "address_line_5", "address_line_6", "email_key"]
    assert twice.select(values).to_pylist() == once.select(values).to_pylist()


def test_report_on_a_folder_that_is_no_base_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["report", str(tmp_path)])
    assert stopped.value.code == 2
    assert "n’est pas une base" in capsys.readouterr().err


def test_letters_that_would_come_back_are_counted_in_euros(figures: dict) -> None:
    assert figures["letters"] == {
        "unit_cost_eur": 0.7, "would_return": 1, "would_return_eur": 0.7, "repaired": 1, "repaired_eur": 0.7
    }  # fmt: skip
    page = render_page(figures)
    assert "écrire à toutes les adresses reçues coûterait 0,70\u00a0€ en retours (plis\u00a0: 1)" in page


def test_the_page_tells_what_changed_since_the_last_load_and_since_the_first(figures: dict) -> None:
    def point(day: str, share: float) -> dict[str, object]:
        reach = dict.fromkeys(("post", "email", "mobile", "phone"), share)
        return {"as_of": day, "records": 100, "distributable_rate": share, "reach": reach}

    assert "les courbes commencent au suivant" in render_page(figures)
    page = render_page(
        figures | {"history": [point("2026-01-01", 0.5), point("2026-02-01", 0.75), point("2026-03-01", 0.7)]}
    )
    assert "depuis le 1er février 2026" in page and "−5,0\u00a0pt" in page and "+20,0\u00a0pt" in page
    assert page.count("<polyline") == 5


def test_the_sample_that_teaches_most_is_shown() -> None:
    def told(before: str, after: str, key: str) -> dict[str, str]:
        return {"field": "name", "reason": "reformatted", "before": before, "after": after, "record_id": key}

    dull, kept, lost = (
        told("DURAND", "Durand", "1"),
        told("dupond rené · M.", "M. René Dupond", "2"),
        told("x", "", "3"),
    )
    assert _best([dull, lost, kept], 1) == [kept]


def test_the_json_says_its_schema(figures: dict) -> None:
    assert figures["schema"] == {"name": "chaland.quality", "version": 2}
    text = (Path(__file__).parents[2] / "docs" / "explanation" / "quality_report.md").read_text(encoding="utf-8")
    assert [key for key in figures if f"`{key}`" not in text] == []
    assert [key for key in figures["letters"] if f"`{key}`" not in text] == []


def test_a_file_without_a_header_keeps_its_first_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "clients.csv"
    source.write_text(
        "1;DUPONT;Jean;12 rue Haute;59000;Lille;06 12 34 56 78;jean.dupont@gmail.com\n"
        "2;MARTIN;rene;3 av. du Gal Leclerc;78100;ST GERMAIN EN LAYE;0142123456;\n",
        encoding="utf-8",
    )
    main(["clean", str(source), "--columns", "last_name=c2,city=c6", "--out", str(tmp_path / "out")])
    told = capsys.readouterr().out
    rows = pq.ParquetFile(tmp_path / "out" / "clean.parquet").read().to_pylist()
    assert [(row["last_name"], row["city"]) for row in rows] == [
        ("Dupont", "Lille"),
        ("Martin", "Saint-Germain-en-Laye"),
    ]
    assert "lignes lues\u00a0: 2, refusées\u00a0: 0." in told and "la première ligne est une donnée" in told
    assert "last_name = c2" in told and "DUPONT" not in told


def test_a_file_that_tells_nothing_of_anybody_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "stock.csv"
    source.write_text("article;quantite\nA;3\nB;4\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["clean", str(source), "--out", str(tmp_path / "out")])
    assert stopped.value.code == 2
    assert "aucune colonne reconnue" in capsys.readouterr().err
