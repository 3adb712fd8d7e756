"""The communes, postcodes and CEDEX of France in memory, loaded once per process when first asked for.

Reads chaland.reference (communes, postcodes, cedex) and countries/fr/towns.toml. Towns are compared by `town_key`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

from chaland.clean.dictionaries import load_country, load_data
from chaland.clean.reference_columns import reference_columns
from chaland.clean.text import fold, title_case

_TELLING_COUNTRY = 5
"""Letters from which a misspelt country is told."""


class Town(NamedTuple):
    """One commune (or municipal arrondissement) under one postcode.

    `label` is what line 6 prints after the postcode; `former` the former commune a name was found under, or "".
    """

    postcode: str
    insee_code: str
    city: str
    label: str
    population: int
    former: str = ""


@dataclass
class Gazetteer:
    """Look-ups by postcode, by name and by CEDEX code."""

    by_postcode: dict[str, list[Town]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[str, dict[str, Town]] = field(default_factory=lambda: defaultdict(dict))
    by_name: dict[str, list[Town]] = field(default_factory=lambda: defaultdict(list))
    cedex: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    by_insee: dict[str, Town] = field(default_factory=dict)


_ARRONDISSEMENT = re.compile(
    r"(?: (\d{1,2})(?:E|EME|ER|ERE|IEME|EM)?)(?: ?(?:ARRONDISSEMENT|ARRONDT|ARRDT|ARDT|ARR))?$"
)
_CEDEX = re.compile(r" ?\b(?:CEDEX|CEDX|CDX|CEDE)\b ?(?:N )?(\d{1,2})?(?: .*)?$")
_ARTICLES = ("LE ", "LA ", "LES ", "L ")


def without_cedex(key: str) -> tuple[str, bool, str]:
    """Return a folded town without its CEDEX, whether it had one, and the CEDEX number or "".

    >>> without_cedex("LYON CEDEX 03")
    ('LYON', True, '03')
    """
    if "C" not in key:
        return key, False, ""
    found = _CEDEX.search(key)
    if not found:
        return key, False, ""
    return key[: found.start()].strip(), True, found.group(1) or ""


def without_arrondissement(key: str) -> tuple[str, str]:
    """Return a folded town without its arrondissement, and the number of it or "".

    >>> without_arrondissement("PARIS 8EME"), without_arrondissement("PARIS")
    (('PARIS', '8'), ('PARIS', ''))
    """
    found = _ARRONDISSEMENT.search(key)
    return (key[: found.start()], found.group(1)) if found else (key, "")


@cache
def _words() -> dict[str, str]:
    words: dict[str, str] = load_country("fr", "towns")["words"]
    return words


@lru_cache(maxsize=100_000)
def town_key(key: str) -> str:
    """Return what two writings of one town share: words in full, no leading article, no space.

    >>> town_key("ST GERMAIN EN LAYE"), town_key("IVRY S SEINE"), town_key("HAVRE LE"), town_key("L HAY LES ROSES")
    ('SAINTGERMAINENLAYE', 'IVRYSURSEINE', 'HAVRE', 'HAYLESROSES')
    """
    full = _words()
    words = [full.get(word, word) for word in key.split()]
    if len(words) > 1 and words[-1] in ("LE", "LA", "LES"):
        words = words[:-1]
    if len(words) > 1 and words[0] in ("LE", "LA", "LES"):
        words = words[1:]
    return "".join(words)


def postal_label(key: str) -> str:
    """Return a folded town as lines 5 and 6 write it: SAINT shortened unless it is the last word (rule R7).

    >>> postal_label("SAINT GERMAIN EN LAYE"), postal_label("LA SAINTE")
    ('ST GERMAIN EN LAYE', 'LA SAINTE')
    """
    words = key.split()
    return " ".join(
        {"SAINT": "ST", "SAINTE": "STE"}.get(word, word) if rank < len(words) - 1 else word
        for rank, word in enumerate(words)
    )


def _communes() -> tuple[dict[str, tuple[str, int]], list[tuple[str, str]], dict[str, str]]:
    """Return towns by INSEE code, former communes as (name, code of today's), and today's code of former codes."""
    columns = reference_columns("communes", "insee_code", "city", "kind", "population", "parent_insee_code")
    rows = list(zip(*columns, strict=True))
    towns = {code: (city, population or 0) for code, city, kind, population, _ in rows if kind == "commune"}
    former: list[tuple[str, str]] = []
    today: dict[str, str] = {}
    for code, city, kind, population, parent in rows:
        if kind == "arrondissement":
            towns[code] = (towns[parent][0], population or 0)
        elif parent:
            former.append((city, parent))
            today[code] = parent
    return towns, former, today


def _label(city: str, delivery: str) -> str:
    label = postal_label(fold(city))
    return label if len(label) <= 32 else postal_label(fold(delivery))


@cache
def gazetteer() -> Gazetteer:
    """Return the look-ups, built once per process (about half a second)."""
    towns, former, today = _communes()
    book = Gazetteer()
    labels: dict[str, list[tuple[str, str]]] = defaultdict(list)
    delivered: list[tuple[Town, str]] = []
    rows = zip(*reference_columns("postcodes", "postcode", "insee_code", "delivery_label"), strict=True)
    extra: dict[str, list[str]] = load_country("fr", "towns")["extra_postcodes"]
    for code, given, delivery in (*rows, *((code, one[0], one[2]) for code, one in extra.items())):
        insee = given if given in towns else today.get(given, given)
        if insee in towns:
            city, population = towns[insee]
        else:
            city, population = extra[code][1] if code in extra else title_case(delivery.lower()), 0
        town = Town(code, insee, city, _label(city, delivery), population)
        labels[insee].append((code, delivery))
        _file(book, town, fold(city))
        delivered.append((town, without_arrondissement(fold(delivery))[0]))
        book.by_insee.setdefault(insee, town)
    for town, delivery in delivered:
        # after every commune's own name; "13540 PUYRICARD" is a locality of Aix-en-Provence
        if _takes_place(town, book.keys[town.postcode].get(town_key(delivery))):
            _file(book, town._replace(former=_locality(town.city, delivery)), delivery)
    for insee, (city, population) in towns.items():
        # a town of several arrondissements is found under its own code too
        if insee not in book.by_insee:
            book.by_insee[insee] = Town("", insee, city, _label(city, city), population)
    for name, parent in former:
        own = [label for label in labels.get(parent, ()) if town_key(fold(label[1])) == town_key(fold(name))]
        for code, delivery in own or labels.get(parent, []):
            city, population = towns[parent]
            town = Town(code, parent, city, _label(city, delivery), population, name)
            key = town_key(fold(name))
            if key not in book.keys[code]:
                book.keys[code][key] = town
                book.by_name[key].append(town)
    for code, label, insee in zip(*reference_columns("cedex", "cedex", "label", "insee_code"), strict=True):
        book.cedex[code].append((fold(label), insee))
    return book


@cache
def names_by_edge() -> dict[tuple[int, str], list[str]]:
    """Return the keys of towns by their length and each of their `edges`, built when a town without its postcode is
    misspelt.

    >>> "MARSEILLE" in names_by_edge()[9, "MAR-"]
    True
    """
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for key in gazetteer().by_name:
        if len(key) >= 4:
            for edge in edges(key, len(key)):
                found[len(key), edge].append(key)
    return dict(found)


def _file(book: Gazetteer, town: Town, name: str) -> None:
    if not any(other.insee_code == town.insee_code for other in book.by_postcode[town.postcode]):
        book.by_postcode[town.postcode].append(town)
    key = town_key(name)
    held = book.keys[town.postcode].get(key)
    if _takes_place(town, held):
        book.keys[town.postcode][key] = town
    if held is None:
        book.by_name[key].append(town)


def _takes_place(town: Town, held: Town | None) -> bool:
    """Tell whether a town comes first under a name and a postcode, given the one already found there."""
    if held is None:
        return True
    # 13005 is served as the fourth arrondissement too: its own comes first
    return held.city == town.city and held.insee_code[-2:] != town.postcode[-2:] == town.insee_code[-2:]


def edges(key: str, size: int) -> tuple[str, str]:
    """Return the first and the last letters of a name, as keys: one typing error leaves one of them as it was.

    Args:
        key: the name; size: letters of the name it is looked for among, short ones have shorter edges.

    >>> edges("MARSEILLE", 9), edges("CHATOU", 6)
    (('MAR-', '-LLE'), ('CH-', '-OU'))
    """
    length = 3 if size >= 7 else 2
    return key[:length] + "-", "-" + key[-length:]


def same_town(towns: list[Town], postcode: str) -> list[Town]:
    """Return the towns, one for those of the same name: of Marseille's arrondissements, the postcode's own.

    >>> [town.insee_code for town in same_town(gazetteer().by_postcode["13005"], "13005")]
    ['13205']
    """
    if len(towns) > 1 and len({town.city for town in towns}) == 1:
        return sorted(towns, key=lambda town: (town.insee_code[-2:] != postcode[-2:], town.insee_code))[:1]
    return towns


def _locality(city: str, delivery: str) -> str:
    """Return the delivery office's name when it is another place than the commune, "" when it is its own name."""
    ours, theirs = town_key(fold(city)), town_key(delivery)
    same = ours.startswith(theirs[:12]) or theirs.startswith(ours) or OSA.distance(ours, theirs) <= 3
    return "" if same or theirs in ours else title_case(delivery.lower())


def towns_named(key: str) -> list[Town]:
    """Return every town (one per postcode) of this folded name, exactly; former communes included."""
    return gazetteer().by_name.get(town_key(key), [])


@cache
def countries() -> dict[str, Any]:
    """Return folded country names and codes with their ISO code."""
    data = load_data("countries")
    found = {fold(name): code for code, names in data["names"].items() for name in names}
    found.update({code: code for code in data["names"]})
    return found


@lru_cache(maxsize=10_000)
def country_of(text: str) -> str:
    """Return the ISO code of a country's writing, one letter wrong forgiven where one country alone is so near.

    >>> country_of("Allemagne"), country_of("Allemange"), country_of("Ilande"), country_of("Syldavie")
    ('DE', 'DE', '', '')
    """
    key = fold(text)
    if key in countries():
        return str(countries()[key])
    if len(key) < _TELLING_COUNTRY:
        return ""
    near = {code for name, code in countries().items() if OSA.distance(key, name, score_cutoff=1) == 1}
    return str(near.pop()) if len(near) == 1 else ""
