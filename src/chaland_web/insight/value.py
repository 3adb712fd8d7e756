"""Who is still a customer, how often he will buy, what that is worth, and how far the model can be trusted."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader, Row
from chaland.tables import insight
from chaland_web import formats
from chaland_web.insight.plots import Bars, Cell, Heat, bar, heat, highest, lines
from chaland_web.insight.sheets import Column, Figure, Page, Sheet, Teller, trust_sheet
from chaland_web.insight.words import MODEL, PARAMETER, PURPOSE, SEGMENT

HORIZONS = (3, 12, 36)
VALUE = _(
    "Expected purchases × expected amount of a purchase. The first comes from a model of repeat buying (BG/NBD and its "
    "kin: each customer buys at his own rhythm, and may leave after any purchase), the second from a Gamma-Gamma "
    "model. It is turnover, not margin, and not discounted."
)
ALIVE = _("The sum of each customer’s probability of still being one.")
TOTAL = _(
    "The total of all customers, and of each segment. The interval holds nine totals in ten, were the model true: the "
    "parameters are estimates (delta method), and each customer does as chance has it (their variances, added up). "
    "Seasons and what changes in the shops are not in it: see how the model did on the past."
)
TENTHS = _(
    "Customers in ten equal groups, the highest value first. The interval is that of one customer: nine customers in "
    "ten who are like him stay within it, at the amount expected per purchase."
)
TRACKING = _(
    "The model learns the days left of the mark only, then foresees those on the right, which it has not seen. Repeat "
    "purchases of the customers of the first part, week by week."
)
CUMULATED = _("The same purchases, added up since the first week.")
BY_REPEATS = _(
    "Customers of the first part by their number of repeat purchases in it: how often they bought in the second part, "
    "and how often the model had foreseen."
)
MATRIX = _(
    "For a customer as old as the oldest: the probability of still being one, by his number of repeat purchases and "
    "his age at the last one. Many purchases, then nothing: the surest sign of a departure."
)
TRUST = _(
    "The model is refused, with the reason, where the data do not carry it; these figures say how well it holds here."
)
CHECKS = {
    "holdout_correlation": (_("Correlation, customer by customer, between purchases foreseen and made"), "three"),
    "cumulative_error_ratio": (_("Error on the purchases cumulated to the last week"), "ratio"),
    "chi_square": (_("χ² of the number of repeats, eight groups"), "two"),
    "holdout_purchases": (_("Purchases of the second part, counted"), "count"),
    "holdout_expected": (_("Purchases of the second part, foreseen"), "count"),
    "holdout_low": (_("Lower end of the interval of that total"), "count"),
    "holdout_high": (_("Upper end"), "count"),
    "log_likelihood_gain": (_("Gain in log-likelihood over a model in which nobody leaves"), "one"),
    "amount_correlation": (_("Correlation between the amount and the number of purchases"), "three"),
    "cut_days": (_("Days of the second part"), "count"),
}


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    tenths = ask.rows(insight.CLV_TENTHS, months=12)
    value = _together(tenths, "value_amount")
    alive = tell.count(sum(row["alive"] for row in tenths))
    if value is None:
        return alive, gettext("customers probably still are customers")
    return tell.amount(value), gettext("expected in twelve months from today’s customers")


def _together(rows: list[Row], name: str) -> float | None:
    return None if any(row[name] is None for row in rows) else sum(float(row[name]) for row in rows)


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page."""
    tenths = ask.rows(insight.CLV_TENTHS)
    checks = {row["check_name"]: row["found"] for row in ask.rows(insight.CLV_CHECKS)}
    totals = ask.rows(insight.CLV_TOTALS)
    whole = {row["months"]: row for row in totals if not row["segment"]}
    by_months = {months: [row for row in tenths if row["months"] == months] for months in HORIZONS}
    customers = sum(row["customers"] for row in by_months[12])
    alive = sum(row["alive"] for row in by_months[12])
    figures = [
        Figure(
            _("Probably still customers"),
            tell.count(alive),
            gettext("of %(count)s who have bought") % {"count": tell.count(customers)},
            ALIVE,
        )
    ]
    for months, rows in by_months.items():
        value = _together(rows, "value_amount")
        purchases = tell.count(sum(row["purchases"] for row in rows))
        counted = gettext("%(count)s purchases") % {"count": purchases}
        total = whole.get(months)
        between = _between(total, "value" if value is not None else "purchases", tell) if total else ""
        figures.append(
            Figure(
                gettext("In %(months)s months") % {"months": months},
                tell.amount(value) if value is not None else purchases,
                between or (counted if value is not None else _("purchases")),
                f"{VALUE} {TOTAL}" if between else VALUE,
            )
        )
    error = checks.get("cumulative_error_ratio")
    if error is not None:
        figures.append(
            Figure(
                _("Tried on the past"),
                tell.signed(error),
                _("between foreseen and made"),
                _("The model, fitted on the first half of the days, foresees the second: how far its total was off."),
            )
        )
    value, told = head(ask, tell)
    return Page(
        f"{value} {told}.",
        figures,
        [
            _segments(ask.rows(insight.CLV_SEGMENTS), tell),
            *(_tenths(rows, months, tell) for months, rows in by_months.items() if months == 12),
            *((_totals(totals),) if totals else ()),
            *_tracking(ask.rows(insight.CLV_TRACKING), tell),
            _calibration(ask.rows(insight.CLV_CALIBRATION), tell),
            trust_sheet(TRUST, CHECKS, checks),
            _matrix(ask.rows(insight.CLV_MATRIX), tell),
            _horizons(tenths),
            _model(ask.rows(insight.CLV_MODEL)),
        ],
    )


def _segments(rows: list[Row], tell: Teller) -> Sheet:
    order = list(SEGMENT)
    rows = sorted(
        ({**row, "name": SEGMENT[row["segment"]]} for row in rows), key=lambda row: order.index(row["segment"])
    )
    has_value = all(row["value_12_months"] is not None for row in rows)
    shown = "value_12_months" if has_value else "purchases_12_months"
    top = highest(float(row[shown]) for row in rows)
    bars = tuple(
        bar(
            row["name"],
            tell.amount(row[shown]) if has_value else tell.count(row[shown]),
            float(row[shown]),
            top,
            aside=gettext("%(alive)s of %(count)s")
            % {"alive": tell.count(row["alive"]), "count": tell.count(row["customers"])},
        )
        for row in rows
        if row["segment"] != "none"
    )
    return Sheet(
        "segments",
        _("What each segment will bring"),
        VALUE,
        (
            Column("name", _("Segment"), "text"),
            Column("customers", _("Customers")),
            Column("alive", _("Probably still customers")),
            Column("purchases_12_months", _("Purchases, 12 months"), "one"),
            Column("value_12_months", _("Value, 12 months"), "amount"),
            Column("value_36_months", _("Value, 36 months"), "amount"),
        ),
        rows,
        chart=Bars(
            gettext("Value of the next twelve months by segment"),
            bars,
            gettext("Segment"),
            gettext("12 months"),
            gettext("still customers"),
        ),
    )


def _between(row: Row, what: str, tell: Teller) -> str:
    low, high = row[f"{what}_low"], row[f"{what}_high"]
    if low is None or high is None:
        return ""
    told = tell.amount if what == "value" else tell.count
    return gettext("between %(low)s and %(high)s") % {"low": told(low), "high": told(high)}


def _totals(rows: list[Row]) -> Sheet:
    order = ["", *SEGMENT]
    told = [
        {**row, "name": SEGMENT[row["segment"]] if row["segment"] else _("All customers")}
        for row in sorted(rows, key=lambda row: (order.index(row["segment"]), row["months"]))
    ]
    return Sheet(
        "totaux",
        _("What all will bring, and how sure that is"),
        TOTAL,
        (
            Column("name", _("Segment"), "text"),
            Column("months", _("Months ahead")),
            Column("customers", _("Customers")),
            Column("purchases", _("Purchases")),
            Column("purchases_low", _("Low")),
            Column("purchases_high", _("High")),
            Column("value_amount", _("Value"), "amount"),
            Column("value_low", _("Low"), "amount"),
            Column("value_high", _("High"), "amount"),
        ),
        told,
        is_folded=False,
        is_wide=True,
        shown_rows=3,
    )


def _each(tenths: list[Row]) -> list[Row]:
    """Return the tenths with what one of their customers brings on the mean."""
    return [
        {
            **row,
            "mean_value": float(row["value_amount"]) / row["customers"] if row["value_amount"] is not None else None,
            "mean_purchases": row["purchases"] / row["customers"],
        }
        for row in tenths
    ]


def _tenths(rows: list[Row], months: int, tell: Teller) -> Sheet:
    rows = _each(rows)
    top = highest(row["mean_value_high"] or 0.0 for row in rows)
    bars = tuple(
        bar(
            row["tenth"],
            tell.shown(row["mean_value"], "amount"),
            row["mean_value"] or 0,
            top,
            aside=f"{tell.shown(row['mean_value_low'], 'amount')} – {tell.shown(row['mean_value_high'], 'amount')}",
            behind=row["mean_value_high"] or 0,
        )
        for row in rows
    )
    best = float(rows[0]["value_amount"] or 0) if rows else 0.0
    whole = sum(float(row["value_amount"] or 0) for row in rows)
    reads = (
        gettext("The best tenth should bring %(share)s of the value.") % {"share": tell.ratio(best / whole, 0)}
        if whole
        else ""
    )
    return Sheet(
        "dixiemes",
        gettext("Value of a customer in %(months)s months, by tenths") % {"months": months},
        TENTHS,
        _TENTH_COLUMNS,
        rows,
        reads=reads,
        chart=Bars(
            gettext("Value of a customer by tenth"),
            bars,
            gettext("Tenth"),
            gettext("Mean value"),
            gettext("nine in ten between"),
            (("", gettext("expected")), ("behind", gettext("upper end of the interval"))),
        )
        if whole
        else None,
    )


_TENTH_COLUMNS = (
    Column("months", _("Months ahead")),
    Column("tenth", _("Tenth")),
    Column("customers", _("Customers")),
    Column("alive", _("Probably still customers")),
    Column("mean_purchases", _("Purchases each"), "two"),
    Column("mean_purchases_low", _("Low"), "two"),
    Column("mean_purchases_high", _("High"), "two"),
    Column("mean_value", _("Value each"), "amount"),
    Column("mean_value_low", _("Low"), "amount"),
    Column("mean_value_high", _("High"), "amount"),
    Column("value_amount", _("Value together"), "amount"),
)


def _horizons(tenths: list[Row]) -> Sheet:
    return Sheet("horizons", _("At 3, 12 and 36 months"), TENTHS, _TENTH_COLUMNS, _each(tenths), is_wide=True)


def _tracking(rows: list[Row], tell: Teller) -> list[Sheet]:
    cut = next((row["week"] for row in rows if row["is_holdout"]), None)
    days = {float(row["week"]): row["last_date"] for row in rows}

    def named(week: float) -> str:
        day = days.get(week)
        return f"{formats.short_month(day, tell.language)} {day:%y}" if day else ""

    step = max(1, round(len(rows) / 5 / 13) * 13)
    marks = [float(row["week"]) for row in rows if row["week"] % step == 0]
    columns = (
        Column("week", _("Week")),
        Column("last_date", _("Its last day"), "day"),
        Column("purchases", _("Counted")),
        Column("expected", _("Foreseen"), "one"),
        Column("purchases_cumulated", _("Counted, cumulated")),
        Column("expected_cumulated", _("Foreseen, cumulated"), "one"),
        Column("is_holdout", _("Not learnt from"), "bool"),
    )
    made = []
    for code, title, definition, found, foreseen in (
        ("suivi", _("Foreseen and counted, week by week"), TRACKING, "purchases", "expected"),
        ("suivi-cumule", _("Foreseen and counted, cumulated"), CUMULATED, "purchases_cumulated", "expected_cumulated"),
    ):
        made.append(
            Sheet(
                code,
                title,
                definition,
                columns,
                rows,
                chart=lines(
                    str(title),
                    [
                        (gettext("counted"), "one", [(float(row["week"]), float(row[found])) for row in rows]),
                        (gettext("foreseen"), "two", [(float(row["week"]), float(row[foreseen])) for row in rows]),
                    ],
                    x_text=named,
                    y_text=tell.count,
                    x_title=gettext("Weeks"),
                    y_title=gettext("Repeat purchases"),
                    x_marks=marks,
                    mark=(float(cut), gettext("not learnt from →")) if cut else None,
                ),
                shown_rows=130,
            )
        )
    return made


def _calibration(rows: list[Row], tell: Teller) -> Sheet:
    def named(repeats: float) -> str:
        return f"{repeats:.0f}" + ("+" if repeats == rows[-1]["repeats"] else "")

    return Sheet(
        "calibration",
        _("Does it foresee the right customers?"),
        BY_REPEATS,
        (
            Column("repeats", _("Repeats in the first part")),
            Column("customers", _("Customers")),
            Column("expected_customers", _("Foreseen"), "one"),
            Column("mean_purchases", _("Purchases in the second part"), "two"),
            Column("mean_expected", _("Foreseen"), "two"),
        ),
        rows,
        chart=lines(
            gettext("Purchases of the second part by repeats in the first"),
            [
                (gettext("counted"), "one", [(float(row["repeats"]), row["mean_purchases"]) for row in rows]),
                (gettext("foreseen"), "two", [(float(row["repeats"]), row["mean_expected"]) for row in rows]),
            ],
            x_text=named,
            y_text=lambda y: tell.number(y, 1),
            x_title=gettext("Repeats in the first part"),
            y_title=gettext("Purchases each"),
            x_marks=[float(row["repeats"]) for row in rows],
            with_dots=True,
        ),
    )


def _matrix(rows: list[Row], tell: Teller) -> Sheet:
    recencies = sorted({row["clv_recency_days"] for row in rows if row["clv_frequency_repeats"]})
    step = max(1, -(-len(recencies) // 14))
    shown = sorted({*recencies[::-step]}, reverse=True)
    repeats = sorted({row["clv_frequency_repeats"] for row in rows if row["clv_frequency_repeats"]})
    by_place = {(row["clv_frequency_repeats"], row["clv_recency_days"]): row for row in rows}

    def cell(x: int, recency: int) -> Cell | None:
        row = by_place.get((x, recency))
        if row is None:
            return None
        alive = row["alive_probability"]
        told = gettext("%(count)s purchases expected in 12 months") % {
            "count": tell.number(row["purchases_12_months"], 1)
        }
        return Cell(tell.number(100 * alive, 0), heat(alive, 1.0), told)

    oldest = recencies[-1] if recencies else 0
    lines_ = tuple(
        (
            gettext("%(days)s d. ago") % {"days": tell.count(oldest - recency)},
            "",
            tuple(cell(x, recency) for x in repeats),
        )
        for recency in shown
    )
    return Sheet(
        "matrice",
        _("Frequency and recency: who is still there"),
        MATRIX,
        (
            Column("clv_frequency_repeats", _("Repeats")),
            Column("clv_recency_days", _("Age at the last purchase, days")),
            Column("alive_probability", _("Still a customer"), "ratio"),
            Column("purchases_12_months", _("Purchases, 12 months"), "two"),
        ),
        rows,
        chart=Heat(
            gettext("Probability of still being a customer, in per cent"),
            gettext("Last purchase"),
            tuple(str(x) for x in repeats),
            lines_,
            above=gettext("Repeat purchases; per cent still customers"),
        ),
        is_wide=True,
        shown_rows=0,
    )


def _model(rows: list[Row]) -> Sheet:
    told = [
        {
            **row,
            "purpose": PURPOSE.get(row["purpose"], row["purpose"]),
            "model": MODEL.get(row["model"], row["model"]),
            "parameter": PARAMETER.get(row["parameter"], row["parameter"]),
        }
        for row in rows
    ]
    return Sheet(
        "modele",
        _("The model"),
        _("Maximum-likelihood estimates, in weeks and in the base’s currency, with their standard errors."),
        (
            Column("purpose", _("Use"), "text"),
            Column("model", _("Model"), "text"),
            Column("parameter", _("Parameter"), "text"),
            Column("estimate", _("Estimate"), "four"),
            Column("standard_error", _("Standard error"), "four"),
        ),
        told,
    )
