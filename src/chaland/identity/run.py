"""Which way to run: by increment from the last run when it can, whole otherwise; and why, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chaland.config import Settings
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.errors import NotFoundError, StorageError
from chaland.identity.crowds import Crowds
from chaland.identity.drift import Drift
from chaland.identity.index import DIGESTS, Index
from chaland.identity.indexing import made_with
from chaland.identity.joining import join_identities
from chaland.identity.resolve import create_read, resolve_identities
from chaland.language import say
from chaland.progress import Reporter
from chaland.tables import identity

MOST_CHANGED = 0.1
"""Share of the records of the last whole run, changed since, beyond which the model and the frequencies it learnt are
learnt again."""

_ROOM = "chaland.identity"
_KINDS = ("new", "matched", "told", "withdrawn")


@dataclass(frozen=True)
class Identified:
    """How identities were resolved.

    Attributes:
        kind: whole, or increment.
        why: the reason of a whole run, a sentence; empty for an increment.
        changes: records new, changed in what is matched upon, changed otherwise, withdrawn; empty when not counted.
        drift: how far the day's pairs are from those the model learnt; None for a whole run.
        crowds: what too many records share to be told by it; a whole run tells.
    """

    kind: str
    why: str = ""
    changes: Mapping[str, int] = field(default_factory=dict)
    drift: Drift | None = None
    crowds: Crowds = field(default_factory=Crowds)

    def facts(self) -> dict[str, Any]:
        """Return it as plain values, for the manifest of the snapshot."""
        facts: dict[str, Any] = {"kind": self.kind, "why": self.why, "changes": dict(self.changes)}
        facts |= self.crowds.facts()
        if self.drift is not None:
            facts["drift_bits"] = {name: round(bits, 4) for name, bits in self.drift.bits.items()}
            facts["is_drifting"] = self.drift.is_warning
        return facts


def identify(
    engine: Engine,
    settings: Settings,
    *,
    as_of: date,
    reporter: Reporter,
    index: Path,
    previous: Path | None = None,
    is_full: bool = False,
) -> Identified:
    """Fill identity.*, by increment from the last run where that gives what a whole run would; say which, and why.

    Args:
        index: folder in which the index of this run is written.
        previous: the snapshot in force, its tables readable as identity.previous_*; None on a first run.
        is_full: a whole run was asked for.
    """
    create_read(engine)
    index.mkdir(parents=True, exist_ok=True)
    with reporter.step("identity.digests") as step:
        step.note(records=engine.write_parquet(sql_text(_ROOM, "digests.sql"), index / DIGESTS))
    last, why, changes = _last_run(engine, settings, previous, reporter, folder=index, is_full=is_full)
    if last is None:
        crowds = resolve_identities(engine, settings, as_of=as_of, reporter=reporter, index=index)
        return Identified("whole", why, changes, crowds=crowds)
    drift = join_identities(engine, settings, last, as_of=as_of, reporter=reporter, folder=index)
    return Identified("increment", "", changes, drift)


def _last_run(
    engine: Engine, settings: Settings, previous: Path | None, reporter: Reporter, *, folder: Path, is_full: bool
) -> tuple[Index | None, str, dict[str, int]]:
    """Return the index to go on from, with the changes since (identity_changes); or None, and why not."""
    if is_full:
        return None, say("A whole run was asked for."), {}
    if previous is None:
        return None, say("There is no earlier snapshot to go on from."), {}
    try:
        index = Index.open(previous)
        pq.read_metadata(previous / DIGESTS)
    except (NotFoundError, StorageError, OSError, pa.ArrowException):
        return None, say("The snapshot in force has no identity index that this version of chaland reads."), {}
    wanted, found = made_with(settings.identity), index.description["made_with"]
    if found["settings"] != wanted["settings"]:
        return None, say("The settings of [identity] are not those of the last run."), {}
    if found != wanted or not all(engine.exists(table) for table in identity.PREVIOUS_TABLES):
        return None, say("Another version of chaland made the snapshot in force."), {}
    changes = _changes(engine, previous, folder, reporter)
    changed = changes["new"] + changes["matched"] + changes["withdrawn"]
    since, records = index.description["joined"] + changed, index.description["records"]
    if since > MOST_CHANGED * records:
        engine.execute("drop table identity_changes")
        why = say(
            "{count} records are new, changed or withdrawn since the last whole run: more than {share} % of the base.",
            count=since,
            share=round(100 * MOST_CHANGED),
        )
        return None, why, changes
    return index, "", changes


def _changes(engine: Engine, previous: Path, folder: Path, reporter: Reporter) -> dict[str, int]:
    """Make identity_changes, what differs from the last run, and return how many records of each kind."""
    with reporter.step("increment.changes") as step:
        engine.run(_ROOM, "changes.sql", now=str(folder / DIGESTS), before=str(previous / DIGESTS))
        counted = dict(engine.rows("select kind, count(*) from identity_changes group by kind"))
        changes = {kind: counted.get(kind, 0) for kind in _KINDS}
        step.note(**changes)
    return changes
