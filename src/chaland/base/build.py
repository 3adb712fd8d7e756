"""clean.* + identity.* + landing facts → base.*, the star schema: the list of its tables, in order.

Reads the landing facts, clean.records, clean.flags and every identity table; writes every table of
`chaland.tables.base`, and work.* tables that no other room may read. Each step is one `.sql` file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from chaland import __version__
from chaland.base.loads import read_loads
from chaland.base.reconcile import reconcile
from chaland.config import Settings
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.reference import table_path
from chaland.tables import Table, base, clean, identity, landing

PACKAGE = "chaland.base"

PHONE_YES_NEEDED_FROM = date(2026, 8, 11)
"""Loi 2025-594 of 30 June 2025, article 13: no commercial call to a consumer who has not first said yes."""

PHONE_YES_LASTS = timedelta(days=365)
"""Décret 2026-662 of 23 July 2026: the consent to be called lasts one year at most, never renewed tacitly."""


@dataclass(frozen=True)
class Step:
    """One `.sql` file: it fills `table`, or, when None, makes a work table of the same name."""

    file: str
    table: Table | None = None


STEPS: tuple[Step, ...] = (
    Step("rejects.sql", base.REJECTS),
    Step("card_holders.sql"),
    Step("sales.sql"),
    Step("products.sql", base.PRODUCTS),
    Step("shops.sql", base.SHOPS),
    Step("communes.sql", base.COMMUNES),
    Step("tickets.sql", base.TICKETS),
    Step("ticket_lines.sql", base.TICKET_LINES),
    Step("loyalty_movements.sql", base.LOYALTY_MOVEMENTS),
    Step("contacts.sql", base.CONTACTS),
    Step("cases.sql", base.CASES),
    Step("surveys.sql", base.SURVEYS),
    Step("survey_ratings.sql", base.SURVEY_RATINGS),
    Step("projects.sql", base.PROJECTS),
    Step("web_events.sql", base.WEB_EVENTS),
    Step("operation_targets.sql", base.OPERATION_TARGETS),
    Step("redemptions.sql", base.REDEMPTIONS),
    Step("coupons.sql", base.COUPONS),
    Step("operations.sql", base.OPERATIONS),
    Step("records.sql", base.RECORDS_PUBLISHED),
    Step("record_links.sql", base.RECORD_LINKS),
    Step("consent_words.sql"),
    Step("consent_events.sql", base.CONSENT_EVENTS),
    Step("consents.sql", base.CONSENTS),
    Step("last_words.sql"),
    Step("flag_lines.sql"),
    Step("flag_matches.sql"),
    Step("flag_effects.sql"),
    Step("customer_flags.sql", base.CUSTOMER_FLAGS),
    Step("customer_attributes.sql", base.CUSTOMER_ATTRIBUTES),
    Step("list_results.sql", base.LIST_RESULTS),
    Step("contact_points.sql", base.CONTACT_POINTS),
    Step("reach.sql"),
    Step("purchases.sql"),
    Step("activity.sql"),
    Step("customers.sql", base.CUSTOMERS),
    Step("households.sql", base.HOUSEHOLDS),
    Step("ticket_departments.sql"),
    Step("sales_days.sql", base.SALES_DAYS),
    Step("customer_departments.sql", base.CUSTOMER_DEPARTMENTS),
)

COPIES: tuple[tuple[Table, Table], ...] = (
    (base.CUSTOMER_VALUES, identity.VALUES),
    (base.CUSTOMER_ALIASES, identity.ALIASES),
    (base.HOUSEHOLD_ALIASES, identity.HOUSEHOLD_ALIASES),
    (base.DECISIONS, identity.DECISIONS),
    (base.QUESTIONS, identity.QUESTIONS),
    (base.CORRECTIONS, identity.CORRECTIONS),
    (base.CONTACT_PERSONS, identity.CONTACT_PERSONS),
    (base.IDENTITY_MODEL, identity.MODEL),
    (base.SOURCE_COUNTS, landing.COUNTS),
)
"""Tables published as their room wrote them."""


def parameters(settings: Settings, as_of: date) -> dict[str, Any]:
    """Return the values bound to the `$name` of every step."""
    return {
        "as_of": as_of,
        "card_systems": list(settings.card_systems),
        "card_holders_only": settings.base.detail == "card_holders",
        "phone_needs_yes": as_of >= PHONE_YES_NEEDED_FROM,
        "first_names": str(table_path("first_names")),
        "last_names": str(table_path("last_names")),
        "phone_yes_since": datetime.combine(as_of, datetime.min.time()) - PHONE_YES_LASTS,
    }


def _fill_about(engine: Engine, settings: Settings, as_of: date) -> None:
    row = {
        "base_name": settings.base.name or settings.folder.resolve().name,
        "currency": settings.base.currency,
        "as_of": as_of,
        "detail": settings.base.detail,
        "chaland_version": __version__,
    }
    engine.load(base.ABOUT, pa.Table.from_pylist([row]))


def _fill_loads(engine: Engine, settings: Settings) -> None:
    loads = read_loads(settings)
    if loads:
        engine.load(base.LOADS, pa.Table.from_pylist(loads))
    else:
        engine.create(base.LOADS)


def build_base(engine: Engine, settings: Settings, *, as_of: date, reporter: Reporter) -> None:
    """Build every base table in the engine, then check that what came out is what came in.

    Args:
        engine: holds the landing, clean and identity tables; those that are missing count as empty.
        settings: base.detail decides whose tickets keep their customer; is_card says which systems make holders.
        as_of: the day totals, ages, consents and reachability are computed for; later tickets are kept, not totalled.

    Raises:
        ReconciliationError: rows or amounts differ; it says which check, on what, and by how much.
        ContractError: a table does not keep its contract.
    """
    engine.create_missing(*landing.TABLES, *clean.TABLES, *identity.TABLES)
    engine.execute("create schema if not exists work")
    values = parameters(settings, as_of)
    _fill_about(engine, settings, as_of)
    _fill_loads(engine, settings)
    for table, source in COPIES:
        engine.create(table)
        engine.insert(table, f"from {source.full_name}")
    for step in STEPS:
        with reporter.step(f"base.{step.file.removesuffix('.sql')}") as current:
            if step.table is None:
                engine.run(PACKAGE, step.file, **values)
            else:
                current.note(rows=engine.fill(step.table, PACKAGE, step.file, **values))
    with reporter.step("base.reconcile") as current:
        current.note(checks=reconcile(engine, values))
