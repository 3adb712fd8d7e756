"""An increment: what changed since the last run is joined to it; identity.* is written as a whole run would write it.

What a whole run computed for others is not copied: identity.pairs, values, customers and households are views of what
is made anew and of the snapshot in force (identity.previous_*), which must stay readable as long as they are.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from chaland.config import Settings
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.identity.drift import Drift
from chaland.identity.golden import write_golden_records
from chaland.identity.increment import increment
from chaland.identity.index import Index
from chaland.identity.merging import write_merged_index
from chaland.identity.naming import settle
from chaland.identity.organisations import write_contact_persons
from chaland.identity.questions import write_questions
from chaland.progress import Reporter
from chaland.tables import identity

_ROOM = "chaland.identity"
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
    day = increment(engine, index, reporter=reporter)
    engine.run(_ROOM, "before.sql")
    engine.execute("delete from identity_asked where not is_here")
    settled = settle(engine, day.matched, known_homes=day.known_homes, as_of=as_of, reporter=reporter, is_part=True)
    with reporter.step("identity.pairs") as step:
        pairs = [day.together.kept(settled.matched).table(day.matched.tables), day.outside.table(day.matched.tables)]
        step.note(anew=engine.load(_PAIRS_ANEW, pa.concat_tables(pairs)))
        engine.show(identity.PAIRS, _ROOM, "pairs_joined.sql")
        engine.create(identity.MODEL)
        engine.insert(identity.MODEL, f"from {identity.PREVIOUS_MODEL.full_name}")
    ids = engine.arrow(sql_text(_ROOM, "index_ids_asked.sql"))
    # arrays and files on the one hand, the database on the other
    with ThreadPoolExecutor(1) as beside:
        merged = beside.submit(write_merged_index, folder, index, day, ids, as_of=as_of)
        with reporter.step("identity.golden") as step:
            write_contact_persons(engine, max_surnames_per_contact=settings.identity.max_surnames_per_contact)
            anew = write_golden_records(
                engine, settled.weakest_links, rules=settings.identity.golden, as_of=as_of, since=index.as_of
            )
            step.note(anew=anew)
        with reporter.step("identity.questions") as step:
            step.note(questions=write_questions(engine, least=settings.identity.least_bits, is_part=True))
        with reporter.step("identity.index") as step:  # what is left of it to wait for
            step.note(**merged.result())
    return day.drift
