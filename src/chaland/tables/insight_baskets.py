"""insight.basket_*: what is bought together, over all tickets, by shop and by season, at three levels."""

from __future__ import annotations

from chaland.tables.contract import Table, columns

_MEASURES = (
    "p_value double not null -- chance of as many common tickets, were they independent (binomial, an upper bound of Fisher's)",
    "p_adjusted double not null -- the same, corrected for the number of associations looked at (Holm)",
    "is_significant boolean not null -- p_adjusted below 5 %",
)

_SCOPE = (
    "scope varchar not null -- all, shop or season; the last two at the 400 items most sold, their 500 strongest pairs and rules",
    "scope_key varchar not null -- empty for all; the shop's code; winter (from December), spring, summer or autumn",
)

BASKET_ITEMS = Table(
    "insight",
    "basket_items",
    "one row per scope, level and frequent item",
    ("scope", "scope_key", "level", "item"),
    columns(
        *_SCOPE,
        "level varchar not null -- product, family or department",
        "item varchar not null -- code or name",
        "label varchar not null -- label",
        "tickets bigint not null -- tickets that hold it",
        "support double not null -- their share of the tickets",
    ),
    sort_by=("scope", "scope_key", "level", "item"),
)

BASKET_PAIRS = Table(
    "insight",
    "basket_pairs",
    "one row per scope, level and pair of items on enough common tickets",
    ("scope", "scope_key", "level", "item", "other_item"),
    columns(
        *_SCOPE,
        "level varchar not null -- product, family or department",
        "item varchar not null -- the first in order",
        "label varchar not null -- its label",
        "other_item varchar not null -- the second in order",
        "other_label varchar not null -- its label",
        "item_tickets bigint not null -- tickets that hold the first",
        "other_tickets bigint not null -- tickets that hold the second",
        "both_tickets bigint not null -- tickets that hold both",
        "support double not null -- their share of the tickets",
        "lift double not null -- times as often as chance would have it",
        "leverage double not null -- share of the tickets beyond what chance would have",
        *_MEASURES,
    ),
    sort_by=("scope", "scope_key", "level", "item", "other_item"),
)

BASKET_RULES = Table(
    "insight",
    "basket_rules",
    "one row per scope, level, antecedent and consequent: who buys the first also buys the second",
    ("scope", "scope_key", "level", "antecedent", "consequent"),
    columns(
        *_SCOPE,
        "level varchar not null -- product, family or department",
        "antecedent varchar[] not null -- items bought, in order",
        "antecedent_label varchar not null -- their labels",
        "consequent varchar not null -- item also bought",
        "consequent_label varchar not null -- its label",
        "items integer not null -- items of the rule",
        "antecedent_tickets bigint not null -- tickets that hold the antecedent",
        "consequent_tickets bigint not null -- tickets that hold the consequent",
        "both_tickets bigint not null -- tickets that hold all",
        "support double not null -- their share of the tickets",
        "confidence double not null -- share of the antecedent's tickets that hold the consequent",
        "lift double not null -- times as often as chance would have it",
        "leverage double not null -- share of the tickets beyond what chance would have",
        "conviction double -- times the rule would be broken more often by chance; null when it is never broken",
        *_MEASURES,
    ),
    sort_by=("scope", "scope_key", "level", "antecedent", "consequent"),
)

TABLES = (BASKET_ITEMS, BASKET_PAIRS, BASKET_RULES)
