"""The ordered list of steps of a run, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from chaland.base import build_base
from chaland.clean import clean_records
from chaland.config import load_settings
from chaland.engine import Engine
from chaland.engine.disk import disk_errors
from chaland.identity import identify
from chaland.ingest import conform_sources, ingest_sources
from chaland.insight.studies import study_base
from chaland.language import say
from chaland.progress import Reporter
from chaland.publish.manifest import Manifest, read_manifest
from chaland.publish.place import BESIDE, run_lock, staging
from chaland.publish.snapshot import previous_snapshot, publish_snapshot
from chaland.segments.cubes import build_cubes


@dataclass(frozen=True)
class BuildResult:
    """What a run published: the snapshot's folder and its manifest."""

    snapshot: Path
    manifest: Manifest


def build(folder: Path, *, now: datetime, as_of: date, reporter: Reporter, is_full: bool = False) -> BuildResult:
    """Read what is new in the sources of the base in `folder`, build it and publish it.

    Identities go on from the last run where that gives what a whole run would; the manifest says which, and why.

    Args:
        now: the run's instant, with its zone: names loads and the snapshot.
        as_of: the day that ages, totals and reachability are computed for.
        is_full: resolve all identities anew, whatever changed.

    Raises:
        ConfigError, SourceError, ContractError, ReconciliationError, BaseBusyError, StorageError: whichever it is, the
            snapshot in force stays as it was, and loads already landed are not read again.
    """
    settings = load_settings(folder)
    left = say("The snapshot in force is untouched; files already landed will not be read again.")
    with disk_errors(folder, left=left), run_lock(folder), staging(folder) as place:
        ingest_sources(settings, now=now, reporter=reporter)
        with Engine(
            place / "run.duckdb",
            memory_limit=settings.run.memory_limit,
            threads=settings.run.threads,
            temp_folder=place / "spill",
            is_scratch=True,
        ) as engine:
            conform_sources(engine, settings, reporter=reporter)
            clean_records(engine, settings, as_of=as_of, reporter=reporter)
            with previous_snapshot(engine, folder) as previous:
                identified = identify(
                    engine,
                    settings,
                    as_of=as_of,
                    reporter=reporter,
                    index=place / BESIDE,
                    previous=previous,
                    is_full=is_full,
                )
                build_base(engine, settings, as_of=as_of, reporter=reporter)
            study_base(engine, as_of=as_of, reporter=reporter)
            build_cubes(engine, as_of=as_of, reporter=reporter)
            snapshot = publish_snapshot(
                engine, settings, now=now, as_of=as_of, reporter=reporter, identified=identified.facts()
            )
    return BuildResult(snapshot, read_manifest(snapshot))
