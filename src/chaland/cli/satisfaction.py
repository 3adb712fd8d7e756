"""`chaland satisfaction`: NPS, satisfied customers, what weighs most, who is not satisfied; comments searched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli import as_json_option
from chaland.cli.figures import day, figure
from chaland.cli.studies import percent, read_day, rows_of, say_json, show_table, tell_written, write_tables
from chaland.engine import Engine
from chaland.insight.satisfaction import WINDOW_MONTHS, find_comments, measure_satisfaction
from chaland.language import say
from chaland.progress import reporter_for
from chaland.surveys import FIELDS, read_surveys
from chaland.tables import insight_studies
from chaland.tickets import open_tickets

SHOWN = 15
"""Rows printed of each table; the tables hold them all."""


@click.command(
    "satisfaction", help=say("Measure satisfaction with intervals; name who is not satisfied; search words.")
)
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--recommendation", metavar="COLUMN", help=say("Column of the recommendation, 0 to 10."))
@click.option("--satisfaction", metavar="COLUMN", help=say("Column of the satisfaction, 1 to 5."))
@click.option("--date", "answered", metavar="COLUMN", help=say("Column of the day of the answer."))
@click.option("--customer", metavar="COLUMN", help=say("Column of the customer's number."))
@click.option("--shop", metavar="COLUMN", help=say("Column of the shop."))
@click.option("--comment", metavar="COLUMN", help=say("Column of the comment."))
@click.option(
    "--aspect", "aspects", multiple=True, metavar="COLUMN", help=say("Column of one aspect's rating (several).")
)
@click.option("--find", metavar="WORDS", help=say("Show the comments that hold all these words."))
@click.option("--as-of", "as_of_text", metavar="DAY", help=say("Day looked from, 2026-12-31; else the last one."))
@click.option("--months", default=WINDOW_MONTHS, show_default=True, help=say("Length of the window."))
@click.option("--out", type=click.Path(path_type=Path), help=say("Folder for the tables."))
@click.option("--format", "kind", type=click.Choice(["csv", "parquet"]), default="csv", help=say("Of the tables."))
@as_json_option
def satisfaction_command(
    source: Path,
    aspects: tuple[str, ...],
    find: str | None,
    as_of_text: str | None,
    months: int,
    out: Path | None,
    kind: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Run the command: scores with intervals, the matrix of aspects, the alerts by value at stake."""
    reporter = reporter_for(as_json=as_json)
    asked = read_day(as_of_text, "--as-of") if as_of_text else None
    if source.is_dir():
        with open_tickets([source], given={}, reporter=reporter) as tickets:
            measure_satisfaction(tickets.engine, as_of=asked or tickets.as_of, months=months, reporter=reporter)
            found = _read(tickets.engine, find, out, kind)
    else:
        given = {name: str(options[name]) for name in FIELDS if options.get(name)}
        with Engine() as engine:
            read = read_surveys(engine, source, given=given, aspects=aspects, reporter=reporter)
            measure_satisfaction(engine, as_of=asked or read.as_of, months=months, reporter=reporter)
            found = _read(engine, find, out, kind)
    scores, matrix, alerts, comments, paths = found
    if as_json:
        say_json({"scores": scores, "aspects": matrix, "alerts": alerts, "comments": comments})
        return
    console = Console(highlight=False, soft_wrap=True)
    if find is not None:
        for row in comments:
            console.print(f"{day(row['answered_date'])}  {row['comment']}", markup=False)
        console.print(say("Comments found: {count}.", count=figure(len(comments))))
        return
    _show(console, scores, matrix, alerts)
    tell_written(console, paths)


Rows = list[dict[str, Any]]


def _read(
    engine: Engine, find: str | None, out: Path | None, kind: str
) -> tuple[Rows, Rows, Rows, Rows, Sequence[Path]]:
    tables = insight_studies.SATISFACTION_TABLES
    paths = write_tables(engine, tables, out, kind)
    scores, matrix, alerts = (rows_of(engine, table) for table in tables)
    comments = find_comments(engine, find) if find is not None else []
    return scores, matrix, alerts, comments, paths


def quadrant_name(code: str) -> str:
    """Return the name of a quadrant in the reader's language."""
    return {
        "concentrate_here": say("To improve first"),
        "keep_up": say("To keep up"),
        "low_priority": say("Low priority"),
        "overkill": say("Perhaps too much"),
    }[code]


def _score(value: float | None) -> str:
    return "–" if value is None else f"{'−' if value < 0 else '+'}{figure(abs(100 * value))}"


def _show(console: Console, scores: Rows, matrix: Rows, alerts: Rows) -> None:
    show_table(
        console,
        ["", say("Answers"), "NPS", say("Interval"), say("Satisfied"), say("Interval")],
        [
            [
                row["scope_key"] or say("All"),
                figure(row["answers"]),
                _score(row["nps"]),
                f"[{_score(row['nps_low'])} ; {_score(row['nps_high'])}]",
                percent(row["csat_ratio"]),
                f"[{percent(row['csat_low'])} ; {percent(row['csat_high'])}]",
            ]
            for row in scores
        ],
    )
    if matrix:
        show_table(
            console,
            [say("Aspect"), say("Rating"), say("Weight"), ""],
            [
                [
                    row["aspect"],
                    figure(row["performance"], 2),
                    figure(row["importance"], 2),
                    quadrant_name(row["quadrant"]),
                ]
                for row in sorted(matrix, key=lambda row: -row["importance"])
            ],
        )
    silent = [row for row in alerts if row["answered_to_date"] is None]
    console.print(
        say(
            "Customers not satisfied: {count}, of which nobody has answered to: {silent}.",
            count=figure(len(alerts)),
            silent=figure(len(silent)),
        )
    )
    show_table(
        console,
        [say("Customer"), say("Since"), say("At stake in a year")],
        [
            [
                row["customer_id"],
                day(row["answered_date"]),
                "–" if row["amount_12_months"] is None else figure(row["amount_12_months"]),
            ]
            for row in sorted(silent, key=lambda row: -(row["amount_12_months"] or 0))[:SHOWN]
        ],
    )
