"""`chaland catchment`: where the customers of a base live, by commune and shop, and how far they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import base_options, day_looked_from, needs_base, rows_of, say_json, show_table, write_tables
from chaland.insight.catchment import WINDOW_MONTHS, measure_catchment
from chaland.language import say
from chaland.progress import reporter_for
from chaland.tables import insight_studies
from chaland.tickets import open_tickets

SHOWN = 15
"""Communes printed; the tables hold them all."""
LEAST_EXPECTED = 20
"""Customers the distance must foretell for a commune to be told as one where fewer buy."""


@click.command("catchment", help=say("Tell where customers live, by commune and shop, and how far they come from."))
@base_options
@click.option(
    "--months", default=WINDOW_MONTHS, show_default=True, help=say("Customers who bought within so many months.")
)
def catchment_command(base: Path, as_of_text: str | None, months: int, **options: Any) -> None:
    """Run the command: each shop's reach and curve, then communes by penetration, then those below their curve."""
    needs_base(base, say("{path} is a file: catchment needs the addresses of a base.", path=base.name))
    reporter = reporter_for(as_json=options["as_json"])
    with open_tickets([base], given={}, reporter=reporter) as tickets:
        as_of = day_looked_from(as_of_text, tickets)
        found = measure_catchment(tickets.engine, as_of=as_of, months=months, reporter=reporter)
        tables = insight_studies.CATCHMENT_TABLES
        paths = write_tables(tickets.engine, tables, options["out"], options["kind"])
        communes, zones, shops, rings = (rows_of(tickets.engine, table) for table in tables)
    small = sum(row["is_small"] for row in communes)
    if options["as_json"]:
        told = [row for row in communes if not row["is_small"]]
        zones = [row for row in zones if not row["is_small"]]
        say_json({"as_of": as_of, "shops": shops, "rings": rings, "communes": told, "zones": zones, "small": small})
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        say(
            "{customers} customers, of which {located} live in a known commune; shops on the map: {sites} of {shops}.",
            customers=figure(found.customers),
            located=figure(found.located),
            sites=figure(found.sites),
            shops=figure(found.shops),
        )
    )
    show_table(
        console,
        [say("Shop"), say("Customers"), say("Median km"), say("60 % within"), say("Half every"), say("Interval")],
        [
            [
                row["shop_name"] or say("All shops"),
                figure(row["customers"]),
                _km(row["median_km"]),
                _km(row["primary_km"]),
                _km(row["halving_km"]),
                f"[{_km(row['halving_low_km'])} ; {_km(row['halving_high_km'])}]" if row["halving_km"] else "–",
            ]
            for row in shops
        ],
    )
    show_table(
        console,
        [say("Commune"), say("Customers"), say("Per 1,000 inhabitants"), say("Index")],
        [
            [
                row["city"],
                figure(row["customers"]),
                figure(1000 * row["penetration_ratio"], 2),
                figure(row["penetration_index"]),
            ]
            for row in sorted(communes, key=lambda row: -row["customers"])[:SHOWN]
            if row["customers"] and not row["is_small"]
        ],
    )
    below = [row for row in zones if (row["expected_customers"] or 0) >= LEAST_EXPECTED and not row["is_small"]]
    console.print(say("Communes where less is bought than the distance foretells:"))
    show_table(
        console,
        [say("Commune"), say("Shop"), say("Customers"), say("Foretold"), say("Index")],
        [
            [
                row["city"],
                row["shop_key"],
                figure(row["customers"]),
                figure(row["expected_customers"]),
                figure(row["potential_index"]),
            ]
            for row in sorted(below, key=lambda row: row["potential_index"])[:SHOWN]
        ],
    )
    console.print(
        say(
            "Penetration is over inhabitants (INSEE); communes of 1 to 10 customers are not shown: {count}.",
            count=figure(small),
        )
    )
    if paths:
        names = ", ".join(path.name for path in paths)
        console.print(say("Written in {folder}: {names}.", folder=paths[0].parent, names=names), markup=False)


def _km(distance: float | None) -> str:
    return "–" if distance is None else say("{distance} km", distance=figure(distance, 1))
