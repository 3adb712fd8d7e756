"""What a correction makes of the values of a customer, near enough for a screen: the base cleans them at its build."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chaland_web.desk import words
from chaland_web.desk.models import WAS, Line

_CARD = ("first_name", "last_name", "organisation", "birth_date", "postcode", "card_number")
"""Fields of a correction that a search card holds as they are."""


def left_blank(line: Line) -> dict[str, str]:
    """Return the fields of a person that a correction leaves blank, each without a value."""
    names = words.blanked(line.fields)
    return dict.fromkeys((*names, *(words.ADDRESS if "address" in names else ())), "")


def e164(number: str) -> str:
    """Return a telephone as the base writes it, when it is a French one written nationally.

    >>> e164("06 12 34 56 78"), e164("+32 2 123 45 67")
    ('+33612345678', '+3221234567')
    """
    digits = re.sub(r"[^\d+]", "", number)
    return "+33" + digits[1:] if re.fullmatch(r"0[1-9]\d{8}", digits) else digits


def put_right(lines: Iterable[Line]) -> dict[str, str]:
    """Return field → value after these corrections of one customer, the first one first; "" where nothing holds."""
    told: dict[str, str] = {}
    for line in lines:
        told |= {name: text for name, text in line.fields.items() if not name.startswith(WAS)} | left_blank(line)
    return told


def card_values(told: dict[str, str]) -> dict[str, str | None]:
    """Return what a search card shows and is found by once corrected (`chaland.publish.corrected.Values`).

    >>> card_values({"mobile": "06 12 34 56 78", "email": "A@b.fr", "birth_date": "", "reason": "r"})
    {'birth_date': None, 'mobile': '+33612345678', 'email': 'a@b.fr'}
    """
    found: dict[str, str | None] = {name: told[name] or None for name in _CARD if name in told}
    found |= {name: e164(told[name]) or None for name in ("mobile", "phone") if name in told}
    if "email" in told:
        found["email"] = told["email"].lower() or None
    if "city" in told:
        found["city"] = told["city"].upper() or None
    if "street" in told or "place" in told:
        found["street"] = " ".join(filter(None, (told.get("street"), told.get("place")))) or None
    return found
