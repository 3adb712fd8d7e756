"""A base of another country does not take its addresses for French ones that would be wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.cast import load_rows

from chaland.clean import clean_records
from chaland.config import BaseSettings, Settings
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.tables import landing


@pytest.mark.parametrize(
    ("country", "found"),
    [("FR", ("FR", "R6")), ("BE", ("BE", "V1"))],
)
def test_an_address_that_names_no_country_is_in_that_of_the_base(
    country: str, found: tuple[str, str], tmp_path: Path
) -> None:
    engine = Engine()
    for table in landing.TABLES:
        engine.create_missing(table)
    row = {
        "source": "a", "load_id": "a", "file": "a.csv", "line": 2, "system": "a", "person_key": "1", "record_id": "a:1",
        "last_name": "PEETERS", "street": "12 rue Haute", "postcode": "8600", "city": "Diksmuide",
    }  # fmt: skip
    load_rows(engine, landing.PEOPLE, [row])
    settings = Settings(folder=tmp_path, base=BaseSettings(country=country))
    clean_records(engine, settings, as_of=date(2026, 1, 1), reporter=Reporter())
    assert engine.rows("select country, address_status from clean.records") == [found]
