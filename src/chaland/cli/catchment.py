"""`chaland catchment`: where customers live, by commune and shop, and how far they come from; of a base or of files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chaland.cli.figures import figure
from chaland.cli.studies import open_study, show_table, study_options
from chaland.errors import ConfigError
from chaland.homes import Homes, read_homes
from chaland.insight.catchment import WINDOW_MONTHS, Catchment, measure_catchment
from chaland.language import say
from chaland.tables import insight_studies

SHOWN = 15
"""Communes printed; the tables hold them all."""
LEAST_EXPECTED = 20
"""Customers the distance must foretell for a commune to be told as one where fewer buy."""


@click.command("catchment", help=say("Tell where customers live, by commune and shop, and how far they come from."))
@study_options
@click.option(
    "--months", default=WINDOW_MONTHS, show_default=True, help=say("Customers who bought within so many months.")
)
@click.option(
    "--customers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=say("File of customers: number, and commune (INSEE) or postcode and town."),
)
@click.option(
    "--shops",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=say("File of shops: code, and latitude and longitude or postcode and town."),
)
@click.option("--commune", metavar="COLUMN", help=say("Column of the customer's commune (INSEE code)."))
@click.option("--postcode", metavar="COLUMN", help=say("Column of the customer's postcode."))
@click.option("--city", metavar="COLUMN", help=say("Column of the customer's town."))
@click.option("--latitude", metavar="COLUMN", help=say("Column of the shop's latitude."))
@click.option("--longitude", metavar="COLUMN", help=say("Column of the shop's longitude."))
def catchment_command(
    files: tuple[Path, ...], months: int, customers: Path | None, shops: Path | None, **options: Any
) -> None:
    """Run the command: each shop's reach and curve, then communes by penetration, then those below their curve."""
    is_base = len(files) == 1 and files[0].is_dir()
    if not is_base and customers is None:
        raise ConfigError.of(
            [say("{path} is a file: nothing tells where its customers live.", path=files[0].name)],
            next_step=say("Give --customers FILE, and --shops FILE for distances; or the folder of a base."),
        )
    with open_study(files, options) as study:
        homes = None
        if not is_base and customers:
            homes = read_homes(
                study.engine,
                customers,
                shops,
                given={name: options[name] for name in ("commune", "postcode", "city") if options[name]},
                given_shops={name: options[name] for name in ("latitude", "longitude") if options[name]},
                reporter=study.reporter,
            )
        found = measure_catchment(study.engine, as_of=study.as_of, months=months, reporter=study.reporter)
        communes, zones, points, rings = study.rows(*insight_studies.CATCHMENT_TABLES)
        small = sum(row["is_small"] for row in communes)
        told = {
            name: [row for row in rows if not row["is_small"]]
            for name, rows in (("communes", communes), ("zones", zones))
        }
        study.tell(
            insight_studies.CATCHMENT_TABLES,
            {"as_of": study.as_of, "shops": points, "rings": rings, **told, "small": small},
            lambda console: _show(console, found, communes, zones, points, small, homes),
        )


Rows = list[dict[str, Any]]


def _show(
    console: Console,
    found: Catchment,
    communes: Rows,
    zones: Rows,
    shops: Rows,
    small: int,
    homes: Homes | None,
) -> None:
    console.print(
        say(
            "{customers} customers, of which {located} live in a known commune; shops on the map: {sites} of {shops}.",
            customers=figure(found.customers),
            located=figure(found.located),
            sites=figure(found.sites),
            shops=figure(found.shops),
        )
    )
    if homes:
        for columns in (homes.columns, homes.shop_columns):
            if columns:
                named = ", ".join(f"{name}={column}" for name, column in columns.items())
                console.print(say("Columns read: {columns}", columns=named), markup=False)
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


def _km(distance: float | None) -> str:
    return "–" if distance is None else say("{distance} km", distance=figure(distance, 1))
