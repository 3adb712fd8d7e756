"""Two records side by side: field by field, the characters that differ marked, with what each field weighs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from chaland.publish.queue import Pair, SideRecord, differences
from chaland_web import formats

Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Row:
    """One field of both records. `state`: same, different, one (only one gives it). `bits`: None where unweighed."""

    label: Any
    left: Pieces
    right: Pieces
    state: str
    bits: float | None


def _name(record: SideRecord) -> str:
    return " ".join(part for part in (record.civility, record.first_name) if part)


def _lines(record: SideRecord) -> str:
    lines = (record.address_line_2, record.address_line_3, record.address_line_4, record.address_line_5)
    return ", ".join(line for line in (*lines, record.address_line_6) if line)


def _phone(number: str | None) -> str:
    return formats.phone(number) if number else ""


_FIELDS: tuple[tuple[Any, str, Callable[[SideRecord], str]], ...] = (
    (_("First name"), "first_name", _name),
    (_("Last name"), "last_name", lambda record: record.last_name or ""),
    (_("Birth name"), "", lambda record: record.birth_name or ""),
    (_("Organisation"), "organisation", lambda record: record.organisation or ""),
    (_("Birth date"), "birth_date", lambda record: f"{record.birth_date:%d/%m/%Y}" if record.birth_date else ""),
    (_("Sex"), "sex", lambda record: record.sex or ""),
    (_("Address"), "address", _lines),
    (_("Mobile"), "phone", lambda record: _phone(record.mobile)),
    (_("Telephone"), "phone", lambda record: _phone(record.phone)),
    (_("E-mail"), "email", lambda record: record.email or ""),
    (_("Card"), "card", lambda record: record.card_number or ""),
)


def _whole(text: str) -> Pieces:
    return [(text, False)] if text else []


def rows(pair: Pair) -> list[Row]:
    """Return the fields that one of the two records gives."""
    weights = pair.link.weights if pair.link else {}
    found, told = [], set()
    for label, comparison, text in _FIELDS:
        left, right = text(pair.left.record), text(pair.right.record)
        if not left and not right:
            continue
        state = "same" if left.casefold() == right.casefold() else "different" if left and right else "one"
        ours, theirs = differences(left, right) if state == "different" else (_whole(left), _whole(right))
        bits = weights.get(comparison) if comparison not in told else None
        told.add(comparison)
        found.append(Row(label, ours, theirs, state, bits))
    return found
