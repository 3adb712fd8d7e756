"""Sessions: opened and closed in a log, seen by their owner, ended by idleness, by age, or by someone.

A session ends after half an hour without a request and after twelve hours in any case; the password must have been
typed within a quarter of an hour for what matters most (`recently_proved`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout, user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from chaland_web.accounts.models import Seat, SignIn, User

AGE_S = 12 * 3600
PROVED_S = 15 * 60
_NOTED_S = 60
"""How often a session that is used is written again."""

_SINCE, _SEEN, _PROVED = "since", "seen", "proved"


def address_of(request: HttpRequest) -> str:
    """Return the network address a request comes from; behind a declared proxy, what the proxy says."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.IS_HTTPS else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:45]


def note_sign_in(request: HttpRequest, user: User | None, outcome: str) -> None:
    """Write a line of the log of sign-ins; of an account that does not exist nothing is kept but that it was tried."""
    SignIn.objects.create(
        user=user, user_name=user.get_username() if user else "", address=address_of(request), outcome=outcome
    )


def _opened(request: HttpRequest, user: User, **_: Any) -> None:
    now = int(time.time())
    request.session.update({_SINCE: now, _SEEN: now, _PROVED: now})
    Seat.objects.create(
        user=user,
        session_key=request.session.session_key,
        address=address_of(request),
        browser=request.META.get("HTTP_USER_AGENT", "")[:200],
    )
    note_sign_in(request, user, SignIn.Outcome.OPENED)


def _closed(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user and user.is_authenticated:
        Seat.objects.filter(session_key=request.session.session_key).delete()
        note_sign_in(request, user, getattr(request, "closing", SignIn.Outcome.CLOSED))


def follow() -> None:
    """Write what opens and closes; called once, when the application starts."""
    user_logged_in.connect(_opened, dispatch_uid="chaland seats")
    user_logged_out.connect(_closed, dispatch_uid="chaland seats")


def end(seats: QuerySet[Seat]) -> int:
    """End these sessions at once; return how many."""
    keys = list(seats.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    Seat.objects.filter(session_key__in=keys).delete()
    return len(keys)


def forget_expired() -> None:
    """Delete sessions that ended by themselves; done when the application starts."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    Seat.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def keep_session(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Sign out a session that was idle or open too long; note now and then that it is used."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now, session = int(time.time()), request.session
            seen, since = session.get(_SEEN, 0), session.get(_SINCE, 0)
            if now - seen > settings.CHALAND_IDLE_S or now - since > AGE_S:
                request.closing = SignIn.Outcome.EXPIRED
                logout(request)
            elif now - seen >= _NOTED_S:
                session[_SEEN] = now
                Seat.objects.filter(session_key=session.session_key).update(seen_at=timezone.now())
        return get_response(request)

    return answer


def prove(request: HttpRequest) -> None:
    """Note that the password was just typed again."""
    request.session[_PROVED] = int(time.time())


def recently_proved(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the password again before a view that matters, unless it was typed within a quarter of an hour."""

    @wraps(view)
    def proved(request: HttpRequest, *arguments: Any, **rest: Any) -> HttpResponse:
        if time.time() - request.session.get(_PROVED, 0) <= PROVED_S:
            return view(request, *arguments, **rest)
        back = request.get_full_path() if request.method in ("GET", "HEAD") else request.POST.get("back", "/")
        return HttpResponseRedirect(f"{reverse('accounts:prove')}?{urlencode({'next': back})}")

    return proved


_ALWAYS = {"accounts:sign-out", "accounts:prove", "set-language", "alive"}


def is_second_needed(user: User) -> bool:
    """Tell whether the role of this account must sign in with a code."""
    return user.role in settings.CHALAND_SECOND_FACTOR


def finish_account(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Lead whoever must still choose a password or set up the second factor there, and nowhere else."""

    class FinishAccount:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
            user, here = request.user, request.resolver_match.view_name
            if not user.is_authenticated or here in _ALWAYS:
                return None
            wanted = ""
            if user.must_change_password:
                wanted = "accounts:password"
            elif is_second_needed(user) and not user.second_key:
                wanted = "accounts:second"
            return redirect(wanted) if wanted and here != wanted else None

    return FinishAccount()
