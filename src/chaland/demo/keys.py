"""Each system's own numbers, made from the rank of a record, and the telephone numbers of the crowd.

Telephones are valid for `phonenumbers` but lie in ranges that ARCEP has given to no operator (export of mid-2025):
07 90 to 07 99 for mobiles, two ranges a zone for landlines. Each is a one-to-one function of the person or household,
so strangers never share a number. The cast uses the fiction ranges.
"""

from __future__ import annotations

import numpy as np

from chaland.demo.history import Array

MOBILE_BASE = 790_000_000
LANDLINES = {"02": (205, 206), "03": (305, 306), "04": (417, 418), "05": (505, 506)}
# One-to-one modulo a power of ten, because they share no factor with it.
MOBILE_STEP, LANDLINE_STEP = 7_654_321, 654_321
FIRST_CARD_SERIAL = 1_000
CARD_PREFIX = 298_700_000_000


def mobile_numbers(person: Array) -> Array:
    """Return national numbers without their leading 0.

    >>> mobile_numbers(np.array([0]))
    array([791234567])
    """
    made: Array = MOBILE_BASE + (person.astype(np.int64) * MOBILE_STEP + 1_234_567) % 10_000_000
    return made


def landline_numbers(household: Array, zones: list[str], zone: Array) -> Array:
    """Return national numbers without their leading 0, in a range of the zone.

    Args:
        household: index of the household.
        zones: telephone zone of each shop.
        zone: shop of each household, an index in `zones`.
    """
    ranges = np.asarray([LANDLINES[name] for name in zones])
    block = ranges[zone, (household // 1_000_000) % 2]
    made: Array = block * 1_000_000 + (household.astype(np.int64) * LANDLINE_STEP + 345_678) % 1_000_000
    return made


def card_numbers(rank: Array) -> Array:
    """Return 13-digit card numbers, EAN check digit included; serials below FIRST_CARD_SERIAL are the cast's.

    >>> card_numbers(np.array([0, 1])).tolist()
    [2987000010001, 2987000010018]
    """
    return with_check_digit(CARD_PREFIX + FIRST_CARD_SERIAL + rank.astype(np.int64))


def with_check_digit(twelve: Array) -> Array:
    """Return 12-digit numbers followed by their EAN-13 check digit.

    >>> with_check_digit(np.array([400638133393])).tolist()
    [4006381333931]
    """
    total = np.zeros(len(twelve), np.int64)
    rest = twelve.copy()
    for place in range(12):
        total += (rest % 10) * (3 if place % 2 == 0 else 1)
        rest //= 10
    made: Array = twelve * 10 + (10 - total % 10) % 10
    return made
