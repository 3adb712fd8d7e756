"""What the timeline says of an event in words of its own, so that a search of the history finds what is read there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from chaland.publish.customer_file import Event
from chaland_web import words
from chaland_web.desk.words import KIND, PURPOSE

_OF_CODE: Mapping[str, Mapping[str, Any]] = {
    "ticket": {"web": _("On line")},
    "return": {"web": _("On line")},
    "contact": words.CONTACT,
    "case": words.CASE_STATUS,
    "web": {"order": _("Visit of the web site, with an order"), "visit": _("Visit of the web site")},
    "campaign": words.CHANNEL,
    "loyalty": words.MOVEMENT,
    "consent": {"yes": _("Consent given"), "no": _("Consent refused")},
    "merge": words.MERGE,
}
_OF_KIND = {**words.EVENT_KIND, "correction": KIND["correction"]}
_MERGED = {"merged": _("merge"), "same": _("merge"), "split": _("unmerge"), "apart": _("unmerge")}


def told(event: Event) -> str:
    """Return the words that the screen says of an event: its kind, what it was, its channels, what it was for."""
    found = [
        _OF_KIND.get(event.kind, ""),
        _OF_CODE.get(event.kind, {}).get(event.code or "", ""),
        f"{words.CAMPAIGN.get(event.status or '', '')} {event.code or ''}" if event.kind == "campaign" else "",
        _MERGED.get(event.code or "", "") if event.kind == "merge" else "",
    ]
    if event.kind == "consent":
        found += [words.CHANNEL.get(channel, channel) for channel in (*event.departments, event.code or "")]
        found += [PURPOSE.get(event.status or "", ""), PURPOSE.get(event.label or "", "")]
        if event.status in ("yes", "no"):  # a word of the desk that the base does not know yet
            found.append(_OF_CODE["consent"][event.status])
    return " ".join(str(one) for one in found if one)
