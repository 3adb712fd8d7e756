"""What a person does to a definition under his hands: add, change, remove, group, undo. Pure: state in, state out.

The state travels in the page's form: the definition, those before it, the group new conditions go to. Nothing typed is
trusted: every step goes through `read_definition`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chaland.errors import ConfigError
from chaland.segments import read_definition
from chaland.segments.definition import GROUPS, VERSION
from chaland.segments.vocabulary import DAY, EVENTS_BY_NAME, FIELDS_BY_NAME, RATIO

ROOT = "/where"
PAST_AT_MOST = 30
KEPT = "="
"""Choice of shop that leaves the several ones of a condition as they are."""
EMPTY: dict[str, Any] = {"version": VERSION, "where": {"all": []}}


@dataclass(frozen=True)
class State:
    """A definition under way. `past`: those before it, latest last; `target`: group that receives new conditions;
    `editing`: condition whose form is open."""

    definition: dict[str, Any]
    past: tuple[str, ...] = ()
    target: str = ROOT
    editing: str = ""

    @property
    def text(self) -> str:
        return json.dumps(self.definition, ensure_ascii=False, separators=(",", ":"))

    @property
    def past_text(self) -> str:
        return json.dumps(self.past, ensure_ascii=False)


def read_state(form: Mapping[str, Any]) -> State:
    """Return the state a form carries, checked."""
    text = str(form.get("definition", "")) or json.dumps(EMPTY)
    definition = _whole(text)
    try:
        past = json.loads(str(form.get("past", "")) or "[]")
    except ValueError:
        past = []
    kept = tuple(one for one in past if isinstance(one, str))[-PAST_AT_MOST:] if isinstance(past, list) else ()
    state = State(definition, kept, str(form.get("target", "")) or ROOT, str(form.get("editing", "")))
    return state if group_at(state.definition, state.target) else replace(state, target=ROOT)


def _whole(text: str) -> dict[str, Any]:
    """Return a definition, checked, groups that are still empty allowed."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = text
    read_definition(filled(given))
    found: dict[str, Any] = given
    return found


def filled(given: Any) -> Any:
    """Return a definition without its empty groups, which a person is still filling."""

    def walk(part: Any, depth: int) -> Any:
        if not isinstance(part, dict) or depth > 10:
            return part
        for kind in GROUPS:
            if isinstance(part.get(kind), list):
                parts = [walk(one, depth + 1) for one in part[kind]]
                return {**part, kind: [one for one in parts if one is not None]} if any(parts) or depth == 0 else None
        return part

    if not isinstance(given, dict) or "where" not in given:
        return given
    where = walk(given["where"], 0)
    if isinstance(where, dict) and where in ({"any": []}, {"none": []}):
        where = {"all": []}
    return {**given, "where": where}


def part_at(definition: dict[str, Any], pointer: str) -> Any:
    """Return what stands at a pointer, or None."""
    found: Any = definition
    for name in pointer.strip("/").split("/"):
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found


def group_at(definition: dict[str, Any], pointer: str) -> tuple[str, list[Any]] | None:
    """Return the kind and the parts of the group at a pointer, or None."""
    found = part_at(definition, pointer)
    if isinstance(found, dict):
        for kind in GROUPS:
            if isinstance(found.get(kind), list):
                return kind, found[kind]
    return None


def act(state: State, action: str, form: Mapping[str, Any]) -> State:
    """Return the state after an action: `verb` or `verb:pointer`.

    Raises:
        ConfigError: the action would make a definition that has faults; the state stays as it was.
    """
    verb, _, at = action.partition(":")
    if verb == "undo":
        if not state.past:
            return state
        return State(_whole(state.past[-1]), state.past[:-1])
    if verb in ("open", "close"):
        return replace(state, editing=at if verb == "open" else "")
    if verb == "target":
        return replace(state, target=at if group_at(state.definition, at) else ROOT)
    definition = json.loads(state.text)
    target, editing = state.target, ""
    if verb == "add":
        part = _json(str(form.get("add", "")))
        group = group_at(definition, target)
        if group is None or not isinstance(part, dict):
            return state
        group[1].append(part)
        pointer = f"{target}/{group[0]}/{len(group[1]) - 1}"
        if group_at(definition, pointer):
            target = pointer
        elif form.get("and_open"):
            editing = pointer
    elif verb == "remove":
        parent, _, rank = at.rpartition("/")
        parts = part_at(definition, parent)
        if isinstance(parts, list) and rank.isdigit() and int(rank) < len(parts):
            del parts[int(rank)]
        target = ROOT
    elif verb == "kind":
        kind, group = str(form.get(f"kind{at}", "")), group_at(definition, at)
        holder = part_at(definition, at)
        if group and kind in GROUPS:
            holder.clear()
            holder[kind] = group[1]
        target = ROOT
    elif verb == "edit":
        part = part_at(definition, at)
        if isinstance(part, dict):
            changed = _edited(part, form)
            part.clear()
            part.update(changed)
    read_definition(filled(definition))
    if definition == state.definition:
        return replace(state, editing=editing, target=target)
    return State(definition, (*state.past, state.text)[-PAST_AT_MOST:], target, editing)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _number(text: str) -> Any:
    """Return a number typed in French or English, or the text itself, for the check to refuse."""
    plain = "".join(text.split()).replace("€", "").replace("%", "").replace(",", ".")
    try:
        return int(plain) if plain.lstrip("-").isdigit() else float(plain)
    except ValueError:
        return text


def _edited(part: dict[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """Return a condition as its form says."""

    def text(name: str) -> str:
        return str(form.get(name, "")).strip()

    if "field" in part:
        return _edited_field(str(part["field"]), text)
    if "near" in part:
        return {"near": {**part["near"], "km": _number(text("km"))}}
    name = "bought" if "bought" in part else "did" if "did" in part else ""
    if not name:
        return part
    inner = {
        key: value
        for key, value in part[name].items()
        if key not in ("times", "amount", "units", "from", "to", "last_days", "not_since")
    }
    for measure in ("times", "amount", "units") if name == "bought" else ("times",):
        bounds = {
            side: _number(text(f"{measure}_{side}")) for side in ("at_least", "at_most") if text(f"{measure}_{side}")
        }
        if bounds:
            inner[measure] = bounds
    if name == "did" and (told := _told_by(str(inner["event"]), inner.pop("with", {}), text)):
        inner["with"] = told
    if text("last_days"):
        inner["last_days"] = _number(text("last_days"))
    else:
        inner.update({side: text(side) for side in ("from", "to") if text(side)})
    if name == "bought" and text("not_since"):
        inner["not_since"] = True
    if name == "bought" and "shop" in form and text("shop") != KEPT:
        inner.pop("shop", None)
        if text("shop"):
            inner["shop"] = [text("shop")]
    return {name: inner}


def _told_by(event: str, before: Mapping[str, Any], text: Callable[[str], str]) -> dict[str, Any]:
    """Return what an event is told by, as its form says: texts with commas between, and marks between two bounds."""
    found: dict[str, Any] = {}
    for name, _ in EVENTS_BY_NAME[event].codes:
        typed = text(f"with_{name}")
        if typed and typed == ", ".join(before.get(name, [])):
            found[name] = before[name]  # a text may hold a comma of its own
        elif texts := [one.strip() for one in typed.split(",") if one.strip()]:
            found[name] = texts
    for name, _ in EVENTS_BY_NAME[event].scores:
        sides = {side: text(f"with_{name}_{side}") for side in ("at_least", "at_most")}
        if bounds := {side: _number(typed) for side, typed in sides.items() if typed}:
            found[name] = bounds
    return found


def _edited_field(name: str, text: Any) -> dict[str, Any]:
    test = text("is")
    field = FIELDS_BY_NAME.get(name)
    if field is None:
        raise ConfigError(name)
    changed: dict[str, Any] = {"field": name, "is": test}

    def value(typed: str) -> Any:
        if field.kind == DAY and test not in ("last_days", "before_last_days"):
            return typed
        number = _number(typed)
        return number / 100 if field.kind == RATIO and isinstance(number, int | float) and "%" in typed else number

    if test in ("one_of", "none_of"):
        typed = text("value") if not field.choices else ",".join(text(f"choice_{code}") for code, _ in field.choices)
        changed["value"] = [one.strip() for one in typed.split(",") if one.strip()]
    elif test == "starts_with":
        changed["value"] = text("value")
    elif test == "between":
        changed["value"] = [value(text("value")), value(text("value_to"))]
    elif test not in ("yes", "no", "known", "unknown"):
        changed["value"] = value(text("value"))
    return changed


__all__ = ["EMPTY", "ROOT", "State", "act", "filled", "group_at", "part_at", "read_state"]
