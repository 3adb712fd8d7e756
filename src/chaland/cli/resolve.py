"""`chaland resolve`: who a person is, in the base as published. JSON in, JSON out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from chaland.errors import ConfigError, SourceError
from chaland.language import say
from chaland.resolve import as_facts, open_base


@click.command("resolve", help=say("Tell which customer of a base a person is, with the weight of each field."))
@click.argument("base", type=click.Path(path_type=Path), metavar="BASE")
@click.option("--record", "text", metavar="JSON", help=say("The person's fields, as one JSON object."))
@click.option("--file", "file", type=click.Path(path_type=Path), help=say("Persons, one JSON object a line."))
@click.option("--most", default=10, type=click.IntRange(1, 100), help=say("Candidates told at most."))
def resolve_command(base: Path, text: str | None, file: Path | None, most: int) -> None:
    """Run the command: one JSON object a person on standard output."""
    if (text is None) == (file is None):
        raise click.UsageError(say("Give either --record or --file."))
    with open_base(base, as_of=date.today()) as opened:
        for line, record in _records(text, file):
            try:
                answer = opened.resolve(record, most=most)
            except ConfigError as error:
                where = say("line {line}", line=line) if file else "--record"
                raise ConfigError.of([f"{where}: {fault}" for fault in str(error).splitlines()]) from error
            click.echo(json.dumps(as_facts(answer), ensure_ascii=False))


def _records(text: str | None, file: Path | None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each person's fields with its line."""
    if file is None:
        yield 1, _object(text or "", "--record")
        return
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, _object(line, say("{file}, line {line}", file=file.name, line=number))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(say("{file} cannot be read.", file=file)) from error


def _object(text: str, where: str) -> dict[str, Any]:
    """Return a JSON object; what it holds is never shown."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ConfigError.of([say("{where}: not a JSON object.", where=where)]) from error
    if not isinstance(found, dict):
        raise ConfigError.of([say("{where}: not a JSON object.", where=where)])
    return found
