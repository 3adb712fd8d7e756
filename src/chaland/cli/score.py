"""`chaland score`: who is likely to say yes, learnt from any table of past answers; columns that know are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pyarrow as pa
from rich.console import Console

from chaland.cli import as_json_option
from chaland.cli.figures import figure
from chaland.cli.studies import percent, say_json, show_table
from chaland.engine import Engine
from chaland.engine.disk import disk_errors
from chaland.errors import ConfigError
from chaland.ingest import read_table
from chaland.insight.logistic import Tenths
from chaland.insight.propensity import score_table
from chaland.language import say
from chaland.progress import reporter_for

SHOWN = 15


@click.command("score", help=say("Learn from past answers who is likely to say yes; refuse columns that know it."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--target", required=True, metavar="COLUMN", help=say("Column of the outcome."))
@click.option("--positive", metavar="VALUE", help=say("Value that means yes; else the rarer of two."))
@click.option("--ignore", multiple=True, metavar="COLUMN", help=say("Column that must not serve (several allowed)."))
@click.option("--known-before", multiple=True, metavar="COLUMN", help=say("Column you vouch for: known beforehand."))
@click.option("--out", type=click.Path(path_type=Path), help=say("File for the scores (.csv or .parquet)."))
@as_json_option
def score_command(
    file: Path,
    target: str,
    positive: str | None,
    ignore: tuple[str, ...],
    known_before: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Run the command: the quality of the score and what moves it; the scores line by line in a file."""
    with Engine() as engine:
        with reporter_for(as_json=as_json).step("insight.score") as step:
            found = read_table(file, engine)
            missing = [name for name in (target, *ignore, *known_before) if name not in found.columns]
            if missing:
                raise ConfigError.of(
                    [say("{file}: no column {column}.", file=file.name, column=name) for name in missing],
                    next_step=say("Its columns are: {columns}.", columns=", ".join(found.columns)),
                )
            rows = engine.arrow('select * from landing.input order by "_line"')
            lines = rows["_line"]
            score = score_table(
                rows.drop_columns(["_line"]), target, positive=positive, ignore=ignore, known_before=known_before
            )
            step.note(rows=score.rows)
        if out:
            scored = {"line": lines, "probability": score.score, "reasons": [", ".join(row) for row in score.reasons]}
            engine.connection.register("scored_rows", pa.table(scored))
            with disk_errors(out.parent, left=""):
                if out.suffix == ".parquet":
                    engine.write_parquet("from scored_rows order by line", out)
                else:
                    engine.write_csv("from scored_rows order by line", out, separator=",")
    weights = sorted(score.weights.items(), key=lambda entry: (-abs(entry[1]), entry[0]))
    if as_json:
        facts = {"rows": score.rows, "auc": score.auc, "tenths": _tenths(score.tenths), "weights": dict(weights)}
        say_json({**facts, "left_out": score.left_out})
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        say("{rows} rows; AUC on the half not seen: {auc}.", rows=figure(score.rows), auc=figure(score.auc, 3))
    )
    show_table(
        console,
        [say("Tenth"), say("Rows"), say("Foreseen"), say("Said yes"), say("Lift"), say("Share of the yeses so far")],
        [
            [
                figure(row["tenth"]),
                figure(row["rows"]),
                percent(row["expected_ratio"]),
                percent(row["found_ratio"]),
                figure(row["lift"], 2),
                percent(row["gain_ratio"]),
            ]
            for row in _tenths(score.tenths)
        ],
    )
    show_table(console, [say("Variable"), say("Weight")], [[name, figure(value, 2)] for name, value in weights[:SHOWN]])
    if score.left_out:
        console.print(say("Columns that cannot serve: {columns}.", columns=", ".join(score.left_out)), markup=False)


def _tenths(found: Tenths) -> list[dict[str, Any]]:
    """Return a row per tenth of the rows not learnt from, the highest scores first."""
    names = ("rows", "expected_ratio", "found_ratio", "lift", "gain_ratio")
    columns = [getattr(found, name).tolist() for name in names]
    return [
        {"tenth": rank, **dict(zip(names, row, strict=True))} for rank, row in enumerate(zip(*columns, strict=True), 1)
    ]
