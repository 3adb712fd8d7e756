"""The search cards of a snapshot: one row per customer, in SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from chaland.engine import Engine
from chaland.progress import Reporter


def write_cards(engine: Engine, path: Path, *, reporter: Reporter) -> None:
    """Write the search cards of base.customers to a fresh SQLite file."""
    with reporter.step("publish.cards") as step, closing(sqlite3.connect(path)) as cards:
        cards.execute("create table cards (customer_id text primary key)")
        cards.executemany("insert into cards values (?)", engine.rows("select customer_id from base.customers"))
        cards.commit()
        step.note(rows=engine.count("base.customers"))
