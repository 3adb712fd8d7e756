"""`chaland channels`: who looks on line and buys in a shop, and what customers of several channels are worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import open_study, percent, show_table, study_options
from chaland.insight.channels import DAYS, GROUPS, PERIOD_MONTHS, measure_channels
from chaland.language import say
from chaland.tables import insight_studies

SHOWN = 12
"""Departments printed in each direction; the tables hold them all."""


@click.command("channels", help=say("Cross the channels: who looks on line and buys in a shop, and is worth what."))
@study_options
@click.option("--days", default=DAYS, show_default=True, help=say("Days in which the other channel counts."))
@click.option(
    "--months",
    default=PERIOD_MONTHS,
    show_default=True,
    help=say("Length of the later period, and of the earlier one."),
)
def channels_command(files: tuple[Path, ...], days: int, months: int, **options: Any) -> None:
    """Run the command: what each way of using the channels is worth, then what one channel brings the other."""
    with open_study(files, options) as study:
        measure_channels(study.engine, as_of=study.as_of, days=days, months=months, reporter=study.reporter)
        groups, crossings, delays = study.rows(*insight_studies.CHANNEL_TABLES)

        def show(console: Console) -> None:
            _show_groups(console, groups)
            if not crossings:
                console.print(say("Nothing tells what customers looked at on line."))
                return
            for direction in ("web_to_shop", "shop_to_web"):
                _show_crossings(console, [row for row in crossings if row["direction"] == direction], direction)
            console.print(
                say("Preceded within {days} days; followed, within as many: what chance and habit give.", days=days)
            )

        facts = {"as_of": study.as_of, "groups": groups, "crossings": crossings, "delays": delays}
        study.tell(insight_studies.CHANNEL_TABLES, facts, show)


def group_name(code: str) -> str:
    """Return the name of a way of using the channels in the reader's language."""
    return {
        "shop_only": say("shops alone"),
        "shop_informed": say("shops, seen on line"),
        "web_only": say("web alone"),
        "both": say("shops and web"),
    }[code]


def _show_groups(console: Console, groups: Sequence[dict[str, Any]]) -> None:
    show_table(
        console,
        [say("Channels before"), say("Customers"), say("Active after"), say("Amount after"), say("Against likes")],
        [
            [
                group_name(row["channel_group"]),
                figure(row["customers"]),
                percent(row["active_ratio"]),
                figure(row["mean_amount_after"]),
                _amounts(row["extra_amount_low"], row["extra_amount_high"]),
            ]
            for row in sorted(groups, key=lambda row: GROUPS.index(row["channel_group"]))
        ],
    )


def _amounts(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "–"
    texts = [f"{'−' if bound < 0 else '+'}{figure(abs(bound))}" for bound in (low, high)]
    return f"[{texts[0]} ; {texts[1]}]"


def _show_crossings(console: Console, rows: Sequence[dict[str, Any]], direction: str) -> None:
    title = (
        say("Bought in a shop after a look on line")
        if direction == "web_to_shop"
        else say("Bought on line after a purchase in a shop")
    )
    shown = sorted(rows, key=lambda row: (row["department"] != "", -row["preceded"]))[:SHOWN]
    show_table(
        console,
        [title, say("Preceded"), say("Interval"), say("Followed"), say("Median days")],
        [
            [
                row["department"] or say("All departments"),
                percent(row["preceded_ratio"]),
                f"[{percent(row['preceded_low'])} ; {percent(row['preceded_high'])}]",
                percent(row["followed_ratio"]),
                "–" if row["median_days"] is None else figure(row["median_days"]),
            ]
            for row in shown
        ],
    )
    for row in shown[:1]:
        console.print(say("Tickets that bear a customer: {ratio}.", ratio=percent(row["identified_ratio"])))
