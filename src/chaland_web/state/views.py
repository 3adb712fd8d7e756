"""The state of the base: home, sources and reconciliation; and the pages shown when something is amiss."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chaland_web.charts import bars, columns
from chaland_web.snapshots import reader_of, snapshot_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the base in a few true figures."""
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
        },
    )


@require_safe
def base(request: HttpRequest) -> HttpResponse:
    """Show what became of every source's rows, and that totals agree."""
    reader = reader_of(request)
    sources, checks = reader.sources(), reader.checks()
    snapshot = snapshot_of(request)
    seconds = snapshot.manifest["seconds"]
    steps = list(seconds.items())
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
            "checks": checks,
            "failed_checks": [check for check in checks if not check.is_equal],
            "steps": bars(steps, [float(spent) for _, spent in steps]),
            "seconds": sum(seconds.values()),
            "megabytes": sum(entry["bytes"] for entry in snapshot.manifest["files"].values()) / 1_000_000,
        },
    )


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Tell a supervisor that the process answers; nothing else."""
    return HttpResponse("ok", content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that nothing is there, without saying what was asked for."""
    return render(request, "not_found.html", status=404)


def failure(request: HttpRequest) -> HttpResponse:
    """Say that the application failed; the log says where."""
    return render(request, "failure.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old to be trusted."""
    return render(request, "expired.html", status=403)
