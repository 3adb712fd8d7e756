"""`chaland paths`: what follows what and after how long, in any file of ticket lines or a base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import interval, open_study, percent, read_day, show_table, study_options
from chaland.insight.paths import (
    DAYS_AFTER,
    FIRST_DAY,
    LEAST_CUSTOMERS,
    LEVELS,
    LONGEST,
    PathCounts,
    PathQuestion,
    measure_paths,
)
from chaland.language import say
from chaland.tables import insight_studies

SHOWN = 15
"""Rows printed of each table; the tables hold them all."""


@click.command(
    "paths", help=say("Find what follows what, after how long, and which beginnings lead to good customers.")
)
@study_options
@click.option(
    "--level", default=LEVELS[0], show_default=True, type=click.Choice(LEVELS), help=say("What is put in order.")
)
@click.option("--customers", "least", default=LEAST_CUSTOMERS, show_default=True, help=say("Fewest customers."))
@click.option("--longest", default=LONGEST, show_default=True, help=say("Items in a sequence, at most."))
@click.option("--since", metavar="DAY", help=say("Tickets after this day only."))
@click.option("--days-after", default=DAYS_AFTER, show_default=True, help=say("Days in which a beginner is judged."))
def paths_command(
    files: tuple[Path, ...], level: str, least: int, longest: int, since: str | None, days_after: int, **options: Any
) -> None:
    """Run the command: the transitions of highest lift, then sequences, then beginnings with their interval."""
    with open_study(files, options, needs=("customer", "sold", level)) as study:
        question = PathQuestion(
            as_of=study.as_of,
            level=level,
            least=least,
            longest=longest,
            since=read_day(since, "--since") if since else FIRST_DAY,
            days_after=days_after,
        )
        found = measure_paths(study.engine, question, reporter=study.reporter)
        transitions, sequences, starts = study.rows(*insight_studies.PATH_TABLES)
        counts = {"as_of": study.as_of, "level": level, "customers": found.customers, "refusal": found.refusal}
        study.tell(
            insight_studies.PATH_TABLES,
            {**counts, "transitions": transitions, "sequences": sequences, "starts": starts},
            lambda console: _show(console, found, transitions, sequences, starts),
        )


Rows = list[dict[str, Any]]


def _show(console: Console, found: PathCounts, transitions: Rows, sequences: Rows, starts: Rows) -> None:
    console.print(
        say(
            "{customers} customers; transitions: {transitions}; sequences: {sequences}.",
            customers=figure(found.customers),
            transitions=figure(found.transitions),
            sequences=figure(found.sequences),
        )
    )
    if found.refusal:
        console.print(found.refusal)
    best = sorted((row for row in transitions if row["is_significant"]), key=lambda row: -row["lift"])[:SHOWN]
    show_table(
        console,
        [say("Then"), say("Customers"), say("Lift"), say("Median days")],
        [
            [
                f"{row['label']} → {row['next_label']}",
                figure(row["customers"]),
                figure(row["lift"], 2),
                figure(row["median_days"]),
            ]
            for row in best
        ],
    )
    long = sorted((row for row in sequences if row["items"] > 2), key=lambda row: -row["lift"])[:SHOWN]
    show_table(
        console,
        [say("One after the other"), say("Customers"), say("Confidence"), say("Lift"), say("Median days")],
        [
            [
                row["labels"],
                figure(row["customers"]),
                percent(row["confidence"]),
                figure(row["lift"], 2),
                figure(row["median_days"]),
            ]
            for row in long
        ],
    )
    show_table(
        console,
        [say("First purchase"), say("Customers"), say("Become good"), say("Others"), say("Change"), say("Sure")],
        [
            [
                row["label"],
                figure(row["customers"]),
                percent(row["good_ratio"]),
                percent(row["other_good_ratio"]),
                interval(row["change_low"], row["change_high"]),
                say("yes") if row["is_significant"] else say("no"),
            ]
            for row in sorted(starts, key=lambda row: -(row["change"] or 0))[:SHOWN]
        ],
    )
    console.print(say("A good beginning goes with good customers; it does not make them so."))
