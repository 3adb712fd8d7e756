"""Birth dates compared: the same, a slip of a digit, day and month turned round, parts in common, different.

Dates are numbers of eight digits, yyyymmdd; -1 where there is none.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chaland.engine.compiled import compiled

Dates = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]

MISSING, DIFFERENT, ONE_PART, TWO_PARTS, DIGIT, DAY_MONTH, YEAR, SAME = range(8)
"""In the order of the levels of levels.BIRTH_DATE; YEAR is of those whose day is not known."""


def date_closeness(left: Dates, right: Dates) -> Bytes:
    """Return how close the dates of each pair are: one of the constants above.

    >>> one, other = np.array([19420127] * 4, dtype=np.int32), np.array([19430128, 19420172, 19420217, -1], np.int32)
    >>> date_closeness(one, other).tolist() == [ONE_PART, DIGIT, DIGIT, MISSING]
    True
    """
    out = np.empty(len(left), dtype=np.uint8)
    _closeness(left, right, out)
    return out


@compiled
def _closeness(left: Dates, right: Dates, out: Bytes) -> None:
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        if one < 0 or other < 0:
            out[pair] = MISSING
            continue
        if one == other:
            out[pair] = SAME
            continue
        is_year = one // 10_000 == other // 10_000
        month_l, day_l, month_r, day_r = one // 100 % 100, one % 100, other // 100 % 100, other % 100
        parts = int(is_year) + int(month_l == month_r) + int(day_l == day_r)
        level = TWO_PARTS if parts == 2 else ONE_PART if parts == 1 else DIFFERENT
        if _is_one_slip(one, other):
            level = DIGIT
        if is_year and month_l == day_r and day_l == month_r:
            level = DAY_MONTH
        out[pair] = level


@compiled
def _is_one_slip(one: int, other: int) -> bool:
    """Tell whether two numbers of eight digits differ by one digit, or by two neighbours exchanged."""
    unequal, exchanged = 0, False
    before_l = before_r = -1
    for _ in range(8):
        digit_l, digit_r = one % 10, other % 10
        if digit_l != digit_r:
            unequal += 1
            exchanged |= digit_l == before_r and digit_r == before_l
        before_l, before_r = digit_l, digit_r
        one, other = one // 10, other // 10
    return unequal == 1 or (unequal == 2 and exchanged)
