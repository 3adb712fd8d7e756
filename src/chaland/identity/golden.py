"""The golden record: per customer and field, the value that survives, and the alternatives with source and date.

A steward's correction comes first. Then, unless `identity.golden` orders the rules of a field otherwise: verified
(grades A and B before C, complete before partial), most recent, most frequent, most complete; a value graded D or E
never wins over a better one. The values are ranked in values.sql, the record is put together in customers.sql.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa

from chaland.engine import Engine
from chaland.tables import identity

_ROOM = "chaland.identity"
_WHOLE = ("everybody.sql", "every_sheet.sql")
_PART = ("touched.sql", "touched_sheets.sql")
_STEPS = ("words.sql", "voices.sql", "said.sql", "heard.sql", "won.sql")
_ANEW = (replace(identity.VALUES, name="values_anew"), replace(identity.CUSTOMERS, name="customers_anew"))
"""What an increment makes anew of these tables, which are views of it and of the last run."""


def write_golden_records(
    engine: Engine, weakest_links: pa.Table, *, rules: Mapping[str, Sequence[str]], as_of: date, is_part: bool = False
) -> int:
    """Fill identity.corrections, values, customers and households from clean.* and identity.persons.

    identity.values is a view: a value is written out when it is read, once, by whoever publishes it.

    Args:
        weakest_links: customer_id, weakest_link_bits; one row per customer of several records.
        rules: field → survivorship rules in order, where not those of always.
        as_of: day that tells children from adults.
        is_part: only customers whose records or household changed, or who are told or corrected otherwise
            (identity_changes, identity_before), are made anew; the others are shown as the last run has them
            (identity.previous_*), and identity.customers is a view of both.

    Returns:
        Golden records made anew.
    """
    links = {"identity_links": weakest_links, "identity_survivorship": survivorship(rules)}
    values, customers = _ANEW if is_part else (identity.VALUES, identity.CUSTOMERS)
    for name, table in links.items():
        engine.connection.register(name, table)
    try:
        engine.fill(identity.CORRECTIONS, _ROOM, "corrections.sql")
        for file in (*(_PART if is_part else _WHOLE), *_STEPS):
            engine.run(_ROOM, file)
        engine.show(values, _ROOM, "values.sql")
        anew = engine.fill(customers, _ROOM, "customers.sql")
        anew += engine.append(customers, _ROOM, "customers_alone.sql")
    finally:
        for name in links:
            engine.connection.unregister(name)
    engine.execute("drop table identity_heard")
    if is_part:
        engine.show(identity.VALUES, _ROOM, "values_joined.sql")
        engine.show(identity.CUSTOMERS, _ROOM, "customers_joined.sql")
    engine.fill(identity.HOUSEHOLDS, _ROOM, "households.sql", as_of=as_of)
    return anew


def survivorship(rules: Mapping[str, Sequence[str]]) -> pa.Table:
    """Return the rules of each field in order, and their places in SURVIVORSHIP; rules not named come after.

    >>> survivorship({"phone": ["most_recent"]}).to_pylist()[5]["places"]
    [2, 1, 3, 4]
    """
    rows = []
    for field in identity.GOLDEN_FIELDS:
        order = list(dict.fromkeys((*rules.get(field, ()), *identity.SURVIVORSHIP)))
        places = [1 + identity.SURVIVORSHIP.index(rule) for rule in order]
        rows.append({"field": field, "rules": order, "places": places})
    return pa.Table.from_pylist(rows)
