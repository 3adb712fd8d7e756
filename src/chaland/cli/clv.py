"""`chaland clv`: who is still a customer, purchases and value to come, for any file of tickets or a base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import open_study, percent, read_day, rows_of, show_table, study_options
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.errors import ChalandError
from chaland.insight.clv import Clv, measure_clv
from chaland.insight.repeat_models import MODELS
from chaland.language import say
from chaland.tables import insight


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
    files: tuple[Path, ...], model: str, cut: str | None, margin: float, discount: float, **options: Any
) -> None:
    """Run the command: what the model is worth on the past, then the value to come."""
    with open_study(files, options) as study:
        found = measure_clv(
            study.engine,
            as_of=study.as_of,
            model=model,
            cut=read_day(cut, "--cut") if cut else None,
            margin=margin,
            discount=discount,
            reporter=study.reporter,
        )
        if found.refusal:
            raise ChalandError(found.refusal, next_step=say("RFM asks for less: chaland rfm."))
        checks, totals = study.checks(insight.CLV_CHECKS), _totals(study.engine)
        facts = {
            "as_of": study.as_of,
            "customers": found.customers,
            "checks": checks,
            "model": rows_of(study.engine, insight.CLV_MODEL),
            "totals": totals,
            "segments": [row for row in rows_of(study.engine, insight.CLV_TOTALS) if row["segment"]],
            "value_refusal": found.value_refusal,
            "tracking": rows_of(study.engine, insight.CLV_TRACKING),
            "calibration": rows_of(study.engine, insight.CLV_CALIBRATION),
            "matrix": rows_of(study.engine, insight.CLV_MATRIX),
        }
        study.tell(insight.CLV_TABLES, facts, lambda console: _show(console, found, checks, totals))


def _show(console: Console, found: Clv, checks: Mapping[str, float], totals: Sequence[dict[str, Any]]) -> None:
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
        [
            *(say("Months ahead"), say("Purchases"), say("Interval"), say("Value"), say("Interval")),
            say("Share of the best tenth"),
        ],
        [
            [
                str(row["months"]),
                figure(row["purchases"]),
                _interval(row["purchases_low"], row["purchases_high"]),
                _amount(row["value"]),
                _interval(row["value_low"], row["value_high"]),
                percent(row["best_tenth_ratio"]),
            ]
            for row in totals
        ],
    )
    console.print(
        say(
            "The interval holds nine totals in ten: uncertain estimates and the chance of each customer; not the "
            "seasons. On the past, {low} to {high} were foreseen, {found} counted.",
            low=figure(checks["holdout_low"]),
            high=figure(checks["holdout_high"]),
            found=figure(checks["holdout_purchases"]),
        )
    )
    if found.value_refusal:
        console.print(found.value_refusal)


def _amount(value: float | None) -> str:
    return "–" if value is None else figure(value)


def _interval(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"[{figure(low)} ; {figure(high)}]"


def _totals(engine: Engine) -> list[dict[str, Any]]:
    """Return, by horizon, what all customers are expected to bring, and what the best tenth of them does."""
    rows: list[dict[str, Any]] = engine.arrow(sql_text("chaland.insight", "clv_totals.sql")).to_pylist()
    return rows
