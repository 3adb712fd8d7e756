"""`chaland paths`: what follows what and after how long, in any file of ticket lines or a base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import (
    day_looked_from,
    given_columns,
    interval,
    percent,
    read_day,
    rows_of,
    say_json,
    show_table,
    study_options,
    tell_reading,
    write_tables,
)
from chaland.insight.paths import (
    DAYS_AFTER,
    FIRST_DAY,
    LEAST_CUSTOMERS,
    LEVELS,
    LONGEST,
    PathQuestion,
    measure_paths,
)
from chaland.language import say
from chaland.progress import reporter_for
from chaland.tables import insight_studies
from chaland.tickets import open_tickets

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
    files: tuple[Path, ...],
    as_of_text: str | None,
    level: str,
    least: int,
    longest: int,
    since: str | None,
    days_after: int,
    **options: Any,
) -> None:
    """Run the command: the transitions of highest lift, then sequences, then beginnings with their interval."""
    reporter = reporter_for(as_json=options["as_json"])
    needs = ("customer", "sold", level)
    with open_tickets(files, given=given_columns(options), needs=needs, reporter=reporter) as tickets:
        question = PathQuestion(
            as_of=day_looked_from(as_of_text, tickets),
            level=level,
            least=least,
            longest=longest,
            since=read_day(since, "--since") if since else FIRST_DAY,
            days_after=days_after,
        )
        found = measure_paths(tickets.engine, question, reporter=reporter)
        tables = insight_studies.PATH_TABLES
        paths = write_tables(tickets.engine, tables, options["out"], options["kind"])
        transitions, sequences, starts = (rows_of(tickets.engine, table) for table in tables)
    if options["as_json"]:
        counts = {"as_of": question.as_of, "level": level, "customers": found.customers, "refusal": found.refusal}
        say_json({**counts, "transitions": transitions, "sequences": sequences, "starts": starts})
        return
    console = Console(highlight=False, soft_wrap=True)
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
    tell_reading(console, tickets, paths)
