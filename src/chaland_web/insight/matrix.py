"""The matrix of importance and performance: what a survey rates, on two axes cut at their means.

Source: Martilla & James 1977. Places are in the units of the drawing, which the template draws as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

WIDTH, HEIGHT, EDGE = 1000.0, 520.0, 60.0
LINE = 24.0
"""Between two names one above the other."""


@dataclass(frozen=True)
class Dot:
    """One aspect: its place, its quadrant, its name and where that stands, what it says."""

    x: float
    y: float
    tone: str
    name: str
    name_y: float
    is_left: bool
    hint: str


@dataclass(frozen=True)
class Matrix:
    """Aspects on two axes; the crosshair is at (`x`, `y`); `corners`: what the four quadrants are called."""

    template: ClassVar[str] = "insight/_matrix.html"
    label: str
    dots: tuple[Dot, ...]
    x: float
    y: float
    corners: tuple[str, str, str, str]
    x_title: str
    y_title: str
    width: float = WIDTH
    height: float = HEIGHT


def matrix(
    label: str,
    items: Sequence[tuple[str, float, float, str, str]],
    *,
    corners: tuple[str, str, str, str],
    x_title: str,
    y_title: str,
) -> Matrix:
    """Return the matrix of (name, performance, importance, tone, hint); the crosshair is at their means.

    Args:
        corners: what is written top left, top right, bottom left and bottom right.

    >>> items = [("a", 2.0, 0.8, "", ""), ("b", 4.0, 0.2, "", "")]
    >>> found = matrix("", items, corners=("", "", "", ""), x_title="", y_title="")
    >>> [(dot.x, dot.y, dot.is_left) for dot in found.dots], found.x, found.y
    ([(60.0, 60.0, False), (940.0, 460.0, True)], 500.0, 260.0)
    """
    across, up = [item[1] for item in items], [item[2] for item in items]

    def place(value: float, values: Sequence[float], length: float) -> float:
        spread = max(values) - min(values)
        return EDGE + (value - min(values)) / spread * (length - 2 * EDGE) if spread else length / 2

    placed = [
        (round(place(x, across, WIDTH), 1), round(HEIGHT - place(y, up, HEIGHT), 1), name, tone, hint)
        for name, x, y, tone, hint in items
    ]
    dots: list[Dot] = []
    for x, y, name, tone, hint in sorted(placed, key=lambda dot: dot[1]):
        is_left = x > WIDTH * 0.7
        # two names of one side never on the same line
        beside = [dot.name_y for dot in dots if dot.is_left == is_left and abs(dot.x - x) < WIDTH / 4]
        dots.append(Dot(x, y, tone, name, max([y, *(line + LINE for line in beside)]), is_left, hint))
    middle_x = round(place(sum(across) / len(across), across, WIDTH), 1)
    middle_y = round(HEIGHT - place(sum(up) / len(up), up, HEIGHT), 1)
    return Matrix(str(label), tuple(dots), middle_x, middle_y, corners, str(x_title), str(y_title))
