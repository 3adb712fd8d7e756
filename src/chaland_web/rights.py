"""Who may do what: the roles of a retailer's people, the rights of each, and how a view asks for one.

A right is asked for by the view (`needs`), never guessed from a menu; what a role may not do is neither shown nor done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class Right(StrEnum):
    """One thing a person may be allowed to do. To see is not to take away: `EXPORT` is a right of its own."""

    FIND = "find"
    READ_FILE = "read_file"
    NOTE_CONTACT = "note_contact"
    CORRECT = "correct"
    RECORD_CONSENT = "record_consent"
    OPEN_CASE = "open_case"
    DECIDE_PAIRS = "decide_pairs"
    READ_BASE = "read_base"
    READ_INSIGHT = "read_insight"
    SEGMENT = "segment"
    EXPORT = "export"
    READ_ACCESSES = "read_accesses"
    MANAGE_ACCOUNTS = "manage_accounts"


class Role(StrEnum):
    """What a person does here."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    CAMPAIGN_MANAGER = "campaign_manager"
    STEWARD = "steward"
    SHOP_MANAGER = "shop_manager"
    ADVISER = "adviser"
    PHONE_ADVISER = "phone_adviser"
    PRIVACY_OFFICER = "privacy_officer"


ROLE_NAMES = {
    Role.ADMINISTRATOR: _("administrator"),
    Role.ANALYST: _("analyst"),
    Role.CAMPAIGN_MANAGER: _("campaign manager"),
    Role.STEWARD: _("steward"),
    Role.SHOP_MANAGER: _("shop manager"),
    Role.ADVISER: _("shop adviser"),
    Role.PHONE_ADVISER: _("phone adviser"),
    Role.PRIVACY_OFFICER: _("privacy officer"),
}

RIGHT_NAMES = {
    Right.FIND: _("find a customer"),
    Right.READ_FILE: _("open a file"),
    Right.NOTE_CONTACT: _("note a contact"),
    Right.CORRECT: _("correct a value"),
    Right.RECORD_CONSENT: _("record a consent"),
    Right.OPEN_CASE: _("open a case"),
    Right.DECIDE_PAIRS: _("judge doubtful pairs"),
    Right.READ_BASE: _("read the state of the base"),
    Right.READ_INSIGHT: _("read the studies"),
    Right.SEGMENT: _("make segments"),
    Right.EXPORT: _("export"),
    Right.READ_ACCESSES: _("read the logs"),
    Right.MANAGE_ACCOUNTS: _("manage accounts"),
}

_SERVE = {Right.FIND, Right.READ_FILE, Right.NOTE_CONTACT, Right.CORRECT, Right.RECORD_CONSENT, Right.OPEN_CASE}
_STUDY = {Right.READ_BASE, Right.READ_INSIGHT, Right.SEGMENT}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.ADMINISTRATOR: frozenset(Right),
    Role.ANALYST: frozenset({*_STUDY, Right.EXPORT}),
    Role.CAMPAIGN_MANAGER: frozenset({*_STUDY, Right.EXPORT, Right.FIND, Right.READ_FILE}),
    Role.STEWARD: frozenset({*_SERVE, Right.DECIDE_PAIRS, Right.READ_BASE}),
    Role.SHOP_MANAGER: frozenset({*_SERVE, Right.READ_INSIGHT}),
    Role.ADVISER: frozenset(_SERVE),
    Role.PHONE_ADVISER: frozenset(_SERVE),
    Role.PRIVACY_OFFICER: frozenset(
        {
            *(Right.FIND, Right.READ_FILE, Right.RECORD_CONSENT, Right.OPEN_CASE),
            *(Right.READ_ACCESSES, Right.READ_BASE, Right.EXPORT),
        }
    ),
}


class Scope(StrEnum):
    """Whose files a role opens by itself; any other takes a reason, typed and logged."""

    EVERYONE = "everyone"
    SHOPS = "shops"  # customers of the account's shops: home shop, or bought there
    CALLS = "calls"  # nobody: each call is the reason


SCOPES: Mapping[Role, Scope] = {
    **dict.fromkeys(Role, Scope.EVERYONE),
    Role.SHOP_MANAGER: Scope.SHOPS,
    Role.ADVISER: Scope.SHOPS,
    Role.PHONE_ADVISER: Scope.CALLS,
}

FILES_AN_HOUR: Mapping[Role, int] = {
    **dict.fromkeys(Role, 300),
    Role.SHOP_MANAGER: 100,
    Role.ADVISER: 60,
    Role.PHONE_ADVISER: 60,
}
"""Different customers whose files one account may open in an hour."""

REASONS_AN_HOUR = 20
"""Of which customers of other shops, for who is bound to shops."""


def may(user: Any, right: Right) -> bool:
    """Tell whether this account has this right; nobody signed in has none."""
    return bool(user.is_authenticated) and right in RIGHTS[Role(user.role)]


View = Callable[..., HttpResponse]


def needs(right: Right) -> Callable[[View], View]:
    """Refuse a view (403) to whoever lacks the right, before anything is read or written.

    The view bears the right as `view.right`: a test walks every address and fails where none is declared.
    """

    def make(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *arguments: Any, **rest: Any) -> HttpResponse:
            if not may(request.user, right):
                raise PermissionDenied
            return view(request, *arguments, **rest)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return make


def for_everyone(view: View) -> View:
    """Declare that whoever is signed in may use a view: it shows nothing of a customer or of the base."""
    view.right = None  # type: ignore[attr-defined]
    return view
