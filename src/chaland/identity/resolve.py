"""A whole run: read records, match them, obey what was decided, name persons and homes, write identity.*."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from chaland.config import Settings
from chaland.engine import Engine
from chaland.identity import keys
from chaland.identity.crowds import Crowds, crowds_of
from chaland.identity.decisions import answers
from chaland.identity.golden import write_golden_records
from chaland.identity.indexing import write_run_index
from chaland.identity.labels import with_labels
from chaland.identity.match import Matched, match_records
from chaland.identity.naming import settle
from chaland.identity.organisations import write_contact_persons
from chaland.identity.pairs import Kept, worth_keeping, write_model
from chaland.identity.questions import write_questions
from chaland.identity.records import read_records
from chaland.progress import Reporter
from chaland.tables import clean, identity, landing

_ROOM = "chaland.identity"


def resolve_identities(
    engine: Engine, settings: Settings, *, as_of: date, reporter: Reporter, index: Path | None = None
) -> Crowds:
    """Fill identity.* from clean.records, the decisions, and the ids of the last run (identity.previous_*).

    Every record of clean.records is in identity.persons exactly once; a record known only by its key is a customer
    alone, unless it was decided otherwise. Nothing depends on the order of the records; the same records, decisions
    and ids before give the same ids after.

    Args:
        as_of: date given to the aliases of this run, and ages are counted at.
        index: folder in which the index for real time and increments is written (index.py); none when None.

    Returns:
        What too many records share to be told by it: contacts, names, houses, by their shapes.
    """
    create_read(engine)
    with reporter.step("identity.read") as step:
        records = read_records(engine, max_surnames_per_contact=settings.identity.max_surnames_per_contact)
        crowds = crowds_of(engine, records, most=settings.identity.max_block_rows)
        step.note(records=len(records), shared_contacts=records.shared_contacts)
    matched = match_records(records, settings.identity, reporter)
    pairs, is_same = answers(engine, records.record_id)
    if len(pairs):
        with reporter.step("identity.answers") as step:
            taught = with_labels(matched, pairs[:, 0], pairs[:, 1], is_same, least=settings.identity.least_bits)
            step.note(answers=len(pairs), learnt=taught is not matched)
            matched = taught
    for file in ("asked.sql", "before_all.sql"):
        engine.run(_ROOM, file)
    settled = settle(engine, matched, known_homes=None, as_of=as_of, reporter=reporter, is_part=False)
    for view in ("identity_asked", "identity_before"):
        engine.execute(f"drop view {view}")
    with reporter.step("identity.pairs") as step:
        kept = _kept(settled.matched, settings.identity.least_bits)
        step.note(rows=engine.load(identity.PAIRS, kept.table(matched.tables)))
        write_model(engine, matched.model)
    if index:
        with reporter.step("identity.index") as step:
            held = write_run_index(engine, index, settled.matched, settled.homes, settings.identity, as_of=as_of)
            step.note(**held)
    with reporter.step("identity.golden") as step:
        write_contact_persons(engine, max_surnames_per_contact=settings.identity.max_surnames_per_contact)
        write_golden_records(engine, settled.weakest_links, rules=settings.identity.golden, as_of=as_of)
        step.note(customers=engine.count(identity.CUSTOMERS), households=engine.count(identity.HOUSEHOLDS))
    with reporter.step("identity.questions") as step:
        step.note(questions=write_questions(engine, least=settings.identity.least_bits))
    return crowds


def create_read(engine: Engine) -> None:
    """Create empty what a run reads and nobody gave."""
    engine.create_missing(
        identity.PREVIOUS,
        identity.PREVIOUS_ALIASES,
        identity.PREVIOUS_HOUSEHOLD_ALIASES,
        landing.DECISIONS,
        clean.CORRECTIONS,
        clean.COMPANIES,
    )


def _kept(matched: Matched, least: float) -> Kept:
    """Return the pairs of a whole run that are linked, or near the threshold."""
    linked = matched.person[matched.left] == matched.person[matched.right]
    kept = worth_keeping(matched.match_weight, linked, least)
    left, right = matched.left[kept], matched.right[kept]
    rules = keys.first_rules(left, right, matched.rules, matched.atoms)
    names = np.array([*(rule.name for rule in matched.rules), "every pair"], dtype=object)
    record_id = matched.records.record_id
    return Kept(
        left=record_id.take(pa.array(left)),
        right=record_id.take(pa.array(right)),
        rules=names[rules].tolist(),
        levels=matched.levels[kept],
        match_weight=matched.match_weight[kept],
        household_weight=matched.household_weight[kept],
        is_linked=linked[kept],
    )
