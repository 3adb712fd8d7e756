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

NO_ACCOUNT = {"number": "0"}

DOORS: dict[str, Door] = {
    "accounts:account": Door(NO_ACCOUNT, answers=404),
    "accounts:act": Door(NO_ACCOUNT, method="post", answers=404),
    "accounts:end-sessions": Door(method="post", answers=302),
    "accounts:new": Door(),
    "accounts:own": Door(),
    "accounts:password": Door(),
    "accounts:people": Door(),
    "accounts:prove": Door(),
    "accounts:recovery": Door(method="post", answers=302),
    "accounts:region": Door({"number": "1"}, answers=404),
    "accounts:regions": Door(),
    "accounts:second": Door(),
    "accounts:second-off": Door(method="post", answers=302),
    "accounts:sign-out": Door(method="post", answers=302),
    "api:identity": Door(method="post", answers=415),
    "customers:contacts": Door(CAMILLE),
    "customers:file": Door(CAMILLE),
    "customers:household": Door(CAMILLE),
    "customers:loyalty": Door(CAMILLE),
    "customers:origin": Door(CAMILLE),
    "customers:projects": Door(CAMILLE),
    "customers:purchases": Door(CAMILLE),
    "customers:search": Door(fields={"q": "chalain"}),
    "customers:takeaway": Door(CAMILLE, method="post"),
    "customers:ticket": Door({**CAMILLE, "ticket_id": "tills:T1"}),
    "customers:timeline": Door(CAMILLE, answers=302),
    "customers:visit": Door({**CAMILLE, "event_id": "web_events:e1"}),
    "customers:voice": Door(CAMILLE),
    "desk:case": Door(CAMILLE),
    "desk:case-step": Door({**CAMILLE, "key": "0"}, answers=404),
    "desk:consent": Door(CAMILLE),
    "desk:contact": Door(CAMILLE),
    "desk:correct": Door(CAMILLE),
    "desk:done": Door({**CAMILLE, "key": "0"}, method="post", answers=404),
    "desk:due": Door(),
    "desk:history": Door(CAMILLE),
    "desk:profiling": Door(CAMILLE),
    "desk:undo": Door({**CAMILLE, "key": "0"}, method="post", answers=404),
    "insight:export": Door({"slug": "cohortes", "code": "cohortes"}),
    "insight:home": Door(),
    "insight:study": Door({"slug": "cohortes"}),
    "insight:unhappy-export": Door(),
    "phone:call": Door(CAMILLE),
    "phone:desk": Door(fields={"q": "chalain"}),
    "phone:take": Door({"caller_id": "c-camille"}, method="post", answers=302),
    "privacy:accesses": Door(),
    "privacy:accesses-file": Door(),
    "privacy:account-changes": Door(),
    "privacy:exports": Door(),
    "privacy:reason": Door(CAMILLE, answers=302),
    "privacy:requests": Door(),
    "privacy:sign-ins": Door(),
    "privacy:unusual": Door(),
    "segments:cancel": Door(method="post", answers=204),
    "segments:compare": Door(),
    "segments:count": Door(method="post"),
    "segments:edit": Door(method="post"),
    "segments:export": Door({"key": "unknown"}, method="post", answers=404),
    "segments:figures": Door({"what": "recoupement"}, answers=404),
    "segments:list": Door(),
    "segments:new": Door(),
    "segments:of-customer": Door(CAMILLE),
    "segments:overlap": Door(),
    "segments:remove": Door({"key": "unknown"}, method="post", answers=404),
    "segments:save": Door(method="post", answers=422),
    "segments:segment": Door({"key": "unknown"}, answers=404),
    "segments:suggest": Door(),
    "state:base": Door(),
    "state:glossary": Door(),
    "state:home": Door(),
    "steward:agreement": Door(),
    "steward:decide": Door(method="post", fields={"l": "card:1001", "r": "web:501"}, answers=400),
    "steward:decided": Door(),
    "steward:queue": Door(),
    "steward:separate": Door(CAMILLE),
    "steward:undo": Door(method="post", fields={"id": "0"}, answers=404),
}

PORTAL = {
    f"portal:{name}"
    for name in (
        "sign-in", "link", "home", "history", "correct", "preferences", "stop-all", "download", "erase", "sign-out",
        "profiling", "stop",
    )
}  # fmt: skip
"""The customers' own space, which has a door of its own: see test_portal.py."""

OPEN = {"accounts:sign-in", "accounts:sign-in-code", "alive", "set-language"} | PORTAL
"""Addresses open to strangers, on purpose."""
