"""Birth dates: any writing brought to one day, or refused with the reason.

French order (day, month, year) is read first, ISO always, month first where nothing else fits or where the source
writes so (`habits.py`). Ages are counted at `as_of`: nothing here reads the clock.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from chaland.clean.grades import ABSENT, AS_RECEIVED, TOO_LONG, Graded, graded
from chaland.clean.placeholders import is_placeholder_text
from chaland.clean.text import fold, is_too_long, tidy

OLDEST_YEARS = 120
"""Beyond it nobody is alive: the oldest person known died at 122."""
OLD_YEARS = 110
YOUNG_YEARS = 12
_YOUNGEST_TWO_DIGIT_YEARS = 12
_PLACEHOLDERS = frozenset(
    {date(1900, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1753, 1, 1), date(1111, 11, 11)}
)
_EXCEL_ORIGIN = date(1899, 12, 30)

_MONTH_WRITINGS = (
    ("JANVIER", "JANV", "JAN", "JANUARY"),
    ("FEVRIER", "FEVR", "FEV", "FEB", "FEBRUARY"),
    ("MARS", "MAR", "MARCH"),
    ("AVRIL", "AVR", "APR", "APRIL"),
    ("MAI", "MAY"),
    ("JUIN", "JUN", "JUNE"),
    ("JUILLET", "JUIL", "JUL", "JULY"),
    ("AOUT", "AOU", "AUG", "AUGUST"),
    ("SEPTEMBRE", "SEPT", "SEP", "SEPTEMBER"),
    ("OCTOBRE", "OCT", "OCTOBER"),
    ("NOVEMBRE", "NOV", "NOVEMBER"),
    ("DECEMBRE", "DEC", "DECEMBER"),
)
_MONTHS = {word: rank for rank, words in enumerate(_MONTH_WRITINGS, start=1) for word in words}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}[:h]\d.*)?")
_FRENCH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ]\d{1,2}[:h]\d.*)?")
_COMPACT = re.compile(r"(\d{8}|\d{6})(?: ?000000| \d\d:\d\d.*)?")
_NO_DAY = re.compile(r"\d{1,2}[-/. ]\d{4}|\d{4}[-/.]\d{1,2}")
_MONTH_YEAR = re.compile(r"([A-Z]+) (?:\d{4})")
_WORDS = re.compile(r"(?:LE )?(?:[A-Z]+DI |DIMANCHE )?(\d{1,2})(?:ER|E)? ?([A-Z]+) ?(\d{4}|\d{2})")
_WORDS_MONTH_FIRST = re.compile(r"([A-Z]+) (\d{1,2}) (\d{4})")
_YEAR = re.compile(r"\d{4}")
_YEAR_KNOWN = ("year_only", "impossible_date")
_SERIAL = re.compile(r"(\d{4,5})(?:[.,]\d+)?")


class BirthDate(NamedTuple):
    """A birth date, or None, with its grade and reason; and the year, known too where the day is not."""

    birth_date: date | None
    grade: str
    reason: str
    birth_year: int | None = None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full_year(text: str, as_of: date) -> int:
    """Return the four-digit year: the latest century in which the person is at least twelve at `as_of`."""
    if len(text) == 4:
        return int(text)
    year = as_of.year - as_of.year % 100 + int(text)
    return year if year <= as_of.year - _YOUNGEST_TWO_DIGIT_YEARS else year - 100


@cache
def _good(year_text: str, canonical: bool) -> Graded:
    if len(year_text) == 2:
        return graded("two_digit_year")
    return AS_RECEIVED if canonical else graded("reformatted")


def _read(text: str, as_of: date, order: str) -> tuple[date | None, Graded]:
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
        canonical = len(text) == 10 and text[4] == "-"
        return _ordered(int(year), int(month), int(day), _good(year, canonical))
    if found := _FRENCH.fullmatch(text):
        day, month, year = found.groups()
        good = _good(year, len(text) == 10 and text[2] == "/")
        if order and 0 < int(day) <= 12 and 0 < int(month) <= 12 and day != month:
            # 03/04/1980 may be either day: the source's own writing decides, or nothing does
            if order == "month_first":
                return _ordered(_full_year(year, as_of), int(day), int(month), graded("month_first"))
            good = graded("day_month_doubtful")
        return _ordered(_full_year(year, as_of), int(month), int(day), good)
    if found := _COMPACT.fullmatch(text):
        return _compact(found.group(1), as_of)
    if _NO_DAY.fullmatch(text):
        return None, graded("year_only")
    if found := _SERIAL.fullmatch(text):
        return _serial(int(found.group(1)))
    key = fold(text)
    if (found := _WORDS.fullmatch(key)) and found.group(2) in _MONTHS:
        year = found.group(3)
        return _ordered(_full_year(year, as_of), _MONTHS[found.group(2)], int(found.group(1)), _good(year, False))
    if (found := _WORDS_MONTH_FIRST.fullmatch(key)) and found.group(1) in _MONTHS:
        return _ordered(int(found.group(3)), _MONTHS[found.group(1)], int(found.group(2)), _good("0000", False))
    if (found := _MONTH_YEAR.fullmatch(key)) and found.group(1) in _MONTHS:
        return None, graded("year_only")
    return None, graded("unreadable")


def _ordered(year: int, month: int, day: int, good: Graded) -> tuple[date | None, Graded]:
    if year == 0 and month == 0 and day == 0:
        return None, graded("placeholder")
    if month == 0 or day == 0:
        return None, graded("year_only")
    if found := _day(year, month, day):
        return found, good
    if month > 12 and (found := _day(year, day, month)):
        return found, graded("month_first")
    return None, graded("impossible_date")


def _compact(text: str, as_of: date) -> tuple[date | None, Graded]:
    """Read ddmmyyyy, yyyymmdd or ddmmyy: eight digits begin with a year when they say 18, 19 or 20 and a month."""
    if set(text) == {"0"}:
        return None, graded("placeholder")
    if len(text) == 6:
        return _ordered(_full_year(text[4:], as_of), int(text[2:4]), int(text[:2]), graded("two_digit_year"))
    by_day = _day(int(text[4:]), int(text[2:4]), int(text[:2]))
    by_year = _day(int(text[:4]), int(text[4:6]), int(text[6:]))
    oldest = as_of.year - OLDEST_YEARS
    for found in (by_day, by_year):
        if found and oldest <= found.year <= as_of.year:
            return found, graded("reformatted")
    found = by_day or by_year
    if found is None and oldest <= int(text[:4]) <= as_of.year and "00" in (text[4:6], text[6:]):
        # 19280000: the civil registry knows the year alone
        return None, graded("year_only")
    return (found, graded("reformatted")) if found else (None, graded("impossible_date"))


def _serial(number: int) -> tuple[date | None, Graded]:
    """Read a spreadsheet's day number (1 = 1 January 1900, 1900 taken as a leap year); a lone year is no day."""
    if 1890 <= number <= 2100:
        return None, graded("year_only")
    return _EXCEL_ORIGIN + timedelta(days=number), graded("excel_serial")


def age_years(born: date, as_of: date) -> int:
    """Return the age in full years at a day.

    >>> age_years(date(1980, 6, 15), date(2026, 6, 14))
    45
    """
    return as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))


def clean_birth_date(text: str | None, as_of: date, order: str = "") -> BirthDate:
    """Return the birth date, its grade and reason; None when refused.

    Args:
        text: the field as received.
        as_of: day ages are counted at.
        order: how the source writes 03/04/1980: "" day first, month_first, or mixed (`habits.py` learns it).

    >>> clean_birth_date("3/7/58", date(2026, 1, 1))
    BirthDate(birth_date=datetime.date(1958, 7, 3), grade='C', reason='two_digit_year', birth_year=1958)
    >>> clean_birth_date("29371", date(2026, 1, 1)).birth_date
    datetime.date(1980, 5, 30)
    >>> clean_birth_date("00/00/1958", date(2026, 1, 1))
    BirthDate(birth_date=None, grade='D', reason='year_only', birth_year=1958)
    >>> clean_birth_date("31/02/1980", date(2026, 1, 1)).reason
    'impossible_date'
    >>> clean_birth_date("03/04/1980", date(2026, 1, 1), "month_first").birth_date
    datetime.date(1980, 3, 4)
    """
    if is_too_long(text):
        return BirthDate(None, *TOO_LONG)
    text = tidy(text)
    if not text:
        return BirthDate(None, *ABSENT)
    text = re.sub(r"^n[ée]+e?\(?e?\)? le ", "", text, flags=re.IGNORECASE).strip(" .")
    found, verdict = _read(text, as_of, order)
    if found is None:
        if verdict.reason == "unreadable" and is_placeholder_text(text):
            verdict = graded("placeholder")
        return BirthDate(None, *verdict, _lone_year(text, as_of) if verdict.reason in _YEAR_KNOWN else None)
    if found in _PLACEHOLDERS:
        return BirthDate(None, *graded("placeholder"))
    if found > as_of:
        return BirthDate(None, *graded("in_future"))
    age = age_years(found, as_of)
    if age > OLDEST_YEARS:
        return BirthDate(None, *graded("too_old"))
    if age > OLD_YEARS and verdict.grade in "AB":
        verdict = graded("very_old")
    if age < YOUNG_YEARS:
        verdict = graded("very_young")
    return BirthDate(found, *verdict, found.year)


def _lone_year(text: str, as_of: date) -> int | None:
    """Return the only year of somebody alive that a date without its day names."""
    years = {int(year) for year in _YEAR.findall(text)}
    known = [year for year in years if as_of.year - OLDEST_YEARS <= year <= as_of.year]
    return known[0] if len(known) == 1 else None
