"""Text files written by sets: the engine makes one column of lines, this module puts their bytes in files.

A line's bytes lie one after the other in an Arrow column, so a file is a slice of a buffer: no loop over rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from chaland.demo.history import Array
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text

PACKAGE = "chaland.demo"
BATCH = 16_384
"""Rows that one thread of the engine takes at a time."""
MACROS = ("misspelt", "written_as", "dialled", "misdirected", "euros", "fixed")


def ordered_engine() -> Engine:
    """Return an engine in memory that keeps the order of the rows it is given: the same bytes each time."""
    engine = Engine()
    engine.execute("set preserve_insertion_order = true")
    for macro in MACROS:
        engine.run(PACKAGE, f"{macro}.sql")
    return engine


def query(engine: Engine, sql: str, rows: pa.Table, **parameters: object) -> pa.Table:
    """Return the select of a `.sql` file of this room over `rows`, row for row, in order."""
    batches = rows.combine_chunks().to_batches(max_chunksize=BATCH)
    engine.connection.register("rows", pa.Table.from_batches(batches, rows.schema))
    try:
        return engine.arrow(sql_text(PACKAGE, sql), parameters)
    finally:
        engine.connection.unregister("rows")


def chunks(rows: pa.Table, size: int = 200_000) -> Iterator[pa.Table]:
    """Cut a table, to bound the memory of what is made of it."""
    for start in range(0, rows.num_rows, size):
        yield rows.slice(start, size)


class Lines:
    """A column of lines, each with its line end, as bytes that can be sliced by rows.

    >>> bytes(Lines(pa.chunked_array([["one\\n", "é\\n"]])).text(1, 2)).decode()
    'é\\n'
    """

    def __init__(self, column: pa.ChunkedArray) -> None:
        array = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())
        _, offsets, data = array.buffers()
        kind = np.int64 if pa.types.is_large_string(array.type) else np.int32
        self.count = len(array)
        self.offsets: Array = np.frombuffer(offsets, kind)[array.offset :] if offsets else np.zeros(1, kind)
        self.data = memoryview(data) if data else memoryview(b"")

    def text(self, first: int, last: int) -> memoryview:
        """Return the bytes of the lines `first` to `last`, the last not included."""
        return self.data[int(self.offsets[first]) : int(self.offsets[last])]


def write_text(path: Path, header: str, parts: Iterable[Lines], encoding: str = "utf-8") -> int:
    """Write a header line and lines to a file in the encoding; return how many lines, header excluded.

    UTF-16 is written little-endian behind its mark, as Windows programs do.
    """
    written = 0
    plain = {"utf-16": "utf-16-le"}.get(encoding, encoding)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(("\ufeff" if encoding == "utf-16" else "").encode(plain) + header.encode(plain))
        for lines in parts:
            text = lines.text(0, lines.count)
            file.write(text if encoding == "utf-8" else bytes(text).decode().encode(plain))
            written += lines.count
    return written
