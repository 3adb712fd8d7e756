"""Which reader reads what: one door to every format, for a source of chaland.toml and for any single file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

import pyarrow as pa

from chaland.config import SourceSettings
from chaland.engine import Engine
from chaland.engine.duckdb import quoted
from chaland.errors import ConfigError, SourceError
from chaland.ingest.access import AccessReader
from chaland.ingest.blocks import canonical, sample_of, start_of
from chaland.ingest.chunks import LINE, Chunk, FileFault, Reject, data_columns, filtered_rows
from chaland.ingest.databases import ParquetReader, SqliteReader
from chaland.ingest.delimited import DelimitedReader, Dialect, resolve_dialect, settled_dialect
from chaland.ingest.fixed_width import FixedWidthReader
from chaland.ingest.json_lines import JsonLinesReader
from chaland.ingest.mail import MailReader, is_mail
from chaland.ingest.table_start import is_total
from chaland.ingest.workbooks import WorkbookReader
from chaland.language import say

MOST_TOTALS = 5
"""Last rows that may sum a table up: subtotals, total, date of the export."""


class Reader(Protocol):
    """What every format offers: its columns (once reading began) and its rows, piece by piece."""

    columns: list[str]
    format: ClassVar[str]

    def chunks(self) -> Iterator[Chunk]: ...


_BINARY_NAMES = {
    ".xlsx": "Excel",
    ".ods": "ODS",
    ".parquet": "Parquet",
    ".sqlite": "SQLite",
    ".sqlite3": "SQLite",
    ".mdb": "Access",
    ".accdb": "Access",
}
"""Names that no text bears; an .xls may be text, as many programs export."""


def guess_format(path: Path) -> str:
    """Return the format of a file from its first bytes: csv, excel, jsonl, parquet, sqlite, access or mail.

    Raises:
        FileFault: the file cannot be opened, is empty, is one JSON array, or is not what its name says.
    """
    start = start_of(path, 512)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"SQLite format 3\0"):
        return "sqlite"
    if start.startswith((b"\0\1\0\0Standard Jet DB", b"\0\1\0\0Standard ACE DB")):
        return "access"
    if start.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0")):
        return "excel"
    if start.startswith(b"\x1f\x8b"):
        start = sample_of(path)[:512]
    named = _BINARY_NAMES.get(path.suffix.lower())
    if named:
        raise FileFault("unreadable_file", format=named, cause=say("its first bytes are not those of this format"))
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"\[\s*[\[{]", text):
        raise FileFault("unreadable_file", format="JSON", cause=say("it is one array: write one object per line"))
    if re.match(rb'\{\s*("|\})', text):
        return "jsonl"
    return "mail" if is_mail(sample_of(path)[:4096]) else "csv"


def reader_for(path: Path, source: SourceSettings, engine: Engine) -> Reader:
    """Return the reader of one file of a source.

    Raises:
        FileFault: the file cannot be opened.
        ConfigError: the source's encoding is unknown, or an optional package is missing.
    """
    if source.encoding:
        _check_encoding(source)
    kind = source.format if source.format != "auto" else "fixed" if source.widths else guess_format(path)
    if kind == "parquet":
        return ParquetReader(path, engine)
    if kind == "sqlite":
        return SqliteReader(path, source.table)
    if kind == "access":
        return AccessReader(path, source.table)
    if kind == "mail":
        return MailReader(path)
    dialect = Dialect(source.encoding, source.separator, source.header, source.skip_lines)
    if kind == "excel":
        return WorkbookReader(path, dialect, source.sheet)
    if kind == "fixed":
        return FixedWidthReader(path, resolve_dialect(path, dialect), source.widths)
    if kind == "jsonl":
        return JsonLinesReader(path, resolve_dialect(path, dialect), engine, kept=source.filter, explode=source.explode)
    return DelimitedReader(path, settled_dialect(path, dialect)[0])


def _check_encoding(source: SourceSettings) -> None:
    try:
        canonical(source.encoding)
    except LookupError as error:
        fault = say("sources.{source}.encoding: {name} is no encoding.", source=source.name, name=source.encoding)
        raise ConfigError.of([fault]) from error


def kept_chunks(reader: Reader, source: SourceSettings) -> Iterator[Chunk]:
    """Yield the reader's chunks with the source's filter applied (JSON lines apply it themselves, before exploding).

    The totals that end a text or a sheet are refused.
    """
    chunks = reader.chunks()
    for chunk in without_totals(chunks) if isinstance(reader, (DelimitedReader, WorkbookReader)) else chunks:
        if source.filter and not isinstance(reader, JsonLinesReader):
            chunk.rows, removed = filtered_rows(chunk.rows, source.filter)
            chunk.filtered += removed
        yield chunk


def without_totals(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Yield the chunks, the last rows of all refused where they only sum the others up.

    Those rows alone are held back, as a copy: memory stays bounded.
    """
    held: pa.Table | None = None
    for chunk in chunks:
        if chunk.rows.num_rows:
            if held is not None:
                yield Chunk(held)
            cut = max(0, chunk.rows.num_rows - MOST_TOTALS)
            held = chunk.rows.take(list(range(cut, chunk.rows.num_rows)))
            chunk.rows = chunk.rows.slice(0, cut)
        yield chunk
    if held is None:
        return
    names, kept = data_columns(held), held.num_rows
    rejects: list[Reject] = []
    for row in reversed(held.to_pylist()):
        cells = [row[name] for name in names]
        if not is_total(cells):
            break
        rejects.append(Reject.because("total_line", row[LINE], ";".join(cell or "" for cell in cells)))
        kept -= 1
    yield Chunk(held.slice(0, kept), rejects=rejects)


@dataclass
class TableRead:
    """What `read_table` found: columns in order, rows landed, empty rows, the refused ones, and what to know."""

    columns: list[str]
    rows: int = 0
    blank: int = 0
    filtered: int = 0
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_table(
    path: Path, engine: Engine, *, table: str = "landing.input", source: SourceSettings | None = None
) -> TableRead:
    """Read one file of any format into an all-text table of the engine (its columns, then `_line`).

    Args:
        path: the file.
        engine: receives `table`, replacing an older one.
        table: `schema.name` to create.
        source: reading settings; every one is guessed when None.

    Raises:
        SourceError: the file cannot be read at all; the message names it and says why.
    """
    settings = source or SourceSettings(name=path.stem)
    schema = table.partition(".")[0]
    result = TableRead([])
    engine.execute(f"create schema if not exists {quoted(schema)}")
    parts = 0
    try:
        for chunk in kept_chunks(reader_for(path, settings, engine), settings):
            result.blank += chunk.blank
            result.filtered += chunk.filtered
            result.rejects += chunk.rejects
            result.notes += chunk.notes
            if chunk.rows.num_columns > 1 or chunk.rows.num_rows:
                _append(engine, table, chunk.rows, is_first=parts == 0, known=result.columns)
                result.rows += chunk.rows.num_rows
                parts += 1
    except FileFault as fault:
        raise SourceError(say("{file}: {fault}", file=path.name, fault=fault.message)) from fault
    if not parts:
        fault_text = say("The file holds nothing.")
        raise SourceError(say("{file}: {fault}", file=path.name, fault=fault_text))
    return result


def _append(engine: Engine, table: str, rows: pa.Table, *, is_first: bool, known: list[str]) -> None:
    """Append rows by name; a column first met now (JSON lines) is added, null in the rows before."""
    names = data_columns(rows)
    engine.connection.register("rows_read", rows)
    try:
        if is_first:
            engine.execute(f"create or replace table {table} as from rows_read")
        else:
            for name in names:
                if name.casefold() not in {other.casefold() for other in known}:
                    engine.execute(f"alter table {table} add column {quoted(name)} varchar")
            engine.execute(f"insert into {table} by name from rows_read")
    finally:
        engine.connection.unregister("rows_read")
    known += [name for name in names if name.casefold() not in {other.casefold() for other in known}]
