"""Dates that SQL does not read: « 12 mars 2025 », Excel's serial numbers, zones without seconds. One text at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chaland.text import unaccented

MONTHS = {
    name: rank
    for rank, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev feb february",
            "mars mar march",
            "avril avr apr april",
            "mai may",
            "juin jun june",
            "juillet juil jul july",
            "aout aou aug august",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_EXCEL_DAY_0 = datetime(1899, 12, 30)
_EXCEL_SERIAL = re.compile(r"[1-7]\d{4}([.,]\d+)?")
_TIME = r"(?:\s*(?:a|à|at|,|-|T)?\s*(\d{1,2})\s*[:h]\s*(\d{2})?(?::(\d{2}))?)?"
_DAY_MONTH = re.compile(
    r"(?:[a-z]+\.?,?\s+)?(\d{1,2})(?:er|st|nd|rd|th)?[\s./-]+([a-z]+)\.?,?[\s./-]+(\d{4}|\d{2})" + _TIME
)
_MONTH_DAY = re.compile(r"(?:[a-z]+\.?,?\s+)?([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})" + _TIME)
_SHORT = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})" + _TIME)


def folded(text: str) -> str:
    """Return the text in small letters without accents."""
    return unaccented(text).lower()


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _moment(year: int, month: int, day: int, time: Sequence[str | None]) -> datetime | None:
    hour, minute, second = (int(part or 0) for part in time)
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def read_moment(text: str, zone: str, formats: Sequence[str] = ()) -> datetime | None:
    """Return the moment a text names, as local time of `zone`, or None.

    Args:
        text: a date with or without time.
        zone: IANA zone in which moments that carry a zone are told.
        formats: the source's own strptime writings; without any, 03/04/25 is read day first.

    >>> read_moment("mercredi 12 mars 2025 à 10h05", "Europe/Paris")
    datetime.datetime(2025, 3, 12, 10, 5)
    >>> read_moment("45728", "Europe/Paris"), read_moment("le douze", "Europe/Paris")
    (datetime.datetime(2025, 3, 12, 0, 0), None)
    """
    text = text.strip()
    for written in formats:
        try:
            moment = datetime.strptime(text, written)
        except ValueError:
            continue
        return _local(moment, zone)
    try:
        return _local(datetime.fromisoformat(text), zone)
    except ValueError:
        pass
    if _EXCEL_SERIAL.fullmatch(text):
        return _EXCEL_DAY_0 + timedelta(seconds=round(float(text.replace(",", ".")) * 86_400))
    plain = " ".join(folded(text).replace("\u00a0", " ").replace("\u202f", " ").split())
    if found := _DAY_MONTH.fullmatch(plain):
        day, month, year, *time = found.groups()
        if month in MONTHS:
            return _moment(_year(year), MONTHS[month], int(day), time)
    if found := _MONTH_DAY.fullmatch(plain):
        month, day, year, *time = found.groups()
        if month in MONTHS:
            return _moment(int(year), MONTHS[month], int(day), time)
    if not formats and (found := _SHORT.fullmatch(plain)):
        day, month, year, *time = found.groups()
        return _moment(_year(year), int(month), int(day), time)
    return None


def _local(moment: datetime, zone: str) -> datetime:
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
