"""Everything known of a customer in one file he takes away (GDPR, articles 15 and 20): JSON, self-describing."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django.http import HttpResponse, JsonResponse

from chaland.publish.timeline import EVERYTHING
from chaland_web.access import CustomerFile
from chaland_web.desk.writing import lines_of

PAGE = 500


def takeaway(opened: CustomerFile) -> dict[str, Any]:
    """Return all of a customer's file: who he is, from which source, what he did, what was worked out of it."""
    events = _events(opened)
    tickets = [event for event in events if event["kind"] in ("ticket", "return")]
    insight = opened.insight()
    return {
        # what the home bought, less what he bought, is what somebody else bought
        "customer": asdict(replace(opened.customer, household_amount_12_months=None)),
        "values": [asdict(value) for value in opened.values()],
        "records": [asdict(record) for record in opened.records()],
        "consents": [asdict(consent) for consent in opened.consents()],
        "external_lists": [asdict(flag) for flag in opened.flags()],
        "attributes": [asdict(attribute) for attribute in opened.attributes()],
        "events": events,
        "ticket_lines": {
            ticket["event_id"]: [asdict(line) for line in opened.ticket_lines(ticket["event_id"])] for ticket in tickets
        },
        "scores": asdict(insight) if insight else None,
        "written_here": [
            {"kind": line.kind, "said_at": line.said_at, "fields": line.fields, "withdrawn": line.is_withdrawn}
            for line in lines_of(opened)
        ],
        "former_numbers": [asdict(alias) for alias in opened.aliases()],
    }


def takeaway_answer(opened: CustomerFile) -> HttpResponse:
    """Return that file, as a browser saves it."""
    answer = JsonResponse(takeaway(opened), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return answer


def _events(opened: CustomerFile) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = opened.history(EVERYTHING, PAGE, len(found)).events
        found += [asdict(event) for event in page]
        if len(page) < PAGE:
            return found
