"""The six lines of NF Z10-011: at most 38 characters, shortened step by step, never cut inside a word.

The ladder is the norm's as etalab/normadresse applies it: types, titles, general words, inner types, first names,
SAINT, other types, articles, initials; it stops as soon as the line fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import accumulate

from chaland.clean.dictionaries import load_country
from chaland.clean.first_names import is_first_name

WIDTH = 38
STREET_WIDTH = 32
"""A street label is shortened beyond this: 38 less four digits, an extension and the separators."""

_ARTICLES = frozenset({"LE", "LA", "LES", "AU", "AUX", "DE", "DU", "DES", "D", "ET", "A", "L", "SUR", "EN"})
_NO_FIRST_NAME_AFTER = frozenset({"SAINT", "SAINTE", "ST", "STE", "L", "LA", "LE", "LES", "AU", "AUX"})
_NO_FIRST_NAME = _ARTICLES | {"SAINT", "SAINTE"}
_LETTERED = frozenset({"BATIMENT", "BAT", "ENTREE", "ENT", "HALL", "IMMEUBLE", "IMM", "ESC", "APP", "TOUR", "PTE"})
"""A letter follows: BAT A is no article."""
_PARTICLES = frozenset({"DE", "D", "DU", "DES"})

Words = list[str]


@cache
def _phrases(*tables: str) -> dict[tuple[str, ...], str]:
    data = load_country("fr", "streets")
    return {tuple(long.split()): short for table in tables for long, short in data[table].items()}


@cache
def _longest(*tables: str) -> int:
    return max(len(phrase) for phrase in _phrases(*tables))


def _phrase_at(words: Words, rank: int, tables: tuple[str, ...]) -> tuple[int, str] | None:
    """Return the length and abbreviation of the longest phrase of the tables that begins at this word."""
    phrases = _phrases(*tables)
    for length in range(min(_longest(*tables), len(words) - rank), 0, -1):
        short = phrases.get(tuple(words[rank : rank + length]))
        if short:
            return length, short
    return None


def _abbreviated(words: Words, tables: tuple[str, ...], first: int, last: int) -> Iterator[Words]:
    """Yield the words with one more phrase abbreviated each time, from left to right."""
    rank = first
    current = list(words)
    while rank < min(last, len(current)):
        found = _phrase_at(current, rank, tables)
        if found and found[1] != current[rank] and (rank + found[0] < len(current) or rank == 0):
            removed = found[0] - 1
            current = [*current[:rank], found[1], *current[rank + found[0] :]]
            last -= removed
            yield current
        rank += 1


def _leading_type(words: Words) -> Iterator[Words]:
    yield from _abbreviated(words, ("short_types",), 0, 1)


def _titles(words: Words) -> Iterator[Words]:
    yield from _abbreviated(words, ("short_titles",), 1, len(words) - 1)


def _general_words(words: Words) -> Iterator[Words]:
    yield from _abbreviated(words, ("short_words",), 1, len(words) - 1)


def _inner_types(words: Words) -> Iterator[Words]:
    yield from _abbreviated(words, ("short_types",), 1, len(words) - 1)


def _first_names(words: Words) -> Iterator[Words]:
    current = list(words)
    for rank in range(1, len(words) - 1):
        if (
            len(words[rank]) > 1
            and words[rank - 1] not in _NO_FIRST_NAME_AFTER
            and words[rank] not in _NO_FIRST_NAME
            and is_first_name(words[rank])
        ):
            current = [*current[:rank], words[rank][0], *current[rank + 1 :]]
            yield current


def _saints(words: Words) -> Iterator[Words]:
    short = {"SAINT": "ST", "SAINTE": "STE", "SAINTS": "STS", "SAINTES": "STES"}
    current = list(words)
    for rank in range(len(words) - 1):
        if words[rank] in short:
            current = [*current[:rank], short[words[rank]], *current[rank + 1 :]]
            yield current


def _other_types(words: Words) -> Iterator[Words]:
    yield from _abbreviated(words, ("short_other_types",), 0, 1)


def _articles(words: Words) -> Iterator[Words]:
    """Drop articles from the left; the particle that follows a first name or its initial stays (de Gaulle)."""
    current = list(words)
    rank = 1
    while rank < len(current) - 1:
        before = current[rank - 1]
        is_particle = current[rank] in _PARTICLES and rank > 1 and (len(before) == 1 or is_first_name(before))
        if current[rank] in _ARTICLES and not (is_particle and before not in _ARTICLES) and before not in _LETTERED:
            current = [*current[:rank], *current[rank + 1 :]]
            yield current
        else:
            rank += 1


def _initials(words: Words) -> Iterator[Words]:
    current = list(words)
    for rank in range(1, len(words) - 1):
        if len(current[rank]) > 1 and not current[rank].isdigit():
            current = [*current[:rank], current[rank][0], *current[rank + 1 :]]
            yield current


_LADDER: tuple[Callable[[Words], Iterator[Words]], ...] = (
    _leading_type,
    _titles,
    _general_words,
    _inner_types,
    _first_names,
    _saints,
    _other_types,
    _articles,
    _initials,
)


@lru_cache(maxsize=50_000)
def shorten(text: str, width: int = STREET_WIDTH) -> str | None:
    """Return a folded street within `width` characters, or None when even the whole ladder does not suffice.

    >>> shorten("BOULEVARD DU MARECHAL JEAN MARIE DE LATTRE DE TASSIGNY")
    'BD MAL J M DE LATTRE DE TASSIGNY'
    >>> shorten("RUE DES LILAS")
    'RUE DES LILAS'
    """
    if len(text) <= width:
        return text
    words = text.split()
    for step in _LADDER:
        for tried in step(words):
            words = tried
            if sum(map(len, words)) + len(words) - 1 <= width:
                return " ".join(words)
    return None


def line_4(number: str, extension: str, street: str) -> str | None:
    """Return line 4: number, extension, street; the extension's letter when its word does not fit.

    >>> line_4("12", "BIS", "AVENUE DU GENERAL LECLERC")
    '12 BIS AVENUE DU GENERAL LECLERC'
    """
    if not street:
        return ""
    for written in dict.fromkeys((extension, extension[:1])):
        prefix = " ".join(part for part in (number, written) if part)
        room = WIDTH - len(prefix) - (1 if prefix else 0)
        label = shorten(street, min(STREET_WIDTH, room))
        if label is not None and (len(written) <= 1 or len(street) <= room):
            return f"{prefix} {label}".strip()
    return None


def fit(text: str) -> str | None:
    """Return a line 2, 3 or 5 within 38 characters, or None when it cannot be.

    >>> fit("RESIDENCE LES JARDINS DE LA FONTAINE BATIMENT A")
    'RES LES JARDINS DE LA FONTAINE BAT A'
    """
    return shorten(text, WIDTH)


def fill_lines(inside: list[str], outside: list[str]) -> tuple[str, str, list[str]]:
    """Return line 2, line 3 and what found no room, from the pieces inside and outside the building.

    A line that would pass 38 characters spills into the other when that one is empty, before being shortened.
    """
    second, third = " ".join(inside), " ".join(outside)
    if len(second) > WIDTH and not third and len(inside) > 1:
        second, third = _split(inside)
    if len(third) > WIDTH and not second and len(outside) > 1:
        second, third = _split(outside)
    if len(third) > WIDTH and second and len(outside) > 1 and len(outside[0]) + len(second) < WIDTH:
        second, third = f"{outside[0]} {second}", " ".join(outside[1:])
    lost: list[str] = []
    lines = []
    for text in (second, third):
        short = fit(text)
        if short is None:
            lost.append(text)
        lines.append(short or "")
    return lines[0], lines[1], lost


def _split(pieces: list[str]) -> tuple[str, str]:
    """Return the pieces on two lines, cut where the longer of the two is shortest."""
    sizes = list(accumulate(len(piece) + 1 for piece in pieces))
    cut = min(range(1, len(pieces)), key=lambda rank: max(sizes[rank - 1], sizes[-1] - sizes[rank - 1]))
    return " ".join(pieces[:cut]), " ".join(pieces[cut:])


def street_key(street: str) -> str:
    """Return the last significant word of a street (mot directeur), on which two writings are compared.

    >>> street_key("AVENUE DU GENERAL LECLERC"), street_key("PLACE DU 8 MAI 1945")
    ('LECLERC', 'MAI')
    """
    words = street.split()
    for word in reversed(words):
        if len(word) > 1 and not word.isdigit() and word not in _ARTICLES:
            return word
    return words[-1] if words else ""
