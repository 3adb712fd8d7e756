"""The command line: parses, calls a room, prints. One module per family of commands, imported when called.

Exit codes: 0 done; 1 any other refusal; 2 settings or options; 3 a source cannot be read; 4 a contract;
5 totals do not reconcile; 6 the base is busy; 7 the disk; 8 not found; 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from chaland import __version__
from chaland.cli.refusals import fault_of_ours, interruption, is_interruption, refused_by_system, show, usage_error
from chaland.errors import ChalandError
from chaland.language import say

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("chaland.cli.demo", "Write the six source systems of a fictional retailer, with the truth."),
    "init": ("chaland.cli.sources", "Start a base in a folder."),
    "inspect": ("chaland.cli.sources", "Guess format, encoding, dates and columns of files; write the mapping."),
    "build": ("chaland.cli.build", "Read what is new, clean, identify, build and publish the base."),
    "status": ("chaland.cli.status", "Tell what the base holds, its loads and its rejects."),
    "undo": ("chaland.cli.sources", "Take a load back; the next build no longer sees its rows."),
    "export": ("chaland.cli.status", "Write a table of the base as CSV, Parquet or Excel."),
    "clean": ("chaland.cli.clean", "Clean any file of people: names, addresses, contacts, with grades."),
    "report": ("chaland.cli.clean", "Write the quality report of a base: one page of HTML, and JSON."),
    "dedupe": ("chaland.cli.dedupe", "Find who is who in any file of people."),
    "explain": ("chaland.cli.explain", "Tell why records are one person, or two, and what would change it."),
    "link": ("chaland.cli.link", "Join two files of people: who of one is whom of the other."),
    "rfm": ("chaland.cli.insight", "Score customers by recency, frequency and amount; name their behaviour."),
    "concentration": ("chaland.cli.insight", "Tell what share of the customers makes what share of the turnover."),
    "cohorts": (
        "chaland.cli.insight",
        "Follow customers by month of first purchase: how many come back, month after month.",
    ),
    "turnover": (
        "chaland.cli.insight",
        "Split turnover into customers, frequency and basket, and its change from year to year.",
    ),
    "clv": ("chaland.cli.clv", "Foresee who is still a customer, what each will buy, and its value."),
    "decide": ("chaland.cli.steward", "Say that two records are one customer, or never are; or take it back."),
    "ask": ("chaland.cli.ask", "Write the pairs of records most worth a steward's look, or read his answers."),
    "correct": ("chaland.cli.steward", "Correct what is known of a customer; a correction wins over every source."),
    "churn": ("chaland.cli.churn", "Tell who is silent beyond his own rhythm, and who will buy again."),
    "score": ("chaland.cli.score", "Learn from past answers who is likely to say yes; refuse columns that know it."),
    "baskets": ("chaland.cli.baskets", "Find what is bought together more than chance would have it."),
    "paths": (
        "chaland.cli.paths",
        "Find what follows what, after how long, and which beginnings lead to good customers.",
    ),
    "loyal": ("chaland.cli.loyal", "Find what customers of high potential discover before they prove loyal."),
    "profile": ("chaland.cli.profile", "Compare who the customers of two periods are, with test and missing values."),
    "catchment": (
        "chaland.cli.catchment",
        "Tell where customers live, by commune and shop, and how far they come from.",
    ),
    "channels": (
        "chaland.cli.channels",
        "Cross the channels: who looks on line and buys in a shop, and is worth what.",
    ),
    "segment": ("chaland.cli.segment", "Select customers of a base: count, explain, list, save, compare."),
    "satisfaction": (
        "chaland.cli.satisfaction",
        "Measure satisfaction with intervals; name who is not satisfied; search words.",
    ),
    "resolve": ("chaland.cli.resolve", "Tell which customer of a base a person is, with the weight of each field."),
    "serve": ("chaland.cli.serve", "Open the base in a browser."),
}
"""Command → (module, one-line help). The function in the module is `<command>_command`."""


class LazyGroup(click.Group):
    """Imports a command's module when the command is called, so that `chaland --help` stays instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name + "_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("Commands")):
            formatter.write_dl([(name, say(text)) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, help=say("The open-source customer base for retailers: unlike files in, one customer out."))
@click.version_option(__version__, package_name="chaland")
def root() -> None:
    """Hold the commands together."""


def as_json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--json`: one JSON object per step on standard error, the result as JSON on standard output."""
    return click.option("--json", "as_json", is_flag=True, help=say("Answer in JSON, for machines."))(function)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors of chaland are shown without a traceback, with their exit code."""
    try:
        given = list(arguments) if arguments is not None else None
        root.main(args=given, prog_name="chaland", standalone_mode=False)
    except ChalandError as error:
        _refuse(error)
    except (click.exceptions.Abort, KeyboardInterrupt):
        _refuse(interruption())
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _refuse(usage_error(error))
    except OSError as error:
        _refuse(refused_by_system(error))
    except Exception as error:  # the last door: a traceback may quote a customer's data
        _refuse(interruption() if is_interruption(error) else fault_of_ours(error))


def _refuse(error: ChalandError) -> NoReturn:
    show(error)
    sys.exit(error.exit_code)
