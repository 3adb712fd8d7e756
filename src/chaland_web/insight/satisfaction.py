"""Who recommends, who is satisfied, by quarter and shop; who is not, and whom nobody has answered yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight_studies
from chaland_web import formats
from chaland_web.insight.plots import ranges
from chaland_web.insight.sheets import NONE, Column, Figure, Page, Sheet, Teller

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
    whole, alerts = _whole(ask), ask.rows(insight_studies.SATISFACTION_ALERTS)
    waiting = [row for row in alerts if row["answered_to_date"] is None]
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
            tell.count(len(alerts)),
            gettext("%(count)s nobody has answered") % {"count": tell.count(len(waiting))},
            UNHAPPY,
        ),
        Figure(
            _("At stake"),
            tell.amount(sum(float(row["amount_12_months"] or 0) for row in waiting)),
            _("bought in twelve months by those nobody has answered"),
            UNHAPPY,
        ),
    ]
    names = ask.shop_names()
    sheets = [
        _scores(ask.rows(insight_studies.SATISFACTION_SCORES, scope="quarter"), "trimestres", tell, names),
        _scores(ask.rows(insight_studies.SATISFACTION_SCORES, scope="shop"), "magasins", tell, names),
        _unhappy(alerts, names),
    ]
    value, told = head(ask, tell)
    return Page(f"{value} {told}.", figures, sheets)


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


def _unhappy(alerts: list[Row], names: Mapping[str, str]) -> Sheet:
    by_shop: dict[str, Row] = {}
    for row in alerts:
        name = names.get(row["shop_key"], row["shop_key"]) if row["shop_key"] else str(_("No shop"))
        found = by_shop.setdefault(name, {"name": name, "customers": 0, "waiting": 0, "amount": 0.0})
        found["customers"] += 1
        found["waiting"] += row["answered_to_date"] is None
        found["amount"] += float(row["amount_12_months"] or 0)
    rows = sorted(by_shop.values(), key=lambda row: (-row["waiting"], row["name"]))
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
