"""Values that stand for no value: "inconnu", "XXX", "test", one letter repeated.

The words are in data/placeholders.toml; `clean.placeholders` in chaland.toml adds to them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from chaland.clean.grades import load_data
from chaland.clean.text import fold

_REPEATED = re.compile(r"([A-Z0-9])\1{2,}")


@cache
def _words(kind: str, extra: tuple[str, ...] = ()) -> frozenset[str]:
    return frozenset(load_data("placeholders")[kind]) | {fold(word) for word in extra}


def placeholder_names(extra: tuple[str, ...] = ()) -> list[str]:
    """Return the folded words that stand for no name, as `is_placeholder_name` takes them."""
    return sorted(_words("names", extra))


@lru_cache(maxsize=200_000)
def is_placeholder_name(text: str, extra: tuple[str, ...] = ()) -> bool:
    """Tell whether a name stands for no name. Empty text is not a placeholder: it is absent.

    >>> is_placeholder_name("Inconnu"), is_placeholder_name("xxx"), is_placeholder_name("Martin")
    (True, True, False)
    >>> is_placeholder_name("Client Web", ("CLIENT WEB",))
    True
    """
    key = fold(text)
    if not key:
        return bool(text.strip())
    joined = key.replace(" ", "")
    if key in _words("names", extra) or joined in _words("names", extra):
        return True
    return bool(_REPEATED.fullmatch(joined))


@lru_cache(maxsize=200_000)
def is_placeholder_text(text: str) -> bool:
    """Tell whether a street, a town or any other text stands for nothing ("." , "néant", "xxx").

    >>> is_placeholder_text("néant"), is_placeholder_text("...."), is_placeholder_text("Rue Haute")
    (True, True, False)
    """
    key = fold(text)
    if not key:
        return bool(text.strip())
    joined = key.replace(" ", "")
    # 111 is a street number, 00000 is nothing
    return key in _words("texts") or (bool(_REPEATED.fullmatch(joined)) and (joined.isalpha() or joined[0] == "0"))


def is_placeholder_number(digits: str) -> bool:
    """Tell whether the nine or ten significant digits of a telephone were made up.

    >>> is_placeholder_number("0606060606"), is_placeholder_number("0600000000"), is_placeholder_number("0612345679")
    (True, True, False)
    """
    core = digits.lstrip("0")
    made_up = core[1:] == core[2:3] * (len(core) - 1) or digits == digits[:2] * 5
    return made_up or digits in _words("numbers")
