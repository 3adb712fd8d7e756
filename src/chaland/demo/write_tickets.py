"""`tickets/`: one till file a day, semicolons, UTF-8, decimal comma, returns as negative lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from chaland.demo.catalogue import Catalogue
from chaland.demo.files import Lines, query
from chaland.demo.history import Array, History
from chaland.demo.places import Places
from chaland.demo.registers import Register
from chaland.demo.sales import Sales
from chaland.engine import Engine
from chaland.progress import Step

HEADER = (
    "ticket;date_heure;magasin;caisse;carte;ligne;code_article;libelle;rayon;quantite;prix_unitaire;remise;montant\n"
)
DAYS_AT_ONCE = 31


def ticket_keys(engine: Engine, sales: Sales, places: Places, history: History) -> pa.Array:
    """Return the number of each ticket: shop-till-date-rank, unique over the chain."""
    tickets = sales.tickets
    rows = pa.table(
        {
            "shop_key": _words(places.shops.column("shop_key"), tickets.shop),
            "till": pa.array(sales.till),
            "day": pa.array(history.dates(tickets.day)),
            "rank": pa.array(sales.rank),
        }
    )
    keys: pa.Array = query(engine, "ticket_keys.sql", rows).column("ticket").combine_chunks()
    return keys


def _words(column: pa.ChunkedArray, index: Array) -> pa.Array:
    hidden = index < 0
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32), mask=hidden), column.combine_chunks())


def write_tickets(
    engine: Engine, folder: Path, sales: Sales, keys: pa.Array, cards: Register, catalogue: Catalogue, places: Places,
    history: History, step: Step,
) -> int:  # fmt: skip
    """Write one file a day, an empty one (header alone) on a day without tickets; return the lines."""
    (folder / "tickets").mkdir(parents=True, exist_ok=True)
    calendar = np.arange(history.days + 1)
    first_ticket = np.searchsorted(sales.tickets.day, calendar)
    first_line = sales.first_line[first_ticket]
    for start in range(0, history.days, DAYS_AT_ONCE):
        end = min(start + DAYS_AT_ONCE, history.days)
        first, last = first_ticket[start], first_ticket[end]
        rows = _rows(engine, sales, keys, cards, catalogue, places, history, first, last)
        lines = Lines(query(engine, "tickets.sql", rows).column("line"))
        for day in range(start, end):
            name = f"tickets_{history.dates(calendar[day : day + 1])[0]}.csv".replace("-", "")
            with (folder / "tickets" / name).open("wb") as file:
                file.write(HEADER.encode())
                file.write(lines.text(first_line[day] - first_line[start], first_line[day + 1] - first_line[start]))
        step.advance(int(first_line[end] - first_line[start]))
    return len(sales.lines.basket)


def _rows(
    engine: Engine, sales: Sales, keys: pa.Array, cards: Register, catalogue: Catalogue, places: Places,
    history: History, first: int, last: int,
) -> pa.Table:  # fmt: skip
    """Return the lines of the tickets `first` to `last`, as `tickets.sql` reads them.

    What a ticket's lines share is written once per ticket, what a product's lines share once per product.
    """
    tickets = sales.tickets
    card = tickets.reference[first:last]
    heads = pa.table(
        {
            "ticket": keys.slice(first, last - first),
            "day": pa.array(history.dates(tickets.day[first:last])),
            "minute": pa.array(tickets.minute[first:last]),
            "shop_key": _words(places.shops.column("shop_key"), tickets.shop[first:last]),
            "till": pa.array(sales.till[first:last]),
            "card": cards.key.take(pa.array(card, mask=card < 0)),
        }
    )
    heads = query(engine, "ticket_heads.sql", heads).column("head")
    described = query(engine, "ticket_products.sql", catalogue.products)
    span = slice(sales.first_line[first], sales.first_line[last])
    lines = sales.lines
    ticket, product = lines.basket[span], lines.product[span]
    return pa.table(
        {
            "head": heads.take(pa.array(ticket - first)),
            "rank": pa.array(np.arange(span.start, span.stop) - sales.first_line[ticket] + 1),
            "product": _words(described.column("product"), product),
            "price": _words(described.column("price"), product),
            "units": pa.array(lines.units[span]),
            "discount": pa.array(lines.discount[span]),
            "amount": pa.array(lines.amount[span]),
        }
    )
