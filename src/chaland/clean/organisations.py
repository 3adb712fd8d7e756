"""Organisations told from persons by their name: a legal form, a trade, a company number."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from chaland.clean.first_names import is_first_name
from chaland.clean.grades import load_data
from chaland.clean.text import fold

_NUMBER = re.compile(r"\b\d{9}(?:\d{5})?\b")
_VAT = re.compile(r"FR ?[0-9A-Z]{2} ?(\d{3} ?\d{3} ?\d{3})")
_POST_OFFICE = "356000000"


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(load_data("names")["organisations"][kind])


def is_company_number(digits: str) -> bool:
    """Tell whether nine (SIREN) or fourteen (SIRET) digits keep their check sum.

    >>> is_company_number("732829320"), is_company_number("73282932000074"), is_company_number("123456789")
    (True, True, False)
    >>> is_company_number("35600000000048")
    True
    """
    if len(digits) not in (9, 14) or not digits.isdigit():
        return False
    if len(digits) == 14 and digits.startswith(_POST_OFFICE) and sum(map(int, digits)) % 5 == 0:
        # La Poste's establishments: the sum of the digits is a multiple of five
        return True
    total = 0
    for rank, sign in enumerate(reversed(digits)):
        value = int(sign) * (2 if rank % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and digits != "0" * len(digits)


@lru_cache(maxsize=10_000)
def is_legal_form(text: str) -> bool:
    """Tell whether a text is nothing but a legal form that is no first name: SARL, EURL …

    >>> is_legal_form("S.A.R.L."), is_legal_form("Sa"), is_legal_form("Paul")
    (True, False, False)
    """
    key = fold(text).replace(" ", "")
    return len(key) > 2 and key in _words("forms") and not is_first_name(key)


@lru_cache(maxsize=200_000)
def looks_like_organisation(text: str, has_first_name: bool = False) -> bool:
    """Tell whether a name is an organisation's.

    Args:
        text: last name, or the whole name in one field.
        has_first_name: a first name stands in its own field; then only a company number convinces.

    >>> looks_like_organisation("SARL Dupont"), looks_like_organisation("Garage du Centre")
    (True, True)
    >>> looks_like_organisation("Sa"), looks_like_organisation("Jean Garage"), looks_like_organisation("Martin")
    (False, False, False)
    """
    key = fold(text.replace("&", " et ") if "&" in text else text)
    words = key.split()
    if not words:
        return False
    vat = _VAT.fullmatch(key)
    if vat and is_company_number(vat.group(1).replace(" ", "")):
        return True
    if any(is_company_number(found.group()) for found in _NUMBER.finditer(key)):
        return True
    if has_first_name or len(words) < 2:
        return key in _words("words") and not has_first_name and key not in ("MAISON", "CENTRE", "UNION", "CHATEAU")
    if words[0] in _words("forms") or words[-1] in _words("forms"):
        rest = words[1:] if words[0] in _words("forms") else words[:-1]
        # "DA SA", "Paulo SA": a surname as well as a legal form
        return not (
            {words[0], words[-1]} & {"SA", "CE", "STE", "INC"}
            and len(rest) == 1
            and (is_first_name(rest[0]) or len(rest[0]) <= 2)
        )
    if any(key.endswith(" " + end) for end in _words("ends")):
        return True
    is_person = is_first_name(words[0]) and not (len(words) == 2 and words[0] in _words("articles"))
    return any(word in _words("words") for word in words) and not is_person
