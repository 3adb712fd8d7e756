"""The builder at work: each thing done to a definition, what is offered while typing, counting, stopping, saving."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chaland.errors import ChalandError, NotFoundError
from chaland.language import speaking
from chaland.segments import Cancelled, Definition, OpenBase, read_definition, sentence
from chaland.segments.open_base import Explained
from chaland.segments.saved import FROZEN
from chaland.segments.study import Profiles, objectors, profile, reach, rests_on_score, sample
from chaland_web.rights import Right, may, needs
from chaland_web.segments.bases import base_of, language, running, saved_segments, stop
from chaland_web.segments.builder import State, act, filled, read_state
from chaland_web.segments.figures import COMPOSITION, shop_names
from chaland_web.segments.shown import mark_of, rows_of
from chaland_web.segments.suggest import names_of, suggestions
from chaland_web.segments.words import CHANNEL, DIMENSION, KIND, dimension_value, reason

ESTIMATE_FROM = 1_000_000
"""Customers from which a first count is shown as an estimate while the exact one is on its way."""
SHOWN_VALUES = 6


def builder_context(request: HttpRequest, state: State, faults: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what the builder's template needs of a state."""
    base, _profiles = base_of(request)
    definition, rows = read_definition(filled(state.definition)), rows_of(state, base)
    return {
        "state": state,
        "rows": rows,
        "rows_have_groups": sum(bool(row.group) for row in rows) > 1,
        "kinds": KIND.items(),
        "faults": faults,
        "told_fr": _told(definition, base, "fr"),
        "told_en": _told(definition, base, "en"),
        "is_empty": not definition.leaves,
    }


def _told(definition: Definition, base: OpenBase, spoken: str) -> str:
    with speaking(spoken):
        return sentence(definition, currency=base.currency, names=names_of(base))


@require_POST
@needs(Right.SEGMENT)
def edit(request: HttpRequest) -> HttpResponse:
    """Do one thing to the definition and show it again."""
    with speaking(language()):
        state = read_state(request.POST)
        faults: tuple[str, ...] = ()
        try:
            state = act(state, str(request.POST.get("action", "")), request.POST)
        except ChalandError as error:
            faults = tuple(str(error).splitlines())
        response = render(request, "segments/_builder.html", builder_context(request, state, faults))
    if not faults:
        response.headers["HX-Trigger-After-Settle"] = "segment-changed"
    return response


@require_GET
@needs(Right.SEGMENT)
def suggest(request: HttpRequest) -> HttpResponse:
    """Offer the conditions that answer to what is typed."""
    text = request.GET.get("typed", "")[:100].strip()
    with speaking(language()):
        offered = suggestions(base_of(request)[0], text, without=request.GET.get("key", "")) if text else []
    return render(request, "segments/_offered.html", {"offered": offered, "typed": text})


@require_POST
@needs(Right.SEGMENT)
def count(request: HttpRequest) -> HttpResponse:
    """Count the definition: an estimate first on a large base, then the exact figures with their study."""
    with speaking(language()):
        base, profiles = base_of(request)
        definition = read_definition(filled(read_state(request.POST).definition))
        context: dict[str, Any] = {"base_customers": base.customers}
        try:
            with running(str(request.POST.get("token", ""))) as run:
                if base.sample and base.customers >= ESTIMATE_FROM and not request.POST.get("exact"):
                    context["estimate"] = base.estimate(definition, run)
                else:
                    explained = base.explain(definition, run)
                    context |= _studied(request, base, profiles, definition, explained)
        except Cancelled:
            context = {"is_stopped": True}
        return render(request, "segments/_result.html", context)


def _studied(
    request: HttpRequest, base: OpenBase, profiles: Profiles, definition: Definition, explained: Explained
) -> dict[str, Any]:
    with base.asking() as run:
        bits = base.bits(definition, run)
        reached = reach(profiles, bits, run)
        shares = profile(profiles, bits, run)
        shown = sample(base, bits, run)
        left_out = objectors(base, run) if rests_on_score(base, definition) else 0
    size = max(explained.customers, 1)
    shops = shop_names(base)
    panels: dict[str, list[dict[str, Any]]] = {}
    for share in shares:
        panels.setdefault(share.dimension, []).append(
            {
                "value": dimension_value(share.dimension, share.value, shops),
                "ratio": share.ratio,
                "base_ratio": share.base_ratio,
                "index": share.index,
                "width": round(100 * share.ratio, 1),
                "base_width": round(100 * share.base_ratio, 1),
                "customers": share.customers,
            }
        )
    for dimension in ("home_shop_key", "departement", "rfm_segment"):
        if dimension in panels:
            panels[dimension] = sorted(panels[dimension], key=lambda one: -one["customers"])[:SHOWN_VALUES]
    return {
        "explained": explained,
        "left_out": left_out,
        "steps": [(mark_of(step.pointer), step) for step in explained.steps],
        "ratio": explained.customers / max(explained.base_customers, 1),
        "reach": [
            (
                one.channel,
                CHANNEL[one.channel],
                one.customers,
                one.customers / size,
                [(reason(code), number) for code, number in one.reasons],
            )
            for one in reached
        ],
        "composition": COMPOSITION,
        "may_export": may(request.user, Right.EXPORT),
        "panels": [(DIMENSION[dimension], rows) for dimension, rows in panels.items()],
        "sample": shown,
        "shows_names": may(request.user, Right.FIND),
        "shops": shops,
    }


@require_POST
@needs(Right.SEGMENT)
def cancel(request: HttpRequest) -> HttpResponse:
    """Stop the count under way in this page."""
    stop(str(request.POST.get("token", "")))
    return HttpResponse(status=204)


@require_POST
@needs(Right.SEGMENT)
def save(request: HttpRequest) -> HttpResponse:
    """Save the definition under a name, living or frozen, with its size today."""
    with speaking(language()):
        state, now, store = read_state(request.POST), datetime.now(UTC), saved_segments()
        base, _profiles = base_of(request)
        key = str(request.POST.get("key", ""))
        try:
            definition = read_definition(filled(state.definition))
            base.saved.check_no_cycle(key, definition)
            customers = base.count(definition)
            seen = str(request.POST.get("revision", ""))
            saved = store.save(
                str(request.POST.get("name", "")),
                definition,
                by=request.user.get_username(),
                now=now,
                key=key,
                seen_revision=int(seen) if seen.isdigit() and key else None,
                frozen_ids=(lambda: base.member_ids(definition)) if request.POST.get("kind") == FROZEN else None,
            )
            store.keep_size(saved.key, customers, as_of=base.as_of.isoformat(), now=now)
        except ChalandError as error:
            context = builder_context(request, state, tuple(str(error).splitlines()))
            return render(
                request,
                "segments/segment.html",
                {
                    **context,
                    "name": request.POST.get("name", ""),
                    "key": key,
                    "revision": request.POST.get("revision", ""),
                },
                status=422,
            )
    messages.success(request, _("Saved."))
    return redirect("segments:segment", key=saved.key)


@require_POST
@needs(Right.SEGMENT)
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """Set a segment aside, unless another rests on it."""
    with speaking(language()):
        try:
            saved_segments().remove(key)
        except NotFoundError as error:
            raise Http404 from error
        except ChalandError as error:
            messages.error(request, str(error))
            return redirect("segments:segment", key=key)
    messages.success(request, _("Set aside."))
    return redirect("segments:list")
