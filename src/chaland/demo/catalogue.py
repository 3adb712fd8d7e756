"""What Brindille sells: families, products, and the missions that fill a basket with things that go together.

Reads `data/families.csv` and `data/missions.csv`. A mission (paint a room, plant a balcony …) brings its anchor and
each companion with its own probability: these are the associations that a basket study must find again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chaland.demo.history import Array
from chaland.demo.places import data_table, numbers, texts

BRANDS = ("Brindille", "Maison Courlis", "Ateliers Bréhat", "Verdelune", "Fontcombe", "Tilde & Fils")
MOST_COMPANIONS = 6
PROJECT_MISSIONS = {
    "cuisine": ("cuisine", "carrelage", "peinture", "electricite", "plomberie"),
    "salle de bains": ("salle_de_bains", "carrelage", "plomberie", "peinture"),
    "terrasse": ("terrasse", "salon_jardin", "plantation"),
    "sol": ("sol", "peinture"),
    "rangement": ("rangement", "bricolage"),
    "jardin": ("pelouse", "plantation", "arrosage"),
}
DELIVERY = "900001"
"""Product code of a home delivery: a fee, not a product."""


@dataclass(frozen=True)
class Catalogue:
    """Products (in the order of their codes) and missions.

    Attributes:
        products: product_key, product_label, family, department, brand, list_price, as text; the last is DELIVERY.
        cents: list price of each product.
        most_units: most units a customer takes of each product.
        family_start, family_size: products of each family.
        missions: names of the missions.
        anchor: family of each mission's anchor.
        companions, chances: (missions, MOST_COMPANIONS) families, and their probability (0 where none).
        seasons: (12, 4, missions) cumulated shares of the missions by month and taste.
    """

    products: pa.Table
    cents: Array
    most_units: Array
    family_start: Array
    family_size: Array
    missions: list[str]
    anchor: Array
    companions: Array
    chances: Array
    seasons: Array

    def draw_missions(self, months: Array, tastes: Array, uniform: Array) -> Array:
        """Return a mission for each basket, by the month and the buyer's taste."""
        drawn = np.zeros(len(uniform), np.int16)
        group = months * 4 + tastes
        for month in range(12):
            for taste in range(4):
                mine = np.flatnonzero(group == month * 4 + taste)
                drawn[mine] = np.searchsorted(self.seasons[month, taste], uniform[mine], side="right")
        return np.minimum(drawn, len(self.missions) - 1)

    def draw_products(self, families: Array, uniform: Array) -> Array:
        """Return a product of each family; the first ones of a family sell best (share falls as a square)."""
        made: Array = (self.family_start[families] + uniform * uniform * self.family_size[families]).astype(np.int32)
        return made

    def departments(self) -> list[str]:
        """Return the department of each product."""
        return texts(self.products, "department")


def _products() -> tuple[pa.Table, Array, Array, Array]:
    """Return the product table, the most units of each, and the first product and size of each family."""
    families = data_table("families.csv")
    low, high = numbers(families, "low"), numbers(families, "high")
    rows: list[dict[str, str]] = []
    units, starts, sizes = [], [], []
    for rank, family in enumerate(families.to_pylist()):
        variants = str(family["variants"]).split("|")
        starts.append(len(rows))
        for number, variant in enumerate(variants):
            span = number / max(len(variants) - 1, 1)
            for copy, brand in enumerate((BRANDS[0], BRANDS[1 + (rank + number) % (len(BRANDS) - 1)])):
                price = (low[rank] + (high[rank] - low[rank]) * span) * (1.0 if copy == 0 else 1.22)
                units.append(int(family["most_units"]))
                rows.append(
                    {
                        "product_key": f"{101 + rank}{number + 1:02d}{copy + 1}",
                        "product_label": f"{family['label']} {variant} {brand}",
                        "family": str(family["family"]).replace("_", " "),
                        "department": str(family["department"]),
                        "brand": brand,
                        "list_price": f"{max(int(price), 0) + 0.90:.2f}",
                    }
                )
        sizes.append(len(rows) - starts[-1])
    units.append(1)
    delivery = {"product_label": "Livraison à domicile", "family": "service", "department": "Service", "brand": ""}
    rows.append({"product_key": DELIVERY, **delivery, "list_price": "39.00"})
    return pa.Table.from_pylist(rows), np.asarray(units), np.asarray(starts), np.asarray(sizes)


def read_catalogue() -> Catalogue:
    """Return the catalogue and the missions."""
    products, most_units, family_start, family_size = _products()
    families = {name: rank for rank, name in enumerate(texts(data_table("families.csv"), "family"))}
    missions = data_table("missions.csv")
    count = missions.num_rows
    companions = np.zeros((count, MOST_COMPANIONS), np.int32)
    chances = np.zeros((count, MOST_COMPANIONS))
    for rank, text in enumerate(texts(missions, "companions")):
        for place, companion in enumerate(text.split()):
            name, _, chance = companion.partition(":")
            companions[rank, place] = families[name]
            chances[rank, place] = float(chance)
    months = np.asarray([[float(part) for part in text.split()] for text in texts(missions, "months")])
    tastes = np.stack([numbers(missions, name) for name in ("gardener", "handyman", "decorator", "household")])
    weights = months.T[:, None, :] * tastes[None, :, :]
    return Catalogue(
        products=products,
        cents=np.round(numbers(products, "list_price") * 100).astype(np.int32),
        most_units=most_units,
        family_start=family_start,
        family_size=family_size,
        missions=texts(missions, "mission"),
        anchor=np.asarray([families[name] for name in texts(missions, "anchor")]),
        companions=companions,
        chances=chances,
        seasons=np.cumsum(weights, axis=2) / weights.sum(axis=2, keepdims=True),
    )
