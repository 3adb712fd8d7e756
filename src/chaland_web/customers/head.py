"""What the head of every page of a customer's file shows, with what was written since the base was built."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from chaland_web.access import CustomerFile
from chaland_web.customers.gestures import birthday, running_projects
from chaland_web.desk.profiling import objection_of
from chaland_web.desk.shown import desk_of
from chaland_web.snapshots import snapshot_of


def head_of(request: HttpRequest, opened: CustomerFile, tab: str) -> dict[str, Any]:
    """Return what the templates of a file need, whatever the tab."""
    desk = desk_of(opened)
    customer = desk.customer(opened.customer)
    flags = opened.flags()
    as_of = date.fromisoformat(snapshot_of(request).manifest["as_of"])
    running = running_projects(opened.latest("project"), as_of) if customer.projects else []
    return {
        "customer": customer,
        "desk": desk,
        "reach": desk.reach(customer),
        "flags": flags,
        "objection": objection_of(opened, desk),
        "tab": tab,
        "as_of": as_of,
        "open_cases": customer.open_cases + desk.open_cases,
        "running": running,
        "returned": [flag for flag in flags if flag.effect == "returned"],
        "birthday": None if customer.is_organisation else birthday(customer.birth_date, as_of),
        "years_known": (as_of - customer.since).days // 365 if customer.since else None,
    }


def variation(now: Decimal, before: Decimal) -> Decimal | None:
    """Return by how much an amount rose (0.1: a tenth) or fell; None when there was nothing before."""
    return (now - before) / before if before > 0 else None


def share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Return the part out of the whole, 0 to 1; None when it says nothing."""
    return part / whole if part is not None and whole and whole > 0 and part >= 0 else None
