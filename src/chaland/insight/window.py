"""Days counted back from the day looked from, month by month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_before(day: date, months: int) -> date:
    """Return the same day some months earlier, or the last of that month where it has no such day.

    >>> months_before(date(2026, 3, 31), 1), months_before(date(2026, 1, 15), 24)
    (datetime.date(2026, 2, 28), datetime.date(2024, 1, 15))
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
