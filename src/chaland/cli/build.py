"""`chaland build`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from chaland.cli import as_json_option
from chaland.cli.figures import day, figure
from chaland.cli.status import FOLDER, print_json, tell_identified, tell_totals, totals
from chaland.config import load_settings
from chaland.language import say
from chaland.pipeline import BuildResult, build
from chaland.progress import reporter_for


@click.command(name="build", help=say("Read what is new, clean, identify, build and publish the base."))
@click.argument("folder", type=FOLDER, default=".")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help=say("Day that ages, totals and reachability are computed for (YYYY-MM-DD); today by default."),
)
@click.option(
    "--full", "is_full", is_flag=True, help=say("Resolve all identities anew, rather than go on from the last run.")
)
@as_json_option
def build_command(folder: Path, as_of: datetime | None, is_full: bool, as_json: bool) -> None:
    """Build and publish the base in FOLDER, then tell what it holds."""
    now = datetime.now(UTC)
    reporter = reporter_for(as_json=as_json)
    today = as_of.date() if as_of else date.today()
    result = build(folder, now=now, as_of=today, reporter=reporter, is_full=is_full)
    seconds = sum(step.seconds for step in reporter.steps)
    if as_json:
        identified = result.manifest.get("identified", {})
        told = {"snapshot": str(result.snapshot), "seconds": round(seconds, 3), "identified": identified}
        print_json({**told, **totals(result.manifest)})
    else:
        _tell_build(folder, result, seconds)


def _tell_build(folder: Path, result: BuildResult, seconds: float) -> None:
    currency = load_settings(folder).base.currency
    click.echo()
    click.secho(
        say(
            "{name} on {day}",
            name=result.manifest["base_name"],
            day=day(date.fromisoformat(result.manifest["as_of"])),
        ),
        bold=True,
    )
    tell_totals(result.manifest, currency)
    tell_identified(result.manifest.get("identified"))
    click.echo(say("Published in {seconds} s: {snapshot}", seconds=figure(seconds, 1), snapshot=result.snapshot))
