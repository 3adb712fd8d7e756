"""Who is at the other end of the portal: a customer, by the link he used; what he writes is his own word."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from chaland_web.access import own_file

LASTS_S = 30 * 60
"""A customer is asked for a new link after so long without a page."""

_OWN, _SEEN = "own_customer", "own_seen"


class Himself:
    """The author of what a customer writes in his own space: no account, his own name for the log."""

    pk = None
    is_authenticated = False

    def __init__(self, customer_id: str) -> None:
        self.customer_id = customer_id

    def get_username(self) -> str:
        """Return how the log and the history name him."""
        return self.customer_id


def enter(request: HttpRequest, customer_id: str) -> None:
    """Open the customer's space in this browser, and end whatever else was open there."""
    request.session.flush()
    request.session[_OWN] = customer_id
    request.session[_SEEN] = int(time.time())


def leave(request: HttpRequest) -> None:
    """Close it."""
    request.session.flush()


def own_customer(request: HttpRequest) -> str:
    """Return whose space is open in this browser; "" when none is, or not for half an hour."""
    is_fresh = time.time() - request.session.get(_SEEN, 0) <= LASTS_S
    customer_id: str = request.session.get(_OWN, "") if is_fresh else ""
    return customer_id


def own_page(what: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view of a customer's file for that customer alone; without his link he is asked for his address.

    Args:
        what: page opened, for the log, 16 signs at most.
    """

    def make(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @wraps(view)
        def opened(request: HttpRequest, **rest: Any) -> HttpResponse:
            customer_id = own_customer(request)
            if not customer_id:
                return redirect("portal:sign-in")
            request.session[_SEEN] = int(time.time())
            return view(request, own_file(request, customer_id, what), **rest)

        return opened

    return make
