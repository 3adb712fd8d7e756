"""Small ledgers of tickets in an engine, for the studies' tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

from chaland.engine import Engine
from chaland.tables import base


def ledger(tickets: Iterable[tuple[str | None, str, float]]) -> Engine:
    """Return an engine that holds one ticket per (customer, day, amount); a negative amount is a return."""
    engine = Engine()
    rows = [
        {
            "ticket_id": f"t{rank}",
            "ticket_key": str(rank),
            "source": "file",
            "customer_id": customer,
            "shop_key": None,
            "channel": "shop",
            "is_return": amount < 0,
            "lines": 1,
            "units": Decimal(1),
            "amount": Decimal(str(amount)),
            "sold_at": datetime.fromisoformat(day),
            "sold_date": date.fromisoformat(day),
        }
        for rank, (customer, day, amount) in enumerate(tickets)
    ]
    engine.create(base.TICKETS)
    if rows:
        engine.load(base.TICKETS, pa.Table.from_pylist(rows))
    return engine
