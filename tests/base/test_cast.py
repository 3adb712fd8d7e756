"""The cast keeps the contracts of the rooms it plays."""

from tests import cast

from chaland.engine import Engine
from chaland.tables import clean, identity, landing


def test_the_cast_keeps_every_contract_it_fills() -> None:
    engine = Engine()
    cast.fill_all(engine)
    for table in (*landing.TABLES, *clean.TABLES, *identity.TABLES):
        engine.check_key(table)
    assert engine.count(landing.PEOPLE) == 14
    assert engine.count(clean.RECORDS) == 14
    assert engine.count(identity.CUSTOMERS) == 11


def test_every_record_of_the_cast_belongs_to_someone() -> None:
    named = {row["record_id"] for row in cast.PEOPLE}
    named |= {
        f"{row['system']}:{row['person_key']}"
        for rows in cast.LANDING.values()
        for row in rows
        if row.get("person_key") is not None
    }
    assert named == set(cast.PERSON_OF)
