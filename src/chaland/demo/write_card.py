"""`carte/`: the loyalty card system, fixed-width text in cp1252 with Windows line ends: holders, and movements."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from chaland.demo.files import Lines, chunks, query, write_text
from chaland.demo.history import Array, History
from chaland.demo.loyalty import CODES, TIERS, Movements
from chaland.demo.places import Places
from chaland.demo.registers import Register
from chaland.demo.written import Scribe
from chaland.engine import Engine

ENCODING = "cp1252"


def write_holders(engine: Engine, folder: Path, register: Register, scribe: Scribe, tiers: Array) -> int:
    """Write `carte/porteurs.txt`; return its lines.

    Args:
        tiers: tier of each card, an index of TIERS.
    """
    shops = scribe.places.shops.column("shop_key").combine_chunks()
    named_tiers = pa.array(TIERS).take(pa.array(tiers))

    def parts() -> Iterator[Lines]:
        start = 0
        for rows in register.rows(engine, scribe):
            named = rows.append_column("shop_key", shops.take(rows.column("shop")))
            named = named.append_column("tier", named_tiers.slice(start, rows.num_rows))
            start += rows.num_rows
            yield Lines(query(engine, "holders.sql", named).column("line"))

    return write_text(folder / "carte" / "porteurs.txt", "", parts(), ENCODING)


def write_movements(
    engine: Engine, folder: Path, movements: Movements, register: Register, ticket_keys: pa.Array, places: Places,
    history: History,
) -> int:  # fmt: skip
    """Write `carte/mouvements.txt`; return its lines.

    Args:
        ticket_keys: number of each shop ticket.
    """
    minutes = history.dates(movements.day).astype("datetime64[m]") + movements.minute.astype("timedelta64[m]")
    rows = pa.table(
        {
            "card": register.key.take(pa.array(movements.card)),
            "code": pa.array(CODES).take(pa.array(movements.code)),
            "moved": pa.array(minutes.astype("datetime64[s]")),
            "points": pa.array(movements.points),
            "ticket": ticket_keys.take(pa.array(movements.ticket, mask=movements.ticket < 0)),
            "shop_key": places.shops.column("shop_key")
            .combine_chunks()
            .take(pa.array(movements.shop.astype(np.int32), mask=movements.shop < 0)),
        }
    )
    parts = (Lines(query(engine, "movements.sql", part).column("line")) for part in chunks(rows))
    return write_text(folder / "carte" / "mouvements.txt", "", parts, ENCODING)
