"""Numbers, amounts, days and ages as the reader's language writes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from chaland.language import current_language, say

_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF"}
_THIN = "\u202f"


def figure(number: float | Decimal, decimals: int = 0) -> str:
    """Return a number with its thousands apart: 1 234 567 in French (thin spaces), 1,234,567 in English.

    >>> import os; os.environ["CHALAND_LANG"] = "fr"
    >>> figure(1234567.5, 2)
    '1\\u202f234\\u202f567,50'
    """
    text = f"{number:,.{decimals}f}"
    if current_language() == "en":
        return text
    return text.replace(",", _THIN).replace(".", ",")


def amount(value: Decimal, currency: str) -> str:
    """Return an amount with its currency.

    >>> import os; os.environ["CHALAND_LANG"] = "fr"
    >>> amount(Decimal("1234.5"), "EUR")
    '1\\u202f234,50\\xa0€'
    """
    symbol = _SYMBOLS.get(currency, currency)
    if current_language() == "en":
        return f"{symbol}{figure(value, 2)}" if len(symbol) == 1 else f"{symbol} {figure(value, 2)}"
    return f"{figure(value, 2)}\u00a0{symbol}"


def day(value: date) -> str:
    """Return a day: 12 févr. 2026, or 12 Feb 2026.

    >>> import os; os.environ["CHALAND_LANG"] = "fr"
    >>> day(date(2026, 2, 12))
    '12 févr. 2026'
    """
    return f"{value.day} {_MONTHS[current_language()][value.month - 1]} {value.year}"


def age(since: datetime, now: datetime) -> str:
    """Return how long ago, in its largest unit.

    >>> import os; os.environ["CHALAND_LANG"] = "en"
    >>> age(datetime(2026, 11, 1, 3), datetime(2026, 11, 1, 8, 30))
    '5 h'
    """
    elapsed = max(now - since, timedelta(0))
    if elapsed >= timedelta(days=2):
        return say("{count} days", count=elapsed.days)
    if elapsed >= timedelta(hours=2):
        return say("{count} h", count=int(elapsed.total_seconds() // 3600))
    return say("{count} min", count=int(elapsed.total_seconds() // 60))
