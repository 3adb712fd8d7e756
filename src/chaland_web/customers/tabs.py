"""The tabs of a customer's file: purchases, household, projects, cases and voice, loyalty, contacts, origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from chaland.publish import customer_file as shapes
from chaland.publish.timeline import Wanted
from chaland_web import words
from chaland_web.access import CustomerFile, customer_page, note_export
from chaland_web.charts import bars
from chaland_web.customers.consents import consents_of
from chaland_web.customers.evidence import explain, holding
from chaland_web.customers.gestures import is_running
from chaland_web.customers.head import head_of, share, variation
from chaland_web.portal.takeaway import takeaway_answer
from chaland_web.rights import Right, needs
from chaland_web.steward.separable import separable

MOST_MOVEMENTS = 100_000
SHOWN_MOVEMENTS = 200
_REACHED_BY = ("address", "phone", "mobile", "email")


@require_safe
@needs(Right.READ_FILE)
@customer_page("purchases")
def purchases(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show what the customer buys, by department and by year."""
    departments = opened.departments()
    years = opened.purchase_years()
    customer = opened.customer
    return render(
        request,
        "customers/purchases.html",
        {
            **head_of(request, opened, "purchases"),
            "departments": bars(departments, [department.amount for department in departments]),
            "years": bars(years, [year.amount for year in years]),
            "variation": variation(customer.amount_12_months, customer.amount_year_before),
            "basket": customer.amount_total / customer.tickets if customer.tickets else None,
        },
    )


@require_safe
@needs(Right.READ_FILE)
@customer_page("household")
def household(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show who lives with the customer, and who buys what part."""
    members = opened.household()
    total = opened.household_amount()
    return render(
        request,
        "customers/household.html",
        {
            **head_of(request, opened, "household"),
            "members": [(bar, share(bar.item.amount_12_months, total)) for bar in bars(members, _amounts(members))],
            "household_amount": total,
            "household_share": share(opened.customer.amount_12_months, total),
        },
    )


def _amounts(members: Sequence[shapes.Member]) -> list[float]:
    return [float(member.amount_12_months or 0) for member in members]


@require_safe
@needs(Right.READ_FILE)
@customer_page("projects")
def projects(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show the customer's projects, quotes and installations, those that run first."""
    head = head_of(request, opened, "projects")
    found = opened.latest("project")
    running = [(project, is_running(project, head["as_of"])) for project in found]
    return render(
        request,
        "customers/projects.html",
        {
            **head,
            "projects": sorted(running, key=lambda one: not one[1]),
            "quoted": sum(project.amount for project, is_on in running if is_on and project.amount),
        },
    )


@require_safe
@needs(Right.READ_FILE)
@customer_page("voice")
def voice(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show what the customer asked for, complained of and judged: cases, surveys, contacts."""
    head = head_of(request, opened, "voice")
    desk = head["desk"]
    found = {
        kind: [event for event in desk.waiting if event.kind == kind] + desk.applied(opened.latest(kind))
        for kind in ("case", "survey", "contact")
    }
    cases = sorted(found["case"], key=lambda case: case.code != "open")
    notes = [survey.number for survey in found["survey"] if survey.number is not None]
    return render(
        request,
        "customers/voice.html",
        {
            **head,
            "cases": cases,
            "surveys": found["survey"],
            "contacts": found["contact"],
            "last_note": notes[0] if notes else None,
        },
    )


@dataclass(frozen=True)
class Card:
    """One card of the customer: its first and last movement, its points."""

    number: str
    first_at: datetime
    last_at: datetime
    points: int


def cards_of(movements: Sequence[shapes.Event]) -> list[Card]:
    """Return the cards that movements (the latest first) were made on, the one used last first."""
    found: dict[str, Card] = {}
    for move in reversed(movements):
        number = move.label or ""
        before = found.get(number)
        points = (before.points if before else 0) + (move.points or 0)
        found[number] = Card(number, before.first_at if before else move.happened_at, move.happened_at, points)
    return sorted(found.values(), key=lambda card: card.last_at, reverse=True)


@require_safe
@needs(Right.READ_FILE)
@customer_page("loyalty")
def loyalty(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show the customer's cards, and each movement of points with the balance it left."""
    movements = opened.history(Wanted("loyalty"), MOST_MOVEMENTS, 0).events
    balance = sum(move.points or 0 for move in movements)
    rows = []
    for move in movements:
        rows.append((move, balance))
        balance -= move.points or 0
    return render(
        request,
        "customers/loyalty.html",
        {
            **head_of(request, opened, "loyalty"),
            "cards": cards_of(movements),
            "movements": rows[:SHOWN_MOVEMENTS],
            "earned": sum(move.points for move in movements if move.points and move.points > 0),
            "used": -sum(move.points for move in movements if move.points and move.points < 0),
            "left_out": max(len(rows) - SHOWN_MOVEMENTS, 0),
        },
    )


@require_safe
@needs(Right.READ_FILE)
@customer_page("contacts")
def contacts(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show how the customer is reached and by what right: every address and number, each yes and no with its proof."""
    values = [value for value in opened.values() if value.field in _REACHED_BY]
    head = head_of(request, opened, "contacts")
    return render(
        request,
        "customers/contacts.html",
        {
            **head,
            "points": [(field, [one for one in values if one.field == field]) for field in _REACHED_BY],
            "missing": {one.field: one for one in opened.missing_values()},
            "consents": consents_of(opened, head["desk"]),
        },
    )


@require_POST
@needs(Right.EXPORT)
@customer_page("takeaway")
def everything(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Hand over everything known of the customer in one file, to be given to him: it leaves a trace."""
    note_export(request, "customer", 1, opened.customer.customer_id)
    return takeaway_answer(opened)


@require_safe
@needs(Right.READ_FILE)
@customer_page("origin")
def origin(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show where every value comes from, and why the records were joined."""
    values = opened.values()
    records, links = opened.records(), opened.links()
    tree = holding(links)
    kept = {(link.record_id_l, link.record_id_r) for link in tree}
    rest = [link for link in links if (link.record_id_l, link.record_id_r) not in kept]
    by_field = [(field, [value for value in values if value.field == field]) for field in words.FIELD_ORDER]
    return render(
        request,
        "customers/origin.html",
        {
            **head_of(request, opened, "origin"),
            "fields": [(field, found) for field, found in by_field if found],
            "records": records,
            "evidence": explain(tree, records),
            "other_evidence": explain(rest, records),
            "aliases": opened.aliases(),
            "missing": [one for one in opened.missing_values() if not any(one.field == v.field for v in values)],
            "attributes": opened.attributes(),
            "separable": separable(opened),
        },
    )
