"""The cast's base with a crowd of customers beside, every study made: what the pages of Understand are tested on."""

from __future__ import annotations

from pathlib import Path

from tests import cast
from tests.insight.crowd import add_answers, add_crowd

from chaland.base import build_base
from chaland.engine import Engine
from chaland.insight.studies import study_base
from chaland.progress import Reporter
from chaland.publish import publish_snapshot
from chaland.tables import base


def publish_studied(folder: Path) -> Path:
    """Write the base in a folder and put it in force; return the snapshot's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chaland.toml").write_text(cast.CHALAND_TOML, encoding="utf-8")
    with Engine(threads=2) as engine:
        cast.fill_all(engine)
        build_base(engine, cast.settings(folder), as_of=cast.AS_OF, reporter=Reporter())
        engine.execute(f"delete from {base.TICKETS.full_name}")  # those of the cast are years older
        add_crowd(engine, as_of=cast.AS_OF)
        for table in (base.TICKETS, base.TICKET_LINES):  # one of the crowd is someone whose file opens
            engine.execute(f"update {table.full_name} set customer_id = 'c-camille' where customer_id = 'crowd-0003'")
        add_answers(engine, as_of=cast.AS_OF)
        study_base(engine, as_of=cast.AS_OF, reporter=Reporter())
        return publish_snapshot(engine, cast.settings(folder), now=cast.NOW, as_of=cast.AS_OF, reporter=Reporter())
