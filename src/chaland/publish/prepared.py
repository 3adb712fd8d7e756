"""The first page of every customer's file, prepared when a snapshot is published: one document per customer.

A page that asks DuckDB some twenty questions spends a tenth of a second of a processor on planning them; the same rows
lie here ready, behind one look-up by key. The questions are those of the reader (`sql/*.sql`), asked for some thousands
of customers at a time instead of one: a document says nothing that the reader would not answer.

Reads chaland.duckdb of the snapshot being made; writes prepared.sqlite3:

    columns      one row per column of a kind of answer: its place, its name, its type
    documents    one row per customer: a JSON object {kind: rows}, each row a list, compressed (Zstandard),
                 and its length in bytes. A kind without rows is left out; null stands for more rows than a page wants
                 (`MOST_ROWS`): the reader asks for them
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.progress import Reporter
from chaland.publish.sqlite_file import SQLiteFile
from chaland.tables import insight

ZONE = "Europe/Paris"
"""Zone of the shops: web events come in UTC and are told in local time, as tickets are."""

NO_LIMIT = 2**31 - 1
MOST_ROWS = 500
CUSTOMERS_AT_ONCE = 40_000
_THREADS = (
    1  # a second one shortens the work little, costs a tenth more of it, and would be taken from those who search
)
_MEMORY = "1GB"  # beside what the build still holds; some thousands of customers at a time take far less

Rows = list[tuple[Any, ...]]

_CODEC = pa.Codec("zstd", compression_level=1)


@dataclass(frozen=True)
class Question:
    """A question of the reader on one customer: its file and what it is asked with besides the customer."""

    file: str
    parameters: dict[str, Any]


Asked = dict[str, tuple[str, dict[str, Any]]]
"""Kind → text of its question and what it is asked with besides the customers."""

QUESTIONS: dict[str, Question] = {
    "customer": Question("customer.sql", {}),
    "records": Question("record_ids.sql", {}),
    "values": Question("values.sql", {}),
    "missing": Question("missing_values.sql", {}),
    "flags": Question("flags.sql", {}),
    "departments": Question("departments.sql", {}),
    "insight": Question("insight_customer.sql", {}),
    "ticket": Question("timeline_tickets.sql", {"is_return": False, "rows": NO_LIMIT}),
    "return": Question("timeline_tickets.sql", {"is_return": True, "rows": NO_LIMIT}),
    "ticket_departments": Question("ticket_departments.sql", {"ticket_ids": None}),
    "contact": Question("timeline_contacts.sql", {"rows": NO_LIMIT}),
    "case": Question("timeline_cases.sql", {"rows": NO_LIMIT}),
    "survey": Question("timeline_surveys.sql", {"rows": NO_LIMIT}),
    "project": Question("timeline_projects.sql", {"rows": NO_LIMIT}),
    "campaign": Question("timeline_campaigns.sql", {"rows": NO_LIMIT}),
    "consent": Question("timeline_consents.sql", {"rows": NO_LIMIT}),
    "merge": Question("timeline_merges.sql", {"rows": NO_LIMIT}),
    "movement": Question("timeline_movements.sql", {}),
    "page_view": Question("page_views.sql", {"zone": ZONE}),
}
"""What a document holds; the rows of each come by customer, then in the order of the page."""

STUDIED = (insight.STUDIES, insight.RFM, insight.ABC, insight.CLV, insight.CHURN)
"""Studies that say something of one customer: a snapshot may have none."""

_TABLES = """
pragma journal_mode = off;
pragma synchronous = off;
create table columns (kind text not null, place integer not null, name text not null, type text not null,
    primary key (kind, place)) without rowid;
create table documents (customer_id text not null, bytes integer not null, document blob not null);
"""


# Writing -----------------------------------------------------------------------------------------


def _groups(engine: Engine) -> list[tuple[Any, ...]]:
    """Return the first and the last id of every group of customers, in order."""
    return engine.rows(sql_text("chaland.publish", "sql/prepared_groups.sql"), {"customers": CUSTOMERS_AT_ONCE})


def _text(text: str) -> pa.Scalar:
    return pa.scalar(text.encode(), pa.large_binary())


_NOTHING = _text("")


def _told(kind: str, rows: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Return the customers of a kind's rows, and what the document of each says of it: a name, a list, a comma.

    His rows lie one after another in the column's own bytes: they are cut out of them at once, however many.

    Args:
        rows: customer_id, in order, and a row as a JSON list, with the comma that follows it.
    """
    customers = pc.run_end_encode(rows.column(0).combine_chunks())
    lists = rows.column(1).cast(pa.large_binary()).combine_chunks()
    last = customers.run_ends.to_numpy()
    first = np.concatenate(([0], last[:-1]))
    _, ends, signs = lists.buffers()
    limits = np.frombuffer(ends, np.int64)[lists.offset : lists.offset + len(lists) + 1]
    cuts = pa.py_buffer(np.append(limits[first], limits[-1]))
    cut = pa.Array.from_buffers(pa.large_binary(), len(last), [None, cuts, signs])
    told = pc.binary_join_element_wise(_text(f'"{kind}":['), pc.binary_slice(cut, 0, -1), _text("],"), _NOTHING)
    return customers.values, pc.if_else(last - first > MOST_ROWS, _text(f'"{kind}":null,'), told)


def _documents(engine: Engine, asked: Asked, first_id: str, last_id: str) -> Iterator[tuple[str, int, bytes]]:
    """Give id, length and compressed document of the customers from one id to another."""
    customers = pa.array([], pa.string())
    texts: list[pa.Array] = []
    for kind, (text, parameters) in asked.items():
        rows = engine.keyed_json(text, {"first_id": first_id, "last_id": last_id, **parameters})
        if rows.num_rows:
            of_kind, told = _told(kind, rows)
            customers = customers if texts else of_kind  # the first kind has them all
            texts.append(told.take(pc.index_in(customers, of_kind)))
    joined = pc.binary_join_element_wise(*texts, _NOTHING, null_handling="replace")
    for customer_id, told in zip(customers.to_pylist(), joined.to_pylist(), strict=True):
        document = b"{%b}" % told[:-1]
        yield customer_id, len(document), _CODEC.compress(document, asbytes=True)


def write_prepared(database: Path, path: Path, *, reporter: Reporter) -> None:
    """Write the documents of a published chaland.duckdb to a fresh SQLite file, one per customer.

    Args:
        database: the base's tables, sorted.
        path: file to write; it must not exist.
    """
    with (
        reporter.step("publish.prepared") as step,
        Engine(database, read_only=True, memory_limit=_MEMORY, threads=_THREADS) as engine,
        closing(sqlite3.connect(path)) as prepared,
    ):
        prepared.executescript(_TABLES)
        asked: Asked = {
            kind: (sql_text("chaland.publish", f"sql/{question.file}"), question.parameters)
            for kind, question in QUESTIONS.items()
            if kind != "insight" or all(engine.exists(table) for table in STUDIED)
        }
        for kind, (text, parameters) in asked.items():
            described = engine.described(text, {"first_id": "", "last_id": "", **parameters})
            prepared.executemany(
                "insert into columns values (?, ?, ?, ?)",
                [(kind, place, name, type_) for place, (name, type_) in enumerate(described[1:])],
            )
        written = 0
        for first_id, last_id in _groups(engine):
            found = prepared.executemany(
                "insert into documents values (?, ?, ?)", _documents(engine, asked, first_id, last_id)
            )
            written += found.rowcount
        prepared.execute("create unique index documents_customer on documents (customer_id)")
        prepared.commit()
        step.note(rows=written)


# Reading -----------------------------------------------------------------------------------------


def _reader_of(type_: str) -> Callable[[Any], Any] | None:
    """Return what makes a value of a DuckDB type from its JSON (decimals read as text); None: it is one already."""
    if type_.startswith("DECIMAL"):
        unit = Decimal(1).scaleb(-int(type_.rstrip(")").rpartition(",")[2]))
        return lambda text: Decimal(text).quantize(unit)  # JSON may have left zeros out
    readers: dict[str, Callable[[Any], Any]] = {
        "DOUBLE": float,
        "DATE": date.fromisoformat,
        "TIMESTAMP": datetime.fromisoformat,
    }
    return readers.get(type_)


@dataclass(frozen=True)
class _Kind:
    names: tuple[str, ...]
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]

    def rows(self, found: list[list[Any]]) -> Rows:
        """Return the rows with the values that the question would give, made in place."""
        for row in found:
            for place, read in self.readers:
                if row[place] is not None:
                    row[place] = read(row[place])
        return [tuple(row) for row in found]


class Document:
    """What is prepared of one customer."""

    def __init__(self, kinds: dict[str, _Kind], length: int, document: bytes) -> None:
        self._kinds = kinds
        text = _CODEC.decompress(document, length, asbytes=True)
        self._found: dict[str, list[list[Any]] | None] = json.loads(text, parse_float=str)
        self._rows: dict[str, Rows] = {}

    def rows(self, kind: str) -> tuple[tuple[str, ...], Rows] | None:
        """Return names of columns and rows of a kind of answer; None when it has to be asked for."""
        known, found = self._kinds.get(kind), self._found.get(kind, [])
        if known is None or found is None:
            return None
        if kind not in self._rows:
            self._rows[kind] = known.rows(found)
        return known.names, self._rows[kind]


class PreparedFiles(SQLiteFile):
    """The documents of one snapshot, opened once per process; each thread has its own connection.

    A snapshot made before them has none: nothing is then prepared of anybody.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._is_there = path.exists()
        self._kinds: dict[str, _Kind] = {}
        if self._is_there:
            described = self.connection.execute("select kind, name, type from columns order by kind, place")
            for kind, columns in groupby(described.fetchall(), key=itemgetter(0)):
                told = [(name, _reader_of(type_)) for _, name, type_ in columns]
                readers = tuple((place, read) for place, (_, read) in enumerate(told) if read)
                self._kinds[kind] = _Kind(tuple(name for name, _ in told), readers)

    @property
    def kinds(self) -> Collection[str]:
        """The kinds of answers that are prepared."""
        return self._kinds

    def document(self, customer_id: str) -> Document | None:
        """Return what is prepared of a customer; None when nobody bears this id today."""
        if not self._is_there:
            return None
        row = self.connection.execute(
            "select bytes, document from documents where customer_id = ?", (customer_id,)
        ).fetchone()
        return Document(self._kinds, *row) if row else None
