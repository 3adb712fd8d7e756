"""Pages of the segments: the list, one segment with its history, two compared, several overlapping."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chaland.errors import ChalandError, NotFoundError
from chaland.language import speaking
from chaland.segments import sentence
from chaland.segments.saved import FROZEN
from chaland.segments.study import SEGMENTS_OVERLAPPED, compare, overlap
from chaland_web.access import CustomerFile, customer_page
from chaland_web.rights import Right, may, needs
from chaland_web.segments.bases import base_of, chosen_segments, language, saved_segments, segments_of
from chaland_web.segments.builder import EMPTY, State
from chaland_web.segments.figures import COMPARISON, OVERLAP, shop_names
from chaland_web.segments.suggest import names_of
from chaland_web.segments.words import CHANNEL, DIMENSION, dimension_value
from chaland_web.segments.working import builder_context

DIFFERENCES = 14
BARS = 12


def _token() -> str:
    return secrets.token_hex(12)


@require_GET
@needs(Right.SEGMENT)
def listed(request: HttpRequest) -> HttpResponse:
    """Show every segment with its sentence and its last size."""
    with speaking(language()):
        base, _profiles = base_of(request)
        store, names = saved_segments(), names_of(base)
        segments = [
            {
                "saved": one,
                "sentence": sentence(one.read(), currency=base.currency, names=names),
                "size": next(iter(store.sizes(one.key)[-1:]), None),
                "is_frozen": one.kind == FROZEN,
                "used_by": store.used_by(one.key),
            }
            for one in store.all()
        ]
        return render(request, "segments/list.html", {"segments": segments, "base_customers": base.customers})


@require_GET
@needs(Right.SEGMENT)
def new(request: HttpRequest) -> HttpResponse:
    """Show the builder, empty."""
    with speaking(language()):
        return render(
            request, "segments/segment.html", {**builder_context(request, State(EMPTY)), "token": _token(), "name": ""}
        )


@require_GET
@needs(Right.SEGMENT)
def segment(request: HttpRequest, key: str) -> HttpResponse:
    """Show a saved segment in the builder, with its history, what rests on it, and the way out."""
    with speaking(language()):
        store = saved_segments()
        try:
            saved = store.get(key)
        except NotFoundError as error:
            raise Http404 from error
        sizes = store.sizes(key)
        context = {
            **builder_context(request, State(saved.definition)),
            "token": _token(),
            "saved": saved,
            "key": saved.key,
            "name": saved.name,
            "revision": saved.revision,
            "is_frozen": saved.kind == FROZEN,
            # kept when it was frozen: nothing is counted until a condition changes, or somebody asks
            "frozen_customers": store.frozen_members(key).num_rows if saved.kind == FROZEN else None,
            "sizes": sizes[::-1][:20],
            "line": _line([size.customers for size in sizes]),
            "used_by": store.used_by(key),
            "others": [one for one in store.all() if one.key != key],
            "exports": [one for one in store.exports() if one["segment"] == key][::-1][:10],
            "channels": CHANNEL.items(),
            "may_export": may(request.user, Right.EXPORT),
        }
        return render(request, "segments/segment.html", context)


def _line(sizes: list[int]) -> str:
    """Return the points of a line of sizes in a 100 × 30 box; "" for fewer than two."""
    if len(sizes) < 2:
        return ""
    low, high = min(sizes), max(sizes)
    span = (high - low) or 1
    step = 100 / (len(sizes) - 1)
    return " ".join(f"{rank * step:.1f},{28 - 26 * (size - low) / span:.1f}" for rank, size in enumerate(sizes))


@require_GET
@needs(Right.SEGMENT)
def compared(request: HttpRequest) -> HttpResponse:
    """Show what differs most between two segments."""
    with speaking(language()):
        base, profiles = base_of(request)
        chosen = chosen_segments([request.GET.get("a", ""), request.GET.get("b", "")])
        context: dict[str, Any] = {
            "all": saved_segments().all(),
            "chosen": [one.key for one in chosen],
            "may_export": may(request.user, Right.EXPORT),
        }
        if len(chosen) == 2:
            shops = shop_names(base)
            with base.asking() as run:
                one, other = (base.segment(saved.key, run) for saved in chosen)
                rows = compare(profiles, one, other, run)[:DIFFERENCES]
                context |= {
                    "one": chosen[0],
                    "other": chosen[1],
                    "definition": COMPARISON,
                    "query": request.GET.urlencode(),
                    "sizes": [base.size(one), base.size(other), base.size(one & other)],
                    "rows": [
                        {
                            "dimension": DIMENSION[row.dimension],
                            "value": dimension_value(row.dimension, row.value, shops),
                            "ratio": row.ratio,
                            "other_ratio": row.other_ratio,
                            "width": round(100 * row.ratio, 1),
                            "other_width": round(100 * row.other_ratio, 1),
                            "is_sure": abs(row.z) >= 3,
                        }
                        for row in rows
                    ],
                }
        return render(request, "segments/compare.html", context)


@require_GET
@needs(Right.SEGMENT)
def overlapped(request: HttpRequest) -> HttpResponse:
    """Show who is in which of several segments: an UpSet plot."""
    with speaking(language()):
        base, _profiles = base_of(request)
        chosen = chosen_segments(request.GET.getlist("s"))[:SEGMENTS_OVERLAPPED]
        context: dict[str, Any] = {
            "all": saved_segments().all(),
            "chosen": [one.key for one in chosen],
            "may_export": may(request.user, Right.EXPORT),
        }
        if len(chosen) > 1:
            with base.asking() as run:
                named = {one.key: base.segment(one.key, run) for one in chosen}
            every = overlap(base, named)
            bars = every[:BARS]
            high = max((bar.customers for bar in bars), default=0) or 1
            context |= {
                "definition": OVERLAP,
                "query": request.GET.urlencode(),
                "left_out": len(every) - len(bars),
                "left_out_customers": sum(bar.customers for bar in every[BARS:]),
                "sets": [
                    {"saved": one, "size": base.size(named[one.key]), "y": 158 + 26 * rank}
                    for rank, one in enumerate(chosen)
                ],
                "bars": [
                    {
                        "x": 20 + 44 * rank,
                        "middle": 35 + 44 * rank,
                        "y": round(130 - 110 * bar.customers / high, 1),
                        "height": round(110 * bar.customers / high, 1),
                        "customers": bar.customers,
                        "names": [one.name for one in chosen if one.key in bar.keys],
                        "dots": [(158 + 26 * row, one.key in bar.keys) for row, one in enumerate(chosen)],
                    }
                    for rank, bar in enumerate(bars)
                ],
                "width": 40 + 44 * len(bars),
                "height": 160 + 26 * len(chosen),
            }
        return render(request, "segments/overlap.html", context)


@require_GET
@needs(Right.READ_FILE)
@customer_page("segments")
def of_customer(request: HttpRequest, file: CustomerFile) -> HttpResponse:
    """Show the segments a customer is in, as a card of his file; nothing when he is in none."""
    try:
        found = segments_of(request, file.customer.customer_id)
    except ChalandError:
        found = []
    return render(request, "segments/_of_customer.html", {"found": found, "may_open": may(request.user, Right.SEGMENT)})
