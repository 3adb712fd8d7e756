"""What was written, line by line: who, when, what before, what after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chaland_web.desk.models import WAS, Line

_HIDDEN = {"records", "closed_at"}


@dataclass(frozen=True)
class Change:
    """One field of one line: its name, what it was before ("" at first), what it became ("" when taken out)."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Written:
    """One line, with what it changed of its word; `act` is written, changed, done or taken_back."""

    line: Line
    act: str
    changes: tuple[Change, ...]
    is_last: bool = True


def history_of(keys: Sequence[str]) -> list[Written]:
    """Return every line of these words, the latest first."""
    before: dict[str, Line] = {}
    found = []
    for line in Line.objects.filter(key__in=keys).order_by("id"):
        found.append(_written(line, before.get(line.key)))
        before[line.key] = line
    last = {one.line.key: one.line.id for one in found}
    return [replace(one, is_last=last[one.line.key] == one.line.id) for one in reversed(found)]


def _told(line: Line | None) -> dict[str, str]:
    if line is None:
        return {}
    told = {name: str(text) for name, text in line.fields.items() if name not in _HIDDEN and not name.startswith(WAS)}
    if line.due_date:
        told["due_date"] = line.due_date.isoformat()
    return told


def _written(line: Line, before: Line | None) -> Written:
    was, told = _told(before), _told(line)
    if line.is_withdrawn:
        return Written(line, "taken_back", tuple(Change(name, text, "") for name, text in was.items()))
    changed = [name for name in dict.fromkeys([*was, *told]) if was.get(name) != told.get(name)]
    if before is None:  # a correction says itself what it found
        was = {name.removeprefix(WAS): text for name, text in line.fields.items() if name.startswith(WAS)}
        changed += [name for name in was if name not in told]
    changes = tuple(Change(name, was.get(name, ""), told.get(name, "")) for name in changed)
    act = "written" if before is None else "done" if changed == ["due_date"] else "changed"
    return Written(line, act, changes)
