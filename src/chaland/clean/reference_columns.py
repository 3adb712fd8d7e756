"""Columns of the reference tables as Python lists."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq

from chaland.clean.dictionaries import added_rows
from chaland.reference import table_path


def reference_columns(table: str, *columns: str) -> list[list[Any]]:
    """Return columns of a table of chaland.reference, row by row in the same order, the base's own rows last.

    `ParquetFile` rather than `read_table`: the latter imports pandas where it is installed, three seconds a process.

    >>> len(reference_columns("communes", "insee_code")[0]) > 34_000
    True
    """
    rows = pq.ParquetFile(table_path(table)).read(list(columns))
    added = added_rows(table)
    return [rows[name].to_pylist() + (added[name].to_pylist() if added else []) for name in columns]
