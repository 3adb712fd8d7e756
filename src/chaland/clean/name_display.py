"""Names as they are shown: capitals and accents restored where sure, what someone cased on purpose left alone."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from chaland.clean.first_names import first_names
from chaland.clean.grades import load_data
from chaland.clean.text import fold, has_case, tidy, title_case, unaccented

_EDGES = " .,;:/\\*_-–—'’\"()[]{}<>+=#|?!&"
_TWO_NAMES = re.compile(r"(?<=\w) et (?=\w)")
_PARTICLE = re.compile(r"^(?:de la |de l[’']|de |du |des |d[’'])")
_SEVERAL = re.compile(r"\s*[,;/]\s*")


@cache
def _compounds() -> frozenset[str]:
    return frozenset(load_data("names")["first_names"]["compound"])


@cache
def _initials() -> frozenset[str]:
    return frozenset(load_data("names")["first_names"]["initials"])


@lru_cache(maxsize=200_000)
def display_first_name(text: str) -> str:
    """Return a first name for display. Several separated by commas: the first is kept.

    >>> display_first_name("rene"), display_first_name("JEAN PIERRE"), display_first_name("JC")
    ('René', 'Jean-Pierre', 'J.-C.')
    >>> display_first_name("Marie-Ange"), display_first_name("Jean, Paul, Marie"), display_first_name("jean et marie")
    ('Marie-Ange', 'Jean', 'Jean et Marie')
    """
    text = tidy(text).strip(_EDGES) if text else ""
    text = _SEVERAL.split(text)[0].strip(_EDGES) or text
    if not any(map(str.isalpha, text)):
        return ""
    if re.search(r" (?:et|ET|Et|&) ", text):
        people = [display_first_name(part) for part in re.split(r" (?:et|ET|Et|&) ", text)]
        return " et ".join(part for part in people if part)
    key = fold(text)
    words = key.split()
    if (words and all(len(word) == 1 for word in words)) or key in _initials():
        letters = words if len(words) > 1 else list(key)
        return "-".join(f"{letter}." for letter in letters) if len(letters) > 1 else letters[0]
    if len(words) == 2 and words[0] in _compounds() and key in first_names() and "-" not in text:
        text = "-".join(text.split()) if len(text.split()) == 2 else text
    cased = text if has_case(text) else title_case(text)
    return "-".join(" ".join(_accented(word) for word in part.split(" ")) for part in cased.split("-"))


def _accented(word: str) -> str:
    """Return a word with the accents nine bearers in ten write, when the word came without any."""
    if unaccented(word) != word.upper() or word != word.capitalize():
        return word
    found = first_names().get(fold(word))
    return found.display if found and found.is_display_sure and len(found.display) == len(word) else word


@lru_cache(maxsize=200_000)
def display_last_name(text: str) -> str:
    """Return a surname for display: its capitals restored, its accents never invented.

    >>> display_last_name("LEFEVRE"), display_last_name("DE LA FONTAINE"), display_last_name("O'NEILL")
    ('Lefevre', 'de La Fontaine', "O'Neill")
    >>> display_last_name("d'ORMESSON"), display_last_name("DUPONT et DURAND")
    ("d'Ormesson", 'Dupont et Durand')
    >>> display_last_name("McDonald"), display_last_name("MARTIN-DUPONT")
    ('McDonald', 'Martin-Dupont')
    """
    text = tidy(text).strip(_EDGES) if text else ""
    if not any(map(str.isalpha, text)):
        return ""
    if _TWO_NAMES.search(text):
        # two persons': "DUPONT et DURAND"
        return " et ".join(display_last_name(part) for part in _TWO_NAMES.split(text))
    bare = _PARTICLE.sub("", text)
    return text if has_case(bare) else title_case(text)


@lru_cache(maxsize=200_000)
def first_name_key(text: str) -> str:
    """Return a first name folded; initials of a compound apart, the first of two persons alone.

    >>> first_name_key("Jean-Pierre"), first_name_key("JP"), first_name_key("J.-P."), first_name_key("Jean et Marie")
    ('JEAN PIERRE', 'J P', 'J P', 'JEAN')
    """
    key = fold(text).split(" ET ")[0]
    return " ".join(key) if key in _initials() else key
