"""Excel and OpenDocument workbooks (xlsx, xlsm, xlsb, xls, ods), read by calamine through fastexcel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from chaland.errors import ConfigError
from chaland.ingest.blocks import start_of
from chaland.ingest.chunks import LINE, Chunk, FileFault, text_table, unique_names, without_blank_rows
from chaland.ingest.delimited import Dialect, titles_note
from chaland.ingest.table_start import LOOKED_AT, start_of_table
from chaland.language import say

try:
    import fastexcel
except ImportError:  # the extra `excel` is not installed
    fastexcel = None  # type: ignore[assignment]


def _open(path: Path) -> Any:
    if fastexcel is None:
        raise ConfigError(say("Reading {file} needs: pip install 'chaland[excel]'", file=path.name))
    start_of(path, 1)
    try:
        return fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise FileFault("unreadable_file", format="Excel", cause=say("the workbook is damaged or protected")) from error


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook."""
    return list(_open(path).sheet_names)


class WorkbookReader:
    """Reads one sheet; `_line` is the row of the sheet, from 1. Dates come as ISO text."""

    format: ClassVar[str] = "excel"

    def __init__(self, path: Path, dialect: Dialect, sheet: str = "") -> None:
        self.path = path
        self.dialect = dialect
        self.sheet = sheet
        self.columns: list[str] = []

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows of the sheet in one piece."""
        book = _open(self.path)
        if self.sheet and self.sheet not in book.sheet_names:
            cause = say("no sheet {sheet}; it has {sheets}", sheet=self.sheet, sheets=", ".join(book.sheet_names))
            raise FileFault("unreadable_file", format="Excel", cause=cause)
        try:
            batch = book.load_sheet(self.sheet or 0, header_row=None, skip_rows=0, dtypes="string").to_arrow()
        except fastexcel.FastExcelError as error:
            raise FileFault("unreadable_file", format="Excel", cause=say("the sheet is damaged")) from error
        table = pa.table(
            [_as_text(column) for column in batch.columns], names=[str(rank) for rank in range(batch.num_columns)]
        )
        yield from self._rows(table)

    def _rows(self, table: pa.Table) -> Iterator[Chunk]:
        skip = min(self.dialect.skip_lines, table.num_rows)
        first, blank = self._first_row(table, skip)
        if first is None:
            yield Chunk(text_table([], [], []), blank=blank)
            return
        titles = 0
        if not skip:
            top = zip(*(column.slice(first, LOOKED_AT).to_pylist() for column in table.columns), strict=True)
            titles = start_of_table([[cell or "" for cell in cells] for cells in top])
            first, blank = first + titles, blank + titles
        cells = [column[first].as_py() for column in table.columns]
        start = first
        if self.dialect.header:
            self.columns, start = unique_names(cells), first + 1
        else:
            self.columns, cells = [f"c{rank}" for rank in range(1, len(cells) + 1)], []
        rows = table.slice(start).rename_columns(self.columns)
        rows = rows.append_column(LINE, pa.array(range(start + 1, table.num_rows + 1), pa.int64()))
        rows, more = without_blank_rows(rows, [cell or "" for cell in cells])
        yield Chunk(rows, blank=blank + more, notes=[titles_note(titles)] if titles else [])

    @staticmethod
    def _first_row(table: pa.Table, skip: int) -> tuple[int | None, int]:
        """Return the first row with a value after `skip`, and the blank rows passed."""
        for row in range(skip, table.num_rows):
            if any(column[row].as_py() for column in table.columns):
                return row, row - skip
        return None, table.num_rows - skip


def _as_text(column: Any) -> Any:
    if pa.types.is_null(column.type):
        return pa.nulls(len(column), pa.string())
    text = column.cast(pa.string())
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(text), ""), None, text)
