"""The first rows of any file, as inspection needs them: one sample per table, sheet or layout of event."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from chaland.config import SourceSettings
from chaland.engine import Engine
from chaland.errors import SourceError
from chaland.ingest.access import access_tables
from chaland.ingest.blocks import sample_of, text_lines
from chaland.ingest.chunks import FileFault, data_columns
from chaland.ingest.cuts import looks_fixed, suggested_widths
from chaland.ingest.databases import sqlite_tables
from chaland.ingest.delimited import SEPARATORS, Dialect, settled_dialect
from chaland.ingest.evidence import Evidence, evidence_of
from chaland.ingest.readers import guess_format, kept_chunks, reader_for
from chaland.ingest.table_start import names_columns
from chaland.ingest.workbooks import sheet_names
from chaland.language import say

SAMPLE_ROWS = 2000
EVENTS = "evenements"
_SHIPPED_EVENTS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("identites", {"type": "identify"}, ""),
    (EVENTS, {}, ""),
    ("commandes", {"event": "Order Completed"}, "properties.products"),
)
"""How a file of Segment events becomes sources: name, filter, list to explode."""

SEGMENT_LIBRARY = ("context.library.", "context.locale", "context.userAgent", "context.screen.")
"""What Segment's library says of itself and of the browser: never a customer's or an order's field."""


@dataclass(frozen=True)
class Sample:
    """The first rows of one thing a file holds, with the settings that read it.

    `part` names the table, the sheet or the kind of event, "" when the file holds one thing.
    """

    path: Path
    reading: SourceSettings
    part: str
    columns: tuple[str, ...]
    values: dict[str, list[str | None]] = field(repr=False)
    rows: int = 0

    @cached_property
    def evidence(self) -> dict[str, Evidence]:
        """What each column's values look like."""
        return {name: evidence_of(self.values.get(name, [])) for name in self.columns}


def samples_of(path: Path, engine: Engine) -> list[Sample]:
    """Return the samples of a file.

    Raises:
        SourceError: the file cannot be read at all.
    """
    try:
        return [_sample(path, reading, part, engine) for reading, part in _readings(path)]
    except FileFault as fault:
        raise SourceError(say("{file}: {fault}", file=path.name, fault=fault.message)) from fault


def _readings(path: Path) -> Iterator[tuple[SourceSettings, str]]:
    """Yield the ways to read a file: one for most, one per table, sheet or kind of event."""
    found = guess_format(path)
    base = SourceSettings(name="", format=found)
    if found in ("sqlite", "access"):
        tables = access_tables(path) if found == "access" else _sqlite(path)
        for table in tables:
            yield replace(base, table=table), table if len(tables) > 1 else ""
    elif found == "excel":
        sheets = sheet_names(path)
        for sheet in sheets:
            yield replace(base, sheet=sheet if len(sheets) > 1 else ""), sheet if len(sheets) > 1 else ""
    elif found == "jsonl" and _are_segment_events(path):
        for part, kept, explode in _SHIPPED_EVENTS:
            yield replace(base, filter=kept, explode=explode), part
    elif found == "csv":
        yield _text_reading(path, base), ""
    else:
        yield base, ""


def _sqlite(path: Path) -> list[str]:
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            return sqlite_tables(connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise FileFault("unreadable_file", format="SQLite", cause=type(error).__name__) from error


def _are_segment_events(path: Path) -> bool:
    start = sample_of(path)[:4096]
    return all(f'"{key}"'.encode() in start for key in ("type", "messageId", "timestamp"))


def _text_reading(path: Path, base: SourceSettings) -> SourceSettings:
    """Return how to read a text file: delimited with or without header, or fixed width."""
    dialect, first = settled_dialect(path, Dialect())
    lines = text_lines(sample_of(path), dialect.encoding)[dialect.titles : 500]
    lines = lines[:-1] if len(lines) > 1 else lines
    base = replace(base, encoding=dialect.encoding)
    counts = [line.count(dialect.separator) for line in lines if line.strip()]
    is_cut = bool(counts) and min(counts) > 0 and max(counts, key=counts.count) == counts[0]
    if not is_cut and not any(line.count(sign) for line in lines[:3] for sign in SEPARATORS[:1]) and looks_fixed(lines):
        return replace(base, format="fixed", header=False, widths=suggested_widths(lines))
    is_header = names_columns(first) and not (len(first) == 1 and _is_person_like(first[0], lines[1:]))
    return replace(base, separator=dialect.separator, header=is_header)


def _is_person_like(first: str, others: list[str]) -> bool:
    """Tell whether the first of lines of one column is a person as the others are, not the name of the column."""
    told = evidence_of(others).share("full_name")
    return told > 0.6 and evidence_of([first]).share("full_name") == 1


def _sample(path: Path, reading: SourceSettings, part: str, engine: Engine) -> Sample:
    reader = reader_for(path, reading, engine)
    values: dict[str, list[Any]] = {}
    rows = 0
    columns: list[str] = []
    for chunk in kept_chunks(reader, reading):
        table = chunk.rows.slice(0, SAMPLE_ROWS - rows)
        for name in data_columns(table):
            values.setdefault(name, []).extend(table.column(name).to_pylist())
        rows += table.num_rows
        columns = reader.columns or list(values)
        if rows >= SAMPLE_ROWS:
            break
    if reading.format == "excel" and reading.header and columns and not names_columns(columns):
        return _sample(path, replace(reading, header=False), part, engine)
    return Sample(path, reading, part, tuple(reader.columns or columns), values, rows)
