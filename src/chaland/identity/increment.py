"""A day's records joined to a base without running it all again: only what they touch is decided anew.

The keys of the day's records are looked up in the index of the last run, compared under its model and its frequencies,
and the households they reach are put together again, with all their records, by the steps of the whole run (cluster,
then naming.settle). All others stay as they are, ids included. What a whole run would do better is to learn: how far
the day's pairs are from those the model was trained on is measured, and told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity import cluster, score
from chaland.identity.blocks import Blocking, Pairs, every_pair, grouped
from chaland.identity.cluster import Edges
from chaland.identity.drift import Drift, drift_of
from chaland.identity.fingerprints import Fingerprints, RecordPrints
from chaland.identity.household import BEARERS_IN_A_TOWN, KnownHomes
from chaland.identity.index import Index
from chaland.identity.levels import ADDRESS, COMPARISONS, Comparer, Levels, compare_in_chunks
from chaland.identity.lookup import rule_name
from chaland.identity.match import FAR_BITS, Matched
from chaland.identity.pairs import Kept, worth_keeping
from chaland.identity.records import Flags, Ints, Records, records_of, sorted_distinct
from chaland.identity.viewed import Statement
from chaland.identity.writings import copies_of, first_alike, paired
from chaland.progress import Reporter

Floats = npt.NDArray[np.float64]

_ROOM = "chaland.identity"
NO_LIMIT = 2**31 - 1
SIDES = ("left", "right")
PAIRS_AT_ONCE = 20_000_000
"""Pairs of all rules together, beyond which those that several rules bring are made one before the others come."""
_ADDRESS = COMPARISONS.index(ADDRESS)


@dataclass(frozen=True)
class Day:
    """What came in since the last run.

    Attributes:
        view: the matcher's view of the records new, or matched upon otherwise, in the order of record_id.
        gone: rows of the index that the day replaced or withdrew.
    """

    view: pa.Table
    gone: Ints


@dataclass(frozen=True)
class Increment:
    """What a day's records changed. The engine holds identity_asked: every record to be named again.

    Attributes:
        day: what came in.
        rows: rows of the index put together again.
        together: the records put together again, in the order of record_id; matched: their pairs and weights.
        outside: pairs of the day's records with others that stay as they are, near the threshold.
        compared: pairs of the day's records with the base.
        drift: how far these pairs are from those the model knows.
    """

    day: Day
    rows: Ints
    together: Together
    matched: Matched
    outside: Kept
    compared: int
    drift: Drift

    @property
    def known_homes(self) -> KnownHomes | None:
        """What the last whole run counted of the homes put together again."""
        return self.together.index.known_homes(self.matched.records, RecordPrints(self.matched.records))


def read_day(engine: Engine, index: Index, *, reporter: Reporter) -> Day:
    """Return what identity_changes says came in.

    Args:
        engine: holds clean.* and identity_changes (changes.sql).
        index: the index of the last run.
    """
    with reporter.step("increment.read") as step:
        with Statement() as statement:
            view = index.without_dropped(statement.view(engine.arrow(sql_text(_ROOM, "day.sql"))))
        gone = index.rows_of_ids(engine.arrow(sql_text(_ROOM, "gone.sql"))["record_id"].combine_chunks())
        gone = np.sort(gone[gone >= 0])
        step.note(records=len(view), gone=len(gone))
    return Day(view, gone)


def increment(engine: Engine, index: Index, day: Day, *, reporter: Reporter) -> Increment:
    """Return the records of a day with all whom they may change, matched; make identity_asked of them.

    Args:
        engine: holds clean.*, landing.decisions, identity.previous_persons and identity_changes (changes.sql).
        index: the index of the last run.
    """
    tables = score.weight_tables(index.model)
    with reporter.step("increment.compare") as step:
        reached = _reached(index, tables, day.view, day.gone, are_new=True)
        told = (reached.match_weight > index.least_bits - FAR_BITS) | (reached.household_weight > 0)
        drift = drift_of(reached.levels[told], index.description["level_counts"])
        step.note(pairs=len(reached.row), linked=int((reached.match_weight > index.least_bits).sum()))
    with reporter.step("increment.gather") as step:
        rows = _gathered(engine, index, tables, reached, day.gone)
        step.note(records=len(rows))
    with reporter.step("increment.cluster") as step:
        together = Together(index, day.view, rows)
        matched = together.matched(tables)
        step.note(records=len(matched.records), persons=len(np.unique(matched.person)))
    outside = _outside(index, day.view, reached, rows)
    return Increment(day, rows, together, matched, outside, len(reached.row), drift)


# Whom the day reaches ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Reached:
    """Pairs of one of the asked records (its place) and a row of the index, with their levels and weights.

    Attributes:
        may_live_together: under one roof, or of one name that few bear in one town: a home is told by more than a pair.
    """

    place: Ints
    row: Ints
    levels: Levels
    match_weight: Floats
    household_weight: Floats
    may_live_together: Flags


def _reached(index: Index, tables: score.WeightTables, asked: pa.Table, without: Ints, *, are_new: bool) -> Reached:
    """Compare records with those of the base that share a key with them, but the rows `without`."""
    records = records_of(asked, max_surnames_per_contact=NO_LIMIT)
    place, row = _sharing(index, records)
    keep = ~np.isin(row, without)
    place, row = place[keep], row[keep]
    rows = sorted_distinct(row)
    both = _records(index, asked, rows)
    at = np.empty(len(index.records), dtype=np.int64)
    at[rows] = np.arange(len(rows))
    left, right = place, len(records) + at[row]
    same_kind = both.is_organisation[left] == both.is_organisation[right]
    place, row, left, right = place[same_kind], row[same_kind], left[same_kind], right[same_kind]
    prints = RecordPrints(both)
    is_new = are_new & (np.arange(len(both)) < len(records))
    levels = compare_in_chunks(Comparer(both, index.frequencies(prints, is_new)), left, right)
    return Reached(
        place,
        row,
        levels,
        score.match_weights(tables, levels),
        score.household_weights(tables, levels),
        _may_live_together(index, both, prints, left, right, levels),
    )


def _sharing(index: Index, records: Records) -> tuple[Ints, Ints]:
    """Return the pairs of a record (its place) and a row of the index that share a key of any rule, each once."""
    width = max(len(index.records), 1)
    found = [np.zeros(0, dtype=np.int64)]
    if index.description["is_whole"]:
        found.append((np.arange(len(records))[:, np.newaxis] * width + index.every_row).ravel())
    prints = RecordPrints(records, index.holders)
    for names in index.rules:
        place, row = index.rows_sharing(rule_name(names), prints.key(names))
        found.append(place * width + row)
        if sum(map(len, found)) > PAIRS_AT_ONCE:
            found = [sorted_distinct(np.concatenate(found))]
    pairs = sorted_distinct(np.concatenate(found))
    return pairs // width, pairs % width


def _may_live_together(
    index: Index, both: Records, prints: RecordPrints, left: Ints, right: Ints, levels: Levels
) -> Flags:
    address = levels[:, _ADDRESS]
    under_one_roof = (address == ADDRESS.level("home_close")) | (address >= ADDRESS.family("home"))
    name, town = both.last_sound.codes, both.town.codes
    alike = (name[left] >= 0) & (name[left] == name[right]) & (town[left] >= 0) & (town[left] == town[right])
    known = index.known_homes(both, prints)
    if known is None:
        return np.zeros(len(left), dtype=bool)
    few = np.zeros(len(left), dtype=bool)
    few[alike] = (
        known.bearers(town[left][alike].astype(np.int64), name[left][alike].astype(np.int64)) <= BEARERS_IN_A_TOWN[-1]
    )
    together: Flags = under_one_roof | few
    return together


def _records(index: Index, asked: pa.Table, rows: Ints) -> Records:
    """Return some records, then those in some rows of the index."""
    held = index.view(rows).select(asked.column_names).cast(asked.schema)
    return records_of(pa.concat_tables([asked, held]), max_surnames_per_contact=NO_LIMIT)


def _gathered(engine: Engine, index: Index, tables: score.WeightTables, reached: Reached, gone: Ints) -> Ints:
    """Make identity_asked of whom the day touches, and return their rows in the index, those that are gone left out.

    They are the persons and households it reaches, those of the records it replaced, those it decided upon, and the
    persons linked to any of these, with all their records. A household is looked up in the index: those that a
    decision moved, which stand in two, are whole among the seeds.
    """
    engine.run(_ROOM, "seeds.sql")
    named = index.rows_of_ids(engine.arrow("select record_id from identity_seeds")["record_id"].combine_chunks())
    linked = reached.row[reached.match_weight > index.least_bits]
    at_home = reached.row[(reached.household_weight > 0) | reached.may_live_together]
    core = np.setdiff1d(index.household_rows(np.concatenate([linked, at_home, named[named >= 0]])), gone)
    # whom these persons are linked to: a link refused because of another may hold once that one is gone
    customers = index.codes("customer_id", np.union1d(linked, gone))
    persons = core[np.isin(index.codes("customer_id", core), customers)]
    beyond = _reached(index, tables, _one_a_writing(index.view(persons)), np.union1d(core, gone), are_new=False)
    more = index.household_rows(np.unique(beyond.row[beyond.match_weight > index.least_bits]))
    rows = np.union1d(core, np.setdiff1d(more, gone))
    engine.connection.register("identity_rows", index.view(rows, ("record_id", "is_organisation")))
    try:
        engine.run(_ROOM, "asked_together.sql")
    finally:
        engine.connection.unregister("identity_rows")
    return rows


def _one_a_writing(view: pa.Table) -> pa.Table:
    """Return the first record of each writing: its copies reach nobody else."""
    first = first_alike(records_of(view, max_surnames_per_contact=NO_LIMIT))
    return view.filter(pa.array(first == np.arange(len(first))))


def _outside(index: Index, day: pa.Table, reached: Reached, rows: Ints) -> Kept:
    """Return the pairs worth keeping of the day's records with rows that are not put together again."""
    apart = np.flatnonzero(~np.isin(reached.row, rows))
    nobody = np.zeros(len(apart), dtype=bool)
    kept = apart[worth_keeping(reached.match_weight[apart], nobody, index.least_bits)]
    one = day["record_id"].combine_chunks().take(pa.array(reached.place[kept])).to_numpy(zero_copy_only=False)
    other = index.texts("record_id", reached.row[kept])
    view = pa.concat_tables(
        [
            day.take(pa.array(reached.place[kept])),
            index.view(reached.row[kept]).select(day.column_names).cast(day.schema),
        ]
    )
    pairs = np.arange(len(kept))
    return Kept(
        left=pa.array(np.minimum(one, other), pa.string()),
        right=pa.array(np.maximum(one, other), pa.string()),
        rules=first_rules(index, records_of(view, max_surnames_per_contact=NO_LIMIT), pairs, pairs + len(kept)),
        levels=reached.levels[kept],
        match_weight=reached.match_weight[kept],
        household_weight=reached.household_weight[kept],
        is_linked=np.zeros(len(kept), dtype=bool),
    )


def first_rules(index: Index, records: Records, left: Ints, right: Ints) -> list[str]:
    """Return, per pair of records, the first rule of the index whose key both share; empty when none is.

    A base so small that all its pairs are compared has no rule.
    """
    prints = RecordPrints(records, index.holders)
    names = np.full(len(left), "every pair" if index.description["is_whole"] else "", dtype=object)
    for atoms in reversed(index.rules):
        key = prints.key(atoms)
        names[(key[left] != 0) & (key[left] == key[right])] = " + ".join(atoms)
    return [str(name) for name in names]


# Putting together again --------------------------------------------------------------------------


class Together:
    """The day's records and the rows gathered, in the order of record_id."""

    def __init__(self, index: Index, day: pa.Table, rows: Ints) -> None:
        self.index = index
        view = pa.concat_tables([day, index.view(rows).select(day.column_names).cast(day.schema)])
        order = pc.sort_indices(view["record_id"])
        self.is_fresh: Flags = order.to_numpy() < len(day)
        self.rows = np.append(np.full(len(day), -1, dtype=np.int64), rows)[order.to_numpy()]
        self.records = records_of(view.take(order), max_surnames_per_contact=NO_LIMIT)

    def matched(self, tables: score.WeightTables) -> Matched:
        """Return the records with their pairs, weighed, and who is who among them."""
        index, records = self.index, self.records
        comparer = Comparer(records, index.frequencies(RecordPrints(records), self.is_fresh))
        whole = index.description["is_whole"]
        first = np.arange(len(records)) if whole else first_alike(records)
        parts = self._pairs(first)
        left, right = (np.concatenate([getattr(part, end) for part in parts]).astype(np.int64) for end in SIDES)
        levels = compare_in_chunks(comparer, left, right)
        weight, home = score.match_weights(tables, levels), score.household_weights(tables, levels)
        weigh = score.Weigher(comparer, tables, index.least_bits)
        return Matched(
            records=records,
            left=left,
            right=right,
            levels=levels,
            match_weight=weight,
            household_weight=home,
            person=cluster.clusters(
                len(records), Edges(left, right, weight), weigh, least=index.least_bits, first=first
            ),
            model=index.model,
            tables=tables,
            weigh=weigh,
            atoms=[],
            rules=(),
            nicknames=list(index.nicknames),
            pairs_compared=len(left),
            first=first,
        )

    def kept(self, matched: Matched) -> Kept:
        """Return their pairs that are linked, or near the threshold, once their persons are decided."""
        linked = matched.person[matched.left] == matched.person[matched.right]
        kept = worth_keeping(matched.match_weight, linked, self.index.least_bits)
        left, right = matched.left[kept], matched.right[kept]
        return Kept(
            left=matched.records.record_id.take(pa.array(left)),
            right=matched.records.record_id.take(pa.array(right)),
            rules=first_rules(self.index, matched.records, left, right),
            levels=matched.levels[kept],
            match_weight=matched.match_weight[kept],
            household_weight=matched.household_weight[kept],
            is_linked=linked[kept],
        )

    def are_held(self, name: str, key: Fingerprints, first: Ints) -> Flags:
        """Tell which records' key of a rule the index holds, or will: it then has one of the day's writings."""
        is_fresh = np.zeros(len(key), dtype=bool)
        is_fresh[first[self.is_fresh]] = True
        return is_fresh[first] | self.index.holds(name, key)

    def _pairs(self, first: Ints) -> list[Pairs]:
        """Return the pairs the rules bring among these records; a block too large for the whole run brings none."""
        index, records = self.index, self.records
        if index.description["is_whole"]:
            return [every_pair(records.is_organisation)]
        prints = RecordPrints(records, index.holders)
        blocking = Blocking(records.is_organisation, room=NO_LIMIT)
        blocking.pairs.append(paired(first))
        for names, cap in zip(index.rules, index.caps, strict=True):
            key = prints.key(names)
            held = self.are_held(rule_name(names), key, first)
            held[copies_of(first)] = False
            blocking.take(grouped(_as_keys(np.where(held, key, np.uint64(0)))), cap)
        return blocking.pairs


def _as_keys(prints: Fingerprints) -> Ints:
    return np.where(prints == 0, -1, (prints >> np.uint64(1)).astype(np.int64))
