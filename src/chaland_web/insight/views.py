"""The pages of Understand: where each study leads, a page per study, the export of its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chaland.publish.insight import InsightReader, StudyState
from chaland_web.access import note_export
from chaland_web.insight import (
    attrition,
    baskets,
    catchment,
    channels,
    cohorts,
    concentration,
    loyal,
    paths,
    profile,
    rfm,
    satisfaction,
    turnover,
    value,
)
from chaland_web.insight.sheets import Page, Teller, csv_text
from chaland_web.insight.voices import voices
from chaland_web.rights import Right, may, needs
from chaland_web.snapshots import reader_of, snapshot_of

MakePage = Callable[[InsightReader, Teller, Mapping[str, str]], Page]
MakeHead = Callable[[InsightReader, Teller], tuple[str, str]]


@dataclass(frozen=True)
class Study:
    """One study: its name in the base, its place in the addresses, its title, its question, what makes its page; what
    its headline figure means."""

    name: str
    slug: str
    title: Any
    question: Any
    icon: str
    page: MakePage
    head: MakeHead
    means: Any


STUDIES = (
    Study(
        "rfm",
        "segments-rfm",
        _("Behaviour"),
        _("Who buys, since when, how often, for how much?"),
        "users",
        rfm.page,
        rfm.head,
        rfm.SEGMENTS,
    ),
    Study(
        "concentration",
        "concentration",
        _("Concentration"),
        _("What share of the customers makes what share of the turnover?"),
        "insight",
        concentration.page,
        concentration.head,
        concentration.SHARES,
    ),
    Study(
        "turnover",
        "chiffre-affaires",
        _("Turnover"),
        _("Where does the change of the turnover come from?"),
        "bag",
        turnover.page,
        turnover.head,
        turnover.SPLIT,
    ),
    Study(
        "cohorts",
        "cohortes",
        _("Cohorts"),
        _("How many come back, month after month?"),
        "return",
        cohorts.page,
        cohorts.head,
        cohorts.AVERAGE,
    ),
    Study(
        "clv",
        "valeur",
        _("Value to come"),
        _("Who is still a customer, what will he buy, what is it worth?"),
        "gift",
        value.page,
        value.head,
        value.VALUE,
    ),
    Study(
        "churn",
        "attrition",
        _("Attrition"),
        _("Who goes silent beyond his rhythm, who will buy again, and why?"),
        "alert",
        attrition.page,
        attrition.head,
        attrition.SILENCE,
    ),
    Study(
        "baskets",
        "paniers",
        _("Baskets"),
        _("What is bought together?"),
        "link",
        baskets.page,
        baskets.head,
        baskets.PAIRS,
    ),
    Study(
        "paths",
        "parcours",
        _("Paths"),
        _("What follows what, and after how long?"),
        "down",
        paths.page,
        paths.head,
        paths.NEXT,
    ),
    Study(
        "loyal",
        "fidelisation",
        _("What makes loyal"),
        _("What do good customers discover before they prove loyal?"),
        "star",
        loyal.page,
        loyal.head,
        loyal.LOYAL,
    ),
    Study(
        "profile",
        "profil",
        _("Profile"),
        _("Who are they, and is that changing?"),
        "card",
        profile.page,
        profile.head,
        profile.SHARES,
    ),
    Study(
        "catchment",
        "zones",
        _("Catchment areas"),
        _("Where do they live, how far do they come from?"),
        "pin",
        catchment.page,
        catchment.head,
        catchment.MEDIAN,
    ),
    Study(
        "channels",
        "canaux",
        _("Channels"),
        _("Who informs himself on line and buys in the shop?"),
        "globe",
        channels.page,
        channels.head,
        channels.CROSSED,
    ),
    Study(
        "satisfaction",
        "satisfaction",
        _("Satisfaction"),
        _("Who recommends, who is not satisfied, whom has nobody answered?"),
        "message",
        satisfaction.page,
        satisfaction.head,
        satisfaction.NPS,
    ),
)
BY_SLUG = {study.slug: study for study in STUDIES}


def _language() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def _opened(request: HttpRequest) -> tuple[InsightReader, Teller, dict[str, StudyState]]:
    ask = InsightReader(reader_of(request))
    return ask, Teller(_language(), snapshot_of(request).currency), ask.studies()


@require_safe
@needs(Right.READ_INSIGHT)
def home(request: HttpRequest) -> HttpResponse:
    """Lead to each study by its headline figure, or by the reason why there is none."""
    ask, tell, states = _opened(request)
    entries = []
    for study in STUDIES:
        state = states.get(study.name)
        refusal = state.refused(_language()) if state else ""
        entries.append((study, state, refusal, study.head(ask, tell) if state and not refusal else None))
    looked_from = max((state.looked_from_date for state in states.values()), default=None)
    return render(request, "insight/home.html", {"entries": entries, "looked_from": looked_from})


@require_safe
@needs(Right.READ_INSIGHT)
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a study: its figures, charts, definitions; or why there is none."""
    found = _found(slug)
    ask, tell, states = _opened(request)
    state = states.get(found.name)
    refusal = state.refused(_language()) if state else ""
    page = found.page(ask, tell, request.GET.dict()) if state and not refusal else None
    shown = {
        "study": found,
        "studies": STUDIES,
        "state": state,
        "refusal": refusal,
        "remark": state.remarked(_language()) if state else "",
        "page": page,
        "sheets": [(sheet, sheet.lines(tell)) for sheet in page.sheets] if page else [],
        "query": request.GET.urlencode(),
        "can_take": may(request.user, Right.EXPORT),
        "voices": voices(request) if page and found.name == "satisfaction" else None,
        "shops": ask.shop_names() if page and found.name == "satisfaction" else {},
    }
    return render(request, "insight/study.html", shown)


@require_safe
@needs(Right.EXPORT)
@needs(Right.READ_INSIGHT)
def export(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Send one table of figures of a study as CSV: figures of all customers, never of one."""
    found = _found(slug)
    ask, tell, states = _opened(request)
    state = states.get(found.name)
    if state is None or state.refusal:
        raise Http404
    page = found.page(ask, tell, request.GET.dict())
    sheet = next((one for one in page.sheets if one.code == code), None)
    if sheet is None:
        raise Http404
    note_export(request, "figures", len(sheet.rows), f"{slug} {code}")
    answer = HttpResponse(csv_text(sheet, _language()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slug}-{code}.csv"'
    return answer


def _found(slug: str) -> Study:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]
