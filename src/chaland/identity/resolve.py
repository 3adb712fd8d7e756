"""The order of the room: read records, match them, obey what was decided, name persons and homes, write identity.*."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.config import Settings
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity import cluster, keys, score
from chaland.identity.decisions import Decisions, constrained, read_decisions
from chaland.identity.golden import write_golden_records
from chaland.identity.household import households
from chaland.identity.index import write_run_index
from chaland.identity.match import Matched, match_records
from chaland.identity.organisations import told_by_number, write_contact_persons
from chaland.identity.questions import write_questions
from chaland.identity.records import Codes, Flags, Ints, Strings, coded, read_records
from chaland.identity.registry import Naming, decided_ids, stable_ids
from chaland.identity.steady import steadied
from chaland.progress import Reporter
from chaland.tables import Table, clean, identity, landing

NEAR_BITS = 6.0
"""Unlinked pairs this close to the threshold are kept for a steward's look."""

_ROOM = "chaland.identity"


def resolve_identities(
    engine: Engine, settings: Settings, *, as_of: date, reporter: Reporter, index: Path | None = None
) -> None:
    """Fill identity.* from clean.records, the decisions, and the ids of the last run (identity.previous_*).

    Every record of clean.records is in identity.persons exactly once; a record known only by its key is a customer
    alone, unless it was decided otherwise. Nothing depends on the order of the records; the same records, decisions
    and ids before give the same ids after.

    Args:
        as_of: date given to the aliases of this run, and ages are counted at.
        index: folder in which the index for real time and increments is written (index.py); none when None.
    """
    engine.create_missing(
        identity.PREVIOUS,
        identity.PREVIOUS_ALIASES,
        identity.PREVIOUS_HOUSEHOLD_ALIASES,
        landing.DECISIONS,
        clean.CORRECTIONS,
        clean.COMPANIES,
    )
    with reporter.step("identity.read") as step:
        records = read_records(engine, max_surnames_per_contact=settings.identity.max_surnames_per_contact)
        step.note(records=len(records), shared_contacts=records.shared_contacts)
    matched = match_records(records, settings.identity, reporter)
    everyone = _Everyone(engine.arrow(sql_text(_ROOM, "everyone.sql")))
    with reporter.step("identity.steady") as step:
        before = coded(everyone.rows["undecided_customer_id"]).codes[everyone.described]
        steady = steadied(matched.person, before, matched.weigh)
        step.note(kept=int((steady != matched.person).sum()))
        matched = replace(matched, person=steady)
    with reporter.step("identity.decisions") as step:
        record_ids, weigh = everyone.rows["record_id"].combine_chunks(), everyone.weigher(matched.weigh)
        undecided = told_by_number(engine, record_ids, everyone.widened(matched.person), weigh)
        matched = replace(matched, person=everyone.narrowed(undecided))
        decisions = read_decisions(engine, record_ids)
        person = constrained(undecided, decisions.same, decisions.apart, weigh)
        step.note(
            same=len(decisions.same),
            apart=len(decisions.apart),
            overruled=decisions.overruled,
            unknown=decisions.unknown,
        )
    with reporter.step("identity.households") as step:
        home = everyone.homes(matched, undecided)
        decided = replace(matched, person=everyone.narrowed(person))
        partitions = _Partitions(person, everyone.homes(decided, person) if decisions else home, undecided, home)
        step.note(households=int((partitions.home == np.arange(len(home))).sum()))
    with reporter.step("identity.registry") as step:
        customers, retired = _write_persons(engine, everyone, partitions, decisions, as_of)
        step.note(retired=retired)
    with reporter.step("identity.pairs") as step:
        step.note(rows=_write_pairs(engine, decided, settings.identity.threshold))
        engine.load(identity.MODEL, _model_table(matched))
    with reporter.step("identity.questions") as step:
        weakest = _weakest(decided)
        least = float(np.log2(settings.identity.threshold / (1 - settings.identity.threshold)))
        step.note(questions=write_questions(engine, decided, weakest, least=least))
    if index:
        with reporter.step("identity.index") as step:
            step.note(**write_run_index(engine, index, matched, settings.identity))
    with reporter.step("identity.golden") as step:
        write_contact_persons(engine, max_surnames_per_contact=settings.identity.max_surnames_per_contact)
        links = _weakest_links(weakest, customers[everyone.described])
        write_golden_records(engine, links, rules=settings.identity.golden, as_of=as_of)
        step.note(customers=engine.count(identity.CUSTOMERS), households=engine.count(identity.HOUSEHOLDS))


@dataclass(frozen=True)
class _Partitions:
    """Who is with whom among all records, as decided and without decisions; groups named by their smallest record."""

    person: Ints
    home: Ints
    undecided_person: Ints
    undecided_home: Ints


class _Everyone:
    """All records, those known by a key alone included, and the way to and from the matcher's view of the others."""

    def __init__(self, rows: pa.Table) -> None:
        self.rows = rows
        self.described = np.flatnonzero(~rows["is_key_only"].to_numpy())
        self.place = np.full(len(rows), -1, dtype=np.int64)
        self.place[self.described] = np.arange(len(self.described))
        self.was_decided = any(
            pc.any(pc.not_equal(rows[name], rows[f"undecided_{name}"])).as_py()
            for name in ("customer_id", "household_id")
        )

    def widened(self, group: Ints) -> Ints:
        """Return the groups of all records: those known by a key alone stand alone."""
        wide = np.arange(len(self.rows))
        wide[self.described] = self.described[group]
        return wide

    def narrowed(self, group: Ints) -> Ints:
        """Return the groups of the described records, named by the smallest of these."""
        inside = group[self.described]
        first = np.full(len(group), len(inside), dtype=np.int64)
        np.minimum.at(first, inside, np.arange(len(inside)))
        return first[inside]

    def homes(self, matched: Matched, person: Ints) -> Ints:
        """Return the household of all records; a key alone lives with the person it was decided to be."""
        wide = self.widened(households(matched))
        return cluster.components(len(person), np.tile(np.arange(len(person)), 2), np.append(wide, person))

    def weigher(self, weigh: cluster.Weigh) -> cluster.Weigh:
        """Return the weights of pairs of all records: a key alone is no evidence."""

        def wide(left: Ints, right: Ints) -> cluster.Floats:
            one, other = self.place[left], self.place[right]
            known: Flags = (one >= 0) & (other >= 0)
            weight = np.zeros(len(left))
            weight[known] = weigh(one[known], other[known])
            return weight

        return wide


def _write_persons(
    engine: Engine, everyone: _Everyone, partitions: _Partitions, decisions: Decisions, as_of: date
) -> tuple[Strings, int]:
    """Write identity.persons and both tables of aliases; return the customer of each record, and the ids retired."""
    groups = (partitions.person, partitions.undecided_person)
    customers, own_customers = _named("C", everyone, *groups, "customer_id", is_decided=bool(decisions))
    groups = (partitions.home, partitions.undecided_home)
    homes, own_homes = _named("H", everyone, *groups, "household_id", is_decided=bool(decisions))
    engine.load(
        identity.PERSONS,
        pa.table(
            {
                "record_id": everyone.rows["record_id"],
                "customer_id": pa.array(customers.ids, pa.string()),
                "household_id": pa.array(homes.ids, pa.string()),
                "undecided_customer_id": pa.array(own_customers, pa.string(), mask=own_customers == customers.ids),
                "undecided_household_id": pa.array(own_homes, pa.string(), mask=own_homes == homes.ids),
            }
        ),
    )
    _write_aliases(engine, identity.ALIASES, "identity_retired", customers, as_of)
    _write_aliases(engine, identity.HOUSEHOLD_ALIASES, "identity_retired_homes", homes, as_of)
    return customers.ids, len(customers.retired)


def _write_aliases(engine: Engine, table: Table, given: str, naming: Naming, as_of: date) -> None:
    columns = zip(table.column_names, ([row[index] for row in naming.retired] for index in range(3)), strict=False)
    engine.connection.register(given, pa.table({name: pa.array(values, pa.string()) for name, values in columns}))
    try:
        engine.fill(table, _ROOM, f"{table.name}.sql", as_of=as_of)
    finally:
        engine.connection.unregister(given)


def _named(
    letter: str, everyone: _Everyone, group: Ints, undecided: Ints, column: str, *, is_decided: bool
) -> tuple[Naming, Strings]:
    """Return the ids as decided, and those without any decision: they go on from run to run as if none had been."""
    record_ids = everyone.rows["record_id"].to_numpy()
    own = stable_ids(letter, record_ids, undecided, *_ranked(everyone.rows[f"undecided_{column}"]))
    if not is_decided and not everyone.was_decided:
        return own, own.ids
    before = _ranked(everyone.rows[column])
    return decided_ids(letter, record_ids, group, undecided, own.ids, *before), own.ids


def _ranked(previous: pa.ChunkedArray) -> tuple[Codes, Strings]:
    """Return the code of each record's id of last time, -1 for none, and these ids, sorted."""
    before = coded(previous)
    order = np.argsort(before.values.astype(str)) if len(before.values) else np.zeros(0, dtype=np.int64)
    rank = np.empty(len(order) + 1, dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    rank[-1] = -1
    return rank[before.codes], before.values[order]


def _weakest(matched: Matched) -> cluster.Floats:
    """Return the weight of the weakest link of each person, at its smallest record; nan for one record."""
    edges = cluster.Edges(matched.left, matched.right, matched.match_weight)
    return cluster.weakest_links(len(matched.person), matched.person, edges)


def _weakest_links(weakest: cluster.Floats, customer_ids: Strings) -> pa.Table:
    """Return customer_id and weakest_link_bits of each customer of several records."""
    held = np.flatnonzero(~np.isnan(weakest))
    return pa.table(
        {
            "customer_id": pa.array(customer_ids[held], pa.string()),
            "weakest_link_bits": pa.array(weakest[held], pa.float64()),
        }
    )


def _write_pairs(engine: Engine, matched: Matched, threshold: float) -> int:
    """Write identity.pairs: the linked pairs and those near the threshold; return how many."""
    linked = matched.person[matched.left] == matched.person[matched.right]
    least = float(np.log2(threshold / (1 - threshold)))
    kept = np.flatnonzero(linked | (matched.match_weight > least - NEAR_BITS))
    left, right = matched.left[kept], matched.right[kept]
    rules = keys.first_rules(left, right, matched.rules, matched.atoms)
    names = np.array([*(rule.name for rule in matched.rules), "every pair"], dtype=object)
    bits = score.weights_by_field(matched.tables, matched.levels[kept])
    record_id = matched.records.record_id
    weight = matched.match_weight[kept]
    columns = {
        "record_id_l": record_id.take(pa.array(left)),
        "record_id_r": record_id.take(pa.array(right)),
        "blocking_rule": pa.array(names[rules], pa.string()),
        "match_weight": pa.array(weight),
        "match_probability": pa.array(score.probability(weight)),
        "household_weight": pa.array(matched.household_weight[kept]),
        "is_linked": pa.array(linked[kept]),
    }
    for index, field in enumerate(identity.WEIGHT_FIELDS):
        columns[f"weight_{field}"] = pa.array(bits[:, index])
    return engine.load(identity.PAIRS, pa.table(columns))


def _model_table(matched: Matched) -> pa.Table:
    rows = score.model_rows(matched.model)
    names = ("comparison", "level", "m_probability", "household_probability", "u_probability", "match_weight")
    kinds = (pa.string(), pa.string(), *[pa.float64()] * 4)
    return pa.table(
        {
            name: pa.array([row[index] for row in rows], kind)
            for index, (name, kind) in enumerate(zip(names, kinds, strict=True))
        }
    )
