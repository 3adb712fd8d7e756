"""What columns are called and what their words mean: `vocabulary.toml`, compared without accents or punctuation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from chaland.ingest.dates import folded

FILES, PERSON, VALUES = "files", "person", "values"
_GENERIC = {"name", "id", "type", "title", "date", "code", "category", "status", "total", "description"}
"""Words that say little at the end of a nested name."""

HELD_NAME = 0.6
"""Score of a column whose name only holds that of a field."""

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


def name_score(column: str, names: list[str]) -> float:
    """Return how well a column's name says a field: 0.9 exactly, less when it only holds one of its names.

    >>> name_score("Code postal", ["code postal"]), name_score("Code postal du client", ["code postal"])
    (0.9, 0.6)
    """
    variants = _variants(column)
    joined = {name.replace(" ", "") for name in names}
    for rank, variant in enumerate(variants):
        if variant in names or variant.replace(" ", "") in joined:
            if rank and variant in _GENERIC:
                return 0.55
            return 0.9 if rank == 0 else 0.85
    words = variants[0].split()
    held = [name for name in names if len(name) > 3 and _holds(words, name.split())]
    return HELD_NAME if held else 0.0


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
        scored = [(name_score(column, list(known)), -rank, column) for rank, column in enumerate(free)]
        best = max(scored, default=(0.0, 0, ""))
        if name not in mapping and best[0] >= HELD_NAME:
            mapping[name] = best[2]
    return mapping


def _holds(words: list[str], name: list[str]) -> bool:
    return any(words[start : start + len(name)] == name for start in range(len(words) - len(name) + 1))


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
