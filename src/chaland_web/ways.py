"""Where the reader of an error page may go on: the pages that are his to open, and no other."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chaland_web.portal.own import own_customer
from chaland_web.rights import Right, may


@dataclass(frozen=True)
class Way:
    """A link: the view it leads to and its words."""

    view_name: str
    label: str | Promise

    @property
    def url(self) -> str:
        return reverse(self.view_name)


def ways_back(request: HttpRequest) -> list[Way]:
    """Return the ways of whoever asked: an account, a customer in his own space, or a stranger."""
    user = getattr(request, "user", None)  # neither is there when the request was refused at the door
    if user is not None and user.is_authenticated:
        search = [Way("customers:search", _("Find a customer"))] if may(user, Right.FIND) else []
        return [Way("state:home", _("Home")), *search]
    if hasattr(request, "session") and own_customer(request):
        return [Way("portal:home", _("My data"))]
    customers = [Way("portal:sign-in", _("I am a customer"))] if settings.CHALAND_PORTAL else []
    return [Way("accounts:sign-in", _("Sign in")), *customers]
