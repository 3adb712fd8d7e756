"""What ingest writes of the cast: landing.*, their counts, and contract tables from rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa
from tests.cast.people import PEOPLE
from tests.cast.purchases import LOYALTY_MOVEMENTS, TICKET_LINES, WEB_EVENTS
from tests.cast.settings import Row, settings
from tests.cast.voices import CONTACTS, FLAGS, PROJECTS, SURVEYS

from chaland.engine import Engine
from chaland.tables import Table, landing

LANDING: dict[Table, Sequence[Row]] = {
    landing.PEOPLE: PEOPLE,
    landing.FLAGS: FLAGS,
    landing.TICKET_LINES: TICKET_LINES,
    landing.WEB_EVENTS: WEB_EVENTS,
    landing.LOYALTY_MOVEMENTS: LOYALTY_MOVEMENTS,
    landing.SURVEYS: SURVEYS,
    landing.CONTACTS: CONTACTS,
    landing.PROJECTS: PROJECTS,
}


def load_rows(engine: Engine, table: Table, rows: Sequence[Row]) -> None:
    """Create a contract table from rows; columns not given are null."""
    if not rows:
        engine.create(table)
        return
    names = [name for name in table.column_names if any(name in row for row in rows)]
    engine.load(table, pa.table({name: [row.get(name) for row in rows] for name in names}))


def counts(people: Sequence[Row] = PEOPLE) -> list[Row]:
    """Return landing.counts of the cast: nothing blank, filtered or rejected."""
    found: list[Row] = []
    for name, source in settings().sources.items():
        table = landing.KINDS[source.kind]
        own = [row for row in (people if table is landing.PEOPLE else LANDING.get(table, [])) if row["source"] == name]
        named = len([row for row in people if row["source"] == name])
        found.append(
            {
                "source": name,
                "kind": source.kind,
                "files": 1,
                "rows_read": max(len(own), named),
                "rows_blank": 0,
                "rows_filtered": 0,
                "rows_read_rejected": 0,
                "rows_landed": max(len(own), named),
                "rows_conform_rejected": 0,
                "rows_conformed": len(own),
                "rows_people": named,
                "amount": sum((row["amount"] for row in own), Decimal(0)) if source.kind == "tickets" else None,
            }
        )
    return found


def fill_landing(engine: Engine) -> None:
    """Create every landing table: the cast's rows, and the others empty."""
    for table in landing.TABLES:
        load_rows(engine, table, LANDING.get(table, []))
    load_rows(engine, landing.COUNTS, counts())
