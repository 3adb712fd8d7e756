"""`chaland churn`: who is silent beyond his own rhythm, and who will buy again, in any file of tickets or a base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import open_study, percent, show_table, study_options
from chaland.insight.churn import HORIZON_DAYS, measure_churn
from chaland.language import say
from chaland.tables import insight


@click.command("churn", help=say("Tell who is silent beyond his own rhythm, and who will buy again."))
@study_options
@click.option("--horizon", default=HORIZON_DAYS, show_default=True, help=say("Days ahead."))
@click.option("--in-department", metavar="NAME", help=say("Foresee purchases in this department only."))
def churn_command(files: tuple[Path, ...], horizon: int, in_department: str | None, **options: Any) -> None:
    """Run the command: the silent ones, then what the score is worth on a later period."""
    with open_study(files, options) as study:
        found = measure_churn(
            study.engine, as_of=study.as_of, horizon_days=horizon, department=in_department, reporter=study.reporter
        )
        checks = study.checks(insight.CHURN_CHECKS)
        model, gains, calibration = study.rows(insight.CHURN_MODEL, insight.CHURN_GAINS, insight.CHURN_CALIBRATION)

        def show(console: Console) -> None:
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
                _show_score(console, found.auc, checks, calibration)

        counts = {"as_of": study.as_of, "customers": found.customers, "silent": found.silent, "refusal": found.refusal}
        tables = {"model": model, "gains": gains, "calibration": calibration}
        study.tell(insight.CHURN_TABLES, {**counts, "checks": checks, **tables}, show)


def _show_score(
    console: Console, auc: float, checks: Mapping[str, float], calibration: Sequence[dict[str, Any]]
) -> None:
    console.print(
        say(
            "Score judged on a later period: AUC {auc} (recency alone {recency}).",
            auc=figure(auc, 3),
            recency=figure(checks["auc_recency_alone"], 3),
        )
    )
    console.print(
        say(
            "In that period {foreseen} were foreseen to buy, {found} bought.",
            foreseen=percent(checks["expected_ratio"]),
            found=percent(checks["buyers_ratio"]),
        )
    )
    if "season_ratio" in checks:
        console.print(
            say(
                "Season: purchases × {ratio} there, as a year before; without it {plain} would have been foreseen. "
                "Ahead: × {ahead}.",
                ratio=figure(checks["season_ratio"], 2),
                plain=percent(checks["expected_without_season"]),
                ahead=figure(checks["season_ratio_ahead"], 2) if "season_ratio_ahead" in checks else "1",
            )
        )
    show_table(
        console,
        [say("Tenth"), say("Customers"), say("Foreseen"), say("Bought")],
        [
            [str(row["tenth"]), figure(row["customers"]), percent(row["expected_ratio"]), percent(row["buyers_ratio"])]
            for row in calibration
        ],
    )
