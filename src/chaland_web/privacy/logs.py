"""Questions asked of the logs: by customer, by person, by period, page after page, and what is unusual."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Count, Model, Q, QuerySet
from django.db.models.functions import TruncHour
from django.http import QueryDict
from django.utils import timezone

from chaland_web.accounts.models import Access, Ground, SignIn

ROWS = 50
MANY_FILES = 30
"""Different customers' files opened by one person in an hour, from which the hour is shown as unusual."""
MANY_REASONS = 8
MANY_FAILURES = 5
LOOKED_BACK = timedelta(days=31)

Line = TypeVar("Line", bound=Model)


@dataclass(frozen=True)
class Question:
    """What is asked of a log; "" and None ask nothing."""

    customer: str = ""
    person: str = ""
    first: date | None = None
    last: date | None = None
    what: str = ""
    reason: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Question:
        """Return the question of an address; what cannot be read asks nothing.

        >>> Question.read(QueryDict("client=c-1&du=2026-11-02&au=hier")).first
        datetime.date(2026, 11, 2)
        """
        return cls(
            query.get("client", "").strip()[:64],
            query.get("personne", "").strip()[:150],
            _day(query.get("du", "")),
            _day(query.get("au", "")),
            query.get("page", "").strip()[:16],
            query.get("motif", "").strip()[:80],
        )

    def of_files(self, numbers: Collection[str] = ()) -> QuerySet[Access]:
        """Return the openings asked for, the latest first.

        Args:
            numbers: every number the customer asked for ever bore: a line keeps the one of its day.
        """
        lines = Access.objects.all()
        if self.customer:
            lines = lines.filter(customer_id__in={self.customer, *numbers})
        if self.what:
            lines = lines.filter(what=self.what)
        for word in self.reason.split():
            lines = lines.filter(reason__icontains=word)
        return self.of(lines)

    def of(self, lines: QuerySet[Line], person_field: str = "user_name") -> QuerySet[Line]:
        """Return the lines of the person and the days asked for, the latest first."""
        if self.person:
            lines = lines.filter(**{f"{person_field}__iexact": self.person})
        if self.first:
            lines = lines.filter(at__gte=_start(self.first))
        if self.last:
            lines = lines.filter(at__lt=_start(self.last + timedelta(days=1)))
        return lines.order_by("-pk")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True)
class Page(Generic[Line]):
    """One page of a log and where the next, older one starts (None at the end)."""

    lines: list[Line]
    older: int | None


def page(lines: QuerySet[Line], before: str) -> Page[Line]:
    """Return the page of lines older than the one whose number is `before` (the latest ones when "")."""
    if before.isdecimal() and len(before) < 19:
        lines = lines.filter(pk__lt=int(before))
    found = list(lines[: ROWS + 1])
    return Page(found[:ROWS], found[ROWS - 1].pk if len(found) > ROWS else None)


def busy_hours(since: datetime) -> list[dict[str, Any]]:
    """Return the hours in which one person opened many files, or many of other shops: the busiest first."""
    hours = (
        Access.objects.filter(at__gte=since)
        .annotate(hour=TruncHour("at"))
        .values("user_name", "hour")
        .annotate(
            customers=Count("customer_id", distinct=True),
            others=Count("customer_id", distinct=True, filter=Q(ground=Ground.REASON)),
        )
        .filter(Q(customers__gte=MANY_FILES) | Q(others__gte=MANY_REASONS))
        .order_by("-customers", "-hour", "user_name")
    )
    return list(hours[:ROWS])


def failed_sign_ins(since: datetime) -> list[dict[str, Any]]:
    """Return the addresses from which signing in failed often, the most often first."""
    failures = (
        SignIn.objects.filter(at__gte=since)
        .exclude(outcome__in=[SignIn.Outcome.OPENED, SignIn.Outcome.CLOSED, SignIn.Outcome.EXPIRED])
        .values("address")
        .annotate(failures=Count("pk"), accounts=Count("user_name", distinct=True))
        .filter(failures__gte=MANY_FAILURES)
        .order_by("-failures", "address")
    )
    return list(failures[:ROWS])


def at_night(since: datetime) -> list[dict[str, Any]]:
    """Return who opened files between ten in the evening and six in the morning, local time."""
    nights = (
        Access.objects.filter(at__gte=since)
        .filter(Q(at__hour__gte=22) | Q(at__hour__lt=6))
        .values("user_name")
        .annotate(customers=Count("customer_id", distinct=True), files=Count("pk"))
        .order_by("-customers", "user_name")
    )
    return list(nights[:ROWS])
