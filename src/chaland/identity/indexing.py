"""Writes the index of a whole run (index.py)."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chaland import __version__
from chaland.config import IdentitySettings
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity import fingerprints
from chaland.identity.fingerprints import Fingerprints, RecordPrints
from chaland.identity.frequencies import Frequencies, frequency_class
from chaland.identity.household import CROWD, Homes
from chaland.identity.index import (
    BEARERS,
    DESCRIPTION,
    FORMAT,
    HOUSE,
    HOUSEHOLD,
    KEYS,
    RECORD,
    RECORDS,
    TEXTS,
    VALUES,
    bearer_prints,
    class_prints,
    field_codes,
    signature,
    together_with,
)
from chaland.identity.levels import COMPARISONS
from chaland.identity.lookup import ROW, rule_name
from chaland.identity.match import Matched
from chaland.identity.model import Model
from chaland.identity.records import (
    NEVER_US,
    Coded,
    Codes,
    Flags,
    Ints,
    Records,
    Strings,
    coded,
    combined,
    sorted_distinct,
)
from chaland.identity.strings import word_counts
from chaland.tables import clean

_ROOM = "chaland.identity"


def made_with(settings: IdentitySettings) -> dict[str, Any]:
    """Return what an index must have been made with for an increment to go on from it."""
    return {
        "chaland": __version__,
        "duckdb": duckdb.__version__,
        "columns": [f"{column.name} {column.type}" for column in clean.RECORDS.columns],
        "settings": dataclasses.asdict(settings),
    }


def write_run_index(
    engine: Engine, folder: Path, matched: Matched, homes: Homes, settings: IdentitySettings, *, as_of: date
) -> dict[str, int]:
    """Write the index of the whole run whose identity.persons the engine holds; return what it holds, for the report.

    Args:
        folder: folder of the files; made when missing.
        homes: the households of the records of `matched`.
        as_of: the day the run is for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    records = matched.records
    ids = engine.arrow(sql_text(_ROOM, "index_ids.sql"))
    household = coded(ids["household_id"])
    write_arrow(folder / RECORDS, records_table(records, coded(ids["customer_id"]), household))
    prints = RecordPrints(records)
    caps: dict[tuple[str, ...], int] = {}
    for rule in matched.rules:
        names = tuple(matched.atoms[index].name for index in rule.atoms)
        caps[names] = max(rule.cap, caps.get(names, 0))
    rows = np.arange(len(records))
    is_copy = matched.first < rows
    left_out = 0
    parts: dict[str, Fingerprints] = {}
    for names, cap in caps.items():
        keys = packed(prints.key(list(names)), rows)
        kept = within_cap(keys, cap, is_copy[keys & ROW])
        parts[rule_name(names)] = keys[kept]
        left_out += int((~kept).sum())
    parts[HOUSEHOLD] = packed(household_prints(household.codes), rows)
    parts[RECORD] = packed(record_prints(records.record_id), rows)
    segments = write_keys(folder, parts)
    values, singles, groups = _values(records, prints, Frequencies.of(records), homes)
    write_arrow(folder / VALUES, values)
    description = {
        "format": FORMAT,
        "comparisons": signature(),
        "made_with": made_with(settings),
        "as_of": as_of.isoformat(),
        "records": len(records),
        "joined": 0,
        "threshold": settings.threshold,
        "max_surnames_per_contact": settings.max_surnames_per_contact,
        "is_whole": not caps,
        "rules": [list(names) for names in caps],
        "caps": list(caps.values()),
        "segments": segments,
        "left_out_keys": left_out,
        "singles": singles,
        "groups": groups,
        "model": _model_as_json(matched.model),
        "nicknames": [list(pair) for pair in matched.nicknames],
        "level_counts": level_counts(matched.levels),
        "home_rates": dataclasses.asdict(homes.rates) if homes.rates else None,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description) + "\n", encoding="utf-8")
    return {"keys": sum(map(len, parts.values())), "values": len(values), "left_out": left_out}


def household_prints(codes: Codes) -> Fingerprints:
    """Return the key of each household code in the segment HOUSEHOLD, 0 for none."""
    return (codes.astype(np.int64) + 1).astype(np.uint64) << np.uint64(32)


def record_prints(record_ids: pa.Array) -> Fingerprints:
    """Return the key of each record id in the segment RECORD."""
    return fingerprints.of_texts(record_ids.to_numpy(zero_copy_only=False))


def write_keys(folder: Path, parts: dict[str, Fingerprints]) -> dict[str, list[int]]:
    """Write the sorted keys one part after the other; return where each begins and ends."""
    ends = np.cumsum([0, *map(len, parts.values())]).tolist()
    every = [part for part in parts.values() if len(part)]
    write_arrow(folder / KEYS, pa.table({"key": np.concatenate(every) if every else np.zeros(0, dtype=np.uint64)}))
    return {name: [ends[place], ends[place + 1]] for place, name in enumerate(parts)}


def write_arrow(path: Path, table: pa.Table) -> None:
    table = table.combine_chunks()
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _texts(codes: Codes, values: Strings) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(values, pa.string()))


def records_table(records: Records, customer: Coded, household: Coded) -> pa.Table:
    columns: dict[str, Any] = {"record_id": records.record_id, "is_organisation": records.is_organisation}
    for name in TEXTS:
        column: Coded = getattr(records, name)
        columns[name] = _texts(column.codes, column.values)
    columns |= {
        "birth_date": pa.array(records.birth_date, mask=records.birth_date < 0),
        "birth_year": pa.array(records.birth_year, mask=records.birth_year < 0),
        "phone": _texts(records.phone, records.numbers),
        "mobile": _texts(records.mobile, records.numbers),
        "is_email_of_name": records.is_email_of_name,
        "recorded_us": pa.array(records.recorded_us, mask=records.recorded_us == NEVER_US),
        "customer_id": _texts(customer.codes, customer.values),
        "household_id": _texts(household.codes, household.values),
    }
    return pa.table(columns)


def packed(prints: Fingerprints, rows: Ints) -> Fingerprints:
    """Return the upper half of each fingerprint followed by its row, sorted; records without a key are left out."""
    keep = prints != 0
    packed = (prints[keep] & np.uint64(0xFFFFFFFF00000000)) | rows[keep].astype(np.uint64)
    ordered: Fingerprints = np.sort(packed)
    return ordered


def within_cap(packed: Fingerprints, cap: int, is_copy: Flags) -> Flags:
    """Tell which of the sorted keys are kept: those of blocks within the cap.

    A block beyond it keeps the first record of each of its writings, where these are within it.

    Args:
        is_copy: whether another record stands for that of each key (writings.py).
    """
    kept = _small(packed, cap)
    firsts = np.flatnonzero(~kept & ~is_copy)
    kept[firsts[_small(packed[firsts], cap)]] = True
    return kept


def _small(packed: Fingerprints, cap: int) -> Flags:
    """Tell which of the sorted keys are of blocks within the cap."""
    block = packed >> np.uint64(32)
    edges = np.flatnonzero(np.append(True, block[1:] != block[:-1])) if len(block) else np.zeros(0, dtype=np.int64)
    sizes = np.diff(np.append(edges, len(block)))
    return np.repeat(sizes <= cap, sizes)


def _values(
    records: Records, prints: RecordPrints, frequencies: Frequencies, homes: Homes
) -> tuple[pa.Table, dict[str, int], dict[str, int]]:
    """Return the numbers that differ from those of a value met once; those of such a value; the values with words."""
    found: list[Fingerprints] = []
    numbers: list[npt.NDArray[np.int32]] = []
    singles: dict[str, int] = {}
    for name, of_record in class_prints(prints).items():
        codes, classes = field_codes(records, name), getattr(frequencies, name)
        met_once = frequency_class(np.ones(1, dtype=np.int64), int((codes >= 0).sum()))
        singles[name] = 1 if name == "bearers" else int(met_once[0])
        bearer = np.full(int(codes.max(initial=-1)) + 2, -1, dtype=np.int64)
        bearer[codes] = np.arange(len(codes))  # any record of each value; the last place is for those without
        bearer = bearer[:-1]
        bearer = bearer[bearer >= 0]
        bearer = bearer[classes[bearer] != singles[name]]
        found.append(together_with(name, of_record[bearer]))
        numbers.append(classes[bearer].astype(np.int32))
    singles["number"] = int(frequency_class(np.ones(1, dtype=np.int64), int(records.number_counts.sum()))[0])
    known = np.flatnonzero((records.number_counts > 0) & (frequencies.number != singles["number"]))
    found.append(together_with("number", prints.numbers[known]))
    numbers.append(frequencies.number[known].astype(np.int32))
    for name, column in (("street", records.street), ("organisation", records.organisation)):
        words = word_counts(column)
        several = np.flatnonzero(words.counts > 1)
        found.append(together_with(f"{name} word", fingerprints.of_texts(words.values[several])))
        numbers.append(words.counts[several].astype(np.int32))
    found.append(together_with("dropped", fingerprints.of_texts(records.dropped_contacts)))
    numbers.append(np.ones(len(records.dropped_contacts), dtype=np.int32))
    for name, shown, counts in _home_counts(records, prints, homes):
        found.append(together_with(name, shown))
        numbers.append(counts.astype(np.int32))
    key, number = np.concatenate(found), np.concatenate(numbers)
    order = np.argsort(key, kind="stable")
    groups = {"street": len(records.street.values), "organisation": len(records.organisation.values)}
    return pa.table({"value": key[order], "number": number[order]}), singles, groups


def _home_counts(records: Records, prints: RecordPrints, homes: Homes) -> list[tuple[str, Fingerprints, Ints]]:
    """Return the last names under each roof and the bearers of each name in each town, where there are several."""
    at, house = homes.at, homes.house
    if at is None or house is None:
        return []
    roofs, names = _distinct_by(np.where(at.people, at.home, -1), at.name)
    several = np.zeros(int(house.max(initial=-1)) + 2, dtype=np.int64)
    several[roofs] = names
    # every writing of a house: one of its records stands for all
    shown, first = np.unique(records.home, return_index=True)
    first = first[(shown >= 0) & (several[house[first]] > 1)]
    people = np.flatnonzero(at.people)
    bearers = combined(at.name[people], at.town[people])
    keys, one, count = np.unique(bearers, return_index=True, return_counts=True)
    many = (keys >= 0) & (count > 1)
    heads = people[one[many]]
    return [
        (HOUSE, prints.home[first], several[house[first]]),
        (BEARERS, bearer_prints(prints, at.town[heads], at.name[heads]), np.minimum(count[many], CROWD + 1)),
    ]


def _distinct_by(key: Ints, value: Ints) -> tuple[Ints, Ints]:
    """Return the keys, and how many distinct values each has."""
    width = int(value.max(initial=0)) + 1
    both = sorted_distinct(combined(key, value))
    return np.unique(both[both >= 0] // width, return_counts=True)


def level_counts(levels: npt.NDArray[np.uint8]) -> list[list[int]]:
    """Return the pairs at each level of each comparison."""
    return [
        np.bincount(levels[:, index], minlength=len(comparison.levels)).tolist()
        for index, comparison in enumerate(COMPARISONS)
    ]


def _model_as_json(model: Model) -> dict[str, Any]:
    return {
        field.name: [table.tolist() for table in value] if isinstance(value, tuple) else value
        for field in dataclasses.fields(model)
        for value in (getattr(model, field.name),)
    }
