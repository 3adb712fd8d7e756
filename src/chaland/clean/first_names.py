"""French first names and surnames with their frequencies: accents, sex, diminutives, which of two is which.

Reads chaland.reference first_names (INSEE births 1900–2021), last_names and diminutives, loaded once per process.
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
    if key in _formal() and key not in first_names():
        return _DIMINUTIVE
    if as_first is None and key not in last_names():
        return _UNKNOWN
    births = as_first.births if as_first else 0
    bearers = last_names().get(key, 0.0) * _BIRTHS_PER_PERCENT
    return math.log((births + 50) / (bearers + 50))


class LikelySex(NamedTuple):
    """The likelier sex of those who bear a first name, F or M, and its probability."""

    sex: str
    probability: float


@cache
def _births_by_period() -> dict[str, dict[int, tuple[int, int]]]:
    """Return girls and boys of each folded first name, by five years of birth."""
    found: dict[str, dict[int, tuple[int, int]]] = {}
    columns = reference_columns("first_names", "name", "sex", "born_from_year", "births")
    for name, sex, year, births in zip(*columns, strict=True):
        periods = found.setdefault(fold(name), {})
        girls, boys = periods.get(year or 0, (0, 0))
        periods[year or 0] = (girls + (births or 0), boys) if sex == "F" else (girls, boys + (births or 0))
    return found


@lru_cache(maxsize=100_000)
def likely_sex(first_name: str, birth_year: int | None = None) -> LikelySex | None:
    """Return the likelier sex of a first name and its probability; None when nobody registered bears it.

    A share of births, with one girl and one boy added so that no probability is 0 or 1 (Laplace). A compound unknown
    as a whole is read by its first word; a diminutive by the names it stands for.

    Args:
        first_name: any writing.
        birth_year: counts those born within seven years of it only, where there are a hundred; Camille was a boy.

    >>> likely_sex("René").sex, round(likely_sex("René").probability, 3), likely_sex("Zzyx")
    ('M', 0.999, None)
    >>> likely_sex("Camille").sex, likely_sex("Camille", 1920).sex
    ('F', 'M')
    """
    key = fold(first_name)
    names = next((one for one in ((key,), formal_names(key), (key.split(" ")[0],)) if _known(one)), ())
    if not names:
        return None
    near = [
        births
        for name in names
        for year, births in _births_by_period().get(name, {}).items()
        if birth_year is None or abs(year + 2 - birth_year) <= 7
    ]
    if sum(map(sum, near)) < _FEWEST_BIRTHS and birth_year is not None:
        return likely_sex(first_name)
    girls, boys = (sum(births[side] for births in near) for side in (0, 1))
    share = (girls + 1) / (girls + boys + 2)
    return LikelySex("F", share) if share >= 0.5 else LikelySex("M", 1 - share)


def _known(keys: tuple[str, ...]) -> bool:
    return any(key in first_names() for key in keys)


@cache
def _formal() -> dict[str, tuple[str, ...]]:
    """Return the formal names of each folded diminutive or variant, the commonest first."""
    found: dict[str, list[str]] = {}
    for short, formal in zip(*reference_columns("diminutives", "short", "formal"), strict=True):
        names = found.setdefault(fold(short), [])
        if fold(formal) not in names:
            names.append(fold(formal))
    return {short: tuple(sorted(names, key=lambda name: (-_births(name), name))) for short, names in found.items()}


def _births(key: str) -> int:
    found = first_names().get(key)
    return found.births if found else 0


def formal_names(first_name: str) -> tuple[str, ...]:
    """Return the names a first name may be the diminutive or a spelling of, folded, the commonest first.

    A weak equivalence: it helps to compare, it never overwrites.

    >>> formal_names("Babeth"), formal_names("Seb"), formal_names("Alex")[:2], formal_names("Paul")
    (('ELISABETH',), ('SEBASTIEN',), ('ALEXANDRE', 'ALEXIS'), ())
    """
    return _formal().get(fold(first_name), ())


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
