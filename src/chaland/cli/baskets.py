"""`chaland baskets`: what is bought together, in any file of ticket lines or a base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import open_study, percent, read_day, show_table, study_options
from chaland.errors import ChalandError
from chaland.insight.basket_scopes import SCOPES
from chaland.insight.baskets import FIRST_DAY, LEAST_TICKETS, LEVELS, BasketCounts, BasketQuestion, measure_baskets
from chaland.language import say
from chaland.tables import insight_baskets

SHOWN = 20
"""Pairs and rules printed; the tables hold them all."""


@click.command("baskets", help=say("Find what is bought together more than chance would have it."))
@study_options
@click.option(
    "--level", default="product", show_default=True, type=click.Choice(LEVELS), help=say("What is put together.")
)
@click.option("--tickets", "least", default=LEAST_TICKETS, show_default=True, help=say("Fewest common tickets."))
@click.option("--support", type=float, help=say("Fewest common tickets, as a share of all (0.001)."))
@click.option("--confidence", default=0.1, show_default=True, help=say("Least confidence of a rule."))
@click.option("--longest", default=2, show_default=True, help=say("Items in a rule, at most."))
@click.option("--since", metavar="DAY", help=say("Tickets after this day only."))
@click.option("--shop-key", metavar="CODE", help=say("Tickets of this shop only."))
@click.option(
    "--by", multiple=True, type=click.Choice(SCOPES), help=say("Also count apart, for each shop or each season.")
)
def baskets_command(
    files: tuple[Path, ...],
    level: str,
    least: int,
    support: float | None,
    confidence: float,
    longest: int,
    since: str | None,
    shop_key: str | None,
    by: tuple[str, ...],
    **options: Any,
) -> None:
    """Run the command: the pairs of highest lift among the significant ones, then the rules of highest confidence."""
    with open_study(files, options, needs=("ticket", level)) as study:
        question = BasketQuestion(
            level=level,
            least=least,
            support=support,
            confidence=confidence,
            longest=longest,
            since=read_day(since, "--since") if since else FIRST_DAY,
            until=study.as_of,
            shop_key=shop_key,
            by=tuple(sorted(set(by))),
        )
        found = measure_baskets(study.engine, question, reporter=study.reporter)
        if found.refusal:
            raise ChalandError(found.refusal, next_step=say("For instance: --support 0.01, or --longest 2."))
        pairs, rules = study.rows(insight_baskets.BASKET_PAIRS, insight_baskets.BASKET_RULES)
        of_scopes = [row for row in pairs if row["scope"] != "all"]
        pairs, rules = ([row for row in rows if row["scope"] == "all"] for rows in (pairs, rules))
        counts = {"tickets": found.tickets, "least": found.least, "pairs": found.pairs, "rules": found.rules}
        study.tell(
            insight_baskets.TABLES,
            {**counts, "level": level, "pairs_found": pairs, "rules_found": rules, "by": of_scopes},
            lambda console: _show(console, found, pairs, rules, of_scopes),
        )


Rows = list[dict[str, Any]]


def _show(console: Console, found: BasketCounts, pairs: Rows, rules: Rows, of_scopes: Rows) -> None:
    console.print(
        say(
            "{tickets} tickets; pairs on at least {least}: {pairs}; rules: {rules}.",
            tickets=figure(found.tickets),
            least=figure(found.least),
            pairs=figure(found.pairs),
            rules=figure(found.rules),
        )
    )
    best = sorted((row for row in pairs if row["is_significant"]), key=lambda row: -row["lift"])[:SHOWN]
    show_table(
        console,
        [say("Together"), say("Tickets"), say("Lift")],
        [
            [f"{row['label']} + {row['other_label']}", figure(row["both_tickets"]), figure(row["lift"], 2)]
            for row in best
        ],
    )
    sure = sorted((row for row in rules if row["is_significant"]), key=lambda row: -row["confidence"])[:SHOWN]
    show_table(
        console,
        [say("Who buys"), say("also buys"), say("Confidence"), say("Lift")],
        [
            [
                row["antecedent_label"],
                row["consequent_label"],
                percent(row["confidence"]),
                figure(row["lift"], 2),
            ]
            for row in sure
        ],
    )
    firsts: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(of_scopes, key=lambda row: (row["scope"], row["scope_key"], -row["lift"])):
        firsts.setdefault((row["scope"], row["scope_key"]), row)
    if firsts:
        show_table(
            console,
            [say("Where or when"), say("Strongest tie"), say("Tickets"), say("Lift")],
            [
                [key, f"{row['label']} + {row['other_label']}", figure(row["both_tickets"]), figure(row["lift"], 2)]
                for (_, key), row in firsts.items()
            ],
        )
