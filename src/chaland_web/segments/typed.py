"""What a person types to find a condition, read: words apart from numbers with their unit, months, « jamais », « plus
depuis »."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from chaland.publish.keys import folded

_NUMBER = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(€|euros?|eur|fois|times|x|km|jours?|days?|j|mois|months?|ans?|years?|%)?(?=\s|$|[,;])"
)
_UNITS = {
    "€": "amount", "eur": "amount", "euro": "amount", "euros": "amount",
    "fois": "times", "times": "times", "x": "times",
    "km": "km", "jour": "days", "jours": "days", "day": "days", "days": "days", "j": "days", "%": "plain",
    "mois": "months", "month": "months", "months": "months",
}  # fmt: skip
NEVER = {"jamais", "never", "pas", "non", "not", "sans", "without", "aucun", "sauf", "hors", "except"}
_MONTHS = {
    name: number
    for names in (
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
}
_LITTLE = {
    "le", "la", "les", "du", "de", "des", "d", "l", "un", "une", "au", "aux", "et", "en", "dans", "depuis", "pour",
    "plus", "ans", "a", "the", "in", "of", "and",
}  # fmt: skip


@dataclass
class Typed:
    """What was typed: words apart from numbers, numbers by unit."""

    words: list[str]
    numbers: dict[str, list[float]]
    never: bool
    most: bool
    text: str
    months: tuple[int, ...] = ()
    not_since: bool = False

    def first(self, unit: str) -> float | None:
        found = self.numbers.get(unit)
        return found[0] if found else None


def read_typed(text: str) -> Typed:
    """Return the words and the numbers of a text.

    >>> read_typed("Jardin 2 fois 80 €").numbers, read_typed("Jardin 2 fois").words
    ({'times': [2], 'amount': [80]}, ['jardin'])
    >>> typed = read_typed("Jardin entre mars et juin, et plus depuis")
    >>> typed.words, typed.months, typed.not_since
    (['jardin'], (3, 6), True)
    """
    numbers: dict[str, list[float]] = {}
    is_age = False
    for match in _NUMBER.finditer(text.lower()):
        value = float(match.group(1).replace(",", "."))
        unit = _UNITS.get(match.group(2) or "", "plain")
        if unit == "months":
            unit, value = "days", round(value * 30.4)
        numbers.setdefault(unit, []).append(int(value) if value == int(value) else value)
        is_age = is_age or match.group(2) in ("an", "ans", "year", "years")
    words = folded(_NUMBER.sub(" ", text.lower())).lower().split()
    not_since = {"depuis", "since"} & set(words) and {"plus", "not"} & set(words)
    kept = [word for word in words if word not in _LITTLE | {"entre", "between", "since"}]
    months = tuple(_MONTHS[word] for word in kept if word in _MONTHS)[:2]
    if months and len(months) < len(kept):  # a month alone may be the name of something
        kept = [word for word in kept if word not in _MONTHS]
    else:
        months = ()
    if is_age and not kept:
        kept = ["age"]
    never = bool((NEVER - ({"not"} if not_since else set())) & set(words))
    most = bool({"moins", "max", "under", "below"} & set(words))
    return Typed(kept, numbers, never, most, text.strip(), months, bool(months and not_since))


def months_before(as_of: date, months: tuple[int, ...]) -> dict[str, str]:
    """Return the first and last day of these months, the last time they were over.

    >>> months_before(date(2026, 5, 31), (11, 2))
    {'from': '2025-11-01', 'to': '2026-02-28'}
    """
    first, last = months[0], months[-1]

    def end(year: int) -> date:
        return date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)

    year = as_of.year if end(as_of.year) <= as_of else as_of.year - 1
    return {"from": date(year - (first > last), first, 1).isoformat(), "to": end(year).isoformat()}
