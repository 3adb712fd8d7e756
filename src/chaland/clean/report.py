"""The quality report written to disk: one page of HTML, the same figures as JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from chaland.clean.before import Sample, before_from_base, before_from_people
from chaland.clean.figures import collect_figures
from chaland.clean.page import render_page
from chaland.config import Settings
from chaland.engine import Engine
from chaland.errors import StorageError
from chaland.language import say

_SNAPSHOT = "report_snapshot"


def figures_of_base(settings: Settings, database: Path, history: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return the figures of a snapshot; what records said before comes from the base's landing files.

    Args:
        settings: of the base, for its mapping and its folder.
        database: the snapshot's chaland.duckdb.
        history: the quality of each load so far, as the snapshot's manifest keeps it.
    """
    engine = Engine(memory_limit=settings.run.memory_limit, threads=settings.run.threads)
    with engine, engine.attached(database, _SNAPSHOT, read_only=True):
        engine.execute("create temp view report_records as select * from report_snapshot.base.records")
        about = engine.rows("select base_name, as_of from report_snapshot.base.about")
        title, as_of = about[0] if about else (settings.base.name, date.min)

        def before(samples: Any) -> dict[Sample, str]:
            return before_from_base(settings, samples)

        figures = collect_figures(engine, title=title, as_of=as_of, before=before, history=history)
        engine.execute("drop view report_records")
        return figures


def figures_of_records(engine: Engine, *, title: str, as_of: date) -> dict[str, Any]:
    """Return the figures of clean.records in this engine; what records said before comes from landing.people."""
    engine.execute("create temp view report_records as select * from clean.records")

    def before(samples: Any) -> dict[Sample, str]:
        return before_from_people(engine, samples)

    try:
        return collect_figures(engine, title=title, as_of=as_of, before=before)
    finally:
        engine.execute("drop view report_records")


def write_report(figures: dict[str, Any], path: Path) -> tuple[Path, Path]:
    """Write the page to `path` and the figures beside it as JSON; return both paths.

    Raises:
        StorageError: the folder cannot be written.
    """
    beside = path.with_suffix(".json")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render_page(figures), encoding="utf-8")
        beside.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(say("Cannot write {path}.", path=path), next_step=str(error.strerror or "")) from error
    return path, beside
