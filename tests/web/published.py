"""The cast published as a base, with a richer history for Camille: what the pages and the browser are tested on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests import cast

from chaland.base import build_base
from chaland.engine import Engine
from chaland.insight.studies import study_base
from chaland.progress import Reporter
from chaland.publish import publish_snapshot
from chaland.segments import build_cubes
from chaland.tables import clean, identity, landing

OLD_TICKETS = 45
"""Tickets added to Camille's, one every ten days before 2024-03-01: her timeline takes two pages."""

EVERY_EVENT = OLD_TICKETS + 4 + 1 + 1 + 1 + 2 + 3 + 1
"""Tickets and returns, call, survey, case, visits, consents, former number."""


def _old_ticket(rank: int) -> cast.Row:
    return {
        **cast.TICKET_LINES[0],
        "line": 1000 + rank,
        "ticket_key": f"OLD{rank:02d}",
        "sold_at": datetime(2024, 3, 1, 10, 0) - timedelta(days=10 * rank),
        "amount": Decimal("10.00"),
    }


CASE: cast.Row = {
    **cast.CONTACTS[0],
    "source": "phone_cases",
    "case_key": "D-1",
    "opened_at": datetime(2026, 6, 12, 14, 5),
    "subject": "Colis abîmé",
    "status": "open",
    "comment": "Photo demandée <b>par</b> e-mail",
}

PAGE_VIEWS: list[cast.Row] = [
    {**cast.WEB_EVENTS[0], "event_key": f"v{rank}", "occurred_at": at, "page": f"/page-{rank}"}
    for rank, at in enumerate(
        (datetime(2026, 7, 1, 7, 0), datetime(2026, 7, 1, 7, 10), datetime(2026, 7, 1, 7, 35)), start=1
    )
]


LISTS: list[cast.Row] = [
    {"source": "bounces", "file": "returns/1.eml", "flag": "returned_mail", "flag_channel": "email",
     "flag_code": "5.1.1", "flagged_date": date(2026, 4, 2), "email": "c.chalain@gmail.com"},
    {"source": "potential", "flag": "high_potential", "flagged_date": date(2026, 5, 3), "system": "card",
     "person_key": "1001"},
    {"source": "enriched", "flag": "enrichment", "flagged_date": date(2026, 6, 1), "system": "card",
     "person_key": "1001", "attributes": '{"Tranche de revenus": "30 à 40 k€"}', "occupation": "Paysagiste",
     "phone": "0320304050"},
    {"source": "returned_late", "flag": "returned_mail", "flag_channel": "post", "flag_code": "PND4",
     "flagged_date": date(2026, 7, 1), "system": "card", "person_key": "1005"},
]  # fmt: skip
"""Lines of external lists beside the cast's: a bounce, a mark, an enrichment, a letter that was not collected."""


PAIRS = (("card:1002", "card:1003"), ("card:1005", "web:502"))
"""The pairs of records that the base asks a steward about."""


def _questions() -> list[cast.Row]:
    """Return identity.questions: PAIRS, none of them linked."""
    return [
        {"rank": rank, "record_id_l": left, "record_id_r": right, "match_weight": 0.5, "match_probability": 0.6,
         "is_linked": False, "expected_gain": 1.0, "related": 0}
        for rank, (left, right) in enumerate(PAIRS, start=1)
    ]  # fmt: skip


def _lists() -> list[cast.Row]:
    """Return the lines of LISTS with their lineage, line 2 of a file of their source."""
    common = {"load_id": "lists-20261101T030000Z-0000cafe", "line": 2}
    return [{**common, "file": f"{row['source']}.csv", "system": row["source"], **row} for row in LISTS]


def fill(engine: Engine) -> None:
    """Create landing.*, clean.* and identity.* of the cast, Camille's history enriched."""
    cast.fill_all(engine)
    cast.load_rows(
        engine, landing.TICKET_LINES, [*cast.TICKET_LINES, *(_old_ticket(rank) for rank in range(OLD_TICKETS))]
    )
    names = set(landing.CASES.column_names)
    cast.load_rows(engine, landing.CASES, [{name: value for name, value in CASE.items() if name in names}])
    flags = [*cast.FLAGS, *_lists()]
    cleaned = [(row, cast.clean_person(row)) for row in flags]
    cast.load_rows(engine, landing.FLAGS, flags)
    cast.load_rows(engine, clean.FLAGS, [{**row, **person, **cast.grades(person)} for row, person in cleaned])
    cast.load_rows(engine, landing.WEB_EVENTS, [*cast.WEB_EVENTS, *PAGE_VIEWS])
    more = {"tills": (OLD_TICKETS, Decimal(10 * OLD_TICKETS)), "web_events": (len(PAGE_VIEWS), Decimal(0))}
    counts = []
    for row in cast.counts():
        rows, amount = more.get(row["source"], (0, Decimal(0)))
        for name in ("rows_read", "rows_landed", "rows_conformed"):
            row[name] += rows
        if row["amount"] is not None:
            row["amount"] += amount
        counts.append(row)
    one = dict.fromkeys(("files", "rows_read", "rows_landed", "rows_conformed"), 1)
    nothing = dict.fromkeys((name for name in counts[0] if name.startswith("rows_")), 0)
    counts.append({**nothing, **one, "source": "phone_cases", "kind": "cases", "amount": None})
    counts += [{**nothing, **one, "source": row["source"], "kind": "flags", "amount": None} for row in LISTS]
    cast.load_rows(engine, landing.COUNTS, counts)
    cast.load_rows(engine, identity.QUESTIONS, _questions())


def publish(folder: Path, *, now: datetime = cast.NOW) -> Path:
    """Write the base of the cast in a folder and put it in force; return the snapshot's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chaland.toml").write_text(cast.CHALAND_TOML, encoding="utf-8")
    with Engine(threads=2) as engine:
        fill(engine)
        build_base(engine, cast.settings(folder), as_of=cast.AS_OF, reporter=Reporter())
        study_base(engine, as_of=cast.AS_OF, reporter=Reporter())
        build_cubes(engine, as_of=cast.AS_OF, reporter=Reporter())
        return publish_snapshot(engine, cast.settings(folder), now=now, as_of=cast.AS_OF, reporter=Reporter())
