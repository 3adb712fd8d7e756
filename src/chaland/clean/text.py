"""One value's text: tidied, folded to its key (`chaland.text.fold`), given capitals for display."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import chaland.text
from chaland.text import unaccented

__all__ = ["LONGEST", "fold", "has_case", "is_too_long", "tidy", "title_case", "unaccented"]

LONGEST = 400
"""Characters of one field beyond which it is no name, address or telephone."""

_PLAIN = re.compile(r"[!-~À-ÿ]+(?: [!-~À-ÿ]+)*")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_INVISIBLE = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\u2060\ufeff\u00a0]")
_LOWER_INSIDE = frozenset(
    {"de", "du", "des", "d", "et", "la", "le", "les", "sur", "sous", "en", "lès", "lez", "aux", "à", "l"}
)
_MAC = re.compile(r"\b(Mc)([a-z])(?=[a-z])")

fold = lru_cache(maxsize=200_000)(chaland.text.fold)
"""The key of a text, remembered: the same words come back in a file."""


def is_too_long(text: str | None) -> bool:
    """Tell whether a text is too long to be one field's value: it is graded E, not read.

    >>> is_too_long("Jean"), is_too_long("a" * 401)
    (False, True)
    """
    return text is not None and len(text) > LONGEST


def tidy(text: str | None) -> str:
    """Return the text without invisible signs, with single spaces; "" for null. Read up to `LONGEST` characters.

    >>> tidy("  Jean\\u00a0 Paul\\n")
    'Jean Paul'
    """
    if not text:
        return ""
    if len(text) <= LONGEST and _PLAIN.fullmatch(text):
        # most fields are tidy already
        return text
    text = unicodedata.normalize("NFC", _INVISIBLE.sub(" ", text[:LONGEST]))
    return _SPACES.sub(" ", text).strip()


def has_case(text: str) -> bool:
    """Tell whether someone chose the capitals: both cases are there, not all-lower nor all-upper.

    >>> has_case("McDonald"), has_case("MARTIN"), has_case("martin")
    (True, False, False)
    """
    return text != text.lower() and text != text.upper()


def title_case(text: str) -> str:
    """Return a name or a town with capitals after space, hyphen and apostrophe, small words inside lowered.

    >>> title_case("JEAN-PIERRE"), title_case("DE LA FONTAINE"), title_case("O'NEILL"), title_case("MCDONALD")
    ('Jean-Pierre', 'de La Fontaine', "O'Neill", 'McDonald')
    >>> title_case("SAINT-GERMAIN-EN-LAYE"), title_case("l'haÿ les roses")
    ('Saint-Germain-en-Laye', "L'Haÿ les Roses")
    """
    words = list(_WORD.finditer(text))
    parts: list[str] = []
    end = 0
    for rank, match in enumerate(words):
        word = match.group().lower()
        if _is_small(word, rank, len(words), text[match.end() : match.end() + 1]):
            cased = word
        else:
            cased = word[:1].upper() + word[1:]
        parts += [text[end : match.start()], cased]
        end = match.end()
    parts.append(text[end:])
    return _MAC.sub(lambda found: found.group(1) + found.group(2).upper(), "".join(parts))


def _is_small(word: str, rank: int, words: int, next_sign: str) -> bool:
    if rank == words - 1 or word not in _LOWER_INSIDE:
        return False
    if rank == 0:
        # the particle of a surname is lowered (de Gaulle), the article of a town or surname is not (Le Goff)
        return word in ("de", "d", "du", "des")
    if word in ("la", "le", "l"):
        # de La Fontaine, but Saint-Jean-la-Forêt
        return next_sign == "-"
    return word != "l"
