"""`chaland clv`: who is still a customer, purchases and value to come, for any file of tickets or a base."""

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
    read_day,
    rows_of,
    say_json,
    show_table,
    study_options,
    tell_reading,
    write_tables,
)
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.errors import ChalandError
from chaland.insight.clv import measure_clv
from chaland.insight.repeat_models import MODELS
from chaland.language import say
from chaland.progress import reporter_for
from chaland.tables import insight
from chaland.tickets import open_tickets


@click.command("clv", help=say("Foresee who is still a customer, what each will buy, and its value."))
@study_options
@click.option(
    "--model",
    default="mbg_nbd",
    show_default=True,
    type=click.Choice(list(MODELS)),
    help=say("Model of repeat buying."),
)
@click.option("--cut", metavar="DAY", help=say("Last day of the part the model learns from when tried on the past."))
@click.option("--margin", default=1.0, show_default=True, help=say("Share of the amount that is earned."))
@click.option("--discount", default=0.0, show_default=True, help=say("Yearly discount rate."))
def clv_command(
    files: tuple[Path, ...],
    as_of_text: str | None,
    model: str,
    cut: str | None,
    margin: float,
    discount: float,
    **options: Any,
) -> None:
    """Run the command: what the model is worth on the past, then the value to come."""
    reporter = reporter_for(as_json=options["as_json"])
    with open_tickets(files, given=given_columns(options), reporter=reporter) as tickets:
        engine, as_of = tickets.engine, day_looked_from(as_of_text, tickets)
        last_day = read_day(cut, "--cut") if cut else None
        found = measure_clv(
            engine, as_of=as_of, model=model, cut=last_day, margin=margin, discount=discount, reporter=reporter
        )
        if found.refusal:
            raise ChalandError(found.refusal, next_step=say("RFM asks for less: chaland rfm."))
        paths = write_tables(engine, insight.CLV_TABLES, options["out"], options["kind"])
        checks = {row["check_name"]: row["found"] for row in rows_of(engine, insight.CLV_CHECKS)}
        totals = _totals(engine)
        if options["as_json"]:
            say_json(
                {
                    "as_of": as_of,
                    "customers": found.customers,
                    "checks": checks,
                    "model": rows_of(engine, insight.CLV_MODEL),
                    "totals": totals,
                    "value_refusal": found.value_refusal,
                    "tracking": rows_of(engine, insight.CLV_TRACKING),
                    "calibration": rows_of(engine, insight.CLV_CALIBRATION),
                    "matrix": rows_of(engine, insight.CLV_MATRIX),
                }
            )
            return
        console = Console(highlight=False, soft_wrap=True)
        console.print(
            say(
                "Tried on the past: {expected} purchases foreseen, {found} counted; correlation by customer {r}.",
                expected=figure(checks["holdout_expected"]),
                found=figure(checks["holdout_purchases"]),
                r=figure(checks["holdout_correlation"], 3),
            )
        )
        console.print(
            say(
                "{customers} customers, of which {alive} probably still are.",
                customers=figure(found.customers),
                alive=figure(totals[0]["alive"]),
            )
        )
        show_table(
            console,
            [say("Months ahead"), say("Purchases"), say("Value"), say("Share of the best tenth")],
            [
                [str(row["months"]), figure(row["purchases"]), _amount(row["value"]), percent(row["best_tenth_ratio"])]
                for row in totals
            ],
        )
        if found.value_refusal:
            console.print(found.value_refusal)
        tell_reading(console, tickets, paths)


def _amount(value: float | None) -> str:
    return "–" if value is None else figure(value)


def _totals(engine: Engine) -> list[dict[str, Any]]:
    """Return, by horizon, what all customers are expected to bring, and what the best tenth of them does."""
    rows: list[dict[str, Any]] = engine.arrow(sql_text("chaland.insight", "clv_totals.sql")).to_pylist()
    return rows
