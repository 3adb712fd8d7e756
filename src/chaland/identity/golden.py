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
_ALL = (identity.VALUES, identity.CUSTOMERS, identity.HOUSEHOLDS)
_ANEW = tuple(replace(table, name=f"{table.name}_anew") for table in _ALL)
"""What an increment makes anew of these tables, which are views of it and of the last run."""


def write_golden_records(
    engine: Engine,
    weakest_links: pa.Table,
    *,
    rules: Mapping[str, Sequence[str]],
    as_of: date,
    since: date | None = None,
) -> int:
    """Fill identity.corrections, values, customers and households from clean.* and identity.persons.

    identity.values is a view: a value is written out when it is read, once, by whoever publishes it.

    Args:
        weakest_links: customer_id, weakest_link_bits; one row per customer of several records.
        rules: field → survivorship rules in order, where not those of always.
        as_of: day that tells children from adults.
        since: as_of of the last run, where this one goes on from it: only customers whose records or household
            changed, or who are told or corrected otherwise (identity_changes, identity_before), are made anew, with
            the households of these and of those come of age since; the others are shown as the last run has them
            (identity.previous_*), and the tables are views of both. None: everybody is made.

    Returns:
        Golden records made anew.
    """
    links = {"identity_links": weakest_links, "identity_survivorship": survivorship(rules)}
    values, customers, households = _ANEW if since else _ALL
    for name, table in links.items():
        engine.connection.register(name, table)
    try:
        engine.fill(identity.CORRECTIONS, _ROOM, "corrections.sql")
        for file in (*(_PART if since else _WHOLE), *_STEPS):
            engine.run(_ROOM, file)
        engine.show(values, _ROOM, "values.sql")
        anew = engine.fill(customers, _ROOM, "customers.sql")
        anew += engine.append(customers, _ROOM, "customers_alone.sql")
    finally:
        for name in links:
            engine.connection.unregister(name)
    engine.execute("drop table identity_heard")
    if since:
        engine.show(identity.VALUES, _ROOM, "values_joined.sql")
        engine.show(identity.CUSTOMERS, _ROOM, "customers_joined.sql")
        days = (as_of, since)
        engine.run(_ROOM, "touched_homes.sql", as_of=max(days), since=min(days))
    engine.run(_ROOM, "touched_members.sql" if since else "every_member.sql")
    engine.fill(households, _ROOM, "households.sql", as_of=as_of)
    if since:
        engine.show(identity.HOUSEHOLDS, _ROOM, "households_joined.sql")
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
