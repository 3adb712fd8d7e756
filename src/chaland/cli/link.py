"""`chaland link`: who of one file is whom of another."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from chaland.cli import as_json_option
from chaland.cli.dedupe import columns_told
from chaland.dedupe import parse_columns
from chaland.language import say
from chaland.link import Linked, LinkFile, link_files
from chaland.progress import reporter_for

_COLUMNS_HELP = say(
    "Which column is what; a+b joins columns with a space, day/month/year makes a date. Others are guessed."
)


@click.command("link", help=say("Join two files of people: who of one is whom of the other."))
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help=say("Folder for links and unmatched."))
@click.option(
    "--one-to-one", is_flag=True, help=say("Nobody stands twice in either file: join each record once at most.")
)
@click.option("--id", "id_a", default="", metavar="COLUMN", help=say("Column that numbers the records."))
@click.option("--id-b", default=None, metavar="COLUMN", help=say("The same in the second file, when it differs."))
@click.option("--columns", "columns_a", default="", metavar="FIELD=COLUMN,…", help=_COLUMNS_HELP)
@click.option(
    "--columns-b", default=None, metavar="FIELD=COLUMN,…", help=say("The same in the second file, when it differs.")
)
@click.option("--labels", "labels_column", default="", metavar="COLUMN", help=say("Column that tells who is who."))
@click.option("--country", default="FR", metavar="ISO", help=say("Country of addresses that do not say theirs."))
@click.option("--csv", "as_csv", is_flag=True, help=say("Write CSV instead of Parquet."))
@as_json_option
def link_command(
    a: Path,
    b: Path,
    out: Path,
    one_to_one: bool,
    id_a: str,
    id_b: str | None,
    columns_a: str,
    columns_b: str | None,
    labels_column: str,
    country: str,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Run the command; the result goes to standard output, progress to standard error."""
    told_b = columns_a if columns_b is None else columns_b
    found = link_files(
        LinkFile(a, parse_columns(columns_a), id_a, labels_column),
        LinkFile(b, parse_columns(told_b), id_a if id_b is None else id_b, labels_column),
        out,
        one_to_one=one_to_one,
        as_csv=as_csv,
        country=country,
        as_of=date.today(),
        reporter=reporter_for(as_json=as_json),
    )
    if as_json:
        click.echo(json.dumps(as_facts(found), ensure_ascii=False))
    else:
        _show(found)


def as_facts(found: Linked) -> dict[str, object]:
    """Return the result as plain values."""
    facts: dict[str, object] = {
        "links": found.links,
        "records": list(found.records),
        "unmatched": list(found.unmatched),
        "rejects": found.rejects,
        "columns": dict(found.columns),
        "columns_left": {file: list(names) for file, names in found.left.items()},
        "notes": list(found.notes),
        "folder": str(found.folder),
    }
    if found.quality:
        facts["pairwise"] = {
            "precision": found.quality.precision,
            "recall": found.quality.recall,
            "f1": found.quality.f1,
        }
    return facts


def _show(found: Linked) -> None:
    for note in [*found.notes, *columns_told(found.columns, found.left)]:
        click.echo(note)
    click.echo(
        say(
            "{links} links; unmatched: {a} of {records_a} and {b} of {records_b}.",
            links=found.links,
            a=found.unmatched[0],
            records_a=found.records[0],
            b=found.unmatched[1],
            records_b=found.records[1],
        )
    )
    if found.rejects:
        click.echo(say("{count} rows could not be read and were left out.", count=found.rejects))
    if found.quality:
        told = found.quality
        precision, recall, f1 = (f"{value:.4f}" for value in (told.precision, told.recall, told.f1))
        click.echo(say("Against the labels: precision {p}, recall {r}, F1 {f1}.", p=precision, r=recall, f1=f1))
    click.echo(say("Written: {folder} (links, unmatched).", folder=found.folder))
