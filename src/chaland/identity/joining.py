"""An increment: what changed since the last run is joined to it; identity.* is written as a whole run would write it.

What a whole run computed for others is not copied: identity.pairs, values, customers and households are views of what
is made anew and of the snapshot in force (identity.previous_*), which must stay readable as long as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from chaland.config import Settings
from chaland.engine import Engine
from chaland.identity.drift import Drift
from chaland.identity.golden import join_golden_records
from chaland.identity.increment import increment, read_day
from chaland.identity.index import Index
from chaland.identity.merging import merged_keys, write_merged_index
from chaland.identity.naming import settle
from chaland.identity.organisations import write_contact_persons
from chaland.identity.questions import write_questions
from chaland.progress import Reporter
from chaland.tables import identity

_ROOM = "chaland.identity"
Result = TypeVar("Result")
_PAIRS_ANEW = replace(identity.PAIRS, name="pairs_anew")


def join_identities(
    engine: Engine, settings: Settings, index: Index, *, as_of: date, reporter: Reporter, folder: Path
) -> Drift:
    """Fill identity.* from identity_changes and the last run; return how far the day is from what the model learnt.

    Args:
        engine: holds clean.*, landing.decisions, identity.previous_* and identity_changes (changes.sql).
        index: the index of the last run.
        folder: folder in which the index of this one is written.
    """
    day = read_day(engine, index, reporter=reporter)
    # arrays and files on the one hand, the database on the other; the keys of the day say nothing of who is who
    with ThreadPoolExecutor(1) as beside:
        keys = beside.submit(_timed, partial(merged_keys, index, day))
        found = increment(engine, index, day, reporter=reporter)
        engine.run(_ROOM, "before.sql")
        engine.execute("delete from identity_asked where not is_here")
        settled = settle(
            engine, found.matched, known_homes=found.known_homes, as_of=as_of, reporter=reporter, is_part=True
        )
        ids = pa.table({"customer_id": settled.customers, "household_id": settled.households})
        merged, seconds = keys.result()
        index_written = beside.submit(
            _timed, partial(write_merged_index, folder, index, found, merged, ids, as_of=as_of)
        )
        with reporter.step("identity.pairs") as step:
            pairs = [found.together.kept(settled.matched), found.outside]
            table = pa.concat_tables([kept.table(found.matched.tables) for kept in pairs])
            step.note(anew=engine.load(_PAIRS_ANEW, table))
            engine.show(identity.PAIRS, _ROOM, "pairs_joined.sql")
            engine.create(identity.MODEL)
            engine.insert(identity.MODEL, f"from {identity.PREVIOUS_MODEL.full_name}")
        with reporter.step("identity.golden") as step:
            write_contact_persons(engine, max_surnames_per_contact=settings.identity.max_surnames_per_contact)
            anew = join_golden_records(
                engine, settled.weakest_links, rules=settings.identity.golden, as_of=as_of, since=index.as_of
            )
            step.note(anew=anew)
        with reporter.step("identity.questions") as step:
            step.note(questions=write_questions(engine, least=settings.identity.least_bits, is_part=True))
        with reporter.step("identity.index") as step:  # what is left of it to wait for
            facts, more_seconds = index_written.result()
            step.note(**facts, beside_s=round(seconds + more_seconds, 1))
    return found.drift


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Return what a work returns, and the seconds it took."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started
