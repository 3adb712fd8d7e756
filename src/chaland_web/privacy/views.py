"""The logs, for the privacy officer; and the page that asks why a customer's file is needed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from chaland_web import access
from chaland_web.accounts.models import Access, AccountChange, Export, SignIn
from chaland_web.accounts.sessions import recently_proved
from chaland_web.csv_files import csv_answer
from chaland_web.desk.writing import asked_by_customers
from chaland_web.privacy import logs
from chaland_web.rights import Right, Scope, needs
from chaland_web.snapshots import reader_of

PARTS = {
    "file": pgettext_lazy("page opened", "file"),
    "timeline": pgettext_lazy("page opened", "history"),
    "purchases": pgettext_lazy("page opened", "purchases"),
    "household": pgettext_lazy("page opened", "household"),
    "projects": pgettext_lazy("page opened", "projects"),
    "voice": pgettext_lazy("page opened", "cases and voice"),
    "loyalty": pgettext_lazy("page opened", "loyalty"),
    "contacts": pgettext_lazy("page opened", "contacts"),
    "consents": pgettext_lazy("page opened", "consents"),
    "origin": pgettext_lazy("page opened", "origin"),
    "takeaway": pgettext_lazy("page opened", "everything, in a file"),
    "segments": pgettext_lazy("page opened", "segments"),
    "ticket": pgettext_lazy("page opened", "ticket"),
    "visit": pgettext_lazy("page opened", "visit"),
    "phone": pgettext_lazy("page opened", "call"),
    "pair": pgettext_lazy("page opened", "doubtful pair"),
    "resolve": pgettext_lazy("page opened", "identity asked by a program"),
    "contact": pgettext_lazy("page opened", "note of a contact"),
    "consent": pgettext_lazy("page opened", "consent or objection"),
    "correction": pgettext_lazy("page opened", "correction"),
    "case": pgettext_lazy("page opened", "case"),
    "written": pgettext_lazy("page opened", "what was written"),
    "undo": pgettext_lazy("page opened", "word taken back"),
    "separate": pgettext_lazy("page opened", "unmerge"),
    "own": pgettext_lazy("page opened", "own space"),
    "own_history": pgettext_lazy("page opened", "own history"),
    "own_consents": pgettext_lazy("page opened", "own choices"),
    "own_correct": pgettext_lazy("page opened", "own correction"),
    "own_download": pgettext_lazy("page opened", "own data taken away"),
    "own_erase": pgettext_lazy("page opened", "erasure asked for"),
    "own_stop": pgettext_lazy("page opened", "one-click stop"),
}
"""Words of the parts of a file that the log knows by their codes (`access.customer_page`); a test keeps it whole."""

ANSWERED_WITHIN = timedelta(days=30)
"""A request is answered within a month (GDPR, article 12)."""

EXPORTS = {
    "access log": pgettext_lazy("export", "log of accesses"),
    "customer": pgettext_lazy("export", "everything known of a customer"),
    "unsatisfied customers": pgettext_lazy("export", "unsatisfied customers"),
    "segment": pgettext_lazy("export", "segment"),
    "figures": pgettext_lazy("export", "figures"),
}
"""Words of what left the application (`access.note_export`), whose name may follow."""

REASONS = {
    Scope.SHOPS: (
        gettext_lazy("The customer is in the shop"),
        gettext_lazy("The customer is on the telephone"),
        gettext_lazy("Order or delivery from another shop"),
        gettext_lazy("After-sales service"),
    ),
    Scope.CALLS: (
        gettext_lazy("Call received"),
        gettext_lazy("Call back asked for"),
        gettext_lazy("Call made"),
        gettext_lazy("E-mail or letter received"),
    ),
}


def _log(request: HttpRequest, lines: Any, template: str, person_field: str = "user_name") -> HttpResponse:
    question = logs.Question.read(request.GET)
    return _show_log(request, question, question.of(lines, person_field), template)


def _show_log(request: HttpRequest, question: logs.Question, lines: Any, template: str) -> HttpResponse:
    asked = request.GET.copy()
    asked.pop("avant", None)
    before = request.GET.get("avant", "")
    shown = logs.page(lines, before)
    return render(
        request,
        template,
        {
            "question": question,
            "page": shown,
            "asked": asked.urlencode(),
            "is_older": bool(before),
            "parts": PARTS,
            "exports": EXPORTS,
        },
    )


@require_safe
@needs(Right.READ_ACCESSES)
def accesses(request: HttpRequest) -> HttpResponse:
    """Show who opened which file, when, why and from where."""
    question = logs.Question.read(request.GET)
    return _show_log(request, question, _files(request, question), "privacy/accesses.html")


def _files(request: HttpRequest, question: logs.Question) -> QuerySet[Access]:
    numbers = access.numbers_of(request, question.customer) if question.customer else ()
    return question.of_files(numbers)


@require_safe
@needs(Right.READ_ACCESSES)
@recently_proved
def accesses_file(request: HttpRequest) -> HttpResponse:
    """Give the accesses asked for as a CSV file; giving them is written too."""
    found = _files(request, logs.Question.read(request.GET))
    access.note_export(request, "access log", found.count(), request.GET.urlencode()[:200])
    header = [
        _("Moment (UTC)"),
        _("Person"),
        _("Customer"),
        _("Page opened"),
        _("Ground"),
        _("Reason"),
        _("Network address"),
    ]
    rows = (
        (f"{line.at:%Y-%m-%d %H:%M:%S}", line.user_name, line.customer_id, str(PARTS.get(line.what, line.what)),
         line.get_ground_display(), line.reason, line.address)
        for line in found.iterator(2000)
    )  # fmt: skip
    return csv_answer(f"acces-{timezone.localdate():%Y-%m-%d}.csv", header, rows)


@require_safe
@needs(Right.READ_ACCESSES)
def requests(request: HttpRequest) -> HttpResponse:
    """Show what customers asked for in their own space and nobody has closed, the most pressing first."""
    waiting = [
        (line, line.said_at + ANSWERED_WITHIN, customer)
        for line in asked_by_customers()
        if (customer := access.name_of(request, line.record_id))
    ]
    return render(request, "privacy/requests.html", {"waiting": waiting, "now": timezone.now()})


@require_safe
@needs(Right.READ_ACCESSES)
def exports(request: HttpRequest) -> HttpResponse:
    """Show what was taken out of the application."""
    return _log(request, Export.objects.all(), "privacy/exports.html")


@require_safe
@needs(Right.READ_ACCESSES)
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show who signed in, and who failed to."""
    return _log(request, SignIn.objects.all(), "privacy/sign_ins.html")


@require_safe
@needs(Right.READ_ACCESSES)
def account_changes(request: HttpRequest) -> HttpResponse:
    """Show what was done to accounts."""
    return _log(request, AccountChange.objects.all(), "privacy/account_changes.html", "account")


@require_safe
@needs(Right.READ_ACCESSES)
def unusual(request: HttpRequest) -> HttpResponse:
    """Show what deserves a question: many files in an hour, files at night, sign-ins that fail."""
    since = timezone.now() - logs.LOOKED_BACK
    return render(
        request,
        "privacy/unusual.html",
        {
            "hours": logs.busy_hours(since),
            "nights": logs.at_night(since),
            "failures": logs.failed_sign_ins(since),
            "since": since,
            "many_files": logs.MANY_FILES,
            "many_reasons": logs.MANY_REASONS,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.READ_FILE)
def reason(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Ask why the file of a customer of other shops is needed, write the answer, and open it."""
    reader = reader_of(request)
    today = reader.find_customer(customer_id)
    customer = reader.customer(today) if today else None
    if customer is None:
        raise Http404
    if access.ground_of(request, customer.customer_id)[0]:
        return redirect("customers:file", customer_id=customer.customer_id)
    refused = ""
    if request.method == "POST":
        chosen = request.POST.get("reason", "")
        more = request.POST.get("more", "").strip()
        try:
            access.give_reason(request, customer.customer_id, " : ".join(filter(None, (chosen, more))))
        except PermissionDenied:
            refused = _("A reason is needed; and twenty customers of other shops an hour at most may be opened.")
        else:
            return redirect("customers:file", customer_id=customer.customer_id)
    return render(
        request,
        "privacy/reason.html",
        {
            "name": access.masked_name(customer.display_name),
            "mobile": access.masked_key(customer.mobile or customer.phone),
            "email": access.masked_email(customer.email),
            "card": access.masked_key(customer.card_number),
            "shop": customer.home_shop_name or customer.home_shop_key,
            "reasons": REASONS[access.scope_of(request)],
            "is_call": access.scope_of(request) == Scope.CALLS,
            "refused": refused,
        },
        status=403 if refused else 200,
    )
