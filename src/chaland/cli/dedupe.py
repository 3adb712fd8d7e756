"""`chaland dedupe`: who is who in any file of people, with the measure of it when labels are there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from chaland.cli import as_json_option
from chaland.cli.crowds import tell_crowds
from chaland.dedupe import Deduplicated, dedupe_files, parse_columns
from chaland.language import say
from chaland.progress import reporter_for


@click.command("dedupe", help=say("Find who is who in any file of people."))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--id", "id_column", default="", metavar="COLUMN", help=say("Column that numbers the records."))
@click.option(
    "--columns",
    "columns_text",
    default="",
    metavar="FIELD=COLUMN,…",
    help=say("Which column is what; a+b joins columns with a space, day/month/year makes a date. Others are guessed."),
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help=say("Folder for the three files."))
@click.option("--labels", "labels_column", default="", metavar="COLUMN", help=say("Column that tells who is who."))
@click.option("--country", default="FR", metavar="ISO", help=say("Country of addresses that do not say theirs."))
@as_json_option
def dedupe_command(
    files: tuple[Path, ...],
    id_column: str,
    columns_text: str,
    out: Path,
    labels_column: str,
    country: str,
    as_json: bool,
) -> None:
    """Run the command; the result goes to standard output, progress to standard error."""
    found = dedupe_files(
        files,
        out,
        columns=parse_columns(columns_text),
        id_column=id_column,
        labels_column=labels_column,
        country=country,
        as_of=date.today(),
        reporter=reporter_for(as_json=as_json),
    )
    if as_json:
        click.echo(json.dumps(as_facts(found), ensure_ascii=False))
    else:
        _show(found)


def as_facts(found: Deduplicated) -> dict[str, Any]:
    """Return the result as plain values: counts, columns read, and the measures when labels were given."""
    facts: dict[str, Any] = {
        "records": found.records,
        "persons": found.persons,
        "households": found.households,
        "rejects": found.rejects,
        "columns": dict(found.columns),
        "columns_left": {file: list(names) for file, names in found.left.items()},
        "notes": list(found.notes),
        **found.crowds,
        "folder": str(found.folder),
    }
    for name in ("precision", "recall"):
        share = getattr(found.estimate, name)
        facts[f"estimated_{name}"] = {"value": share.value, "low": share.low, "high": share.high}
    if found.evaluation:
        for name in ("pairwise", "cluster", "b_cubed"):
            quality = getattr(found.evaluation, name)
            facts[name] = {"precision": quality.precision, "recall": quality.recall, "f1": quality.f1}
    return facts


def columns_told(columns: Mapping[str, str], left: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the sentences that say which column was taken for which field, and which were left, file by file."""
    fields = ", ".join(f"{field}={column}" for field, column in columns.items())
    told = [say("Columns read: {columns}", columns=fields)]
    for file, names in left.items():
        if names and len(left) > 1:
            told.append(say("Columns left of {file}: {columns}.", file=file, columns=", ".join(names)))
        elif names:
            told.append(say("Columns left: {columns}. To take one: --columns FIELD=COLUMN.", columns=", ".join(names)))
    return told


def _show(found: Deduplicated) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        say(
            "{records} records, {persons} persons, {households} households.",
            records=found.records,
            persons=found.persons,
            households=found.households,
        )
    )
    if found.rejects:
        console.print(say("{count} rows could not be read and were left out.", count=found.rejects))
    for note in found.notes:
        console.print(note, markup=False)
    tell_crowds(found.crowds)
    for sentence in columns_told(found.columns, found.left):
        console.print(sentence, markup=False)
    precision, recall = found.estimate.precision, found.estimate.recall
    console.print(
        say(
            "Expected of pairs, without labels: precision {precision} ({low_p} to {high_p}), "
            "recall {recall} ({low_r} to {high_r}).",
            precision=f"{precision.value:.3f}",
            low_p=f"{precision.low:.2f}",
            high_p=f"{precision.high:.3f}",
            recall=f"{recall.value:.3f}",
            low_r=f"{recall.low:.2f}",
            high_r=f"{recall.high:.3f}",
        )
    )
    if found.evaluation:
        table = Table(say("Measure"), say("Precision"), say("Recall"), "F1")
        names = {"pairwise": say("pairs"), "cluster": say("whole clusters"), "b_cubed": "B³"}
        for name, label in names.items():
            quality = getattr(found.evaluation, name)
            table.add_row(label, *(f"{value:.4f}" for value in (quality.precision, quality.recall, quality.f1)))
        console.print(table)
    console.print(say("Written: {folder} (clusters, people, pairs).", folder=found.folder), markup=False)
