"""`chaland demo`: write the sources of the fictional retailer."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from chaland.cli import as_json_option
from chaland.demo import CAST, MessRates, write_demo
from chaland.demo.generate import AS_OF, TRUTH
from chaland.language import say
from chaland.progress import reporter_for


@click.command("demo", help=say("Write the six source systems of a fictional retailer, with the truth."))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--persons", type=click.IntRange(min=1), default=20_000, show_default=True, help=say("Persons, the cast included.")
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help=say("Seed of the draws: the same seed gives the same files."),
)
@click.option(
    "--mess",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help=say("Multiplies every rate of mess; 0 gives clean records."),
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    default=AS_OF.isoformat(),
    show_default=True,
    help=say("Last day of the 24 months of history."),
)
@as_json_option
def demo_command(folder: Path, persons: int, seed: int, mess: float, as_of: datetime, as_json: bool) -> None:
    """Write the demonstration and say what to do next."""
    rates = MessRates().scaled(mess)
    reporter = reporter_for(as_json=as_json)
    write_demo(folder, persons=persons, seed=seed, as_of=as_of.date(), rates=rates, reporter=reporter)
    if as_json:
        done = {"folder": str(folder), "persons": persons, "seed": seed, "truth": str(folder / TRUTH)}
        click.echo(json.dumps({**done, "cast": {name: member.person_id for name, member in CAST.items()}}))
        return
    click.echo(
        say(
            "{persons} persons written in {folder}; {truth} tells who is who.",
            persons=f"{persons:,}".replace(",", "\u202f"),
            folder=folder,
            truth=TRUTH,
        )
    )
    click.echo(say("Next: chaland init BASE --from {file}", file=folder / "chaland.toml"))
