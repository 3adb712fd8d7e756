"""Find a customer, and open his file on its first page: who he is, what to do, everything that happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from chaland.publish import customer_file as shapes
from chaland.publish.timeline import Wanted
from chaland_web import access, words
from chaland_web.access import CustomerFile, customer_page
from chaland_web.charts import bars
from chaland_web.customers.gestures import Facts, gestures
from chaland_web.customers.head import head_of, share, variation
from chaland_web.customers.told import told
from chaland_web.desk.shown import Desk, desk_of
from chaland_web.insight import words as insight_words
from chaland_web.rights import Right, may, needs

PAGE_ROWS = 30
PANEL_HITS = 8
PAGE_HITS = 50
LONGEST_TEXT = 80


@require_safe
@needs(Right.FIND)
def search(request: HttpRequest) -> HttpResponse:
    """Show who answers to `q`: the first hits in the panel under the box, or a page of them."""
    text = request.GET.get("q", "").strip()
    is_panel = bool(request.htmx) and not request.htmx.boosted
    limit = PANEL_HITS if is_panel else PAGE_HITS
    hits = access.find(request, text, limit) if len(text) > 1 else []
    context = {"text": text, "hits": hits, "is_full": len(hits) == limit, "own_shops": access.finds_own_shops(request)}
    if is_panel:
        return render(request, "parts/search_panel.html", context)
    if len(hits) == 1 and hits[0].score >= 1:
        return redirect("customers:file", customer_id=hits[0].customer_id)
    if not text:
        context["recent"] = access.recent(request)
    return render(request, "customers/search.html", context)


def _chosen(values: list[shapes.Value]) -> list[tuple[shapes.Value, int]]:
    """Return the value in force of each field with the number of others, in the order people read them."""
    others: dict[str, int] = {}
    for value in values:
        others[value.field] = others.get(value.field, 0) + (not value.is_chosen)
    chosen = {value.field: value for value in values if value.is_chosen}
    return [(chosen[field], others[field]) for field in words.FIELD_ORDER if field in chosen]


def _day(text: str) -> date | None:
    """Return a day of the address, None when it is not one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _wanted(request: HttpRequest) -> Wanted:
    """Return what part of the timeline the address asks for: genre, texte, du, au."""
    kind = request.GET.get("genre", "")
    if kind and kind not in shapes.EVENT_KINDS:
        raise Http404
    text = request.GET.get("texte", "").strip()[:LONGEST_TEXT]
    return Wanted(kind, text, _day(request.GET.get("du", "")), _day(request.GET.get("au", "")), told)


def _address(wanted: Wanted, **others: object) -> str:
    """Return the query string of a part of the timeline."""
    asked = {"genre": wanted.kind, "texte": wanted.text, "du": wanted.first_date, "au": wanted.last_date} | others
    return urlencode({name: str(value) for name, value in asked.items() if value})


def _page(request: HttpRequest, opened: CustomerFile) -> dict[str, Any]:
    """Return what the timeline shows: a page of events, where the next one starts, how many there are of each kind."""
    wanted = _wanted(request)
    start = request.GET.get("debut", "0")
    skip = int(start) if start.isdecimal() and len(start) < 9 else 0
    history = opened.history(wanted, PAGE_ROWS + 1, skip)
    events = history.events[:PAGE_ROWS]
    last_year = request.GET.get("annee", "")
    following = {"debut": skip + PAGE_ROWS, "annee": events[-1].happened_at.year} if events else {}
    kinds = [kind for kind in shapes.EVENT_KINDS if history.of(kind) or kind == wanted.kind]
    return {
        "customer": opened.customer,
        "wanted": wanted,
        "events": events,
        "is_first": not skip,
        "next_page": _address(wanted, **following) if len(history.events) > PAGE_ROWS else "",
        "last_year": int(last_year) if last_year.isdecimal() and len(last_year) == 4 else None,
        "count_every": history.every,
        "latest": history.latest,
        "all_kinds": _address(replace(wanted, kind="")),
        "counts": [(kind, history.of(kind), _address(replace(wanted, kind=kind))) for kind in kinds],
    }


def _shown(page: dict[str, Any], desk: Desk, wanted: Wanted) -> dict[str, Any]:
    """Return a page of the timeline with what was written since the base: on the first page, and in the counts."""
    written = wanted.among(desk.waiting, {})
    added = Counter(event.kind for event in written) if wanted.is_filter else desk.counts
    counts = {kind: count for kind, count, _ in page["counts"]}
    kinds = [kind for kind in words.EVENT_KIND if counts.get(kind) or added.get(kind, 0) > 0 or kind == wanted.kind]
    return {
        **page,
        "events": desk.applied(page["events"]),
        "waiting": [event for event in written if page["is_first"] and wanted.kind in ("", event.kind)],
        "count_every": page["count_every"] + sum(added.values()),
        "counts": [
            (kind, counts.get(kind, 0) + added.get(kind, 0), _address(replace(wanted, kind=kind))) for kind in kinds
        ],
    }


@require_safe
@needs(Right.READ_FILE)
@customer_page("file")
def file(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show who the customer is, what he is worth, what to do next, and everything that happened."""
    head = head_of(request, opened, "file")
    desk, customer = head["desk"], head["customer"]
    page = _page(request, opened)
    latest = page.pop("latest")
    is_profiled = head["objection"] is None
    study = opened.insight() if is_profiled else None
    facts = Facts(customer, head["reach"], head["flags"], _with_desk(latest, desk), study, head["as_of"])
    departments = opened.departments()
    surveys = [survey for survey in latest["survey"] if survey.number is not None]
    return render(
        request,
        "customers/file.html",
        {
            **_shown(page, desk, page["wanted"]),
            **head,
            "values": _chosen(opened.values()),
            "missing": opened.missing_values(),
            "study": study,
            "reasons": [insight_words.REASON.get(one, one) for one in study.reasons or ()] if study else [],
            "segment": insight_words.SEGMENT.get(study.segment, study.segment) if study and study.segment else None,
            "variation": variation(customer.amount_12_months, customer.amount_year_before),
            "household_share": share(customer.amount_12_months, opened.household_amount()),
            "departments": bars(departments[:5], [department.amount for department in departments[:5]]),
            "departments_more": max(len(departments) - 5, 0),
            "last_survey": surveys[0] if surveys else None,
            "gestures": gestures(facts, lambda right: may(request.user, Right(right))) if is_profiled else [],
        },
    )


def _with_desk(latest: dict[str, list[shapes.Event]], desk: Desk) -> dict[str, list[shapes.Event]]:
    """Return the latest events of each kind with what was written since, so that rules see it at once."""
    found = {kind: desk.applied(events) for kind, events in latest.items()}
    for event in reversed(desk.waiting):
        found[event.kind] = [event, *found.get(event.kind, [])]
    return found


@require_safe
@needs(Right.READ_FILE)
@customer_page("timeline")
def timeline(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show a further page of the timeline: a part of the page for a script, the whole page otherwise."""
    if not request.htmx:
        query = request.GET.urlencode()
        target = redirect("customers:file", customer_id=opened.customer.customer_id)
        target.headers["Location"] += f"?{query}" if query else ""
        return target
    page = _page(request, opened)
    return render(request, "customers/_events.html", {**page, "events": desk_of(opened).applied(page["events"])})


@require_safe
@needs(Right.READ_FILE)
@customer_page("ticket")
def ticket(request: HttpRequest, opened: CustomerFile, ticket_id: str) -> HttpResponse:
    """Show the lines of a ticket."""
    lines = opened.ticket_lines(ticket_id)
    if not lines:
        raise Http404
    template = "customers/_ticket_lines.html" if request.htmx else "customers/ticket.html"
    total = sum(line.amount for line in lines)
    shown = {"lines": lines, "total": total, "ticket_id": ticket_id, "customer": opened.customer}
    return render(request, template, shown if request.htmx else {**head_of(request, opened, ""), **shown})


@require_safe
@needs(Right.READ_FILE)
@customer_page("visit")
def visit(request: HttpRequest, opened: CustomerFile, event_id: str) -> HttpResponse:
    """Show the pages of a visit of the web site."""
    views = opened.visit(event_id)
    if not views:
        raise Http404
    template = "customers/_visit.html" if request.htmx else "customers/visit.html"
    shown = {"views": views, "customer": opened.customer}
    return render(request, template, shown if request.htmx else {**head_of(request, opened, ""), **shown})
