"""What charts need, computed on the server: positions in per cent, drawn by the page as SVG beside the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Bar:
    """One bar: where it starts and how long it is, in per cent of the width; `below` when its value is negative."""

    item: Any
    start: float
    length: float
    below: bool


def bars(items: Sequence[Any], values: Iterable[Decimal | float]) -> list[Bar]:
    """Return one bar per item on a common scale that holds zero.

    >>> [(bar.start, bar.length, bar.below) for bar in bars(["a", "b"], [30, -10])]
    [(25.0, 75.0, False), (0.0, 25.0, True)]
    """
    numbers = [float(value) for value in values]
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    span = (high - low) or 1.0
    found = []
    for item, value in zip(items, numbers, strict=True):
        start, end = sorted((0.0, value))
        found.append(Bar(item, round(100 * (start - low) / span, 2), round(100 * (end - start) / span, 2), value < 0))
    return found


NOTHING = 0.05
"""Bits too few to be shown with one decimal."""


@dataclass(frozen=True)
class Step:
    """One step of a waterfall: what it adds, and where it lies, in per cent of the width."""

    name: str
    value: float
    start: float
    length: float
    kind: str  # prior, more, less or total


def waterfall(prior: float, parts: Iterable[tuple[str, float]]) -> tuple[list[Step], float]:
    """Return the steps from the prior to the total, on one scale, and where zero lies on it (per cent).

    >>> steps, zero = waterfall(-10.0, [("email", 30.0), ("phone", -5.0)])
    >>> [(step.name, step.kind, step.start, step.length) for step in steps][:3]
    [('prior', 'prior', 0.0, 33.33), ('email', 'more', 0.0, 100.0), ('phone', 'less', 83.33, 16.67)]
    >>> (steps[-1].kind, steps[-1].start, steps[-1].length), zero
    (('total', 33.33, 50.0), 33.33)
    """
    edges: list[tuple[str, float, float, float, str]] = []
    if abs(prior) >= NOTHING:
        edges.append(("prior", prior, 0.0, prior, "prior"))
    reached = prior
    for name, value in parts:
        edges.append((name, value, reached, reached + value, "more" if value > 0 else "less"))
        reached += value
    edges.append(("total", reached, 0.0, reached, "total"))
    low = min(min(start, end) for _, _, start, end, _ in edges)
    high = max(max(start, end) for _, _, start, end, _ in edges)
    span = (high - low) or 1.0
    steps = [
        Step(
            name,
            value,
            round(100 * (min(start, end) - low) / span, 2),
            round(100 * abs(end - start) / span, 2),
            kind,
        )
        for name, value, start, end, kind in edges
    ]
    return steps, round(100 * (0.0 - low) / span, 2)


@dataclass(frozen=True)
class Column:
    """One column of a chart over time, in per cent: place, width, height of the whole and of its darker part."""

    item: Any
    left: float
    width: float
    height: float
    part_height: float
    top: float
    part_top: float


def columns(items: Sequence[Any], values: Iterable[Decimal], parts: Iterable[Decimal]) -> list[Column]:
    """Return one column per item; `parts` are drawn within `values`. Negative values have no height.

    >>> [(column.left, column.height, column.part_height) for column in columns(["a"], [Decimal(4)], [Decimal(1)])]
    [(10.0, 100.0, 25.0)]
    """
    wholes = [max(float(value), 0.0) for value in values]
    inner = [max(float(part), 0.0) for part in parts]
    high = max(wholes, default=0.0) or 1.0
    slot = 100 / max(len(items), 1)
    return [
        Column(
            item,
            round(rank * slot + slot * 0.1, 3),
            round(slot * 0.8, 3),
            round(100 * whole / high, 2),
            round(100 * part / high, 2),
            round(100 - 100 * whole / high, 2),
            round(100 - 100 * part / high, 2),
        )
        for rank, (item, whole, part) in enumerate(zip(items, wholes, inner, strict=True))
    ]
