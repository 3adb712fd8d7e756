"""What each figure of a page means: shown under the figure itself, and all together on one page.

One place: a figure without its line here cannot be drawn by `{% defined %}`. The studies, whose figures are made with
their definitions, bear their own (`insight/sheets.py`).
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Figures = dict[str, tuple[str | Promise, str | Promise]]
"""Code → its name, its meaning."""

FILE: Figures = {
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
    "profiling": (
        _("Profiling"),
        _(
            "Scores, classes, value to come, segments and next gestures, worked out of what he buys to choose what to "
            "send him. Who objects keeps counting in totals; no score of his own is kept, and choices by score leave "
            "him out."
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
    "history": (
        _("History"),
        _(
            "Everything known that happened, each once: tickets, returns, calls, cases, surveys, projects, visits, "
            "campaigns, points, words on being contacted, records joined. What was written here since the last build "
            "is counted; the amount of a ticket has returns deducted, tax included."
        ),
    ),
    "ticket_lines": (
        _("Lines of the ticket"),
        _("What the till or the site wrote, line by line, tax included; a line of goods taken back counts below zero."),
    ),
    "visit": (
        _("Visit of the web site"),
        _("Pages seen less than half an hour apart, at local time."),
    ),
    "years": (_("By year"), _("Tickets and orders of each calendar year, returns deducted, tax included.")),
    "projects_quote": (
        _("Quote"),
        _("Amount of the project as its file last gave it, tax included; a dash where it gives none."),
    ),
    "card_points": (_("Points of a card"), _("Sum of the movements of this card alone, from its first to its last.")),
    "balance": (
        _("Balance after"),
        _("Sum of the movements of all his cards up to this one, this one included."),
    ),
    "evidence": (
        _("Evidence, in bits"),
        _(
            "What each field says for or against one person: one bit more makes it twice as likely, one less half. The "
            "first line is where two records drawn by lot would stand; the last is the sum."
        ),
    ),
}

BASE: Figures = {
    "base_customers": (
        _("Customers"),
        _("Persons and organisations of the base, each once, however many source records describe him."),
    ),
    "base_households": (
        _("Households"),
        _("Homes: customers of the same address and the same name, or linked otherwise. One alone makes one home."),
    ),
    "base_card_holders": (
        _("Card holders"),
        _("Customers with a record in the system of the loyalty card; without such a system, with a card number."),
    ),
    "base_tickets": (
        _("Tickets"),
        _("Tickets and orders kept, those of nobody known included; beside it, those that belong to a customer."),
    ),
    "base_amount_12_months": (
        _("Turnover, 12 months"),
        _(
            "Sum of all tickets of the 365 days up to the day of the base, anonymous ones included, returns deducted, "
            "tax included; beside it, the part of known customers."
        ),
    ),
    "reconciliation": (
        _("Reconciliation"),
        _(
            "Rows and amounts that entered each step, set against those that came out: they agree to the row and to "
            "the cent, or the base says where they differ."
        ),
    ),
    "sales_months": (
        _("Sales by month"),
        _(
            "The last 24 months with a sale, returns deducted, tax included: the dark part from known customers, the "
            "light one from tickets of nobody known."
        ),
    ),
    "base_reach": (
        _("May be reached"),
        _(
            "Customers whom the law and their own word allow to reach on this channel, and whose address or number is "
            "usable; beside it, their share of all customers."
        ),
    ),
    "sources": (_("Sources"), _("Files or tables declared in chaland.toml, and the files that chaland writes itself.")),
    "rows_read": (_("Rows read"), _("Rows found in every file of every load that stands, header lines left out.")),
    "rows_rejected": (
        _("Rows refused"),
        _("Rows that could not be read or understood: each is kept with its file, its line and the reason."),
    ),
    "amount_all": (
        _("Turnover"),
        _("Sum of all tickets since the first day kept, anonymous ones included, returns deducted, tax included."),
    ),
    "built_in": (
        _("Built in"),
        _("Seconds of the run that made this snapshot, its steps added up; beside it, its size on the disk."),
    ),
    "source_rows": (
        _("Rows of a source"),
        _(
            "Read: found in its files. Set aside: blank, or left out by its own filter. Refused: kept with the reason. "
            "Kept: the rest. Amount: the sum of its tickets, tax included."
        ),
    ),
    "steps": (
        _("Steps of the build"),
        _("Seconds that each room of the chain took, in the run that made this snapshot."),
    ),
}

STEWARD: Figures = {
    "to_decide": (
        _("Pairs to decide"),
        _(
            "Pairs of records about which the base hesitates and you have given no answer, those that set most right "
            "first, and those asked of you after another steward; beside it, those you answered."
        ),
    ),
    "alike_pairs": (
        _("Pairs like this one"),
        _("Other doubtful pairs with the same fields alike and different: what you answer teaches about them too."),
    ),
    "hung": (
        _("Contacts, projects, cases"),
        _("Contacts noted, projects of every age and cases not closed that hang on this customer today."),
    ),
    "pairs_by_two": (
        _("Pairs judged by two"),
        _("Pairs on which two stewards said merge or keep apart, the second without seeing the answer of the first."),
    ),
    "agreed": (_("Agreed"), _("Share of these pairs on which both gave the same answer.")),
    "by_chance": (
        _("By chance alone"),
        _("Share on which they would agree if each answered by lot, as often merge and keep apart as he does."),
    ),
    "kappa": (
        _("Kappa"),
        _(
            "Agreement beyond chance (Cohen, 1960): 1 is perfect, 0 is what chance gives, below 0 less than chance. "
            "Nineteen times in twenty the true value is within the bounds."
        ),
    ),
    "two_by_two": (
        _("Two by two"),
        _("The same figures for every two stewards, on the pairs that both judged."),
    ),
    "decided_by_each": (_("Decided by each"), _("Pairs on which this steward’s last word is merge or keep apart.")),
}

CHOOSING: Figures = {
    "segment_customers": (
        _("Customers"),
        _(
            "Customers who meet the conditions on the day of the base. Exact once every condition has been asked of "
            "every customer; an estimate looks at one in sixteen."
        ),
    ),
    "segment_reach": (
        _("May be reached"),
        _(
            "Those of the segment whom the law and their own word allow to reach on this channel, and whose address or "
            "number is usable; then why the others are not."
        ),
    ),
    "segment_steps": (
        _("Count of a condition"),
        _("Customers who meet it alone, then, after the arrow, those who also meet all the conditions before it."),
    ),
    "segment_size": (
        _("Size"),
        _("Customers of the segment when it was last counted, and the day of the base it was counted on."),
    ),
    "segment_sizes": (
        _("Size over time"),
        _("Customers of the segment each time it was saved or counted, with the day of the base then in force."),
    ),
    "segment_sample": (
        _("A few of them"),
        _("Customers of the segment drawn at random; purchases of the 365 days up to the day of the base."),
    ),
    "segment_both": (
        _("In both"),
        _("Size of each segment on the day of the base, and customers who are in the one and the other."),
    ),
}

DESK: Figures = {
    "found": (
        _("Customers found"),
        _(
            "Customers who answer to what was typed, of those you may find, each once: the closest 50 at most. The "
            "words beside a name say what answered; ≈ marks a spelling that is close, not the same."
        ),
    ),
    "to_call": (
        _("To call back"),
        _("Customers to whom somebody promised a day, not yet called: one line a promise, 200 at most."),
    ),
    "many_files": (
        _("Many files in an hour"),
        _(
            "Different customers whose file one person opened within one hour of the clock; of other shops: those "
            "opened for a reason he typed."
        ),
    ),
    "night_files": (
        _("Files opened at night"),
        _("Different customers, and openings in all, between 10 p.m. and 6 a.m. at the shops’ time."),
    ),
    "failed_sign_ins": (
        _("Sign-ins that fail"),
        _(
            "Wrong names, passwords and codes, and tries made while an address has to wait, by address; accounts "
            "tried: different accounts among them."
        ),
    ),
    "export_rows": (_("Rows"), _("Rows of the file that left: customers of a segment, lines of a log.")),
}

OWN: Figures = {
    "own_amount": (
        _("Purchases, 12 months"),
        _(
            "Your tickets and orders of the 365 days up to the last update of this space, what you returned deducted, "
            "tax included."
        ),
    ),
    "own_points": (_("Points"), _("What your cards earned, less what was used, taken back or has expired.")),
    "own_card": (_("Card"), _("The card in use, as the system of the cards told it last.")),
    "own_tier": (_("Card tier"), _("Where your card stands, as the system of the cards told it last.")),
    "own_last_purchase": (_("Last purchase"), _("Day of your last ticket or order that we know of.")),
    "own_history": (
        _("Lately"),
        _(
            "All that we kept of what you did and of what we sent you; the amount of a ticket has returns deducted, "
            "tax included."
        ),
    ),
    "own_profiling": (
        _("Profiling"),
        _(
            "Groups and scores worked out of your purchases, such as how often you will come back, to choose what to "
            "send you. You keep your points, your card and your orders whether you accept it or not."
        ),
    ),
    "own_reach": (
        _("How we may write to you"),
        _("Yes where the law and your own choices allow it and we hold an address or a number that works."),
    ),
}
"""What a customer reads in his own space: the same figures, said to him."""

SECTIONS: tuple[tuple[str | Promise, Figures], ...] = (
    (_("A customer’s file"), FILE),
    (_("The base"), BASE),
    (_("Duplicates"), STEWARD),
    (_("Segments"), CHOOSING),
    (_("Desk and access log"), DESK),
    (_("The customer’s own space"), OWN),
)

GLOSSARY: Figures = {code: entry for _title, figures in SECTIONS for code, entry in figures.items()}
