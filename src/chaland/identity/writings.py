"""Writings: records that say the same in everything that is compared are one writing, and it is compared once.

A customer of a thousand records mostly writes himself in a few ways. Compared record by record, his blocks pass the cap
and his group is too large to be settled; yet his copies say nothing that the first of them did not. The first record
of a writing stands for all in blocks, in the model and in groups (cluster.py tells which copies go with it). How
frequent a value is stays counted on records: two JEAN MARTIN of whom nothing more is known are two.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import numpy.typing as npt

from chaland.engine.compiled import compiled
from chaland.identity.blocks import Pairs
from chaland.identity.numbering import numbered
from chaland.identity.records import Coded, Codes, Ints, Records

Floats = npt.NDArray[np.float64]

NOT_COMPARED = ("record_id", "numbers", "recorded_us", "dropped_contacts")
"""Fields of Records that do not say who a record is, or are no column of it."""
_MIX = np.uint64(0x9E3779B97F4A7C15)


def first_alike(records: Records) -> Ints:
    """Return, for each record, the first that says the same in all that is compared: itself where none before does."""
    columns = _columns(records)
    mixed = np.zeros(len(records), dtype=np.uint64)
    for column in columns:
        _mix(mixed, column)
    number, distinct = numbered((mixed >> np.uint64(1)).astype(np.int64))
    every = np.arange(len(records))
    first = np.empty(len(distinct), dtype=np.int64)
    first[number[::-1]] = every[::-1]
    found = first[number]
    copies = np.flatnonzero(found < every)
    # of two writings that mix alike, the later stays alone
    is_same = np.ones(len(copies), dtype=bool)
    for column in columns:
        is_same &= column[copies] == column[found[copies]]
    found[copies[~is_same]] = copies[~is_same]
    return found


def copies_of(first: Ints) -> Ints:
    """Return the records that another stands for.

    >>> copies_of(np.array([0, 0, 2])).tolist()
    [1]
    """
    return np.flatnonzero(first < np.arange(len(first)))


def paired(first: Ints) -> Pairs:
    """Return the pair of each copy with the record that stands for it."""
    copies = copies_of(first)
    return Pairs(first[copies].astype(np.int32), copies.astype(np.int32))


def pairs_of_records(first: Ints, left: Ints, right: Ints) -> Floats:
    """Return how many pairs of records each pair compared stands for.

    >>> pairs_of_records(np.array([0, 0, 0, 3]), np.array([0, 0, 0]), np.array([1, 2, 3])).tolist()
    [1.5, 1.5, 3.0]
    """
    written = np.bincount(first).astype(np.float64)
    of_copy = first[right] == left  # n (n - 1) / 2 pairs among n - 1 compared
    return np.where(of_copy, written[left] / 2, written[left] * written[first[right]])


def _columns(records: Records) -> list[Codes]:
    """Return every column that says who a record is, as numbers."""
    values = (getattr(records, field.name) for field in fields(records) if field.name not in NOT_COMPARED)
    return [(value.codes if isinstance(value, Coded) else value).astype(np.int32, copy=False) for value in values]


@compiled
def _mix(mixed: npt.NDArray[np.uint64], column: Codes) -> None:
    for place in range(len(mixed)):
        number = (mixed[place] ^ np.uint64(column[place] + 1)) * _MIX
        mixed[place] = number ^ (number >> np.uint64(29))
