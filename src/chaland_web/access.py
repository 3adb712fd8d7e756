"""The only door to a customer's record: who may open it, on what ground, what was opened, by whom, when and why.

Views receive a `CustomerFile` bound to one customer, never a reader of all; each opening is written to the access log.
Who is bound to shops opens their customers; another is found by an exact search only, shown masked, and opened once a
reason is given. To see is not to take away: each export is written too (`note_export`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from chaland.publish import Hit, Reader, queue
from chaland.publish import customer_file as shapes
from chaland.publish.insight import CustomerInsight, InsightReader
from chaland.publish.queue import Pair, Question
from chaland.publish.story import Decision
from chaland.publish.timeline import Wanted
from chaland_web.accounts.models import Access, Export, Ground, Reason
from chaland_web.accounts.sessions import address_of
from chaland_web.desk.fresh import corrected_of
from chaland_web.rights import FILES_AN_HOUR, REASONS_AN_HOUR, SCOPES, Right, Role, Scope, may
from chaland_web.snapshots import reader_of, snapshot_of

RECENT = 6
MOST_EVENTS = 10_000
"""Events of one kind a tab shows: nobody's life is cut."""
RESOLVED = "resolve"
"""What the log of accesses says of a customer told to a program (`api`)."""
REASON_LASTS = timedelta(hours=1)
EXACT = {"phone", "email", "card", "id", "order", "project", "case"}
"""Kinds of matches that name one person: what opens the file of a customer of another shop, once a reason is given."""

_FISHED = 60
"""Hits looked at to find those of someone's shops: the beginning of a number may be that of others."""


class CustomerFile:
    """One customer's file, opened: all that may be read of him, and of nobody else."""

    def __init__(self, reader: Reader, customer: shapes.Customer, shop_keys: Sequence[str] | None = None) -> None:
        """Open a file.

        Args:
            shop_keys: the shops its reader is bound to: who lives with the customer and belongs to none of them is
                masked, and what the home bought in all is not told by `customer` (see `household_amount`); None for a
                reader bound to no shop, who sees the whole household.
        """
        self._household_amount = customer.household_amount_12_months
        self.customer = customer if shop_keys is None else replace(customer, household_amount_12_months=None)
        self._reader = reader
        self._id = customer.customer_id
        self._shop_keys = shop_keys

    def values(self) -> list[shapes.Value]:
        return self._reader.values(self._id)

    def household(self) -> list[shapes.Member]:
        """Return who lives with the customer; those of other shops masked: a home does not open their files."""
        members = self._reader.household(self.customer.household_id)
        if self._shop_keys is None:
            return members
        own = {self._id, *self._reader.in_shops([member.customer_id for member in members], self._shop_keys)}
        return [member if member.customer_id in own else _masked_member(member) for member in members]

    def household_amount(self) -> Decimal | None:
        """Return what the household bought in 12 months; None where someone of it is masked.

        A total, or a share of it, less what is seen of the others would tell what the masked one bought.
        """
        people = self.customer.household_customers or 1
        if self._shop_keys is not None and people > 1:
            seen = [member for member in self.household() if member.is_seen]
            return self._household_amount if len(seen) == people else None
        return self._household_amount

    def consents(self) -> list[shapes.Consent]:
        return self._reader.consents(self._id)

    def flags(self) -> list[shapes.Flag]:
        return self._reader.flags(self._id)

    def attributes(self) -> list[shapes.Attribute]:
        return self._reader.attributes(self._id)

    def missing_values(self) -> list[shapes.MissingValue]:
        return self._reader.missing_values(self._id)

    def departments(self) -> list[shapes.Department]:
        return self._reader.departments(self._id)

    def purchase_years(self) -> list[shapes.PurchaseYear]:
        return self._reader.purchase_years(self._id)

    def records(self) -> list[shapes.Record]:
        return self._reader.records(self._id)

    def record_ids(self) -> list[str]:
        return self._reader.record_ids(self._id)

    def links(self) -> list[shapes.Link]:
        return self._reader.links(self._id)

    def aliases(self) -> list[shapes.Alias]:
        return self._reader.aliases(self._id)

    def decisions(self) -> list[Decision]:
        return self._reader.decisions_on(self._id)

    def desk_words(self) -> dict[str, str]:
        return queue.desk_words(self._reader, self._id)

    def history(self, wanted: Wanted, rows: int, skip: int) -> shapes.History:
        return self._reader.history(self._id, wanted, rows=rows, skip=skip)

    def latest(self, kind: str) -> list[shapes.Event]:
        return self._reader.latest(self._id, kind, rows=MOST_EVENTS)

    def insight(self) -> CustomerInsight | None:
        return InsightReader(self._reader).customer(self._id)

    def ticket_lines(self, ticket_id: str) -> list[shapes.TicketLine]:
        return self._reader.ticket_lines(self._id, ticket_id)

    def visit(self, event_id: str) -> list[shapes.PageView]:
        return self._reader.visit(self._id, event_id)


View = Callable[..., HttpResponse]


def scope_of(request: HttpRequest) -> Scope:
    """Return whose files the signed-in person opens without giving a reason."""
    return SCOPES[Role(request.user.role)]


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"user": request.user, "user_name": request.user.get_username(), "address": address_of(request)}


def _reason(request: HttpRequest, customer_id: str) -> str:
    """Return the reason this person gave lately to open the file; "" when none."""
    given = Reason.objects.filter(user=request.user, customer_id=customer_id, at__gt=timezone.now() - REASON_LASTS)
    return given.order_by("-at").values_list("text", flat=True).first() or ""


def ground_of(request: HttpRequest, customer_id: str) -> tuple[str, str]:
    """Return the ground on which this person opens a customer's file, and the reason given; ("", "") when none."""
    scope = scope_of(request)
    if scope == Scope.EVERYONE:
        return Ground.ROLE, ""
    if scope == Scope.SHOPS and reader_of(request).in_shops([customer_id], request.user.shop_keys):
        return Ground.SHOP, ""
    reason = _reason(request, customer_id)
    return (Ground.REASON, reason) if reason else ("", "")


def give_reason(request: HttpRequest, customer_id: str, text: str) -> None:
    """Write why this person needs the file of this customer; it opens for an hour.

    Raises:
        PermissionDenied: not a reason, or too many customers of other shops in an hour.
    """
    text = " ".join(text.split())[:200]
    lately = Reason.objects.filter(user=request.user, at__gt=timezone.now() - timedelta(hours=1))
    others = lately.exclude(customer_id=customer_id).values("customer_id").distinct().count()
    if len(text) < 3 or (scope_of(request) == Scope.SHOPS and others >= REASONS_AN_HOUR):
        raise PermissionDenied
    Reason.objects.create(**_who(request), customer_id=customer_id, text=text)


def _is_too_many(request: HttpRequest, customer_id: str) -> bool:
    """Tell whether one more file would be more than the role opens in an hour."""
    limit = FILES_AN_HOUR[Role(request.user.role)]
    lately = Access.objects.filter(user=request.user, at__gt=timezone.now() - timedelta(hours=1))
    # a steward judges hundreds of pairs an hour: that is his work; what programs ask has a limit of its own
    lately = lately.exclude(what__in=("pair", RESOLVED))
    return lately.exclude(customer_id=customer_id).values("customer_id").distinct().count() >= limit


def _ask_reason(request: HttpRequest, customer_id: str) -> HttpResponse:
    page = reverse("privacy:reason", kwargs={"customer_id": customer_id})
    return HttpResponse(status=204, headers={"HX-Redirect": page}) if request.htmx else redirect(page)


def customer_page(what: str) -> Callable[[View], View]:
    """Make a view of one customer's file: find him, follow an old id, log the opening, hand over the file.

    Whoever has no ground to open it is led to the page that asks for a reason; nothing was read nor written.

    Args:
        what: page opened, for the log, 16 signs at most: file, purchases, origin, timeline, ticket, visit.
    """

    def make(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, customer_id: str, **rest: Any) -> HttpResponse:
            reader = reader_of(request)
            today = reader.find_customer(customer_id)
            if today is None:
                raise Http404
            if today != customer_id:
                match = request.resolver_match
                return redirect(match.view_name, customer_id=today, preserve_request=request.method == "POST", **rest)
            ground, reason = ground_of(request, today)
            if not ground:
                return _ask_reason(request, today)
            if _is_too_many(request, today):
                return render(request, "privacy/too_many.html", status=429)
            customer = reader.customer(today)
            if customer is None:
                raise Http404
            Access.objects.create(**_who(request), customer_id=today, what=what, ground=ground, reason=reason)
            shop_keys = request.user.shop_keys if scope_of(request) == Scope.SHOPS else None
            return view(request, CustomerFile(reader, customer, shop_keys), **rest)

        return opened

    return make


def own_file(request: HttpRequest, customer_id: str, what: str) -> CustomerFile:
    """Return a customer's file for that customer himself; the opening is logged under his own number.

    Args:
        customer_id: whose link was used; the caller answers for that.
        what: page opened, for the log, 16 signs at most.
    """
    reader = reader_of(request)
    today = reader.find_customer(customer_id)
    customer = reader.customer(today) if today else None
    if customer is None:
        raise Http404
    Access.objects.create(
        user_name=customer.customer_id,
        address=address_of(request),
        customer_id=customer.customer_id,
        what=what,
        ground=Ground.OWN,
    )
    return CustomerFile(reader, customer)


# Finding ----------------------------------------------------------------------------------------


def masked_name(name: str) -> str:
    """Return the first letter of each word of a name, enough to agree with someone who says it.

    >>> masked_name("Hélène Le-Goff")
    'H•••• L••••'
    """
    return " ".join(f"{word[0]}••••" for word in name.split())


def masked_key(value: str | None, shown: int = 2) -> str | None:
    """Return the end of a telephone or card; None stays None.

    >>> masked_key("+33612345678"), masked_key(None)
    ('•••• 78', None)
    """
    return f"•••• {value[-shown:]}" if value else None


def masked_email(value: str | None) -> str | None:
    """Return the first letter of an e-mail and its domain; None stays None.

    >>> masked_email("helene@example.org")
    'h••••@example.org'
    """
    return f"{value[0]}••••@{value.rpartition('@')[2]}" if value else None


def _masked_member(member: shapes.Member) -> shapes.Member:
    return replace(
        member,
        display_name=masked_name(member.display_name),
        age_years=None,
        is_card_holder=False,
        last_purchase_date=None,
        amount_12_months=None,
    )


def _masked(hit: Hit) -> Hit:
    return replace(
        hit,
        display_name=masked_name(hit.display_name),
        birth_date=None,
        postcode=(hit.postcode or "")[:2] or None,
        city=None,
        phone=masked_key(hit.phone),
        mobile=masked_key(hit.mobile),
        email=masked_email(hit.email),
        card_number=masked_key(hit.card_number),
        last_purchase_date=None,
    )


def _is_exact(hit: Hit) -> bool:
    return hit.score >= 1 and any(match.kind in EXACT for match in hit.matches)


def find(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    """Return the customers the signed-in person may find by this text, best first.

    Who is bound to shops finds their customers by anything; those of other shops only by a whole telephone, e-mail,
    card, customer or order number, and masked. What was put right at the desk is found at once.
    """
    snapshot, corrected = snapshot_of(request), corrected_of(request)
    if scope_of(request) != Scope.SHOPS:
        return snapshot.search(text, limit, corrected=corrected)
    hits = snapshot.search(text, _FISHED, request.user.shop_keys, corrected)
    own = reader_of(request).in_shops([hit.customer_id for hit in hits], request.user.shop_keys)
    seen = [hit if hit.customer_id in own else _masked(hit) for hit in hits if hit.customer_id in own or _is_exact(hit)]
    return seen[:limit]


def finds_own_shops(request: HttpRequest) -> bool:
    """Tell whether the signed-in person finds the customers of his shops alone by a name."""
    return scope_of(request) == Scope.SHOPS


def recent(request: HttpRequest) -> list[shapes.Customer]:
    """Return the customers this person opened last and still may, the latest first."""
    reader = reader_of(request)
    opened = Access.objects.filter(user=request.user, what="file").order_by("-at").values_list("customer_id", flat=True)
    latest = list(dict.fromkeys(opened[:60]))[:RECENT]
    found = (reader.customer(customer_id) for customer_id in latest if ground_of(request, customer_id)[0])
    return [customer for customer in found if customer]


# Voices ------------------------------------------------------------------------------------------


def _shops_heard(request: HttpRequest, shop_key: str) -> list[str] | None:
    """Return the shops whose customers this person may hear, the one asked for when it is one of them; None: all."""
    own = list(request.user.shop_keys) if scope_of(request) == Scope.SHOPS else None
    if not shop_key:
        return own
    return [shop_key] if own is None or shop_key in own else []


def unsatisfied(
    request: HttpRequest, *, shop_key: str = "", waiting: bool = False, rows: int = 50, skip: int = 0
) -> list[dict[str, Any]]:
    """Return who is not satisfied, by name, among the customers this person opens by himself; the file stays shut.

    Raises:
        PermissionDenied: this role opens no file.
    """
    if not may(request.user, Right.READ_FILE):
        raise PermissionDenied
    shops = _shops_heard(request, shop_key)
    return InsightReader(reader_of(request)).unsatisfied(shops=shops, waiting=waiting, rows=rows, skip=skip)


def comments(
    request: HttpRequest, words: list[str], *, shop_key: str = "", unhappy: bool = False, rows: int = 50
) -> list[dict[str, Any]]:
    """Return what customers wrote that holds every word, as `unsatisfied` does."""
    if not may(request.user, Right.READ_FILE):
        raise PermissionDenied
    shops = _shops_heard(request, shop_key)
    return InsightReader(reader_of(request)).comments(words, shops=shops, unhappy=unhappy, rows=rows)


# Programs ----------------------------------------------------------------------------------------


def has_resolved_too_many(request: HttpRequest) -> bool:
    """Tell whether this account was told as many customers this hour as its role may open files."""
    lately = Access.objects.filter(user=request.user, what=RESOLVED, at__gt=timezone.now() - timedelta(hours=1))
    return lately.count() >= FILES_AN_HOUR[Role(request.user.role)]


def note_resolved(request: HttpRequest, customer_ids: list[str]) -> None:
    """Write who was told to a program that asked who a person is; a question without an answer counts too."""
    Access.objects.bulk_create(
        Access(**_who(request), customer_id=customer_id, what=RESOLVED, ground=Ground.ROLE)
        for customer_id in dict.fromkeys(customer_ids or [""])
    )


# Pairs ------------------------------------------------------------------------------------------


def questions(request: HttpRequest) -> list[Question]:
    """Return the pairs of records worth asking a steward about, best first: their numbers, nothing of the persons."""
    return queue.questions(reader_of(request))


def decided(request: HttpRequest) -> dict[tuple[str, str], Decision]:
    """Return what the base knows of stewards' decisions, by pair of records."""
    return queue.decisions(reader_of(request))


def pair(request: HttpRequest, record_id_l: str, record_id_r: str) -> Pair | None:
    """Return two records side by side with what hangs on their customers, for a steward; None if one is unknown.

    Each customer shown is written to the log, under "pair".
    """
    found = queue.pair(reader_of(request), record_id_l, record_id_r)
    if found is None:
        return None
    for customer_id in sorted({side.customer.customer_id for side in found.sides}):
        Access.objects.create(**_who(request), customer_id=customer_id, what="pair", ground=Ground.ROLE)
    return found


def name_of(request: HttpRequest, record_id: str) -> tuple[str, str] | None:
    """Return the customer a record belongs to today and his name, if this person may open his file; else None."""
    reader = reader_of(request)
    customer_id = reader.customer_of(record_id)
    customer = reader.customer(customer_id) if customer_id and ground_of(request, customer_id)[0] else None
    return (customer.customer_id, customer.display_name) if customer else None


def numbers_of(request: HttpRequest, customer_id: str) -> set[str]:
    """Return the numbers that a customer bears and bore, named by any of them; nothing when nobody has it today."""
    reader = reader_of(request)
    today = reader.find_customer(customer_id)
    return {today, *(alias.old_customer_id for alias in reader.aliases(today))} if today else set()


# Taking away ------------------------------------------------------------------------------------


def note_export(request: HttpRequest, what: str, rows: int, detail: str = "") -> None:
    """Write that data leaves the application; call it before the answer is made.

    Args:
        what: what is taken, in a few English words: "segment", "access log". Never a customer's data.
        rows: how many rows leave.
        detail: which one, for instance the name of the segment.

    Raises:
        PermissionDenied: this role sees but does not export.
    """
    if not may(request.user, Right.EXPORT):
        raise PermissionDenied
    Export.objects.create(**_who(request), what=what[:80], rows=rows, detail=detail[:200])
