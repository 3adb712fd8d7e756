"""Writes the index of an increment: that of the last run with a day's records merged into it.

A merge reads no record again: the day's rows come after the others, their keys between the others'. A row that the day
replaced stays where it is, and no key leads to it any more. Frequencies, model and rules stay those of the last whole
run.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine.compiled import compiled
from chaland.identity.fingerprints import Fingerprints, RecordPrints
from chaland.identity.increment import Increment
from chaland.identity.index import DESCRIPTION, HOUSEHOLD, RECORD, RECORDS, VALUES, Index
from chaland.identity.indexing import (
    household_prints,
    packed,
    record_prints,
    records_table,
    write_arrow,
    write_keys,
)
from chaland.identity.lookup import ROW, rule_name
from chaland.identity.records import Flags, Ints, coded


def write_merged_index(folder: Path, index: Index, day: Increment, ids: pa.Table, *, as_of: date) -> dict[str, int]:
    """Write the index of the last run with a day's records merged into it; return what it holds, for the report.

    Args:
        ids: customer_id and household_id of each record put together again, in their order (index_ids_asked.sql).
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = index.records
    records, fresh = day.matched.records, np.flatnonzero(day.together.is_fresh)
    rows = day.together.rows.copy()
    rows[fresh] = len(held) + np.arange(len(fresh))
    customer = _renamed(index, "customer_id", day, rows, ids["customer_id"])
    household = _renamed(index, "household_id", day, rows, ids["household_id"])
    more = records_table(records, coded(ids["customer_id"]), coded(ids["household_id"])).take(pa.array(fresh))
    named = {"customer_id": customer, "household_id": household}
    columns = {
        name: named[name] if name in named else _lengthened(held[name], more[name]) for name in held.column_names
    }
    write_arrow(folder / RECORDS, pa.table(columns))
    shutil.copyfile(index.folder / VALUES, folder / VALUES)
    prints = RecordPrints(records, index.holders)
    gone = np.zeros(len(held), dtype=bool)
    gone[day.gone] = True
    parts: dict[str, Fingerprints] = {}
    for names, cap in zip(index.rules, index.caps, strict=True):
        name = rule_name(names)
        added = packed(prints.key(names)[fresh], rows[fresh])
        parts[name] = _within(_merged(index.segment(name), gone, added), added, cap)
    added = packed(record_prints(records.record_id.take(pa.array(fresh))), rows[fresh])
    parts[RECORD] = _merged(index.segment(RECORD), gone, added)
    moved = gone.copy()
    moved[day.rows] = True
    codes = household.indices.to_numpy().astype(np.int32)[rows]
    parts[HOUSEHOLD] = _merged(index.segment(HOUSEHOLD), moved, packed(household_prints(codes), rows))
    description = {
        **index.description,
        "as_of": as_of.isoformat(),
        "records": len(parts[RECORD]),
        "joined": index.description["joined"] + len(fresh) + len(day.gone),
        "segments": write_keys(folder, parts),
    }
    (folder / DESCRIPTION).write_text(json.dumps(description) + "\n", encoding="utf-8")
    return {"records": description["records"], "joined": description["joined"]}


def _merged(keys: Fingerprints, gone: Flags, added: Fingerprints) -> Fingerprints:
    """Return sorted keys less those of the rows gone, and others among them."""
    merged = np.empty(len(keys) + len(added), dtype=np.uint64)
    return merged[: _merge(keys, gone, added, merged)]


@compiled
def _merge(keys: Fingerprints, gone: Flags, added: Fingerprints, out: Fingerprints) -> int:
    place, turn = 0, 0
    for key in keys:
        if gone[key & ROW]:
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


def _within(keys: Fingerprints, added: Fingerprints, cap: int) -> Fingerprints:
    """Return the keys less those of the blocks that the added ones made larger than the cap."""
    blocks = np.unique(added & ~ROW)
    low, high = np.searchsorted(keys, blocks), np.searchsorted(keys, blocks | ROW, side="right")
    over = np.flatnonzero(high - low > cap)
    gone = [np.arange(low[block], high[block]) for block in over]
    kept: Fingerprints = np.delete(keys, np.concatenate(gone)) if gone else keys
    return kept


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


def _renamed(index: Index, name: str, day: Increment, rows: Ints, ids: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return the ids of all rows, with those of the records named again: an id that stays keeps its code."""
    column = index.records[name].combine_chunks()
    before = np.union1d(day.rows, day.gone)
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
