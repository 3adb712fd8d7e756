"""What columns are called and what their words mean: `vocabulary.toml`, compared without accents or punctuation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from chaland.ingest.dates import folded

FILES, PERSON, VALUES, WORDS = "files", "person", "values", "words"
_GENERIC = {"name", "id", "type", "title", "date", "code", "category", "status", "total", "description"}
"""Words that say little at the end of a nested name."""

EXACT_NAME = 0.9
QUALIFIED_NAME = 0.8
"""Score of a column whose name is a field's, and words that change nothing: `res_city_desc`, `pat_first_name`."""
SECOND_NAME = 0.75
"""The same where a word tells of a second one: `work_phone`."""
HELD_NAME = 0.6
"""Score of a column whose name only holds that of a field, among words unknown."""

_PREFIXES = ("traits", "properties", "context", "billing", "shipping", "customer", "lineitem", "client")


@cache
def vocabulary() -> dict[str, Any]:
    """Return the whole vocabulary: section → field → names."""
    text = files("chaland.ingest").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def plain(name: str) -> str:
    """Return a name in small letters, words apart, nothing else.

    >>> plain("N°_Réponse"), plain("traits.firstName"), plain("ID_CLIENT")
    ('n reponse', 'traits first name', 'id client')
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[a-z]+|[0-9]+", folded(apart)))


def _variants(column: str) -> list[str]:
    words = plain(column)
    last = plain(column.rsplit(".", 1)[-1])
    bare = [words.removeprefix(prefix + " ") for prefix in _PREFIXES if words.startswith(prefix + " ")]
    return list(dict.fromkeys([words, last, *bare]))


def name_score(column: str, names: Sequence[str], own: frozenset[str] | None = None) -> float:
    """Return how well a column's name says a field: 0.9 exactly, less when it only holds one of its names.

    Args:
        own: words that mean nothing in this file, such as a prefix of all its columns; they may stand around a person's
            field, as those of the vocabulary may. None: no word around a name is known.

    >>> name_score("Code postal", ["code postal"]), name_score("Code postal du client", ["code postal"])
    (0.9, 0.6)
    >>> name_score("Code postal du client", ["code postal"], frozenset())
    0.8
    """
    return _name_score(column, tuple(names), own)


@lru_cache(maxsize=50_000)
def _name_score(column: str, names: tuple[str, ...], own: frozenset[str] | None) -> float:
    known = _known(names)
    variants = _variants(column)
    for rank, variant in enumerate(variants):
        if variant in known or variant.replace(" ", "") in known:
            if rank and variant in _GENERIC:
                return 0.55
            is_second = variant.endswith(" 2")  # "Tél. 2" is a mobile telephone where no column says so better
            return EXACT_NAME if rank == 0 and not is_second else 0.85
    words = variants[0].split()
    return max((_score_within(words, known[name], own) for name in known), default=0.0)


@cache
def _known(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return name → its words, each name in one word too."""
    glued = {name.replace(" ", ""): (name.replace(" ", ""),) for name in names}
    return glued | {words: tuple(words.split()) for words in map(plain, names)}


def _score_within(words: list[str], name: tuple[str, ...], own: frozenset[str] | None) -> float:
    """Return how well words say a field of which they hold a name, by the words around it."""
    start = next((at for at in range(len(words) - len(name) + 1) if tuple(words[at : at + len(name)]) == name), None)
    if start is None:
        return 0.0
    around = {*words[:start], *words[start + len(name) :]} - (own or frozenset())
    general, empty, second = _around()
    if not around:
        return QUALIFIED_NAME
    if set(name) <= general:
        return 0.0
    if own is not None and (len(name) > 1 or name[0] not in empty or name[0] in vocabulary()[WORDS]["place"]):
        if around <= empty:
            return QUALIFIED_NAME
        if around <= empty | second:
            return SECOND_NAME
    return HELD_NAME if len("".join(name)) > 3 else 0.0


@cache
def _around() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the words that name a field alone only, those that change nothing around a name, and the second ones."""
    words = vocabulary()[WORDS]
    return (
        frozenset(words["general"]),
        frozenset([*words["neutral"], *words["place"], *words["person"]]),
        frozenset(words["second"]),
    )


def own_words(columns: Sequence[str], fields: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the words that open several columns' names in vain: what follows them names fields, each its own.

    >>> sorted(own_words(["CT_Nom", "CT_Ville", "CT_Type"], {"last_name": ["nom"], "city": ["ville"]}))
    ['ct']
    """
    told: dict[tuple[str, ...], set[str]] = {}
    others = set(vocabulary()[WORDS]["others"])
    for column in columns:
        words = plain(column).split()
        for length in range(1, len(words)):
            rest = " ".join(words[length:])
            field = next((field for field, names in fields.items() if _is_name(rest, tuple(names))), "")
            if field and not others & set(words[:length]) and not _is_any_name(words[0], fields):
                told.setdefault(tuple(words[:length]), set()).add(field)
    return frozenset(word for prefix, found in told.items() if len(found) > 1 for word in prefix)


def _is_name(text: str, names: tuple[str, ...]) -> bool:
    return text in _known(names) or text.replace(" ", "") in _known(names)


def _is_any_name(text: str, fields: Mapping[str, Sequence[str]]) -> bool:
    return any(_is_name(text, tuple(names)) for names in fields.values())


def columns_by_name(
    names: Sequence[str], words: Mapping[str, Sequence[str]], given: Mapping[str, str], taken: Sequence[str] = ()
) -> dict[str, str]:
    """Return field → column: those given, then the column whose name says best what it is and nothing uses yet.

    Args:
        names: columns of a file.
        words: field → names it goes by, the fields in the order they are served.
        taken: columns that are not to be used.

    >>> columns_by_name(["Code", "Lat", "Lon"], {"shop": ["code"], "latitude": ["lat"], "longitude": ["lon"]}, {})
    {'shop': 'Code', 'latitude': 'Lat', 'longitude': 'Lon'}
    """
    mapping = dict(given)
    for name, known in words.items():
        free = [column for column in names if column not in (*mapping.values(), *taken)]
        scored = [(name_score(column, known), -rank, column) for rank, column in enumerate(free)]
        best = max(scored, default=(0.0, 0, ""))
        if name not in mapping and best[0] >= HELD_NAME:
            mapping[name] = best[2]
    return mapping


def name_hint(text: str, kind: str) -> bool:
    """Tell whether a file's name (or a table's) speaks of a kind."""
    words = plain(text)
    return any(name in words for name in vocabulary()[FILES].get(kind, ()))


def meaning(field: str, word: str) -> str | None:
    """Return our value for a source's word in a field of few words, or None.

    >>> meaning("movement", "ACQ"), meaning("consent_email", "O"), meaning("status", "bleu")
    ('earn', 'yes', None)
    """
    group = "consent" if field.startswith("consent_") else field
    for ours, words in vocabulary()[VALUES].get(group, {}).items():
        if plain(word) in words:
            return str(ours)
    return None
