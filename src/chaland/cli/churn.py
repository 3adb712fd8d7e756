"""`chaland churn`: who is silent beyond his own rhythm, and who will buy again, in any file of tickets or a base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import (
    day_looked_from,
    given_columns,
    percent,
    rows_of,
    say_json,
    show_table,
    study_options,
    tell_reading,
    write_tables,
)
from chaland.insight.churn import HORIZON_DAYS, measure_churn
from chaland.language import say
from chaland.progress import reporter_for
from chaland.tables import insight
from chaland.tickets import open_tickets


@click.command("churn", help=say("Tell who is silent beyond his own rhythm, and who will buy again."))
@study_options
@click.option("--horizon", default=HORIZON_DAYS, show_default=True, help=say("Days ahead."))
@click.option("--in-department", metavar="NAME", help=say("Foresee purchases in this department only."))
def churn_command(
    files: tuple[Path, ...], as_of_text: str | None, horizon: int, in_department: str | None, **options: Any
) -> None:
    """Run the command: the silent ones, then what the score is worth on a later period."""
    reporter = reporter_for(as_json=options["as_json"])
    with open_tickets(files, given=given_columns(options), reporter=reporter) as tickets:
        engine, as_of = tickets.engine, day_looked_from(as_of_text, tickets)
        found = measure_churn(engine, as_of=as_of, horizon_days=horizon, department=in_department, reporter=reporter)
        paths = write_tables(engine, insight.CHURN_TABLES, options["out"], options["kind"])
        checks = {row["check_name"]: row["found"] for row in rows_of(engine, insight.CHURN_CHECKS)}
        tables = {
            "model": rows_of(engine, insight.CHURN_MODEL),
            "gains": rows_of(engine, insight.CHURN_GAINS),
            "calibration": rows_of(engine, insight.CHURN_CALIBRATION),
        }
    if options["as_json"]:
        counts = {"as_of": as_of, "customers": found.customers, "silent": found.silent, "refusal": found.refusal}
        say_json({**counts, "checks": checks, **tables})
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        say(
            "{customers} customers, of which {silent} silent beyond their own rhythm.",
            customers=figure(found.customers),
            silent=figure(found.silent),
        )
    )
    if found.refusal:
        console.print(say("No score. {reason}", reason=found.refusal))
    else:
        console.print(
            say(
                "Score judged on a later period: AUC {auc} (recency alone {recency}).",
                auc=figure(found.auc, 3),
                recency=figure(checks["auc_recency_alone"], 3),
            )
        )
        show_table(
            console,
            [say("Tenth"), say("Customers"), say("Foreseen"), say("Bought")],
            [
                [
                    str(row["tenth"]),
                    figure(row["customers"]),
                    percent(row["expected_ratio"]),
                    percent(row["buyers_ratio"]),
                ]
                for row in tables["calibration"]
            ],
        )
    tell_reading(console, tickets, paths)
