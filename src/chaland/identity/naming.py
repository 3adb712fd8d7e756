"""Who is with whom among all records, decided and undecided, and the ids that follow: identity.persons and the aliases.

Used by a whole run for every record, by an increment for those it puts together again (identity_asked).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity import cluster
from chaland.identity.decisions import constrained, read_decisions
from chaland.identity.household import Homes, KnownHomes, households
from chaland.identity.match import Matched
from chaland.identity.organisations import told_by_number
from chaland.identity.records import Codes, Flags, Ints, Strings, coded
from chaland.identity.registry import Naming, decided_ids, stable_ids
from chaland.identity.steady import steadied
from chaland.progress import Reporter
from chaland.tables import Table, identity

_ROOM = "chaland.identity"


@dataclass(frozen=True)
class Partitions:
    """Who is with whom among all records, as decided and without decisions; groups named by their smallest record."""

    person: Ints
    home: Ints
    undecided_person: Ints
    undecided_home: Ints


class Everyone:
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

    def homes(self, homes: Homes, person: Ints) -> Ints:
        """Return the household of all records; a key alone lives with the person it was decided to be."""
        wide = self.widened(homes.home)
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


def write_persons(
    engine: Engine, everyone: Everyone, partitions: Partitions, *, is_decided: bool, as_of: date, is_part: bool
) -> tuple[Naming, Naming]:
    """Write identity.persons and both tables of aliases; return the customer and the household of each record.

    Args:
        is_part: only some records are named anew (identity_named); the others stay as identity.previous_persons has
            them.
    """
    elsewhere = partial(_borne_elsewhere, engine) if is_part else _by_nobody
    customers, own_customers = _named(
        "C", everyone, partitions.person, partitions.undecided_person, is_decided=is_decided, elsewhere=elsewhere
    )
    homes, own_homes = _named(
        "H", everyone, partitions.home, partitions.undecided_home, is_decided=is_decided, elsewhere=elsewhere
    )
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
    # an id of a record not named now neither ends nor comes back: who bears it bore it last time
    engine.run(_ROOM, "ended.sql")
    _write_aliases(engine, identity.ALIASES, customers, as_of)
    _write_aliases(engine, identity.HOUSEHOLD_ALIASES, homes, as_of)
    if is_part:
        engine.run(_ROOM, "named.sql")
        engine.append(identity.PERSONS, _ROOM, "unchanged_persons.sql")
    return customers, homes


def _by_nobody(_letter: str, _names: Strings) -> set[str]:
    """Return the names that records not named now bear, where all are named now."""
    return set()


def _borne_elsewhere(engine: Engine, letter: str, names: Strings) -> set[str]:
    """Return those of the names that records not named now bear."""
    engine.connection.register("identity_names", pa.table({"name": pc.unique(pa.array(names, pa.string()))}))
    try:
        return {row[0] for row in engine.rows(sql_text(_ROOM, "names_elsewhere.sql"), {"letter": letter})}
    finally:
        engine.connection.unregister("identity_names")


def _write_aliases(engine: Engine, table: Table, naming: Naming, as_of: date) -> None:
    columns = {name: [row[place] for row in naming.retired] for place, name in enumerate(("old_id", "id", "reason"))}
    retired = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    engine.connection.register("identity_retired", retired)
    try:
        engine.fill(table, _ROOM, f"{table.name}.sql", as_of=as_of)
    finally:
        engine.connection.unregister("identity_retired")


def _named(
    letter: str,
    everyone: Everyone,
    group: Ints,
    undecided: Ints,
    *,
    is_decided: bool,
    elsewhere: Callable[[str, Strings], set[str]],
) -> tuple[Naming, Strings]:
    """Return the ids as decided, and those without any decision: they go on from run to run as if none had been.

    Args:
        elsewhere: those of the names that records not named now bear: they are barred, and the naming done again.
    """
    record_ids = everyone.rows["record_id"].to_numpy()
    column = "customer_id" if letter == "C" else "household_id"
    is_decided = is_decided or everyone.was_decided
    without = _ranked(everyone.rows[f"undecided_{column}"])
    before = _ranked(everyone.rows[column]) if is_decided else without
    barred: set[str] = set()
    while True:
        own = naming = stable_ids(letter, record_ids, undecided, *without, barred=barred)
        if is_decided:
            naming = decided_ids(letter, record_ids, group, undecided, own.ids, *before, barred=barred)
        taken = elsewhere(letter, np.append(naming.ids, own.ids)) - barred
        if not taken:
            return naming, own.ids
        barred |= taken


def _ranked(previous: pa.ChunkedArray) -> tuple[Codes, Strings]:
    """Return the code of each record's id of last time, -1 for none, and these ids, sorted."""
    before = coded(previous)
    order = np.argsort(before.values.astype(str)) if len(before.values) else np.zeros(0, dtype=np.int64)
    rank = np.empty(len(order) + 1, dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    rank[-1] = -1
    return rank[before.codes], before.values[order]


@dataclass(frozen=True)
class Settled:
    """What became of matched records.

    Attributes:
        matched: with the persons as decided.
        customers, households: those of each described record.
        weakest: weight of the weakest link of each person, at its smallest record; nan for one record.
        homes: the households of the described records, and what they tell.
    """

    matched: Matched
    customers: Strings
    households: Strings
    weakest: cluster.Floats
    homes: Homes

    @property
    def weakest_links(self) -> pa.Table:
        """customer_id and weakest_link_bits of each customer of several records."""
        held = np.flatnonzero(~np.isnan(self.weakest))
        return pa.table(
            {
                "customer_id": pa.array(self.customers[held], pa.string()),
                "weakest_link_bits": pa.array(self.weakest[held], pa.float64()),
            }
        )


def settle(
    engine: Engine, matched: Matched, *, known_homes: KnownHomes | None, as_of: date, reporter: Reporter, is_part: bool
) -> Settled:
    """Write identity.persons, decisions and aliases for the records of identity_asked, from how they matched.

    Args:
        matched: those of them that a row describes, in the order of record_id.
        known_homes: what a whole run counted of homes; counted among these records when None.
        is_part: the other records stay as identity.previous_persons has them.
    """
    everyone = Everyone(engine.arrow(sql_text(_ROOM, "everyone.sql")))
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
        decided = replace(matched, person=everyone.narrowed(person))
        own = households(matched, known_homes)
        homes = households(decided, known_homes) if decisions else own
        home = everyone.homes(own, undecided)
        partitions = Partitions(person, everyone.homes(homes, person) if decisions else home, undecided, home)
        step.note(households=int((partitions.home == np.arange(len(home))).sum()))
    with reporter.step("identity.registry") as step:
        named = write_persons(engine, everyone, partitions, is_decided=bool(decisions), as_of=as_of, is_part=is_part)
        step.note(retired=len(named[0].retired))
    edges = cluster.Edges(decided.left, decided.right, decided.match_weight)
    weakest = cluster.weakest_links(len(decided.person), decided.person, edges)
    customer, household = (naming.ids[everyone.described] for naming in named)
    return Settled(decided, customer, household, weakest, homes)
