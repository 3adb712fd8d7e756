"""What each figure of the customer's file means: shown under the figure itself, and all together on one page.

One place: a figure without its line here cannot be drawn by `{% defined %}`.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GLOSSARY: dict[str, tuple[str | Promise, str | Promise]] = {
    "amount_12_months": (
        _("Purchases, 12 months"),
        _("Tickets and orders of the 365 days up to the day of the base, returns deducted, tax included."),
    ),
    "amount_year_before": (
        _("The year before"),
        _("The same over the 365 days before. The variation compares the two."),
    ),
    "amount_total": (
        _("Purchases in all"),
        _("Everything bought since the first ticket kept, returns deducted, tax included."),
    ),
    "tickets": (_("Tickets"), _("Tickets and orders; a ticket that only takes goods back does not count.")),
    "last_purchase": (_("Last purchase"), _("Day of the last ticket or order.")),
    "points": (_("Points"), _("Sum of the movements on his cards: earned, used, adjusted, expired.")),
    "household_share": (
        _("Share of the household"),
        _("His purchases of the last 12 months out of those of all the customers of his household."),
    ),
    "rfm": (
        _("RFM"),
        _(
            "Segment made of recency, frequency and amount (RFM): three scores from 1 to 5 against the other "
            "customers, 5 the best; equal values share their score."
        ),
    ),
    "abc": (
        _("Class"),
        _("A: the customers who make the first 80% of the turnover of 12 months; B: the next 15%; C: the rest."),
    ),
    "value": (
        _("Value to come, 12 months"),
        _(
            "Turnover, not margin, expected from his purchases of the next 12 months, from his own rhythm and baskets "
            "and those of customers like him (MBG/NBD and Gamma-Gamma models). Nine customers in ten like him stay "
            "within the bounds."
        ),
    ),
    "alive": (
        _("Still a customer"),
        _("Probability that he has not left for good, given his rhythm and his silence."),
    ),
    "silence": (
        _("Silence"),
        _(
            "Days since his last purchase, against his usual gap between two. He is silent beyond three usual gaps: "
            "nineteen gaps in twenty are shorter."
        ),
    ),
    "buys": (
        _("Buys within 90 days"),
        _("Probability of a purchase in the next 90 days, learnt on the past and checked on a later period."),
    ),
    "satisfaction": (
        _("Recommendation"),
        _("From 0 to 10, would he recommend the shop: 9 and 10 promoter, 7 and 8 passive, 6 and less detractor."),
    ),
    "departments": (
        _("Favourite departments"),
        _("Departments by amount bought since the first ticket kept, returns deducted, tax included."),
    ),
    "reach": (
        _("May be reached"),
        _(
            "Green: the law and the customer allow it, and the address or number is usable. Red: one of them does not, "
            "and the first reason is given."
        ),
    ),
    "grade": (
        _("Grade"),
        _("A valid as written, B valid once reformatted, C doubtful, D unusable or returned, E missing."),
    ),
    "weakest_link": (
        _("Weakest link"),
        _(
            "Evidence, in bits, of the least certain of the links that make these records one person: "
            "one more bit makes it twice as likely."
        ),
    ),
    "records": (_("Source records joined"), _("Rows of the sources that describe him, one per system and number.")),
    "next": (
        _("Next gesture"),
        _("The first of the rules that applies to him; the reason names the fact it rests on."),
    ),
    "basket": (_("Average ticket"), _("Purchases in all, returns deducted, out of the number of tickets and orders.")),
    "household_persons": (
        _("Persons"),
        _("Customers who share this home: same address and same name, or linked otherwise."),
    ),
    "household_amount": (
        _("Purchases of the household, 12 months"),
        _("What all the customers of the household bought over 365 days, returns deducted, tax included."),
    ),
    "projects": (_("Projects"), _("Quotes, orders to measure and installations that the shops’ files know of him.")),
    "running": (
        _("Running"),
        _("Projects neither done nor given up, and opened less than two years before the day of the base."),
    ),
    "quoted": (_("Quoted, running"), _("Sum of the amounts quoted for the projects that run.")),
    "open_cases": (_("Open cases"), _("Complaints and requests not closed yet, those opened here included.")),
    "surveys": (_("Surveys"), _("Satisfaction surveys he answered, with a note or in words alone.")),
    "contacts": (_("Contacts"), _("Calls, messages and visits noted, in either direction.")),
    "earned": (_("Earned"), _("Sum of the movements that added points to his cards.")),
    "used": (_("Used or expired"), _("Sum of the movements that took points off his cards: rewards, returns, expiry.")),
    "cards": (_("Cards"), _("Cards that bear at least one movement, the one in use and those before it.")),
    "card_tier": (_("Card tier"), _("Tier his card stands at in the system of the cards, as it was told last.")),
    "systems": (_("Systems"), _("Different sources that know him: till, card, site, help line, surveys, projects…")),
    "customer_number": (
        _("Customer number"),
        _("The same from build to build. Numbers he bore before still lead to this file."),
    ),
}
