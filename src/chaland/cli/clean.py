"""`chaland clean`: any file of people, cleaned and graded. `chaland report`: the quality report of a base."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from chaland.clean import clean_records
from chaland.clean.report import figures_of_base, figures_of_records, write_report
from chaland.clean.typography import count_text, share_text
from chaland.cli import as_json_option
from chaland.cli.clean_read import PeopleTaken, read_people_of
from chaland.config import BaseSettings, RunSettings, Settings, load_settings
from chaland.dedupe import parse_columns
from chaland.engine import Engine
from chaland.engine.spreadsheet import shown_text, spreadsheet_select
from chaland.errors import StorageError
from chaland.language import current_language, say
from chaland.progress import reporter_for
from chaland.publish import read_manifest, snapshot_in_force
from chaland.tables import clean, landing

DATABASE = "chaland.duckdb"
_MOST_LEFT = 12
_MOST_REFUSED = 5
_MOST_NAMED = 3
_LANGUAGES = click.Choice(["fr", "en"])


@click.command("report", help=say("Write the quality report of a base: one page of HTML, and JSON."))
@click.argument("base", type=click.Path(path_type=Path), metavar="BASE")
@click.option("--out", type=click.Path(path_type=Path), help=say("Page to write; report.html in the base otherwise."))
@click.option("--lang", type=_LANGUAGES, help=say("Language of the page."))
@as_json_option
def report_command(base: Path, out: Path | None, lang: str | None, as_json: bool) -> None:
    """Run the command: the page and its JSON are written, the main figures told."""
    _speak(lang)
    settings = load_settings(base)
    with reporter_for(as_json=as_json).step("clean.report") as step:
        snapshot = snapshot_in_force(base)
        figures = figures_of_base(settings, snapshot / DATABASE, read_manifest(snapshot).get("quality", []))
        page, beside = write_report(figures, out or base / "report.html")
        step.note(records=figures["records"]["described"], samples=len(figures["samples"]))
    _tell(figures, page, beside, as_json)


@click.command("clean", help=say("Clean any file of people: names, addresses, contacts, with grades."))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--columns",
    "columns_text",
    default="",
    metavar="FIELD=COLUMN,…",
    help=say("Which column is what; a+b joins columns with a space, day/month/year makes a date. Others are guessed."),
)
@click.option("--id", "id_column", default="", metavar="COLUMN", help=say("Column that numbers the records."))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help=say("Folder for the clean file and its page.")
)
@click.option("--country", default="FR", metavar="ISO", help=say("Country of addresses that do not say theirs."))
@click.option("--lang", type=_LANGUAGES, help=say("Language of the page."))
@as_json_option
def clean_command(
    files: tuple[Path, ...],
    columns_text: str,
    id_column: str,
    out: Path,
    country: str,
    lang: str | None,
    as_json: bool,
) -> None:
    """Run the command: clean.parquet, clean.csv, report.html and report.json are written in the folder."""
    _speak(lang)
    settings = Settings(folder=out, base=BaseSettings(country=country), run=RunSettings())
    reporter = reporter_for(as_json=as_json)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(say("Cannot write in {folder}.", folder=out), next_step=str(error.strerror)) from error
    as_of = date.today()
    with Engine(memory_limit=settings.run.memory_limit, temp_folder=out) as engine:
        engine.create(landing.PEOPLE)
        taken = read_people_of(engine, files, parse_columns(columns_text), id_column, reporter)
        clean_records(engine, settings, as_of=as_of, reporter=reporter)
        with reporter.step("clean.write") as step:
            records = engine.write_parquet("select * from clean.records order by file, line", out / "clean.parquet")
            shown = spreadsheet_select(clean.RECORDS, "", french=current_language() == "fr")
            engine.write_csv(f"{shown} order by file, line", out / "clean.csv", separator=";")
            rejects = _write_rejects(taken, out / "rejects.csv")
            names = ", ".join(path.name for path in files)
            title = names if len(files) <= _MOST_NAMED else say("{count} files", count=len(files))
            figures = figures_of_records(engine, title=title, as_of=as_of)
            page, beside = write_report(figures, out / "report.html")
            step.note(records=records, rejects=rejects)
    if not as_json:
        for one in taken:
            _tell_columns(one)
    _tell(figures, page, beside, as_json)


def _speak(lang: str | None) -> None:
    if lang:
        os.environ["CHALAND_LANG"] = lang


def _write_rejects(taken: Sequence[PeopleTaken], path: Path) -> int:
    """Write the lines refused with their reasons, when there are any; return how many."""
    rows = [(one.file, refused) for one in taken for refused in one.rejects]
    path.unlink(missing_ok=True)
    if rows:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(["file", "line", "reason", "detail", "raw"])
            for name, refused in rows:
                writer.writerow([name, refused.line, refused.reason, refused.detail, shown_text(refused.raw or "")])
    return len(rows)


def _tell_columns(one: PeopleTaken) -> None:
    """Print what was read of a table, and from which columns."""
    count = len(one.rejects)
    click.echo(say("{file}: {rows} rows read, {rejects} refused.", file=one.file, rows=one.rows, rejects=count))
    for note in one.notes:
        click.echo(f"  {note}")
    for refused in one.rejects[:_MOST_REFUSED]:
        click.echo(say("  Line {line} refused: {detail}", line=refused.line, detail=refused.detail))
    if count:
        click.echo(say("  All the lines refused are in rejects.csv."))
    if not one.has_header:
        click.echo(say("  No line names its columns: they are c1, c2 …, and the first line is data."))
    pairs = ", ".join(f"{field} = {column}" for field, column in one.mapping.items())
    click.echo(say("  Columns taken: {pairs}.", pairs=pairs))
    if one.left:
        left = ", ".join(one.left[:_MOST_LEFT]) + (" …" if len(one.left) > _MOST_LEFT else "")
        click.echo(say("  Columns left: {columns}. To take one: --columns FIELD=COLUMN.", columns=left))
    if one.others:
        click.echo(say("  Sheets or tables that tell of nobody: {names}.", names=", ".join(one.others)))


def _tell(figures: Mapping[str, Any], page: Path, beside: Path, as_json: bool) -> None:
    """Print the main figures and where the page is."""
    if as_json:
        click.echo(json.dumps({"page": str(page), "figures": str(beside), **_main(figures)}, ensure_ascii=False))
        return
    rate = figures["distributable"]["rate"]
    click.echo(
        say(
            "{records} records; distributable addresses: {rate}.",
            records=count_text(figures["records"]["described"]),
            rate=share_text(rate),
        )
    )
    click.echo(say("Written: {page} and {figures}.", page=page, figures=beside.name))


def _main(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: figures[name] for name in ("records", "distributable", "reach", "grades", "statuses")}
