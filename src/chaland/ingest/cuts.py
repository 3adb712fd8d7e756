"""Where a fixed-width file is cut: columns of blanks between values, and changes from letters to digits."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DEATHS = re.compile(r"[^*]{1,79}\*.{0,78} *[12]\d{8}.{5}.{60}\d{8}")
_DEATHS_WIDTHS = {
    "nomprenom": [1, 80],
    "sexe": [81, 1],
    "datenaiss": [82, 8],
    "lieunaiss": [90, 5],
    "commnaiss": [95, 30],
    "paysnaiss": [125, 30],
    "datedeces": [155, 8],
    "lieudeces": [163, 5],
    "actedeces": [168, 9],
}
"""The INSEE's monthly file of deaths, as its record layout is published; its yearly tables bear the same names."""

AGREEING = 0.98
"""Share of the lines that must agree on what stands at a character's place."""


def looks_fixed(lines: Sequence[str]) -> bool:
    """Tell whether lines are cut by position: most of one length, and long enough to hold several values.

    >>> looks_fixed(["0001Chalain   59000", "0002Martin    69002"])
    True
    """
    sizes = [len(line) for line in lines if line.strip()]
    if len(sizes) < 2:
        return False
    commonest = max(set(sizes), key=sizes.count)
    return commonest >= 10 and sizes.count(commonest) >= 0.9 * len(sizes)


def suggested_widths(lines: Sequence[str]) -> dict[str, list[int]]:
    """Return {column: [first character from 1, length]} as the blanks of the lines suggest.

    >>> suggested_widths(["0001Chalain   59000", "0002Martin    69002"])
    {'c1': [1, 4], 'c2': [5, 10], 'c3': [15, 5]}
    """
    kept = [line for line in lines if line.strip()]
    if all(line[80:81] in ("1", "2") and _DEATHS.match(line) for line in kept):
        return _DEATHS_WIDTHS
    length = max(len(line) for line in kept)
    kinds = [_kind_at(kept, place) for place in range(length)]
    starts = [0]
    for place in range(1, length):
        before, here = kinds[place - 1], kinds[place]
        is_value_after_blank = before == " " and here != " "
        is_other_kind = "9a".find(before) >= 0 and "9a".find(here) >= 0 and before != here
        is_sign = here == "+" and before in "9a"
        if is_value_after_blank or is_other_kind or is_sign:
            starts.append(place)
    ends = [*starts[1:], length]
    return {
        f"c{rank}": [start + 1, end - start]
        for rank, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    }


def _kind_at(lines: Sequence[str], place: int) -> str:
    """Return what stands at a place of nearly every line: 9 digit, a letter, + sign, blank, or ? a mixture."""
    signs = [line[place] if place < len(line) else " " for line in lines]
    tests = {" ": str.isspace, "9": str.isdigit, "a": str.isalpha, "+": lambda sign: sign in "+-"}
    for kind, test in tests.items():
        if sum(map(test, signs)) >= AGREEING * len(signs):
            return kind
    return "?"
