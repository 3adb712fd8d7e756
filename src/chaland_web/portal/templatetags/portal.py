"""Words of the customer's own space."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

register = template.Library()

_EVENT: dict[str, str | Promise] = {
    "ticket": _("Purchase"),
    "return": _("Return"),
    "contact": _("Exchange with us"),
    "case": _("Your request"),
    "survey": _("Your answers to a survey"),
    "project": _("Your project"),
    "web": _("Visit of the web site"),
    "loyalty": _("Points"),
    "campaign": _("Offer sent to you"),
    "consent": pgettext_lazy("own", "Your choice of channels"),
    "correction": _("Your correction"),
}


@register.filter
def own_event(kind: str) -> str | Promise:
    """Return what a kind of event is called to the customer it happened to."""
    return _EVENT.get(kind, kind)
