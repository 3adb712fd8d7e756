"""`chaland status` and `chaland export`: what the snapshot in force holds. They import no room that builds."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from chaland.cli import as_json_option
from chaland.cli.crowds import tell_crowds
from chaland.cli.figures import age, amount, day, figure
from chaland.config import load_settings
from chaland.engine import Engine
from chaland.language import say
from chaland.progress import Reporter, reporter_for
from chaland.publish.export import FORMATS, Exported, export_table
from chaland.publish.manifest import Manifest, read_manifest
from chaland.publish.place import DATABASE, pinned

FOLDER = click.Path(file_okay=False, path_type=Path)


def _rows(manifest: Manifest, name: str) -> int:
    return manifest["tables"][f"base.{name}"]["rows"]


def _checked(manifest: Manifest, *names: str) -> Decimal:
    """Return the sum of what the named checks expected."""
    found = [check for check in manifest["reconciliation"] if check["check_name"] in names]
    return sum((Decimal(check["expected"]) for check in found), Decimal(0))


def totals(manifest: Manifest) -> dict[str, Any]:
    """Return the figures of a snapshot that its manifest proves, for a summary or for JSON."""
    return {
        "records": _rows(manifest, "records"),
        "customers": _rows(manifest, "customers"),
        "households": _rows(manifest, "households"),
        "tickets": _rows(manifest, "tickets"),
        "ticket_lines": _rows(manifest, "ticket_lines"),
        "turnover": _checked(manifest, "turnover_in_days"),
        "rows_read": int(_checked(manifest, "rows_read")),
        "rows_rejected": int(_checked(manifest, "rejects_read", "rejects_conform")),
        "checks": len(manifest["reconciliation"]),
        "checks_equal": sum(check["is_equal"] for check in manifest["reconciliation"]),
    }


def tell_totals(manifest: Manifest, currency: str) -> None:
    """Print the figures of a snapshot, a line per subject."""
    counts = totals(manifest)
    click.echo(
        say(
            "{records} records → {customers} customers → {households} households",
            records=figure(counts["records"]),
            customers=figure(counts["customers"]),
            households=figure(counts["households"]),
        )
    )
    click.echo(
        say(
            "{tickets} tickets, {lines} lines, {turnover}",
            tickets=figure(counts["tickets"]),
            lines=figure(counts["ticket_lines"]),
            turnover=amount(counts["turnover"], currency),
        )
    )
    click.echo(
        say(
            "Source rows read: {rows}; set aside with their reason: {rejects}",
            rows=figure(counts["rows_read"]),
            rejects=figure(counts["rows_rejected"]),
        )
    )
    click.echo(
        say(
            "Totals reconcile to the sources: {equal} of {checks} checks",
            equal=figure(counts["checks_equal"]),
            checks=figure(counts["checks"]),
        )
    )


def tell_identified(told: dict[str, Any] | None) -> None:
    """Print whether identities were resolved by increment, or whole and why, and whether the model should be learnt
    again.

    Args:
        told: a manifest's `identified`; None, of an older snapshot, says nothing.
    """
    if told is None:
        return
    if told["kind"] == "whole":
        click.echo(say("Identities resolved whole. {why}", why=told["why"]))
        tell_crowds(told)
        return
    changes = told["changes"]
    click.echo(
        say(
            "Identities resolved by increment: records new {new}, changed {changed}, withdrawn {withdrawn}",
            new=figure(changes["new"]),
            changed=figure(changes["matched"] + changes["told"]),
            withdrawn=figure(changes["withdrawn"]),
        )
    )
    if told["is_drifting"]:
        field, bits = max(told["drift_bits"].items(), key=lambda item: item[1])
        click.secho(
            say(
                "The new records are unlike those the model learnt from ({field}: {bits} bits). "
                "Learn again with: chaland build --full",
                field=field,
                bits=figure(bits, 2),
            ),
            fg="yellow",
        )


@click.command(name="status", help=say("Tell what the base holds, its loads and its rejects."))
@click.argument("folder", type=FOLDER, default=".")
@as_json_option
def status_command(folder: Path, as_json: bool) -> None:
    """Tell the snapshot in force in FOLDER, its tables, loads, rejects and reconciliation."""
    currency = load_settings(folder).base.currency
    with pinned(folder) as snapshot:
        manifest = read_manifest(snapshot)
        with Engine(snapshot / DATABASE, read_only=True) as engine:
            rejects = engine.rows("select source, stage, reason, rows from base.rejects order by all")
    published_at = datetime.fromisoformat(manifest["published_at"])
    if as_json:
        print_json(
            {
                "snapshot": str(snapshot),
                **totals(manifest),
                "rejects": [
                    {"source": source, "stage": stage, "reason": reason, "rows": rows}
                    for source, stage, reason, rows in rejects
                ],
                "manifest": manifest,
            }
        )
        return
    click.secho(
        say(
            "{name} on {day}",
            name=manifest["base_name"],
            day=day(date.fromisoformat(manifest["as_of"])),
        ),
        bold=True,
    )
    elapsed = age(published_at, datetime.now(UTC))
    click.echo(say("Snapshot in force: {snapshot}, published {age} ago", snapshot=snapshot.name, age=elapsed))
    tell_totals(manifest, currency)
    tell_identified(manifest.get("identified"))
    _tell_tables(manifest)
    _tell_loads(manifest)
    _tell_rejects(rejects)
    _tell_differences(manifest)


def _title(text: str) -> None:
    click.echo()
    click.secho(text, bold=True)


def _tell_tables(manifest: Manifest) -> None:
    _title(say("Tables"))
    for name, entry in manifest["tables"].items():
        if entry["rows"]:
            click.echo(f"  {name.removeprefix('base.'):<22} {figure(entry['rows']):>14}")


def _tell_loads(manifest: Manifest) -> None:
    _title(say("Loads"))
    if not manifest["loads"]:
        click.echo("  " + say("none"))
    for load in manifest["loads"]:
        told = say(
            "files: {files}, rows kept: {rows}, refused: {rejects}",
            files=figure(load["files"]),
            rows=figure(load["rows_landed"]),
            rejects=figure(load["rows_rejected"]),
        )
        click.echo(f"  {load['load_id']}  {told}")


def _tell_rejects(rejects: list[tuple[Any, ...]]) -> None:
    _title(say("Rows refused, by reason"))
    if not rejects:
        click.echo("  " + say("none"))
    for source, stage, reason, rows in rejects:
        click.echo(f"  {source:<22} {stage:<8} {reason:<28} {figure(rows):>10}")


def _tell_differences(manifest: Manifest) -> None:
    for check in manifest["reconciliation"]:
        if not check["is_equal"]:
            click.secho(
                say(
                    "{check} of {subject}: {expected} in, {found} out ({difference}).",
                    check=check["check_name"],
                    subject=check["subject"],
                    expected=check["expected"],
                    found=check["found"],
                    difference=Decimal(check["found"]) - Decimal(check["expected"]),
                ),
                fg="red",
            )


@click.command(name="export", help=say("Write a table of the base as CSV, Parquet or Excel."))
@click.argument("table")
@click.argument("folder", type=FOLDER, default=".")
@click.option(
    "--format", "kind", type=click.Choice(FORMATS), default="csv", show_default=True, help=say("Format of the file.")
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help=say("File to write; the table's name in the current folder by default."),
)
@click.option(
    "--french",
    is_flag=True,
    help=say("CSV for French Excel: semicolons, decimal commas, byte order mark."),
)
@as_json_option
def export_command(table: str, folder: Path, kind: str, out: Path | None, french: bool, as_json: bool) -> None:
    """Write TABLE of the base in FOLDER. In CSV and Excel, texts that would run as formulas get an apostrophe."""
    target = out or Path(f"{table.removeprefix('base.')}.{kind}")
    reporter = Reporter() if str(target) == "/dev/stdout" else reporter_for(as_json=as_json)
    written = export_table(folder, table, kind=kind, out=target, french=french, reporter=reporter)
    if as_json:
        print_json(
            {"table": written.table, "file": str(written.path), "rows": written.rows, "cut_texts": written.cut_texts}
        )
    else:
        _tell_export(written)


def _tell_export(written: Exported) -> None:
    click.echo(
        say("{rows} rows of {table} in {file}", rows=figure(written.rows), table=written.table, file=written.path),
        err=True,
    )
    if written.cut_texts:
        click.echo(
            say("{count} texts longer than an Excel cell were cut.", count=figure(written.cut_texts)),
            err=True,
        )


def print_json(value: dict[str, Any]) -> None:
    """Print a result for machines on standard output; amounts as numbers."""
    click.echo(json.dumps(value, ensure_ascii=False, default=_json_value))


def _json_value(value: Any) -> Any:
    """Return an amount as a number, anything else as its text."""
    return float(value) if isinstance(value, Decimal) else str(value)
