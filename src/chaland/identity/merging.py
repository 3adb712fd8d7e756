"""Writes the index of an increment: that of the last run with a day's records merged into it.

A merge reads no record again: rows that the day replaced are left out, its own come after the others, their keys
between the others'. Frequencies, model and rules stay those of the last whole run.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity.fingerprints import Fingerprints, RecordPrints
from chaland.identity.increment import Increment
from chaland.identity.index import COMPANIES, DESCRIPTION, HOUSEHOLD, RECORD, RECORDS, VALUES, Index
from chaland.identity.indexing import (
    capped,
    household_prints,
    packed,
    record_prints,
    records_table,
    write_arrow,
    write_keys,
)
from chaland.identity.lookup import rule_name
from chaland.identity.records import Ints, coded

_ROOM = "chaland.identity"


def write_merged_index(engine: Engine, folder: Path, index: Index, day: Increment) -> dict[str, int]:
    """Write the index of the last run with a day's records merged into it; return what it holds, for the report."""
    folder.mkdir(parents=True, exist_ok=True)
    stays = np.ones(len(index), dtype=bool)
    stays[day.gone] = False
    row_now = np.where(stays, np.cumsum(stays) - 1, -1)
    records, fresh = day.matched.records, np.flatnonzero(day.together.is_fresh)
    rows = np.where(day.together.is_fresh, 0, row_now[day.together.rows])
    rows[fresh] = int(stays.sum()) + np.arange(len(fresh))
    ids = engine.arrow(sql_text(_ROOM, "index_ids_asked.sql"))
    kept = index.records if stays.all() else index.records.filter(pa.array(stays))
    customer = _renamed(index, kept, "customer_id", day, rows, ids["customer_id"])
    household = _renamed(index, kept, "household_id", day, rows, ids["household_id"])
    more = records_table(records, coded(ids["customer_id"]), coded(ids["household_id"])).take(pa.array(fresh))
    columns = {"customer_id": customer, "household_id": household}
    columns |= {name: _lengthened(kept[name], more[name]) for name in kept.column_names if name not in columns}
    columns = {name: columns[name] for name in kept.column_names}
    write_arrow(folder / RECORDS, pa.table(columns))
    write_arrow(folder / COMPANIES, engine.arrow(sql_text(_ROOM, "index_companies.sql")))
    shutil.copyfile(index.folder / VALUES, folder / VALUES)
    prints = RecordPrints(records, index.holders)
    parts: dict[str, Fingerprints] = {}
    for names, cap in zip(index.rules, index.caps, strict=True):
        name = rule_name(names)
        added = packed(prints.key(names)[fresh], rows[fresh])
        parts[name], _ = capped(_merged(index.segment(name), row_now, added), cap)
    moved = row_now.copy()
    moved[day.rows] = -1
    codes = household.indices.to_numpy().astype(np.int32)[rows]
    parts[HOUSEHOLD] = _merged(index.segment(HOUSEHOLD), moved, packed(household_prints(codes), rows))
    added = packed(record_prints(records.record_id.take(pa.array(fresh))), rows[fresh])
    parts[RECORD] = _merged(index.segment(RECORD), row_now, added)
    description = {
        **index.description,
        "records": len(columns["record_id"]),
        "joined": index.description["joined"] + len(fresh) + len(day.gone),
        "segments": write_keys(folder, parts),
    }
    (folder / DESCRIPTION).write_text(json.dumps(description) + "\n", encoding="utf-8")
    return {"records": description["records"], "joined": description["joined"]}


def _merged(keys: Fingerprints, row_now: Ints, added: Fingerprints) -> Fingerprints:
    """Return sorted keys with their rows renumbered (-1: left out), and others among them."""
    row = row_now[(keys & np.uint64(0xFFFFFFFF)).astype(np.int64)]
    upper = keys & np.uint64(0xFFFFFFFF00000000)
    stays = row >= 0
    # renumbering keeps the order of rows, so the keys stay sorted
    here = upper[stays] | row[stays].astype(np.uint64)
    merged: Fingerprints = np.insert(here, np.searchsorted(here, added), added)
    return merged


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


def _renamed(
    index: Index, kept: pa.Table, name: str, day: Increment, rows: Ints, ids: pa.ChunkedArray
) -> pa.DictionaryArray:
    """Return the ids of all rows, with those of the records named again: an id that stays keeps its code."""
    column = kept[name].combine_chunks()
    before = np.union1d(day.rows, day.gone)
    known = dict(zip(index.texts(name, before), index.codes(name, before).tolist(), strict=True))
    texts = ids.to_pylist()
    fresh = sorted(set(texts) - set(known))
    known |= {text: len(column.dictionary) + place for place, text in enumerate(fresh)}
    codes = np.empty(int(rows.max(initial=len(kept) - 1)) + 1, dtype=np.int32)
    codes[: len(kept)] = column.indices.to_numpy()
    codes[rows] = [known[text] for text in texts]
    return pa.DictionaryArray.from_arrays(
        pa.array(codes), pa.concat_arrays([column.dictionary, pa.array(fresh, pa.string())])
    )
