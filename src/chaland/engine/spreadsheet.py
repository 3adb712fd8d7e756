"""Rows for people's spreadsheets: text that a spreadsheet would run as a formula is shown instead of run."""

from __future__ import annotations

import re

from chaland.engine.duckdb import quoted
from chaland.tables import Table

FORMULA_START = "[=+\\-@\t\r\n＝＋－＠]"
"""OWASP, CSV injection: cells that start so are taken for formulas, full-width forms included."""

HARMLESS_NUMBER = "[+-]?[0-9]+([.,][0-9]+)?"
"""A number, a telephone in E.164: starts with a sign and computes nothing."""

_STARTS = re.compile(FORMULA_START)
_NUMBER = re.compile(HARMLESS_NUMBER)


def shown_text(text: str) -> str:
    """Return the text with an apostrophe before it when a spreadsheet would take it for a formula.

    >>> shown_text("=HYPERLINK(0)"), shown_text("+33612345678"), shown_text("Camille")
    ("'=HYPERLINK(0)", '+33612345678', 'Camille')
    """
    return "'" + text if _STARTS.match(text) and not _NUMBER.fullmatch(text) else text


def spreadsheet_select(table: Table, database: str, *, french: bool) -> str:
    """Return the select of a contract table of a database, every text made safe as `shown_text` does.

    Args:
        database: an attached one, "" for the engine's own.
        french: decimals with a comma, and a byte order mark before the first column's name: French Excel then opens
            the file with a double click.
    """
    cells = []
    for rank, column in enumerate(table.columns):
        name = quoted(column.name)
        cell = name
        if column.type == "varchar":
            cell = (
                f"case when regexp_matches({name}, '^{FORMULA_START}') "
                f"and not regexp_full_match({name}, '{HARMLESS_NUMBER}') then '''' || {name} else {name} end"
            )
        elif french and column.type.startswith(("decimal", "double")):
            cell = f"replace({name}::varchar, '.', ',')"
        title = "\ufeff" + column.name if french and rank == 0 else column.name
        cells.append(f"{cell} as {quoted(title)}")
    return f"select {', '.join(cells)} from {plain_source(table, database)}"


def plain_source(table: Table, database: str) -> str:
    """Return the name of a contract table in an attached database, or in the engine's own ("").

    >>> from chaland.tables import base
    >>> plain_source(base.SHOPS, "snapshot")
    '"snapshot".base.shops'
    """
    return f"{quoted(database)}.{table.full_name}" if database else table.full_name
