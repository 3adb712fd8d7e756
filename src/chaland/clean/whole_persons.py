"""Sources that keep a whole person in one field, name and address together: their texts taken apart before cleaning.

A field holds whole persons when many of its texts do (`all_in_one.is_whole_person`) and nothing else of its source
tells a street, a postcode or a town. What a text gives that its row already has elsewhere is left as the row says it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from chaland.clean.all_in_one import WholePerson, is_whole_person, split_person
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text

SQL = "chaland.clean"
FIELDS = ("full_name", "last_name", "organisation", "address")
"""Fields of landing.people that may hold whole persons, the likeliest first."""
PLACES = ("street", "postcode", "city")
LOOKED_AT = 200
"""Texts looked at to tell whether a field holds whole persons."""
ENOUGH = 0.4
"""Share of them that must be whole persons: some rows give a name alone."""
TEXTS = "clean_whole_texts"


def holds_whole_persons(texts: list[str]) -> bool:
    """Tell whether texts of one column are whole persons.

    >>> holds_whole_persons(["Jean DUPONT 12 rue Haute 59000 Lille", "Anne PETIT"])
    True
    """
    return bool(texts) and sum(map(is_whole_person, texts)) > ENOUGH * len(texts)


def take_whole_persons_apart(engine: Engine) -> dict[str, str]:
    """Make work.clean_given, landing.people with whole persons taken apart; return source → field that held them."""
    held: dict[str, str] = {}
    seen = engine.rows(sql_text(SQL, "placeless.sql"), {"looked_at": LOOKED_AT})
    for source, field, texts in sorted(seen, key=lambda row: FIELDS.index(row[1])):
        if source not in held and holds_whole_persons(texts):
            held[source] = field
    parts = [_parts(engine, source, field) for source, field in held.items()]
    empty = pa.schema([(name, pa.string()) for name in ("source", "field", "text", *WholePerson._fields)]).empty_table()
    engine.connection.register("clean_whole_texts_found", pa.concat_tables([empty, *parts]))
    try:
        engine.execute(f"create or replace table work.{TEXTS} as from clean_whole_texts_found")
    finally:
        engine.connection.unregister("clean_whole_texts_found")
    engine.run(SQL, "given.sql" if held else "given_as_received.sql")
    return held


def taken_apart(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of one person, with a whole person that one of them holds taken apart.

    What the text gives is left as another field says it, where one does; a street, a postcode or a town apart mean that
    no field holds it all.

    >>> taken_apart({"full_name": "Jean DUPONT 12 rue Haute 59000 Lille", "email": "j@dupont.fr"})
    {'full_name': 'Jean DUPONT', 'address': '12 rue Haute 59000 Lille', 'email': 'j@dupont.fr'}
    """
    held = next((name for name in FIELDS if is_whole_person(fields.get(name, ""))), "")
    if not held or any(fields.get(name) for name in PLACES):
        return dict(fields)
    parts = _split(fields[held], held)._asdict()
    others = {name: text for name, text in fields.items() if name != held}
    return {**{name: text for name, text in parts.items() if text}, **others}


def _parts(engine: Engine, source: str, field: str) -> pa.Table:
    """Return the distinct texts of a field of a source and what each holds: one row a text."""
    texts = [text for (text,) in engine.rows(sql_text(SQL, "whole_texts.sql"), {"source": source, "field": field})]
    split = [_split(text, field) for text in texts]
    columns = {"source": [source] * len(texts), "field": [field] * len(texts), "text": texts}
    columns |= {name: [part[rank] for part in split] for rank, name in enumerate(WholePerson._fields)}
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _split(text: str, field: str) -> WholePerson:
    """Return the parts of a text; one that holds no figure and no @ is a name, unless its field is the address."""
    if field != "address" and not any(letter.isdigit() or letter == "@" for letter in text):
        return WholePerson(full_name=text)
    return split_person(text)
