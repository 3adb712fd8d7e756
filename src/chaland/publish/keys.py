"""What people type and what the search cards hold, brought to one writing, so that they meet.

The same functions serve when the cards are written and when a question is asked; that is why they are not SQL.
"""

from __future__ import annotations

import hashlib
import re

from chaland.text import fold, sound

__all__ = ["folded", "order_number", "phone_keys", "sound", "typed_key", "typed_phone"]

_NOT_KEY = re.compile(r"[\W_]+")
_NOT_DIGITS = re.compile(r"\D+")
_PHONE_SIGNS = re.compile(r"[\d\s().+/_-]+")
_OVERSEAS = ("262", "508", "590", "594", "596")
"""Calling codes of the French overseas departments: their numbers are dialled 0 + nine digits, as on the mainland."""


def folded(text: str | None) -> str:
    """Return the text in capitals A–Z and digits, one space between words, without accents; "" for null.

    >>> folded("Hélène d’Œuvre-Noël"), folded(None)
    ('HELENE D OEUVRE NOEL', '')
    """
    return fold(text) if text else ""


def phone_keys(number: str) -> tuple[str, ...]:
    """Return the digits under which a number in E.164 is found: with its country, and as dialled at home.

    >>> phone_keys("+33612345678"), phone_keys("+262692123456"), phone_keys("+3221234567")
    (('33612345678', '0612345678'), ('262692123456', '0692123456'), ('3221234567',))
    """
    digits = _NOT_DIGITS.sub("", number)
    for code in ("33", *_OVERSEAS):
        if digits.startswith(code):
            return digits, "0" + digits[len(code) :]
    return (digits,)


def typed_phone(text: str) -> str:
    """Return the digits of what looks like the beginning of a telephone number; "" when it does not.

    Spaces, dots, hyphens, brackets, +33, 0033 and +33 (0)6 are all understood.

    >>> typed_phone("06.12 34-56"), typed_phone("+33 (0)6 12 34"), typed_phone("0033 612"), typed_phone("rue 12")
    ('06123456', '3361234', '33612', '')
    """
    if not _PHONE_SIGNS.fullmatch(text):
        return ""
    plain = text.strip()
    is_international = plain.startswith(("+", "00"))
    if is_international:
        plain = plain.replace("(0)", "")
    digits = _NOT_DIGITS.sub("", plain)
    if plain.startswith("00"):
        digits = digits[2:]
    if is_international and digits.startswith("330"):
        digits = "33" + digits[3:]
    return digits if len(digits) >= 4 else ""


def typed_key(text: str) -> str:
    """Return a card number or a customer id as the cards hold it: lower case letters and digits.

    >>> typed_key("C-00 42")
    'c0042'
    """
    return _NOT_KEY.sub("", text.lower())


def order_number(text: str) -> int:
    """Return the number under which a ticket or an order is found: 48 bits of its letters and digits' MD5.

    The name of a source may stand before it, with a colon. `card_orders.sql` makes the same.

    >>> order_number("001-04 260715") == order_number("tills:00104260715"), order_number("abc")
    (True, 125893563940159)
    """
    key = re.sub(r"[^0-9a-z]+", "", text.rpartition(":")[2].lower())
    digest = hashlib.md5(key.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") >> 16
