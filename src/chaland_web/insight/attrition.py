"""Who has been silent longer than his own rhythm, who will buy again, and why."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight
from chaland_web.insight.plots import BarRow, Bars, bar, highest, lines
from chaland_web.insight.sheets import Column, Figure, Page, Sheet, Teller, trust_sheet
from chaland_web.insight.words import REASON, SEGMENT, VARIABLE

SILENCE = _(
    "Silent: without a purchase for longer than nineteen gaps in twenty at the customer’s own rhythm (three times his "
    "mean gap between two purchases; one usual gap is lent to everybody, so that two purchases do not make a rhythm)."
)
CHANCE = _(
    "Probability of a purchase in the next 90 days: logistic regression on what is known on a day, learnt on one "
    "period, judged on the next, which it has not seen, then learnt again on that one. No variable can know the "
    "outcome. Where tickets reach back far enough, chances are brought to the season to come: by how much purchases "
    "rose or fell between the same two seasons a year ago, growth set aside."
)
GAINS = _(
    "Customers by score, the highest first, on the period that the score had not seen: the share of all buyers found "
    "among the first so many. The straight line is chance."
)
CALIBRATION = _("Customers in ten equal groups by score: the share foreseen to buy, and the share that bought.")
REASONS = _(
    "The five variables that move each customer’s chance most against the average customer, up or down; how many "
    "customers have each among theirs."
)
WEIGHTS = _(
    "What one standard deviation more of the variable adds to the log-odds of a purchase, the others being equal."
)
CHECKS = {
    "auc": (_("Chance that a buyer has a higher score than a non-buyer (AUC)"), "three"),
    "auc_recency_alone": (_("The same with the last purchase alone"), "three"),
    "buyers_ratio": (_("Share that bought in the period"), "ratio"),
    "expected_ratio": (_("Share foreseen"), "ratio"),
    "expected_without_season": (_("Share foreseen, had the season not been counted"), "ratio"),
    "season_ratio": (_("Purchases of this season over those of the one learnt from, a year before"), "two"),
    "season_ratio_ahead": (_("The same for the 90 days to come"), "two"),
    "customers": (_("Customers judged"), "count"),
}


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    rows = [
        row
        for row in ask.rows(insight.CHURN_SEGMENTS)
        if row["segment"] in ("not_to_lose", "at_risk", "loyal", "champions")
    ]
    silent = sum(row["silent"] for row in rows)
    amount = tell.amount(sum(float(row["silent_amount"]) for row in rows))
    return tell.count(silent), gettext("good customers have gone silent; they brought %(amount)s in 24 months") % {
        "amount": amount
    }


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page."""
    order = list(SEGMENT)
    segments = sorted(ask.rows(insight.CHURN_SEGMENTS), key=lambda row: order.index(row["segment"]))
    checks = {row["check_name"]: row["found"] for row in ask.rows(insight.CHURN_CHECKS)}
    customers, silent = (sum(row[name] for row in segments) for name in ("customers", "silent"))
    figures = [
        Figure(
            _("Silent"),
            tell.count(silent),
            gettext("%(share)s of the customers") % {"share": tell.ratio(silent / customers if customers else 0, 0)},
            SILENCE,
        ),
        Figure(
            _("What they brought"),
            tell.amount(sum(float(row["silent_amount"]) for row in segments)),
            _("in 24 months"),
            _("Net amount, in the window of the segments, of the customers who are silent today."),
        ),
    ]
    if checks:
        buyers = sum(row["buyers"] or 0.0 for row in segments)
        figures += [
            Figure(
                _("Will buy in 90 days"),
                tell.count(buyers),
                gettext("%(share)s of the customers") % {"share": tell.ratio(buyers / customers, 0)},
                CHANCE,
            ),
            Figure(
                _("Worth of the score"),
                tell.number(checks["auc"], 3),
                gettext("AUC; %(auc)s with the last purchase alone")
                % {"auc": tell.number(checks["auc_recency_alone"], 3)},
                CHECKS["auc"][0],
            ),
        ]
    value, told = head(ask, tell)
    sheets = [_segments(segments, tell)]
    if checks:
        sheets += [
            _gains(ask.rows(insight.CHURN_GAINS), tell),
            _calibration(ask.rows(insight.CHURN_CALIBRATION), tell),
            _reasons(ask.rows(insight.CHURN_REASONS), tell),
            _weights(ask.rows(insight.CHURN_MODEL), tell),
            trust_sheet(CHANCE, CHECKS, checks),
        ]
    return Page(f"{value} {told}.", figures, sheets)


def _segments(segments: list[Row], tell: Teller) -> Sheet:
    rows = [
        {
            **row,
            "name": SEGMENT[row["segment"]],
            "silent_ratio": row["silent"] / row["customers"] if row["customers"] else None,
            "buyers_ratio": row["buyers"] / row["customers"] if row["buyers"] is not None else None,
        }
        for row in segments
    ]
    top = highest(float(row["amount"]) for row in rows)
    bars = tuple(
        bar(
            row["name"],
            tell.amount(row["silent_amount"]),
            float(row["silent_amount"]),
            top,
            tone="warm",
            aside=gettext("%(silent)s of %(count)s")
            % {"silent": tell.count(row["silent"]), "count": tell.count(row["customers"])},
            behind=float(row["amount"]),
        )
        for row in rows
        if row["segment"] != "none"
    )
    return Sheet(
        "segments",
        _("Who has gone silent, and what they brought"),
        SILENCE,
        (
            Column("name", _("Segment"), "text"),
            Column("customers", _("Customers")),
            Column("silent", _("Silent")),
            Column("silent_ratio", _("Share"), "ratio"),
            Column("amount", _("Amount, 24 months"), "amount"),
            Column("silent_amount", _("Of the silent"), "amount"),
            Column("buyers", _("Will buy in 90 days")),
            Column("buyers_ratio", _("Share"), "ratio"),
        ),
        rows,
        chart=Bars(
            gettext("Amount brought by the silent, by segment"),
            bars,
            gettext("Segment"),
            gettext("Amount of the silent"),
            gettext("silent customers"),
            (("warm", gettext("the silent")), ("behind", gettext("the whole segment"))),
        ),
        is_wide=True,
    )


def _gains(rows: list[Row], tell: Teller) -> Sheet:
    curve = [(0.0, 0.0), *((float(row["customers_percent"]), 100 * row["buyers_ratio"]) for row in rows)]
    fifth = next((row for row in rows if row["customers_percent"] == 20), None)

    reads = ""
    if fifth:
        reads = gettext("The first fifth holds %(share)s of the buyers: %(lift)s times chance.") % {
            "share": tell.ratio(fifth["buyers_ratio"], 0),
            "lift": tell.number(fifth["lift"], 1),
        }
    return Sheet(
        "gains",
        _("Whom to write to first"),
        GAINS,
        (
            Column("customers_percent", _("Customers, %")),
            Column("customers", _("Customers")),
            Column("buyers", _("Buyers")),
            Column("buyers_ratio", _("Share of the buyers"), "ratio"),
            Column("lift", _("Times chance"), "two"),
        ),
        rows,
        reads=reads,
        chart=lines(
            gettext("Share of the buyers found by share of the customers"),
            [
                (gettext("by score"), "one", curve),
                (gettext("at random"), "ideal", [(0.0, 0.0), (100.0, 100.0)]),
            ],
            x_text=tell.percent,
            y_text=tell.percent,
            x_title=gettext("Customers, the highest score first"),
            y_title=gettext("Share of the buyers"),
        ),
        shown_rows=100,
    )


def _calibration(rows: list[Row], tell: Teller) -> Sheet:
    return Sheet(
        "calibration",
        _("Does it say the right chances?"),
        CALIBRATION,
        (
            Column("tenth", _("Tenth")),
            Column("customers", _("Customers")),
            Column("expected_ratio", _("Foreseen"), "ratio"),
            Column("buyers_ratio", _("Bought"), "ratio"),
        ),
        rows,
        chart=lines(
            gettext("Share foreseen and share that bought, by tenth"),
            [
                (gettext("bought"), "one", [(float(row["tenth"]), 100 * row["buyers_ratio"]) for row in rows]),
                (gettext("foreseen"), "two", [(float(row["tenth"]), 100 * row["expected_ratio"]) for row in rows]),
            ],
            x_text=lambda x: f"{x:.0f}",
            y_text=tell.percent,
            x_title=gettext("Tenths of the customers, the highest score first"),
            x_marks=[float(row["tenth"]) for row in rows],
            with_dots=True,
        ),
    )


def _reasons(rows: list[Row], tell: Teller) -> Sheet:
    rows = sorted(
        ({**row, "name": REASON.get(row["reason"], row["reason"])} for row in rows),
        key=lambda row: (-row["silent_customers"], row["reason"]),
    )
    top = highest(row["silent_customers"] for row in rows)
    bars = tuple(
        bar(
            VARIABLE.get(row["reason"][1:], row["reason"]),
            tell.count(row["silent_customers"]),
            row["silent_customers"],
            top,
            tone="more" if row["reason"].startswith("+") else "less",
            hint=str(row["name"]),
        )
        for row in rows[:10]
    )
    legend = (("more", gettext("raises the chance")), ("less", gettext("lowers the chance")))
    return Sheet(
        "raisons",
        _("Why: the reasons given for the silent"),
        REASONS,
        (
            Column("name", _("Reason"), "text"),
            Column("silent_customers", _("Silent")),
            Column("customers", _("All customers")),
        ),
        rows,
        chart=Bars(
            gettext("Reasons by number of silent customers"),
            bars,
            gettext("Reason"),
            gettext("Silent customers"),
            legend=legend,
        ),
    )


def _weights(rows: list[Row], tell: Teller) -> Sheet:
    rows = sorted(
        ({**row, "name": VARIABLE.get(row["variable"], row["variable"])} for row in rows),
        key=lambda row: -abs(row["weight"]),
    )
    top = highest(abs(row["weight"]) for row in rows)
    bars = tuple(
        BarRow(
            str(row["name"]),
            tell.signed(row["weight"], "two"),
            50.0 if row["weight"] >= 0 else round(50 - 50 * abs(row["weight"]) / top, 2),
            round(50 * abs(row["weight"]) / top, 2),
            tone="more" if row["weight"] >= 0 else "less",
        )
        for row in rows
    )
    return Sheet(
        "poids",
        _("What the score looks at"),
        WEIGHTS,
        (Column("name", _("Variable"), "text"), Column("weight", _("Weight"), "three")),
        rows,
        chart=Bars(gettext("Weights of the variables"), bars, gettext("Variable"), gettext("Weight")),
    )
