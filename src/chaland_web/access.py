"""The only door to a customer's record: who may open it, what was opened, by whom and when.

Views receive a `CustomerFile` bound to one customer, never a reader of all; each opening is written to the access log.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from chaland.publish import Hit, Reader
from chaland.publish import customer_file as shapes
from chaland_web.accounts.models import Access
from chaland_web.snapshots import reader_of, snapshot_of

RECENT = 6


class CustomerFile:
    """One customer's file, opened: all that may be read of him, and of nobody else."""

    def __init__(self, reader: Reader, customer: shapes.Customer) -> None:
        self.customer = customer
        self._reader = reader
        self._id = customer.customer_id

    def values(self) -> list[shapes.Value]:
        return self._reader.values(self._id)

    def household(self) -> list[shapes.Member]:
        return self._reader.household(self.customer.household_id)

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

    def links(self) -> list[shapes.Link]:
        return self._reader.links(self._id)

    def aliases(self) -> list[shapes.Alias]:
        return self._reader.aliases(self._id)

    def timeline(self, kind: str, rows: int, skip: int) -> list[shapes.Event]:
        return self._reader.timeline(self._id, kind=kind, rows=rows, skip=skip)

    def event_counts(self) -> shapes.EventCounts:
        return self._reader.event_counts(self._id)

    def ticket_lines(self, ticket_id: str) -> list[shapes.TicketLine]:
        return self._reader.ticket_lines(self._id, ticket_id)

    def visit(self, event_id: str) -> list[shapes.PageView]:
        return self._reader.visit(self._id, event_id)


View = Callable[..., HttpResponse]


def customer_page(what: str) -> Callable[[View], View]:
    """Make a view of one customer's file: find him, follow an old id, log the opening, hand over the file.

    Args:
        what: page opened, for the log: file, purchases, origin, timeline, ticket, visit.
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
                return redirect(match.view_name, customer_id=today, **rest)
            customer = reader.customer(today)
            if customer is None:
                raise Http404
            Access.objects.create(
                user=request.user, user_name=request.user.get_username(), customer_id=today, what=what
            )
            return view(request, CustomerFile(reader, customer), **rest)

        return opened

    return make


def find(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    """Return the customers the signed-in person may see that answer to the text, best first."""
    return snapshot_of(request).search(text, limit)


def recent(request: HttpRequest) -> list[shapes.Customer]:
    """Return the customers this person opened last, the latest first."""
    reader = reader_of(request)
    opened = Access.objects.filter(user=request.user, what="file").order_by("-at").values_list("customer_id", flat=True)
    found = (reader.customer(customer_id) for customer_id in list(dict.fromkeys(opened[:60]))[:RECENT])
    return [customer for customer in found if customer]
