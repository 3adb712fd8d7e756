"""`chaland rfm`, `concentration`, `cohorts`, `turnover`: studies of any file of tickets, or of a base."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import (
    day_looked_from,
    given_columns,
    percent,
    read_day,
    rows_of,
    say_json,
    show_table,
    study_options,
    tell_reading,
    write_tables,
)
from chaland.insight.cohorts import measure_cohorts
from chaland.insight.concentration import measure_concentration
from chaland.insight.rfm import SEGMENTS, measure_rfm
from chaland.insight.turnover import measure_turnover
from chaland.language import say
from chaland.progress import reporter_for
from chaland.tables import insight
from chaland.tickets import open_tickets

COHORT_MONTHS = 12
"""Months shown where the terminal is wide enough; the table holds them all."""


def segment_name(code: str) -> str:
    """Return a behavioural segment's name in the reader's language."""
    return {
        "champions": say("Best customers"),
        "loyal": say("Loyal"),
        "promising": say("Recent and promising"),
        "new": say("New"),
        "to_follow": say("To follow"),
        "dozing": say("Dozing off"),
        "not_to_lose": say("Not to lose"),
        "at_risk": say("At risk"),
        "asleep": say("Asleep"),
        "lost": say("Lost"),
        "arrived": say("Not yet there"),
        "gone": say("No longer there"),
    }[code]


@click.command("rfm", help=say("Score customers by recency, frequency and amount; name their behaviour."))
@study_options
@click.option("--before", metavar="DAY", help=say("Earlier day compared with; else a year before."))
@click.option("--months", default=24, show_default=True, help=say("Length of the window."))
def rfm_command(
    files: tuple[Path, ...], as_of_text: str | None, before: str | None, months: int, **options: Any
) -> None:
    """Run the command: the segments and their sizes at both dates are printed."""
    reporter = reporter_for(as_json=options["as_json"])
    with open_tickets(files, given=given_columns(options), reporter=reporter) as tickets:
        engine, as_of = tickets.engine, day_looked_from(as_of_text, tickets)
        earlier = read_day(before, "--before") if before else None
        measure_rfm(engine, as_of=as_of, before=earlier, months=months, reporter=reporter)
        tables = (insight.RFM, insight.RFM_GRID, insight.RFM_SEGMENTS, insight.RFM_MOVEMENTS)
        paths = write_tables(engine, tables, options["out"], options["kind"])
        segments = sorted(rows_of(engine, insight.RFM_SEGMENTS), key=lambda row: SEGMENTS.index(row["segment"]))
        if options["as_json"]:
            grid, movements = rows_of(engine, insight.RFM_GRID), rows_of(engine, insight.RFM_MOVEMENTS)
            say_json({"as_of": as_of, "segments": segments, "grid": grid, "movements": movements})
            return
        console = Console(highlight=False, soft_wrap=True)
        show_table(
            console,
            [say("Segment"), say("Customers"), say("Before"), say("Share"), say("Amount"), say("Share of amount")],
            [
                [
                    segment_name(row["segment"]),
                    figure(row["customers"]),
                    figure(row["customers_before"]),
                    percent(row["customers_ratio"]),
                    figure(row["amount"]),
                    percent(row["amount_ratio"]),
                ]
                for row in segments
            ],
        )
        tell_reading(console, tickets, paths)


@click.command("concentration", help=say("Tell what share of the customers makes what share of the turnover."))
@study_options
@click.option("--months", default=12, show_default=True, help=say("Length of the window."))
@click.option("--with-zeros", is_flag=True, help=say("Count customers whose net amount is zero or below, as zero."))
def concentration_command(
    files: tuple[Path, ...], as_of_text: str | None, months: int, with_zeros: bool, **options: Any
) -> None:
    """Run the command: Gini, the shares that make half, two thirds and 80 %, and the ABC classes."""
    reporter = reporter_for(as_json=options["as_json"])
    with open_tickets(files, given=given_columns(options), reporter=reporter) as tickets:
        engine, as_of = tickets.engine, day_looked_from(as_of_text, tickets)
        measure_concentration(engine, as_of=as_of, months=months, with_zeros=with_zeros, reporter=reporter)
        tables = (insight.ABC, insight.LORENZ, insight.CONCENTRATION)
        paths = write_tables(engine, tables, options["out"], options["kind"])
        summary = rows_of(engine, insight.CONCENTRATION)
        classes = engine.arrow(
            "select abc, count(*) as customers, sum(amount) as amount from insight.abc group by abc order by abc"
        ).to_pylist()
        if options["as_json"]:
            lorenz = rows_of(engine, insight.LORENZ)
            say_json({"as_of": as_of, "summary": summary, "classes": classes, "lorenz": lorenz})
            return
        console = Console(highlight=False, soft_wrap=True)
        for row in summary:
            for share, name in ((say("half"), "half"), (say("two thirds"), "two_thirds"), ("80 %", "eighty")):
                ratio = percent(row[f"{name}_customers_ratio"])
                console.print(
                    say("{customers} of the customers make {share} of the amount.", customers=ratio, share=share)
                )
            console.print(say("Gini: {gini}.", gini=figure(row["gini"], 3)))
            console.print(
                say(
                    "Customers counted: {count}; left out for a net amount of zero or below: {out}.",
                    count=figure(row["customers"]),
                    out=figure(row["customers_left_out"]),
                )
            )
        show_table(
            console,
            [say("Class"), say("Customers"), say("Amount")],
            [[row["abc"], figure(row["customers"]), figure(row["amount"])] for row in classes],
        )
        tell_reading(console, tickets, paths)


@click.command(
    "cohorts", help=say("Follow customers by month of first purchase: how many come back, month after month.")
)
@study_options
def cohorts_command(files: tuple[Path, ...], as_of_text: str | None, **options: Any) -> None:
    """Run the command: one line per month of first purchase, one column per month since."""
    reporter = reporter_for(as_json=options["as_json"])
    with open_tickets(files, given=given_columns(options), reporter=reporter) as tickets:
        engine, as_of = tickets.engine, day_looked_from(as_of_text, tickets)
        measure_cohorts(engine, as_of=as_of, reporter=reporter)
        paths = write_tables(engine, (insight.COHORTS,), options["out"], options["kind"])
        rows = rows_of(engine, insight.COHORTS)
        if options["as_json"]:
            say_json({"as_of": as_of, "cohorts": rows})
            return
        console = Console(highlight=False, soft_wrap=True)
        months = min(COHORT_MONTHS, (console.width - 20) // 7)
        headers = [say("Month"), say("Customers"), *(f"+{month}" for month in range(1, months + 1))]
        show_table(console, headers, _triangle(rows, months))
        console.print(say("In per cent of the cohort; * the month is not over."))
        tell_reading(console, tickets, paths)


def _triangle(rows: Sequence[dict[str, Any]], months: int) -> list[list[str]]:
    """Return a line per cohort: month, size, then the retention of months 1, 2, 3 …"""
    lines: dict[Any, list[str]] = {}
    for row in rows:
        month = row["cohort_month"]
        line = lines.setdefault(month, [f"{month:%Y-%m}", figure(row["cohort_customers"])])
        if 0 < row["months_since"] <= months:
            line.append(figure(100 * row["retention_ratio"], 1) + ("" if row["is_complete"] else "*"))
    return list(lines.values())


@click.command(
    "turnover", help=say("Split turnover into customers, frequency and basket, and its change from year to year.")
)
@study_options
def turnover_command(files: tuple[Path, ...], as_of_text: str | None, **options: Any) -> None:
    """Run the command: one line per year of twelve months."""
    reporter = reporter_for(as_json=options["as_json"])
    with open_tickets(files, given=given_columns(options), reporter=reporter) as tickets:
        engine, as_of = tickets.engine, day_looked_from(as_of_text, tickets)
        measure_turnover(engine, as_of=as_of, reporter=reporter)
        paths = write_tables(engine, (insight.TURNOVER,), options["out"], options["kind"])
        rows = rows_of(engine, insight.TURNOVER)
        if options["as_json"]:
            say_json({"as_of": as_of, "years": rows})
            return
        console = Console(highlight=False, soft_wrap=True)
        headers = [say("Year to"), say("Amount"), say("Customers"), say("Frequency"), say("Basket")]
        headers += [say("Change"), say("by customers"), say("by frequency"), say("by basket")]
        show_table(console, headers, [_year(row) for row in rows])
        tell_reading(console, tickets, paths)


def _year(row: dict[str, Any]) -> list[str]:
    def number(name: str, decimals: int) -> str:
        return "–" if row[name] is None else figure(row[name], decimals)

    parts = [number(f"change_{part}", 0) for part in ("amount", "from_customers", "from_frequency", "from_basket")]
    start = [f"{row['last_date']:%Y-%m-%d}", number("amount", 0), number("active_customers", 0)]
    return [*start, number("frequency", 2), number("basket_amount", 2), *parts]
