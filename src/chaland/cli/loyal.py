"""`chaland loyal`: what customers of high potential discover before they prove loyal, in ticket lines or a base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import interval, open_study, percent, show_table, study_options
from chaland.errors import ChalandError
from chaland.insight.loyal import AFTER_DAYS, LEAST_DISCOVERERS, LEVELS, LoyalQuestion, measure_loyal
from chaland.language import say
from chaland.tables import insight_studies

SHOWN = 20
"""Items printed; the table holds them all."""


@click.command("loyal", help=say("Find what customers of high potential discover before they prove loyal."))
@study_options
@click.option(
    "--level", default=LEVELS[0], show_default=True, type=click.Choice(LEVELS), help=say("What is discovered.")
)
@click.option(
    "--customers",
    "least",
    default=LEAST_DISCOVERERS,
    show_default=True,
    help=say("Fewest customers who discover it."),
)
@click.option("--days-after", default=AFTER_DAYS, show_default=True, help=say("Days looked at afterwards."))
def loyal_command(files: tuple[Path, ...], level: str, least: int, days_after: int, **options: Any) -> None:
    """Run the command: one line per item, its discoverers against their likes, with the interval."""
    with open_study(files, options, needs=("customer", "sold", level)) as study:
        question = LoyalQuestion(study.as_of, level=level, least=least, after_days=days_after)
        found = measure_loyal(study.engine, question, reporter=study.reporter)
        if found.refusal:
            raise ChalandError(found.refusal)
        (population,), items = study.rows(insight_studies.LOYAL_POPULATION, insight_studies.LOYAL)
        facts = {"as_of": study.as_of, "level": level, "population": population, "items": items}
        study.tell(insight_studies.LOYAL_TABLES, facts, lambda console: _show(console, population, items))


def _show(console: Console, population: Mapping[str, Any], items: Sequence[dict[str, Any]]) -> None:
    values = {"count": figure(population["customers"]), "ratio": percent(population["loyal_ratio"])}
    console.print(
        say(
            "{count} customers of high potential (named by a list), of which {ratio} then buy as often as before.",
            **values,
        )
        if population["basis"] == "list"
        else say(
            "{count} customers of high potential (the third that spent most), of which {ratio} then buy as often as "
            "before.",
            **values,
        )
    )
    show_table(
        console,
        [say("Discovered"), say("Customers"), say("Loyal among them"), say("Their likes"), say("Change"), say("Sure")],
        [
            [
                row["label"],
                figure(row["matched"]),
                percent(row["loyal_ratio"]),
                percent(row["other_loyal_ratio"]),
                interval(row["change_low"], row["change_high"]),
                say("yes") if row["is_significant"] else say("no"),
            ]
            for row in sorted(items, key=lambda row: -row["change"])[:SHOWN]
        ],
    )
    console.print(say("Discoverers are compared with customers who behaved alike before. An association, not a cause."))
