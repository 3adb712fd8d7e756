"""The time of the demonstration: 24 months of history that end on a given day, with the shops' seasons.

Days are counted from the first day of the history (day 0); earlier days are negative. Nothing reads the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

MONTHS = 24
# Share of a month's trade and of a weekday's (Monday first) in an average one: spring garden, Christmas, Saturdays.
MONTH_WEIGHTS = (0.78, 0.76, 1.02, 1.28, 1.36, 1.14, 0.92, 0.80, 0.98, 1.00, 0.96, 1.00)
WEEKDAY_WEIGHTS = (0.78, 0.80, 1.02, 0.86, 1.04, 1.78, 0.72)


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random numbers of one purpose; adding a purpose does not disturb the others.

    >>> int(stream(1, "persons").integers(1000)) == int(stream(1, "persons").integers(1000))
    True
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32(name.encode())])))


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


@dataclass(frozen=True)
class History:
    """24 months that end on `as_of`, the last day included.

    >>> History(date(2026, 9, 30)).start, History(date(2026, 9, 30)).days
    (datetime.date(2024, 10, 1), 730)
    """

    as_of: date

    @property
    def start(self) -> date:
        return _months_before(self.as_of, MONTHS) + timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.as_of - self.start).days + 1

    @cached_property
    def start_epoch(self) -> int:
        """Days from 1970-01-01 to day 0."""
        return (self.start - date(1970, 1, 1)).days

    def day(self, when: date) -> int:
        """Return the number of a calendar day."""
        return (when - self.start).days

    def dates(self, days: Array) -> Array:
        """Return the calendar days (datetime64[D]) of day numbers."""
        return np.datetime64(self.start, "D") + days.astype("timedelta64[D]")

    def months(self, days: Array) -> Array:
        """Return the month, 0 to 11, of day numbers."""
        return self.dates(days).astype("datetime64[M]").astype(np.int64) % 12

    @cached_property
    def trade(self) -> Array:
        """Cumulated share of trade at the end of each day, in average days: the last is the number of days."""
        calendar = np.arange(self.days)
        weekdays = (self.start_epoch + calendar + 3) % 7  # 1970-01-01 was a Thursday
        weights = np.asarray(MONTH_WEIGHTS)[self.months(calendar)] * np.asarray(WEEKDAY_WEIGHTS)[weekdays]
        made: Array = np.cumsum(weights) * (self.days / weights.sum())
        return made

    def calendar_days(self, operational_days: Array) -> Array:
        """Return the day numbers of instants counted in average days of trade (0 to `days`).

        Habits run in operational time; this turns them into seasons without bending the habits' own law.
        """
        found = np.searchsorted(self.trade, operational_days, side="right")
        return np.minimum(found, self.days - 1).astype(np.int32)

    @cached_property
    def utc_offset_hours(self) -> Array:
        """Hours of Paris time ahead of UTC on each day (European rule: last Sundays of March and October)."""
        offsets = np.ones(self.days, np.int64)
        for year in range(self.start.year, self.as_of.year + 1):
            summer, winter = (self.day(_last_sunday(year, month)) for month in (3, 10))
            offsets[max(summer, 0) : max(winter, 0)] = 2
        return offsets


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
