"""What the cast buy, look at on the web, and earn on their cards: rows of landing.*."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tests.cast.settings import Row, lineage


def _sale(
    line: int,
    ticket: str,
    number: int,
    sold_at: datetime,
    card: str | None,
    product: str,
    quantity: str,
    amount: str,
    *,
    shop: str | None = "LIL",
    is_product: bool = True,
) -> Row:
    labels = {"101": ("Sécateur", "Jardin", "Outils"), "102": ("Terreau 40 l", "Jardin", "Sols"), "201": ("Mitigeur",
              "Salle de bains", "Robinets"), "PORT": ("Frais de port", None, None)}  # fmt: skip
    label, department, family = labels[product]
    return {
        **lineage("tills", line),
        "system": "card",
        "person_key": card,
        "ticket_key": ticket,
        "line_number": number,
        "sold_at": sold_at,
        "shop_key": shop,
        "channel": "shop" if shop else "web",
        "product_key": product,
        "product_label": label,
        "department": department,
        "family": family,
        "quantity": Decimal(quantity),
        "amount": Decimal(amount),
        "is_product": is_product,
    }


TICKET_LINES: list[Row] = [
    # Camille: two identical lines are two purchases; a return; an order on line with postage; an old ticket.
    _sale(2, "T1", 1, datetime(2026, 5, 4, 10, 30), "1001", "101", "1", "24.90"),
    _sale(3, "T1", 2, datetime(2026, 5, 4, 10, 30), "1001", "102", "2", "15.98"),
    _sale(4, "T1", 2, datetime(2026, 5, 4, 10, 30), "1001", "102", "2", "15.98"),
    _sale(5, "T2", 1, datetime(2026, 5, 6, 17, 2), "1001", "101", "-1", "-24.90"),
    _sale(6, "T3", 1, datetime(2026, 9, 12, 9, 0), "1001", "201", "1", "89.99", shop=None),
    _sale(7, "T3", 2, datetime(2026, 9, 12, 9, 0), "1001", "PORT", "1", "5.50", shop=None, is_product=False),
    _sale(8, "T4", 1, datetime(2024, 4, 1, 11, 0), "1001", "201", "1", "79.00", shop="ROU"),
    # A twin, a card without a holder, and two people in a hurry.
    _sale(9, "T5", 1, datetime(2026, 8, 1, 15, 0), "1002", "102", "3", "23.97"),
    _sale(10, "T6", 1, datetime(2026, 8, 2, 15, 0), "1999", "102", "1", "7.99"),
    _sale(11, "T7", 1, datetime(2026, 8, 3, 18, 45), None, "101", "1", "24.90"),
    _sale(12, "T8", 1, datetime(2026, 8, 3, 18, 50), None, "201", "1", "89.99", shop="ROU"),
    # The reseller's order on the web is known by the web's key.
    {**_sale(13, "T9", 1, datetime(2026, 7, 7, 8, 0), "503", "102", "100", "650.00", shop=None), "system": "web"},
]

WEB_EVENTS: list[Row] = [
    {**lineage("web_events", 1), "system": "web", "person_key": "501", "event_key": "e1",
     "occurred_at": datetime(2026, 9, 11, 20, 0), "event": "Product Viewed", "page": "/mitigeur", "product_key": "201"},
    {**lineage("web_events", 2), "system": "web", "person_key": "503", "event_key": "e2",
     "occurred_at": datetime(2026, 7, 7, 6, 0), "event": "Order Completed", "ticket_key": "T9"},
    {**lineage("web_events", 3), "system": "web", "person_key": None, "event_key": "e3",
     "occurred_at": datetime(2026, 7, 8, 6, 0), "event": "Page Viewed", "page": "/"},
]  # fmt: skip

LOYALTY_MOVEMENTS: list[Row] = [
    {**lineage("card_movements", 1), "system": "card", "person_key": "1001", "card_number": "1001",
     "moved_at": datetime(2026, 5, 4, 10, 30), "movement": "earn", "points": 57, "ticket_key": "T1", "shop_key": "LIL"},
    {**lineage("card_movements", 2), "system": "card", "person_key": "1001", "card_number": "1001",
     "moved_at": datetime(2026, 5, 6, 17, 2), "movement": "adjust", "points": -25, "ticket_key": "T2"},
    {**lineage("card_movements", 3), "system": "card", "person_key": "1002", "card_number": "1002",
     "moved_at": datetime(2025, 1, 10), "movement": "open", "points": 0},
]  # fmt: skip
