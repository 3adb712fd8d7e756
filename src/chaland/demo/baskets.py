"""What is in each basket: the mission's anchor, its companions, a few things taken on the way; units and prices.

Shop tickets and web orders are filled by the same function.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chaland.demo.catalogue import MOST_COMPANIONS, Catalogue
from chaland.demo.history import Array, stream

QUICK_SHARE = 0.33
"""Baskets that hold the anchor alone, and what is taken on the way."""
ON_THE_WAY = 0.88
"""Mean number of lines that have nothing to do with the mission."""
PROMOTION_SHARE = 0.14
"""Products on promotion in a month."""
CHUNK = 500_000


@dataclass(frozen=True)
class Lines:
    """One value per line, by basket; money in cents, tax included.

    Attributes:
        basket: index of the basket.
        amount: paid for the line, discount deducted; discount: what was deducted.
    """

    basket: Array
    product: Array
    units: Array
    amount: Array
    discount: Array

    def take(self, chosen: Array) -> Lines:
        """Return some of the lines, in the order given."""
        return Lines(
            *(column[chosen] for column in (self.basket, self.product, self.units, self.amount, self.discount))
        )


def joined(parts: list[Lines]) -> Lines:
    """Return the lines of all parts, one after the other."""
    names = ("basket", "product", "units", "amount", "discount")
    return Lines(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def promotions(catalogue: Catalogue, months: int, seed: int) -> Array:
    """Return the share taken off each product in each month of the history: (months, products), mostly 0."""
    rng = stream(seed, "promotions")
    shape = (months, len(catalogue.cents))
    made: Array = np.where(rng.random(shape) < PROMOTION_SHARE, rng.choice([0.10, 0.15, 0.20, 0.30], shape), 0.0)
    made[:, -1] = 0.0
    return made


def fill(catalogue: Catalogue, missions: Array, months: Array, reductions: Array, rng: np.random.Generator) -> Lines:
    """Return the lines of the baskets, in the order of the baskets.

    Args:
        missions: mission of each basket.
        months: month of the history of each basket, 0 the first; a row of `reductions`.
        reductions: what `promotions` returns.
    """
    parts = []
    for start in range(0, len(missions), CHUNK):
        part = _fill(catalogue, missions[start : start + CHUNK], months[start : start + CHUNK], reductions, rng)
        parts.append(Lines(part.basket + np.int32(start), part.product, part.units, part.amount, part.discount))
    return joined(parts) if parts else Lines(*(np.zeros(0, np.int32) for _ in range(5)))


def _fill(catalogue: Catalogue, missions: Array, months: Array, reductions: Array, rng: np.random.Generator) -> Lines:
    count = len(missions)
    quick = rng.random(count) < QUICK_SHARE
    comes = rng.random((count, MOST_COMPANIONS)) < catalogue.chances[missions]
    comes &= ~quick[:, None]
    with_companion, place = np.nonzero(comes)
    on_the_way = np.repeat(np.arange(count), rng.poisson(ON_THE_WAY, count))
    families = len(catalogue.family_start)
    basket = np.concatenate([np.arange(count), with_companion, on_the_way]).astype(np.int32)
    family = np.concatenate(
        [
            catalogue.anchor[missions],
            catalogue.companions[missions[with_companion], place],
            rng.integers(0, families, len(on_the_way)),
        ]
    )
    order = np.argsort(basket, kind="stable")
    basket, family = basket[order], family[order]
    product = catalogue.draw_products(family, rng.random(len(family)))
    most = catalogue.most_units[product]
    units = np.minimum(1 + np.floor(most * rng.random(len(product)) ** 3), most).astype(np.int16)
    gross = catalogue.cents[product] * units.astype(np.int64)
    discount = np.round(gross * reductions[months[basket], product]).astype(np.int32)
    return Lines(basket, product, units, (gross - discount).astype(np.int32), discount)
