"""French first names and surnames with their frequencies: display accents, sex, and which of two words is the name.

Reads chaland.reference first_names (INSEE births 1900–2021) and last_names, loaded once per process.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import NamedTuple

from chaland.clean.grades import load_data
from chaland.clean.reference_columns import reference_columns
from chaland.clean.text import fold

_SURE_SEX = 0.98
_SURE_ACCENT = 0.9
_FEWEST_BIRTHS = 100
_UNKNOWN = -2.0
_INITIAL = 5.0
_DIMINUTIVE = 3.5
_BIRTHS_PER_PERCENT = 660_000
"""About 66 million people: one percent of surnames, in persons, to compare with births."""


class FirstName(NamedTuple):
    """Births of one folded first name: display form where sure, girls, boys."""

    display: str
    is_display_sure: bool
    girls: int
    boys: int

    @property
    def births(self) -> int:
        return self.girls + self.boys


@cache
def first_names() -> dict[str, FirstName]:
    """Return every first name by its folded key."""
    forms: dict[str, dict[str, list[int]]] = {}
    for name, sex, births in zip(*reference_columns("first_names", "name", "sex", "births"), strict=True):
        counts = forms.setdefault(fold(name), {}).setdefault(name, [0, 0])
        counts[0 if sex == "F" else 1] += births
    found = {}
    for key, written in forms.items():
        girls, boys = sum(count[0] for count in written.values()), sum(count[1] for count in written.values())
        best = max(sorted(written), key=lambda name: sum(written[name]))
        found[key] = FirstName(best, sum(written[best]) >= _SURE_ACCENT * (girls + boys), girls, boys)
    for name in load_data("names")["first_names"]["accents"]:
        if fold(name) in found:
            found[fold(name)] = found[fold(name)]._replace(display=name, is_display_sure=True)
    return found


@cache
def last_names() -> dict[str, float]:
    """Return the share of bearers, in percent, of every surname by its folded key."""
    found: dict[str, float] = {}
    for name, percent in zip(*reference_columns("last_names", "name", "percent"), strict=True):
        key = fold(name)
        found[key] = found.get(key, 0.0) + float(percent or 0)
    return found


@lru_cache(maxsize=100_000)
def is_first_name(key: str) -> bool:
    """Tell whether a folded word is a first name borne by at least 100 persons born since 1900.

    >>> is_first_name("JEAN"), is_first_name("LECLERC")
    (True, False)
    """
    found = first_names().get(key)
    return found is not None and found.births >= _FEWEST_BIRTHS


@lru_cache(maxsize=200_000)
def first_name_evidence(key: str) -> float:
    """Return ln of how much likelier a folded word is a first name than a surname.

    A word found in neither table is more likely a surname: first names are all there, the rarer surnames are not.
    A single letter is an initial, so a first name.

    >>> first_name_evidence("CAMILLE") > 3 > -3 > first_name_evidence("LEFEBVRE")
    True
    """
    as_first = first_names().get(key)
    if as_first is None and " " in key and key not in last_names():
        words = key.split()
        return sum(first_name_evidence(word) for word in words) / len(words)
    if all(len(word) == 1 for word in key.split()) or key in load_data("names")["first_names"]["initials"]:
        return _INITIAL
    if key in load_data("names")["diminutives"] and key not in first_names():
        return _DIMINUTIVE
    if as_first is None and key not in last_names():
        return _UNKNOWN
    births = as_first.births if as_first else 0
    bearers = last_names().get(key, 0.0) * _BIRTHS_PER_PERCENT
    return math.log((births + 50) / (bearers + 50))


@lru_cache(maxsize=100_000)
def sex_of(key: str) -> str | None:
    """Return F or M when at least 98 % of those who bear the first name are; None when unsure or unknown.

    >>> sex_of("MARIE CLAUDE"), sex_of("BERNARD"), sex_of("CAMILLE")
    ('F', 'M', None)
    """
    names = first_names()
    found = names.get(key) or names.get(key.replace(" ", "")) or names.get(key.split(" ")[0] if key else "")
    if found is None or found.births < _FEWEST_BIRTHS:
        return None
    if found.girls >= _SURE_SEX * found.births:
        return "F"
    return "M" if found.boys >= _SURE_SEX * found.births else None
