"""A table of the snapshot in force as CSV, Parquet or Excel.

CSV and Parquet stream from DuckDB in bounded memory. In CSV and Excel a text that a spreadsheet would run as a formula
gets an apostrophe before it (OWASP, CSV injection); Parquet, the format for machines, carries the values as they are.
The file takes its name only when it is whole.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from chaland.engine import Engine
from chaland.engine.disk import disk_errors
from chaland.engine.spreadsheet import plain_source, shown_text, spreadsheet_select
from chaland.errors import ConfigError, NotFoundError, StorageError
from chaland.language import say
from chaland.progress import Reporter, Step
from chaland.publish.place import DATABASE, pinned
from chaland.tables import Table, base

FORMATS = ("csv", "parquet", "xlsx")
XLSX_ROWS = 1_048_575
"""Rows of an Excel sheet, the header set aside."""
XLSX_TEXT = 32_767
"""Characters of an Excel cell."""

_SNAPSHOT = "snapshot"
_BATCH = 10_000


@dataclass(frozen=True)
class Exported:
    """What was written. `cut_texts`: cells longer than Excel allows, cut and ended by an ellipsis."""

    table: str
    path: Path
    rows: int
    cut_texts: int = 0


def find_table(name: str) -> Table:
    """Return the base table of that name, with or without `base.` before it.

    Raises:
        NotFoundError: there is none; the message gives the nearest.

    >>> find_table("customers").full_name
    'base.customers'
    """
    tables = {table.name: table for table in base.TABLES}
    wanted = name.removeprefix("base.")
    if wanted not in tables:
        close = difflib.get_close_matches(wanted, tables, n=1)
        raise NotFoundError(
            say("The base has no table {name}.", name=name)
            + (say(" Did you mean {name}?", name=close[0]) if close else ""),
            next_step=say("Tables: {tables}", tables=", ".join(sorted(tables))),
        )
    return tables[wanted]


def export_table(
    folder: Path, name: str, *, kind: str, out: Path, french: bool = False, reporter: Reporter
) -> Exported:
    """Write a table of the snapshot in force; return what was written.

    Args:
        folder: the base.
        name: table, for instance "customers".
        kind: one of FORMATS.
        out: the file to write; replaced when it exists, and only once the new one is whole.
        french: CSV with semicolons, decimal commas and a byte order mark, as French Excel expects. Without it: commas,
            decimal points. UTF-8 and ISO dates in both.

    Raises:
        NotFoundError: no such table, or nothing published yet.
        ConfigError: more rows than an Excel sheet holds, or xlsxwriter is not installed.
        StorageError: the file cannot be written.
    """
    table = find_table(name)
    left = say("{file} was not written; what had that name is untouched.", file=out)
    if not out.parent.is_dir():
        raise StorageError(say("{folder} is not a folder that exists.", folder=out.parent), left=left)
    part = out if _is_stream(out) else out.with_name(f".{out.name}.part-{os.getpid()}")
    with pinned(folder) as snapshot, disk_errors(out.parent, left=left), Engine() as engine:
        try:
            with (
                engine.attached(snapshot / DATABASE, _SNAPSHOT, read_only=True),
                reporter.step(f"export.{table.name}") as step,
            ):
                rows, cut_texts = _write(engine, table, kind, part, french, step)
                step.note(rows=rows)
            if part != out:
                part.replace(out)
        finally:
            if part != out:
                part.unlink(missing_ok=True)
    return Exported(table.full_name, out, rows, cut_texts)


def _is_stream(out: Path) -> bool:
    """Tell whether the target is a pipe or a terminal, which cannot be written beside and renamed."""
    return out.exists() and not out.is_file()


def _write(engine: Engine, table: Table, kind: str, path: Path, french: bool, step: Step) -> tuple[int, int]:
    if kind == "parquet":
        return engine.write_parquet(f"from {plain_source(table, _SNAPSHOT)}", path), 0
    if kind == "csv":
        select = spreadsheet_select(table, _SNAPSHOT, french=french)
        return engine.write_csv(select, path, separator=";" if french else ","), 0
    return _write_xlsx(engine, table, path, step)


def _write_xlsx(engine: Engine, table: Table, path: Path, step: Step) -> tuple[int, int]:
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415 - optional: pip install chaland[excel]
        from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError.of(
            [say("Excel files need xlsxwriter.")], next_step=say("Install it with: pip install chaland[excel]")
        ) from error
    rows = engine.count(plain_source(table, _SNAPSHOT))
    if rows > XLSX_ROWS:
        raise ConfigError.of(
            [
                say(
                    "{table} has {rows} rows; an Excel sheet holds {most}.",
                    table=table.full_name,
                    rows=rows,
                    most=XLSX_ROWS,
                )
            ],
            next_step=say("Use --format csv or --format parquet."),
        )
    step.total = rows
    workbook = Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)})
    formats = {
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "timestamp": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "decimal": workbook.add_format({"num_format": "#,##0.00"}),
        "title": workbook.add_format({"bold": True}),
    }
    sheet = workbook.add_worksheet(table.name)
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(table.column_names):
        sheet.write_string(0, column, title, formats["title"])
    kinds = [formats.get(column.type.partition("(")[0]) for column in table.columns]
    cut_texts = 0
    cursor = engine.execute(f"from {plain_source(table, _SNAPSHOT)}")
    line = 0
    while batch := cursor.fetchmany(_BATCH):
        for row in batch:
            line += 1
            for column, value in enumerate(row):
                cut_texts += _write_cell(sheet, line, column, value, kinds[column])
        step.advance(len(batch))
    try:
        workbook.close()
    except FileCreateError as error:
        raise (error.args[0] if error.args and isinstance(error.args[0], OSError) else error) from error
    return line, cut_texts


def _write_cell(sheet: Any, line: int, column: int, value: Any, cell_format: Any) -> bool:
    """Write one cell as its type says, texts never as formulas; return whether a text had to be cut."""
    if value is None:
        return False
    if isinstance(value, str):
        text = shown_text(value)
        is_cut = len(text) > XLSX_TEXT
        sheet.write_string(line, column, text[: XLSX_TEXT - 1] + "…" if is_cut else text)
        return is_cut
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif isinstance(value, date) and value.year < 1900:  # Excel's calendar starts there
        sheet.write_string(line, column, value.isoformat())
    elif isinstance(value, date):
        sheet.write_datetime(line, column, value, cell_format)
    elif isinstance(value, Decimal):
        sheet.write_number(line, column, float(value), cell_format)
    else:
        sheet.write_number(line, column, value)
    return False
