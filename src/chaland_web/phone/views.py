"""The phone adviser's part: search first, big type, the words to say, one button an outcome.

A telephone system opens `/telephone/?phone=0612345678`: one customer has this number, and his file is there; several,
and one is chosen; none, and the page says what to do. To take a call is the reason why his file is opened: it is
written (`access.give_reason`) for those whose every opening takes one.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chaland.publish import Hit
from chaland.publish.keys import folded
from chaland.publish.timeline import EVERYTHING
from chaland_web import access, formats
from chaland_web.access import CustomerFile, customer_page
from chaland_web.customers.gestures import Facts, gestures
from chaland_web.customers.head import head_of
from chaland_web.desk import words
from chaland_web.desk.forms import ContactForm
from chaland_web.desk.models import Kind, Line
from chaland_web.desk.values import e164
from chaland_web.desk.writing import write
from chaland_web.rights import Right, Scope, may, needs

LATEST_EVENTS = 6
LATEST_CALLS = 3
MOST_HITS = 8
_REASON_OF = {"customers:voice": words.REASONS[5], "customers:projects": words.REASONS[2]}
"""What a call is most likely about, by the part of the file where the next gesture is done."""


_SCHEME = re.compile(r"^(?:tel|sips?|callto):", re.IGNORECASE)
_HIDDEN = {"ANONYMOUS", "UNKNOWN", "RESTRICTED", "PRIVATE", "UNAVAILABLE", "WITHHELD", "MASQUE", "SECRET", "INCONNU"}
"""What telephone systems give for a number that is not shown."""


def dialled(text: str) -> str:
    """Return the number of an address of a telephone system; "" when the caller hides it.

    >>> dialled("tel:+33612345678"), dialled("sip:0612345678@pbx.local;user=phone"), dialled("Anonymous <0>")
    ('+33612345678', '0612345678', '')
    """
    number = re.split("[@;]", _SCHEME.sub("", text.strip()), maxsplit=1)[0].strip()
    return "" if set(folded(number).split()) & _HIDDEN else number[:40]


def told_number(number: str) -> str:
    """Return a number that a telephone system gave, as people read it.

    >>> told_number("0033612345678") == told_number("+33 (0)6 12345678") == told_number("06.12.34.56.78")
    True
    """
    digits = re.sub(r"\(0\)|[^\d+]", "", number)
    return formats.phone(e164(re.sub("^00(?=[1-9])", "+", digits))) or number


def _callers(request: HttpRequest, number: str) -> list[Hit]:
    """Return the customers who have this number, whole."""
    hits = access.find(request, number, MOST_HITS)
    return [hit for hit in hits if hit.score >= 1 and any(match.kind == "phone" for match in hit.matches)]


def _taken(request: HttpRequest, customer_id: str, reason: str) -> HttpResponse:
    """Open the file for the call, whose reason is written where one is needed."""
    if access.scope_of(request) == Scope.CALLS:
        access.give_reason(request, customer_id, reason)
    return redirect("phone:call", customer_id=customer_id)


def _noted(request: HttpRequest) -> list[tuple[Line, tuple[str, str]]]:
    """Return the last calls this person noted in the hour, with their customers: a key pressed too fast is undone."""
    since = timezone.now() - timedelta(hours=1)
    lines = Line.objects.filter(kind=Kind.CONTACT, user=request.user, at__gt=since, is_withdrawn=False)
    latest = lines.latest_of_keys().order_by("-id")[:LATEST_CALLS]
    named = [(line, access.name_of(request, line.record_id)) for line in latest]
    return [(line, customer) for line, customer in named if customer]


@require_safe
@needs(Right.NOTE_CONTACT)
def desk(request: HttpRequest) -> HttpResponse:
    """Wait for a call, or show who may be calling: by the number the telephone gives, or by what is typed."""
    asked, text = request.GET.get("phone", ""), request.GET.get("q", "").strip()
    number = dialled(asked)
    if number:
        callers = _callers(request, number)
        if len(callers) == 1:
            reason = _("Incoming call, number ending in %(end)s") % {"end": number[-2:]}
            return _taken(request, callers[0].customer_id, reason)
        return render(request, "phone/desk.html", {"number": told_number(number), "hits": callers, "text": ""})
    hits = access.find(request, text, MOST_HITS) if len(text) > 1 else []
    is_part = bool(request.htmx) and not request.htmx.boosted
    shown: dict[str, Any] = {"hits": hits, "text": text, "is_hidden": bool(asked.strip())}
    shown["own_shops"] = access.finds_own_shops(request)
    if not is_part and not text:
        shown["noted"] = _noted(request)
    return render(request, "phone/_hits.html" if is_part else "phone/desk.html", shown)


@require_POST
@needs(Right.NOTE_CONTACT)
def take(request: HttpRequest, caller_id: str) -> HttpResponse:
    """Take the call of a customer that was found: his file opens in the dress of the telephone."""
    return _taken(request, caller_id, _("Call, customer found while speaking"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.NOTE_CONTACT)
@customer_page("phone")
def call(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show what is needed while speaking, and note the outcome of the call in one key."""
    form = ContactForm({**request.POST.dict(), "channel": "phone"} if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        fields = {name: told[name] for name in ("channel", "direction", "reason", "outcome", "comment")}
        write(opened, request.user, Kind.CONTACT, fields, due_date=told["due_date"])
        messages.success(request, _("Call noted. Ready for the next one."))
        return redirect("phone:desk")
    head = head_of(request, opened, "phone")
    history = opened.history(EVERYTHING, LATEST_EVENTS, 0)
    found = []
    if head["objection"] is None:
        facts = Facts(head["customer"], head["reach"], head["flags"], history.latest, opened.insight(), head["as_of"])
        found = gestures(facts, lambda right: may(request.user, Right(right)))
    likely = _REASON_OF.get(found[0].view_name) if found else None
    return render(
        request,
        "phone/call.html",
        {
            **head,
            "form": form,
            "events": head["desk"].waiting + head["desk"].applied(history.events),
            "gestures": found[:2],
            "reasons": words.REASONS,
            "likely": request.POST.get("reason") or str(likely or words.REASONS[0]),
            "outcomes": words.OUTCOMES,
            "follow_ups": words.FOLLOW_UPS,
            "birth_day": _asked(head["customer"].birth_date),
        },
        status=422 if request.method == "POST" else 200,
    )


def _asked(born: date | None) -> str:
    """Return the birth date as the adviser checks it; "" when it is not known."""
    return born.isoformat() if born else ""
