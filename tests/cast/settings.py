"""The cast's settings, its day, and where each of its rows was read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from chaland.config import Settings, parse_settings

AS_OF = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 3, 0, 0, tzinfo=UTC)

Row = dict[str, Any]

CHALAND_TOML = """
[base]
name = "Brindille"

[run]
memory_limit = "1GB"
threads = 2

[sources.card]
kind = "people"
files = ["card.csv"]
is_card = true
columns = { person_key = "no", last_name = "nom" }

[sources.card_movements]
kind = "loyalty"
files = ["movements.csv"]
system = "card"
columns = { card_number = "no", person_key = "no", moved_at = "le", movement = "type", points = "points" }

[sources.tills]
kind = "tickets"
files = ["tills.csv"]
person_system = "card"
columns = { ticket_key = "ticket", person_key = "carte", sold_at = "le", quantity = "qte", amount = "montant" }

[sources.web_customers]
kind = "people"
files = ["web.csv"]
system = "web"
columns = { person_key = "id", last_name = "nom" }

[sources.web_events]
kind = "web_events"
files = ["events.jsonl"]
system = "web"
columns = { event_key = "id", person_key = "user", occurred_at = "at", event = "name" }

[sources.survey]
kind = "surveys"
files = ["survey.csv"]
columns = { survey_key = "no", answered_at = "le", last_name = "nom" }

[sources.phone_help]
kind = "contacts"
files = ["calls.csv"]
columns = { contact_key = "no", person_key = "appelant", contacted_at = "le", last_name = "nom" }

[sources.projects]
kind = "projects"
files = ["projects.csv"]
columns = { project_key = "no", opened_date = "le", last_name = "nom" }

[sources.suppression]
kind = "flags"
files = ["suppression.csv"]
columns = { email = "email" }
constants = { flag = "suppression", flag_channel = "email" }

[sources.returned]
kind = "flags"
files = ["returned.csv"]
columns = { last_name = "nom", flag_code = "motif" }
constants = { flag = "returned_mail", flag_channel = "post" }

[sources.bad_payers]
kind = "flags"
files = ["bad_payers.csv"]
columns = { person_key = "carte" }
constants = { flag = "bad_payer" }
person_system = "card"
"""


def settings(folder: Path = Path(), *, detail: str = "all") -> Settings:
    """Return the settings the cast's landing rows come from."""
    return parse_settings(CHALAND_TOML.replace("[base]", f'[base]\ndetail = "{detail}"'), folder)


def lineage(source: str, line: int, file: str = "") -> Row:
    """Return where a landing row was read: its source, load, file and line."""
    return {
        "source": source,
        "load_id": f"{source}-20261101T030000Z-0000cafe",
        "file": file or f"{source}.csv",
        "line": line,
    }
