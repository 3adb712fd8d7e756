"""Postcode and town made to agree: found, repaired when one candidate is clearly best, or refused with the reason.

A pure function of the two texts. "Clearly best" means: one candidate within a few typing errors, the next one
at least two errors further. Two close candidates are never chosen between.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chaland.clean.dictionaries import load_country
from chaland.clean.gazetteer import (
    Town,
    edges,
    gazetteer,
    names_by_edge,
    postal_label,
    same_town,
    town_key,
    towns_named,
    without_arrondissement,
    without_cedex,
)
from chaland.clean.text import fold, title_case

_NOT_DIGITS = re.compile(r"[^0-9]")
_CODE_BEFORE = re.compile(r"^(?:F )?\d{4,5} ")
_ARMED_FORCES = re.compile(r"\b(?:ARMEES|SP \d{3,5})\b")
_GAP = 2
_SHORTEST, _LONG = 5, 10
"""Letters below which a misspelt name says nothing without its postcode, and from which it may hold two errors."""
_FAR_BIGGER = 5


class Place(NamedTuple):
    """What postcode and town became.

    Attributes:
        status: V0 when it may still be valid as is (the writing decides), else V1 … R8.
        reason: code of the reason, "" while nothing is wrong.
        is_exact: the town was written as its official name, case and accents apart.
        former: former commune or hamlet found in the town's field, folded; for line 5.
    """

    postcode: str
    city: str
    insee_code: str
    label: str
    is_cedex: bool
    status: str
    reason: str
    is_exact: bool
    former: str = ""


def _allowed(length: int) -> int:
    """Return how many typing errors a town's name of this length may hold and still be told."""
    return 0 if length < 4 else 1 if length < 7 else 2 if length < 12 else 3


def nearest_town(key: str, towns: dict[str, Town], written: str = "") -> tuple[Town | None, bool]:
    """Return the town whose name is nearest within the errors allowed, and whether no other is close.

    Args:
        key: the name as `town_key` gives it.
        towns: by their keys.
        written: the name without spaces, its article kept: "LAA BAZOGE" is one error away from LA BAZOGE only so.
    """
    allowed = _allowed(max(len(key), len(written)))
    ranked = sorted(
        (_distance(key, written, name, town, allowed + _GAP), town.insee_code, name) for name, town in towns.items()
    )
    if not ranked or ranked[0][0] > allowed:
        return None, False
    best = towns[ranked[0][2]]
    alone = all(
        distance >= ranked[0][0] + _GAP or insee == best.insee_code or distance > allowed
        for distance, insee, _ in ranked[1:]
    )
    return best, alone


def _distance(key: str, written: str, name: str, town: Town, cutoff: int) -> int:
    distance = OSA.distance(key, name, score_cutoff=cutoff)
    if distance > 1 and written:
        whole = fold(town.former or town.city).replace(" ", "")
        if len(whole) > len(name):
            distance = min(distance, OSA.distance(written, whole, score_cutoff=cutoff))
    return distance


def _found(town: Town, status: str, reason: str, is_exact: bool, postcode: str = "") -> Place:
    return Place(
        postcode or town.postcode,
        town.city,
        town.insee_code,
        town.label,
        False,
        status,
        reason,
        is_exact,
        postal_label(fold(town.former)) if town.former and fold(town.former) != fold(town.city) else "",
    )


def _refused(postcode: str, city: str, reason: str, status: str = "R6", insee: str = "") -> Place:
    key = fold(city)
    display = city if city != city.upper() and city != city.lower() else title_case(city.lower())
    return Place(postcode, display, insee, postal_label(key), False, status, reason, False)


@lru_cache(maxsize=200_000)
def resolve_town(postcode: str, city: str) -> Place:
    """Return the place of a postcode and a town as written.

    >>> resolve_town("78100", "Saint-Germain-en-Laye").insee_code
    '78551'
    >>> resolve_town("13008", "MARSEILE")[:4]
    ('13008', 'Marseille', '13208', 'MARSEILLE')
    >>> resolve_town("75002", "Lille").status, resolve_town("1000", "Bourg-en-Bresse").postcode
    ('R6', '01000')
    """
    digits = postcode if postcode.isdecimal() and postcode.isascii() else _NOT_DIGITS.sub("", postcode)
    key = fold(city)
    if postcode and not digits:
        digits = ""
    if len(digits) > 5:
        digits = digits[:5] if len(digits) == 6 and digits[5] == "0" else ""
    key = _CODE_BEFORE.sub("", key)
    if (digits.startswith("00") and len(digits) == 5) or _ARMED_FORCES.search(key):
        return _refused(digits, city, "military", "R8")
    bare, has_cedex, cedex_number = without_cedex(key)
    book = gazetteer()
    if has_cedex and digits in book.by_postcode and digits not in book.cedex:
        place = _known_postcode(digits, without_arrondissement(bare)[0], key, city)
        if place.city and place.status != "R6":
            # "35000 RENNES CEDEX": the postcode of the streets and of their boxes; CEDEX is one word too many
            return place._replace(status="V3", reason="cedex_unknown")
    if has_cedex and bare and not digits:
        # the CEDEX is one of the town's: of which office, only the code would say
        place = _no_postcode(*without_arrondissement(bare), city)
        return place if place.status[0] == "R" else place._replace(status="V3", reason="cedex_unknown")
    if has_cedex or (digits in book.cedex and digits not in book.by_postcode):
        place = _cedex(digits, bare, cedex_number, city)
        if has_cedex or place.status != "R6":
            return place
        # nobody wrote CEDEX: the code may be a postcode misspelt
    bare, arrondissement = without_arrondissement(bare)
    exact_given = fold(city)
    if digits in book.by_postcode:
        return _known_postcode(digits, bare, exact_given, city)
    if digits:
        return _unknown_postcode(digits, bare, city)
    return _no_postcode(bare, arrondissement, city)


def _known_postcode(postcode: str, key: str, given: str, city: str) -> Place:
    book = gazetteer()
    towns = book.by_postcode[postcode]
    if not key:
        towns = same_town(towns, postcode)
        if len(towns) == 1:
            return _found(towns[0], "V2", "city_from_postcode", False)
        return Place(postcode, "", "", "", False, "R7", "no_city", False)
    short = town_key(key)
    names = book.keys[postcode]
    if short in names:
        town = names[short]
        if town.former and fold(town.former) != fold(town.city):
            return _found(town, "V1", "city_renamed", False)
        return _found(town, "V0", "", given == fold(town.city))
    elsewhere = towns_named(key)
    begun = [town for name, town in names.items() if len(short) >= 5 and name.startswith(short)]
    if len({town.insee_code for town in begun}) == 1 and not elsewhere:
        # EQUEURDREVILLE for Équeurdreville-Hainneville
        return _found(begun[0], "V2", "city_spelling", False)
    near, alone = nearest_town(short, names, key.replace(" ", ""))
    if near and not any(OSA.distance(other.postcode, postcode) == 1 for other in elsewhere):
        is_sure = alone and not elsewhere
        return _found(near, "V2" if is_sure else "V3", "city_spelling" if is_sure else "city_doubtful", False)
    moved = _moved_postcode(postcode, elsewhere)
    if moved:
        return moved
    prefixed = [town for name, town in names.items() if len(name) >= 5 and short.startswith(name)]
    if len({town.insee_code for town in prefixed}) == 1:
        # "MARSEILLE LA VALENTINE": the town, then a district
        return _found(prefixed[0], "V2", "city_spelling", False)
    if elsewhere:
        return _refused(postcode, city, "postcode_city_contradiction", insee="")
    if len(towns) == 1:
        # a hamlet written as the town: the postcode says which commune
        return _found(towns[0], "V3", "city_doubtful", False)._replace(former=postal_label(key))
    return _refused(postcode, city, "city_unknown")


def _moved_postcode(postcode: str, towns: list[Town]) -> Place | None:
    """Return the place when the town is sure and the postcode holds one typing error, or is its neighbour's."""
    real = {town.postcode: town for town in towns if town.postcode}
    close = [town for code, town in real.items() if OSA.distance(code, postcode) == 1]
    if len(close) == 1:
        # two digits swapped, or a code that does not exist: sure. A code that is another town's: two readings are left
        sure = postcode not in gazetteer().by_postcode or sorted(close[0].postcode) == sorted(postcode)
        return _found(close[0], "V2" if sure else "V3", "postcode_digits" if sure else "postcode_doubtful", False)
    same = [town for code, town in real.items() if code[:2] == postcode[:2]]
    if len({town.insee_code for town in same}) == 1 and len(same) == 1:
        # a code of the same département, two digits away at least: neither is clearly the wrong one
        kept = postcode if postcode in gazetteer().by_postcode else ""
        return _found(same[0], "V3", "postcode_doubtful", False, kept)
    return None


def _unknown_postcode(postcode: str, key: str, city: str) -> Place:
    book = gazetteer()
    general: dict[str, str] = load_country("fr", "towns")["general_postcodes"]
    if postcode in general:
        town = book.by_insee[general[postcode]]
        if not key or town_key(key) == town_key(fold(town.city)):
            return _found(town, "V3", "postcode_general", False, postcode)
    if len(postcode) == 4:
        padded = "0" + postcode
        if padded in book.by_postcode:
            place = _known_postcode(padded, key, key, city) if key else None
            if place and place.status in ("V0", "V1", "V2") and place.postcode == padded:
                return place._replace(status="V2", reason="postcode_zero")
        return _refused(postcode, city, "postcode_city_contradiction" if key else "no_city", "R6" if key else "R7")
    if not key:
        return _refused(postcode, city, "no_city", "R7")
    if len(postcode) == 5 and postcode[:3] in ("986", "987", "988"):
        # Pacific territories: no table gives their postcodes
        return _refused(postcode, city, "overseas_unchecked", "V3")
    elsewhere = towns_named(key)
    moved = _moved_postcode(postcode, elsewhere) if len(postcode) == 5 else None
    if moved:
        return moved
    same = {town.insee_code: town for town in elsewhere if town.postcode[:2] == postcode[:2]}
    if len(postcode) == 5 and len(same) == 1:
        return _found(next(iter(same.values())), "V3", "postcode_general", False, postcode)
    return _refused(postcode, city, "postcode_city_contradiction" if elsewhere else "city_unknown")


def _no_postcode(key: str, arrondissement: str, city: str) -> Place:
    if not key:
        return Place("", "", "", "", False, "R7", "no_city", False)
    towns, status, reason = towns_named(key), "V2", "postcode_from_city"
    if not towns:
        towns, is_sure = nearest_anywhere(town_key(key))
        status, reason = ("V2", "city_spelling") if is_sure else ("V3", "city_doubtful")
    if not towns:
        return _refused("", city, "city_unknown", "R7")
    if arrondissement:
        number = arrondissement.zfill(2)
        close = [town for town in towns if town.postcode[:2] in ("75", "69", "13") and town.postcode[3:] == number]
        if len({town.postcode for town in close}) >= 1:
            return _found(same_town(close, close[0].postcode)[0], status, reason, False)
    codes = {town.postcode for town in towns}
    if len(codes) == 1:
        return _found(towns[0], status, reason, False)
    names = {(fold(town.city), town.postcode[:2]) for town in towns}
    if len(names) == 1:
        # one town, several postcodes: the town is sure, the postcode is not
        insee = {town.insee_code for town in towns}
        place = _found(towns[0], "R7", "no_postcode", False)
        return place._replace(postcode="", insee_code=towns[0].insee_code if len(insee) == 1 else "")
    biggest = _far_bigger(towns)
    if biggest:
        return _found(biggest, "V3", "city_doubtful", False)
    official = towns[0].city if len({fold(town.city) for town in towns}) == 1 else city
    return _refused("", official, "no_postcode", "R7")


def _far_bigger(towns: list[Town]) -> Town | None:
    """Return the one town of a single postcode that is meant when the few others of the name are a tenth of it."""
    sizes: dict[str, int] = {}
    for town in towns:
        sizes[town.insee_code] = town.population
    first, *others = sorted(sizes, key=lambda insee: (-sizes[insee], insee))
    if sizes[first] < 20_000 or len(others) > 3 or any(10 * sizes[other] > sizes[first] for other in others):
        return None
    own = [town for town in towns if town.insee_code == first]
    return own[0] if len({town.postcode for town in own}) == 1 else None


@lru_cache(maxsize=50_000)
def nearest_anywhere(key: str) -> tuple[list[Town], bool]:
    """Return the towns a misspelt name of five letters or more stands for, and whether no other is as near.

    One typing error away, or two in a name of ten letters; of several, a town five times as big as the next.

    >>> [town.city for town in nearest_anywhere("MARSEILE")[0]][:1], nearest_anywhere("MARS")
    (['Marseille'], ([], False))
    """
    if len(key) < _SHORTEST:
        return [], False
    book = gazetteer()
    allowed = 2 if len(key) >= _LONG else 1
    near: list[tuple[int, str]] = []
    for size in range(len(key) - allowed, len(key) + allowed + 1):
        names = [name for edge in edges(key, size) for name in names_by_edge().get((size, edge), ())]
        found = process.extract(key, names, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        near += [(int(distance), name) for name, distance, _ in found]
    if not near:
        return [], False
    least = min(distance for distance, _ in near)
    towns = [town for distance, name in sorted(set(near)) if distance == least for town in book.by_name[name]]
    sizes: dict[str, int] = {}
    for town in towns:
        sizes[fold(town.city)] = sizes.get(fold(town.city), 0) + town.population
    if len(sizes) == 1:
        return towns, True
    biggest, *others = sorted(sizes, key=lambda city: (-sizes[city], city))
    if sizes[biggest] < _FAR_BIGGER * max(sizes[others[0]], 250):
        return [], False
    return [town for town in towns if fold(town.city) == biggest], False


def _cedex(postcode: str, key: str, number: str, city: str) -> Place:
    """Judge a CEDEX: the code names the office, the commune comes from the table of codes."""
    book = gazetteer()
    rows = book.cedex.get(postcode, [])
    short = town_key(key)
    if not rows:
        written = f"{postal_label(key)} CEDEX" + (f" {number.zfill(2)}" if number else "")
        towns = [town for town in towns_named(key) if town.postcode[:2] == postcode[:2]]
        if not key:
            return _refused(postcode, city, "no_city", "R7")
        communes = {town.insee_code: town.city for town in towns}
        status, reason = ("V3", "cedex_unknown") if towns else ("R6", "postcode_city_contradiction")
        insee, name = next(iter(communes.items())) if len(communes) == 1 else ("", title_case(key.lower()))
        return Place(postcode, name, insee, written, True, status, reason, False)
    label, insee = rows[0]
    for one_label, one_insee in rows:
        town = book.by_insee.get(one_insee)
        if town and town_key(fold(town.city)) == town_key(without_cedex(one_label)[0]):
            label, insee = one_label, one_insee
            break
    office = town_key(without_cedex(label)[0])
    town = book.by_insee.get(insee)
    city_name = town.city if town else title_case(without_cedex(label)[0].lower())
    agrees = not key or short == office or OSA.distance(short, office) <= _allowed(len(short))
    if not agrees:
        served = [book.by_insee[one] for _, one in rows if one in book.by_insee]
        named = [one for one in served if town_key(fold(one.city)) == short]
        if not named:
            return _refused(postcode, city, "postcode_city_contradiction")._replace(is_cedex=True)
        insee, city_name = named[0].insee_code, named[0].city
    return Place(postcode, city_name, insee, postal_label(label), True, "V0", "", bool(key))
