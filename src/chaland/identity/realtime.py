"""One record held against the base: who is it, in milliseconds, with the weights the whole run would give.

The blocking keys of the record are looked up in the index of the last whole run (index.py); the records they bring,
and the others of the same persons, are compared with it under the frequencies and the model of that run. So a pair
weighs the same here and in identity.pairs. Blocks beyond the cap were left out: work is bounded for any record.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.identity import score
from chaland.identity.cluster import CAP_BITS, LARGEST_GROUP
from chaland.identity.fingerprints import RecordPrints, of_texts
from chaland.identity.held import held_with, record_of
from chaland.identity.increment import first_rules
from chaland.identity.index import Index
from chaland.identity.levels import Comparer
from chaland.identity.records import Ints, Records, records_of
from chaland.identity.viewed import Statement, Viewer
from chaland.identity.writings import first_alike
from chaland.tables import Table, clean
from chaland.tables.identity import WEIGHT_FIELDS

SAME, DOUBTFUL, NEW = "same", "doubtful", "new"
NEAR_BITS = 6.0
"""Bits below the threshold within which a steward should look."""
NO_LIMIT = 2**31 - 1
"""Last names a contact may have among the few records compared: the index already left the busy ones out."""


_READ = (
    "record_id",
    "is_key_only",
    "is_organisation",
    "organisation",
    "first_name_key",
    "last_name_key",
    "birth_name_key",
    "sex",
    "birth_date",
    "birth_year",
    "birth_place",
    "occupation",
    "street_number",
    "street_extension",
    "street",
    "street_key",
    "postcode",
    "city",
    "insee_code",
    "phone",
    "mobile",
    "email_key",
    "card_number",
    "recorded_at",
)
ASKED = Table(
    clean.RECORDS.schema,
    clean.RECORDS.name,
    "one row: the record asked about, in the columns that matching reads",
    (),
    tuple(dataclasses.replace(column, nullable=True) for column in clean.RECORDS.columns if column.name in _READ),
)


@dataclass(frozen=True)
class Candidate:
    """A customer the record may be.

    Attributes:
        record_id: his record most like the one held against the base.
        records: his records compared.
        match_weight: bits of that most alike pair, prior included; match_probability: 2^w / (1 + 2^w).
        agreement: mean over his writings of their bits above the threshold, each between -30 and 30.
        household_weight: evidence for one household of two persons, bits.
        bits: what each field says in that pair; with the prior they make the match weight.
    """

    customer_id: str
    household_id: str
    record_id: str
    records: int
    match_weight: float
    match_probability: float
    agreement: float
    household_weight: float
    bits: dict[str, float]


@dataclass(frozen=True)
class Resolution:
    """The answer: `same` (customer_id says who), `doubtful` (a person should look) or `new`; candidates, best first."""

    verdict: str
    customer_id: str | None
    candidates: tuple[Candidate, ...]
    compared: int


@dataclass(frozen=True)
class WeighedPairs:
    """Rows of the index held against one record, with the weights of the pairs; `first`: the first alike of them."""

    rows: Ints
    first: Ints
    match_weight: np.ndarray[Any, np.dtype[np.float64]]
    household_weight: np.ndarray[Any, np.dtype[np.float64]]
    bits: np.ndarray[Any, np.dtype[np.float64]]

    def joined(self, more: WeighedPairs) -> WeighedPairs:
        """Return these pairs followed by others."""
        return WeighedPairs(
            *(np.concatenate([getattr(self, f.name), getattr(more, f.name)]) for f in dataclasses.fields(self))
        )


class Resolver:
    """Answers who a cleaned record is, from the index in a folder; several threads may share one.

    Args:
        folder: folder of the index, for instance a snapshot.

    Raises:
        NotFoundError, StorageError: the folder has no index, or one that cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.index = Index.open(folder)
        self.tables = score.weight_tables(self.index.model)
        self._statement = Statement()
        self._statement.engine.create(ASKED)
        self._asked = self._statement.engine.arrow(f"from {ASKED.full_name}").schema
        self._statement.engine.execute(f"drop table {ASKED.full_name}")
        self._viewer = Viewer(self._statement.engine)
        self._lock = Lock()

    def resolve(self, record: Mapping[str, Any], *, most: int = 10) -> Resolution:
        """Return who a record is.

        Args:
            record: columns of clean.records; those absent are null.
            most: candidates at most in the answer.
        """
        pairs = self.weighed(record)
        candidates = self._candidates(pairs)
        least = self.index.least_bits
        alike = [candidate for candidate in candidates if candidate.agreement > 0]
        near = [candidate for candidate in candidates if candidate.match_weight > least - NEAR_BITS]
        verdict = SAME if alike else DOUBTFUL if near else NEW
        return Resolution(
            verdict=verdict,
            customer_id=alike[0].customer_id if alike else None,
            candidates=tuple((near or candidates)[:most]),
            compared=len(pairs.rows),
        )

    def weighed(self, record: Mapping[str, Any]) -> WeighedPairs:
        """Return the weights of the record with every record that shares a key with it, and those of their persons."""
        asked = record_of(self._without_dropped(self._viewer.view(record) or self._viewed_by_statement(record)))
        brought = self._brought(asked)
        pairs = self._weigh(brought, asked)
        near = brought[pairs.match_weight > self.index.least_bits - NEAR_BITS]
        others = np.setdiff1d(self._persons_of(near), brought)
        return pairs.joined(self._weigh(others, asked)) if len(others) else pairs

    def _weigh(self, rows: Ints, asked: Records) -> WeighedPairs:
        few = held_with(self.index, rows, asked)
        comparer = Comparer(few, self.index.frequencies(RecordPrints(few)))
        levels = comparer.compare(np.arange(len(rows)), np.full(len(rows), len(rows)))
        return WeighedPairs(
            rows,
            rows[first_alike(few)[: len(rows)]],
            score.match_weights(self.tables, levels),
            score.household_weights(self.tables, levels),
            score.weights_by_field(self.tables, levels),
        )

    def _persons_of(self, rows: Ints) -> Ints:
        """Return the rows of the persons these rows are of, the first LARGEST_GROUP of each."""
        members = self.index.household_rows(rows)
        customers = self.index.texts("customer_id", members)
        kept = np.isin(customers, self.index.texts("customer_id", rows))
        members, customers = members[kept], customers[kept]
        order = np.argsort(customers.astype(str), kind="stable")
        ordered = customers[order]
        first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))[: len(ordered)]
        rank = np.arange(len(ordered)) - np.repeat(first, np.diff(np.append(first, len(ordered))))
        return np.sort(members[order][rank < LARGEST_GROUP])

    def _viewed_by_statement(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return the matcher's view of the record, by the statement that the whole run uses."""
        given = {"record_id": "", "is_key_only": False, "is_organisation": False}
        given |= {name: value for name, value in record.items() if value is not None}
        row = pa.table([pa.array([given.get(field.name)], field.type) for field in self._asked], schema=self._asked)
        with self._lock:
            viewed: dict[str, Any] = self._statement.view(row).to_pylist()[0]
            return viewed

    def _without_dropped(self, view: dict[str, Any]) -> dict[str, Any]:
        """Return the view less the contacts that the whole run found too shared."""
        contacts = ("phone", "mobile", "email")
        dropped = self.index.looked_up("dropped", of_texts([view[name] for name in contacts]), 0) == 1
        gone = [name for name, is_dropped in zip(contacts, dropped, strict=True) if is_dropped]
        return view | dict.fromkeys(gone + ["email_local"] * ("email" in gone))

    def _brought(self, asked: Records) -> Ints:
        """Return the rows that share a key with the record, and the other records of their persons."""
        if self.index.description["is_whole"]:
            rows = self.index.every_row
        else:
            prints = RecordPrints(asked, self.index.holders)
            rows = self.index.rule_table.rows_sharing(self.index.keys, prints.atom)
        kinds = self.index.view(rows, ("is_organisation",))["is_organisation"].to_numpy()
        same_kind: Ints = rows[kinds == asked.is_organisation[0]]
        return same_kind

    def _candidates(self, pairs: WeighedPairs) -> list[Candidate]:
        """Return the customers of the rows, best first."""
        if not len(pairs.rows):
            return []
        names = self.index.view(pairs.rows, ("customer_id", "household_id", "record_id")).to_pylist()
        above = np.clip(pairs.match_weight - self.index.least_bits, -CAP_BITS, CAP_BITS)
        groups: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            groups.setdefault(name["customer_id"], []).append(place)
        candidates = []
        for customer_id, places in groups.items():
            best = max(places, key=lambda place: pairs.match_weight[place])
            weight = pairs.match_weight[best]
            candidates.append(
                Candidate(
                    customer_id=customer_id,
                    household_id=names[best]["household_id"],
                    record_id=names[best]["record_id"],
                    records=len(places),
                    match_weight=float(weight),
                    match_probability=float(score.probability(weight)),
                    agreement=float(above[_firsts(places, pairs.first)].mean()),
                    household_weight=float(pairs.household_weight[best]),
                    bits=dict(zip(WEIGHT_FIELDS, pairs.bits[best].tolist(), strict=True)),
                )
            )
        return sorted(candidates, key=lambda one: (-one.agreement, -one.match_weight, one.customer_id))


def _firsts(places: list[int], first: Ints) -> Ints:
    """Return the first place of each writing: a customer's others say nothing more of him (writings.py)."""
    return np.array(places)[np.unique(first[places], return_index=True)[1]]


# Two records of the base -------------------------------------------------------------------------


@dataclass(frozen=True)
class WeighedNow:
    """Two records of the base weighed by its model, whether or not a run compared them.

    Attributes:
        blocking_rule: first rule that would bring the pair; empty when none does, so that no run compares them.
        match_weight: bits, prior included; bits: what each field of WEIGHT_FIELDS says.
    """

    record_id_l: str
    record_id_r: str
    blocking_rule: str
    match_weight: float
    match_probability: float
    bits: dict[str, float]


def weighed_now(folder: Path, one: Sequence[str], other: Sequence[str], *, most: int = 5) -> list[WeighedNow]:
    """Return the pairs of records of two lists that weigh most, under the model and frequencies of the index.

    Args:
        folder: folder of the index, for instance a snapshot.
        one, other: record ids; those that no row describes are passed over, and LARGEST_GROUP of each at most are read.
        most: pairs at most.

    Raises:
        NotFoundError, StorageError: the folder has no index, or one that cannot be read.
    """
    index = Index.open(folder)
    left, right = (_held(index, ids) for ids in (one, other))
    if not len(left) or not len(right):
        return []
    rows = np.concatenate([left, right])
    records = records_of(index.view(rows), max_surnames_per_contact=NO_LIMIT)
    places_l = np.repeat(np.arange(len(left)), len(right))
    places_r = np.tile(len(left) + np.arange(len(right)), len(left))
    tables = score.weight_tables(index.model)
    levels = Comparer(records, index.frequencies(RecordPrints(records))).compare(places_l, places_r)
    weights = score.match_weights(tables, levels)
    best = np.lexsort((places_r, places_l, -weights))[:most]
    bits = score.weights_by_field(tables, levels[best])
    rules = first_rules(index, records, places_l[best], places_r[best])
    ids = index.texts("record_id", rows)
    found = []
    for place, pair in enumerate(best.tolist()):
        low, high = sorted((str(ids[places_l[pair]]), str(ids[places_r[pair]])))
        found.append(
            WeighedNow(
                record_id_l=low,
                record_id_r=high,
                blocking_rule=rules[place],
                match_weight=float(weights[pair]),
                match_probability=float(score.probability(weights[pair])),
                bits=dict(zip(WEIGHT_FIELDS, bits[place].tolist(), strict=True)),
            )
        )
    return found


def _held(index: Index, record_ids: Sequence[str]) -> Ints:
    rows = index.rows_of_ids(pa.array(sorted(record_ids)[:LARGEST_GROUP], pa.string()))
    return rows[rows >= 0]
