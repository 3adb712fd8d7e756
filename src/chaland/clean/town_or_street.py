"""Town or street: whether the words that end a text are a town, or the end of a street's name."""

from __future__ import annotations

import re
from functools import cache

from chaland.clean.address_parts import street_words, type_at
from chaland.clean.dictionaries import load_country
from chaland.clean.first_names import first_name_evidence, is_first_name, last_names
from chaland.clean.gazetteer import Town
from chaland.clean.text import fold

ARTICLES = frozenset({"DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "A", "AU", "AUX", "EN", "SUR", "SOUS", "ET"})
PARTICLES = frozenset({"DE", "DU", "DES", "D"})
_BIG = 5_000
_VERY_BIG = 20_000
_HUGE = 100_000
"""Inhabitants from which a town is meant: the likelier a street bears the name, the more it takes."""
_SURE = 3.0
"""ln odds beyond which a word is a surname rather than a first name."""
_ASKING = frozenset({"KER", "GD", "GDE", "GDS", "GDES", "PT", "PTE"})
_STANDING = frozenset(
    {"CARDINAL", "PASTEUR", "PAST", "EVEQUE", "CHANOINE", "ABBE", "CURE", "SAINT", "SAINTE", "ST", "STE"}
)
"""Titles a street may bear alone: rue du Cardinal, rue du Pasteur."""
_LINKED = re.compile(r"^\S{3,} (?:\S+ )*(?:SUR|LES|LEZ|EN|ET|SOUS|LE|AUX) \S")
"""What only a commune's compound name has: a linking word inside."""
_WHOLE = (["HAUTE"], ["BASSE"], ["LONGUE"], ["NOUVELLE"], ["VIEILLE"], ["GRANDE"], ["VIEUX"], ["ROMAINE"])
"""Adjectives that name a street by themselves: "12 rue Haute Gonesse"."""


def may_be_a_name(before: list[str], key: str, towns: list[Town]) -> bool:
    """Tell whether a word near a town's name rather completes the street's: "rue Jean Tenon", "du Soldat Rocher"."""
    if len(key.split()) > 2 or key.startswith(("SAINT ", "SAINTE ", "ST ", "STE ")):
        return False
    street = _after_type(before)
    if _asks_for_surname(street):
        return _population(towns) < _HUGE
    is_lone = len(street) == 1 and is_first_name(street[0])
    is_open = before[-1] in names_follow() or len(before[-1]) == 1
    return _population(towns) < (_VERY_BIG if is_lone else _BIG if is_open and street not in _WHOLE else 0)


def begins_street(key: str) -> bool:
    """Tell whether a text begins with a street type, a number before it or not.

    >>> begins_street("48 RUE SAINT PIERRE"), begins_street("SAINT PIERRE")
    (True, False)
    """
    words = tuple(key.split())
    found = [type_at(words, rank) for rank in (0, 1) if rank < len(words) and (rank == 0 or words[0][0].isdigit())]
    return any(one is not None and one[2] for one in found)


def is_town_here(before: list[str], key: str, towns: list[Town]) -> bool:
    """Tell whether the last words are a town rather than the end of a street's name ("rue Paul Bert").

    Args:
        before: folded words that precede.
        key: the last words, folded; towns: those of that name.

    >>> from chaland.clean.gazetteer import towns_named
    >>> noe = towns_named("NOE")
    >>> is_town_here("86 ROUTE DE TOULOUSE".split(), "NOE", noe), is_town_here("8 RUE PAUL".split(), "NOE", noe)
    (True, False)
    """
    if not before or is_type_alone(before) or (before[-1] in ARTICLES and before[-2:] != ["LE", "DU"]):
        return False
    first = key.split()[0]
    if first in PARTICLES and not any(fold(town.former or town.city).startswith(first + " ") for town in towns):
        # "rue de l'Hôtel de Ville" does not end in Deville
        return False
    if all(word[0].isdigit() for word in before):
        # "48 rue Saint-Pierre", "4 Les Charrons"
        return False
    street = _after_type(before)
    if street and f"{street[-1]} {key}" in street_words("whole_names"):
        return False
    if _LINKED.search(key):
        # nothing but a commune is named Saint-Georges-les-Landes
        return True
    population = _population(towns)
    is_common = key in street_words("after_noun")
    is_surname = key in last_names() or is_first_name(key)
    if _never_ends(street) and population < _HUGE:
        # "rue du Professeur Calmette", "avenue Trentième Corps"
        return False
    if before[-1] in names_follow() and street not in _WHOLE:
        return _ends_street(street) and not is_common and (population >= _HUGE or not is_surname)
    if _is_whole_name(street):
        # "rue Claude Monet Boussac", "place Saint-Omer Blain"
        return not is_common
    is_saint = key.startswith(("SAINT ", "SAINTE ")) and key.count(" ") == 1
    if is_saint and _may_go_on(before, street):
        # "rue de la Fontaine Saint-Jean": a saint names the street as often as the town
        return population >= _HUGE
    is_lone = len(street) == 1 and is_first_name(street[0])
    if " " not in key and (is_lone or _asks_for_surname(street)):
        # "rue Paul Bert", "rue George Sand", "rue du Préfet Claude Érignac"
        return population >= _HUGE or (population >= _BIG and not (is_surname or is_common))
    if is_lone and is_saint and street not in _WHOLE and _is_surely_first(street[0]):
        # "rue Jean Saint-Marc"
        return population >= _BIG
    if " " in key or population >= _VERY_BIG:
        return True
    if street and street[0] in ARTICLES:
        # "rue de la Forêt" is whole; "rue du Château" may go on
        is_noun = len(street) > 1 and street[-2] in ARTICLES
        if before[-1] in street_words("open_nouns") or (is_first_name(before[-1]) and not is_noun):
            return population >= _BIG or not (is_surname or is_common)
        return not is_common
    if street and is_first_name(before[-1]):
        return not (is_surname or is_common)
    return population >= _BIG or not (is_surname or is_common)


def _population(towns: list[Town]) -> int:
    """Return the inhabitants of the biggest town, its arrondissements together."""
    sizes: dict[str, dict[str, int]] = {}
    for town in towns:
        sizes.setdefault(town.city, {})[town.insee_code] = town.population
    return max(sum(of_city.values()) if len(of_city) > 2 else max(of_city.values()) for of_city in sizes.values())


def _ends_street(street: list[str]) -> bool:
    """Tell whether a title or an adjective ends a street's name: "du Cardinal", "d'en Haut", "du Camp Bas"."""
    if len(street) < 2:
        return False
    if street[-1] in street_words("adjectives"):
        return street[-2] not in ARTICLES or street[-2] == "EN" or street[-1] in ("HAUT", "BAS")
    return street[-1] not in ("SAINT", "SAINTE", "ST", "STE") and street[-2] in ARTICLES


def _may_go_on(before: list[str], street: list[str]) -> bool:
    """Tell whether a street is a noun, or only a type, that a saint's name would complete."""
    return street[-1] in street_words("open_nouns") if street else begins_street(" ".join(before))


def _asks_for_surname(street: list[str]) -> bool:
    """Tell whether a street ends in a first name that a surname must follow: after a title, or after "et"."""
    if len(street) < 2 or not _is_surely_first(street[-1]):
        return False
    return street[-2] in _person_titles() or (street[-2] == "ET" and is_first_name(street[0]))


def _is_surely_first(word: str) -> bool:
    """Tell a first name that is hardly a surname: Claude, not Joffre."""
    return is_first_name(word) and first_name_evidence(word) > _SURE


def _never_ends(street: list[str]) -> bool:
    """Tell whether a street's last word asks for another: a person's title, an ordinal, an abbreviated adjective."""
    last = street[-1] if street else ""
    return last in _ASKING or last.endswith("IEME") or (last in _person_titles() and street[-2:-1] == ["DU"])


@cache
def _person_titles() -> frozenset[str]:
    """Titles that no street bears without a name: docteur, professeur, préfet, and the ranks of the army."""
    titles: dict[str, str] = load_country("fr", "streets")["short_titles"]
    return (frozenset(titles) | frozenset(titles.values()) | {"PREFET"}) - _STANDING


def _is_whole_name(street: list[str]) -> bool:
    """Tell whether a street is a first name and a surname, or a saint: nothing more is to come."""
    if len(street) != 2:
        return False
    if street[0] in ("SAINT", "SAINTE", "ST", "STE"):
        return is_first_name(street[1])
    return is_first_name(street[0]) and first_name_evidence(street[1]) < -_SURE and street[1] in last_names()


def _after_type(before: list[str]) -> list[str]:
    """Return the words after a street type, [] when there is none."""
    words = tuple(before)
    for rank in (0, 1, 2):
        found = type_at(words, rank) if rank < len(words) else None
        if found:
            return before[rank + found[1] :]
    return []


@cache
def names_follow() -> frozenset[str]:
    """Words after which a name or a noun must come: titles, abbreviated or not, SAINT, PETIT, GRAND …"""
    titles: dict[str, str] = load_country("fr", "streets")["short_titles"]
    shorts = {*titles, *titles.values()} - {"PASTEUR", "PAST"}
    return frozenset(shorts) | street_words("titles") | street_words("adjectives")


def is_type_alone(before: list[str]) -> bool:
    """Tell whether nothing stands before but a number and a street type that needs a name."""
    start = 1 if before and before[0][0].isdigit() else 0
    found = type_at(tuple(before), start) or (type_at(tuple(before), start + 1) if len(before) > start + 1 else None)
    if found is None or found[0] in street_words("complete_types"):
        return False
    return len(before) - start <= found[1]
