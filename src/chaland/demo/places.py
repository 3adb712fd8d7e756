"""Where Brindille sells and where its customers live: 24 shops, their catchment, streets. Read from the reference.

A commune belongs to the catchment of a shop with the weight population x exp(-distance / 8 km), within 40 km.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pyarrow as pa
from pyarrow import csv

from chaland.demo.files import PACKAGE
from chaland.demo.history import Array
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.reference import table_path

DECAY_KM = 8.0
REACH_KM = 40.0


def data_table(name: str) -> pa.Table:
    """Return a table of `data/`, every column as text."""
    path = files(PACKAGE).joinpath("data", name)
    with path.open("rb") as file:
        names = file.readline().decode().strip().split(",")
        types = dict.fromkeys(names, pa.string())
        return csv.read_csv(
            pa.py_buffer(file.read()),
            read_options=csv.ReadOptions(column_names=names),
            convert_options=csv.ConvertOptions(column_types=types),
        )


def texts(table: pa.Table, column: str) -> list[str]:
    """Return a column as a list of strings."""
    return [str(value) for value in table.column(column).to_pylist()]


def numbers(table: pa.Table, column: str) -> Array:
    """Return a column as floating-point numbers."""
    made: Array = table.column(column).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return made


@dataclass(frozen=True)
class Places:
    """Shops, and the places (commune and postcode) of their catchments.

    `by_shop[s]` holds the places of shop s, `cumulated[s]` their cumulated share of its households.
    """

    shops: pa.Table
    places: pa.Table
    streets: pa.Array
    street_shares: Array
    by_shop: list[Array]
    cumulated: list[Array]

    def draw(self, shops: Array, uniform: Array) -> Array:
        """Return a place for each shop of the array, by population and nearness."""
        found = np.zeros(len(shops), np.int32)
        for shop in range(len(self.by_shop)):
            mine = np.flatnonzero(shops == shop)
            rank = np.searchsorted(self.cumulated[shop], uniform[mine], side="right")
            found[mine] = self.by_shop[shop][np.minimum(rank, len(self.by_shop[shop]) - 1)]
        return found

    def draw_streets(self, uniform: Array) -> Array:
        """Return street labels by their frequency in France."""
        found = np.searchsorted(self.street_shares, uniform, side="right")
        return np.minimum(found, len(self.streets) - 1).astype(np.int32)


def _distance_km(latitude: Array, longitude: Array, to_latitude: float, to_longitude: float) -> Array:
    """Flat-earth distance, right to a few metres at 40 km."""
    north = (latitude - to_latitude) * 111.2
    east = (longitude - to_longitude) * 111.2 * np.cos(np.radians(to_latitude))
    made: Array = np.hypot(north, east)
    return made


def read_places(engine: Engine) -> Places:
    """Return the shops and their catchments."""
    parameters = {name: str(table_path(name)) for name in ("communes", "postcodes", "cedex", "streets")}
    shops = data_table("shops.csv")
    places = engine.arrow(sql_text(PACKAGE, "places.sql"), parameters)
    streets = engine.arrow(sql_text(PACKAGE, "streets.sql"), parameters)
    codes = np.asarray(texts(places, "insee_code"))
    latitude, longitude, people = (numbers(places, name) for name in ("latitude", "longitude", "population"))
    by_shop, cumulated = [], []
    for insee_code in texts(shops, "insee_code"):
        seat = np.flatnonzero(codes == insee_code)[0]
        distance = _distance_km(latitude, longitude, latitude[seat], longitude[seat])
        near = np.flatnonzero(distance < REACH_KM)
        weight = people[near] * np.exp(-distance[near] / DECAY_KM)
        by_shop.append(near.astype(np.int32))
        cumulated.append(np.cumsum(weight) / weight.sum())
    frequency = numbers(streets, "n")
    return Places(
        shops=shops,
        places=places,
        streets=streets.column("street").combine_chunks(),
        street_shares=np.cumsum(frequency) / frequency.sum(),
        by_shop=by_shop,
        cumulated=cumulated,
    )
