"""Writes the index of an increment: that of the last run with a day's records merged into it.

A merge reads no record again: the day's rows come after the others, their keys between the others'. A row that the day
replaced stays where it is, and no key leads to it any more. Frequencies, model and rules stay those of the last whole
run.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine.compiled import compiled
from chaland.identity.fingerprints import Fingerprints, RecordPrints
from chaland.identity.increment import NO_LIMIT, Day, Increment
from chaland.identity.index import DESCRIPTION, HOUSEHOLD, KEYS, RECORD, RECORDS, VALUES, Index
from chaland.identity.indexing import (
    household_prints,
    packed,
    record_prints,
    records_table,
    within_cap,
    write_arrow,
)
from chaland.identity.lookup import ROW, rule_name
from chaland.identity.records import Flags, Ints, coded, records_of, sorted_distinct
from chaland.identity.writings import first_alike

Bits = npt.NDArray[np.uint8]


class Keys:
    """The keys of an index with others among them, written once, one segment after another.

    Attributes:
        segments: where each begins and ends.
    """

    def __init__(self, index: Index, more: int) -> None:
        """Make room for the keys of the index and `more` at most."""
        self.index = index
        self.segments: dict[str, list[int]] = {}
        self._room = np.empty(len(index.keys) + more, dtype=np.uint64)
        self._end = 0

    @property
    def table(self) -> pa.Table:
        """The keys, as the index holds them."""
        return pa.table({"key": self._room[: self._end]})

    def merge(
        self,
        name: str,
        gone: Ints,
        added: Fingerprints,
        cap: int | None = None,
        are_copies: Callable[[Ints], Flags] = lambda rows: np.zeros(len(rows), dtype=bool),
    ) -> None:
        """Write the keys of a segment less those of the rows gone, with those added, less the blocks that these made
        larger than the cap.

        Args:
            are_copies: tells which rows say what another before them says: these go first.
        """
        start = self._end
        is_gone = np.zeros(len(self.index.records) // 8 + 1, dtype=np.uint8)  # a bit a row: all of it stays at hand
        np.bitwise_or.at(is_gone, gone >> 3, (1 << (gone & 7)).astype(np.uint8))
        self._end += _merge(self.index.segment(name), is_gone, added, self._room[start:])
        if cap is not None:
            self._end = start + _within(self._room[start : self._end], added, cap, are_copies)
        self.segments[name] = [start, self._end]


def merged_keys(index: Index, day: Day) -> Keys:
    """Return the keys of the last run with those of a day's records among them; but for the households, not made yet.

    The day's rows follow those of the index, in the order of record_id. Where a row that is gone stood for its writing,
    the next of its copies does.
    """
    held = len(index.records)
    heirs = _heirs(index, day.gone)
    rows = np.concatenate([held + np.arange(len(day.view)), heirs])
    view = pa.concat_tables([day.view, index.view(heirs).select(day.view.column_names).cast(day.view.schema)])
    prints = RecordPrints(records_of(view, max_surnames_per_contact=NO_LIMIT), index.holders)

    def are_copies(rows: Ints) -> Flags:
        """Tell which rows say what another before them says."""
        every, place = np.unique(rows, return_inverse=True)
        old = index.view(every[every < held]).select(day.view.column_names).cast(day.view.schema)
        both = pa.concat_tables([old, day.view.take(pa.array(every[every >= held] - held))])
        first = first_alike(records_of(both, max_surnames_per_contact=NO_LIMIT))
        found: Flags = (first < np.arange(len(first)))[place]
        return found

    # of the households, no row is added but those of the day: the others come back in place of what they were
    keys = Keys(index, (len(index.rules) + 2) * len(rows))
    for names, cap in zip(index.rules, index.caps, strict=True):
        name, key = rule_name(names), prints.key(names)
        key[len(day.view) :][~index.holds(name, key[len(day.view) :])] = 0
        added = packed(key, rows)
        keys.merge(name, day.gone, added[~_are_among(index.segment(name), added)], cap, are_copies)
    day_rows = rows[: len(day.view)]
    keys.merge(RECORD, day.gone, packed(record_prints(day.view["record_id"].combine_chunks()), day_rows))
    return keys


def _heirs(index: Index, gone: Ints) -> Ints:
    """Return the first rows left of the writings that lose a row: no key may lead to them yet."""
    members = index.household_rows(gone)
    first = first_alike(records_of(index.view(members), max_surnames_per_contact=NO_LIMIT))
    is_left = ~np.isin(members, gone)
    writings, place = np.unique(first[is_left], return_index=True)
    return members[is_left][place[np.isin(writings, first[~is_left])]]


def _are_among(keys: Fingerprints, wanted: Fingerprints) -> Flags:
    """Tell which of the wanted stand among sorted keys."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=bool)
    found: Flags = keys[np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)] == wanted
    return found


def write_merged_index(
    folder: Path, index: Index, found: Increment, keys: Keys, ids: pa.Table, *, as_of: date
) -> dict[str, int]:
    """Write the index of the last run with a day's records merged into it; return what it holds, for the report.

    Args:
        keys: those of `merged_keys`; the households are added to them.
        ids: customer_id and household_id of each record put together again, in their order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = index.records
    records, fresh = found.matched.records, np.flatnonzero(found.together.is_fresh)
    rows = found.together.rows.copy()
    rows[fresh] = len(held) + np.arange(len(fresh))
    customer = _renamed(index, "customer_id", found, rows, ids["customer_id"])
    household = _renamed(index, "household_id", found, rows, ids["household_id"])
    more = records_table(records, coded(ids["customer_id"]), coded(ids["household_id"])).take(pa.array(fresh))
    named = {"customer_id": customer, "household_id": household}
    columns = {
        name: named[name] if name in named else _lengthened(held[name], more[name]) for name in held.column_names
    }
    write_arrow(folder / RECORDS, pa.table(columns))
    shutil.copyfile(index.folder / VALUES, folder / VALUES)
    codes = household.indices.to_numpy().astype(np.int32)[rows]
    keys.merge(HOUSEHOLD, np.union1d(found.day.gone, found.rows), packed(household_prints(codes), rows))
    write_arrow(folder / KEYS, keys.table)
    start, end = keys.segments[RECORD]
    description = {
        **index.description,
        "as_of": as_of.isoformat(),
        "records": end - start,
        "joined": index.description["joined"] + len(fresh) + len(found.day.gone),
        "segments": keys.segments,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description) + "\n", encoding="utf-8")
    return {"records": description["records"], "joined": description["joined"]}


@compiled
def _merge(keys: Fingerprints, is_gone: Bits, added: Fingerprints, out: Fingerprints) -> int:
    """Write sorted keys less those of the rows gone, and others among them; return how many."""
    place, turn = 0, 0
    for key in keys:
        row = key & ROW
        if is_gone[row >> np.uint64(3)] >> (row & np.uint64(7)) & np.uint64(1):
            continue
        while turn < len(added) and added[turn] < key:
            out[place] = added[turn]
            place, turn = place + 1, turn + 1
        out[place] = key
        place += 1
    for rest in range(turn, len(added)):
        out[place] = added[rest]
        place += 1
    return place


def _within(keys: Fingerprints, added: Fingerprints, cap: int, are_copies: Callable[[Ints], Flags]) -> int:
    """Close the keys over the blocks that the added ones made larger than the cap; return how many are left.

    Where the first records of their writings are within the cap, those stay.
    """
    blocks = sorted_distinct((added >> np.uint64(32)).astype(np.int64)).astype(np.uint64) << np.uint64(32)
    low, high = np.searchsorted(keys, blocks), np.searchsorted(keys, blocks | ROW, side="right")
    over = np.flatnonzero(high - low > cap)
    if not len(over):
        return len(keys)
    crowded = np.concatenate([keys[low[block] : high[block]] for block in over])
    is_kept = within_cap(crowded, cap, are_copies((crowded & ROW).astype(np.int64)))
    ends = np.append(low[over], len(keys))[1:]
    left, seen = int(low[over[0]]), 0
    for first, start, end in zip(low[over].tolist(), high[over].tolist(), ends.tolist(), strict=True):
        turn = slice(seen, seen + start - first)
        kept = crowded[turn][is_kept[turn]]
        seen = turn.stop
        keys[left : left + len(kept)] = kept
        left += len(kept)
        keys[left : left + end - start] = keys[start:end]
        left += end - start
    return left


def _lengthened(column: pa.ChunkedArray, more: pa.ChunkedArray) -> pa.Array:
    """Return a column followed by another; a text may then have two codes, which nothing but ids minds."""
    one, other = column.combine_chunks(), more.combine_chunks()
    if not pa.types.is_dictionary(one.type):
        return pa.concat_arrays([one, other.cast(one.type)])
    other = pc.dictionary_encode(other.cast(pa.string()))  # of its own values alone
    return pa.DictionaryArray.from_arrays(
        pa.concat_arrays([one.indices, pc.add(other.indices, pa.scalar(len(one.dictionary), one.indices.type))]),
        pa.concat_arrays([one.dictionary, other.dictionary]),
    )


def _renamed(index: Index, name: str, found: Increment, rows: Ints, ids: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return the ids of all rows, with those of the records named again: an id that stays keeps its code."""
    column = index.records[name].combine_chunks()
    before = np.union1d(found.rows, found.day.gone)
    known = dict(zip(index.texts(name, before), index.codes(name, before).tolist(), strict=True))
    texts = ids.to_pylist()
    fresh = sorted(set(texts) - set(known))
    known |= {text: len(column.dictionary) + place for place, text in enumerate(fresh)}
    codes = np.empty(int(rows.max(initial=len(column) - 1)) + 1, dtype=np.int32)
    codes[: len(column)] = column.indices.to_numpy()
    codes[rows] = [known[text] for text in texts]
    return pa.DictionaryArray.from_arrays(
        pa.array(codes), pa.concat_arrays([column.dictionary, pa.array(fresh, pa.string())])
    )
