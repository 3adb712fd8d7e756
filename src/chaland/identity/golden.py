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
    engine: Engine,
    weakest_links: pa.Table,
    *,
    rules: Mapping[str, Sequence[str]],
    as_of: date,
    touched: pa.Array | None = None,
) -> int:
    """Fill identity.corrections, values, customers and households from clean.* and identity.persons.

    Args:
        weakest_links: customer_id, weakest_link_bits; one row per customer of several records.
        rules: field → survivorship rules in order, where not those of always.
        as_of: day that tells children from adults.
        touched: customers whose records changed: the golden records of the others, but those told or corrected
            otherwise (identity_changes), are those of the last run; None makes all anew.

    Returns:
        Golden records made anew.
    """
    registered = {"identity_links": weakest_links, "identity_survivorship": survivorship(rules)}
    if touched is not None:
        registered["identity_settled"] = pa.table({"customer_id": touched})
    for name, table in registered.items():
        engine.connection.register(name, table)
    try:
        engine.fill(identity.CORRECTIONS, _ROOM, "corrections.sql")
        engine.run(_ROOM, "touched.sql" if touched is not None else "everybody.sql")
        for file in ("words.sql", "voices.sql", "said.sql", "heard.sql", "won.sql"):
            engine.run(_ROOM, file)
        engine.fill(identity.VALUES, _ROOM, "values.sql")
        anew = engine.fill(identity.CUSTOMERS, _ROOM, "customers.sql")
        anew += engine.append(identity.CUSTOMERS, _ROOM, "customers_alone.sql")
        if touched is not None:
            engine.append(identity.VALUES, _ROOM, "unchanged_values.sql")
            engine.append(identity.CUSTOMERS, _ROOM, "unchanged_customers.sql")
        for work in (
            "table identity_won",
            "table identity_heard",
            "table identity_voices",
            "view identity_said",
            "view identity_words",
        ):
            engine.execute(f"drop {work}")
        engine.execute(f"drop {'table' if touched is not None else 'view'} identity_touched")
        engine.fill(identity.HOUSEHOLDS, _ROOM, "households.sql", as_of=as_of)
    finally:
        for name in registered:
            engine.connection.unregister(name)
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
