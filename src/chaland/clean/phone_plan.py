"""The French numbering plan: what a number is, where it belongs, whether an operator holds its range.

The library's patterns (Google's libphonenumber) tell kinds and territories; data/phones.toml adds the prefixes it does
not know (ARCEP decision 2022-1583); the table phone_ranges of chaland.reference says which ranges ARCEP has allocated.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, lru_cache
from typing import Any

import phonenumbers

from chaland.clean.grades import load_data
from chaland.clean.reference_columns import reference_columns

FRENCH_REGIONS = ("FR", "RE", "GP", "MQ", "GF", "YT", "BL", "MF", "PM")
TRIED_WITHOUT_POSTCODE = ("FR", "RE", "GP", "MQ", "GF", "YT")
ABROAD_PLAN = frozenset({"PM", "NC", "PF", "WF", "MC"})
"""French-speaking territories whose numbers have no leading zero (six or eight digits)."""
FRENCH_CODES = {"33": "FR", "262": "RE", "590": "GP", "594": "GF", "596": "MQ"}
_NAMES = (
    ("premium", ("premium_rate", "toll_free", "shared_cost")),
    ("voip", ("voip",)),
    ("fixed", ("personal_number",)),
    ("premium", ("pager", "uan", "voicemail")),
    ("fixed", ("fixed_line",)),
    ("mobile", ("mobile",)),
)
"""The library's names of each kind, in the order it tries them."""


@lru_cache(maxsize=20_000)
def phone_region(postcode: str | None, country: str | None) -> str:
    """Return the region a number without prefix belongs to, from the postcode, else the country.

    >>> phone_region("97410", "FR"), phone_region("97150", "FR"), phone_region(None, "BE"), phone_region(None, None)
    ('RE', 'MF', 'BE', 'FR')
    """
    if country and country != "FR":
        return country
    if postcode and postcode.startswith(("97", "98")):
        regions: dict[str, str] = load_data("territories")["regions"]
        for length in (5, 3):
            if postcode[:length] in regions:
                return regions[postcode[:length]]
    return "FR"


@cache
def _zones() -> dict[str, str]:
    return {start: zone for zone, starts in load_data("phones")["zones"].items() for start in starts}


def phone_zone(postcode: str | None) -> str:
    """Return the first figure (1 to 5) the landlines of a postcode took in 1996; "" when it is not mainland France.

    >>> phone_zone("75011"), phone_zone("13008"), phone_zone("97410"), phone_zone(None)
    ('1', '4', '', '')
    """
    return _zones().get(postcode[:2], "") if postcode else ""


@cache
def special_prefixes(kind: str) -> tuple[str, ...]:
    """Return the prefixes of a kind (automatic, machine, fiction), as `str.startswith` takes them."""
    return tuple(load_data("phones")[kind])


@cache
def _patterns(region: str) -> tuple[re.Pattern[str], re.Pattern[str], tuple[str, ...]]:
    """Return what every number of a region looks like, a group per kind in the order of the library, the kinds."""
    known: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
    kinds = [
        (kind, getattr(known, name).national_number_pattern)
        for kind, names in _NAMES
        for name in names
        if getattr(known, name) and getattr(known, name).national_number_pattern
    ]
    every = re.compile(known.general_desc.national_number_pattern)
    return every, re.compile("|".join(f"({pattern})" for _, pattern in kinds)), tuple(kind for kind, _ in kinds)


def _kind_in(number: str, region: str) -> str:
    every, patterns, kinds = _patterns(region)
    found = patterns.fullmatch(number)
    return kinds[found.lastindex - 1] if found and found.lastindex and every.fullmatch(number) else ""


@cache
def _places(region: str) -> tuple[str, ...]:
    return tuple(place for place in dict.fromkeys((region, *TRIED_WITHOUT_POSTCODE)) if place in FRENCH_REGIONS)


def kind_of(number: str, region: str) -> tuple[str, str]:
    """Return the region where nine digits are a number, the given one first, and its kind: "" when it is nowhere.

    >>> kind_of("639021234", "FR"), kind_of("692123456", "FR"), kind_of("142345678", "FR"), kind_of("708123456", "FR")
    (('YT', 'mobile'), ('RE', 'mobile'), ('FR', 'fixed'), ('FR', ''))
    >>> kind_of("970123456", "FR")
    ('FR', 'voip')
    """
    for place in _places(region):
        kind = _kind_in(number, place)
        if kind:
            return place, kind
    return region, ""


@lru_cache(maxsize=64)
def calling_code(region: str) -> str:
    """Return the calling code of a region.

    >>> calling_code("RE"), calling_code("MF")
    ('262', '590')
    """
    return str(phonenumbers.country_code_for_region(region))


@cache
def _ranges() -> tuple[list[int], list[int]]:
    firsts, lasts = reference_columns("phone_ranges", "first", "last")
    ordered = sorted(zip(firsts, lasts, strict=True))
    return [first for first, _ in ordered], [last for _, last in ordered]


def is_allocated(number: str) -> bool:
    """Tell whether ARCEP has given the range of nine digits to an operator (export of mid-2025).

    >>> is_allocated("140000000"), is_allocated("790123456")
    (True, False)
    """
    firsts, lasts = _ranges()
    rank = bisect_right(firsts, int(number)) - 1
    return rank >= 0 and int(number) <= lasts[rank]


def is_one_range(first: str, last: str) -> bool:
    """Tell whether the nine digits from first to last are all of one range, or all of none.

    >>> is_one_range("140000000", "140009999"), is_one_range("105500000", "105609999")
    (True, False)
    """
    firsts = _ranges()[0]
    inside = bisect_right(firsts, int(first)) == bisect_right(firsts, int(last))
    return inside and is_allocated(first) == is_allocated(last)
