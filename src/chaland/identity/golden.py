"""The golden record: per customer and field, the value that survives, and the alternatives with source and date.

Survivorship, in this order: verified (grades A and B before C before D, complete before partial), most recent, most
frequent, most complete. The values themselves are ranked in values.sql, the record is put together in customers.sql.
"""

from __future__ import annotations

import pyarrow as pa

from chaland.engine import Engine
from chaland.tables import identity

_ROOM = "chaland.identity"


def write_golden_records(engine: Engine, weakest_links: pa.Table) -> None:
    """Fill identity.values, identity.customers and identity.households from clean.records and identity.persons.

    Args:
        weakest_links: customer_id, weakest_link_bits; one row per customer of several records.
    """
    engine.connection.register("identity_links", weakest_links)
    try:
        engine.fill(identity.VALUES, _ROOM, "values.sql")
        engine.fill(identity.CUSTOMERS, _ROOM, "customers.sql")
        engine.fill(identity.HOUSEHOLDS, _ROOM, "households.sql")
    finally:
        engine.connection.unregister("identity_links")
