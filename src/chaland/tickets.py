"""Any file of tickets, or a base, opened for the studies of `chaland.insight`: without a base of one's own.

Reads any file `chaland build` reads, or the snapshot in force of a base; gives an engine that holds base.tickets,
base.ticket_lines, base.products and base.customers, as a run of the chain does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from chaland.config import RunSettings, SourceSettings
from chaland.engine import Engine
from chaland.engine.duckdb import quoted, sql_text
from chaland.engine.text import literal, select
from chaland.errors import ConfigError, SourceError, StorageError
from chaland.ingest import read_table
from chaland.ingest.evidence import DATE_WRITINGS
from chaland.ingest.vocabulary import columns_by_name, vocabulary
from chaland.language import say
from chaland.progress import Reporter
from chaland.publish import pinned
from chaland.publish.place import DATABASE
from chaland.tables import base

FIELDS = (
    "customer",
    "sold",
    "ticket",
    "amount",
    "shop",
    "product",
    "quantity",
    "unit_price",
    "family",
    "department",
    "label",
    "channel",
)
"""What a column of a ticket file can be, in the order in which columns are given away."""

OPTIONS = {"sold": "date"}
"""Fields whose option on the command line bears another name."""

_VOCABULARY_FIELDS = {"sold": "sold_at", "ticket": "ticket_key", "shop": "shop_key", "product": "product_key"} | {
    "label": "product_label"
}
_CUSTOMER_NAMES = ["cust", "cust id", "custid", "client code", "acheteur", "buyer", "household"]
_AMOUNT_NAMES = ["dollar value", "order value"]
_LEAST_WORDS = 2
_AGREEING = 0.9
"""Share of the rows that must hold as many words as the first for spaces to part columns."""
_SAMPLE = 500
_BASE = "published"
_STUDIED = (
    *(base.TICKETS, base.TICKET_LINES, base.PRODUCTS, base.CUSTOMERS, base.SURVEYS, base.SURVEY_RATINGS),
    *(base.SHOPS, base.COMMUNES, base.WEB_EVENTS, base.CONTACTS),
)


@dataclass(frozen=True)
class Tickets:
    """What was opened.

    Attributes:
        engine: holds the base tables.
        as_of: day of the last ticket; of a base, the day it was computed for when tickets go beyond it.
        columns: field → column of the files; empty for a base.
        rows: rows read (tickets of a base).
        unread: rows left out, their date or amount being unreadable, or the row itself.
    """

    engine: Engine
    as_of: date
    rows: int
    unread: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)


def guess_ticket_columns(names: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """Return field → column: those given, then the column whose name says best what it is and nothing uses yet.

    >>> guess_ticket_columns(["CustomerID", "InvoiceDate", "InvoiceNo", "Montant TTC"], {})
    {'customer': 'CustomerID', 'sold': 'InvoiceDate', 'ticket': 'InvoiceNo', 'amount': 'Montant TTC'}
    """
    words, person = vocabulary()["tickets"], vocabulary()["person"]
    known = {name: list(words.get(_VOCABULARY_FIELDS.get(name, name), [])) for name in FIELDS}
    known["customer"] = person["person_key"] + person["card_number"] + _CUSTOMER_NAMES
    known["amount"] += _AMOUNT_NAMES
    mapping = columns_by_name(names, known, given)
    if "unit_price" in mapping and "amount" not in mapping and "quantity" not in mapping:
        mapping["amount"] = mapping.pop("unit_price")  # a price without a quantity is what was paid
    return {name: mapping[name] for name in FIELDS if name in mapping}


@contextmanager
def open_tickets(
    paths: Sequence[Path],
    *,
    given: Mapping[str, str],
    needs: Sequence[str] = ("customer", "sold"),
    run: RunSettings | None = None,
    reporter: Reporter,
) -> Iterator[Tickets]:
    """Open files of tickets, or one base, and give the engine that holds their base tables.

    Args:
        paths: files of one layout, or the folder of a base.
        given: field → column, as the user named them; the others are guessed by their names.
        needs: fields without which the study cannot be made.

    Raises:
        ConfigError: a column is missing, or nothing tells which column is one of `needs`.
        SourceError: a file cannot be read, or no row of any can.
        NotFoundError: the base was never built.
    """
    settings = run or RunSettings()
    with Engine(memory_limit=settings.memory_limit, threads=settings.threads) as engine:
        if len(paths) == 1 and paths[0].is_dir():
            with _opened_base(engine, paths[0]) as tickets:
                yield tickets
        else:
            yield _read_files(engine, paths, given, needs, reporter)


@contextmanager
def _opened_base(engine: Engine, folder: Path) -> Iterator[Tickets]:
    with pinned(folder) as snapshot, engine.attached(snapshot / DATABASE, _BASE, read_only=True):
        engine.execute("create schema base")
        held = {
            name
            for (name,) in engine.rows(
                "select table_name from duckdb_tables() where database_name = $name and schema_name = 'base'",
                {"name": _BASE},
            )
        }
        for table in _STUDIED:
            if table.name in held:
                engine.execute(f"create view {table.full_name} as from {quoted(_BASE)}.{table.full_name}")
            else:  # a base built before this table was
                engine.create(table)
        as_of = engine.value(select(["as_of"], f"{quoted(_BASE)}.{base.ABOUT.full_name}"))
        last = engine.value("select max(sold_date) from base.tickets")
        as_of = min(as_of, last or as_of)  # nothing is known of the days after the last ticket: no silence
        yield Tickets(engine, as_of, engine.count(base.TICKETS))


def _read_files(
    engine: Engine, paths: Sequence[Path], given: Mapping[str, str], needs: Sequence[str], reporter: Reporter
) -> Tickets:
    engine.execute("create schema if not exists work")
    engine.execute(sql_text("chaland.ingest", "macros.sql"))
    columns: dict[str, str] = {}
    refused = 0
    with reporter.step("tickets.read") as step:
        for rank, path in enumerate(paths):
            found, rejects = _read(engine, path)
            _check_given(path, found, given)
            columns = guess_ticket_columns(found, given)
            _check_needs(path, found, columns, needs)
            texts = [
                f"{quoted(columns[name]) if name in columns else 'null'}::varchar as {quoted(name)}" for name in FIELDS
            ]
            query = select([*texts, f"{literal(path.name)} as file", '"_line"::bigint as line'], "landing.input")
            made = "insert into work.ticket_texts\n" if rank else "create or replace table work.ticket_texts as\n"
            engine.execute(made + query)
            refused += rejects
        sample = engine.rows(
            "select distinct trim(sold) from work.ticket_texts where sold is not null order by 1 limit $sample",
            {"sample": _SAMPLE},
        )
        writings = date_writings([text for (text,) in sample])
        engine.run(
            "chaland",
            "tickets_read.sql",
            writings=writings,
            has_dates="sold" in columns,
            has_amounts="amount" in columns or "unit_price" in columns,
        )
        engine.execute("drop table work.ticket_texts")
        rows, unread = engine.rows("select count(*), count(*) filter (where is_unread) from work.ticket_rows")[0]
        if rows == unread:
            names = ", ".join(path.name for path in paths)
            raise SourceError(
                say("{files}: no row can be read; rows refused: {rejects}.", files=names, rejects=unread + refused)
            )
        engine.fill(base.TICKETS, "chaland", "tickets_heads.sql")
        engine.fill(base.TICKET_LINES, "chaland", "tickets_lines.sql")
        engine.fill(base.PRODUCTS, "chaland", "tickets_products.sql")
        engine.create(base.CUSTOMERS)
        engine.execute("drop table work.ticket_rows")
        step.note(rows=rows, tickets=engine.count(base.TICKETS), unread=unread + refused)
    as_of = engine.value("select max(sold_date) from base.tickets")
    return Tickets(engine, as_of, rows, unread + refused, columns)


def date_writings(texts: Sequence[str]) -> list[str]:
    """Return the writing that reads every date of a sample, day first where both orders would do; else ISO's.

    >>> date_writings(["03/04/2025", "12/25/2025"]), date_writings(["2025-04-03 10:00:00"])
    (['%m/%d/%Y'], ['%Y-%m-%d'])
    """
    for writing in DATE_WRITINGS:
        try:
            if all(1900 <= datetime.strptime(text, writing).year <= 2100 for text in texts):
                return [writing]
        except ValueError:
            continue
    return ["%Y-%m-%d"]


def _read(engine: Engine, path: Path) -> tuple[list[str], int]:
    """Give the rows of a file the name landing.input; return its columns, and how many rows were refused."""
    if path.suffix.lower() == ".parquet" and path.is_file():
        engine.execute("create schema if not exists landing")
        with suppress(StorageError):  # a torn file: the reader of every format says what is wrong with it
            return engine.view_parquet(path, "landing.input"), 0
    found = read_table(path, engine)
    columns = _cut_by_spaces(engine, path) if len(found.columns) == 1 else []
    return columns or found.columns, len(found.rejects)


def _cut_by_spaces(engine: Engine, path: Path) -> list[str]:
    """Cut a file of one column where runs of spaces part several, as CDNOW is published; return them, [] if none do.

    A first line that holds a word without a letter names nothing: the columns are then c1, c2 … A row of another number
    of words is kept empty, and so counted among the unread ones.
    """
    (line,) = read_table(
        path, engine, table="landing.lines", source=SourceSettings(name=path.stem, header=False)
    ).columns
    words = f"regexp_split_to_array(trim({quoted(line)}), '\\s+')"
    engine.execute(
        "create or replace table landing.words as\n" + select([f"{words} as words", '"_line"'], "landing.lines")
    )
    engine.execute("drop table landing.lines")
    first, names = engine.rows('select "_line", words from landing.words order by "_line" limit 1')[0]
    rows, agreeing = engine.rows(
        "select count(*), count(*) filter (where len(words) = $words) from landing.words", {"words": len(names)}
    )[0]
    if len(names) < _LEAST_WORDS or agreeing < _AGREEING * rows:
        return []
    is_named = all(any(letter.isalpha() for letter in name) for name in names) and len(set(names)) == len(names)
    if not is_named:
        names = [f"c{rank}" for rank in range(1, len(names) + 1)]
    cells = [
        f"case when len(words) = {len(names)} then words[{rank}] end as {quoted(name)}"
        for rank, name in enumerate(names, 1)
    ]
    kept = select([*cells, '"_line"'], "landing.words", f'"_line" > {first}' if is_named else "")
    engine.execute("create or replace table landing.input as\n" + kept)
    engine.execute("drop table landing.words")
    return list(names)


def _check_given(path: Path, names: Sequence[str], given: Mapping[str, str]) -> None:
    missing = [column for column in given.values() if column not in names]
    if missing:
        raise ConfigError.of(
            [say("{file}: no column {column}.", file=path.name, column=column) for column in dict.fromkeys(missing)],
            next_step=say("Its columns are: {columns}.", columns=", ".join(names)),
        )


def _check_needs(path: Path, names: Sequence[str], columns: Mapping[str, str], needs: Sequence[str]) -> None:
    missing = [name for name in needs if name not in columns]
    if missing:
        options = [f"--{OPTIONS.get(name, name)}" for name in missing]
        raise ConfigError.of(
            [
                say("{file}: nothing tells which column is {option}.", file=path.name, option=option)
                for option in options
            ],
            next_step=say(
                "Name it: {option} COLUMN. The file’s columns: {columns}.", option=options[0], columns=", ".join(names)
            ),
        )
