"""Numbers, amounts, dates and telephones as French (or English) typography writes them. Pure functions.

French: 1 234,56 € (narrow no-break space between thousands, no-break space before the sign), 12 févr. 2026,
06 12 34 56 78. English: €1,234.56, 12 Feb 2026.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

THIN = "\u202f"
"""Narrow no-break space."""
FIXED = "\u00a0"
"""No-break space."""

_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF"}
_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_LONG_MONTHS = {
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}


def number(value: Decimal | float | int, decimals: int, language: str) -> str:
    """Return a number rounded half up, thousands apart, with a true minus sign.

    >>> number(1234567, 0, "fr"), number(-9.5, 1, "fr"), number(1234.5, 2, "en")
    ('1\\u202f234\\u202f567', '−9,5', '1,234.50')
    """
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(exact):,.{decimals}f}"
    if language == "fr":
        text = text.replace(",", THIN).replace(".", ",")
    return ("−" if exact < 0 else "") + text  # a rounded −0 has no sign


def amount(value: Decimal | float | int, currency: str, language: str, decimals: int = 2) -> str:
    """Return an amount with its currency.

    >>> amount(Decimal("1234.56"), "EUR", "fr"), amount(Decimal("-24.9"), "EUR", "en"), amount(1250, "EUR", "fr", 0)
    ('1\\u202f234,56\\xa0€', '−€24.90', '1\\u202f250\\xa0€')
    """
    text = number(value, decimals, language)
    sign = _SIGNS.get(currency, currency)
    if language == "fr":
        return f"{text}{FIXED}{sign}"
    minus, digits = ("−", text[1:]) if text.startswith("−") else ("", text)
    return f"{minus}{sign}{digits}" if len(sign) == 1 else f"{minus}{sign}{FIXED}{digits}"


def short_amount(value: Decimal | float | int, currency: str, language: str) -> str:
    """Return an amount without cents, in thousands or millions when it is large.

    >>> short_amount(12_345_678, "EUR", "fr"), short_amount(987, "EUR", "fr"), short_amount(45_600, "EUR", "en")
    ('12,3\\xa0M€', '987\\xa0€', '€45.6k')
    """
    sign = _SIGNS.get(currency, currency)
    for size, letter in ((1_000_000, "M"), (10_000, "k")):
        if abs(value) >= size:
            unit = 1000 if letter == "k" else size
            text = number(Decimal(str(value)) / unit, 1, language)
            return f"{text}{FIXED}{letter}{sign}" if language == "fr" else f"{sign}{text}{letter}"
    return amount(value, currency, language, 0)


def percent(share: Decimal | float, language: str) -> str:
    """Return a share (0 to 1) in per cent; with a decimal below one, so that a few are not told to be nobody.

    >>> percent(0.547, "fr"), percent(0.547, "en"), percent(0.0036, "fr"), percent(0, "fr")
    ('55\\xa0%', '55%', '0,4\\xa0%', '0\\xa0%')
    """
    value = Decimal(str(share)) * 100
    text = number(value, 1 if 0 < abs(value) < 1 else 0, language)
    return f"{text}{FIXED}%" if language == "fr" else f"{text}%"


def day(value: date, language: str, *, with_year: bool = True) -> str:
    """Return a day.

    >>> day(date(2026, 2, 12), "fr"), day(date(2026, 5, 1), "fr", with_year=False), day(date(2026, 2, 12), "en")
    ('12\\xa0févr.\\xa02026', '1er\\xa0mai', '12\\xa0Feb\\xa02026')
    """
    first = "1er" if value.day == 1 and language == "fr" else str(value.day)
    parts = [first, _MONTHS[language][value.month - 1]]
    return FIXED.join([*parts, str(value.year)] if with_year else parts)


def month(value: date, language: str) -> str:
    """Return a month in full.

    >>> month(date(2024, 4, 9), "fr")
    'avril\\xa02024'
    """
    return f"{_LONG_MONTHS[language][value.month - 1]}{FIXED}{value.year}"


def short_month(value: date, language: str) -> str:
    """Return a month on few signs, for an axis.

    >>> short_month(date(2026, 2, 1), "fr")
    'févr.'
    """
    return _MONTHS[language][value.month - 1]


def hour(value: datetime, language: str) -> str:
    """Return the time of day.

    >>> hour(datetime(2026, 2, 12, 9, 5), "fr"), hour(datetime(2026, 2, 12, 9, 5), "en")
    ('9\\xa0h\\xa005', '09:05')
    """
    return f"{value.hour}{FIXED}h{FIXED}{value.minute:02d}" if language == "fr" else f"{value:%H:%M}"


def duration(seconds: int) -> str:
    """Return a length of time.

    >>> duration(245), duration(40), duration(3700)
    ('4\\xa0min\\xa005', '40\\xa0s', '1\\xa0h\\xa001')
    """
    minutes, rest = divmod(seconds, 60)
    if minutes >= 60:
        return f"{minutes // 60}{FIXED}h{FIXED}{minutes % 60:02d}"
    return f"{minutes}{FIXED}min{FIXED}{rest:02d}" if minutes else f"{rest}{FIXED}s"


def phone(number_e164: str) -> str:
    """Return a telephone as it is dialled in France, or in the international form.

    >>> phone("+33612345678"), phone("+3221234567")
    ('06\\xa012\\xa034\\xa056\\xa078', '+32\\xa021\\xa023\\xa045\\xa067')
    """
    if number_e164.startswith("+33") and len(number_e164) == 12:
        digits = "0" + number_e164[3:]
        return FIXED.join(digits[start : start + 2] for start in range(0, 10, 2))
    if not number_e164.startswith("+"):
        return number_e164
    head, rest = number_e164[:3], number_e164[3:]
    odd = len(rest) % 2
    pairs = [rest[: 2 + odd], *(rest[start : start + 2] for start in range(2 + odd, len(rest), 2))]
    return FIXED.join([head, *(pair for pair in pairs if pair)])


def initials(name: str) -> str:
    """Return one or two letters for a name's badge.

    >>> initials("Hélène Chalain"), initials("REVENTE PRO SARL"), initials("")
    ('HC', 'RP', '?')
    """
    letters = [word[0].upper() for word in name.replace("-", " ").split() if word[0].isalpha()]
    return "".join(letters[:2]) or "?"
