"""The figures of the segments' pages, with what they mean: who they are, two compared, several overlapping; as CSV."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from chaland.language import speaking
from chaland.publish.insight import Row
from chaland.segments import OpenBase, Run, read_definition
from chaland.segments.study import SEGMENTS_OVERLAPPED, Profiles, compare, overlap, profile
from chaland_web.access import note_export
from chaland_web.insight.sheets import Column, Sheet, csv_text
from chaland_web.rights import Right, needs
from chaland_web.segments.bases import base_of, chosen_segments, language
from chaland_web.segments.builder import filled, read_state
from chaland_web.segments.suggest import names_of
from chaland_web.segments.words import DIMENSION, dimension_value

COMPOSITION = _(
    "The share of the segment that has each value, beside that of the base (the mark). Index: 100 when the segment has "
    "as many as the base, 200 when twice as many. Purchases are those up to the day of the base, returns deducted."
)
COMPARISON = _(
    "The share of each segment that has each value, or bought in each department, the surest difference first. z: the "
    "difference in standard deviations (two proportions); under 3 it could be chance. Who is in both counts on both "
    "sides."
)
OVERLAP = _(
    "Each customer counts once: in exactly these segments, and in no other of those looked at. Who is in none of them "
    "is left out."
)


def shop_names(base: OpenBase) -> dict[str, str]:
    """Return the name of each shop by its key."""
    return {key.removeprefix("shop:"): name for key, name in names_of(base).items() if key.startswith("shop:")}


def _composition(request: HttpRequest, base: OpenBase, profiles: Profiles, run: Run) -> Sheet:
    bits = base.bits(read_definition(filled(read_state(request.POST).definition)), run)
    shops = shop_names(base)
    rows: list[Row] = [
        {
            "dimension": DIMENSION[share.dimension],
            "value": dimension_value(share.dimension, share.value, shops),
            "customers": share.customers,
            "ratio": share.ratio,
            "base_customers": share.base_customers,
            "base_ratio": share.base_ratio,
            "index": share.index,
        }
        for share in profile(profiles, bits, run)
    ]
    columns = (
        Column("dimension", _("What"), "text"),
        Column("value", _("Value"), "text"),
        Column("customers", _("Customers")),
        Column("ratio", _("Share"), "ratio"),
        Column("base_customers", _("Customers of the base")),
        Column("base_ratio", _("Share in the base"), "ratio"),
        Column("index", _("Index, 100 as the base")),
    )
    return Sheet("composition", _("Who they are, against the base"), COMPOSITION, columns, rows)


def _comparison(request: HttpRequest, base: OpenBase, profiles: Profiles, run: Run) -> Sheet:
    chosen = chosen_segments([request.GET.get("a", ""), request.GET.get("b", "")])
    if len(chosen) < 2:
        raise Http404
    one, other = (base.segment(saved.key, run) for saved in chosen)
    shops = shop_names(base)
    rows: list[Row] = [
        {
            "dimension": DIMENSION[row.dimension],
            "value": dimension_value(row.dimension, row.value, shops),
            "ratio": row.ratio,
            "other_ratio": row.other_ratio,
            "z": row.z,
        }
        for row in compare(profiles, one, other, run)
    ]
    columns = (
        Column("dimension", _("What"), "text"),
        Column("value", _("Value"), "text"),
        Column("ratio", chosen[0].name, "ratio"),
        Column("other_ratio", chosen[1].name, "ratio"),
        Column("z", "z", "one"),
    )
    return Sheet("comparaison", _("What differs most"), COMPARISON, columns, rows)


def _overlap(request: HttpRequest, base: OpenBase, _profiles: Profiles, run: Run) -> Sheet:
    chosen = chosen_segments(request.GET.getlist("s"))[:SEGMENTS_OVERLAPPED]
    if len(chosen) < 2:
        raise Http404
    named = {one.key: base.segment(one.key, run) for one in chosen}
    rows: list[Row] = [
        {**{one.key: gettext("yes") if one.key in row.keys else "" for one in chosen}, " customers": row.customers}
        for row in overlap(base, named)
    ]
    columns = (*(Column(one.key, one.name, "text") for one in chosen), Column(" customers", _("Customers")))
    return Sheet("recoupement", _("Overlap"), OVERLAP, columns, rows)


_FIGURES: dict[str, tuple[str, Callable[[HttpRequest, OpenBase, Profiles, Run], Sheet]]] = {
    "composition": ("POST", _composition),
    "comparaison": ("GET", _comparison),
    "recoupement": ("GET", _overlap),
}


@require_http_methods(["GET", "POST"])
@needs(Right.EXPORT)
@needs(Right.SEGMENT)
def figures(request: HttpRequest, what: str) -> HttpResponse:
    """Send the figures of a page whole, as CSV: counts, never a customer."""
    method, make = _FIGURES.get(what, ("", None))
    if make is None or request.method != method:
        raise Http404
    with speaking(language()):
        base, profiles = base_of(request)
        with base.asking() as run:
            sheet = make(request, base, profiles, run)
    note_export(request, "figures", len(sheet.rows), f"segments {what}")
    answer = HttpResponse(csv_text(sheet, language()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="segments-{what}.csv"'
    return answer
