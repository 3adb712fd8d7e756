"""The customer's own space: sign in by a link, see, correct, prefer, take away, ask to be forgotten, stop."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chaland.config import PROFILING
from chaland.errors import ConfigError
from chaland.publish.customer_file import Event, Value
from chaland.publish.timeline import EVERYTHING
from chaland_web import words
from chaland_web.access import CustomerFile, own_file
from chaland_web.accounts.sessions import address_of
from chaland_web.customers.consents import consents_of
from chaland_web.desk.models import Kind
from chaland_web.desk.profiling import objection_of
from chaland_web.desk.shown import Desk, desk_of
from chaland_web.desk.views import known_values
from chaland_web.desk.writing import write
from chaland_web.portal import links
from chaland_web.portal.forms import CHANNELS_OF, AddressForm, OwnCorrectionForm, PreferencesForm
from chaland_web.portal.own import Himself, enter, leave, own_customer, own_page
from chaland_web.portal.stops import CHANNELS, read_stop
from chaland_web.portal.takeaway import takeaway_answer
from chaland_web.snapshots import snapshot_of

PAGE_ROWS = 30
LATEST = 6
_SAYS_NO = {"objected", "no_consent", "expired"}


def _shop(request: HttpRequest) -> dict[str, object]:
    """Return what every page of the space says of the shop it belongs to."""
    return {"shop_name": snapshot_of(request).manifest["base_name"], "currency": snapshot_of(request).currency}


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an e-mail address, and say the same whoever's it is."""
    if not settings.CHALAND_PORTAL:
        raise Http404
    if own_customer(request):
        return redirect("portal:home")
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        root = request.build_absolute_uri("/").rstrip("/")
        links.ask(form.cleaned_data["email"], address_of(request), root, get_language() or "fr")
        minutes = links.LASTS.seconds // 60
        return render(request, "portal/sent.html", {**_shop(request), "minutes": minutes})
    return render(request, "portal/sign_in.html", {**_shop(request), "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button for a link, and use the link when it is pressed: what only looks at links does not use it up."""
    customer_id = links.take(token) if request.method == "POST" else ""
    if customer_id:
        enter(request, customer_id)
        return redirect("portal:home")
    is_open = request.method != "POST" and links.is_open(token)
    return render(request, "portal/link.html", {**_shop(request), "is_open": is_open}, status=200 if is_open else 410)


def _own_events(events: list[Event]) -> list[Event]:
    """Return what happened to him: how his records were joined is the shop's housekeeping."""
    return [event for event in events if event.kind != "merge"]


def _chosen(values: list[Value]) -> list[Value]:
    chosen = {value.field: value for value in values if value.is_chosen}
    return [chosen[field] for field in words.FIELD_ORDER if field in chosen]


@require_safe
@own_page("own")
def home(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show him what is known of him, from where, and how he may be reached."""
    desk = desk_of(opened)
    page = opened.history(EVERYTHING, 2 * LATEST, 0)
    return render(
        request,
        "portal/home.html",
        {
            **_shop(request),
            "customer": desk.customer(opened.customer),
            "desk": desk,
            "values": _chosen(opened.values()),
            "flags": opened.flags(),
            "attributes": opened.attributes(),
            "lights": desk.reach(opened.customer),
            "insight": opened.insight(),
            "objection": objection_of(opened, desk),
            "events": _own_events(desk.waiting + desk.applied(page.events))[:LATEST],
            "count_every": page.every,
        },
    )


@require_safe
@own_page("own_history")
def history(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Show him everything that was kept, page after page."""
    start = request.GET.get("debut", "0")
    skip = int(start) if start.isdecimal() and len(start) < 9 else 0
    desk = desk_of(opened)
    events = opened.history(EVERYTHING, PAGE_ROWS + 1, skip).events
    shown = desk.applied(events[:PAGE_ROWS])
    return render(
        request,
        "portal/history.html",
        {
            **_shop(request),
            "events": _own_events(shown if skip else desk.waiting + shown),
            "skip": skip,
            "next_skip": skip + PAGE_ROWS if len(events) > PAGE_ROWS else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@own_page("own_correct")
def correct(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Let him put right what is known of him: it wins over every source."""
    known = {name: value for name, value in known_values(opened).items() if value}
    form = OwnCorrectionForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        fields = {**form.cleaned_data["corrected"], "reason": _("said by the customer, in his own space")}
        try:
            write(opened, _himself(opened), Kind.CORRECTION, fields, was=form.was)
        except ConfigError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Thank you: it is put right."))
            return redirect("portal:home")
    status = 422 if form.errors else 200
    return render(request, "portal/correct.html", {**_shop(request), "form": form}, status=status)


def _himself(opened: CustomerFile) -> Himself:
    return Himself(opened.customer.customer_id)


def _say(opened: CustomerFile, answers: dict[tuple[str, str], str], proof: str) -> None:
    for (purpose, channel), answer in answers.items():
        fields = {"channel": channel, "purpose": purpose, "answer": answer, "method": "web", "proof": proof}
        write(opened, _himself(opened), Kind.CONSENT, fields)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page("own_consents")
def preferences(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Let him choose the channels he accepts, one by one."""
    desk = desk_of(opened)
    lights = desk.reach(opened.customer)
    today = {light.channel: "no" if light.reason in _SAYS_NO else "yes" for light in lights}
    today |= {purpose: _said(opened, desk, purpose) for purpose in CHANNELS_OF}
    form = PreferencesForm(request.POST or None, initial=today)
    if request.method == "POST" and form.is_valid():
        _say(opened, form.answers, _("chosen by the customer in his own space, opened by a link to his e-mail"))
        messages.success(request, _("Your choices are kept. They hold from now on."))
        return redirect("portal:preferences")
    rows: list[tuple[Any, Any]] = [(light, form[light.channel]) for light in lights]
    shown = {**_shop(request), "form": form, "rows": rows, "objection": objection_of(opened, desk)}
    return render(request, "portal/preferences.html", shown)


def _said(opened: CustomerFile, desk: Desk, purpose: str) -> str:
    """Return his last word on surveys or measures; before any, surveys are allowed and measures are not."""
    words = [word for word in consents_of(opened, desk) if word.purpose == purpose and word.is_latest]
    if not words:
        return "yes" if purpose == "survey" else "no"
    return "yes" if all(word.is_granted for word in words) else "no"


@require_POST
@own_page("own_consents")
def stop_all(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Stop everything at once."""
    _say(
        opened,
        {("marketing", channel): "no" for channel in CHANNELS},
        _("“Stop everything”, pressed by the customer in his own space"),
    )
    messages.success(request, _("You will hear from us no more. What concerns your orders still reaches you."))
    return redirect("portal:preferences")


@require_POST
@own_page("own_consents")
def profiling(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Take his objection to profiling, or take it back, in one click."""
    answer = "yes" if request.POST.get("answer") == "yes" else "no"
    said = _("objection to profiling, pressed by the customer in his own space")
    taken_back = _("objection to profiling taken back by the customer in his own space")
    _say(opened, {("marketing", PROFILING): answer}, taken_back if answer == "yes" else said)
    if answer == "no":
        messages.success(request, _("Your objection is kept. It holds from now on."))
    else:
        messages.success(request, _("Your choices are kept. They hold from now on."))
    return redirect("portal:preferences")


@require_safe
@own_page("own_download")
def download(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Hand him everything known of him, in one file."""
    return takeaway_answer(opened)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page("own_erase")
def erase(request: HttpRequest, opened: CustomerFile) -> HttpResponse:
    """Take his request to be forgotten: a case for the privacy officer, who answers within a month."""
    if request.method == "POST":
        fields = {"subject": _("Erasure asked for by the customer"), "comment": "", "stage": "new"}
        write(opened, _himself(opened), Kind.CASE, fields)
        messages.success(request, _("Your request is registered. You will have an answer within a month."))
        return redirect("portal:home")
    return render(request, "portal/erase.html", _shop(request))


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """Close his space."""
    leave(request)
    return redirect("portal:sign-in" if settings.CHALAND_PORTAL else "accounts:sign-in")


@csrf_exempt  # RFC 8058: a mail program posts here for the reader, and has no token
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the messages of one channel, in one click and without signing in."""
    found = read_stop(token)
    if found is None:
        raise Http404
    customer_id, channel = found
    if request.method == "POST":
        opened = own_file(request, customer_id, "own_stop")
        _say(opened, {("marketing", channel): "no"}, _("one-click link of a message"))
    done = request.method == "POST"
    return render(request, "portal/stop.html", {**_shop(request), "channel": channel, "done": done})
