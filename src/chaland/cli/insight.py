"""`chaland rfm`, `concentration`, `cohorts`, `turnover`: studies of any file of tickets, or of a base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import open_study, percent, read_day, show_table, study_options
from chaland.insight.cohorts import measure_cohorts
from chaland.insight.concentration import measure_concentration
from chaland.insight.rfm import SEGMENTS, measure_rfm
from chaland.insight.turnover import measure_turnover
from chaland.language import say
from chaland.tables import insight

Rows = list[dict[str, Any]]

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
def rfm_command(files: tuple[Path, ...], before: str | None, months: int, **options: Any) -> None:
    """Run the command: the segments and their sizes at both dates are printed."""
    with open_study(files, options) as study:
        earlier = read_day(before, "--before") if before else None
        measure_rfm(study.engine, as_of=study.as_of, before=earlier, months=months, reporter=study.reporter)
        tables = (insight.RFM, insight.RFM_GRID, insight.RFM_SEGMENTS, insight.RFM_MOVEMENTS)
        grid, segments, movements = study.rows(*tables[1:])
        segments.sort(key=lambda row: SEGMENTS.index(row["segment"]))
        facts = {"as_of": study.as_of, "segments": segments, "grid": grid, "movements": movements}
        study.tell(tables, facts, lambda console: _show_segments(console, segments))


def _show_segments(console: Console, segments: Rows) -> None:
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


@click.command("concentration", help=say("Tell what share of the customers makes what share of the turnover."))
@study_options
@click.option("--months", default=12, show_default=True, help=say("Length of the window."))
@click.option("--with-zeros", is_flag=True, help=say("Count customers whose net amount is zero or below, as zero."))
def concentration_command(files: tuple[Path, ...], months: int, with_zeros: bool, **options: Any) -> None:
    """Run the command: Gini, the shares that make half, two thirds and 80 %, and the ABC classes."""
    with open_study(files, options) as study:
        measure_concentration(
            study.engine, as_of=study.as_of, months=months, with_zeros=with_zeros, reporter=study.reporter
        )
        classes = study.engine.arrow(
            "select abc, count(*) as customers, sum(amount) as amount from insight.abc group by abc order by abc"
        ).to_pylist()
        summary, lorenz = study.rows(insight.CONCENTRATION, insight.LORENZ)
        study.tell(
            (insight.ABC, insight.LORENZ, insight.CONCENTRATION),
            {"as_of": study.as_of, "summary": summary, "classes": classes, "lorenz": lorenz},
            lambda console: _show_concentration(console, summary, classes),
        )


def _show_concentration(console: Console, summary: Rows, classes: Rows) -> None:
    for row in summary:
        for share, name in ((say("half"), "half"), (say("two thirds"), "two_thirds"), ("80 %", "eighty")):
            ratio = percent(row[f"{name}_customers_ratio"])
            console.print(say("{customers} of the customers make {share} of the amount.", customers=ratio, share=share))
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


@click.command(
    "cohorts", help=say("Follow customers by month of first purchase: how many come back, month after month.")
)
@study_options
def cohorts_command(files: tuple[Path, ...], **options: Any) -> None:
    """Run the command: one line per month of first purchase, one column per month since."""
    with open_study(files, options) as study:
        measure_cohorts(study.engine, as_of=study.as_of, reporter=study.reporter)
        (rows,) = study.rows(insight.COHORTS)

        def show(console: Console) -> None:
            months = min(COHORT_MONTHS, (console.width - 20) // 7)
            headers = [say("Month"), say("Customers"), *(f"+{month}" for month in range(1, months + 1))]
            show_table(console, headers, _triangle(rows, months))
            console.print(say("In per cent of the cohort; * the month is not over."))

        study.tell((insight.COHORTS,), {"as_of": study.as_of, "cohorts": rows}, show)


def _triangle(rows: Rows, months: int) -> list[list[str]]:
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
def turnover_command(files: tuple[Path, ...], **options: Any) -> None:
    """Run the command: one line per year of twelve months."""
    with open_study(files, options) as study:
        measure_turnover(study.engine, as_of=study.as_of, reporter=study.reporter)
        (rows,) = study.rows(insight.TURNOVER)

        def show(console: Console) -> None:
            headers = [say("Year to"), say("Amount"), say("Customers"), say("Frequency"), say("Basket")]
            headers += [say("Change"), say("by customers"), say("by frequency"), say("by basket")]
            show_table(console, headers, [_year(row) for row in rows])

        study.tell((insight.TURNOVER,), {"as_of": study.as_of, "years": rows}, show)


def _year(row: dict[str, Any]) -> list[str]:
    def number(name: str, decimals: int) -> str:
        return "–" if row[name] is None else figure(row[name], decimals)

    parts = [number(f"change_{part}", 0) for part in ("amount", "from_customers", "from_frequency", "from_basket")]
    start = [f"{row['last_date']:%Y-%m-%d}", number("amount", 0), number("active_customers", 0)]
    return [*start, number("frequency", 2), number("basket_amount", 2), *parts]
