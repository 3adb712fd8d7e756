"""Who recommends, who is satisfied, by quarter and shop; who is not, and whom nobody has answered yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight_studies
from chaland_web import formats
from chaland_web.insight.matrix import matrix
from chaland_web.insight.plots import ranges
from chaland_web.insight.sheets import NONE, Column, Figure, Notice, Page, Sheet, Teller

NPS = _(
    "From 0 to 10, how likely a recommendation is: the share of promoters (9 and 10) less that of detractors (0 to 6), "
    "in points from −100 to 100 (Reichheld, 2003), with its interval of 95 %. Answers of twelve months."
)
CSAT = _(
    "Share of the answers from 1 to 5 that say 4 or 5, with its interval of 95 % (Wilson). Answers of twelve months."
)
UNHAPPY = _(
    "Customers whose latest answer is 6 or less out of 10, or 2 or less out of 5; of which nobody has spoken with "
    "since. What they bought in twelve months is what is at stake."
)

ASPECTS = _(
    "Performance: the mean mark of the aspect, with its interval of 95 %. Importance: its correlation with the "
    "satisfaction of the whole. Quadrants, crosshairs at the means: Martilla and James, 1977."
)
QUADRANT = {
    "concentrate_here": _("concentrate here: weighs much, does badly"),
    "keep_up": _("keep up: weighs much, does well"),
    "low_priority": _("low priority: weighs little, does badly"),
    "overkill": _("perhaps too much: weighs little, does well"),
}
NO_ASPECTS = Notice(
    _("Importance and performance: no aspect is rated here"),
    _(
        "The surveys of this base rate the whole only. Where a questionnaire rates welcome, advice, prices … name "
        "these columns in chaland.toml, under [sources.NAME.attributes], or draw the matrix from its file:"
    ),
    "chaland satisfaction enquete.csv --aspect accueil --aspect conseil --aspect prix",
)


def _whole(ask: InsightReader) -> Row:
    return ask.rows(insight_studies.SATISFACTION_SCORES, scope="all")[0]


def _points(share: float | None, tell: Teller) -> str:
    return NONE if share is None else tell.signed(100 * share, "count")


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    whole = _whole(ask)
    if whole["nps"] is None:
        return tell.shown(whole["csat_ratio"], "ratio"), gettext("of the answers are satisfied")
    return _points(whole["nps"], tell), gettext("points of NPS, over %(count)s answers") % {
        "count": tell.count(whole["recommendations"])
    }


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page; figures of all customers, never of one."""
    whole, unhappy = _whole(ask), ask.unsatisfied_shops()
    figures = [
        Figure(
            "NPS",
            _points(whole["nps"], tell),
            gettext("between %(low)s and %(high)s")
            % {"low": _points(whole["nps_low"], tell), "high": _points(whole["nps_high"], tell)},
            NPS,
        ),
        Figure(
            _("Satisfied"),
            tell.shown(whole["csat_ratio"], "ratio"),
            gettext("of %(count)s answers") % {"count": tell.count(whole["satisfactions"])},
            CSAT,
        ),
        Figure(
            _("Not satisfied"),
            tell.count(sum(row["customers"] for row in unhappy)),
            gettext("%(count)s nobody has answered") % {"count": tell.count(sum(row["waiting"] for row in unhappy))},
            UNHAPPY,
        ),
        Figure(
            _("At stake"),
            tell.amount(sum(row["amount_waiting"] for row in unhappy)),
            _("bought in twelve months by those nobody has answered"),
            UNHAPPY,
        ),
    ]
    names = ask.shop_names()
    sheets = [
        _scores(ask.rows(insight_studies.SATISFACTION_SCORES, scope="quarter"), "trimestres", tell, names),
        _scores(ask.rows(insight_studies.SATISFACTION_SCORES, scope="shop"), "magasins", tell, names),
        _unhappy(unhappy, names),
    ]
    aspects = ask.rows(insight_studies.SATISFACTION_ASPECTS)
    if aspects:
        sheets.insert(0, _aspects(aspects, tell))
    value, told = head(ask, tell)
    return Page(f"{value} {told}.", figures, sheets, notices=() if aspects else (NO_ASPECTS,))


def _aspects(rows: list[Row], tell: Teller) -> Sheet:
    items = [
        (
            row["aspect"],
            row["performance"],
            row["importance"],
            row["quadrant"],
            gettext("%(aspect)s: mark %(mark)s, importance %(importance)s")
            % {
                "aspect": row["aspect"],
                "mark": tell.number(row["performance"], 2),
                "importance": tell.number(row["importance"], 2),
            },
        )
        for row in rows
    ]
    corners = ("concentrate_here", "keep_up", "low_priority", "overkill")
    named = [str(QUADRANT[code]).partition(":")[0].strip() for code in corners]
    return Sheet(
        "aspects",
        _("Importance and performance"),
        ASPECTS,
        (
            Column("aspect", _("Aspect"), "text"),
            Column("quadrant", _("Quadrant"), "text"),
            Column("importance", _("Importance"), "two"),
            Column("performance", _("Performance"), "two"),
            Column("performance_low", _("Low"), "two"),
            Column("performance_high", _("High"), "two"),
            Column("answers", _("Answers")),
        ),
        [{**row, "quadrant": QUADRANT[row["quadrant"]]} for row in sorted(rows, key=lambda row: -row["importance"])],
        chart=matrix(
            gettext("Importance and performance of each aspect"),
            items,
            corners=(named[0], named[1], named[2], named[3]),
            x_title=gettext("Performance: mean mark, better to the right"),
            y_title=gettext("Importance, weightier to the top"),
        ),
        is_wide=True,
        is_folded=False,
    )


def _scores(rows: list[Row], code: str, tell: Teller, names: Mapping[str, str]) -> Sheet:
    def named(key: str) -> str:
        if code == "magasins":
            return names.get(key, key)
        day = date.fromisoformat(key)
        return gettext("quarter from %(month)s") % {"month": formats.month(day, tell.language)}

    rows = [{**row, "name": named(row["scope_key"])} for row in rows]
    if code == "magasins":
        rows.sort(key=lambda row: (row["nps"] is None, -(row["nps"] or 0), row["name"]))
    known = [row for row in rows if row["nps"] is not None]
    chart = ranges(
        gettext("NPS, with its interval"),
        [
            (
                row["name"],
                _points(row["nps"], tell),
                (row["nps"], row["nps_low"], row["nps_high"]),
                "more" if row["nps_low"] > 0 else "less" if row["nps_high"] < 0 else "unsure",
                tell.count(row["recommendations"]),
            )
            for row in known
        ],
        head=gettext("Shop") if code == "magasins" else gettext("Quarter"),
        value_head="NPS",
        aside_head=gettext("Answers"),
    )
    return Sheet(
        code,
        _("By shop") if code == "magasins" else _("By quarter"),
        NPS,
        (
            Column("name", _("Shop") if code == "magasins" else _("Quarter"), "text"),
            Column("answers", _("Answers")),
            Column("promoters", _("Promoters")),
            Column("detractors", _("Detractors")),
            Column("nps", "NPS", "ratio"),
            Column("nps_low", _("Low"), "ratio"),
            Column("nps_high", _("High"), "ratio"),
            Column("csat_ratio", _("Satisfied"), "ratio"),
            Column("comments", _("With a comment")),
        ),
        rows,
        chart=chart if known else None,
    )


def _unhappy(shops: list[Row], names: Mapping[str, str]) -> Sheet:
    rows = [
        {**row, "name": names.get(row["shop_key"], row["shop_key"]) if row["shop_key"] else str(_("No shop"))}
        for row in shops
    ]
    return Sheet(
        "insatisfaits",
        _("Whom nobody has answered yet"),
        UNHAPPY,
        (
            Column("name", _("Shop"), "text"),
            Column("customers", _("Not satisfied")),
            Column("waiting", _("Nobody has answered")),
            Column("amount", _("At stake"), "amount"),
        ),
        rows,
        is_wide=True,
        is_folded=False,
    )
