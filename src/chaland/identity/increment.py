"""A day's records joined to a base without running it all again: only what they touch is decided anew.

The keys of the day's records are looked up in the index of the last whole run, compared under its model and its
frequencies, and the households they reach are put together again, with all their records, by the steps of the whole
run (cluster, steady, decisions, household, registry). All others stay as they are, ids included. What a whole run
would do better is to learn: how far the day's pairs are from those the model was trained on is measured, and told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine import Engine
from chaland.identity import cluster, score
from chaland.identity.blocks import Blocking, Pairs, every_pair, grouped
from chaland.identity.cluster import Edges
from chaland.identity.decisions import constrained, read_decisions
from chaland.identity.drift import Drift, drift_of
from chaland.identity.fingerprints import Fingerprints, RecordPrints
from chaland.identity.household import households
from chaland.identity.index import Index
from chaland.identity.levels import Comparer, Levels
from chaland.identity.match import FAR_BITS, Matched
from chaland.identity.model import compare_in_chunks
from chaland.identity.records import Flags, Ints, Records, coded, read_rows, records_of, sorted_distinct
from chaland.identity.registry import Naming, stable_ids
from chaland.identity.steady import steadied
from chaland.progress import Reporter

Floats = npt.NDArray[np.float64]

NO_LIMIT = 2**31 - 1
SIDES = ("left", "right")


@dataclass(frozen=True)
class Increment:
    """What a day's records changed.

    Attributes:
        persons: record_id, customer_id, household_id of the day's records and of all those put together again.
        retired: customer ids that no longer are one, with the id that answers and why.
        gone: rows of the index whose records the day wrote anew.
        matched: the records put together again, their pairs and weights.
        compared: pairs of the day's records with the base.
        drift: how far these pairs are from those the model knows.
    """

    persons: pa.Table
    retired: list[tuple[str, str, str]]
    gone: Ints
    matched: Matched
    compared: int
    drift: Drift


def increment(engine: Engine, index: Index, *, reporter: Reporter) -> Increment:
    """Return who the records of clean.records (the day's, and only those) are, and whom they change in the base.

    A record id that the base holds is taken as written anew. Decisions of landing.decisions are obeyed.

    Args:
        index: the index of the last whole run.
    """
    with reporter.step("increment.read") as step:
        day = index.without_dropped(read_rows(engine))
        gone = index.rows_of_ids(day["record_id"].combine_chunks())
        gone = np.sort(gone[gone >= 0])
        step.note(records=len(day), replaced=len(gone))
    with reporter.step("increment.compare") as step:
        tables = score.weight_tables(index.model)
        reached = _reached(index, tables, day, gone)
        told = (reached.match_weight > index.least_bits - FAR_BITS) | (reached.household_weight > 0)
        drift = drift_of(reached.levels[told], index.description["level_counts"])
        step.note(pairs=len(reached.row), linked=int((reached.match_weight > index.least_bits).sum()))
    with reporter.step("increment.gather") as step:
        kept = _gathered(index, tables, reached, gone)
        step.note(records=len(kept))
    with reporter.step("increment.cluster") as step:
        sub = _Together(index, day, kept)
        matched = sub.matched(tables)
        before = coded(sub.ids["customer_id"])
        matched = _with_person(matched, steadied(matched.person, before.codes, matched.weigh))
        decisions = read_decisions(engine, sub.ids["record_id"].combine_chunks())
        if decisions:
            person = constrained(matched.person, decisions.same, decisions.apart, matched.weigh)
            matched = _with_person(matched, person)
        step.note(persons=len(np.unique(matched.person)))
    with reporter.step("increment.registry") as step:
        home = households(matched)
        customers = _named("C", sub.ids["record_id"], matched.person, sub.ids["customer_id"])
        homes = _named("H", sub.ids["record_id"], home, sub.ids["household_id"])
        step.note(retired=len(customers.retired))
    persons = pa.table(
        {
            "record_id": sub.ids["record_id"].combine_chunks(),
            "customer_id": pa.array(customers.ids, pa.string()),
            "household_id": pa.array(homes.ids, pa.string()),
        }
    )
    return Increment(persons, customers.retired, gone, matched, len(reached.row), drift)


# Whom the day reaches ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reached:
    """Pairs of one of the asked records (its place) and a row of the index, with their levels and weights."""

    place: Ints
    row: Ints
    levels: Levels
    match_weight: Floats
    household_weight: Floats


def _reached(index: Index, tables: score.WeightTables, asked: pa.Table, without: Ints) -> _Reached:
    """Compare records with those of the base that share a key with them, but the rows `without`."""
    records = records_of(asked, max_surnames_per_contact=NO_LIMIT)
    pairs = np.zeros(0, dtype=np.int64)
    width = max(len(index), 1)
    if index.description["is_whole"]:
        pairs = np.arange(len(records) * len(index), dtype=np.int64)
    prints = RecordPrints(records, index.holders)
    for names in index.rules:
        place, row = index.rows_sharing(" + ".join(sorted(names)), prints.key(names))
        pairs = sorted_distinct(np.concatenate([pairs, place * width + row]))
    place, row = pairs // width, pairs % width
    keep = ~np.isin(row, without)
    place, row = place[keep], row[keep]
    rows = np.unique(row)
    both = _records(index, asked, rows)
    left, right = place, len(records) + np.searchsorted(rows, row)
    same_kind = both.is_organisation[left] == both.is_organisation[right]
    place, row, left, right = place[same_kind], row[same_kind], left[same_kind], right[same_kind]
    levels = compare_in_chunks(Comparer(both, index.frequencies(RecordPrints(both))), left, right)
    return _Reached(place, row, levels, score.match_weights(tables, levels), score.household_weights(tables, levels))


def _records(index: Index, asked: pa.Table, rows: Ints) -> Records:
    """Return some records, then those in some rows of the index."""
    held = index.view(rows).select(asked.column_names).cast(asked.schema)
    return records_of(pa.concat_tables([asked, held]), max_surnames_per_contact=NO_LIMIT)


def _gathered(index: Index, tables: score.WeightTables, reached: _Reached, gone: Ints) -> Ints:
    """Return the rows to put together again: the households the day reaches, those of the records written anew, and
    those linked to a person the day reaches, with all their records."""
    linked = reached.match_weight > index.least_bits
    touched = np.union1d(reached.row[linked], gone)
    members = index.household_rows(touched)
    persons = np.isin(index.codes("customer_id", members), index.codes("customer_id", touched))
    core = np.setdiff1d(members[persons], gone)
    beyond = _reached(index, tables, index.view(core), np.union1d(core, gone)) if len(core) else None
    more = beyond.row[beyond.match_weight > index.least_bits] if beyond else np.zeros(0, dtype=np.int64)
    at_home = reached.row[reached.household_weight > 0]
    return np.setdiff1d(index.household_rows(np.unique(np.concatenate([touched, at_home, more]))), gone)


# Putting together again --------------------------------------------------------------------------


class _Together:
    """The day's records and the rows gathered, in the order of record_id."""

    def __init__(self, index: Index, day: pa.Table, rows: Ints) -> None:
        self.index = index
        names = ("record_id", "customer_id", "household_id")
        held = index.view(rows, names)
        nobody = pa.nulls(len(day), pa.string())
        fresh = pa.table({"record_id": day["record_id"], "customer_id": nobody, "household_id": nobody})
        view = pa.concat_tables([day, index.view(rows).select(day.column_names).cast(day.schema)])
        ids = pa.concat_tables([fresh, held])
        order = pc.sort_indices(ids["record_id"])
        self.ids = ids.take(order)
        self.is_fresh: Flags = order.to_numpy() < len(day)
        self.records = records_of(view.take(order), max_surnames_per_contact=NO_LIMIT)

    def matched(self, tables: score.WeightTables) -> Matched:
        """Return the records with their pairs, weighed, and who is who among them."""
        index, records = self.index, self.records
        comparer = Comparer(records, index.frequencies(RecordPrints(records)))
        parts = self._pairs()
        left, right = (np.concatenate([getattr(part, end) for part in parts]).astype(np.int64) for end in SIDES)
        levels = compare_in_chunks(comparer, left, right)
        weight, home = score.match_weights(tables, levels), score.household_weights(tables, levels)

        def weigh(one: Ints, other: Ints) -> Floats:
            return score.match_weights(tables, compare_in_chunks(comparer, one, other))

        return Matched(
            records=records,
            left=left,
            right=right,
            levels=levels,
            match_weight=weight,
            household_weight=home,
            person=cluster.clusters(len(records), Edges(left, right, weight), weigh, least=index.least_bits),
            model=index.model,
            tables=tables,
            weigh=weigh,
            atoms=[],
            rules=(),
            nicknames=list(index.nicknames),
            pairs_compared=len(left),
        )

    def _pairs(self) -> list[Pairs]:
        """Return the pairs the rules bring among these records; a block too large for the whole run brings none."""
        index, records = self.index, self.records
        if index.description["is_whole"]:
            return [every_pair(records.is_organisation)]
        prints = RecordPrints(records, index.holders)
        blocking = Blocking(records.is_organisation, cap=index.description["max_block_rows"], room=NO_LIMIT)
        for names in index.rules:
            key = prints.key(names)
            held = self.is_fresh | index.holds(" + ".join(sorted(names)), key)
            blocking.take(grouped(_as_keys(np.where(held, key, np.uint64(0)))))
        return blocking.pairs


def _as_keys(prints: Fingerprints) -> Ints:
    return np.where(prints == 0, -1, (prints >> np.uint64(1)).astype(np.int64))


def _with_person(matched: Matched, person: Ints) -> Matched:
    return Matched(**{**vars(matched), "person": person})


def _named(letter: str, record_ids: pa.ChunkedArray, group: Ints, previous: pa.ChunkedArray) -> Naming:
    before = coded(previous)
    order = np.argsort(before.values.astype(str)) if len(before.values) else np.zeros(0, dtype=np.int64)
    rank = np.empty(len(order) + 1, dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    rank[-1] = -1
    return stable_ids(
        letter, record_ids.to_numpy(zero_copy_only=False), group, rank[before.codes], before.values[order]
    )
