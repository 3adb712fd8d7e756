"""Numbers for the distinct values of millions of integers, by a hash table in one pass: nothing is sorted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chaland.engine.compiled import compiled

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

_MIX = np.uint64(0x9E3779B97F4A7C15)


def numbered(keys: Ints) -> tuple[Codes, Ints]:
    """Return the number of each key (at least 0), and the distinct keys: numbered as they come. -1 has no number.

    >>> codes, distinct = numbered(np.array([7, -1, 9, 7]))
    >>> codes.tolist(), distinct.tolist()
    ([0, -1, 1, 0], [7, 9])
    """
    capacity = 1 << max(4, int(2 * len(keys)).bit_length())
    codes = np.full(len(keys), -1, dtype=np.int32)
    distinct = np.empty(len(keys), dtype=np.int64)
    count = _number(keys, codes, np.full(capacity, -1, dtype=np.int32), distinct)
    return codes, distinct[:count].copy()


@compiled
def _number(keys: Ints, codes: Codes, table: Codes, seen: Ints) -> int:
    """Number the distinct keys as they come (open addressing, linear probing); return how many."""
    mask = np.uint64(len(table) - 1)
    count = 0
    for place in range(len(keys)):
        key = keys[place]
        if key < 0:
            continue
        mixed = np.uint64(key) * _MIX
        slot = (mixed ^ (mixed >> np.uint64(29))) & mask
        while table[slot] >= 0 and seen[table[slot]] != key:
            slot = (slot + np.uint64(1)) & mask
        if table[slot] < 0:
            table[slot] = count
            seen[count] = key
            count += 1
        codes[place] = table[slot]
    return count


def some_keys(keys: Ints, one_in: int) -> Ints:
    """Return the keys (at least 0) of about one value in `one_in` (a power of two), all of their occurrences.

    >>> len(np.unique(some_keys(np.arange(8_000), 8)))
    1001
    """
    kept = np.empty(len(keys), dtype=np.int64)
    return kept[: _keep(keys, np.uint64(one_in - 1), kept)]


@compiled
def _keep(keys: Ints, mask: np.uint64, kept: Ints) -> int:
    count = 0
    for key in keys:
        mixed = np.uint64(key) * _MIX
        if key >= 0 and (mixed >> np.uint64(40)) & mask == 0:
            kept[count] = key
            count += 1
    return count
