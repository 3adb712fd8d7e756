"""The golden record: per customer and field, the value that survives, and the alternatives with source and date.

A steward's correction comes first. Then, unless `identity.golden` orders the rules of a field otherwise: verified
(grades A and B before C, complete before partial), most recent, most frequent, most complete; a value graded D or E
never wins over a better one. The values are ranked in values.sql, the record is put together in customers.sql.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa

from chaland.engine import Engine
from chaland.tables import identity

_ROOM = "chaland.identity"


def write_golden_records(
    engine: Engine, weakest_links: pa.Table, *, rules: Mapping[str, Sequence[str]], as_of: date
) -> None:
    """Fill identity.corrections, values, customers and households from clean.* and identity.persons.

    Args:
        weakest_links: customer_id, weakest_link_bits; one row per customer of several records.
        rules: field → survivorship rules in order, where not those of always.
        as_of: day that tells children from adults.
    """
    engine.connection.register("identity_links", weakest_links)
    engine.connection.register("identity_survivorship", survivorship(rules))
    try:
        engine.fill(identity.CORRECTIONS, _ROOM, "corrections.sql")
        engine.run(_ROOM, "voices.sql")
        engine.fill(identity.VALUES, _ROOM, "values.sql")
        engine.fill(identity.CUSTOMERS, _ROOM, "customers.sql")
        engine.execute("drop view identity_voices")
        engine.fill(identity.HOUSEHOLDS, _ROOM, "households.sql", as_of=as_of)
    finally:
        engine.connection.unregister("identity_links")
        engine.connection.unregister("identity_survivorship")


def survivorship(rules: Mapping[str, Sequence[str]]) -> pa.Table:
    """Return the order of the rules of each field, one row a field; rules not named come after, in their order.

    >>> survivorship({"phone": ["most_recent"]}).to_pylist()[5]["second"]
    'verified'
    """
    places = ("first", "second", "third", "fourth")
    rows = []
    for field in identity.GOLDEN_FIELDS:
        order = dict.fromkeys((*rules.get(field, ()), *identity.SURVIVORSHIP))
        rows.append({"field": field, **dict(zip(places, order, strict=True))})
    return pa.Table.from_pylist(rows)
