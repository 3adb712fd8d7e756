"""Write with a customer before one: a contact, a correction, a consent, a case; take it back; whom to call back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chaland.config import PROFILING
from chaland.errors import ConfigError
from chaland_web import access
from chaland_web.access import CustomerFile, customer_page
from chaland_web.desk import words
from chaland_web.desk.forms import CaseForm, CaseStepForm, ConsentForm, ContactForm, CorrectionForm, ProfilingForm
from chaland_web.desk.history import history_of
from chaland_web.desk.models import Kind, Line
from chaland_web.desk.profiling import objection_of
from chaland_web.desk.shown import desk_of
from chaland_web.desk.writing import line_of, may_undo, write, write_again
from chaland_web.rights import Right, needs

MOST_DUE = 200
"""Customers to be called shown on one page."""


def _form(request: HttpRequest, opened: CustomerFile, form: forms.Form, template: str, **more: object) -> HttpResponse:
    """Show a form: alone for a script, which puts it into the page of the file; in a page of its own otherwise."""
    desk = desk_of(opened)
    is_part = bool(request.htmx) and request.method == "GET"
    context = {"form": form, "desk": desk, "customer": desk.customer(opened.customer), "inside": template, **more}
    page = template if is_part else "desk/form.html"
    return render(request, page, {**context, "alone": not is_part}, status=422 if form.errors else 200)


def _back(request: HttpRequest, opened: CustomerFile, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("customers:file", customer_id=opened.customer.customer_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.NOTE_CONTACT)
@customer_page("contact")
def contact(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Note a contact, and when to come back to it."""
    form = ContactForm(request.POST or None, initial={"channel": request.GET.get("canal", "phone")})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        fields = {name: told[name] for name in ("channel", "direction", "reason", "outcome", "comment")}
        write(opened, request.user, Kind.CONTACT, fields, due_date=told["due_date"])
        return _back(request, opened, _("Contact noted."))
    more = {"reasons": words.REASONS, "outcomes": words.OUTCOMES}
    return _form(request, opened, form, "desk/_contact.html", **more)


def known_values(opened: CustomerFile) -> dict[str, Any]:
    """Return what the correction form starts from: what the screen shows of the customer today."""
    customer = desk_of(opened).customer(opened.customer)
    town = customer.address_line_6 or ""
    return {
        **{name: getattr(customer, name) for name in ("civility", "first_name", "last_name", "birth_date")},
        **{name: getattr(customer, name) for name in ("mobile", "phone", "email", "card_number", "postcode")},
        "complement": " ".join(line for line in (customer.address_line_2, customer.address_line_3) if line),
        "street": customer.address_line_4,
        "place": customer.address_line_5,
        "city": town.removeprefix(customer.postcode or "").strip() or customer.city,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.CORRECT)
@customer_page("correction")
def correct(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Put right what is known of the customer: it wins over every source."""
    known = {name: value for name, value in known_values(opened).items() if value}
    form = CorrectionForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        corrected = form.cleaned_data["corrected"]
        try:
            fields = {**corrected, "reason": form.cleaned_data["reason"]}
            write(opened, request.user, Kind.CORRECTION, fields, was=form.was)
        except ConfigError as error:
            form.add_error(None, error.message)
        else:
            return _back(request, opened, _("Corrected. The base takes it in at its next build."))
    return _form(request, opened, form, "desk/_correct.html")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RECORD_CONSENT)
@customer_page("consent")
def consent(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Record what he agrees to or objects to, channel by channel, with its proof."""
    form = ConsentForm(request.POST or None, initial={"purpose": "marketing", "method": "spoken"})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        now = timezone.now()
        for channel, answer in told["answers"].items():
            fields = {"channel": channel, "purpose": told["purpose"], "answer": answer}
            proof = {"method": told["method"], "proof": told["proof"]}
            write(opened, request.user, Kind.CONSENT, {**fields, **proof}, said_at=now)
        return _back(request, opened, _("Recorded. It holds from now on."))
    return _form(request, opened, form, "desk/_consent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.RECORD_CONSENT)
@customer_page("consent")
def profiling(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Record that he objects to profiling, or takes his objection back, with its proof."""
    objects = objection_of(opened, desk_of(opened)) is not None
    form = ProfilingForm(request.POST or None, initial={"answer": "yes" if objects else "no", "method": "spoken"})
    if request.method == "POST" and form.is_valid():
        write(opened, request.user, Kind.CONSENT, {"channel": PROFILING, "purpose": "marketing", **form.cleaned_data})
        return _back(request, opened, _("Recorded. It holds from now on."))
    return _form(request, opened, form, "desk/_profiling.html")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.OPEN_CASE)
@customer_page("case")
def case(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Open a case."""
    form = CaseForm(request.POST or None, initial={"subject": request.GET.get("sujet", "")[:120]})
    if request.method == "POST" and form.is_valid():
        write(opened, request.user, Kind.CASE, {**form.cleaned_data, "stage": "new"})
        return _back(request, opened, _("Case opened."))
    return _form(request, opened, form, "desk/_case.html")


def _line(opened: CustomerFile, key: str, kind: Kind | None = None) -> Line:
    line = line_of(opened, key)
    if line is None or (kind and line.kind != kind):
        raise Http404
    return line


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.OPEN_CASE)
@customer_page("case")
def case_step(request: HttpRequest, opened: CustomerFile, key: str) -> HttpResponse:
    """Move a case on, or close it."""
    before = _line(opened, key, Kind.CASE)
    form = CaseStepForm(request.POST or None, initial={"stage": before.fields.get("stage", "working")})
    if request.method == "POST" and form.is_valid():
        fields = {**before.fields, **form.cleaned_data}
        fields["closed_at"] = timezone.now().astimezone(UTC).isoformat() if fields["stage"] == "closed" else ""
        write_again(before, request.user, fields)
        closed = fields["stage"] == "closed"
        return _back(request, opened, _("Case closed.") if closed else _("Case moved on."))
    steps = history_of([before.key])
    return _form(request, opened, form, "desk/_case_step.html", line=before, steps=steps)


@require_POST
@needs(Right.READ_FILE)
@customer_page("undo")
def undo(request: HttpRequest, opened: CustomerFile, key: str) -> HttpResponse:
    """Take back what was written: by who wrote it, or by a steward. The line stays in the history."""
    line = _line(opened, key)
    if not may_undo(request.user, line):
        raise PermissionDenied
    write_again(line, request.user, is_withdrawn=True)
    return _back(request, opened, _("Taken back. The history keeps it."))


@require_safe
@needs(Right.READ_FILE)
@customer_page("written")
def history(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show every line written of the customer: who, when, before, after."""
    desk = desk_of(opened)
    keys = [line.key for line in desk.lines]
    undoable = {line.key for line in desk.lines if not line.is_withdrawn and may_undo(request.user, line)}
    return render(
        request,
        "desk/history.html",
        {
            "customer": desk.customer(opened.customer),
            "desk": desk,
            "flags": opened.flags(),
            "tab": "written",
            "steps": history_of(keys),
            "undoable": undoable,
        },
    )


@require_safe
@needs(Right.NOTE_CONTACT)
def due(request: HttpRequest) -> HttpResponse:
    """Show whom to come back to: one's own promises, or everybody's, the oldest first."""
    everyone = request.GET.get("qui") == "tous"
    lines = Line.objects.filter(kind=Kind.CONTACT, due_date__isnull=False, is_withdrawn=False)
    if not everyone:
        lines = lines.filter(user=request.user)
    today = timezone.localdate()
    found: list[tuple[Line, tuple[str, str]]] = []
    for line in lines.latest_of_keys().order_by("due_date", "id")[:MOST_DUE]:
        customer = access.name_of(request, line.record_id)
        if customer:
            found.append((line, customer))
    return render(request, "desk/due.html", {"groups": _by_day(found, today), "everyone": everyone, "today": today})


def _by_day(found: Sequence[tuple[Line, tuple[str, str]]], today: Any) -> list[tuple[str, list[Any]]]:
    groups: dict[str, list[Any]] = {_("Late"): [], _("Today"): [], _("Later"): []}
    late, now, later = groups
    for line, customer in found:
        day = line.due_date
        groups[late if day and day < today else now if day == today else later].append((line, *customer))
    return [(name, rows) for name, rows in groups.items() if rows]


@require_POST
@needs(Right.NOTE_CONTACT)
@customer_page("contact")
def done(request: HttpRequest, opened: CustomerFile, key: str) -> HttpResponse:
    """Mark a promise as kept: the contact stands, there is no day any more."""
    line = _line(opened, key, Kind.CONTACT)
    write_again(line, request.user)
    messages.success(request, _("Done."))
    return redirect("desk:due")
