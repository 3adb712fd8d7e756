"""Words of the segments' pages: dimensions of a profile and their values, channels, what a reason means."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chaland.segments.vocabulary import FIELDS_BY_NAME, REASONS, told

DIMENSION: dict[str, str | Promise] = {
    "age_band": _("Age"),
    "sex": _("Sex"),
    "card": _("Loyalty card"),
    "rfm_segment": _("Behaviour"),
    "amount_band": _("Purchases, 12 months"),
    "recency_band": _("Days since the last purchase"),
    "home_shop_key": _("Usual shop"),
    "departement": _("Département"),
    "department": _("Bought in"),
}
CHANNEL: dict[str, str | Promise] = {
    "post": _("by post"),
    "phone": _("by phone"),
    "sms": _("by SMS"),
    "email": _("by e-mail"),
}
_VALUE: dict[str, str | Promise] = {
    "yes": pgettext_lazy("card", "has it"),
    "no": pgettext_lazy("card", "has it not"),
}


def dimension_value(dimension: str, value: str | None, shops: dict[str, str]) -> str:
    """Return the words of a value of a dimension."""
    if value is None:
        return str(_("unknown"))
    if dimension == "home_shop_key":
        return shops.get(value, value)
    if dimension == "card":
        return str(_VALUE[value])
    choices = dict(FIELDS_BY_NAME[dimension].choices) if dimension in FIELDS_BY_NAME else {}
    if value in choices:
        return told(choices[value])
    return value.replace("-", "–") if dimension.endswith("_band") else value


def reason(code: str) -> str:
    """Return why somebody may not be reached."""
    return told(REASONS.get(code, code))


TEST: dict[str, str | Promise] = {
    "at_least": _("at least"),
    "at_most": _("at most"),
    "between": _("from … to …"),
    "yes": _("yes"),
    "no": _("no"),
    "known": _("known"),
    "unknown": _("unknown"),
    "one_of": _("one of"),
    "none_of": _("none of"),
    "starts_with": _("begins with"),
    "last_days": _("in the last days (number)"),
    "before_last_days": _("more days ago than (number)"),
    "from": _("since (day)"),
    "until": _("until (day)"),
}

KIND: dict[str, str | Promise] = {
    "all": _("all of these"),
    "any": _("at least one"),
    "none": _("none of these"),
}
