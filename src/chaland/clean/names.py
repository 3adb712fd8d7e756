"""Names: civility, title, first, last and birth name, whatever field they were in; people told from organisations.

Civility is optional (CJEU C-394/23) and never guessed for display. Two orders are weighed with the frequencies
of first names and surnames; a doubt is kept as a doubt.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from chaland.clean.first_names import first_name_evidence, sex_of
from chaland.clean.grades import AS_RECEIVED, TOO_LONG, Graded, graded
from chaland.clean.name_display import display_first_name, display_last_name, first_name_key
from chaland.clean.name_parts import (
    SWAP_EVIDENCE,
    Pieces,
    first_of_glued,
    lone_civility,
    read_booked_name,
    read_civility,
    read_full_name,
    read_sex,
    read_starred_name,
    strip_marks,
    suffixes,
)
from chaland.clean.organisations import is_legal_form, looks_like_organisation
from chaland.clean.placeholders import is_placeholder_name
from chaland.clean.text import LONGEST, fold, tidy

_TWO = re.compile(r"[^\W\d_] +(?:et|ou|&) +[^\W\d_]", re.IGNORECASE)


class RawName(NamedTuple):
    """What a source says of a name, as text; "" when nothing. `order` is how the source writes full names."""

    full_name: str = ""
    civility: str = ""
    first_name: str = ""
    last_name: str = ""
    birth_name: str = ""
    sex: str = ""
    organisation: str = ""
    order: str = ""


class Name(NamedTuple):
    """A cleaned name; texts are None when absent. See chaland.tables.clean for each field."""

    is_organisation: bool = False
    organisation: str | None = None
    civility: str | None = None
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    birth_name: str | None = None
    first_name_key: str | None = None
    last_name_key: str | None = None
    birth_name_key: str | None = None
    sex: str | None = None
    name_grade: str = "E"
    name_reason: str = "empty"


def clean_name(raw: RawName, placeholders: tuple[str, ...] = ()) -> Name:
    """Return the name cleaned, with its grade and reason.

    Args:
        raw: the fields as received.
        placeholders: further words that stand for no name (clean.placeholders).

    >>> clean_name(RawName(civility="Mme", first_name="rene", last_name="LEFEVRE"))[2:7]
    ('MME', None, 'René', 'Lefevre', None)
    >>> name = clean_name(RawName(full_name="M. DUPONT Jean-Pierre"))
    >>> name.civility, name.first_name, name.last_name, name.sex
    ('M', 'Jean-Pierre', 'Dupont', 'M')
    >>> clean_name(RawName(full_name="SARL Les Lilas")).is_organisation
    True
    """
    if any(len(text) > LONGEST for text in raw if text):
        return Name(name_grade=TOO_LONG.grade, name_reason=TOO_LONG.reason)
    # most fields are empty: the test costs less than the call
    fields = RawName(*[tidy(text) if text else "" for text in raw])
    organisation = fields.organisation
    if organisation and is_placeholder_name(organisation, placeholders):
        organisation = ""
    found, placeholder = _pieces(fields, placeholders)
    if found.organisation and not organisation:
        organisation = found.organisation
        if not (found.first or found.last):
            found = Pieces()
    if organisation and not (found.first or found.last):
        known = fold(fields.organisation) == fold(organisation)
        verdict = AS_RECEIVED if known and not found.civility else graded("organisation")
        return Name(True, organisation, name_grade=verdict.grade, name_reason=verdict.reason)
    return _person(fields, found, organisation, placeholder)


def _pieces(fields: RawName, placeholders: tuple[str, ...]) -> tuple[Pieces, bool]:
    """Return the name in pieces, and whether a field held a placeholder."""
    full, first, last, birth = (
        _meaningful(text, placeholders) if text else ""
        for text in (fields.full_name, fields.first_name, fields.last_name, fields.birth_name)
    )
    placeholder = full is None or first is None or last is None or birth is None
    found = Pieces()
    civility, title = read_civility(fields.civility) if fields.civility else ("", "")
    if first and not first.isalpha():
        held = strip_marks(first)
        if lone_civility(held.last) or is_placeholder_name(display_first_name(held.last), placeholders):
            # "Mme, test": what stays of the first name says nothing
            first, civility, placeholder = "", civility or held.civility, True
    glued = "" if first else first_of_glued(full or last or "")
    if glued:
        full, last = (glued, last) if full else (full, glued)
    written = full or last or ""
    framed = None if first or (full and last) else read_starred_name(written) or read_booked_name(written)
    if framed:
        found = framed
    elif full and not (first or last):
        found = read_full_name(full, fields.order)
    elif last and looks_like_organisation(last, bool(first and not lone_civility(first))):
        found.organisation = last
    elif first and last and is_legal_form(first):
        found.organisation = f"{first} {last}"
    else:
        found = _two_fields(first or "", last or "")
    if birth:
        marked = strip_marks(birth)
        found.birth = marked.birth or marked.last
        if not (full or last or found.last or found.organisation):
            # the name in use is the birth name, when no other is said
            found.last = found.birth
    found.is_glued = bool(glued)
    for part in ("first", "last", "birth"):
        text = getattr(found, part)
        if text and text not in fields and is_placeholder_name(text, placeholders):
            setattr(found, part, "")
            placeholder = True
    if found.last and not found.first and looks_like_organisation(found.last):
        found = Pieces(organisation=found.last)
    found.civility = civility or found.civility
    found.title = title or found.title
    return found, placeholder


@lru_cache(maxsize=200_000)
def _meaningful(text: str, placeholders: tuple[str, ...]) -> str | None:
    """Return the text of a name's field, "" when it holds no letter, None when it is a placeholder."""
    if is_placeholder_name(text, placeholders):
        return None
    return text if any(map(str.isalpha, text)) or looks_like_organisation(text) else ""


def _two_fields(first: str, last: str) -> Pieces:
    """Read first and last name in their own fields: strip civilities and marks, untangle one that holds both."""
    before_last, before_first = strip_marks(last), strip_marks(first)
    if civility := lone_civility(first):
        before_first = Pieces(civility=civility)
    found = Pieces(
        civility=before_last.civility or before_first.civility,
        title=before_last.title or before_first.title,
        first=before_first.last,
        last=before_last.last,
        birth=before_last.birth or before_first.birth,
        was_marked=before_last.was_marked or before_first.was_marked,
        is_deceased=before_last.is_deceased or before_first.is_deceased,
        is_couple=bool(_TWO.search(before_first.last)),
    )
    if found.last and not found.first and " " in found.last:
        split = read_full_name(found.last)
        if split.first and split.is_sure:
            return _joined(found, split)
    if found.first and not found.last and " " in found.first:
        split = read_full_name(found.first)
        if split.last and split.is_sure:
            return _joined(found, split)
    if len(found.last) > 2 and found.first and fold(found.first).startswith(fold(found.last) + " "):
        # the last name repeated before the first name
        found.first = found.first[len(found.last) :].strip(" -,")
    elif len(found.first) > 2 and fold(found.last).endswith(" " + fold(found.first)):
        found.last = found.last[: len(found.last) - len(found.first)].strip(" -,") or found.last
    return found


def _joined(found: Pieces, split: Pieces) -> Pieces:
    """Return a name found whole in one of two fields, with what the marks around it said."""
    split.civility, split.title = found.civility or split.civility, found.title or split.title
    split.birth = found.birth or split.birth
    split.is_deceased = found.is_deceased or split.is_deceased
    return split


def _person(fields: RawName, found: Pieces, organisation: str, placeholder: bool) -> Name:
    reason = found.reason
    if found.first and found.last:
        as_first = first_name_evidence(first_name_key(found.last))
        evidence = as_first - first_name_evidence(first_name_key(display_first_name(found.first)))
        if evidence >= SWAP_EVIDENCE and as_first > 0 and len(fold(found.last)) > 1:
            found.first, found.last = found.last, found.first
            reason = "swapped_names" if found.is_from_fields else reason
    first, last = display_first_name(found.first), display_last_name(found.last)
    birth = display_last_name(found.birth)
    first_key, last_key, birth_key = first_name_key(first), last_name_key(last), last_name_key(birth)
    verdict = _verdict(fields, found, (first, last, birth), placeholder, reason)
    if verdict.reason == "no_letters" or not (first_key or last_key):
        first = last = birth = first_key = last_key = birth_key = ""
    return Name(
        is_organisation=False,
        organisation=organisation or None,
        civility=found.civility or None,
        title=found.title or None,
        first_name=first or None,
        last_name=last or None,
        birth_name=birth or None,
        first_name_key=first_key or None,
        last_name_key=last_key or None,
        birth_name_key=birth_key or None,
        sex=_sex(fields.sex, found.civility, first_key, found.is_couple),
        name_grade=verdict.grade,
        name_reason=verdict.reason,
    )


def _verdict(fields: RawName, found: Pieces, shown: tuple[str, str, str], placeholder: bool, reason: str) -> Graded:
    first, last, birth = shown
    given = (fields.full_name, fields.first_name, fields.last_name, fields.birth_name)
    if not any(given):
        return graded("empty")
    if not (fold(first) or fold(last)):
        # "Monsieur" alone says nothing of anybody
        return graded("placeholder" if placeholder or found.civility or found.title else "no_letters")
    if not any(map(str.isalpha, first + last)):
        return graded("no_letters")
    if placeholder:
        return graded("placeholder")
    if found.is_glued or found.is_couple or "+" in found.civility:
        return graded("couple")
    if found.is_deceased:
        return graded("deceased_note")
    if reason:
        return graded(reason)
    if not first:
        return graded("first_name_missing")
    if not last:
        return graded("last_name_missing")
    if all(len(word) == 1 for word in first_name_key(first).split()):
        return graded("initial_only")
    if (fields.first_name, fields.last_name, fields.birth_name) == (first, last, birth):
        return AS_RECEIVED
    return graded("split_name" if fields.full_name and not fields.last_name else "reformatted")


def _sex(given: str, civility: str, first_key: str, is_couple: bool) -> str | None:
    """Return F or M from what the source says, else the civility, else a first name borne by one sex."""
    if is_couple or "+" in civility:
        return None
    said = read_sex(given)
    if said:
        return said
    if civility in ("M", "MME"):
        return "M" if civility == "M" else "F"
    return _sex_of_first_name(first_key)


@lru_cache(maxsize=200_000)
def last_name_key(text: str) -> str:
    """Return a last name folded, what follows it left out (II, fils), the first of two persons' alone.

    >>> last_name_key("d'Almeida"), last_name_key("Dupont fils"), last_name_key("Durand et Petit")
    ('D ALMEIDA', 'DUPONT', 'DURAND')
    """
    words = fold(text).split(" ET ")[0].split()
    while len(words) > 1 and words[-1] in suffixes():
        words.pop()
    return " ".join(words)


@lru_cache(maxsize=100_000)
def _sex_of_first_name(first_key: str) -> str | None:
    return sex_of(first_key) if len(first_key) > 1 else None
