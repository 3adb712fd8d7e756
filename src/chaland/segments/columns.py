"""Attributes as codes: a condition on one attribute is asked of its distinct values, not of every customer.

A column of segments.customers becomes one code a customer, of one to four bytes, and the values the codes stand
for. The condition is asked of these values (`predicates`), and an array tells who bears one that meets it: at 4.2
million customers some 20 ms, where reading the column costs 45 to 280 (benchmarks/segments.py).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

ROOM_BYTES = 256_000_000


@dataclass(frozen=True)
class Coded:
    """A column: the code of each customer, by number, and what each code stands for."""

    codes: npt.NDArray[np.unsignedinteger]
    values: pa.Array

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
    >>> found.values.to_pylist(), found.codes.tolist()
    (['F', 'M'], [1, 0, 0])
    """
    distinct = rows[column].combine_chunks().dictionary_encode(null_encoding="encode")
    size = len(distinct.dictionary)
    codes = np.zeros(rows.num_rows, dtype=np.min_scalar_type(max(size - 1, 0)))
    codes[rows["customer_number"].to_numpy()] = distinct.indices.to_numpy(zero_copy_only=False)
    return Coded(codes, distinct.dictionary)


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
