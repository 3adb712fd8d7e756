"""A person as received is recognised in the base as published: in Python, and from the command line."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.pipeline.small import write_base, write_sources

from chaland.clean import clean_records
from chaland.clean.one import clean_one
from chaland.cli import main
from chaland.config import Settings
from chaland.engine import Engine
from chaland.errors import ConfigError
from chaland.identity.index import FILES
from chaland.pipeline import build
from chaland.progress import Reporter
from chaland.publish import check_snapshot, snapshot_in_force
from chaland.resolve import open_base
from chaland.tables import landing

AS_OF = date(2026, 11, 1)
PERSON = "civility, first_name, last_name, birth_date, street_number, street, postcode, city, mobile, phone, email"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("small")
    write_sources(place / "sources")
    folder = write_base(place / "base", place / "sources")
    build(folder, now=datetime(2026, 11, 1, 3, tzinfo=UTC), as_of=AS_OF, reporter=Reporter())
    yield folder


def customers_of(base: Path) -> list[tuple[str, dict[str, str]]]:
    with Engine(snapshot_in_force(base) / "chaland.duckdb", read_only=True) as engine:
        found = engine.execute(
            f"select customer_id, {PERSON} from base.customers "
            "where email is not null and last_name is not null and first_name is not null order by customer_id limit 20"
        )
        names = [column[0] for column in found.description or []]
        rows = [dict(zip(names, map(str, row), strict=True)) for row in found.fetchall()]
    return [(row.pop("customer_id"), {k: v for k, v in row.items() if v != "None"}) for row in rows]


def test_the_index_is_published_and_proved_with_the_rest(base: Path) -> None:
    assert set(FILES) <= set(check_snapshot(snapshot_in_force(base))["files"])


def test_customers_of_the_base_are_recognised_from_what_they_write(base: Path) -> None:
    asked = customers_of(base)
    with open_base(base, as_of=AS_OF) as opened:
        found = [opened.resolve(fields).customer_id for _, fields in asked]
    right = sum(one == customer for one, (customer, _) in zip(found, asked, strict=True))
    assert (len(asked), right) == (20, 20)


def test_a_person_whole_in_one_text_is_recognised(base: Path) -> None:
    named = ("first_name", "last_name", "street_number", "street", "postcode", "city", "mobile", "email")
    asked = [(customer, row) for customer, row in customers_of(base) if {"postcode", "street"} <= row.keys()]
    with open_base(base, as_of=AS_OF) as opened:
        for field in ("full_name", "address"):
            found = [opened.resolve({field: " ".join(row[name] for name in named if name in row)}) for _, row in asked]
            assert [answer.customer_id for answer in found] == [customer for customer, _ in asked]
        assert len(asked) > 3


def test_the_command_answers_in_json(base: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    customer_id, fields = customers_of(base)[0]
    main(["resolve", str(base), "--record", json.dumps(fields)])
    answer = json.loads(capsys.readouterr().out)
    assert (answer["verdict"], answer["customer_id"]) == ("same", customer_id)
    best = answer["candidates"][0]
    assert (best["customer_id"], best["match_probability"] > 0.5) == (customer_id, True)
    asked = tmp_path / "asked.jsonl"
    stranger = {"full_name": "Mme Zébulon QUIXADA", "email": "zq@quixada.fr"}
    asked.write_text(json.dumps(fields) + "\n\n" + json.dumps(stranger) + "\n")
    main(["resolve", str(base), "--file", str(asked)])
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["verdict"] for answer in answers] == ["same", "new"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--record", '{"prenom": "Léa"}'], 2),
        (["--record", '{"last_name": ["Secretname"]}'], 2),
        (["--record", "Secretname"], 2),
        (["--record", "[]"], 2),
        ([], 2),
        (["--file", "absent.jsonl"], 3),
    ],
)
def test_what_is_no_record_is_refused_without_showing_it(
    base: Path, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["resolve", str(base), *arguments])
    told = capsys.readouterr()
    assert stopped.value.code == code
    assert (told.out, "Secretname" in told.err, "Traceback" in told.err) == ("", False, False)


def test_a_base_never_built_is_not_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_sources(tmp_path / "sources")
    base = write_base(tmp_path / "base", tmp_path / "sources")
    with pytest.raises(SystemExit) as stopped:
        main(["resolve", str(base), "--record", "{}"])
    assert stopped.value.code == 8


def test_a_record_of_a_megabyte_costs_no_more_than_another(base: Path) -> None:
    large = {
        "full_name": "Dupont " * 150_000,
        "address": "12 rue " * 150_000,
        "email": "a" * 1_000_000,
        "phone": "06" * 500_000,
    }
    with open_base(base, as_of=AS_OF) as opened:
        started = time.perf_counter()
        assert opened.resolve(large).verdict == "new"
    assert time.perf_counter() - started < 5


def test_an_unknown_field_is_named(base: Path) -> None:
    with open_base(base, as_of=AS_OF) as opened, pytest.raises(ConfigError, match="prenom"):
        opened.resolve({"prenom": "Léa"})


WRITTEN: list[dict[str, str]] = [
    {"full_name": "Mme DUPONT-MARTIN Léa", "address": "12 bis rue des Lilas", "postcode": "59000", "city": "Lille"},
    {"civility": "M.", "first_name": "jean  pierre", "last_name": "D'ARTAGNAN", "birth_date": "14/05/1979"},
    {
        "last_name": "Hoarau",
        "first_name": "Marie",
        "postcode": "97400",
        "city": "Saint-Denis",
        "phone": "0262 20 20 20",
    },
    {"organisation": "SARL Boulangerie Martin", "address": "3 place du Marché", "city": "Lyon", "postcode": "69003"},
    {"first_name": "Ana", "last_name": "Silva", "country": "Portugal", "phone": "21 123 4567", "city": "Lisboa"},
    {"email": "Lea.Dupont@Gmial.com", "mobile": "+33 (0)6 12 34 56 78", "card_number": " c-12 34 "},
    {"first_name": "X", "last_name": "TEST", "birth_date": "01/01/1900", "phone": "0000000000"},
    {},
]


@pytest.mark.parametrize("written", WRITTEN)
def test_one_record_is_cleaned_as_a_file_would_be(written: dict[str, str]) -> None:
    settings = Settings(folder=Path())
    engine = Engine(threads=1)
    engine.create(landing.PEOPLE)
    lineage = {"source": "s", "load_id": "l", "file": "f", "system": "s", "person_key": "1", "record_id": "s:1"}
    row = {**lineage, **written}
    names = ", ".join(row)
    engine.execute(
        f"insert into landing.people (line, {names}) values (1, {', '.join('$' + name for name in row)})", row
    )
    clean_records(engine, settings, as_of=AS_OF, reporter=Reporter())
    found = engine.execute("from clean.records")
    columns = [column[0] for column in found.description or []]
    expected = dict(zip(columns, found.fetchone() or (), strict=True))
    one = clean_one(written, settings, as_of=AS_OF)
    assert {name: one[name] for name in one if name in expected} == {
        name: expected[name] for name in one if name in expected
    }
