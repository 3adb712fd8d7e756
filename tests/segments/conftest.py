"""A small base made at random, and the same purchases as plain Python rows: what counts are compared with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.segments import OpenBase, SavedSegments, build_cubes
from chaland.tables import Table, base

AS_OF = date(2026, 9, 30)
CUSTOMERS, TICKETS = 80, 600
DEPARTMENTS = {"P1": "Jardin", "P2": "Jardin", "P3": "Outillage", "P4": "Cuisine", "P5": "Outillage"}
SERVICE = "delivery"
"""Bought too, without being a product: some tickets hold nothing else."""
FAMILIES = {"P1": "plants", "P2": "tools", "P3": "tools", "P4": "pans", "P5": "drills"}
SHOPS = {"S1": ("35000", "Rennes"), "S2": ("59000", "Lille"), "S3": ("75001", "Paris")}
TOWNS = (("35238", "35000", "Rennes"), ("59350", "59000", "Lille"), ("69123", "69001", "Lyon"), (None, None, None))


@dataclass(frozen=True)
class Line:
    """One line bought (or brought back)."""

    ticket: str
    customer: int
    day: date
    shop: str
    product: str
    quantity: int
    cents: int


@dataclass(frozen=True)
class Small:
    """The base and what it was made of."""

    base: OpenBase
    people: list[dict[str, Any]]
    lines: list[Line]
    contacts: list[tuple[int, str, date]]


def _fill(engine: Engine, table: Table, rows: list[dict[str, Any]]) -> None:
    """Fill a table; a column that no row gives takes an idle value where it may not be null."""
    idle = {"boolean": False, "integer": 0, "bigint": 0, "date": AS_OF, "timestamp": datetime(2026, 1, 1)}
    full = []
    for row in rows:
        given = dict(row)
        for column in table.columns:
            if column.name not in given:
                kind = column.type.split("(")[0]
                value = Decimal(0) if kind == "decimal" else idle.get(kind, "-")
                given[column.name] = None if column.nullable else value
        full.append(given)
    schema = engine.execute(f"select * from {table.full_name} limit 0").to_arrow_table().schema
    engine.load(table, pa.Table.from_pylist(full, schema=schema))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    draw = random.Random(7)
    people: list[dict[str, Any]] = []
    for number in range(CUSTOMERS):
        insee, postcode, city = draw.choice(TOWNS)
        people.append(
            {
                "customer_id": f"c{number:03d}",
                "household_id": f"h{number // 2}",
                "records": 1,
                "systems": 1,
                "display_name": f"=cmd|{number}" if number == 3 else f"Client {number}",
                "last_name": f"=cmd|{number}" if number == 3 else f"Client {number}",
                "sex": draw.choice(("F", "M", None)),
                "age_years": draw.choice((None, *range(18, 90))),
                "insee_code": insee,
                "postcode": postcode,
                "city": city,
                "can_email": draw.random() < 0.5,
                "can_email_reason": "ok",
                "home_shop_key": draw.choice(tuple(SHOPS)),
                "is_card_holder": draw.random() < 0.6,
                "card_tier": ("Or", "OR", "Bronzé", None)[number % 4],
            }
        )
    lines: list[Line] = []
    tickets: list[dict[str, Any]] = []
    for number in range(TICKETS):
        customer, day = draw.randrange(CUSTOMERS - 10), AS_OF - timedelta(days=draw.randrange(-5, 700))
        if number % 5 == 0 and lines:  # a second shop the same day
            customer, day = lines[-1].customer, lines[-1].day
        shop, is_return = draw.choice(tuple(SHOPS)), draw.random() < 0.1
        bought = [
            Line(
                f"t{number}", customer, day, shop, draw.choice(tuple(DEPARTMENTS)) if number % 15 else SERVICE,
                sign * draw.randint(1, 3), sign * draw.randint(100, 9000),
            )
            for sign in [-1 if is_return else 1] * draw.randint(1, 3)
        ]  # fmt: skip
        lines += bought
        tickets.append(
            {
                "ticket_id": f"t{number}",
                "customer_id": f"c{customer:03d}",
                "shop_key": shop,
                "is_return": is_return,
                "lines": len(bought),
                "units": Decimal(sum(one.quantity for one in bought)),
                "amount": Decimal(sum(one.cents for one in bought)) / 100,
                "sold_at": datetime.combine(day, datetime.min.time()),
                "sold_date": day,
            }
        )
    contacts = [
        (draw.randrange(CUSTOMERS), draw.choice(("phone", "email")), AS_OF - timedelta(days=draw.randrange(400)))
        for _ in range(60)
    ]
    with Engine(threads=2) as engine:
        for table in base.TABLES:
            engine.create(table)
        _fill(engine, base.ABOUT, [{"base_name": "small", "currency": "EUR", "as_of": AS_OF}])
        _fill(engine, base.CUSTOMERS, people)
        _fill(engine, base.TICKETS, tickets)
        _fill(
            engine,
            base.TICKET_LINES,
            [
                {
                    "ticket_id": one.ticket,
                    "line_number": rank,
                    "customer_id": f"c{one.customer:03d}",
                    "product_key": one.product,
                    "department": DEPARTMENTS.get(one.product, "Services"),
                    "quantity": Decimal(one.quantity),
                    "amount": Decimal(one.cents) / 100,
                    "is_product": one.product != SERVICE,
                    "sold_date": one.day,
                }
                for rank, one in enumerate(lines)
            ],
        )
        _fill(
            engine,
            base.PRODUCTS,
            [
                {"product_key": key, "product_label": key, "family": FAMILIES[key], "department": DEPARTMENTS[key]}
                for key in DEPARTMENTS
            ],
        )
        _fill(
            engine,
            base.SHOPS,
            [
                {"shop_key": key, "shop_name": city, "postcode": code, "city": city}
                for key, (code, city) in SHOPS.items()
            ],
        )
        _fill(
            engine,
            base.CONTACTS,
            [
                {
                    "contact_id": f"k{rank}",
                    "customer_id": f"c{number:03d}",
                    "channel": channel,
                    "contacted_at": datetime.combine(day, datetime.min.time()),
                }
                for rank, (number, channel, day) in enumerate(contacts)
            ],
        )
        build_cubes(engine, as_of=AS_OF, reporter=Reporter())
        folder: Path = tmp_path_factory.mktemp("small")
        yield Small(OpenBase(engine, SavedSegments(folder)), people, lines, contacts)
