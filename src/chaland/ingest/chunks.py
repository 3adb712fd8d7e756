"""What a reader hands over: rows as text, a piece at a time, with every refused row and its reason.

Every format becomes the same thing here, so that landing, counting and refusing are written once.
Rows met = rows handed over + blank + filtered + rejects, for each chunk, hence for each file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from chaland.errors import SourceError
from chaland.language import say

FILE = "_file"
LINE = "_line"
RANK = "_rank"
LINEAGE_COLUMNS = (FILE, LINE, RANK)
SPACES = " \t\r\n\u00a0\u202f\ufeff"
"""What stands around a value without being part of it. A row of nothing else is blank."""

REASONS: dict[str, str] = {
    "nul_bytes": "NUL bytes in the line: {count}.",
    "undecodable": "The line is neither {encoding} nor a known second encoding.",
    "torn_last_line": "The last line is cut short: {found} fields for {expected} columns, and no end of line.",
    "torn_last_text": "The last line is cut short.",
    "torn_archive": "The compressed file is cut short; the lines before this one were read.",
    "too_many_fields": "{found} fields for {expected} columns.",
    "too_few_fields": "Only {found} fields for {expected} columns.",
    "unclosed_quote": "A quote opens and never closes.",
    "line_too_short": "The line has {found} characters; the layout needs {expected}.",
    "total_line": "The line sums the others up: it is no row.",
    "bad_json": "The line is not valid JSON.",
    "not_an_object": "The line is valid JSON but not an object.",
    "empty_file": "The file is empty (0 bytes).",
    "is_folder": "A folder stands where a file was expected.",
    "no_permission": "The file may not be read: permission denied.",
    "missing_file": "The file does not exist.",
    "unreadable_file": "The file cannot be read as {format}: {cause}.",
    "line_too_long": "A line is longer than {limit} MB; is the separator of lines the expected one?",
    "not_a_message": "The file is no e-mail: it does not start with headers.",
    "unknown_bounce": "The message is no return that can be recognised: no recipient was found in it.",
    "path_unlike": "The path does not fit path_pattern {pattern}.",
    "missing_column": "Column {column} ({field}) is missing from this file.",
    "empty_value": "{field} is empty.",
    "unreadable_value": "{field} cannot be read: {pattern}.",
    "unknown_value": "{field} is none of {known}: {pattern}.",
}
"""Code of a reason → what the user reads. `chaland.ingest/fr.toml` holds the French."""


def reason_text(reason: str, **values: object) -> str:
    """Return the sentence of a reason in the reader's language.

    >>> import os; os.environ["CHALAND_LANG"] = "en"
    >>> reason_text("too_many_fields", found=7, expected=6)
    '7 fields for 6 columns.'
    """
    return say(REASONS[reason], **values)


@dataclass(frozen=True)
class Reject:
    """One refused row. `detail` never holds customer data; `raw` is the row itself, kept on the base's disk only."""

    line: int
    reason: str
    detail: str
    raw: str | None = field(default=None, repr=False)

    @classmethod
    def because(cls, reason: str, line: int, raw: str | None = None, **values: object) -> Reject:
        return cls(line, reason, reason_text(reason, **values), raw)


@dataclass
class Chunk:
    """A piece of a source.

    Attributes:
        rows: text columns and `_line` (int64); empty values are null.
        blank: empty rows, repeated headers, and lines above the header met.
        filtered: rows set aside by the source's filter.
        rejects: refused rows.
        second_encoding: rows read with another encoding than the file's.
        notes: sentences about the whole file, for the reader.
    """

    rows: pa.Table
    blank: int = 0
    filtered: int = 0
    rejects: list[Reject] = field(default_factory=list)
    second_encoding: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def met(self) -> int:
        landed: int = self.rows.num_rows
        return landed + self.blank + self.filtered + len(self.rejects)


class FileFault(SourceError):
    """A whole file cannot be read; the run notes it and goes on with the others."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason_text(reason, **values))
        self.reason = reason


def text_table(columns: Sequence[str], rows: Sequence[Sequence[str | None]], lines: Sequence[int]) -> pa.Table:
    """Return rows of text as a table, with their lines; '' becomes null.

    >>> text_table(["a", "b"], [["1", ""]], [2]).to_pylist()
    [{'a': '1', 'b': None, '_line': 2}]
    """
    arrays = [pa.array([value or None for value in column], pa.string()) for column in zip(*rows, strict=True)]
    if not rows:
        arrays = [pa.array([], pa.string()) for _ in columns]
    return pa.table([*arrays, pa.array(lines, pa.int64())], names=[*columns, LINE])


def unique_names(names: Sequence[str | None]) -> list[str]:
    """Return usable column names: trimmed, never empty, never twice (capitals aside), none of ours.

    >>> unique_names([" Nom ", "NOM", "", "_line"])
    ['Nom', 'NOM_2', 'c3', '_line_2']
    """
    taken = {name.casefold() for name in LINEAGE_COLUMNS}
    result = []
    for position, given in enumerate(names, start=1):
        name = (given or "").strip().strip("\ufeff\u00a0").strip() or f"c{position}"
        candidate, rank = name, 2
        while candidate.casefold() in taken:
            candidate, rank = f"{name}_{rank}", rank + 1
        taken.add(candidate.casefold())
        result.append(candidate)
    return result


def data_columns(table: pa.Table) -> list[str]:
    """Return the source's own columns, without `_file`, `_line` and `_rank`."""
    return [name for name in table.column_names if name not in LINEAGE_COLUMNS]


def without_blank_rows(rows: pa.Table, header: Sequence[str] | None = None) -> tuple[pa.Table, int]:
    """Return the table without empty rows and repeats of the header, and how many were taken out."""
    names = data_columns(rows)
    if not names or not rows.num_rows:
        return rows, 0
    drop = _is_blank(rows.column(names[0]))
    for name in names[1:]:
        if not pc.any(drop).as_py():
            break
        drop = pc.and_(drop, _is_blank(rows.column(name)))
    if header:
        repeat = pc.equal(rows.column(names[0]), header[0]).fill_null(False)
        for name, cell in zip(names[1:], header[1:], strict=True):
            if not pc.any(repeat).as_py():
                break
            same = pc.equal(rows.column(name), cell).fill_null(False) if cell else pc.is_null(rows.column(name))
            repeat = pc.and_(repeat, same)
        drop = pc.or_(drop, repeat)
    dropped: int = pc.sum(drop).as_py() or 0
    return (rows.filter(pc.invert(drop)), dropped) if dropped else (rows, 0)


def _is_blank(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.equal(pc.utf8_trim(column, SPACES), "").fill_null(True)


def filtered_rows(rows: pa.Table, wanted: Mapping[str, str]) -> tuple[pa.Table, int]:
    """Return the rows whose columns have the wanted values, and how many others there were.

    A column that the file lacks has no value, so no row of that file is kept.
    """
    if not wanted or not rows.num_rows:
        return rows, 0
    keep = pa.chunked_array([pa.array([True] * rows.num_rows)])
    for name, value in wanted.items():
        if name not in rows.column_names:
            return rows.slice(0, 0), rows.num_rows
        same = pc.equal(pc.utf8_trim_whitespace(rows.column(name)), value).fill_null(False)
        keep = pc.and_(keep, same)
    kept = rows.filter(keep)
    return kept, rows.num_rows - kept.num_rows
