"""What to do next for a customer: rules read from the first to the last, each with the fact it rests on.

A rule gives a gesture and its reason, or nothing. The first that answers is the best gesture; the others follow. To add
one: write a function of `Facts`, put it in RULES where it ranks. Times are counted from the day of the base.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from chaland.publish.customer_file import Customer, Event, Flag, Reach
from chaland.publish.insight import CustomerInsight
from chaland.publish.keys import folded
from chaland_web import formats

DISAPPOINTED_DAYS = 120
QUOTE_DAYS = 120
PROJECT_DAYS = 730
BIRTHDAY_DAYS = 15
MANY_POINTS = 300

_CLOSED = ("TERMIN", "REFUS", "ANNUL", "CLOS", "PERDU", "ABANDON", "SOLD", "DONE", "CANCEL", "LOST", "REJECT")
_QUOTED = ("DEVIS", "QUOTE", "PROPOS", "ATTENTE")


@dataclass(frozen=True)
class Facts:
    """What rules may look at: the customer as shown, his latest events by kind, what studies say of him."""

    customer: Customer
    reach: Sequence[Reach]
    flags: Sequence[Flag]
    latest: dict[str, list[Event]]
    insight: CustomerInsight | None
    as_of: date


@dataclass(frozen=True)
class Gesture:
    """One thing to do, why, and the part of the file or the act where it is done.

    Attributes:
        icon: name of an icon.
        view_name: address of the part, given the customer; `right` is what it takes to go there.
    """

    icon: str
    title: str
    reason: str
    view_name: str = ""
    right: str = ""


Rule = Callable[[Facts], Gesture | None]


def is_running(project: Event, as_of: date) -> bool:
    """Tell whether a project is neither done nor given up, nor so old that nobody waits for it."""
    status = folded(project.status)
    is_recent = project.happened_at.date() > as_of - timedelta(days=PROJECT_DAYS)
    return project.until_at is None and is_recent and not status.startswith(_CLOSED)


def running_projects(projects: Sequence[Event], as_of: date) -> list[Event]:
    return [project for project in projects if is_running(project, as_of)]


def birthday(born: date | None, as_of: date) -> date | None:
    """Return the birthday that falls within BIRTHDAY_DAYS of a day, before or after; None when none does.

    >>> birthday(date(1980, 10, 6), date(2026, 9, 30)), birthday(date(1980, 5, 1), date(2026, 9, 30))
    (datetime.date(2026, 10, 6), None)
    >>> birthday(date(1984, 2, 29), date(2026, 2, 20)), birthday(date(1979, 1, 3), date(2026, 12, 28))
    (datetime.date(2026, 2, 28), datetime.date(2027, 1, 3))
    """
    if born is None:
        return None
    for year in (as_of.year - 1, as_of.year, as_of.year + 1):
        day = born.replace(year=year, day=28) if (born.month, born.day) == (2, 29) else born.replace(year=year)
        if abs((day - as_of).days) <= BIRTHDAY_DAYS:
            return day
    return None


def _days_ago(day: date, as_of: date) -> str:
    days = (as_of - day).days
    return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": _number(days)}


def _number(value: float) -> str:
    return formats.number(value, 0, "en" if (get_language() or "fr").startswith("en") else "fr")


def open_case(facts: Facts) -> Gesture | None:
    """An open case comes before anything that is sold."""
    for case in reversed(facts.latest.get("case", [])):
        if case.code == "open":
            since = _days_ago(case.happened_at.date(), facts.as_of)
            reason = _("Open case: %(subject)s, opened %(since)s.") % {
                "subject": case.label or _("no subject"),
                "since": since,
            }
            return Gesture("phone", _("Call back about his case"), reason, "customers:voice")
    return None


def disappointed(facts: Facts) -> Gesture | None:
    """A low note that nobody answered."""
    for survey in facts.latest.get("survey", [])[:1]:
        is_late = survey.happened_at.date() < facts.as_of - timedelta(days=DISAPPOINTED_DAYS)
        called = any(contact.happened_at > survey.happened_at for contact in facts.latest.get("contact", []))
        if survey.number is not None and survey.number <= 6 and not is_late and not called:
            reason = _("Recommendation of %(note)s out of 10, %(since)s, and no contact since.") % {
                "note": survey.number,
                "since": _days_ago(survey.happened_at.date(), facts.as_of),
            }
            return Gesture("star", _("Ask what went wrong"), reason, "customers:voice")
    return None


def quote_waiting(facts: Facts) -> Gesture | None:
    """A quote given lately and not answered."""
    for project in facts.latest.get("project", []):
        is_late = project.happened_at.date() < facts.as_of - timedelta(days=QUOTE_DAYS)
        if folded(project.status).startswith(_QUOTED) and not is_late and is_running(project, facts.as_of):
            reason = _("Project “%(kind)s” at the stage “%(status)s”, opened %(since)s.") % {
                "kind": project.label or "",
                "status": project.status or "",
                "since": _days_ago(project.happened_at.date(), facts.as_of),
            }
            return Gesture("house", _("Take up his quote again"), reason, "customers:projects")
    return None


def address_returned(facts: Facts) -> Gesture | None:
    """Mail or messages come back: ask while he is there."""
    for flag in facts.flags:
        if flag.effect == "returned":
            if flag.flag_channel == "email":
                title, reason = _("Ask for his new e-mail"), _("What is sent to his e-mail comes back.")
            else:
                title, reason = _("Ask for his new address"), _("What is sent to his address comes back.")
            return Gesture("letter", title, reason, "desk:correct", "correct")
    return None


def silent(facts: Facts) -> Gesture | None:
    """Silent for longer than his own rhythm allows."""
    study = facts.insight
    if study and study.is_silent and study.silence_days and study.gap_days:
        reason = _("No purchase for %(days)s days, against one every %(gap)s usually.") % {
            "days": _number(study.silence_days),
            "gap": _number(study.gap_days),
        }
        return Gesture("clock", _("Take news of him"), reason, "desk:contact", "note_contact")
    return None


def consent_missing(facts: Facts) -> Gesture | None:
    """A channel that only lacks his word."""
    for light in facts.reach:
        if light.channel in ("email", "sms") and light.reason in ("no_consent", "expired"):
            if light.channel == "email":
                title, reason = (
                    _("Ask whether we may e-mail him"),
                    _("He has an e-mail and never said yes or no to it."),
                )
            else:
                title, reason = _("Ask whether we may text him"), _("He has a mobile and never said yes or no to SMS.")
            return Gesture("shield", title, reason, "desk:consent", "record_consent")
    return None


def birthday_near(facts: Facts) -> Gesture | None:
    day = birthday(facts.customer.birth_date, facts.as_of)
    if day is None or facts.customer.is_organisation:
        return None
    days = (day - facts.as_of).days
    if days > 0:
        when = ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
    else:
        when = _("today") if days == 0 else _days_ago(day, facts.as_of)
    return Gesture("gift", _("Wish him a happy birthday"), _("His birthday: %(when)s.") % {"when": when})


def points_to_use(facts: Facts) -> Gesture | None:
    points = facts.customer.points_balance
    if points is not None and points >= MANY_POINTS:
        return Gesture(
            "gift",
            _("Remind him of his points"),
            _("%(points)s points on his card.") % {"points": _number(points)},
            "customers:loyalty",
        )
    return None


def card_to_offer(facts: Facts) -> Gesture | None:
    customer = facts.customer
    if not customer.is_card_holder and customer.tickets >= 2 and not customer.is_organisation:
        reason = _("%(tickets)s tickets and no card.") % {"tickets": _number(customer.tickets)}
        return Gesture("card", _("Offer him the card"), reason)
    return None


RULES: tuple[Rule, ...] = (
    open_case,
    disappointed,
    quote_waiting,
    address_returned,
    silent,
    consent_missing,
    birthday_near,
    points_to_use,
    card_to_offer,
)


def gestures(facts: Facts, may: Callable[[Any], bool]) -> list[Gesture]:
    """Return what to do for a customer, the most pressing first; an act that is not the reader's keeps no link."""
    found = (rule(facts) for rule in RULES)
    return [
        gesture if not gesture.right or may(gesture.right) else Gesture(gesture.icon, gesture.title, gesture.reason)
        for gesture in found
        if gesture
    ]
