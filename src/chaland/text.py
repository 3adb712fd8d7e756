"""Text brought to one writing, and how a name sounds: what cleaning, identity, ingestion and search must share.

`fold` is rule R4 of NF Z10-011 as chaland applies it: no accent, capitals, every sign but letters and digits becomes
a space. `sound` and `consonant_sound` are two codes after the same French rules: the first keeps the vowels (a search
must not answer too much), the second drops them (candidate pairs must not miss any). Neither decides alone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_KEPT = re.compile(r"[^A-Z0-9]+")


class _Plain(dict[int, str]):
    """Each sign, by its code point, without its accent; worked out the first time it is met."""

    def __missing__(self, code: int) -> str:
        marked = unicodedata.normalize("NFKD", chr(code))
        plain = "".join(sign for sign in marked if not unicodedata.combining(sign)).upper()
        self[code] = plain
        return plain


_PLAIN = _Plain(
    str.maketrans(
        {"Œ": "OE", "Æ": "AE", "ß": "SS", "ẞ": "SS", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "ı": "I"}
    )
)


def unaccented(text: str) -> str:
    """Return the text in capitals without accents, its other signs kept.

    >>> unaccented("Œuvre d’Éloïse")
    'OEUVRE D’ELOISE'
    """
    upper = text.upper()
    return upper if upper.isascii() else upper.translate(_PLAIN)


def fold(text: str) -> str:
    """Return the key of a text: capitals A–Z, digits and single spaces.

    >>> fold("Saint-Germain-en-Laye"), fold("  d'Éloïse & Cie ")
    ('SAINT GERMAIN EN LAYE', 'D ELOISE CIE')
    """
    return _NOT_KEPT.sub(" ", unaccented(text)).strip()


_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*rules: tuple[str, str]) -> _Rules:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


_CONSONANTS = _rules(
    (r"[^A-Z]", ""),
    (r"SCH|SH|CH", "S"),
    (r"PH", "F"),
    (r"QU|CK|Q", "K"),
    (r"GN", "N"),
    (r"GU(?=[EIY])", "G"),
    (r"GE(?=[AO])|G(?=[EIY])", "J"),
    (r"C(?=[EIY])", "S"),
    (r"C", "K"),
    (r"X", "KS"),
    (r"Z", "S"),
    (r"W", "V"),
    (r"Y", "I"),
    (r"H", ""),
)
_VOWELS_KEPT = _rules(
    (r"EAU|AU", "O"),
    (r"[AEO]?[AE]?I[NM](?![AEIOUNM])", "1"),
    (r"[AE][NM](?![AEIOUNM])", "2"),
    (r"OE|AE|AI|EI", "E"),
    (r"(?<=.)[DTSXPE]+$", ""),
    (r"(.)\1+", r"\1"),
)
_VOWELS_DROPPED = _rules(
    (r"OE|AE", "E"),
    (r"EAU|AU", "O"),
    (r"[AE][MN](?![AEIOUMN])", "AN"),
    (r"(?<=.)(E|[DTSXP]+)$", ""),
    (r"(?<=.)[AEIOU]+", ""),
    (r"(.)\1+", r"\1"),
)


def _coded(word: str, *steps: _Rules) -> str:
    code = word
    for rules in steps:
        for pattern, replacement in rules:
            code = pattern.sub(replacement, code)
    return code or word


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """Return how a folded word sounds in French, vowels kept: one code for the spellings of one name.

    >>> sound("CHALAIN") == sound("SHALIN"), sound("DUPOND") == sound("DUPONT"), sound("MARIE") == sound("MARTIN")
    (True, True, False)
    """
    return _coded(word, _CONSONANTS, _VOWELS_KEPT)


@lru_cache(maxsize=100_000)
def consonant_sound(name: str) -> str:
    """Return the code of a folded name: its first sound, then its consonants.

    One code for spellings that a French, English or German ear takes for one name.

    >>> consonant_sound("PHILIPPE"), consonant_sound("FILIPE"), consonant_sound("DUPOND") == consonant_sound("DUPONT")
    ('FLP', 'FLP', True)
    """
    return _coded(name, _CONSONANTS, _VOWELS_DROPPED)
