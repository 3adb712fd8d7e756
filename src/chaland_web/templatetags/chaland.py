"""Filters and tags of every page: formats in the reader's language, words for codes, icons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from chaland.publish import Match
from chaland.publish.keys import folded
from chaland_web import formats, rights, words
from chaland_web.glossary import GLOSSARY
from chaland_web.grades import GRADE, GRADE_REASON

register = template.Library()

_WORDS: dict[str, Mapping[str, Any]] = {
    "alias_reason": words.ALIAS_REASON,
    "attribute": words.ATTRIBUTE,
    "campaign": words.CAMPAIGN,
    "case_status": words.CASE_STATUS,
    "certainty": words.CERTAINTY,
    "channel": words.CHANNEL,
    "check": words.CHECK,
    "comparison": words.COMPARISON,
    "contact": words.CONTACT,
    "event_kind": words.EVENT_KIND,
    "field": words.FIELD,
    "flag": words.FLAG,
    "flag_effect": words.FLAG_EFFECT,
    "flag_reason": words.FLAG_REASON,
    "grade_reason": GRADE_REASON,
    "match": words.MATCH,
    "matched_by": words.MATCHED_BY,
    "merge": words.MERGE,
    "movement": words.MOVEMENT,
    "reach_reason": words.REACH_REASON,
    "right": rights.RIGHT_NAMES,
    "rule": words.RULE,
    "sex": words.SEX,
    "source_kind": words.SOURCE_KIND,
    "web_event": words.WEB_EVENT,
}

ICONS = {
    "ticket": "bag",
    "return": "return",
    "contact": "phone",
    "case": "alert",
    "survey": "star",
    "project": "house",
    "web": "globe",
    "campaign": "letter",
    "loyalty": "gift",
    "consent": "check",
    "correction": "check",
    "merge": "link",
    "post": "letter",
    "phone": "phone",
    "sms": "message",
    "email": "mail",
}
"""Icon of an event's kind or of a channel."""


def _language() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"


@register.filter
def words_for(code: str | None, vocabulary: str) -> str:
    """Return the words of a code of a vocabulary; the code itself when it has none."""
    return str(_WORDS[vocabulary].get(code or "", code or ""))


@register.filter
def number(value: Decimal | float | int | None, decimals: int = 0) -> str:
    return "" if value is None else formats.number(value, decimals, _language())


@register.filter
def quantity(value: Decimal) -> str:
    """Return a quantity with as many decimals as it needs."""
    return formats.number(value, 0 if value == value.to_integral_value() else 3, _language())


@register.filter
def amount(value: Decimal | None, currency: str | None = None) -> str:
    return "" if value is None else formats.amount(value, currency or "EUR", _language())


@register.filter
def short_amount(value: Decimal | None, currency: str | None = None) -> str:
    return "" if value is None else formats.short_amount(value, currency or "EUR", _language())


@register.filter
def percent(value: Decimal | float) -> str:
    return formats.percent(value, _language())


@register.filter
def change(value: Decimal | None) -> str:
    """Return a variation in per cent with its sign."""
    if value is None:
        return ""
    return ("+" if value > 0 else "") + formats.percent(value, _language())


@register.filter
def day(value: date | datetime | str | None) -> str:
    if not value:
        return ""
    return formats.day(date.fromisoformat(value[:10]) if isinstance(value, str) else value, _language())


@register.filter
def short_day(value: date | datetime) -> str:
    """Return a day without its year: the year stands above."""
    return formats.day(value, _language(), with_year=False)


@register.filter
def month(value: date | None) -> str:
    return formats.month(value, _language()) if value else ""


@register.filter
def short_month(value: date) -> str:
    return formats.short_month(value, _language())


@register.filter
def hour(value: datetime) -> str:
    return formats.hour(value, _language())


@register.filter
def moment(value: datetime | str | None) -> str:
    """Return day and time of a UTC instant, at local time."""
    if not value:
        return ""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = timezone.localtime(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
    return f"{formats.day(local, _language())}, {formats.hour(local, _language())}"


@register.filter
def duration(seconds: int | None) -> str:
    return formats.duration(seconds) if seconds else ""


@register.filter
def phone(value: str | None) -> str:
    return formats.phone(value) if value else ""


@register.filter
def initials(name: str) -> str:
    return formats.initials(name)


@register.filter
def value_text(value: str, field: str) -> str:
    """Return a value of the golden record for display, by its field; a dash where a correction left it blank."""
    if not value:
        return "–"
    if field in ("phone", "mobile"):
        return formats.phone(value)
    if field == "birth_date" and value[:10].replace("-", "").isdigit():
        return formats.day(date.fromisoformat(value[:10]), _language())
    if field == "sex":
        return str(words.SEX.get(value, value))
    return value


@register.filter
def lookup(mapping: Mapping[str, Any], key: str) -> Any:
    return mapping.get(key)


@register.filter
def kind_icon(kind: str) -> str:
    return ICONS.get(kind, "dot")


@register.filter
def marked(text: str | None, matches: Sequence[Match]) -> SafeString:
    """Return the text with the words that answered to the search in <mark>."""
    found = {match.found: match.typed for match in matches}
    parts = []
    for word in (text or "").split(" "):
        key = folded(word)
        hit = next((found[part] for part in (key, *key.split()) if part in found), None)
        if hit and key.startswith(hit) and len(hit) < len(word) and len(key) == len(word):
            parts.append(format_html("<mark>{}</mark>{}", word[: len(hit)], word[len(hit) :]))
        else:
            parts.append(format_html("<mark>{}</mark>", word) if hit else format_html("{}", word))
    return mark_safe(" ".join(parts))  # every part is escaped above


@register.filter
def may(user: Any, right: str) -> bool:
    """Tell whether this account has a right, named by its code: {% if user|may:"export" %}."""
    return rights.may(user, rights.Right(right))


@register.simple_tag
@cache  # a page holds forty of them, always the same
def icon(name: str, css: str = "") -> SafeString:
    """Return an icon of the sprite; it says nothing to screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("chaland/icons.svg"),
        name,
    )


@register.simple_tag
def grade(letter: str | None) -> SafeString:
    """Return a grade as a small square, told in words to screen readers; nothing where there is none."""
    if not letter:
        return mark_safe("")
    told = gettext("Grade %(letter)s: %(meaning)s") % {"letter": letter, "meaning": GRADE.get(letter, letter)}
    return format_html('<span class="grade grade-{0}" role="img" aria-label="{1}" title="{1}">{0}</span>', letter, told)


@register.simple_tag
def defined(code: str, label: str = "") -> SafeString:
    """Return the name of a figure that unfolds its definition: a click, or Enter, away."""
    name, meaning = GLOSSARY[code]
    return format_html(
        '<details class="defined"><summary>{}<span class="defined-mark" aria-hidden="true">?</span></summary>'
        '<span class="defined-text">{}</span></details>',
        label or name,
        meaning,
    )


@register.filter
def effect_badge(effect: str) -> str:
    """Return the colour of an effect: red where it closes something, orange to look at, blue where it adds."""
    if effect in ("returned", "objected", "suppressed", "deceased", "bad_payer"):
        return "badge-bad"
    return {"to_check": "badge-warn", "enrichment": "badge-accent", "high_potential": "badge-good"}.get(effect, "")


@register.filter
def unlocalized(value: float) -> str:
    """Return a number as SVG writes it, whatever the language."""
    return f"{float(value):g}" if abs(float(value)) >= 0.0001 else "0"
