"""Where the town is: postcode and town told from the rest of a free address, or from muddled columns."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from chaland.clean.address_parts import type_at
from chaland.clean.first_names import is_first_name, last_names
from chaland.clean.gazetteer import Town, countries, gazetteer, town_key, towns_named, without_cedex
from chaland.clean.grades import load_data
from chaland.clean.text import fold, tidy

_CODE = re.compile(r"(?<![\w-])(?:F[- ]?)?(\d{5}|\d{2} \d{3})(?![\w])")
_FOREIGN_CODE = re.compile(r"(?<![\w])(B|CH|L|D|A|E|I|NL)-(\d{4,5})(?!\d)")
_ARTICLES = frozenset({"DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "A", "AU", "AUX", "EN", "SUR", "SOUS", "ET"})
_BIG = 5_000
_VERY_BIG = 20_000
_NOT_SAID = frozenset({"COMMUNE NOUVELLE", "COMMUNE DELEGUEE", "COMMUNE ASSOCIEE"})
_SHORT_CODE = re.compile(r"(?<![\w-])([1-9]\d{3}) (\D+)$")
_CUT = re.compile(r"[,;|\n]+|\s[-–—]\s|[()]")


class Split(NamedTuple):
    """Postcode and town as written, what is left of the free text, the country said."""

    postcode: str
    city: str
    rest: list[str]
    country: str


def split_town(address: str, postcode: str, city: str) -> Split:
    """Return postcode and town told from the rest.

    >>> split_town("12 rue Haute 78100 Saint-Germain-en-Laye", "", "")[:3]
    ('78100', 'Saint-Germain-en-Laye', ['12 rue Haute'])
    >>> split_town("", "", "75008 PARIS")[:2], split_town("PARIS 8ème, 75008", "", "")[:3]
    (('75008', 'PARIS'), ('75008', 'PARIS 8ème', []))
    >>> split_town("28 rue de la République Lyon", "", "")[:3]
    ('', 'Lyon', ['28 rue de la République'])
    """
    return _split(address, postcode, city) if address else _split_columns(postcode, city)


@lru_cache(maxsize=200_000)
def _split_columns(postcode: str, city: str) -> Split:
    return _split("", postcode, city)


def _split(address: str, postcode: str, city: str) -> Split:
    country = ""
    foreign = _FOREIGN_CODE.search(f"{postcode} {city} {address}")
    if foreign:
        country = {"B": "BE", "CH": "CH", "L": "LU", "D": "DE", "A": "AT", "E": "ES", "I": "IT", "NL": "NL"}[foreign[1]]
    if city and (found := _CODE.search(city)) and without_cedex(fold(city))[2] != found.group(1):
        postcode = postcode or found.group(1).replace(" ", "")
        city = tidy(f"{city[: found.start()]} {city[found.end() :]}").strip(" ,-")
    city, said = _without_country(city)
    country = country or said
    pieces = [piece.strip() for piece in _CUT.split(address) if fold(piece) and fold(piece) not in _NOT_SAID]
    if pieces and fold(pieces[-1]) in countries() and len(pieces[-1]) > 2:
        country = country or countries()[fold(pieces.pop())]
    if pieces:
        pieces[-1], said = _without_country(pieces[-1])
        country = country or said
    if country not in ("", "FR", "MC") or not pieces:
        return Split(postcode, city, _joined(pieces), country)
    if postcode or city:
        return Split(*_repeated(pieces, postcode, city), country)
    return _from_text(pieces)._replace(country=country)


def _joined(pieces: list[str]) -> list[str]:
    return [", ".join(piece for piece in pieces if piece)] if any(pieces) else []


def _without_country(text: str) -> tuple[str, str]:
    found = re.search(r"^(.+?)[\s,]+(france|belgique|suisse|luxembourg|monaco)\.?$", text, re.IGNORECASE)
    if not found or fold(found.group(1)) in _ARTICLES or _towns(fold(text)):
        return text, ""
    return found.group(1).strip(" ,-"), countries()[fold(found.group(2))] if fold(found.group(2)) != "MONACO" else ""


def _repeated(pieces: list[str], postcode: str, city: str) -> tuple[str, str, list[str]]:
    """Take postcode and town out of the free text when their own columns say them too."""
    kept = []
    for piece in pieces:
        found = _CODE.search(piece)
        code = found.group(1).replace(" ", "") if found else ""
        if found and (code == postcode or not postcode):
            tail = piece[found.end() :].strip(" ,-")
            if not postcode:
                postcode = code
            if not city or town_key(fold(tail)) in ("", town_key(fold(city))):
                city = city or tail
                piece = piece[: found.start()].strip(" ,-")
        elif city and town_key(fold(piece)) == town_key(fold(city)) and len(pieces) > 1:
            piece = ""
        if piece:
            kept.append(piece)
    return postcode, city, _joined(kept)


def _from_text(pieces: list[str]) -> Split:
    """Find postcode and town in the pieces of a free address, from the end."""
    for rank in range(len(pieces) - 1, -1, -1):
        matches = list(_CODE.finditer(pieces[rank]))
        for found in reversed(matches):
            code = found.group(1).replace(" ", "")
            if not _may_be_postcode(code):
                continue
            before, after = pieces[rank][: found.start()].strip(" ,-"), pieces[rank][found.end() :].strip(" ,-")
            return _around(pieces, rank, code, before, after)
    found_short = _SHORT_CODE.search(pieces[-1])
    if found_short and _named(fold(found_short.group(2)), "0" + found_short.group(1)):
        # the leading zero was lost by a spreadsheet
        before = pieces[-1][: found_short.start()].strip()
        return Split(found_short.group(1), found_short.group(2), _joined([*pieces[:-1], before]), "")
    return _by_name(pieces)


def _may_be_postcode(code: str) -> bool:
    book = gazetteer()
    return code in book.by_postcode or code in book.cedex or "01" <= code[:2] <= "98" or code.startswith("00")


def _around(pieces: list[str], rank: int, code: str, before: str, after: str) -> Split:
    following = [piece for piece in pieces[rank + 1 :] if piece]
    if before and fold(before) in countries() and rank > 0:
        before = ""
    if after:
        rest = [*pieces[:rank], before]
        return Split(code, after, _joined([*rest, *following]), "")
    if following and _named(fold(following[0]), code):
        return Split(code, following[0], _joined([*pieces[:rank], before, *following[1:]]), "")
    if before:
        left, town = _longest_suffix(before, code)
        if town:
            return Split(code, town, _joined([*pieces[:rank], left, *following]), "")
    elif rank > 0 and _named(fold(pieces[rank - 1]), code):
        return Split(code, pieces[rank - 1], _joined([*pieces[: rank - 1], *following]), "")
    return Split(code, "", _joined([*pieces[:rank], before, *following]), "")


@lru_cache(maxsize=50_000)
def _named(key: str, code: str) -> bool:
    """Tell whether a folded text names a town served by this postcode (arrondissement and CEDEX aside)."""
    bare = re.sub(r" \d{1,2}(?:E|EME|ER|ERE)?(?: (?:ARRONDISSEMENT|ARRDT|ARDT))?$", "", without_cedex(key)[0])
    book = gazetteer()
    if town_key(bare) in book.keys.get(code, {}):
        return True
    return any(town_key(without_cedex(label)[0]) == town_key(bare) for label, _ in book.cedex.get(code, ()))


def _longest_suffix(text: str, code: str) -> tuple[str, str]:
    """Return what precedes and the longest ending of the text that names a town of this postcode."""
    words = text.split()
    for start in range(max(0, len(words) - 8), len(words)):
        before = fold(" ".join(words[:start])).split()
        if start and ((before and before[-1] in _ARTICLES) or _is_type_alone(before)):
            # "13 rue de Maule 78580" names the street, not the town
            continue
        if _named(fold(" ".join(words[start:])), code):
            return " ".join(words[:start]), " ".join(words[start:])
    return text, ""


def _by_name(pieces: list[str]) -> Split:
    """Find a town by its name alone, at the end of the text: a whole piece, else its last words."""
    last = pieces[-1]
    bare = without_cedex(fold(last))[0]
    if (len(pieces) > 1 or not any(sign.isdigit() for sign in last)) and _towns(bare):
        return Split("", last, _joined(pieces[:-1]), "")
    words = last.split()
    for start in range(max(1, len(words) - 8), len(words)):
        key = fold(" ".join(words[start:]))
        towns = _towns(key)
        if towns and _is_town_here(fold(" ".join(words[:start])).split(), key, towns):
            return Split("", " ".join(words[start:]), _joined([*pieces[:-1], " ".join(words[:start])]), "")
    return Split("", "", _joined(pieces), "")


def _towns(key: str) -> list[Town]:
    return towns_named(re.sub(r" \d{1,2}(?:E|EME|ER|ERE)?(?: (?:ARRONDISSEMENT|ARRDT|ARDT))?$", "", key))


def _is_town_here(before: list[str], key: str, towns: list[Town]) -> bool:
    """Tell whether the last words are a town rather than the end of a street's name ("rue Paul Bert")."""
    if not before or before[-1] in _ARTICLES or before[-1] in _titles() or _is_type_alone(before):
        return False
    if " " in key:
        return True
    population = max(town.population for town in towns)
    if is_first_name(before[-1]) and len(before) <= 3:
        return population >= _VERY_BIG
    return population >= _BIG or not (is_first_name(key) or key in last_names())


@cache
def _titles() -> frozenset[str]:
    return frozenset(
        {*load_data("streets")["short_titles"], *load_data("streets")["short_titles"].values(), "SAINT", "SAINTE"}
    )


def _is_type_alone(before: list[str]) -> bool:
    """Tell whether nothing stands before but a number and a street type."""
    start = 1 if before and before[0][0].isdigit() else 0
    found = type_at(tuple(before), start) or (type_at(tuple(before), start + 1) if len(before) > start + 1 else None)
    return found is not None and len(before) - start <= found[1]
