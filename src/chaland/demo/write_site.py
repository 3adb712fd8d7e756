"""`site/`: events in the Segment format, one JSON-lines file a month, and the customer export of PrestaShop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from chaland.demo.catalogue import Catalogue
from chaland.demo.files import Lines, chunks, query, write_text
from chaland.demo.history import Array, History
from chaland.demo.registers import Register
from chaland.demo.site import EVENTS, IDENTIFY, Events, Orders
from chaland.demo.written import Scribe
from chaland.engine import Engine
from chaland.progress import Step

ORDER_PREFIX = "WEB"
CUSTOMERS_HEADER = (
    "ID;Titre de civilité;Prénom;Nom;Adresse e-mail;Groupe;Ventes;Activé;Lettre d'information;Offres partenaires;"
    "Inscription;Dernière visite\n"
)
TRAITS = ("first_name", "last_name", "email", "mobile", "birth_date", "street", "postcode", "city")


def known_accounts(engine: Engine, register: Register, scribe: Scribe) -> pa.Table:
    """Return what is written of every account, in the order of the register."""
    columns = ("key", "opened", "written", "civility", *TRAITS, "consent_email", "consent_post")
    return pa.concat_tables([rows.select(columns) for rows in register.rows(engine, scribe)])


def write_customers(engine: Engine, folder: Path, accounts: pa.Table, orders: Orders) -> int:
    """Write `site/prestashop_clients.csv`; return its rows. Sales are those of the history."""
    count = accounts.num_rows
    cents = np.bincount(orders.tickets.reference[orders.lines.basket], weights=orders.lines.amount, minlength=count)
    rows = accounts.append_column("cents", pa.array(cents.astype(np.int64)))
    parts = (Lines(query(engine, "customers.sql", part).column("line")) for part in chunks(rows))
    return write_text(folder / "site" / "prestashop_clients.csv", CUSTOMERS_HEADER, parts)


def _basket_texts(engine: Engine, orders: Orders, catalogue: Catalogue) -> tuple[pa.Array, Array]:
    """Return the JSON list of products of each order, and its cents."""
    products, lines = catalogue.products, orders.lines
    item = pa.StructArray.from_arrays(
        [
            products.column("product_key").combine_chunks().take(pa.array(lines.product)),
            products.column("product_label").combine_chunks().take(pa.array(lines.product)),
            products.column("department").combine_chunks().take(pa.array(lines.product)),
            products.column("brand").combine_chunks().take(pa.array(lines.product)),
            pa.array(lines.amount),
            pa.array(lines.units.astype(np.int32)),
        ],
        names=["product_id", "name", "category", "brand", "cents", "quantity"],
    )
    baskets = pa.ListArray.from_arrays(pa.array(orders.first_line.astype(np.int32)), item)
    texts = [
        query(engine, "web_baskets.sql", part).column("products") for part in chunks(pa.table({"basket": baskets}))
    ]
    cents = np.add.reduceat(lines.amount.astype(np.int64), orders.first_line[:-1])
    return pa.chunked_array([chunk for text in texts for chunk in text.chunks]).combine_chunks(), cents


def write_events(
    engine: Engine, folder: Path, events: Events, orders: Orders, accounts: pa.Table, catalogue: Catalogue,
    history: History, seed: int, step: Step,
) -> int:  # fmt: skip
    """Write `site/evenements-YYYY-MM.jsonl`, by UTC month; return the events."""
    baskets, cents = _basket_texts(engine, orders, catalogue)
    traits = {name: accounts.column(name).combine_chunks() for name in TRAITS}
    products = catalogue.products.column("product_key").combine_chunks()
    described = query(engine, "web_products.sql", catalogue.products).column("product").combine_chunks()
    keys = accounts.column("key").combine_chunks()
    opened = accounts.column("opened").combine_chunks()
    start = np.datetime64(history.start, "s")
    months = (start + events.second.astype("timedelta64[s]")).astype("datetime64[M]")
    for month in np.unique(months):
        first, last = np.searchsorted(months, [month, month + 1])
        span = slice(first, last)
        owner = events.account[span]
        is_identify = events.kind[span] == IDENTIFY
        named = pa.array(np.maximum(owner, 0), mask=~is_identify)
        order = events.order[span]
        product = pa.array(events.product[span], mask=events.product[span] < 0)
        of_order = pa.array(np.maximum(order, 0), mask=order < 0)
        rows = pa.table(
            {
                "number": pa.array(np.arange(first, last)),
                "seed": pa.array(np.full(last - first, seed)),
                "kind": pa.array(EVENTS).take(pa.array(events.kind[span])),
                "account": keys.take(pa.array(np.maximum(owner, 0), mask=owner < 0)),
                "device": pa.array(events.device[span].astype(np.int64)),
                "sent": pa.array(start + events.second[span].astype("timedelta64[s]")),
                "opened": opened.take(named),
                **{name: column.take(named) for name, column in traits.items()},
                "product_key": products.take(product),
                "product": described.take(product),
                "order_id": pa.array(order, mask=order < 0),
                "basket": baskets.take(of_order),
                "cents": pa.array(cents).take(of_order),
            }
        )
        parts = (Lines(query(engine, "events.sql", part).column("line")) for part in chunks(rows))
        step.advance(write_text(folder / "site" / f"evenements-{month}.jsonl", "", parts))
    return len(events.kind)
