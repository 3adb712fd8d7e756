"""A whole person in one text, as small shops keep them: "M. Jean DUPONT, 12 rue Haute 59000 Lille, 06 12 34 56 78".

Contacts are told by their form, the address by the number, the type of street or the postcode it begins with; what
stands before is the name. Nothing is dropped but the labels (Tél. :, mail :).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from chaland.clean.address_parts import type_at
from chaland.clean.first_names import is_first_name
from chaland.clean.name_parts import read_civility
from chaland.clean.organisations import looks_like_organisation
from chaland.clean.text import LONGEST, fold

_EMAIL = re.compile(r"[^\s@,;:<>()|]+@[^\s@,;:<>()|]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?<![\d+])(?:(?:\+|00)\d{2,3}[ .-]?(?:\(0\))?[ .-]?[1-9]|0[1-9])(?:[ .-]?\d{2}){4}(?!\d)")
_LABEL = re.compile(
    r"\b(?:t[ée]l(?:[ée]phone)?|port(?:able)?|mob(?:ile)?|gsm|fixe|e-?mail|mail|courriel|m[ée]l)\b\.?\s*:?\s*(?=[,;|]|$)",
    re.IGNORECASE,
)
_CUT = re.compile(r"\s*[,;|\n\r\t]+\s*|\s+[-–—/]\s+")
_NUMBER = re.compile(r"(?<![\w-])\d{1,5}(?![\w-])|(?<![\w-])\d{1,4} ?(?:bis|ter|[A-D])\b", re.IGNORECASE)
_WHOLE = re.compile(r"[^\W\d]{2}.*(?<!\d)\d{5}(?!\d)\s+[^\W\d]", re.DOTALL)


class WholePerson(NamedTuple):
    """The parts of a text; "" when absent. Several telephones stay together: cleaning tells them apart."""

    full_name: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


def is_whole_person(text: str) -> bool:
    """Tell whether a text holds a name and the address that follows it.

    >>> is_whole_person("Jean DUPONT 12 rue Haute 59000 Lille"), is_whole_person("12 rue Haute 59000 Lille")
    (True, False)
    """
    return _WHOLE.search(text[:LONGEST]) is not None and bool(split_person(text).full_name)


def split_person(text: str) -> WholePerson:
    """Return name, address, telephones and e-mail of one text.

    >>> split_person("Mme Anne PETIT 5 av Jaurès 69007 LYON Tél : 0478000001 anne@petit.fr")
    WholePerson(full_name='Mme Anne PETIT', address='5 av Jaurès 69007 LYON', phone='0478000001', email='anne@petit.fr')
    """
    emails, phones = _EMAIL.findall(text[:LONGEST]), _PHONE.findall(text[:LONGEST])
    bare = _LABEL.sub(" ", _PHONE.sub(" , ", _EMAIL.sub(" , ", text[:LONGEST]))) + text[LONGEST:]
    pieces = [piece for part in _CUT.split(bare) if (piece := part.strip(" .:/"))]
    rank = next((rank for rank, piece in enumerate(pieces) if _is_place(piece)), len(pieces))
    names, places = pieces[:rank], pieces[rank:]
    if places and (cut := _name_ends(places[0])):
        names, places = [*names, places[0][:cut].strip(" .:")], [places[0][cut:], *places[1:]]
    if not names or not _is_name(names[0]):
        names, places = [], pieces
    return WholePerson(", ".join(names), ", ".join(places), " / ".join(phones), emails[0] if emails else "")


def _is_place(piece: str) -> bool:
    """Tell whether a piece holds a figure, or begins with a type of street or place."""
    words = tuple(fold(piece).split())
    return bool(_NUMBER.search(piece)) or (type_at(words, 0) is not None and len(words) > 1 and not _is_name(piece))


def _name_ends(piece: str) -> int:
    """Return where the address begins in a piece that opens with a name, 0 when it does not."""
    found = _NUMBER.search(piece)
    if not found or not found.start() or not _is_name(piece[: found.start()]):
        return 0
    words = list(re.finditer(r"\S+", piece[: found.start()]))
    for word in words[1:]:
        # "Jean DUPONT rue Haute 59000 Lille": the street opens without a number
        street = type_at(tuple(fold(piece[word.start() :]).split()), 0)
        if street and street[2]:
            return word.start()
    return found.start()


def _is_name(text: str) -> bool:
    """Tell whether a text opens as a person or an organisation does."""
    words = fold(text).split()
    if not words or any(map(str.isdigit, text)):
        return False
    civility, title = read_civility(words[0])
    is_person = 2 <= len(words) <= 8 and any(is_first_name(word) for word in words[:4])
    if type_at(tuple(words), 0) and not civility:
        return False
    return bool(civility or title) or is_person or looks_like_organisation(text)
