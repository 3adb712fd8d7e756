"""CSV files as spreadsheets read them, and from which no spreadsheet ever runs a formula. For every export."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""OWASP, CSV injection: cells that start so are taken for formulas, full-width forms included."""
_NUMBER = re.compile(r"[+-]?[0-9][0-9 .,]*")


def safe_cell(value: Any) -> Any:
    """Return a value as a cell that no spreadsheet takes for a formula: an apostrophe first where one could begin.

    Numbers stay numbers, and so does text that is nothing but one: telephones keep their form.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell(" @SUM(A1)"), safe_cell("＝1+1"), safe_cell("+33612345678")
    ("'=HYPERLINK(1)", "' @SUM(A1)", "'＝1+1", '+33612345678')
    >>> safe_cell(-4), safe_cell(None)
    (-4, '')
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    if value.lstrip(" ").startswith(_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


class _Line:
    """What csv writes a line to: it is handed back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Give the lines of a file, the header first: semicolons, as spreadsheets in French expect.

    >>> list(csv_lines(["name", "points"], [["=1+1", 3]]))
    ['\ufeffname;points\\r\\n', "'=1+1;3\\r\\n"]
    """
    writer = csv.writer(_Line(), delimiter=";")
    yield "\ufeff" + writer.writerow(header)
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def csv_answer(file_name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Return the answer that a browser saves as a file; rows are read as they leave.

    Args:
        file_name: with its ".csv"; ASCII letters, digits, "-", "_" and ".".
    """
    return StreamingHttpResponse(
        csv_lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{re.sub(r"[^A-Za-z0-9._-]", "_", file_name)}"'},
    )
