"""Words of the desk's codes, for its templates: {% load desk %}."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from chaland_web import formats
from chaland_web.desk import words
from chaland_web.desk.models import Line
from chaland_web.desk.writing import may_undo as _may_undo
from chaland_web.words import CHANNEL, CONTACT

register = template.Library()

_FIELD: Mapping[str, Any] = {
    **words.FIELD,
    "address": words.BLANK["address"],
    "channel": _("Channel"),
    "direction": _("Direction"),
    "reason": _("What about"),
    "outcome": _("Outcome"),
    "comment": _("Note"),
    "blank_fields": _("Left blank"),
    "due_date": _("To come back to"),
    "subject": _("Subject"),
    "stage": pgettext_lazy("case", "Stage"),
    "purpose": _("Purpose"),
    "answer": _("Answer"),
    "method": _("How"),
    "proof": _("Proof"),
}
_VALUES: Mapping[str, Mapping[str, Any]] = {
    "channel": CHANNEL,
    "direction": dict(words.DIRECTIONS),
    "stage": words.STAGE,
    "purpose": words.PURPOSE,
    "answer": {"yes": _("yes"), "no": _("no")},
    "method": words.METHOD,
}
_ACT = {
    "written": pgettext_lazy("line", "written"),
    "changed": pgettext_lazy("line", "changed"),
    "done": pgettext_lazy("line", "done"),
    "taken_back": pgettext_lazy("line", "taken back"),
}


@register.filter
def desk_field(name: str) -> str:
    """Return the words of a field."""
    return str(_FIELD.get(name, name))


@register.filter
def desk_value(value: str, name: str) -> str:
    """Return a value of a field as people read it."""
    if name in ("birth_date", "due_date") and value:
        return formats.day(date.fromisoformat(value), "en" if (get_language() or "fr").startswith("en") else "fr")
    if name == "blank_fields":
        return ", ".join(str(words.BLANK[field]) for field in words.blanked({name: value}))
    return str(_VALUES.get(name, {}).get(value, value))


@register.filter
def desk_fields(names: str) -> str:
    """Return the words of the fields of a correction, an address told once."""
    told = (words.BLANK["address"] if name in words.ADDRESS else _FIELD.get(name, name) for name in names.split())
    return ", ".join(dict.fromkeys(map(str, told)))


@register.filter
def desk_act(act: str) -> str:
    """Return the words of what a line did."""
    return str(_ACT[act])


@register.filter
def desk_title(line: Line) -> str:
    """Return a line in a few words."""
    fields = line.fields
    if line.kind == "contact":
        return f"{CONTACT[fields['channel'] + '_' + fields['direction']]} · {fields['reason']}"
    if line.kind == "case":
        return f"{words.KIND['case']} · {fields['subject']}"
    if line.kind == "consent":
        purpose = fields.get("purpose", "marketing")
        about = "" if purpose == "marketing" else f"{desk_value(purpose, 'purpose')} · "
        return f"{about}{CHANNEL[fields['channel']]} · {desk_value(fields['answer'], 'answer')}"
    named = [words.FIELD[name] for name in words.FIELD if name in fields]
    return f"{words.KIND['correction']} · " + ", ".join(
        map(str, named + [words.BLANK[name] for name in words.blanked(fields)])
    )


@register.filter
def desk_kind(kind: str) -> str:
    """Return the words of a kind of line."""
    return str(words.KIND[kind])


@register.filter
def undoable_by(line: Line, user: Any) -> bool:
    """Tell whether this person may take a line back."""
    return _may_undo(user, line)
