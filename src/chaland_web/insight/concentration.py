"""What share of the customers makes what share of the turnover: Lorenz curve, Gini, ABC."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chaland.publish.insight import InsightReader
from chaland.tables import insight
from chaland_web.insight.plots import lines, stacks
from chaland_web.insight.sheets import Column, Figure, Page, Sheet, Teller

GINI = _("0 when every customer brings the same, towards 1 when a single one brings all (Gini, 1912).")
SHARES = _("Smallest share of the customers, the best first, that makes this share of their net amount over 12 months.")
CURVE = _(
    "Customers are set in order, the best first; the curve gives the share of the amount they make together. The "
    "straight line is what it would be if all were alike. Customers whose net amount is zero or below are left out, "
    "and counted."
)
CLASSES = _(
    "A: the customers who make the first 80 % of the net amount of 12 months; B: those who make the next 15 %; C: the "
    "rest. The customer who crosses a line belongs to the class that he completes."
)


def head(ask: InsightReader, tell: Teller) -> tuple[str, str]:
    """Return the figure of the study and what it is."""
    row = ask.rows(insight.CONCENTRATION)[0]
    return tell.ratio(row["two_thirds_customers_ratio"], 0), gettext("of the customers make two thirds of the amount")


def page(ask: InsightReader, tell: Teller, asked: Mapping[str, str]) -> Page:
    """Return the page."""
    row = ask.rows(insight.CONCENTRATION)[0]
    lorenz, classes = ask.rows(insight.LORENZ), ask.rows(insight.ABC_CLASSES)
    figures = [
        Figure(_("Half of the amount"), tell.ratio(row["half_customers_ratio"]), _("of the customers make it"), SHARES),
        Figure(_("Two thirds"), tell.ratio(row["two_thirds_customers_ratio"]), _("of the customers make them"), SHARES),
        Figure(
            _("80 % of the amount"), tell.ratio(row["eighty_customers_ratio"]), _("of the customers make it"), SHARES
        ),
        Figure(_("Gini"), tell.number(row["gini"], 3), "", GINI),
        Figure(
            _("Customers counted"),
            tell.count(row["customers"]),
            gettext("%(count)s left out") % {"count": tell.count(row["customers_left_out"])},
            _("Customers with a net amount above zero over 12 months; left out: those at zero or below."),
        ),
    ]
    value, told = head(ask, tell)
    curve = [(0.0, 0.0), *((float(one["customers_percent"]), 100 * one["amount_ratio"]) for one in lorenz)]

    tones = {"A": "one", "B": "two", "C": "three"}
    return Page(
        f"{value} {told}.",
        figures,
        [
            Sheet(
                "lorenz",
                _("Lorenz curve"),
                CURVE,
                (
                    Column("customers_percent", _("Customers, %")),
                    Column("customers", _("Customers")),
                    Column("amount", _("Amount together"), "amount"),
                    Column("amount_ratio", _("Share of the amount"), "ratio"),
                ),
                lorenz,
                chart=lines(
                    gettext("Share of the amount by share of the customers, the best first"),
                    [
                        (gettext("these customers"), "one", curve),
                        (gettext("if all were alike"), "ideal", [(0.0, 0.0), (100.0, 100.0)]),
                    ],
                    x_text=tell.percent,
                    y_text=tell.percent,
                    x_title=gettext("Customers, the best first"),
                    y_title=gettext("Share of the amount"),
                ),
                shown_rows=100,
            ),
            Sheet(
                "abc",
                _("Classes A, B and C"),
                CLASSES,
                (
                    Column("abc", _("Class"), "text"),
                    Column("customers", _("Customers")),
                    Column("customers_ratio", _("Share"), "ratio"),
                    Column("amount", _("Amount, 12 months"), "amount"),
                    Column("amount_ratio", _("Share of the amount"), "ratio"),
                    Column("least_amount", _("From"), "price"),
                ),
                classes,
                chart=stacks(
                    gettext("Share of the classes in the customers and in the amount"),
                    [
                        (
                            gettext("Customers"),
                            [
                                (c["abc"], tell.ratio(c["customers_ratio"], 0), tones[c["abc"]], c["customers_ratio"])
                                for c in classes
                            ],
                        ),
                        (
                            gettext("Amount"),
                            [
                                (c["abc"], tell.ratio(c["amount_ratio"], 0), tones[c["abc"]], c["amount_ratio"])
                                for c in classes
                            ],
                        ),
                    ],
                ),
                is_folded=False,
            ),
        ],
    )
