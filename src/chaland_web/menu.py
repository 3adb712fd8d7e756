"""The main menu: one line per part of the application, shown to those who have its right."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chaland_web.rights import Right, may


@dataclass(frozen=True)
class Entry:
    """A line of the menu: the view it leads to, its icon, its words, the right it takes."""

    view_name: str
    icon: str
    label: str | Promise
    right: Right

    @property
    def url(self) -> str:
        return reverse(self.view_name)


MENU = (
    Entry("state:home", "home", _("Overview"), Right.READ_BASE),
    Entry("customers:search", "users", _("Customers"), Right.FIND),
    Entry("phone:desk", "phone", _("On the telephone"), Right.NOTE_CONTACT),
    Entry("desk:due", "clock", _("To call back"), Right.NOTE_CONTACT),
    Entry("steward:queue", "pairs", _("Duplicates"), Right.DECIDE_PAIRS),
    Entry("segments:list", "funnel", _("Segments"), Right.SEGMENT),
    Entry("insight:home", "insight", _("Understand"), Right.READ_INSIGHT),
    Entry("state:base", "base", _("Base"), Right.READ_BASE),
    Entry("privacy:accesses", "shield", _("Access log"), Right.READ_ACCESSES),
    Entry("accounts:people", "key", _("Accounts"), Right.MANAGE_ACCOUNTS),
)

OWN_ACCOUNT = frozenset(
    f"accounts:{name}" for name in ("own", "prove", "password", "second", "second-off", "recovery", "end-sessions")
)
"""Pages of one's own account; the other pages of accounts are the administrators'."""


def menu(request: HttpRequest) -> dict[str, object]:
    """Give every page the lines of the menu that its reader may follow, each with whether he is there; and whether he
    is on a page of his own account, which is no line of the menu: his name under it leads there."""
    match = request.resolver_match
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"menu": []}
    allowed = [entry for entry in MENU if may(request.user, entry.right)]
    if match is None:  # an address that leads nowhere
        return {"menu": [(entry, False) for entry in allowed]}
    exact = [entry for entry in allowed if entry.view_name == match.view_name]
    if match.view_name in OWN_ACCOUNT:
        return {"menu": [(entry, False) for entry in allowed], "is_own_account": True}
    is_file = "customer_id" in match.kwargs and match.app_name != "phone"
    part = "customers" if is_file else match.app_name  # every page of a file is under Customers
    here = exact or [entry for entry in allowed if entry.view_name.partition(":")[0] == part]
    return {"menu": [(entry, entry in here[:1]) for entry in allowed]}
