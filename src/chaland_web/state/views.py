"""The state of the base: home, sources and reconciliation; and the pages shown when something is amiss."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from chaland.publish.customer_file import Check
from chaland_web import access
from chaland_web.charts import bars, columns
from chaland_web.glossary import SECTIONS
from chaland_web.rights import Right, Role, for_everyone, may, needs
from chaland_web.snapshots import reader_of, snapshot_of
from chaland_web.ways import ways_back


@dataclass(frozen=True)
class _CheckGroup:
    """The checks of one name, over all their subjects."""

    name: str
    checks: tuple[Check, ...]

    @property
    def is_equal(self) -> bool:
        return all(check.is_equal for check in self.checks)

    @property
    def expected(self) -> Decimal:
        return _together([check.expected for check in self.checks])

    @property
    def found(self) -> Decimal:
        return _together([check.found for check in self.checks])


def _together(figures: list[Decimal]) -> Decimal:
    """Return the figure of several checks: the one they all give, or the sum over their sources."""
    return figures[0] if len(set(figures)) == 1 else sum(figures, Decimal(0))


@require_safe
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """Show the base in a few true figures; whoever may not read them starts by finding a customer."""
    if not may(request.user, Right.READ_BASE):
        return redirect("phone:desk" if request.user.role == Role.PHONE_ADVISER else "customers:search")
    reader = reader_of(request)
    overview = reader.overview()
    months = reader.sales_months()
    checks = reader.checks()
    reach = [
        ("post", overview.can_post),
        ("email", overview.can_email),
        ("sms", overview.can_sms),
        ("phone", overview.can_phone),
    ]
    total = overview.amount_12_months
    return render(
        request,
        "state/home.html",
        {
            "overview": overview,
            "months": columns(
                months, [month.amount for month in months], [month.identified_amount for month in months]
            ),
            "reach": [(channel, people, people / max(overview.customers, 1)) for channel, people in reach],
            "identified_share": overview.identified_amount_12_months / total if total > 0 else Decimal(0),
            "checks": len(checks),
            "failed_checks": sum(not check.is_equal for check in checks),
            "published_at": snapshot_of(request).published_at,
            "recent": access.recent(request),
        },
    )


@require_safe
@needs(Right.READ_BASE)
def base(request: HttpRequest) -> HttpResponse:
    """Show what became of every source's rows, and that totals agree."""
    reader = reader_of(request)
    sources, checks = reader.sources(), reader.checks()
    snapshot = snapshot_of(request)
    seconds = snapshot.manifest["seconds"]
    rooms: dict[str, float] = {}
    for step, spent in seconds.items():
        room = step.partition(".")[0]
        rooms[room] = rooms.get(room, 0.0) + spent
    groups: dict[str, list[Check]] = {}
    for check in checks:
        groups.setdefault(check.check_name, []).append(check)
    return render(
        request,
        "state/base.html",
        {
            "overview": reader.overview(),
            "snapshot_name": snapshot.place.name,
            "published_at": snapshot.published_at,
            "sources": sources,
            "rows_read": sum(source.rows_read for source in sources),
            "rows_rejected": sum(source.rows_rejected for source in sources),
            "checks": len(checks),
            "groups": [_CheckGroup(name, tuple(found)) for name, found in groups.items()],
            "failed_checks": sum(not check.is_equal for check in checks),
            "rooms": bars(list(rooms.items()), list(rooms.values())),
            "steps": list(seconds.items()),
            "seconds": sum(seconds.values()),
            "megabytes": sum(entry["bytes"] for entry in snapshot.manifest["files"].values()) / 1_000_000,
        },
    )


@require_safe
@for_everyone
def glossary(request: HttpRequest) -> HttpResponse:
    """Say what each figure means."""
    sections = [(title, figures.items()) for title, figures in SECTIONS]
    return render(request, "state/glossary.html", {"sections": sections})


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Tell a supervisor that the process answers; nothing else."""
    return HttpResponse("ok", content_type="text/plain")


def _told(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """Return a page that says what is amiss, with the ways its reader may go on by."""
    return render(request, template, {"ways": ways_back(request)}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that what was sent is too large or makes no sense, without repeating it."""
    return _told(request, "bad_request.html", 400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that nothing is there, without saying what was asked for."""
    return _told(request, "not_found.html", 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the role does not give this right, without saying what is there."""
    return _told(request, "forbidden.html", 403)


def failure(request: HttpRequest) -> HttpResponse:
    """Say that the application failed; the log says where."""
    return _told(request, "failure.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old to be trusted."""
    return _told(request, "expired.html", 403)
