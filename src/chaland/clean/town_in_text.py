"""Where the town is: postcode and town told from the rest of a free address, or from muddled columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from chaland.clean.address_abroad import country_of_code
from chaland.clean.address_parts import street_words
from chaland.clean.first_names import is_first_name, last_names
from chaland.clean.gazetteer import Town, countries, gazetteer, town_key, towns_named, without_cedex
from chaland.clean.text import fold, tidy
from chaland.clean.town_or_street import (
    ARTICLES,
    PARTICLES,
    begins_street,
    is_town_here,
    is_type_alone,
    may_be_a_name,
    names_follow,
)
from chaland.clean.towns import nearest_anywhere, nearest_town

_CODE = re.compile(r"(?<![\w-])(?:F[- ]?)?(\d{5}|\d{2} \d{3})(?![\w])")
_RANK = re.compile(r" \d{1,2}(?:E|EME|ER|ERE)?(?: (?:ARRONDISSEMENT|ARRDT|ARDT))?$")
_TELLING = 5
"""Letters from which a misspelt name beside its postcode is told from a word of the street."""
_ENDINGS = ("france", "belgique", "suisse", "luxembourg")
_ENDING = re.compile(rf"^(.+?)([\s,]+)({'|'.join(_ENDINGS)})[. ]*$", re.IGNORECASE)
_FR_AT_END = re.compile(r"^(.*\w.*?)[\s,]+FR$", re.DOTALL)
_EXTENSION = re.compile(r"^(\d{1,4}) ?(?:BIS|TER|QUATER|[A-Z])\b ?")
_LINKS = PARTICLES | {"A", "AU", "AUX", "EN", "ET", "SUR", "SOUS"}
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
    country = country_of_code(f"{address}, {postcode} {city}" if postcode or city else address)
    if postcode and not any(sign.isdigit() for sign in postcode) and (not city or city.replace(" ", "").isdigit()):
        postcode, city = city, postcode
    if city and (found := _CODE.search(city)) and without_cedex(fold(city))[2] != found.group(1):
        postcode = postcode or found.group(1).replace(" ", "")
        city = tidy(f"{city[: found.start()]} {city[found.end() :]}").strip(" ,-")
    city, said = _without_country(city)
    country = country or said
    pieces = [piece.strip() for piece in _CUT.split(address) if fold(piece) and fold(piece) not in _NOT_SAID]
    if pieces and len(pieces[-1]) > 2 and fold(pieces[-1]) in countries() and _is_country(pieces, postcode, city):
        said = countries()[fold(pieces.pop())]
        country = country or said
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


def _is_country(pieces: list[str], postcode: str, city: str) -> bool:
    """Tell whether the last piece is a country rather than the town: Saint-Martin and La Réunion are both."""
    if not _towns(fold(pieces[-1])):
        return True
    return bool(postcode or city or any(_CODE.search(piece) for piece in pieces[:-1]))


def _without_country(text: str) -> tuple[str, str]:
    if bare := _FR_AT_END.match(text):
        # "59000 Lille FR", as newsletter tools join their columns
        before = bare.group(1).rstrip(" ,-")
        return (before, "FR") if _CODE.search(before) or _towns(fold(before)) else (text, "")
    if not text.rstrip(". ").lower().endswith(_ENDINGS):
        return text, ""
    found = _ENDING.search(text)
    if not found or _towns(fold(text)):
        return text, ""
    before = fold(found.group(1)).split()
    if not before or before[-1] in ARTICLES or (before[-1].isdigit() and fold(found.group(3)) == "LUXEMBOURG"):
        # Fort-de-France; 1611 Luxembourg is the town
        return text, ""
    if begins_street(fold(found.group(1))) and not re.search(r"\d{4}", found.group(1)):
        # "47 avenue Pierre Mendès France" ends its street, unless a town stands before
        words = found.group(1).split()
        if not any(_towns(fold(" ".join(words[at:]))) for at in range(2, len(words))):
            return text, ""
    return found.group(1).strip(" ,-"), countries()[fold(found.group(3))]


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
    if after and not before:
        after, street = _street_after_town(after, code)
        following = [street, *following] if street else following
    if after:
        rest = [*pieces[:rank], before]
        return Split(code, after, _joined([*rest, *following]), "")
    for is_this in (_named, _nearly):
        if following and is_this(fold(following[0]), code):
            return Split(code, following[0], _joined([*pieces[:rank], before, *following[1:]]), "")
        if before:
            left, town = _longest_suffix(before, code, is_this)
            if town:
                return Split(code, town, _joined([*pieces[:rank], left, *following]), "")
        elif rank > 0 and is_this(fold(pieces[rank - 1]), code):
            return Split(code, pieces[rank - 1], _joined([*pieces[: rank - 1], *following]), "")
    return Split(code, "", _joined([*pieces[:rank], before, *following]), "")


@lru_cache(maxsize=50_000)
def _named(key: str, code: str) -> bool:
    """Tell whether a folded text names a town served by this postcode (arrondissement and CEDEX aside)."""
    bare = _without_rank(without_cedex(key)[0])
    book = gazetteer()
    if town_key(bare) in book.keys.get(code, {}):
        return True
    return any(town_key(without_cedex(label)[0]) == town_key(bare) for label, _ in book.cedex.get(code, ()))


@lru_cache(maxsize=50_000)
def _nearly(key: str, code: str) -> bool:
    """Tell whether a folded text is one town of this postcode misspelt, and no common word of streets nor a person's.

    >>> _nearly("MARSEILE", "13001"), _nearly("HUGO", "13001")
    (True, False)
    """
    bare = _without_rank(without_cedex(key)[0])
    short = town_key(bare)
    if len(short) < _TELLING or begins_street(bare) or bare.split()[0] in PARTICLES:
        return False
    if bare in street_words("after_noun") or is_first_name(bare) or bare in last_names():
        return False
    near, is_alone = nearest_town(short, gazetteer().keys.get(code, {}), bare.replace(" ", ""))
    return near is not None and is_alone and not towns_named(bare)


def _without_rank(key: str) -> str:
    """Return a folded town without its arrondissement."""
    return _RANK.sub("", key) if any(sign.isdigit() for sign in key[-20:]) else key


def _longest_suffix(text: str, code: str, is_this: Callable[[str, str], bool]) -> tuple[str, str]:
    """Return what precedes and the longest ending of the text that names a town of this postcode.

    Args:
        text: what stands before the postcode.
        code: the postcode; is_this: tells whether a folded text and a postcode are one town's.
    """
    words = text.split()
    for start in range(max(0, len(words) - 8), len(words)):
        before = fold(" ".join(words[:start])).split()
        if start and before and (before[-1] in ARTICLES or before[-1] in names_follow() or is_type_alone(before)):
            # "13 rue de Maule 78580" names the street, not the town
            continue
        if is_this(fold(" ".join(words[start:])), code):
            return " ".join(words[:start]), " ".join(words[start:])
    return text, ""


def _street_after_town(text: str, code: str) -> tuple[str, str]:
    """Return the town of this postcode that a text begins with, and the street that follows it, "" when none does.

    >>> _street_after_town("PARIS 12 rue de la Paix", "75002")
    ('PARIS', '12 rue de la Paix')
    """
    words = text.split()
    for end in range(1, len(words) - 1):
        rest = fold(" ".join(words[end:]))
        if begins_street(_EXTENSION.sub(r"\1 ", rest)) and _named(fold(" ".join(words[:end])), code):
            return " ".join(words[:end]), " ".join(words[end:])
    return text, ""


def _by_name(pieces: list[str]) -> Split:
    """Find a town by its name alone, at the end of the text: a whole piece, else its last words, else nearly so."""
    last = pieces[-1]
    bare = without_cedex(fold(last))[0]
    if (len(pieces) > 1 or not (any(sign.isdigit() for sign in last) or begins_street(bare))) and _towns(bare):
        return Split("", last, _joined(pieces[:-1]), "")
    words = last.split()
    starts = range(max(1, len(words) - 8), len(words))
    for is_misspelt in (False, True):
        for start in starts:
            key = without_cedex(fold(" ".join(words[start:])))[0]
            before = fold(" ".join(words[:start])).split()
            towns = _misspelt_towns(key) if is_misspelt else _towns(key)
            if towns and is_town_here(before, key, towns) and not (is_misspelt and may_be_a_name(before, key, towns)):
                return Split("", " ".join(words[start:]), _joined([*pieces[:-1], " ".join(words[:start])]), "")
    if len(pieces) > 1 and not any(sign.isdigit() for sign in last) and _misspelt_towns(bare):
        return Split("", last, _joined(pieces[:-1]), "")
    return Split("", "", _joined(pieces), "")


def _towns(key: str) -> list[Town]:
    return towns_named(_without_rank(key))


def _misspelt_towns(key: str) -> list[Town]:
    """Return the towns a word that is no common word of streets and no person's name may stand for."""
    words = key.split()
    if len(words) == 1 and (is_first_name(key) or key in last_names() or key in street_words("after_noun")):
        return []
    if not words or words[0] in _LINKS or any(sign.isdigit() for sign in key) or begins_street(key):
        return []
    return nearest_anywhere(town_key(key))[0]
