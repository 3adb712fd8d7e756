"""`chaland init`, `chaland inspect`, `chaland undo`: a base's sources and their loads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chaland.cli import as_json_option
from chaland.config import FILE_NAME, load_settings
from chaland.ingest import Load, list_loads, redo_load, undo_load
from chaland.ingest.guess import Guess, inspect_files
from chaland.ingest.mapping import missing_fields, start_base, write_mapping
from chaland.ingest.weigh import SURE
from chaland.language import say
from chaland.publish.place import run_lock

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(help=say("Start a base in a folder: an explained chaland.toml, ready for its sources."))
@click.argument("folder", type=FOLDER)
@click.option(
    "--from",
    "like",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("Copy the mapping of this chaland.toml; its sources stay where they are."),
)
@as_json_option
def init_command(folder: Path, like: Path | None, as_json: bool) -> None:
    path = start_base(folder, like=like)
    sources = list(load_settings(folder).sources)
    if as_json:
        click.echo(json.dumps({"path": str(path), "sources": sources}, ensure_ascii=False))
        return
    click.echo(say("{path} is written. Sources: {count}.", path=path, count=len(sources)))
    if sources:
        click.echo(say("Next: chaland build {folder}", folder=folder))
    else:
        click.echo(say("Next: chaland inspect FILE… --write {folder}", folder=folder))


@click.command(help=say("Guess format, encoding, dates and columns of files; write the mapping into a base."))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--write", "base", type=FOLDER, help=say("Base whose chaland.toml receives the mapping; made if missing.")
)
@as_json_option
def inspect_command(files: tuple[Path, ...], base: Path | None, as_json: bool) -> None:
    guesses = inspect_files(_all_files(files))
    written: list[str] = []
    if base:
        if not (base / FILE_NAME).exists():
            start_base(base)
        written = write_mapping(base / FILE_NAME, guesses)
    if as_json:
        answer = {"sources": [_as_json(guess) for guess in guesses], "written": written}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    console = Console(soft_wrap=False)
    for guess in guesses:
        _show(console, guess)
    if base:
        click.echo(say("Sources written to {path}: {count}.", count=len(written), path=base / FILE_NAME))
        for fault in missing_fields(base / FILE_NAME, written):
            click.echo("  " + fault)
    else:
        click.echo(say("Nothing is written; add --write BASE to keep this mapping."))


@click.command(help=say("Take a load back, or put it back; without a load, list them."))
@click.argument("folder", type=FOLDER)
@click.argument("load_id", required=False)
@click.option("--redo", is_flag=True, help=say("Put back a load that was taken back."))
@as_json_option
def undo_command(folder: Path, load_id: str | None, redo: bool, as_json: bool) -> None:
    load_settings(folder)
    if not load_id:
        _show_loads(list_loads(folder), as_json=as_json)
        return
    with run_lock(folder):  # a build under way reads the same markers
        load = redo_load(folder, load_id) if redo else undo_load(folder, load_id)
    if as_json:
        click.echo(json.dumps(_load_json(load), ensure_ascii=False))
        return
    if redo:
        click.echo(say("{load} is put back. Rows that count again: {rows}.", load=load_id, rows=load.rows_landed))
    else:
        click.echo(say("{load} is taken back. Rows that no longer count: {rows}.", load=load_id, rows=load.rows_landed))
    click.echo(say("Next: chaland build {folder}", folder=folder))


def _all_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files, those of folders included; hidden files and chaland.toml left out."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():  # a missing file has its own sentence
            found.append(path)
            continue
        inside = sorted(path.rglob("*"))
        found += [
            one
            for one in inside
            if one.is_file() and not any(part.startswith(".") for part in one.parts) and one.name != FILE_NAME
        ]
    return found


def _settings_text(guess: Guess) -> str:
    """Return the reading settings in one line: `csv, utf-8, ;`."""
    reading = guess.reading
    parts = [reading.format, reading.encoding, {"\t": "tab"}.get(reading.separator, reading.separator)]
    parts += [reading.table, reading.sheet, *(f"{name} = {value}" for name, value in reading.filter.items())]
    parts += [f"explode {reading.explode}"] if reading.explode else []
    parts += [f"{name} {value}" for name, value in guess.settings.items()]
    return "  ".join(part for part in parts if part)


def _show(console: Console, guess: Guess) -> None:
    files = str(guess.files[0]) if len(guess.files) == 1 else say("{count} files", count=len(guess.files))
    kind = guess.kind or say("unknown kind")
    console.print(f"\n[bold]{escape(guess.name)}[/]  {kind}  [dim]{guess.confidence:.0%}  {escape(files)}[/]")
    console.print(f"[dim]{escape(_settings_text(guess))}[/]")
    table = Table(box=None, pad_edge=False)
    for title in (say("column"), say("field"), say("confidence"), say("why")):
        table.add_column(title, style="bold" if title == say("field") else "")
    why = {"name": say("its name"), "content": say("its content"), "both": say("its name and content")}
    why["other"] = say("another address, or somebody else")
    for column in guess.columns:
        sure = column.confidence >= SURE
        field = column.field if sure else f"{column.field} ?" if column.field else "–"
        share = f"{column.confidence:.0%}" if column.field else ""
        table.add_row(escape(column.column), field, share, why.get(column.by, ""), style="" if sure else "dim")
    console.print(table)


def _as_json(guess: Guess) -> dict[str, Any]:
    """Return a guess for machines; its columns hold no value of the files."""
    return {
        "name": guess.name,
        "kind": guess.kind,
        "confidence": guess.confidence,
        "files": [str(path) for path in guess.files],
        "format": guess.reading.format,
        "encoding": guess.reading.encoding,
        "separator": guess.reading.separator,
        "settings": guess.settings,
        "constants": guess.constants,
        "columns": [
            {"column": column.column, "field": column.field, "confidence": column.confidence, "by": column.by}
            for column in guess.columns
        ],
    }


def _load_json(load: Load) -> dict[str, Any]:
    return {
        "load_id": load.load_id,
        "source": load.source,
        "loaded_at": load.loaded_at,
        "files": len(load.files),
        "rows_landed": load.rows_landed,
        "rows_rejected": load.rows_rejected,
        "undone": load.undone,
        "notes": [f"{file.path}: {note}" for file in load.files for note in file.notes],
    }


def _show_loads(loads: Sequence[Load], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([_load_json(load) for load in loads], ensure_ascii=False, indent=1))
        return
    if not loads:
        click.echo(say("This base has no load yet."))
        return
    table = Table(box=None, pad_edge=False)
    # whole, whatever the width of the terminal: it is there to be copied
    table.add_column(say("load"), no_wrap=True, min_width=max(len(load.load_id) for load in loads))
    for title in (say("source"), say("date"), say("files"), say("rows"), say("rejects"), ""):
        table.add_column(title)
    for load in loads:
        state = say("taken back") if load.undone else ""
        table.add_row(
            load.load_id,
            load.source,
            load.loaded_at[:16].replace("T", " "),
            str(len(load.files)),
            str(load.rows_landed),
            str(load.rows_rejected),
            state,
        )
    Console().print(table)
