"""Charts computed on the server: places in per cent, drawn as SVG by the templates `insight/_lines.html` and so on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

Point = tuple[float, float]
HEATS = 10
"""Shades of a heat map, besides none."""


def nice_steps(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values that cover the span.

    >>> nice_steps(0, 93), nice_steps(0, 0.62)
    ([0.0, 20.0, 40.0, 60.0, 80.0, 100.0], [0.0, 0.2, 0.4, 0.6, 0.8])
    """
    span = (high - low) or 1.0
    size = 10.0 ** math.floor(math.log10(span / most))
    step = next(size * factor for factor in (1, 2, 5, 10) if span / (size * factor) <= most + 1e-9)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(rank * step, 10) for rank in range(first, last + 1)]


def heat(value: float, high: float) -> int:
    """Return the shade of a value from 0 (nothing) to HEATS (the highest).

    >>> heat(0, 8), heat(0.1, 8), heat(8, 8)
    (0, 1, 10)
    """
    return max(1, round(HEATS * value / high)) if value > 0 and high > 0 else 0


@dataclass(frozen=True)
class Tick:
    """A mark of an axis: its place in per cent, its words."""

    at: float
    label: str


@dataclass(frozen=True)
class Series:
    """A line: its points as SVG writes them, and its dots with what each says."""

    name: str
    tone: str
    points: str
    dots: tuple[tuple[float, float, str], ...] = ()


@dataclass(frozen=True)
class Lines:
    """Lines over a common axis. `mark`: a vertical line with its words."""

    template: ClassVar[str] = "insight/_lines.html"
    label: str
    series: tuple[Series, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_title: str
    y_title: str
    mark: Tick | None = None


def lines(
    label: str,
    series: Sequence[tuple[str, str, Sequence[Point]]],
    *,
    x_text: Callable[[float], str],
    y_text: Callable[[float], str],
    x_title: str,
    y_title: str = "",
    x_marks: Sequence[float] | None = None,
    mark: tuple[float, str] | None = None,
    with_dots: bool = False,
) -> Lines:
    """Return lines on one scale that starts at zero upwards.

    Args:
        series: name, tone (one, two, ideal), points.
        x_marks: where the horizontal axis is marked; round values when None.
    """
    points = [point for _, _, line in series for point in line]
    left, right = min((x for x, _ in points), default=0.0), max((x for x, _ in points), default=1.0)
    heights = nice_steps(min(0.0, *(y for _, y in points)), max(y for _, y in points)) if points else [0.0, 1.0]
    low, high = heights[0], heights[-1]

    def across(x: float) -> float:
        return round(100 * (x - left) / ((right - left) or 1.0), 2)

    def down(y: float) -> float:
        return round(100 - 100 * (y - low) / ((high - low) or 1.0), 2)

    places = list(x_marks) if x_marks is not None else [x for x in nice_steps(left, right, 6) if left <= x <= right]
    drawn = tuple(
        Series(
            str(name),
            tone,
            " ".join(f"{across(x):g},{down(y):g}" for x, y in line),
            tuple((across(x), down(y), f"{x_text(x)} : {y_text(y)}") for x, y in line) if with_dots else (),
        )
        for name, tone, line in series
    )
    return Lines(
        str(label),
        drawn,
        tuple(Tick(across(x), x_text(x)) for x in places),
        tuple(Tick(down(y), y_text(y)) for y in heights),
        str(x_title),
        str(y_title),
        Tick(across(mark[0]), mark[1]) if mark else None,
    )


@dataclass(frozen=True)
class Cell:
    """A cell of a heat map; `hint` says more."""

    text: str
    shade: int
    hint: str = ""
    is_pending: bool = False


@dataclass(frozen=True)
class Heat:
    """A table whose shades tell the values: heads of columns, and per row its head, an aside, its cells."""

    template: ClassVar[str] = "insight/_heat.html"
    label: str
    corner: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[Cell | None, ...]], ...]
    aside_head: str = ""
    above: str = ""


@dataclass(frozen=True)
class BarRow:
    """A bar: its words, its value as written, its places in per cent; a lighter second value beside, or none."""

    label: str
    value: str
    start: float
    length: float
    tone: str = ""
    aside: str = ""
    hint: str = ""
    behind: float = 0.0


@dataclass(frozen=True)
class Bars:
    """Bars one above the other, each with its figure."""

    template: ClassVar[str] = "insight/_bars.html"
    label: str
    rows: tuple[BarRow, ...]
    head: str = ""
    value_head: str = ""
    aside_head: str = ""
    legend: tuple[tuple[str, str], ...] = ()


def highest(values: Iterable[float]) -> float:
    """Return where a scale from zero ends: at the highest value; at 1 where there is none, or it is zero."""
    return max(values, default=0.0) or 1.0


def bar(
    label: object,
    text: str,
    value: float,
    top: float,
    *,
    tone: str = "",
    aside: str = "",
    hint: str = "",
    behind: float = 0.0,
) -> BarRow:
    """Return a bar from zero to a value on a scale that ends at `top`; `behind`: the lighter second value.

    >>> bar("a", "3", 3, 6, behind=6)
    BarRow(label='a', value='3', start=0.0, length=50.0, tone='', aside='', hint='', behind=100.0)
    """
    return BarRow(str(label), text, 0.0, round(100 * value / top, 2), tone, aside, hint, round(100 * behind / top, 2))


def step_rows(
    start: tuple[str, float, str], parts: Sequence[tuple[str, float, str]], end: tuple[str, float, str]
) -> tuple[BarRow, ...]:
    """Return the bars of a change: what there was, each part from where the last one ended, what there is.

    >>> rows = step_rows(("before", 80, ""), [("more", 40, ""), ("less", -20, "")], ("now", 100, ""))
    >>> [(row.start, row.length, row.tone) for row in rows]
    [(0.0, 66.67, 'before'), (66.67, 33.33, 'more'), (83.33, 16.67, 'less'), (0.0, 83.33, '')]
    """
    edges = [(start[0], 0.0, start[1], start[2], "before")]
    reached = start[1]
    for name, value, text in parts:
        edges.append((name, reached, reached + value, text, "more" if value >= 0 else "less"))
        reached += value
    edges.append((end[0], 0.0, end[1], end[2], ""))
    low = min(0.0, *(min(one, other) for _, one, other, _, _ in edges))
    span = (max(max(one, other) for _, one, other, _, _ in edges) - low) or 1.0
    return tuple(
        BarRow(
            str(name),
            text,
            round(100 * (min(one, other) - low) / span, 2),
            round(100 * abs(other - one) / span, 2),
            tone,
        )
        for name, one, other, text, tone in edges
    )


@dataclass(frozen=True)
class Part:
    """A part of a stacked bar."""

    name: str
    text: str
    tone: str
    start: float
    length: float


@dataclass(frozen=True)
class Stacks:
    """Bars cut into parts, on one scale of 100 %."""

    template: ClassVar[str] = "insight/_stacks.html"
    label: str
    rows: tuple[tuple[str, tuple[Part, ...]], ...]


def stacks(label: str, rows: Sequence[tuple[str, Sequence[tuple[str, str, str, float]]]]) -> Stacks:
    """Return stacked bars: per row its words, then parts (name, value as written, tone, share from 0 to 1)."""
    made = []
    for name, parts in rows:
        reached, cut = 0.0, []
        for part, text, tone, share in parts:
            cut.append(Part(str(part), text, tone, round(100 * reached, 2), round(100 * share, 2)))
            reached += share
        made.append((str(name), tuple(cut)))
    return Stacks(str(label), tuple(made))


@dataclass(frozen=True)
class Node:
    """An end of flows: its words, its size as written, its place from the top."""

    label: str
    text: str
    top: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.top + self.height / 2, 2)


@dataclass(frozen=True)
class Flow:
    """A ribbon between two ends."""

    path: str
    tone: str
    hint: str


@dataclass(frozen=True)
class Flows:
    """Who went from where to where: ends on the left, ends on the right, ribbons between them."""

    template: ClassVar[str] = "insight/_flows.html"
    label: str
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    flows: tuple[Flow, ...]
    left_title: str
    right_title: str


def flows(
    label: str,
    order: Sequence[tuple[str, str]],
    moves: Sequence[tuple[str, str, float]],
    *,
    text: Callable[[float], str],
    tone: Callable[[str, str], str],
    titles: tuple[str, str],
    gap: float = 1.6,
) -> Flows:
    """Return the flows of `moves` (from, to, size); `order` gives the ends from the top, code and words."""
    names = dict(order)
    sizes = [{code: 0.0 for code, _ in order} for _ in range(2)]
    for one, other, size in moves:
        sizes[0][one] += size
        sizes[1][other] += size
    whole = sum(sizes[0].values()) or 1.0
    ends: list[dict[str, Node]] = []
    for side in sizes:
        present = [code for code, _ in order if side[code]]
        scale = (100 - gap * max(len(present) - 1, 0)) / whole
        top, placed = 0.0, {}
        for code in present:
            height = side[code] * scale
            placed[code] = Node(str(names[code]), text(side[code]), round(top, 2), round(height, 2))
            top += height + gap
        ends.append(placed)
    rank = {code: place for place, (code, _) in enumerate(order)}
    begun = [{code: node.top for code, node in placed.items()} for placed in ends]
    heights = [
        {code: node.height / side[code] for code, node in placed.items()}
        for placed, side in zip(ends, sizes, strict=True)
    ]
    drawn = []
    for one, other, size in sorted(moves, key=lambda move: (rank[move[0]], rank[move[1]])):
        y0, y1 = begun[0][one], begun[1][other]
        h0, h1 = size * heights[0][one], size * heights[1][other]
        begun[0][one] += h0
        begun[1][other] += h1
        path = (
            f"M0,{y0:.2f} C50,{y0:.2f} 50,{y1:.2f} 100,{y1:.2f} "
            f"L100,{y1 + h1:.2f} C50,{y1 + h1:.2f} 50,{y0 + h0:.2f} 0,{y0 + h0:.2f} Z"
        )
        drawn.append(Flow(path, tone(one, other), f"{names[one]} → {names[other]} : {text(size)}"))
    return Flows(str(label), tuple(ends[0].values()), tuple(ends[1].values()), tuple(drawn), *map(str, titles))


@dataclass(frozen=True)
class Range:
    """An estimate with its interval: its words, its value as written, its places in per cent; sure or not."""

    label: str
    value: str
    at: float
    low: float
    high: float
    tone: str
    aside: str = ""
    hint: str = ""

    @property
    def width(self) -> float:
        return round(self.high - self.low, 2)


@dataclass(frozen=True)
class Ranges:
    """Estimates one above the other on a common scale, with a line where nothing changes."""

    template: ClassVar[str] = "insight/_ranges.html"
    label: str
    rows: tuple[Range, ...]
    zero: float
    head: str
    value_head: str
    aside_head: str = ""


def ranges(
    label: str,
    items: Sequence[tuple[str, str, tuple[float, float, float], str, str]],
    *,
    head: str,
    value_head: str,
    aside_head: str = "",
) -> Ranges:
    """Return estimates: per item its words, its value as written, (value, low, high), its tone, what stands aside.

    >>> found = ranges("", [("a", "+1", (1.0, 0.0, 4.0), "more", "")], head="", value_head="")
    >>> (found.zero, found.rows[0].at, found.rows[0].width)
    (0.0, 25.0, 100.0)
    """
    ends = [0.0, *(end for _, _, three, _, _ in items for end in three)]
    least, most = min(ends), max(ends)

    def place(value: float) -> float:
        return round(100 * (value - least) / ((most - least) or 1.0), 2)

    rows = tuple(
        Range(str(name), text, place(value), place(low), place(high), tone, aside)
        for name, text, (value, low, high), tone, aside in items
    )
    return Ranges(str(label), rows, place(0.0), str(head), str(value_head), str(aside_head))


@dataclass(frozen=True)
class Spot:
    """A place of a map: its place and its radius in the units of the drawing, what it says."""

    x: float
    y: float
    radius: float
    tone: str
    hint: str
    label: str = ""


@dataclass(frozen=True)
class Chart2d:
    """Places drawn to scale. `width`, `height`: of the drawing, in its own units."""

    template: ClassVar[str] = "insight/_map.html"
    label: str
    width: float
    height: float
    spots: tuple[Spot, ...]
    legend: tuple[tuple[str, str], ...] = ()


def places(
    label: str,
    items: Sequence[tuple[float, float, float, str, str, str]],
    *,
    legend: tuple[tuple[str, str], ...] = (),
    largest: float = 26.0,
) -> Chart2d:
    """Return places (latitude, longitude, size, tone, hint, label) to scale, areas as sizes; drawn in their order.

    A size of zero is a mark of fixed radius, one below zero a mere speck. Equirectangular about the mean latitude:
    distances are true enough for a country.
    """
    if not items:
        return Chart2d(label, 1000.0, 100.0, ())
    north, south = max(item[0] for item in items), min(item[0] for item in items)
    west, east = min(item[1] for item in items), max(item[1] for item in items)
    wide = max((east - west) * math.cos(math.radians((north + south) / 2)), 1e-6)
    high = max(north - south, 1e-6)
    scale = min(940.0 / wide, 760.0 / high)
    most = max((item[2] for item in items), default=1.0) or 1.0
    left = (1000.0 - wide * scale) / 2
    spots = tuple(
        Spot(
            round(left + (longitude - west) / ((east - west) or 1e-6) * wide * scale, 1),
            round(30 + (north - latitude) * scale, 1),
            round(max(2.5, largest * math.sqrt(size / most)), 1) if size > 0 else (6.0 if size == 0 else 1.6),
            tone,
            hint,
            name,
        )
        for latitude, longitude, size, tone, hint, name in items
    )
    return Chart2d(label, 1000.0, round(high * scale + 60, 1), spots, legend)
