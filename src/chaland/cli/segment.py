"""`chaland segment …`: select customers of a base from the command line: count, explain, list, save, compare."""

from __future__ import annotations

import dataclasses
import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli import as_json_option
from chaland.cli.figures import amount, figure
from chaland.cli.studies import percent, say_json, show_table
from chaland.errors import SourceError
from chaland.language import say
from chaland.segments import Definition, OpenBase, open_base, read_definition, sentence
from chaland.segments.export import export_csv
from chaland.segments.saved import FROZEN
from chaland.segments.sentence import clause
from chaland.segments.study import (
    SEGMENTS_OVERLAPPED,
    SORTS,
    Profiles,
    Reach,
    compare,
    members,
    overlap,
    profile,
    reach,
)
from chaland.segments.vocabulary import REASONS, told

FOLDER = click.Path(file_okay=False, path_type=Path)
SHOWN = 20


@click.group(
    "segment",
    help=say("Select customers of a base. SEGMENT: a saved segment's key, a JSON file, or - for standard input."),
)
def segment_command() -> None:
    """Hold the verbs together."""


def _definition(base: OpenBase, what: str) -> Definition:
    """Return the definition of a saved segment's key, of a JSON file, or of - for standard input."""
    if what == "-":
        return read_definition(sys.stdin.read())
    if what.lstrip().startswith("{"):
        return read_definition(what)
    if what.endswith(".json") or "/" in what:
        try:
            return read_definition(Path(what).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(say("Cannot read the file {path}.", path=what)) from error
    return base.definition_of(base.saved.get(what))


def _names(base: OpenBase) -> dict[str, str]:
    return {f"segment:{one.key}": one.name for one in base.saved.all()}


def reach_row(one: Reach, customers: int) -> list[str]:
    """Return how many of so many customers a channel reaches, their share, and why it does not reach the others.

    >>> reach_row(Reach("email", 30, (("no_email", 20), ("objected", 10))), 60)[:2]
    ['email', '30']
    """
    why = ", ".join(f"{told(REASONS.get(reason, reason))} {figure(count)}" for reason, count in one.reasons)
    return [one.channel, figure(one.customers), percent(one.customers / max(customers, 1)), why]


@segment_command.command("count", help=say("Count the customers a definition selects, and those who may be reached."))
@click.argument("folder", type=FOLDER)
@click.argument("what", metavar="SEGMENT")
@click.option("--keep", is_flag=True, help=say("Add the size to the saved segment's history."))
@as_json_option
def count_verb(folder: Path, what: str, keep: bool, as_json: bool) -> None:
    """Count a segment of the base in FOLDER."""
    with open_base(folder) as base:
        definition = _definition(base, what)
        with base.asking() as run:
            bits = base.bits(definition, run)
            reached = reach(Profiles(base), bits, run)
        customers = base.size(bits)
        if keep:
            base.saved.keep_size(what, customers, as_of=base.as_of.isoformat(), now=datetime.now(UTC))
        words = sentence(definition, currency=base.currency, names=_names(base))
        if as_json:
            say_json(
                {
                    "customers": customers,
                    "base_customers": base.customers,
                    "sentence": words,
                    "reach": [dataclasses.asdict(one) for one in reached],
                }
            )
            return
        console = Console(highlight=False, soft_wrap=True)
        console.print(words)
        console.print(say("{customers} of {all} customers.", customers=figure(customers), all=figure(base.customers)))
        show_table(
            console,
            [say("Channel"), say("Reachable"), say("Share"), say("Why not the others")],
            [reach_row(one, customers) for one in reached],
        )


@segment_command.command("explain", help=say("Tell the count of every condition, alone and with those before it."))
@click.argument("folder", type=FOLDER)
@click.argument("what", metavar="SEGMENT")
@click.option("--sql", "with_sql", is_flag=True, help=say("Show the SQL of every condition; its values are bound."))
@as_json_option
def explain_verb(folder: Path, what: str, with_sql: bool, as_json: bool) -> None:
    """Explain a segment of the base in FOLDER."""
    with open_base(folder) as base:
        definition = _definition(base, what)
        explained = base.explain(definition)
        if as_json:
            say_json(dataclasses.asdict(explained))
            return
        console = Console(highlight=False, soft_wrap=True)
        names, leaves = _names(base), iter(definition.leaves)
        kinds = {"all": say("all of these"), "any": say("at least one"), "none": say("none of these")}
        rows = []
        for step in explained.steps:
            words = kinds.get(step.kind) or clause(next(leaves), currency=base.currency, names=names)
            rows.append(["  " * step.depth + words, figure(step.alone), figure(step.so_far)])
        show_table(console, [say("Condition"), say("Alone"), say("With those before")], rows)
        console.print(
            say(
                "{customers} of {all} customers.",
                customers=figure(explained.customers),
                all=figure(explained.base_customers),
            )
        )
        for _leaf, statements in base.statements(definition) if with_sql else ():
            for statement in statements:
                console.print(f"\n{statement.sql}", markup=False)


@segment_command.command("members", help=say("List the members, or write them to a CSV file; the export is traced."))
@click.argument("folder", type=FOLDER)
@click.argument("what", metavar="SEGMENT")
@click.option("--sort", type=click.Choice(SORTS), default="customer_id", show_default=True, help=say("Order."))
@click.option("--descending", is_flag=True, help=say("Highest first."))
@click.option("--rows", type=click.IntRange(1, 1000), default=SHOWN, show_default=True, help=say("Members shown."))
@click.option("--skip", type=click.IntRange(0), default=0, help=say("Members passed over."))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help=say("CSV file to write: all the members."))
@click.option(
    "--channel", type=click.Choice(["post", "phone", "sms", "email"]), help=say("Only those reachable by it.")
)
@as_json_option
def members_verb(
    folder: Path,
    what: str,
    sort: str,
    descending: bool,
    rows: int,
    skip: int,
    out: Path | None,
    channel: str | None,
    as_json: bool,
) -> None:
    """List or write the members of a segment of the base in FOLDER."""
    with open_base(folder) as base:
        definition = _definition(base, what)
        if out:
            _customers, pieces = export_csv(
                base, definition, key=what if len(what) < 80 else "", by=getpass.getuser(), now=datetime.now(UTC),
                channel=channel or "",
            )  # fmt: skip
            with out.open("w", encoding="utf-8", newline="") as opened:
                opened.writelines(pieces)
            click.echo(say("Written: {path}. The export is traced.", path=out))
            return
        with base.asking() as run:
            found = members(
                base, base.bits(definition, run), run, rows=rows, skip=skip, sort=sort, descending=descending
            )
        if as_json:
            say_json({"members": [dataclasses.asdict(one) for one in found]})
            return
        show_table(
            Console(highlight=False, soft_wrap=True),
            [say("Customer"), say("Name"), say("Town"), say("Age"), say("Purchases, 12 months")],
            [
                [
                    one.customer_id,
                    one.display_name,
                    one.city or "–",
                    "–" if one.age_years is None else figure(one.age_years),
                    amount(one.amount_12_months, base.currency),
                ]
                for one in found
            ],
        )


@segment_command.command("save", help=say("Save a definition under a name: living, or frozen with today's members."))
@click.argument("folder", type=FOLDER)
@click.argument("what", metavar="SEGMENT")
@click.option("--name", required=True, help=say("Its name."))
@click.option("--key", default="", help=say("Save a new revision of this segment."))
@click.option("--frozen", is_flag=True, help=say("Keep today's members for good."))
@click.option("--by", default="", help=say("Who saves; the account's name by default."))
def save_verb(folder: Path, what: str, name: str, key: str, frozen: bool, by: str) -> None:
    """Save a segment of the base in FOLDER."""
    with open_base(folder) as base:
        definition, now = _definition(base, what), datetime.now(UTC)
        customers = base.count(definition)
        saved = base.saved.save(
            name,
            definition,
            by=by or getpass.getuser(),
            now=now,
            key=key,
            frozen_ids=(lambda: base.member_ids(definition)) if frozen else None,
        )
        base.saved.keep_size(saved.key, customers, as_of=base.as_of.isoformat(), now=now)
        click.echo(say("Saved as {key}: {customers} customers.", key=saved.key, customers=figure(customers)))


@segment_command.command("list", help=say("List the saved segments with their last size and who rests on them."))
@click.argument("folder", type=FOLDER)
@as_json_option
def list_verb(folder: Path, as_json: bool) -> None:
    """List the segments of the base in FOLDER."""
    with open_base(folder) as base:
        rows: list[dict[str, Any]] = []
        for one in base.saved.all():
            sizes = base.saved.sizes(one.key)
            rows.append(
                {
                    "key": one.key,
                    "name": one.name,
                    "kind": one.kind,
                    "revision": one.revision,
                    "customers": sizes[-1].customers if sizes else None,
                    "used_by": [user.key for user in base.saved.used_by(one.key)],
                }
            )
        if as_json:
            say_json({"segments": rows})
            return
        show_table(
            Console(highlight=False, soft_wrap=True),
            [say("Key"), say("Name"), say("Kind"), say("Customers"), say("Used by")],
            [
                [
                    row["key"],
                    row["name"],
                    say("frozen") if row["kind"] == FROZEN else say("living"),
                    "–" if row["customers"] is None else figure(row["customers"]),
                    ", ".join(row["used_by"]),
                ]
                for row in rows
            ],
        )


@segment_command.command("profile", help=say("Compare what a segment is made of with the whole base."))
@click.argument("folder", type=FOLDER)
@click.argument("what", metavar="SEGMENT")
@as_json_option
def profile_verb(folder: Path, what: str, as_json: bool) -> None:
    """Tell the composition of a segment of the base in FOLDER."""
    with open_base(folder) as base, base.asking() as run:
        rows = profile(Profiles(base), base.bits(_definition(base, what), run), run)
        if as_json:
            say_json({"rows": [dataclasses.asdict(row) for row in rows]})
            return
        show_table(
            Console(highlight=False, soft_wrap=True),
            [say("What"), say("Value"), say("Customers"), say("Share"), say("In the base"), say("Index")],
            [
                [row.dimension, row.value or "–", figure(row.customers), percent(row.ratio), percent(row.base_ratio),
                 "–" if row.index is None else figure(row.index)]
                for row in rows
            ],
        )  # fmt: skip


@segment_command.command("compare", help=say("Tell what differs most between two segments."))
@click.argument("folder", type=FOLDER)
@click.argument("one")
@click.argument("other")
@as_json_option
def compare_verb(folder: Path, one: str, other: str, as_json: bool) -> None:
    """Compare two segments of the base in FOLDER."""
    with open_base(folder) as base, base.asking() as run:
        both = [base.bits(_definition(base, what), run) for what in (one, other)]
        rows = compare(Profiles(base), both[0], both[1], run)[:SHOWN]
        if as_json:
            say_json({"rows": [dataclasses.asdict(row) for row in rows]})
            return
        show_table(
            Console(highlight=False, soft_wrap=True),
            [say("What"), say("Value"), one, other, "z"],
            [
                [row.dimension, row.value or "–", percent(row.ratio), percent(row.other_ratio), figure(row.z, 1)]
                for row in rows
            ],
        )


@segment_command.command("overlap", help=say("Tell how many customers are in exactly which of several segments."))
@click.argument("folder", type=FOLDER)
@click.argument("what", metavar="SEGMENT…", nargs=-1, required=True)
@as_json_option
def overlap_verb(folder: Path, what: tuple[str, ...], as_json: bool) -> None:
    """Cross several segments of the base in FOLDER."""
    if not 1 < len(set(what)) <= SEGMENTS_OVERLAPPED:
        raise click.UsageError(say("Give two to {most} different segments.", most=SEGMENTS_OVERLAPPED))
    with open_base(folder) as base, base.asking() as run:
        found = overlap(base, {one: base.bits(_definition(base, one), run) for one in what})
        if as_json:
            say_json({"overlaps": [dataclasses.asdict(one) for one in found]})
            return
        show_table(
            Console(highlight=False, soft_wrap=True),
            [say("In these segments and no other"), say("Customers"), say("In the base")],
            [
                [" + ".join(one.keys), figure(one.customers), percent(one.customers / max(base.customers, 1))]
                for one in found
            ],
        )
