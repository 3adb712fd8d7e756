"""One record cleaned at once is cleaned as in a file: every column of clean.records but where it comes from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa

from chaland.clean import clean_records
from chaland.clean.one import clean_one
from chaland.config import Settings
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.tables import clean, landing

AS_OF = date(2026, 11, 1)
OF_THE_FILE = {
    *("record_id", "source", "system", "person_key", "load_id", "file", "line"),
    *("recorded_at", "versions", "is_key_only"),
}
WRITTEN: list[dict[str, str]] = [
    {"full_name": "Mme DUPONT-MARTIN Léa", "address": "12 bis rue des Lilas", "postcode": "59000", "city": "Lille"},
    {"full_name": "LE GOFF*MARIE THERESE/", "sex": "2", "birth_date": "19280000"},
    {"first_name": "Camille", "last_name": "Durand", "birth_date": "14/05/1979", "consent_email": "non"},
    {"first_name": "Dominique", "last_name": "Petit", "email": "dominique.petit@orange.fr", "consent_email": "oui"},
    {"first_name": "Claude", "last_name": "Hoarau", "postcode": "97400", "city": "Saint-Denis", "phone": "0262202020"},
    {
        "last_name": "Hoarau",
        "postcode": "97400",
        "phone": "0692 20 20 20",
        "consent_sms": "STOP",
        "occupation": " mason ",
    },
    {"organisation": "SARL Boulangerie Martin", "address": "3 place du Marché 69003 Lyon", "consent_post": "Refusé"},
    {"first_name": "Ana", "last_name": "Silva", "country": "Portugal", "phone": "21 123 4567", "city": "Lisboa"},
    {
        "email": "Lea.Dupont@Gmial.com",
        "mobile": "+33 (0)6 12 34 56 78",
        "card_number": " c-12 34 ",
        "card_tier": " Or ",
    },
    {"first_name": "X", "last_name": "TEST", "birth_date": "01/01/1900", "phone": "0000000000"},
    {"full_name": "M. et Mme Durand Paul", "phone": "0899 70 11 11", "address": "BP 123 35000 RENNES CEDEX"},
    {},
]


def test_every_column_of_one_record_is_that_of_the_same_record_in_a_file() -> None:
    settings = Settings(folder=Path())
    rows = [
        {
            **dict.fromkeys(("source", "load_id", "file", "system"), "s"),
            "line": line,
            "person_key": str(line),
            "record_id": f"s:{line}",
            **written,
        }
        for line, written in enumerate(WRITTEN)
    ]
    names = [name for name in landing.PEOPLE.column_names if any(name in row for row in rows)]
    with Engine(threads=1) as engine:
        engine.load(landing.PEOPLE, pa.table({name: [row.get(name) for row in rows] for name in names}))
        clean_records(engine, settings, as_of=AS_OF, reporter=Reporter())
        found = engine.arrow("select * from clean.records order by line").to_pylist()
    columns = [name for name in clean.RECORDS.column_names if name not in OF_THE_FILE]
    for written, record in zip(WRITTEN, found, strict=True):
        one = clean_one(written, settings, as_of=AS_OF)
        assert {name: one[name] for name in columns} == {name: record[name] for name in columns}
    assert found[2]["likely_sex_probability"] is not None
    assert (found[3]["is_reachable_by_email"], found[2]["is_reachable_by_email"]) == (True, False)


def test_the_company_number_is_told_with_the_record() -> None:
    one = clean_one({"organisation": "SARL Les Lilas 732 829 320 00074"}, Settings(folder=Path()), as_of=AS_OF)
    assert (one["siren"], one["siret"]) == ("732829320", "73282932000074")
