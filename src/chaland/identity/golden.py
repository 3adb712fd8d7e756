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
from chaland.tables import Table, identity

_ROOM = "chaland.identity"
_STEPS = ("words.sql", "voices.sql", "said.sql", "heard.sql", "won.sql")
_ANEW = tuple(
    replace(table, name=f"{table.name}_anew") for table in (identity.VALUES, identity.CUSTOMERS, identity.HOUSEHOLDS)
)
"""What an increment makes anew of these tables, which are views of it and of the last run."""


def write_golden_records(
    engine: Engine, weakest_links: pa.Table, *, rules: Mapping[str, Sequence[str]], as_of: date
) -> int:
    """Fill identity.corrections, values, customers and households from clean.* and identity.persons.

    identity.values is a view: a value is written out when it is read, once, by whoever publishes it.

    Args:
        weakest_links: customer_id, weakest_link_bits; one row per customer of several records.
        rules: field → survivorship rules in order, where not those of always.
        as_of: day that tells children from adults.

    Returns:
        Golden records made.
    """
    of_whom = ("everybody.sql", "every_sheet.sql")
    made = _made(engine, weakest_links, rules, of_whom, identity.VALUES, identity.CUSTOMERS)
    engine.run(_ROOM, "every_member.sql")
    engine.fill(identity.HOUSEHOLDS, _ROOM, "households.sql", as_of=as_of)
    return made


def join_golden_records(
    engine: Engine, weakest_links: pa.Table, *, rules: Mapping[str, Sequence[str]], as_of: date, since: date
) -> int:
    """Fill the same tables from what changed since the last run (identity_changes, identity_before, identity_named).

    Only customers whose records or household changed, or who are told or corrected otherwise, are made anew, with the
    households of these and of those come of age since. The others are shown as the last run has them
    (identity.previous_*): the tables are views of both.

    Args:
        since: as_of of the last run; the others as for `write_golden_records`.

    Returns:
        Golden records made anew.
    """
    values, customers, households = _ANEW
    of_whom = ("touched.sql", "touched_sheets.sql")
    made = _made(engine, weakest_links, rules, of_whom, values, customers)
    engine.show(identity.VALUES, _ROOM, "values_joined.sql")
    engine.show(identity.CUSTOMERS, _ROOM, "customers_joined.sql")
    engine.run(_ROOM, "touched_homes.sql", as_of=max(as_of, since), since=min(as_of, since))
    engine.run(_ROOM, "touched_members.sql")
    engine.fill(households, _ROOM, "households.sql", as_of=as_of)
    engine.show(identity.HOUSEHOLDS, _ROOM, "households_joined.sql")
    return made


def _made(
    engine: Engine,
    weakest_links: pa.Table,
    rules: Mapping[str, Sequence[str]],
    of_whom: Sequence[str],
    values: Table,
    customers: Table,
) -> int:
    """Fill identity.corrections, and a table of values and one of customers; return how many customers.

    Args:
        of_whom: statements that make identity_touched and identity_sheets.
    """
    links = {"identity_links": weakest_links, "identity_survivorship": survivorship(rules)}
    for name, table in links.items():
        engine.connection.register(name, table)
    try:
        engine.fill(identity.CORRECTIONS, _ROOM, "corrections.sql")
        for file in (*of_whom, *_STEPS):
            engine.run(_ROOM, file)
        engine.show(values, _ROOM, "values.sql")
        made = engine.fill(customers, _ROOM, "customers.sql")
        made += engine.append(customers, _ROOM, "customers_alone.sql")
    finally:
        for name in links:
            engine.connection.unregister(name)
    engine.execute("drop table identity_heard")
    return made


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
