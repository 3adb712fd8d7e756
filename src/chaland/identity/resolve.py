"""The order of the room: read records, match them, name the persons and the homes, write identity.*."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from chaland.config import Settings
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity import cluster, keys, score
from chaland.identity.golden import write_golden_records
from chaland.identity.household import households
from chaland.identity.index import write_run_index
from chaland.identity.match import Matched, match_records
from chaland.identity.records import Ints, coded, read_records
from chaland.identity.registry import Naming, stable_ids
from chaland.identity.steady import steadied
from chaland.progress import Reporter
from chaland.tables import identity

NEAR_BITS = 6.0
"""Unlinked pairs this close to the threshold are kept for a steward's look."""

_ROOM = "chaland.identity"


def resolve_identities(
    engine: Engine, settings: Settings, *, as_of: date, reporter: Reporter, index: Path | None = None
) -> None:
    """Fill identity.* from clean.records and the ids of the last run (identity.previous_*, empty on the first).

    Every record of clean.records is in identity.persons exactly once; a record known only by its key is a customer
    alone. Nothing depends on the order of the records; the same records and ids before give the same ids after.

    Args:
        as_of: date given to the aliases of this run.
        index: folder in which the index for real time and increments is written (index.py); none when None.
    """
    engine.create_missing(identity.PREVIOUS, identity.PREVIOUS_ALIASES)
    with reporter.step("identity.read") as step:
        records = read_records(engine, max_surnames_per_contact=settings.identity.max_surnames_per_contact)
        step.note(records=len(records), shared_contacts=records.shared_contacts)
    matched = match_records(records, settings.identity, reporter)
    everyone = engine.arrow(sql_text(_ROOM, "everyone.sql"))
    described = np.flatnonzero(~everyone["is_key_only"].to_numpy())
    with reporter.step("identity.steady") as step:
        before = coded(everyone["customer_id"]).codes[described]
        steady = steadied(matched.person, before, matched.weigh)
        step.note(kept=int((steady != matched.person).sum()))
        matched = replace(matched, person=steady)
    with reporter.step("identity.households") as step:
        home = households(matched)
        step.note(households=int((home == np.arange(len(home))).sum()))
    with reporter.step("identity.registry") as step:
        links, retired = _write_persons(engine, matched, everyone, home, as_of)
        step.note(retired=retired)
    with reporter.step("identity.pairs") as step:
        step.note(rows=_write_pairs(engine, matched, settings.identity.threshold))
        engine.load(identity.MODEL, _model_table(matched))
    if index:
        with reporter.step("identity.index") as step:
            step.note(**write_run_index(engine, index, matched, settings.identity))
    with reporter.step("identity.golden") as step:
        write_golden_records(engine, links)
        step.note(customers=engine.count(identity.CUSTOMERS), households=engine.count(identity.HOUSEHOLDS))


def _write_persons(
    engine: Engine, matched: Matched, everyone: pa.Table, home: Ints, as_of: date
) -> tuple[pa.Table, int]:
    """Write identity.persons and identity.aliases; return the weakest link of each customer, and the ids retired."""
    record_ids = everyone["record_id"].to_numpy()
    described = np.flatnonzero(~everyone["is_key_only"].to_numpy())
    person = np.arange(len(record_ids))
    person[described] = described[matched.person]
    household = np.arange(len(record_ids))
    household[described] = described[home]
    customers = _named("C", record_ids, person, everyone["customer_id"])
    homes = _named("H", record_ids, household, everyone["household_id"])
    engine.load(
        identity.PERSONS,
        pa.table(
            {
                "record_id": everyone["record_id"],
                "customer_id": pa.array(customers.ids, pa.string()),
                "household_id": pa.array(homes.ids, pa.string()),
            }
        ),
    )
    retired = pa.table(
        {
            "old_customer_id": pa.array([row[0] for row in customers.retired], pa.string()),
            "customer_id": pa.array([row[1] for row in customers.retired], pa.string()),
            "reason": pa.array([row[2] for row in customers.retired], pa.string()),
        }
    )
    engine.connection.register("identity_retired", retired)
    try:
        engine.fill(identity.ALIASES, _ROOM, "aliases.sql", as_of=as_of)
    finally:
        engine.connection.unregister("identity_retired")
    edges = cluster.Edges(matched.left, matched.right, matched.match_weight)
    weakest = cluster.weakest_links(len(matched.person), matched.person, edges)
    held = np.flatnonzero(~np.isnan(weakest))
    links = pa.table(
        {
            "customer_id": pa.array(customers.ids[described[held]], pa.string()),
            "weakest_link_bits": pa.array(weakest[held], pa.float64()),
        }
    )
    return links, len(customers.retired)


def _named(letter: str, record_ids: np.ndarray, group: Ints, previous: pa.ChunkedArray) -> Naming:
    before = coded(previous)
    order = np.argsort(before.values.astype(str)) if len(before.values) else np.zeros(0, dtype=np.int64)
    rank = np.empty(len(order) + 1, dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    rank[-1] = -1
    return stable_ids(letter, record_ids, group, rank[before.codes], before.values[order])


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
