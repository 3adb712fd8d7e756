"""Who of one file is whom of another: read, clean, compare, join two files of people.

The model is learnt on both files together, as `dedupe` does; only pairs across the files are told. Where each file
holds nobody twice (`one_to_one`), each record is joined to one of the other file at most, so that the summed weights
are the greatest (Jaro 1989: linear sum assignment).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from scipy.optimize import linear_sum_assignment

from chaland.config import BaseSettings, RunSettings, Settings
from chaland.dedupe_people import PeopleFile, clean_people, make_folder, read_people, systems_of
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity import cluster, score
from chaland.identity.evaluate import Quality
from chaland.identity.levels import Comparer
from chaland.identity.match import Matched, match_records
from chaland.identity.records import Ints, read_records
from chaland.progress import Reporter
from chaland.tables.identity import WEIGHT_FIELDS

LARGEST_ASSIGNMENT = 2_000
"""Records of one file in a group beyond which pairs are taken best-first: the exact assignment would cost too much."""


@dataclass(frozen=True)
class Linked:
    """What was found.

    Attributes:
        records: records of each file.
        unmatched: records of each file joined to none.
        columns: field → columns of the files it was read from.
        left: file → its columns that were taken for no field.
        quality: pairs against the labels, when they were given.
        notes: sentences for the user.
    """

    links: int
    records: tuple[int, int]
    unmatched: tuple[int, int]
    columns: Mapping[str, str]
    rejects: int
    folder: Path
    quality: Quality | None
    notes: tuple[str, ...]
    left: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkFile:
    """One of the two files: its place, what its columns are, the column that numbers its records, its labels."""

    path: Path
    columns: Mapping[str, str]
    id_column: str = ""
    labels_column: str = ""


def link_files(
    one: LinkFile,
    other: LinkFile,
    out: Path,
    *,
    one_to_one: bool = False,
    as_csv: bool = False,
    country: str = "FR",
    run: RunSettings | None = None,
    as_of: date,
    reporter: Reporter,
) -> Linked:
    """Join two files of people; write links and unmatched in `out`, as Parquet or CSV.

    links: one row per pair joined: id_a, id_b, match_weight (bits), match_probability, weight_<field> (bits).
    unmatched: one row per record joined to none: file (a or b), id.

    Args:
        one_to_one: nobody stands twice in either file: each record is joined once at most.
        as_of: today, for birth dates.

    Raises:
        ConfigError: a column is missing, none names a person, or the id is not one.
        SourceError: a file cannot be read, or no row of any can.
    """
    settings = Settings(folder=out, base=BaseSettings(country=country), run=run or RunSettings())
    make_folder(out)
    systems = systems_of([one.path, other.path])
    files = [
        PeopleFile(file.path, file.columns, file.id_column, file.labels_column, system)
        for file, system in zip((one, other), systems, strict=True)
    ]
    with Engine(memory_limit=settings.run.memory_limit, threads=settings.run.threads, temp_folder=out) as engine:
        done = read_people(engine, files, reporter)
        clean_people(engine, settings, as_of=as_of, reporter=reporter)
        records = read_records(engine, max_surnames_per_contact=settings.identity.max_surnames_per_contact)
        matched = match_records(records, settings.identity, reporter)
        with reporter.step("link.pairs") as step:
            ids = records.record_id.to_pylist()
            side = np.array([not name.startswith(f"{systems[0]}:") for name in ids], dtype=bool)
            least = float(np.log2(settings.identity.threshold / (1 - settings.identity.threshold)))
            pairs = joined_pairs(matched, side, least, one_to_one=one_to_one)
            step.note(links=len(pairs[0]))
        links = links_table(matched, ids, systems, pairs)
        is_held = np.zeros(len(ids), dtype=bool)
        is_held[np.concatenate(pairs)] = True
        alone = [place for place in range(len(ids)) if not is_held[place]]
        unmatched = pa.table(
            {
                "file": pa.array(["b" if side[place] else "a" for place in alone], pa.string()),
                "id": pa.array([_own_id(ids[place], systems) for place in alone], pa.string()),
            }
        )
        _write(engine, out, {"links": links, "unmatched": unmatched}, as_csv=as_csv)
    counts = np.bincount(side, minlength=2)
    left_out = np.bincount(side[alone], minlength=2) if alone else np.zeros(2, dtype=np.int64)
    return Linked(
        links=len(links),
        records=(int(counts[0]), int(counts[1])),
        unmatched=(int(left_out[0]), int(left_out[1])),
        columns=done.columns,
        rejects=done.rejects,
        folder=out,
        quality=_quality(pairs, ids, side, done.labels) if done.labels else None,
        notes=tuple(done.notes),
        left=done.left,
    )


def joined_pairs(matched: Matched, side: np.ndarray, least: float, *, one_to_one: bool) -> tuple[Ints, Ints]:
    """Return the pairs joined across the files: records of the first, records of the second.

    Args:
        side: false for a record of the first file, true for one of the second.
        least: bits a pair needs when each record may be joined once only.
    """
    if not one_to_one:
        return _across(matched.person, side)
    crossing = (side[matched.left] != side[matched.right]) & (matched.match_weight > least)
    left, right = matched.left[crossing], matched.right[crossing]
    weight = matched.match_weight[crossing] - least
    a, b = np.where(side[left], right, left), np.where(side[left], left, right)
    group = cluster.components(len(side), a, b)[a]
    order = np.lexsort((b, a, group))
    a, b, weight, group = a[order], b[order], weight[order], group[order]
    bounds = np.flatnonzero(np.append(True, group[1:] != group[:-1])) if len(group) else np.zeros(0, dtype=np.int64)
    kept = np.zeros(len(a), dtype=bool)
    for start, end in zip(bounds, np.append(bounds[1:], len(a)), strict=True):
        kept[start + assigned(a[start:end], b[start:end], weight[start:end])] = True
    return a[kept], b[kept]


def assigned(a: Ints, b: Ints, weight: np.ndarray) -> Ints:
    """Return the pairs, by place, that join each record once at most with the greatest summed weight.

    >>> assigned(np.array([1, 1, 2]), np.array([8, 9, 8]), np.array([5.0, 4.0, 4.0])).tolist()
    [1, 2]
    """
    if len(a) == 1:
        return np.zeros(1, dtype=np.int64)
    rows, row = np.unique(a, return_inverse=True)
    columns, column = np.unique(b, return_inverse=True)
    if max(len(rows), len(columns)) > LARGEST_ASSIGNMENT:
        return _best_first(row, column, weight)
    table = np.zeros((len(rows), len(columns)))
    place = np.full((len(rows), len(columns)), -1, dtype=np.int64)
    table[row, column], place[row, column] = weight, np.arange(len(a))
    found = place[linear_sum_assignment(table, maximize=True)]
    return np.sort(found[found >= 0])


def _best_first(row: Ints, column: Ints, weight: np.ndarray) -> Ints:
    kept, rows, columns = [], set(), set()
    for place in np.argsort(-weight, kind="stable").tolist():
        if row[place] not in rows and column[place] not in columns:
            rows.add(row[place])
            columns.add(column[place])
            kept.append(place)
    return np.sort(np.array(kept, dtype=np.int64))


def _across(person: Ints, side: np.ndarray) -> tuple[Ints, Ints]:
    """Return every pair of one person with a record in each file."""
    first, second = np.flatnonzero(~side), np.flatnonzero(side)
    second = second[np.argsort(person[second], kind="stable")]
    low = np.searchsorted(person[second], person[first], "left")
    counts = np.searchsorted(person[second], person[first], "right") - low
    starts = np.cumsum(counts) - counts
    place = np.arange(int(counts.sum())) - np.repeat(starts, counts) + np.repeat(low, counts)
    return np.repeat(first, counts), second[place]


def links_table(matched: Matched, ids: list[str], systems: list[str], pairs: tuple[Ints, Ints]) -> pa.Table:
    """Return the links with their weights, the bits of each field among them, in the order of the ids."""
    levels = Comparer(matched.records).compare(*pairs)
    weight = score.match_weights(matched.tables, levels)
    bits = score.weights_by_field(matched.tables, levels)
    columns = {
        "id_a": pa.array([_own_id(ids[place], systems) for place in pairs[0]], pa.string()),
        "id_b": pa.array([_own_id(ids[place], systems) for place in pairs[1]], pa.string()),
        "match_weight": pa.array(weight),
        "match_probability": pa.array(score.probability(weight)),
    }
    columns |= {f"weight_{field}": pa.array(bits[:, index]) for index, field in enumerate(WEIGHT_FIELDS)}
    return pa.table(columns).sort_by([("id_a", "ascending"), ("id_b", "ascending")])


def _own_id(record_id: str, systems: list[str]) -> str:
    """Return the number a record bears in its own file."""
    system = next(name for name in systems if record_id.startswith(f"{name}:"))
    return record_id[len(system) + 1 :]


def _write(engine: Engine, out: Path, tables: Mapping[str, pa.Table], *, as_csv: bool) -> None:
    for name, rows in tables.items():
        engine.connection.register("link_rows", rows)
        select = sql_text("chaland", "link_rows.sql")
        if as_csv:
            engine.write_csv(select, out / f"{name}.csv", separator=",")
        else:
            engine.write_parquet(select, out / f"{name}.parquet")
        engine.connection.unregister("link_rows")


def _quality(pairs: tuple[Ints, Ints], ids: list[str], side: np.ndarray, labels: Mapping[str, str]) -> Quality:
    """Return precision and recall of the pairs across the files, against the labels."""
    right = sum(labels[ids[one]] == labels[ids[other]] for one, other in zip(*pairs, strict=True))
    codes = {label: code for code, label in enumerate(dict.fromkeys(labels.values()))}
    person = np.array([codes[labels[name]] for name in ids], dtype=np.int64)
    true = len(_across(person, side)[0])
    return Quality(right / len(pairs[0]) if len(pairs[0]) else 1.0, right / true if true else 1.0)
