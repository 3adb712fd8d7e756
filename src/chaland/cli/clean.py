"""`chaland clean`: any file of people, cleaned and graded. `chaland report`: the quality report of a base."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import click

from chaland.clean import clean_records
from chaland.clean.report import figures_of_base, figures_of_records, write_report
from chaland.clean.typography import count_text, share_text
from chaland.cli import as_json_option
from chaland.config import BaseSettings, RunSettings, Settings, load_settings
from chaland.dedupe import guess_columns, parse_columns, people_rows
from chaland.engine import Engine
from chaland.errors import ConfigError, StorageError
from chaland.ingest import read_table
from chaland.ingest.guess import Guess, inspect_files
from chaland.language import say
from chaland.progress import Reporter, reporter_for
from chaland.publish import read_manifest, snapshot_in_force
from chaland.tables import landing

DATABASE = "chaland.duckdb"
_PERSON_FIELDS = frozenset(column.name for column in landing.PERSON_FIELDS)
_TELLING = _PERSON_FIELDS - {"civility", "sex", "country", "occupation", "card_tier"}
"""Fields one of which a file of people has: a Title alone may be a product's."""
_MOST_LEFT = 12
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
        taken = _read_files(engine, files, parse_columns(columns_text), id_column, reporter)
        clean_records(engine, settings, as_of=as_of, reporter=reporter)
        with reporter.step("clean.write") as step:
            records = engine.write_parquet("select * from clean.records order by file, line", out / "clean.parquet")
            engine.write_csv("select * from clean.records order by file, line", out / "clean.csv", separator=";")
            title = ", ".join(path.name for path in files)
            figures = figures_of_records(engine, title=title, as_of=as_of)
            page, beside = write_report(figures, out / "report.html")
            step.note(records=records, rejects=sum(one.rejects for one in taken))
    if not as_json:
        for one in taken:
            _tell_columns(one)
    _tell(figures, page, beside, as_json)


def _speak(lang: str | None) -> None:
    if lang:
        os.environ["CHALAND_LANG"] = lang


class _Read(NamedTuple):
    """What was taken of one file: field → column, the columns left, and whether they have names."""

    file: str
    rows: int
    rejects: int
    mapping: Mapping[str, str]
    left: tuple[str, ...]
    has_header: bool


def _read_files(
    engine: Engine, files: tuple[Path, ...], given: Mapping[str, str], id_column: str, reporter: Reporter
) -> list[_Read]:
    """Fill landing.people from the files; return what was taken of each.

    Raises:
        ConfigError: a column is missing, or none tells anything of a person.
    """
    taken = []
    for path in files:
        with reporter.step("clean.read") as step:
            guesses = inspect_files([path])
            headless = next((one.reading for one in guesses if not one.reading.header), None)
            found = read_table(path, engine, source=headless)
            columns = ", ".join(found.columns)
            if id_column and id_column not in found.columns:
                raise ConfigError.of(
                    [say("{file}: no column {column}.", file=path.name, column=id_column)],
                    next_step=say("Its columns are: {columns}.", columns=columns),
                )
            mapping = guess_columns(found.columns, _guessed(guesses, found.columns, given), [id_column])
            if not _TELLING & set(mapping):
                raise ConfigError.of(
                    [say("{file}: no column is known to tell anything of a person.", file=path.name)],
                    next_step=say("Name them by --columns FIELD=COLUMN,… Its columns are: {columns}.", columns=columns),
                )
            rows = engine.arrow('select * from landing.input order by "_line"')
            people = people_rows(rows, mapping, path.stem if len(files) > 1 else "file", path.name, id_column)
            engine.connection.register("people_read", people)
            engine.insert(landing.PEOPLE, "select * from people_read")
            engine.connection.unregister("people_read")
            used = {part.strip() for text in mapping.values() for part in re.split(r"[+/]", text)}
            used |= {*mapping.values(), id_column}
            left = tuple(name for name in found.columns if name not in used)
            taken.append(_Read(path.name, len(people), len(found.rejects), mapping, left, found.columns[0] != "c1"))
            step.note(file=path.name, rows=len(people), columns=len(mapping), rejects=len(found.rejects))
    return taken


def _guessed(guesses: Sequence[Guess], names: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """Return field → column: those given, then those that bear a field's own name, then those their contents tell."""
    taken = set(given.values())
    mapping = {name: name for name in names if name in _PERSON_FIELDS and name not in taken} | dict(given)
    taken |= set(mapping.values())
    for guess in guesses:
        for field, columns in guess.mapping().items():
            column = columns[0].column
            if field in _PERSON_FIELDS and field not in mapping and column in names and column not in taken:
                mapping[field] = column
                taken.add(column)
    if "street" in mapping and not {"street", "address", "postcode", "city"} & (set(mapping) - {"street"} | set(given)):
        # nothing else tells the town: it stands in the same text
        mapping["address"] = mapping.pop("street")
    return mapping


def _tell_columns(one: _Read) -> None:
    """Print what was read of a file, and from which columns."""
    click.echo(say("{file}: {rows} rows read, {rejects} refused.", file=one.file, rows=one.rows, rejects=one.rejects))
    if not one.has_header:
        click.echo(say("  No line names its columns: they are c1, c2 …, and the first line is data."))
    pairs = ", ".join(f"{field} = {column}" for field, column in one.mapping.items())
    click.echo(say("  Columns taken: {pairs}.", pairs=pairs))
    if one.left:
        left = ", ".join(one.left[:_MOST_LEFT]) + (" …" if len(one.left) > _MOST_LEFT else "")
        click.echo(say("  Columns left: {columns}. To take one: --columns FIELD=COLUMN.", columns=left))


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
