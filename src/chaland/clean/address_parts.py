"""A French address taken apart: number, extension, street, what is inside and outside the building, place, BP.

Reads folded text only, in segments (commas, line ends, spaced hyphens). Pure functions; the words are in
countries/fr/streets.toml. Every part of the input ends up in one of the outputs: nothing is dropped but empty words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from chaland.clean.address_units import Units, post_office, take_units
from chaland.clean.dictionaries import load_country
from chaland.clean.placeholders import is_placeholder_text
from chaland.clean.text import LONGEST, fold, unaccented

_SEGMENTS = re.compile(r"[,;|\n\r\t()]+|\s[-–—]\s")
_ONE_SEGMENT = re.compile(r"(?:\d{1,4} )?[A-Za-z]+(?: [A-Za-z]+)*")
"""The commonest writing: a number, words, single spaces, neither range nor separator."""
_RANGE = re.compile(
    r"(^|[,;\n]\s*)(\d{1,4})\s?(bis|ter|quater|[a-z])?\s?(?:/|&|-|–|\bà\b|\ba\b|\bet\b)\s?(\d{1,4})\s?(?:bis|ter|quater|[b-dt])?(?=[\s,]+[^\W\d])",
    re.IGNORECASE,
)
_ARTICLES = frozenset({"DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "A", "AU", "AUX", "EN", "SUR", "SOUS", "ET"})
_NUMBER_WORDS = frozenset({"N", "NO", "NR", "NUM", "NUMERO"})

_LEADING_NUMBER = re.compile(r"\d{1,4}(?!\d)")
_NUMBER_ALONE = re.compile(r"(?:N |NO )?\d{1,4} ?(?:BIS|TER|QUATER|[A-Z])?")
_STREET_NUMBER = re.compile(r"(\d{1,4})(BIS|TER|QUATER|QUINQUIES|[A-Z])?$")

_WEAK_BREAKS = frozenset({"RESIDENCE", "IMMEUBLE", "LOTISSEMENT", "LIEU DIT", "HAMEAU", "BATIMENT", "QUARTIER"})


@dataclass
class Parts:
    """An address in pieces, all folded. `raw_street` is the street as written, to tell what was changed."""

    number: str = ""
    extension: str = ""
    street: str = ""
    raw_street: str = ""
    inside: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    post_office: list[str] = field(default_factory=list)
    place: list[str] = field(default_factory=list)


class Candidate(NamedTuple):
    """A piece that may be the street: how strongly (4 numbered type … 0 loose words), and where it comes from."""

    strength: int
    number: str
    extension: str
    words: tuple[str, ...]
    origin: str
    rank: int


@cache
def _types(kind: str) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for full, others in load_country("fr", "streets")[kind].items():
        for written in (full, *others):
            found[tuple(written.split())] = full
    return found


@cache
def street_words(kind: str) -> frozenset[str]:
    """Return a list of words of streets: titles, adjectives, open_nouns, after_noun, complete_types or months.

    >>> "AOUT" in street_words("months")
    True
    """
    return frozenset(load_country("fr", "streets")["words"][kind])


@cache
def _extensions() -> dict[str, str]:
    return {other: full for full, others in load_country("fr", "streets")["extensions"].items() for other in others}


@cache
def _first_words() -> frozenset[str]:
    return frozenset(phrase[0] for kind in ("strong", "weak") for phrase in _types(kind))


def type_at(words: tuple[str, ...], rank: int) -> tuple[str, int, bool] | None:
    """Return the street type that begins at a word: its full form, how many words, whether it is a strong one.

    >>> type_at(("BD", "VOLTAIRE"), 0), type_at(("VOLTAIRE",), 0)
    (('BOULEVARD', 1, True), None)
    """
    if rank >= len(words) or words[rank] not in _first_words():
        return None
    for length in (5, 4, 3, 2, 1):
        phrase = words[rank : rank + length]
        if len(phrase) < length:
            continue
        for kind in ("strong", "weak"):
            full = _types(kind).get(phrase)
            if full:
                return full, length, kind == "strong"
    return None


@lru_cache(maxsize=100_000)
def expand_street(words: tuple[str, ...]) -> str:
    """Return a street with its type and its inner abbreviations in full.

    >>> expand_street(("AV", "DU", "GAL", "LECLERC")), expand_street(("R", "ST", "ANTOINE"))
    ('AVENUE DU GENERAL LECLERC', 'RUE SAINT ANTOINE')
    """
    data = load_country("fr", "streets")
    inside, after_du = data["inside"], data["after_du"]
    full: list[str] = []
    rank = 0
    found = type_at(words, 0)
    if found and (len(words) > found[1] or found[0] == " ".join(words) or found[0] in street_words("complete_types")):
        full += found[0].split()
        rank = found[1]
    last = len(words) - 1
    while rank <= last:
        word = words[rank]
        if word == "N" and words[rank + 1 : rank + 2] == ("D",) and rank + 1 < last:
            full += ["NOTRE", "DAME"]
            rank += 1
        elif rank < last and word in inside and (rank > 0 or word in ("ST", "STE", "ND")):
            full += inside[word].split()
        elif rank < last and word in after_du and full[-1:] == ["DU"] and words[rank + 1] not in _ARTICLES:
            full.append(after_du[word])
        elif rank == last and word in ("REP", "FG", "PDT") and rank > 0:
            full.append(inside[word])
        else:
            full.append(word)
        rank += 1
    return " ".join(full)


def is_number_alone(text: str) -> bool:
    """Tell whether a folded piece is a number and no more: before words it would be read with them.

    >>> is_number_alone("12 BIS"), is_number_alone("BP 12")
    (True, False)
    """
    return _NUMBER_ALONE.fullmatch(text) is not None


def segments(text: str) -> list[str]:
    """Return the folded segments of a field: cut at commas, line ends and spaced hyphens, ranges of numbers reduced.

    >>> segments("15/17 rue des Lilas, Bât. A")
    ['15 RUE DES LILAS', 'BAT A']
    """
    if _ONE_SEGMENT.fullmatch(text) and len(text) <= LONGEST:
        return [unaccented(text)]
    text = _RANGE.sub(_first_of_range, text[:LONGEST])
    found = [fold(part) for part in _SEGMENTS.split(text)]
    merged: list[str] = []
    for part in found:
        if not part:
            continue
        if merged and is_number_alone(merged[-1]) and part[0].isalpha():
            # "12 bis, avenue …": the comma after the number is the old usage
            merged[-1] += " " + part
        else:
            merged.append(part)
    return merged


def _first_of_range(found: re.Match[str]) -> str:
    start, first, extension, second = found.groups()
    if int(second) <= int(first):
        return found.group()
    return f"{start}{first}{' ' + extension if extension else ''}"


def _number_at(words: tuple[str, ...], rank: int) -> tuple[str, str, int] | None:
    """Return number, extension and words taken, when a street number stands at this word."""
    start = rank
    if words[rank] in _NUMBER_WORDS and rank + 1 < len(words):
        rank += 1
    found = _STREET_NUMBER.match(words[rank])
    if not found or int(found.group(1)) == 0:
        return None
    number, extension = found.group(1).lstrip("0"), found.group(2) or ""
    rank += 1
    if not extension and rank < len(words):
        after = words[rank]
        if after in _extensions() and rank + 1 < len(words):
            extension, rank = _extensions()[after], rank + 1
        elif len(after) == 1 and rank + 1 < len(words) and (after != "R" or type_at(words, rank + 1)):
            follows = type_at(words, rank + 1)
            if (follows and follows[2]) or (after in "BTQC" and after not in ("A", "L", "D")):
                extension, rank = after, rank + 1
    return number, _extensions().get(extension, extension), rank - start


def _with_second(words: tuple[str, ...], at: int, number: tuple[str, str, int]) -> tuple[str, str, int]:
    """Return a number with the words of a second one before the street taken too: "12 14 rue Haute" is a range."""
    start = at + number[2]
    second = _number_at(words, start) if start < len(words) else None
    follows = type_at(words, start + second[2]) if second else None
    is_range = second and ((follows and follows[2]) or second[0] == number[0])
    return (*number[:2], number[2] + second[2]) if second and is_range else number


def _candidates(text: str, origin: str, rank: int) -> list[Candidate]:
    """Cut one piece of text where streets begin, and say how strongly each looks like one."""
    if not text:
        return []
    leading = _LEADING_NUMBER.match(text)
    if not leading or int(leading.group()) == 0:
        return [Candidate(*cut, origin, rank) for cut in _cut_streets(text)]
    # the street without its own number has been seen before: cut it once
    digits = leading.group()
    first, *others = _cut_streets("9" + text[leading.end() :])
    strength, number, extension, words = first
    if number == "9":
        number = digits.lstrip("0")
    else:
        words = (digits + words[0][1:], *words[1:])
    return [Candidate(*cut, origin, rank) for cut in ((strength, number, extension, words), *others)]


@lru_cache(maxsize=200_000)
def _cut_streets(text: str) -> tuple[tuple[int, str, str, tuple[str, ...]], ...]:
    """Return strength, number, extension and words of each street a text may hold, in order."""
    words = tuple(text.split())
    cuts: list[tuple[int, int, str, str, int]] = []
    at = 0
    while at < len(words):
        before = words[at - 1] if at else ""
        number = _number_at(words, at) if words[at][0].isdigit() or words[at] in _NUMBER_WORDS else None
        is_apart = before not in _ARTICLES or before == "A"
        if (
            number
            and is_apart
            and not (at + number[2] < len(words) and words[at + number[2]] in street_words("months"))
        ):
            number = _with_second(words, at, number)
            follows = type_at(words, at + number[2]) if at + number[2] < len(words) else None
            is_street = any(not word.isdigit() for word in words[at + number[2] :])
            if is_street and (at == 0 or (follows and follows[2])):
                cuts.append((at, 4 if follows and follows[2] else 2, number[0], number[1], at + number[2]))
                at += number[2] + (follows[1] if follows else 1)
                continue
        found = type_at(words, at)
        begins = found is not None and at + found[1] < len(words) and _may_begin(words, at, found[0], found[2], cuts)
        if found and begins:
            cuts.append((at, 3 if found[2] else 1, "", "", at))
            at += found[1]
            continue
        at += 1
    if not cuts or cuts[0][0] > 0:
        cuts.insert(0, (0, 0, "", "", 0))
    ends = [cut[0] for cut in cuts[1:]] + [len(words)]
    return tuple(
        (strength, number, extension, words[start:end])
        for (_, strength, number, extension, start), end in zip(cuts, ends, strict=True)
        if start < end
    )


def _may_begin(
    words: tuple[str, ...], at: int, full: str, is_strong: bool, cuts: list[tuple[int, int, str, str, int]]
) -> bool:
    """Tell whether a type at this word begins a new piece: at the start, or clearly apart from what precedes."""
    if at == 0:
        return True
    if words[at - 1] in _ARTICLES or (words[at - 1].isdigit() and cuts):
        return False
    inside_street = bool(cuts)
    if inside_street:
        return full in _WEAK_BREAKS and at - cuts[-1][4] >= (2 if type_at(words, cuts[-1][4]) else 1)
    return (is_strong and len(words[at]) > 2 and words[at] == full.split()[0]) or full in _WEAK_BREAKS


def take_apart(fields: list[tuple[str, str]], number: str = "") -> Parts:
    """Return an address in parts.

    Args:
        fields: (origin, text) pairs, origin among street, complement, place (a hamlet) and mention (a locality
            of the town, never a street), in the order they were written.
        number: the street number's own field, with its extension.

    >>> parts = take_apart([("street", "12 bis, Avenue du Général Leclerc")])
    >>> parts.number, parts.extension, parts.street
    ('12', 'BIS', 'AVENUE DU GENERAL LECLERC')
    >>> take_apart([("street", "Appt 12 3e ét. esc B, rés. Les Tilleuls, 4 rue Haute")]).inside
    ['APP 12', 'ETAGE 3', 'ESC B']
    """
    units = Units()
    found: list[Candidate] = []
    if len(fold(number)) > 3 and _own_number(fold(number)) is None:
        # words in the number's field: they are read as part of the street
        fields, number = [("street", number), *fields], ""
    for origin, text in fields:
        for segment in segments(text):
            for piece in take_units(units, segment).split("|"):
                found += [_without_filler(one) for one in _candidates(piece.strip(), origin, len(found))]
    found = [one for one in found if one.words]
    parts = Parts(
        inside=[*units.care_of, *units.inside],
        outside=units.outside,
        post_office=[post_office(one) for one in units.post_office],
    )
    _choose(parts, found, fold(number))
    return parts


def _without_filler(one: Candidate) -> Candidate:
    """Return a candidate without words that say nothing ("Rue", "néant"): its number, if any, stands alone."""
    if not is_placeholder_text(" ".join(one.words)):
        return one
    return one._replace(
        strength=0, number="", extension="", words=(f"{one.number}{one.extension}",) if one.number else ()
    )


def _order(candidate: Candidate) -> tuple[int, int, int]:
    origins = {"street": 0, "complement": 1, "place": 2, "mention": 3}
    strength = candidate.strength
    if candidate.origin != "street":
        # a complement or a place becomes the street only when it looks like one and the street's field does not
        strength = {4: 2, 3: 1}.get(strength, -1)
    return strength, -origins[candidate.origin], -candidate.rank


def _choose(parts: Parts, found: list[Candidate], number: str) -> None:
    """Put the best candidate on the street, the others where they belong."""
    own = _own_number(number)
    first = next((one for one in found if one.origin == "street"), None)
    if own and first and not first.number:
        # the number's own field opens the street as a number before it would
        found[found.index(first)] = first._replace(strength=4 if first.strength == 3 else 2)
    alone = [one for one in found if not one.number and len(one.words) == 1 and _STREET_NUMBER.match(one.words[0])]
    streets = [one for one in found if one not in alone] if alone else found
    best = max(streets, key=_order, default=None)
    if best is not None and best.origin != "street" and _order(best)[0] < 0:
        best = None
    said = expand_street(best.words) if best is not None else ""
    if (
        best is not None
        and (best.strength == 0 or (best.strength == 1 and said.startswith("LIEU DIT ")))
        and parts.post_office
        and not number
    ):
        # BP 18 ARVEYRES: what goes with a post box is the place it serves
        parts.place.append(said.removeprefix("LIEU DIT "))
        found.remove(best)
        best = None
    if best is not None and own and best.strength == 2 and best.number and best.number != own[0]:
        # the number has its own field: the figure of "3 Fontaines" is the street's
        best_words = (f"{best.number}{best.extension}", *best.words)
        found[found.index(best)] = best = best._replace(number="", extension="", words=best_words)
    if best is not None:
        words, last = best.words, None if best.number or own or alone else _last_number(best.words)
        parts.number, parts.extension = last[:2] if last else (best.number, best.extension)
        parts.raw_street = " ".join(words)
        parts.street = expand_street(words[: -last[2]] if last else words)
    if own and not parts.number:
        parts.number, parts.extension = own[0], own[1]
    if alone and not parts.number and best is not None:
        taken = _number_at((*alone[0].words, "RUE", "X"), 0)
        if taken:
            parts.number, parts.extension = taken[0], taken[1]
            found.remove(alone[0])
    after_street = False
    for one in found:
        if one is best:
            after_street = True
        elif one not in alone or best is None:
            _file(parts, one, after_street)
    if parts.street.startswith("LIEU DIT ") and len(parts.street) > 9:
        parts.street = parts.street.removeprefix("LIEU DIT ")


def _own_number(number: str) -> tuple[str, str, int] | None:
    """Return number and extension of the number's own field; None when it holds no number."""
    return _number_at((*number.split(), "RUE", "X"), 0) if number else None


def _last_number(words: tuple[str, ...]) -> tuple[str, str, int] | None:
    """Return number and extension written after the street, and in how many words: "rue de la Paix 12 bis"."""
    if words[-1] in ("BIS", "TER", "QUATER") and len(words) > 3 and (last := _last_number(words[:-1])):
        return last[0], words[-1], 2
    found = _STREET_NUMBER.match(words[-1])
    kind = type_at(words, 0)
    is_apart = len(words) > 2 and len(words[-2]) > 2 and not words[-2][-1].isdigit()
    if not (found and kind and kind[2] and is_apart and int(found.group(1)) and len(found.group(1)) < 4):
        return None
    if len(words) - kind[1] < 2 or words[-2] in street_words("numbered") or words[-2] in street_words("months"):
        return None
    extension = found.group(2) or ""
    return found.group(1).lstrip("0"), _extensions().get(extension, extension), 1


def _file(parts: Parts, one: Candidate, after_street: bool) -> None:
    text = " ".join((*((f"{one.number} {one.extension}".strip(),) if one.number else ()), expand_street(one.words)))
    if text.startswith(("LIEU DIT ", "HAMEAU ")):
        parts.place.append(text.removeprefix("LIEU DIT "))
    elif one.origin in ("place", "mention") or (one.origin == "street" and after_street and one.strength == 0):
        parts.place.append(text)
    else:
        parts.outside.append(text)
