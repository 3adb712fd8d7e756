"""`chaland decide` and `chaland correct`: what a steward knows better than the files."""

from __future__ import annotations

import getpass
import json
from datetime import UTC, datetime
from pathlib import Path

import click

from chaland.cli import as_json_option
from chaland.config import load_settings
from chaland.errors import ConfigError
from chaland.language import say
from chaland.publish.steward import BLANK, keep_correction, keep_decision, withdraw_correction

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(name="decide", help=say("Say that two records are one customer, or never are; or take it back."))
@click.argument("folder", type=FOLDER)
@click.argument("one")
@click.argument("other")
@click.option("--same", "decision", flag_value="same", help=say("They are one customer, whatever else the files say."))
@click.option("--apart", "decision", flag_value="apart", help=say("They are two customers, for good."))
@click.option("--unsure", "decision", flag_value="unsure", help=say("Looked at, and left to the evidence."))
@click.option("--withdraw", "decision", flag_value="withdrawn", help=say("What was decided no longer stands."))
@click.option("--why", "reason", default="", help=say("Reason, for whoever asks later."))
@click.option("--by", default="", help=say("Who decides; the account's name by default."))
@as_json_option
def decide_command(
    folder: Path, one: str, other: str, decision: str | None, reason: str, by: str, as_json: bool
) -> None:
    """Keep a decision on the records ONE and OTHER of the base in FOLDER."""
    load_settings(folder)
    if not decision:
        raise ConfigError(say("Say which: --same, --apart, --unsure or --withdraw."))
    by = by or getpass.getuser()
    path = keep_decision(folder, (one, other), decision, by=by, reason=reason, now=datetime.now(UTC))
    _tell(folder, path, as_json=as_json)


@click.command(name="correct", help=say("Correct what is known of a customer; a correction wins over every source."))
@click.argument("folder", type=FOLDER)
@click.argument("subject")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE…")
@click.option(
    "--blank",
    multiple=True,
    metavar="FIELD",
    help=say("Leave this field blank: what the sources give is not the customer's. May be repeated."),
)
@click.option("--withdraw", is_flag=True, help=say("Take back the last correction of SUBJECT that stands."))
@click.option("--why", "reason", default="", help=say("Reason, for whoever asks later."))
@click.option("--by", default="", help=say("Who corrects; the account's name by default."))
@as_json_option
def correct_command(
    folder: Path,
    subject: str,
    fields: tuple[str, ...],
    blank: tuple[str, ...],
    withdraw: bool,
    reason: str,
    by: str,
    as_json: bool,
) -> None:
    """Keep a correction of SUBJECT (a record, or a customer) of the base in FOLDER, or take one back."""
    load_settings(folder)
    by, now = by or getpass.getuser(), datetime.now(UTC)
    if withdraw:
        if fields or blank:
            raise click.UsageError(say("--withdraw goes alone: what was corrected is in the base."))
        _tell(folder, withdraw_correction(folder, subject, by=by, reason=reason, now=now), as_json=as_json)
        return
    given = dict.fromkeys(fields, "")
    parted = [field.partition("=") for field in given]
    wrong = [place for place, (_, sign, value) in enumerate(parted, 1) if not sign or not value.strip()]
    if wrong:  # told by its place: a value is a customer's
        raise ConfigError.of([say("Correction {place}: expected field=value.", place=place) for place in wrong])
    values = {name.strip(): value.strip() for name, _, value in parted}
    if blank:
        values[BLANK] = " ".join(blank)
    path = keep_correction(folder, subject, values, by=by, reason=reason, now=now)
    _tell(folder, path, as_json=as_json)


def _tell(folder: Path, path: Path, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"path": str(path)}, ensure_ascii=False))
        return
    click.echo(say("Kept in {path}; the next build obeys it.", path=path))
    click.echo(say("Next: chaland build {folder}", folder=folder))
