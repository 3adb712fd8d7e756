"""Codes of the studies → the words people read, in their language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SEGMENT = {
    "champions": _("Best customers"),
    "loyal": _("Loyal"),
    "promising": _("Recent and promising"),
    "new": pgettext_lazy("segment", "New"),
    "to_follow": _("To follow"),
    "dozing": _("Dozing off"),
    "not_to_lose": _("Not to lose"),
    "at_risk": _("At risk"),
    "asleep": _("Asleep"),
    "lost": _("Lost"),
    "arrived": _("Not yet there"),
    "gone": _("No longer there"),
    "none": _("Outside segments"),
}
"""Behavioural segments, the most active first."""

SEGMENT_MEANING = {
    "champions": _("bought lately and often: thank them, ask them for reviews"),
    "loyal": _("buy often, a little less lately: keep the link"),
    "promising": _("bought lately, not often yet: the second purchase decides"),
    "new": _("a first purchase, lately: welcome them"),
    "to_follow": _("average on both: one reason to come back is enough"),
    "dozing": _("seldom, and no longer quite lately: a reminder"),
    "not_to_lose": _("bought most often of all, and no longer come: call them"),
    "at_risk": _("bought often, and no longer come: win them back"),
    "asleep": _("few purchases, a while ago: a cheap reminder"),
    "lost": _("few purchases, long ago: spend nothing on them"),
}

VARIABLE = {
    "recency": _("days since the last purchase"),
    "repeats": _("number of purchases"),
    "age": _("time since the first purchase"),
    "amount": _("amount bought"),
    "only_one": _("a single purchase so far"),
    "gap": _("usual time between two purchases"),
    "silence": _("silence against the usual rhythm"),
    "recent_90": _("purchases of the last 90 days"),
    "recent_180": _("purchases of the last 180 days"),
}

REASON = {
    f"{sign}{name}": words
    for name, more, less in (
        (
            "recency",
            _("time since the last purchase: raises the chance"),
            _("time since the last purchase: lowers the chance"),
        ),
        ("repeats", _("number of purchases: raises the chance"), _("number of purchases: lowers the chance")),
        (
            "age",
            _("time since the first purchase: raises the chance"),
            _("time since the first purchase: lowers the chance"),
        ),
        ("amount", _("amount bought: raises the chance"), _("amount bought: lowers the chance")),
        ("only_one", _("one purchase or several: raises the chance"), _("one purchase or several: lowers the chance")),
        ("gap", _("usual rhythm: raises the chance"), _("usual rhythm: lowers the chance")),
        (
            "silence",
            _("silence against the rhythm: raises the chance"),
            _("silence against the rhythm: lowers the chance"),
        ),
        (
            "recent_90",
            _("purchases of the last 90 days: raise the chance"),
            _("purchases of the last 90 days: lower the chance"),
        ),
        (
            "recent_180",
            _("purchases of the last 180 days: raise the chance"),
            _("purchases of the last 180 days: lower the chance"),
        ),
    )
    for sign, words in (("+", more), ("-", less))
}
"""What moves a customer's chance to buy, up or down against the average customer."""

LEVEL = {"product": _("Products"), "family": _("Families"), "department": _("Departments")}

PARAMETER = {"log_likelihood": _("log-likelihood")}

MODEL = {"bg_nbd": "BG/NBD", "mbg_nbd": "MBG/NBD", "pareto_nbd": "Pareto/NBD", "gamma_gamma": "Gamma-Gamma"}
PURPOSE = {"holdout": _("tried on the past"), "scores": _("in force")}
