"""What the builder shows of a definition: its rows with their words and forms, as the templates want them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chaland.segments import OpenBase, read_definition
from chaland.segments.definition import GROUPS
from chaland.segments.sentence import clause
from chaland.segments.vocabulary import EVENTS_BY_NAME, FIELDS_BY_NAME, told
from chaland_web.segments.builder import ROOT, State, group_at
from chaland_web.segments.suggest import Values, names_of, values_of
from chaland_web.segments.words import TEST


@dataclass(frozen=True)
class Row:
    """A line of the builder: a condition, or the head of a group whose rows follow, one deeper."""

    pointer: str
    mark: str
    depth: int
    group: str
    words: str
    is_target: bool
    form: dict[str, Any] | None


def mark_of(pointer: str) -> str:
    """Return the id of a row's count in the page.

    >>> mark_of("/where/all/0")
    'n-where-all-0'
    """
    return "n" + pointer.replace("/", "-")


def rows_of(state: State, base: OpenBase) -> list[Row]:
    """Return every row, the outermost group's head first."""
    names = names_of(base)
    found: list[Row] = []

    def walk(pointer: str, depth: int) -> None:
        group = group_at(state.definition, pointer)
        if group is None:
            return
        kind, parts = group
        found.append(Row(pointer, mark_of(pointer), depth, kind, "", state.target == pointer, None))
        for rank, part in enumerate(parts):
            at = f"{pointer}/{kind}/{rank}"
            if any(isinstance(part.get(one), list) for one in GROUPS):
                walk(at, depth + 1)
                continue
            leaf = read_definition({"version": 1, "where": {"all": [part]}}).leaves[0]
            words = clause(leaf, currency=base.currency, names=names)
            form = form_of(part, values_of(base)) if state.editing == at else None
            found.append(Row(at, mark_of(at), depth + 1, "", words, False, form))

    walk(ROOT, 0)
    return found


def can_open(part: dict[str, Any]) -> bool:
    return any(name in part for name in ("field", "bought", "did", "near"))


def _codes(inner: dict[str, Any], values: Values) -> list[tuple[str, str, str, list[str]]]:
    """Return, for each text an event may be told by: its name, its words, those chosen, those to choose from."""
    if "event" not in inner:
        return []
    given = inner.get("with", {})
    return [
        (name, told(name), ", ".join(given.get(name, [])), values.events.get((inner["event"], name), []))
        for name, _ in EVENTS_BY_NAME[inner["event"]].codes
    ]


def _scores(inner: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return, for each mark of an event: its name, its words, its bounds."""
    scores = EVENTS_BY_NAME[inner["event"]].scores if "event" in inner else ()
    return [(name, told(name), inner.get("with", {}).get(name, {})) for name, _ in scores]


def form_of(part: dict[str, Any], values: Values) -> dict[str, Any]:
    """Return what the form of a condition needs: its kind, its values, the tests it may take, the shops to choose."""
    if "field" in part:
        field, value = FIELDS_BY_NAME[part["field"]], part.get("value", "")
        low, high = (value[0], value[1]) if part["is"] == "between" else (value, "")
        listed = part["is"] in ("one_of", "none_of")
        return {
            "kind": "field",
            "label": told(field.label),
            "tests": [(test, TEST[test], test == part["is"]) for test in field.tests],
            "choices": [(code, told(label), listed and code in value) for code, label in field.choices],
            "value": ", ".join(value) if listed else low,
            "value_to": high,
            "is_day": field.kind == "day",
        }
    for kind in ("bought", "did"):
        if kind in part:
            inner = part[kind]
            at = inner.get("shop", [])
            return {
                "kind": kind,
                "times": inner.get("times", {}),
                "amount": inner.get("amount", {}),
                "units": inner.get("units", {}),
                "codes": _codes(inner, values),
                "scores": _scores(inner),
                "from": inner.get("from", ""),
                "to": inner.get("to", ""),
                "last_days": inner.get("last_days", ""),
                "not_since": inner.get("not_since", False),
                "shops": [(key, name, at == [key]) for key, name in values.shops],
                "several_shops": len(at) if len(at) > 1 else 0,
            }
    return {"kind": "near", "km": part["near"]["km"]} if "near" in part else {"kind": ""}
