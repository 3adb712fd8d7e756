"""A sample of each address of the application: what the walk of test_doors.py fills in. One line per named address.

A part that adds an address adds its line here, in alphabetical order; an address without a line fails the walk.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Door:
    """How to knock at an address.

    Attributes:
        arguments: those of its route; `customer_id` marks a customer's file.
        method: what it answers to: "get", or "post".
        fields: of its form, or of the question after "?".
        answers: what someone who has the right is answered with these; 302 where it leads elsewhere.
    """

    arguments: dict[str, str] = field(default_factory=dict)
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    answers: int = 200


CAMILLE = {"customer_id": "c-camille"}
"""Her home shop is LIL; she also bought in ROU."""

DOORS: dict[str, Door] = {
    "accounts:sign-out": Door(method="post", answers=302),
    "customers:file": Door(CAMILLE),
    "customers:origin": Door(CAMILLE),
    "customers:purchases": Door(CAMILLE),
    "customers:search": Door(fields={"q": "chalain"}),
    "customers:ticket": Door({**CAMILLE, "ticket_id": "tills:T1"}),
    "customers:timeline": Door(CAMILLE, answers=302),
    "customers:visit": Door({**CAMILLE, "event_id": "web_events:e1"}),
    "insight:export": Door({"slug": "cohortes", "code": "cohortes"}),
    "insight:home": Door(),
    "insight:study": Door({"slug": "cohortes"}),
    "privacy:accesses": Door(),
    "privacy:accesses-file": Door(),
    "privacy:account-changes": Door(),
    "privacy:exports": Door(),
    "privacy:reason": Door(CAMILLE, answers=302),
    "privacy:sign-ins": Door(),
    "privacy:unusual": Door(),
    "state:base": Door(),
    "state:home": Door(),
}

OPEN = {"accounts:sign-in", "alive", "set-language"}
"""Addresses open to strangers, on purpose."""
