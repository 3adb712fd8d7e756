"""Attributes as codes: a condition on one attribute is asked of its distinct values, not of every customer.

A column of segments.customers becomes one code a customer, of one to four bytes, and the table of what each code stands
for. The condition's own SQL is run on that table, and an array tells who bears a code that meets it: at 4.2 million
customers some 25 ms, where reading the column costs 45 to 280 (benchmarks/segments.py).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

VALUES = "distinct_values"
"""Name under which the values of a column are asked: columns `code` and the attribute's own."""
ROOM_BYTES = 256_000_000


@dataclass(frozen=True)
class Coded:
    """A column: the code of each customer, by number, and what each code stands for."""

    codes: npt.NDArray[np.unsignedinteger]
    values: pa.Table

    def flags(self, met: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        """Return, for each customer, whether his code is among these."""
        is_met = np.zeros(self.values.num_rows, dtype=np.bool_)
        is_met[met] = True
        found: npt.NDArray[np.bool_] = is_met[self.codes]
        return found

    @property
    def nbytes(self) -> int:
        """Memory the codes and their values take."""
        return self.codes.nbytes + int(self.values.nbytes)


def coded(rows: pa.Table, column: str) -> Coded:
    """Return the codes of a column.

    Args:
        rows: one row per customer, in any order: customer_number, from 0 on without a gap, and the column.

    >>> sexes = pa.table({"customer_number": [2, 0, 1], "sex": ["F", "M", "F"]})
    >>> found = coded(sexes, "sex")
    >>> found.values["sex"].to_pylist(), found.codes.tolist()
    (['F', 'M'], [1, 0, 0])
    """
    distinct = rows[column].combine_chunks().dictionary_encode(null_encoding="encode")
    size = len(distinct.dictionary)
    codes = np.zeros(rows.num_rows, dtype=np.min_scalar_type(max(size - 1, 0)))
    codes[rows["customer_number"].to_numpy()] = distinct.indices.to_numpy(zero_copy_only=False)
    return Coded(codes, pa.table({"code": np.arange(size), column: distinct.dictionary}))


@dataclass
class Columns:
    """The columns asked last, within `room_bytes`; safe for many threads."""

    room_bytes: int = ROOM_BYTES
    kept: OrderedDict[str, Coded] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, column: str, read: Callable[[], pa.Table]) -> Coded:
        """Return a column, read when it is not kept."""
        with self._lock:
            if column in self.kept:
                self.kept.move_to_end(column)
                return self.kept[column]
        found = coded(read(), column)
        with self._lock:
            self.kept[column] = found
            while len(self.kept) > 1 and sum(one.nbytes for one in self.kept.values()) > self.room_bytes:
                self.kept.popitem(last=False)
        return found
