"""Counts, shares and days as the reader's language writes them, for the report."""

from __future__ import annotations

from datetime import date

from chaland.language import current_language

_MONTHS = {
    "fr": "janvier/février/mars/avril/mai/juin/juillet/août/septembre/octobre/novembre/décembre",
    "en": "January/February/March/April/May/June/July/August/September/October/November/December",
}


def count_text(count: int) -> str:
    """Return a count with its thousands apart: 1 234 (narrow no-break space) in French, 1,234 in English.

    >>> import os; os.environ["CHALAND_LANG"] = "fr"
    >>> count_text(1234567)
    '1\\u202f234\\u202f567'
    """
    return f"{count:,}" if current_language() == "en" else f"{count:,}".replace(",", "\u202f")


def share_text(share: float | None) -> str:
    """Return a share in percent with one decimal; a dash when there is none. Never 100 % unless it is all.

    >>> import os; os.environ["CHALAND_LANG"] = "fr"
    >>> share_text(0.9456), share_text(0.99999), share_text(None)
    ('94,6\\xa0%', '99,9\\xa0%', '—')
    """
    if share is None:
        return "—"
    text = f"{min(share * 100, 99.9):.1f}" if share < 1 else "100"
    if current_language() == "en":
        return f"{text}%"
    return text.replace(".", ",") + "\u00a0%"


def money_text(euros: float) -> str:
    """Return an amount in euros: to the cent below a hundred, whole above.

    >>> import os; os.environ["CHALAND_LANG"] = "fr"
    >>> money_text(0.7), money_text(7420.4)
    ('0,70\\xa0€', '7\\u202f420\\xa0€')
    """
    english = current_language() == "en"
    if euros >= 100:
        return f"€{count_text(round(euros))}" if english else f"{count_text(round(euros))}\u00a0€"
    return f"€{euros:.2f}" if english else f"{euros:.2f}\u00a0€".replace(".", ",")


def points_text(share: float) -> str:
    """Return a change of a share, in points with its sign; a dash when it does not show.

    >>> import os; os.environ["CHALAND_LANG"] = "fr"
    >>> points_text(0.0123), points_text(-0.002), points_text(0.0)
    ('+1,2\\xa0pt', '−0,2\\xa0pt', '=')
    """
    text = f"{abs(share) * 100:.1f}"
    if text == "0.0":
        return "="
    if current_language() == "fr":
        text = text.replace(".", ",")
    return f"{'+' if share > 0 else '−'}{text}\u00a0pt"


def day_text(day: date) -> str:
    """Return a day in words.

    >>> import os; os.environ["CHALAND_LANG"] = "fr"
    >>> day_text(date(2026, 3, 1))
    '1er mars 2026'
    """
    language = current_language()
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[language].split('/')[day.month - 1]} {day.year}"
