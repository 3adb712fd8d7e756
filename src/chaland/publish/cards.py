"""The search cards of a snapshot: one line per customer in SQLite, with all he may be found under.

Reads base.customers, customer_values, contact_points, records, customer_aliases, shops, tickets, projects and cases;
writes cards.sqlite3:

    cards    one row per customer, what a line of results shows; lately seen customers have the smallest numbers
    names    full-text index of every folded name, town and street of a card, with prefixes of 1 to 4 signs
    words    one row per distinct word of a name or a town: how often it occurs, how it sounds; for typing errors
    keys     telephones, e-mails, cards, ids, numbers of projects and cases → card, sorted, so that the beginning of one
             is a range
    orders   hash of the number of a ticket or an order → card: exact numbers only, in a quarter of the room
    households  household → its customers
    card_shops  card → his home shop and those he bought in: whom someone bound to shops finds by name
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.progress import Reporter
from chaland.publish.keys import folded, phone_keys, sound, typed_key

TABLES = """
pragma journal_mode = off;
pragma synchronous = off;
create table cards (card integer primary key, customer_id text not null, display_name text not null, first_name text,
    last_name text, birth_name text, is_organisation integer not null, birth_date text, postcode text, city text,
    phone text, mobile text, email text, card_number text, is_card_holder integer not null, shop_name text,
    last_purchase_date text, names text not null, towns text not null, streets text not null);
create virtual table names using fts5 (name, town, street, content = '', detail = column, prefix = '1 2 3 4',
    tokenize = 'ascii');
create table words (word text primary key, cards integer not null, sound text not null) without rowid;
create table keys (key text not null, kind text not null, card integer not null,
    primary key (key, kind, card)) without rowid;
create table households (household_id text not null, customer_id text not null,
    primary key (household_id, customer_id)) without rowid;
create table card_shops (card integer not null, shop_key text not null, primary key (card, shop_key)) without rowid;
create table orders (number integer not null, card integer not null, primary key (number, card)) without rowid;
"""
INSERT_CARD = "insert into cards values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_ROWS_AT_ONCE = 50_000
_CACHE_KIB = 64 * 1024
_INDEX_BYTES = 64 * 2**20
"""Words that the full-text index gathers in memory before it writes them."""


def _batches(engine: Engine, file: str) -> Iterator[list[tuple[Any, ...]]]:
    """Give the rows of a query by thousands, without holding them all: by columns, a third of the time of rows."""
    found = engine.execute(sql_text("chaland.publish", f"sql/{file}"))
    for batch in found.to_arrow_reader(_ROWS_AT_ONCE):
        yield list(zip(*(column.to_numpy(zero_copy_only=False).tolist() for column in batch.columns), strict=True))


def once(text: str) -> str:
    """Return the words of a folded text, each once, in order of first occurrence."""
    return " ".join(dict.fromkeys(text.split()))


def fold_texts(engine: Engine) -> None:
    """Make search_words of search_texts, the folded words of each: in SQL, but for texts with an accent."""
    texts = engine.arrow(sql_text("chaland.publish", "sql/card_texts_accented.sql"))["text"]
    accented = {"text": texts, "folded": pa.array([folded(text) for text in texts.to_pylist()], pa.string())}
    engine.connection.register("folded_texts", pa.table(accented))
    engine.run("chaland.publish", "sql/card_words.sql")
    engine.connection.unregister("folded_texts")


def _write_names(engine: Engine, cards: sqlite3.Connection) -> int:
    """Fill cards, names and words; return the number of cards."""
    written = 0
    for rows in _batches(engine, "cards.sql"):
        cards.executemany(INSERT_CARD, rows)
        written += len(rows)
    for rows in _batches(engine, "card_vocabulary.sql"):
        cards.executemany("insert into words values (?, ?, ?)", ((word, count, sound(word)) for word, count in rows))
    cards.execute("create index words_sound on words (sound)")
    # few large pieces, merged once: nobody reads the index yet
    cards.execute("insert into names (names, rank) values ('hashsize', ?)", (_INDEX_BYTES,))
    cards.execute("insert into names (names, rank) values ('automerge', 0)")
    cards.execute("insert into names (rowid, name, town, street) select card, names, towns, streets from cards")
    cards.execute("insert into names (names) values ('optimize')")
    return written


def key_rows(rows: list[tuple[Any, ...]]) -> Iterator[tuple[str, str, int]]:
    """Give (key, kind, card) for each (kind, value, card): a telephone has several keys."""
    for kind, value, card in rows:
        if kind == "phone":
            for key in phone_keys(value):
                yield key, kind, card
        elif kind == "email":
            yield value.lower(), kind, card
        elif key := typed_key(value):
            yield key, kind, card


def write_cards(engine: Engine, path: Path, *, reporter: Reporter) -> None:
    """Write the search cards of the engine's base.* to a fresh SQLite file, one per customer.

    Args:
        engine: holds the base's tables.
        path: file to write; it must not exist.
    """
    with reporter.step("publish.cards") as step, closing(sqlite3.connect(path)) as cards:
        cards.execute(f"pragma cache_size = -{_CACHE_KIB}")
        cards.executescript(TABLES)
        engine.run("chaland.publish", "sql/card_ranks.sql")
        engine.run("chaland.publish", "sql/card_texts.sql")
        fold_texts(engine)
        written = _write_names(engine, cards)
        engine.run("chaland.publish", "sql/card_values.sql")
        for rows in _batches(engine, "card_keys.sql"):
            cards.executemany("insert into keys values (?, ?, ?)", rows)
        for rows in _batches(engine, "card_values_other.sql"):
            cards.executemany("insert or ignore into keys values (?, ?, ?)", key_rows(rows))
        for rows in _batches(engine, "card_households.sql"):
            cards.executemany("insert into households values (?, ?)", rows)
        for rows in _batches(engine, "card_shops.sql"):
            cards.executemany("insert into card_shops values (?, ?)", rows)
        for rows in _batches(engine, "card_orders.sql"):
            cards.executemany("insert into orders values (?, ?)", rows)
        cards.commit()
        cards.execute("analyze")
        cards.commit()
        for name in ("search_ranks", "search_words", "search_texts", "search_values"):
            engine.execute(f"drop table {name}")
        step.note(rows=written)
