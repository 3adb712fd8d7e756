"""What the studies' commands share: the options that name columns, the opening of tickets, the writing of tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table as Shown

from chaland.cli import as_json_option
from chaland.cli.figures import figure
from chaland.engine import Engine
from chaland.engine.spreadsheet import spreadsheet_select
from chaland.errors import ConfigError, StorageError
from chaland.language import current_language, say
from chaland.progress import Reporter, reporter_for
from chaland.tables import Table
from chaland.tickets import FIELDS, OPTIONS, Tickets, open_tickets

Command = Callable[..., Any]


_AND_WHAT_COMES_OUT: tuple[Command, ...] = (
    click.option("--as-of", "as_of_text", metavar="DAY", help=say("Day looked from, 2026-12-31; else the last one.")),
    click.option("--out", type=click.Path(path_type=Path), help=say("Folder for the tables.")),
    click.option("--format", "kind", type=click.Choice(["csv", "parquet"]), default="csv", help=say("Of the tables.")),
    as_json_option,
)


def _with(function: Command, options: Sequence[Command]) -> Command:
    for option in reversed(options):
        function = option(function)
    return function


def study_options(function: Command) -> Command:
    """Add what every study takes: files or a base, the columns, the day looked from, the folder, `--json`."""
    options: list[Command] = [
        click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path)),
        click.option("--customer", metavar="COLUMN", help=say("Column of the customer's number.")),
        click.option("--date", "sold", metavar="COLUMN", help=say("Column of the day of purchase.")),
        click.option("--amount", metavar="COLUMN", help=say("Column of the amount paid.")),
        click.option("--ticket", metavar="COLUMN", help=say("Column of the ticket's number; else a row is a ticket.")),
        click.option("--product", metavar="COLUMN", help=say("Column of the product.")),
        click.option("--family", metavar="COLUMN", help=say("Column of the product's family.")),
        click.option("--department", metavar="COLUMN", help=say("Column of the product's department.")),
        click.option("--shop", metavar="COLUMN", help=say("Column of the shop.")),
        click.option("--channel", metavar="COLUMN", help=say("Column of the channel: web, or a shop's.")),
    ]
    return _with(function, [*options, *_AND_WHAT_COMES_OUT])


@dataclass(frozen=True)
class Study:
    """A study of tickets being made.

    Attributes:
        tickets: what was opened.
        as_of: day looked from.
        options: those of `study_options`, as the user gave them.
    """

    tickets: Tickets
    as_of: date
    reporter: Reporter
    options: Mapping[str, Any]

    @property
    def engine(self) -> Engine:
        return self.tickets.engine

    def rows(self, *tables: Table) -> list[list[dict[str, Any]]]:
        """Return the rows of each table."""
        return [rows_of(self.engine, table) for table in tables]

    def checks(self, table: Table) -> dict[str, float]:
        """Return a table of checks: name → what was found."""
        return {row["check_name"]: row["found"] for row in rows_of(self.engine, table)}

    def tell(self, tables: Sequence[Table], facts: Mapping[str, Any], show: Callable[[Console], None]) -> None:
        """Write the tables, then print the facts as JSON, or show them and say what was read and written."""
        paths = write_tables(self.engine, tables, self.options["out"], self.options["kind"])
        if self.options["as_json"]:
            say_json(facts)
            return
        console = Console(highlight=False, soft_wrap=True)
        show(console)
        tell_reading(console, self.tickets, paths)


@contextmanager
def open_study(
    files: Sequence[Path], options: Mapping[str, Any], *, needs: Sequence[str] = ("customer", "sold")
) -> Iterator[Study]:
    """Open files of tickets, or a base, for the command whose options these are; `needs`: fields it cannot do without.

    Raises:
        ConfigError, SourceError, NotFoundError: as `open_tickets` and `read_day` do.
    """
    reporter = reporter_for(as_json=options["as_json"])
    with open_tickets(files, given=given_columns(options), needs=needs, reporter=reporter) as tickets:
        asked = options["as_of_text"]
        yield Study(tickets, read_day(asked, "--as-of") if asked else tickets.as_of, reporter, options)


def given_columns(options: Mapping[str, Any]) -> dict[str, str]:
    """Take the column options out of a command's options: field → column, as the user named them."""
    return {name: str(options[name]) for name in FIELDS if options.get(name)}


def read_day(text: str, option: str) -> date:
    """Return the day of an option written 2026-12-31.

    Raises:
        ConfigError: the text is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError.of([say("{option}: expected a day such as 2026-12-31.", option=option)]) from error


def write_tables(engine: Engine, tables: Sequence[Table], out: Path | None, kind: str) -> list[Path]:
    """Write each table in the folder, CSV as spreadsheets of the reader's language open it; nothing without one."""
    if out is None:
        return []
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(say("Cannot write in {folder}.", folder=out), next_step=str(error.strerror)) from error
    catalog = engine.value("select current_catalog()")
    french = current_language() == "fr"
    paths = []
    for table in tables:
        path = out / f"{table.name}.{kind}"
        order = f" order by {', '.join(table.sort_by)}" if table.sort_by else ""
        if kind == "csv":
            query = spreadsheet_select(table, catalog, french=french) + order
            engine.write_csv(query, path, separator=";" if french else ",")
        else:
            engine.write_parquet(f"from {table.full_name}{order}", path)
        paths.append(path)
    return paths


def rows_of(engine: Engine, table: Table) -> list[dict[str, Any]]:
    """Return the rows of a small table, in its order, as plain values."""
    order = f" order by {', '.join(table.sort_by)}" if table.sort_by else ""
    rows: list[dict[str, Any]] = engine.arrow(f"from {table.full_name}{order}").to_pylist()
    return rows


def say_json(facts: Mapping[str, Any]) -> None:
    """Print the facts as one JSON object; days as ISO text, decimals as numbers."""
    click.echo(json.dumps(facts, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else float(str(value))


def show_table(console: Console, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: first column to the left, figures to the right."""
    shown = Shown(*headers, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for column in shown.columns[1:]:
        column.justify, column.no_wrap = "right", True
    for row in rows:
        shown.add_row(*row)
    console.print(shown)


def percent(ratio: float | None, decimals: int = 1) -> str:
    """Return a ratio as a percentage: 12,3 % in French, 12.3% in English."""
    if ratio is None:
        return "–"
    text = figure(100 * ratio, decimals)
    return f"{text}%" if current_language() == "en" else f"{text}\u00a0%"


def interval(low: float | None, high: float | None) -> str:
    """Return an interval of shares, in points: [−1,2; +3,4]; a dash where it is not known."""
    if low is None or high is None:
        return "–"
    return f"[{points(low)} ; {points(high)}]"


def points(change: float) -> str:
    """Return a change of a share, in points, with its sign: +3,4, −1,2."""
    text = figure(abs(100 * change), 1)
    return f"{'−' if change < 0 else '+'}{text}"


def tell_reading(console: Console, tickets: Tickets, paths: Sequence[Path]) -> None:
    """Say which columns were read, what was left out, and what was written."""
    if tickets.columns:
        named = ", ".join(f"{OPTIONS.get(name, name)}={column}" for name, column in tickets.columns.items())
        console.print(say("Columns read: {columns}", columns=named), markup=False)
    if tickets.unread:
        console.print(say("{count} rows could not be read and were left out.", count=tickets.unread))
    tell_written(console, paths)


def tell_written(console: Console, paths: Sequence[Path]) -> None:
    """Say which tables were written, and where; nothing where none was."""
    if paths:
        names = ", ".join(path.name for path in paths)
        console.print(say("Written in {folder}: {names}.", folder=paths[0].parent, names=names), markup=False)
