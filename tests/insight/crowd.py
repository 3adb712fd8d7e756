"""A crowd of customers with two years of tickets, added to a base: enough for every study to have something to say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.tables import base

DEPARTMENTS = ("Jardin", "Cuisine", "Peinture", "Sol")
DAYS = 730


def add_crowd(engine: Engine, *, as_of: date, customers: int = 1_500) -> None:
    """Append tickets, their lines and their products to the base tables; nothing random but by its seed.

    Customers come in through the first year, buy at rhythms of their own and leave; gardeners buy soil with plants.
    """
    engine.create_missing(base.TICKETS, base.TICKET_LINES, base.PRODUCTS)
    random = np.random.default_rng(7)
    tickets, lines = [], []
    for rank in range(customers):
        day = int(random.integers(0, 400))
        rhythm, leaves = 30.0 / float(random.gamma(1.5, 0.7)), float(random.beta(0.8, 6.0))
        while day < DAYS:
            ticket = f"crowd-{len(tickets):06d}"
            sold = as_of - timedelta(days=DAYS - 1 - day)
            bought = [int(random.integers(0, 4))]
            if bought[0] == 0 and random.random() < 0.8:
                bought.append(4)
            amounts = [Decimal(int(random.gamma(2.0, 1500.0)) + 100).scaleb(-2) for _ in bought]
            for number, (product, amount) in enumerate(zip(bought, amounts, strict=True), start=1):
                lines.append(
                    {
                        "ticket_id": ticket,
                        "line_number": number,
                        "customer_id": f"crowd-{rank:04d}",
                        "product_key": f"CROWD{product}",
                        "department": DEPARTMENTS[product % 4],
                        "quantity": Decimal(1),
                        "amount": amount,
                        "is_product": True,
                        "sold_date": sold,
                        "file": "crowd.csv",
                        "line": len(lines) + 2,
                    }
                )
            tickets.append(
                {
                    "ticket_id": ticket,
                    "ticket_key": ticket,
                    "source": "crowd",
                    "customer_id": f"crowd-{rank:04d}",
                    "shop_key": "LIL",
                    "channel": "shop",
                    "is_return": False,
                    "lines": len(bought),
                    "units": Decimal(len(bought)),
                    "amount": sum(amounts, Decimal(0)),
                    "sold_at": datetime(sold.year, sold.month, sold.day, 11),
                    "sold_date": sold,
                }
            )
            if random.random() < leaves:
                break
            day += max(1, int(random.exponential(rhythm)))
    labels = ["Rosier", "Plan de travail", "Laque", "Parquet", "=TERREAU()"]
    products = [
        {"product_key": f"CROWD{rank}", "product_label": label, "family": label, "department": DEPARTMENTS[rank % 4]}
        for rank, label in enumerate(labels)
    ]
    for table, rows in ((base.TICKETS, tickets), (base.TICKET_LINES, lines), (base.PRODUCTS, products)):
        engine.connection.register("crowd_rows", pa.Table.from_pylist(rows))
        engine.insert(table, "from crowd_rows")
        engine.connection.unregister("crowd_rows")


def add_answers(engine: Engine, *, as_of: date) -> None:
    """Append survey answers: two customers of the cast are not satisfied, nor is a stranger."""
    answers = [
        ("c-camille", "LIL", 2, 2, "Trop d'attente à l'accueil"),
        ("c-lucas", "ROU", 5, None, "=1+1"),
        ("c-hugo", "ROU", 10, 5, "Très bien, sans attente"),
        (None, "LIL", 0, 1, "Attente interminable"),
    ]
    rows = [
        {
            "survey_id": f"crowd:{rank}",
            "customer_id": customer,
            "source": "crowd",
            "shop_key": shop,
            "recommendation_0_10": recommendation,
            "satisfaction_1_5": satisfaction,
            "comment": comment,
            "answered_at": datetime(as_of.year, as_of.month, as_of.day, 8) - timedelta(days=10 + rank),
        }
        for rank, (customer, shop, recommendation, satisfaction, comment) in enumerate(answers)
    ]
    marks = {"Accueil": (1, 2, 5, 1), "Conseil": (4, 2, 5, 4), "Prix": (3, 3, 3, 4), "Parking": (5, 4, 4, 5)}
    ratings = [
        {"survey_id": f"crowd:{rank}", "aspect": aspect, "rating": float(mark)}
        for aspect, given in marks.items()
        for rank, mark in enumerate(given)
    ]
    engine.create_missing(base.SURVEYS, base.SURVEY_RATINGS)
    for table, told in ((base.SURVEYS, rows), (base.SURVEY_RATINGS, ratings)):
        engine.connection.register("crowd_rows", pa.Table.from_pylist(told))
        engine.insert(table, "from crowd_rows")
        engine.connection.unregister("crowd_rows")
