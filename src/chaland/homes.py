"""Files of customers and of shops opened for the study of catchment: without a base of one's own.

Reads any file `chaland build` reads; gives work.homes (where each customer of the tickets lives), base.shops and
work.shop_places. A commune is known by its INSEE code, else by postcode and town, else it is the largest of its
postcode (INSEE, La Poste, Licence Ouverte).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chaland.engine import Engine
from chaland.engine.duckdb import quoted, sql_text
from chaland.engine.text import select
from chaland.errors import ConfigError
from chaland.ingest import read_table
from chaland.ingest.vocabulary import columns_by_name, vocabulary
from chaland.language import say
from chaland.progress import Reporter
from chaland.reference import table_path
from chaland.tables import base, insight_studies

_LATITUDE = ["latitude", "lat", "y", "gps lat", "coord y"]
_LONGITUDE = ["longitude", "lon", "lng", "long", "x", "gps lon", "gps lng", "coord x"]


@dataclass(frozen=True)
class Homes:
    """What was read: field → column of each file, customers whose commune is known, shops whose own place is given."""

    columns: Mapping[str, str]
    shop_columns: Mapping[str, str]
    located: int
    places: int


def read_homes(
    engine: Engine,
    customers: Path,
    shops: Path | None,
    *,
    given: Mapping[str, str],
    given_shops: Mapping[str, str],
    reporter: Reporter,
) -> Homes:
    """Fill work.homes, base.shops and work.shop_places.

    Args:
        customers: file with the customer's number and his commune, his postcode, or both.
        shops: file with the shop's code, and its coordinates or postcode; None leaves distances out.
        given, given_shops: field → column, as the user named them; the others are guessed by their names.

    Raises:
        ConfigError: a column is missing, or nothing tells which one says who, or where.
    """
    engine.execute("create schema if not exists work")
    engine.execute(sql_text("chaland.ingest", "macros.sql"))
    words, shop_columns = vocabulary(), {}
    person, shop = words["person"], words["shops"]
    with reporter.step("homes.read") as step:
        who = [*person["person_key"], *person["card_number"], "cust", "custid", "acheteur", "buyer", "household"]
        columns = _texts(
            engine,
            customers,
            "home_texts",
            {
                "customer": who,
                "commune": words["communes"]["insee_code"],
                "postcode": person["postcode"],
                "city": person["city"],
            },
            given,
            [["customer"], ["commune", "postcode"]],
        )
        paths = {"communes": str(table_path("communes")), "postcodes": str(table_path("postcodes"))}
        engine.create(insight_studies.HOMES)
        located = engine.append(insight_studies.HOMES, "chaland", "homes_read.sql", **paths)
        engine.create(base.SHOPS)
        engine.create(insight_studies.SHOP_PLACES)
        places = 0
        if shops:
            known = {
                "shop": shop["shop_key"],
                "latitude": _LATITUDE,
                "longitude": _LONGITUDE,
                "postcode": shop["postcode"],
                "city": shop["city"],
                "name": shop["shop_name"],
            }
            shop_columns = _texts(engine, shops, "shop_texts", known, given_shops, [["shop"], ["latitude", "postcode"]])
            engine.append(base.SHOPS, "chaland", "homes_shops.sql")
            places = engine.append(insight_studies.SHOP_PLACES, "chaland", "homes_places.sql")
        step.note(located=located, shops=engine.count(base.SHOPS))
    return Homes(columns, shop_columns, located, places)


def _texts(
    engine: Engine,
    path: Path,
    table: str,
    words: Mapping[str, Sequence[str]],
    given: Mapping[str, str],
    needs: Sequence[Sequence[str]],
) -> dict[str, str]:
    """Make work.<table>: the file's columns as text, named after our fields; return field → column."""
    names = read_table(path, engine).columns
    missing = [column for column in given.values() if column not in names]
    if missing:
        raise ConfigError.of(
            [say("{file}: no column {column}.", file=path.name, column=column) for column in dict.fromkeys(missing)],
            next_step=say("Its columns are: {columns}.", columns=", ".join(names)),
        )
    columns = columns_by_name(names, words, given)
    lacking = [any_of for any_of in needs if not set(any_of) & set(columns)]
    if lacking:
        raise ConfigError.of(
            [
                say("{file}: nothing tells which column is {option}.", file=path.name, option=" / ".join(any_of))
                for any_of in lacking
            ],
            next_step=say("Its columns are: {columns}.", columns=", ".join(names)),
        )
    texts = [f"{quoted(columns[name]) if name in columns else 'null'}::varchar as {quoted(name)}" for name in words]
    engine.execute(
        f"create or replace table work.{quoted(table)} as\n" + select([*texts, '"_line" as line'], "landing.input")
    )
    return columns
