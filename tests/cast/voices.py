"""What the cast say and what is said of them: rows of surveys, contacts, projects and flags."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from tests.cast.people import LYON
from tests.cast.settings import Row, lineage

SURVEYS: list[Row] = [
    {**lineage("survey", 2), "system": "survey", "person_key": "S-1", "survey_key": "S-1", "shop_key": "LIL",
     "answered_at": datetime(2026, 6, 1), "recommendation_0_10": 9, "satisfaction_1_5": 4},
]  # fmt: skip

CONTACTS: list[Row] = [
    {**lineage("phone_help", 2), "system": "phone_help", "person_key": "A-7", "contact_key": "C-1",
     "contacted_at": datetime(2026, 6, 12, 14, 0), "channel": "phone", "direction": "in", "reason": "livraison",
     "outcome": "résolu", "duration_seconds": 240},
]  # fmt: skip

PROJECTS: list[Row] = [
    {**lineage("projects", 2), "system": "projects", "person_key": "P-1", "project_key": "P-1", "shop_key": "REN",
     "project_kind": "salle de bains", "status": "devis", "opened_date": date(2026, 4, 1),
     "quoted_amount": Decimal("4500.00")},
]  # fmt: skip

FLAGS: list[Row] = [
    {**lineage("suppression", 2), "system": "suppression", "flag": "suppression", "flag_channel": "email",
     "flagged_date": date(2026, 3, 1), "email": "julie.bernard@laposte.net"},
    {**lineage("returned", 2), "system": "returned", "flag": "returned_mail", "flag_channel": "post",
     "flag_code": "PND2", "flagged_date": date(2026, 2, 1), "first_name": "Louis", "last_name": "Martin", **LYON},
    {**lineage("bad_payers", 2), "system": "card", "person_key": "1005", "flag": "bad_payer",
     "flagged_date": date(2026, 1, 20)},
]  # fmt: skip
