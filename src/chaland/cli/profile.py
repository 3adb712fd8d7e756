"""`chaland profile`: who the customers of two periods are, in a base or in two files of people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli import as_json_option
from chaland.cli.figures import day, figure
from chaland.cli.studies import interval, percent, read_day, rows_of, say_json, show_table, tell_written, write_tables
from chaland.engine import Engine
from chaland.engine.duckdb import quoted
from chaland.engine.text import select
from chaland.errors import ConfigError
from chaland.ingest import read_table
from chaland.insight.profile import PERIOD_MONTHS, compare_files, measure_profile
from chaland.language import say
from chaland.progress import Reporter, reporter_for
from chaland.tables import insight_studies
from chaland.tickets import open_tickets


@click.command("profile", help=say("Compare who the customers of two periods are, with test and missing values."))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as-of", "as_of_text", metavar="DAY", help=say("Day looked from, 2026-12-31; else the last one."))
@click.option("--before", metavar="DAY", help=say("Last day of the earlier period; else the eve of the later one."))
@click.option("--months", default=PERIOD_MONTHS, show_default=True, help=say("Length of both periods."))
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="COLUMN",
    help=say("Column whose values are compared, of two files (several allowed)."),
)
@click.option("--customer", metavar="COLUMN", help=say("Column that tells the same person in both files."))
@click.option("--out", type=click.Path(path_type=Path), help=say("Folder for the tables."))
@click.option("--format", "kind", type=click.Choice(["csv", "parquet"]), default="csv", help=say("Of the tables."))
@as_json_option
def profile_command(
    files: tuple[Path, ...],
    as_of_text: str | None,
    before: str | None,
    months: int,
    columns: tuple[str, ...],
    customer: str | None,
    out: Path | None,
    kind: str,
    as_json: bool,
) -> None:
    """Run the command: for each characteristic, the shares of both periods, their change, and the whole's test."""
    reporter = reporter_for(as_json=as_json)
    if len(files) == 1 and files[0].is_dir():
        with open_tickets(files, given={}, reporter=reporter) as tickets:
            as_of = read_day(as_of_text, "--as-of") if as_of_text else tickets.as_of
            earlier = read_day(before, "--before") if before else None
            measure_profile(tickets.engine, as_of=as_of, before=earlier, months=months, reporter=reporter)
            found = _read(tickets.engine, out, kind)
    elif len(files) == 2 and not any(path.is_dir() for path in files):
        with Engine() as engine:
            _compare(engine, files, columns, customer, reporter)
            found = _read(engine, out, kind)
    else:
        raise ConfigError.of(
            [say("Give one base, or two files of people: the earlier, then the later.")],
            next_step=say("For instance: chaland profile 2025.csv 2026.csv --column sex --column occupation."),
        )
    shares, tests, paths = found
    if as_json:
        say_json({"profile": shares, "tests": tests})
        return
    console = Console(highlight=False, soft_wrap=True)
    _show(console, shares, tests)
    tell_written(console, paths)


def _compare(
    engine: Engine, files: Sequence[Path], columns: Sequence[str], customer: str | None, reporter: Reporter
) -> None:
    if not columns:
        raise ConfigError.of([say("Two files: say which columns to compare, --column COLUMN.")])
    engine.execute("create schema if not exists work")
    views = ("work.people_before", "work.people_after")
    wanted = [*columns, *([customer] if customer else [])]
    for path, view in zip(files, views, strict=True):
        read = read_table(path, engine)
        missing = [name for name in wanted if name not in read.columns]
        if missing:
            raise ConfigError.of(
                [say("{file}: no column {column}.", file=path.name, column=name) for name in missing],
                next_step=say("Its columns are: {columns}.", columns=", ".join(read.columns)),
            )
        kept = select([quoted(name) for name in dict.fromkeys(["_line", *wanted])], "landing.input")
        engine.execute(f"create or replace table {view} as\n" + kept)
    compare_files(engine, views, columns, customer, reporter=reporter)


def _read(
    engine: Engine, out: Path | None, kind: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Sequence[Path]]:
    paths = write_tables(engine, insight_studies.PROFILE_TABLES, out, kind)
    return rows_of(engine, insight_studies.PROFILE), rows_of(engine, insight_studies.PROFILE_TESTS), paths


def _show(console: Console, shares: Sequence[dict[str, Any]], tests: Sequence[dict[str, Any]]) -> None:
    if not shares:
        console.print(say("Nothing is known of the customers of both periods."))
        return
    first = tests[0]
    if first["after_to_date"]:
        console.print(
            say(
                "From {start} to {end}, against {earlier_start} to {earlier_end}.",
                start=day(first["after_from_date"]),
                end=day(first["after_to_date"]),
                earlier_start=day(first["before_from_date"]),
                earlier_end=day(first["before_to_date"]),
            )
        )
    for test in tests:
        headers = [
            characteristic_name(test["characteristic"]),
            say("Before ({count} known)", count=figure(test["known_before"])),
            say("After ({count} known)", count=figure(test["known_after"])),
            say("Change"),
            say("Sure"),
        ]
        rows = [
            [
                category_name(row["category"]),
                percent(row["ratio_before"]),
                percent(row["ratio_after"]),
                interval(row["change_low"], row["change_high"]),
                say("yes") if row["is_significant"] else say("no"),
            ]
            for row in shares
            if row["characteristic"] == test["characteristic"]
        ]
        show_table(console, headers, rows)
        if test["degrees"]:
            console.print(
                say(
                    "The whole: chi-square {value}, {degrees} degrees of freedom, p = {p}.",
                    value=figure(test["chi_square"], 2),
                    degrees=test["degrees"],
                    p=figure(test["p_adjusted"], 4),
                )
            )
        missing = {"before": figure(test["missing_before"]), "after": figure(test["missing_after"])}
        console.print(say("Not known: {before} before, {after} after.", **missing))


def characteristic_name(code: str) -> str:
    """Return a characteristic's name in the reader's language; a column's own name for a file's."""
    names = {
        "sex": say("Sex"),
        "age": say("Age"),
        "occupation": say("Occupation"),
        "seniority": say("Years as a customer"),
    }
    return str(names.get(code, code))


def category_name(code: str) -> str:
    """Return a category's name in the reader's language; a value of the data as it is.

    >>> import os; os.environ["CHALAND_LANG"] = "en"
    >>> [category_name(code) for code in ("F", "25_to_34", "under_18", "over_10", "nurse")]
    ['women', '25 to 34', 'under 18', '11 and over', 'nurse']
    """
    if code in ("F", "M", "others"):
        return {"F": say("women"), "M": say("men"), "others": say("others")}[code]
    if found := re.fullmatch(r"(\d+)_to_(\d+)", code):
        return say("{low} to {high}", low=found[1], high=found[2])
    if found := re.fullmatch(r"under_(\d+)", code):
        return say("under {years}", years=found[1])
    if found := re.fullmatch(r"(\d+)_and_over", code):
        return say("{years} and over", years=found[1])
    return say("{years} and over", years=11) if code == "over_10" else code
