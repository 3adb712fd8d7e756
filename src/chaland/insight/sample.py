"""A small shop to try the studies and the segments on, in a notebook or in an example: nothing random, nobody real."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from chaland.engine import Engine
from chaland.tables import base

PACKAGE = "chaland.insight"
AS_OF = date(2026, 6, 30)
"""Day the sample is looked at."""


def sample_engine() -> Engine:
    """Return an engine that holds base.*: 240 customers, two shops and a web shop, five products, two years.

    >>> engine = sample_engine()
    >>> engine.rows("select count(*), count(distinct customer_id), min(sold_date), max(sold_date) from base.tickets")
    [(1828, 240, datetime.date(2024, 7, 11), datetime.date(2026, 6, 28))]
    """
    engine = Engine()
    for table in base.TABLES:
        engine.create(table)
    engine.fill(base.TICKETS, PACKAGE, "sample_tickets.sql", as_of=AS_OF)
    engine.fill(base.TICKET_LINES, PACKAGE, "sample_lines.sql")
    engine.fill(base.CUSTOMERS, PACKAGE, "sample_customers.sql", as_of=AS_OF)
    products = [
        {"product_key": key, "product_label": key, "family": family, "department": family.capitalize()}
        for key, family in (("rose", "garden"), ("soil", "garden"), ("lamp", "light"), ("bulb", "light"))
    ]
    shops = [
        {"shop_key": "north", "shop_name": "North", "postcode": "59000", "city": "Lille"},
        {"shop_key": "south", "shop_name": "South", "postcode": "13001", "city": "Marseille"},
    ]
    about = {"base_name": "sample", "currency": "EUR", "as_of": AS_OF, "detail": "all", "chaland_version": "0"}
    for table, rows in ((base.PRODUCTS, products), (base.SHOPS, shops), (base.ABOUT, [about])):
        engine.connection.register("sample_rows", pa.Table.from_pylist(rows))
        engine.insert(table, "from sample_rows")
        engine.connection.unregister("sample_rows")
    return engine
