"""What the command line says when it refuses: an error of chaland, a wrong option, an interruption, a fault of ours.

Click's own sentences are English only; these say the same in the reader's language.
"""

from __future__ import annotations

import difflib
import os
import sys
import traceback
from pathlib import Path

import click
import duckdb
from rich.console import Console

from chaland.errors import ChalandError, ConfigError, StorageError
from chaland.language import Said, say

INTERRUPTED = 130
TRACEBACK = "CHALAND_TRACEBACK"


def show(error: ChalandError) -> None:
    """Print an error on standard error: what, what is left, what next."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]{say('Refused')}[/] ", end="")
    console.print(error.message, markup=False)
    for line in (error.left, error.next_step):
        if line:
            console.print(line, markup=False, style="dim")


def interruption() -> ChalandError:
    """Return what to tell after Ctrl-C; its exit code is 130."""
    error = ChalandError(
        say("Interrupted."),
        left=say("What was in force before is untouched; nothing half-made will be read."),
        next_step=say("The same command starts again."),
    )
    error.exit_code = INTERRUPTED
    return error


def is_interruption(error: Exception) -> bool:
    """Tell Ctrl-C met in the middle of a query, which DuckDB raises under two other names.

    >>> is_interruption(RuntimeError("Query interrupted")), is_interruption(RuntimeError("anything else"))
    (True, False)
    """
    return isinstance(error, duckdb.InterruptException) or (
        isinstance(error, RuntimeError) and str(error) == "Query interrupted"
    )


def usage_error(error: click.ClickException) -> ConfigError:
    """Return click's refusal of an option or an argument, in the reader's language."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "chaland"
    return ConfigError.of([_fault(error)], next_step=say("Help: {command} --help", command=command))


def refused_by_system(error: OSError) -> StorageError:
    """Return what to tell when the system refuses a file or a folder."""
    return StorageError(
        say("The system refused {path}: {reason}.", path=error.filename or "?", reason=error.strerror or "?"),
        left=say("What was in force before is untouched; nothing half-made will be read."),
        next_step=say("Free disk space or check the rights on the folder, then start again."),
    )


def fault_of_ours(error: Exception) -> ChalandError:
    """Return what to tell of an error that chaland did not foresee.

    Its own message and its traceback may quote a customer's data: they show only when CHALAND_TRACEBACK is set.
    """
    place = traceback.extract_tb(error.__traceback__)[-1]
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error, file=sys.stderr)
    return ChalandError(
        say(
            "A fault of chaland itself: {kind} in {file}, line {line}.",
            kind=type(error).__name__,
            file=Path(place.filename).name,
            line=place.lineno,
        ),
        left=say("What was in force before is untouched; nothing half-made will be read."),
        next_step=say(
            "Report it with this sentence; {name}=1 shows the details, which may quote data.", name=TRACEBACK
        ),
    )


def _fault(error: click.ClickException) -> str:
    if isinstance(error, click.exceptions.NoSuchCommand):
        return say("{name}: no such command.", name=error.command_name) + _close(_commands_like(error))
    if isinstance(error, click.NoSuchOption):
        return say("{name}: no such option.", name=error.option_name) + _close(error.possibilities)
    if isinstance(error, click.BadOptionUsage):
        return say("{name}: used wrongly; a value is missing or too many.", name=error.option_name)
    if isinstance(error, click.BadParameter):
        name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else "?"
        if isinstance(error, click.MissingParameter):
            return say("{name} is missing.", name=name)
        return say("{name}: expected {wanted}.", name=name, wanted=_wanted(error.param))
    if type(error) is click.UsageError:  # one of ours says what it wants; click has but one
        return error.message if isinstance(error.message, Said) else say("More arguments than the command takes.")
    return error.format_message()


def _commands_like(error: click.exceptions.NoSuchCommand) -> list[str]:
    group = error.ctx.command if error.ctx else None
    known = group.list_commands(error.ctx) if isinstance(group, click.Group) and error.ctx else []
    return difflib.get_close_matches(error.command_name, known, n=1)


def _close(possibilities: object) -> str:
    names = [str(name) for name in possibilities] if isinstance(possibilities, (list, tuple)) else []
    return say(" Did you mean {name}?", name=names[0]) if names else ""


def _wanted(param: click.Parameter | None) -> str:
    """Return what an option takes, in words."""
    kind = param.type if param else None
    if isinstance(kind, click.Choice):
        return say("one of {names}", names=", ".join(str(choice) for choice in kind.choices))
    if isinstance(kind, (click.IntRange, click.FloatRange)):
        if kind.max is None:
            return say("a number, {least} or more", least=kind.min)
        return say("a number from {least} to {most}", least=kind.min, most=kind.max)
    if isinstance(kind, click.DateTime):
        return say("a day such as 2026-09-30")
    if isinstance(kind, click.Path):
        if not kind.file_okay:
            return say("a folder, found a file")
        return say("a file, found a folder") if not kind.dir_okay else say("a file or a folder that exists")
    return say("another value")
