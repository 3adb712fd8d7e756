"""A name in one field taken apart: civility, title, birth and married names, first and last name in either order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from chaland.clean.first_names import first_name_evidence, is_first_name, sex_of
from chaland.clean.grades import load_data
from chaland.clean.organisations import looks_like_organisation
from chaland.clean.text import fold, tidy

_SURE = 3.0
"""ln odds above which one order of first and last name is taken as sure: twenty to one."""

SWAP_EVIDENCE = 7.0
"""ln odds above which first and last name are swapped against what the source says: about a thousand to one."""

_WRONG_SEX = 6.0
_MOST_WORDS = 10
_AND = frozenset({"ET", "OU"})
_SIGNS = " .,;:/*_+=#|?!"
_BORN = re.compile(r"\b(?:nom de jeune fille|nom de naissance|nom j\.?f\.?|n\.?j\.?f\.?)(?=[\s:])\s*:?", re.IGNORECASE)
_MARRIED = re.compile(r"\b(?:nom d[’']épouse|nom marital|nom d[’']usage)(?=[\s:])\s*:?", re.IGNORECASE)
_STARRED = re.compile(r"([^*/]*)\*([^*/]*)/?")
_BOOKED = re.compile(r"([^\W\d][^/*,]*)/([^\W\d][^/*,]*)\s([^\W\d]+)\.?")
_ALSO_SURNAMES = frozenset({"COL", "GENERAL", "DOC"})
"""Titles that are surnames too: taken as titles before two words at least."""


@dataclass
class Pieces:
    """A name in pieces as written; `is_sure` tells whether the order was clear."""

    civility: str = ""
    title: str = ""
    first: str = ""
    last: str = ""
    birth: str = ""
    organisation: str = ""
    reason: str = ""
    is_sure: bool = True
    is_couple: bool = False
    is_from_fields: bool = True
    was_marked: bool = False
    is_deceased: bool = False
    is_glued: bool = False


@cache
def _lookup(section: str) -> dict[str, str]:
    return {word: code for code, words in load_data("names")[section].items() for word in words}


@cache
def _marks() -> dict[str, str]:
    return {word: kind for kind, words in load_data("names")["marks"].items() for word in words}


@cache
def _notes() -> dict[str, str]:
    return {word: kind for kind, words in load_data("names")["notes"].items() for word in words}


@cache
def suffixes() -> frozenset[str]:
    """Return what may follow a surname without being part of it, folded: JR, II, FILS …"""
    return frozenset(load_data("names")["suffixes"]["words"])


@cache
def _particles() -> frozenset[str]:
    return frozenset(load_data("names")["particles"]["words"])


@cache
def special_words() -> frozenset[str]:
    """Return every folded word that may be something else than a first or a last name: civilities, marks, forms …

    >>> special_words() >= {"MME", "NEE", "SARL", "FRERES", "DE", "ET"}, "DURAND" in special_words()
    (True, False)
    """
    names = load_data("names")
    sections = ("civilities", "titles", "marks", "notes", "suffixes", "organisations", "particles")
    texts = (text for section in sections for texts in names[section].values() for text in texts)
    return _AND.union(*(text.split() for text in texts))


def lone_civilities() -> list[str]:
    """Return the folded civilities of one word.

    >>> {"M", "MME"} <= set(lone_civilities()), "M ET MME" in lone_civilities()
    (True, False)
    """
    return [word for word in _lookup("civilities") if " " not in word]


@lru_cache(maxsize=10_000)
def read_civility(text: str) -> tuple[str, str]:
    """Return civility (M, MME, M+MME or "") and title.

    >>> read_civility("Mlle"), read_civility("M. et Mme"), read_civility("Dr"), read_civility("Mme le Dr")
    (('MME', ''), ('M+MME', ''), ('', 'DR'), ('MME', 'DR'))
    """
    key = fold(text)
    if key in _lookup("civilities"):
        return _lookup("civilities")[key], ""
    words = key.split()
    civility = next((_lookup("civilities")[word] for word in words if word in _lookup("civilities")), "")
    title = next((_lookup("titles")[word] for word in words if word in _lookup("titles")), "")
    return civility, title


@lru_cache(maxsize=100_000)
def lone_civility(text: str) -> str:
    """Return the civility that is all of a text; "" when it says more, or one letter, which may be an initial.

    >>> lone_civility("Mme"), lone_civility("M."), lone_civility("Mme Durand")
    ('MME', '', '')
    """
    key = fold(text)
    return _lookup("civilities").get(key, "") if len(key) > 1 else ""


def read_sex(text: str) -> str | None:
    """Return F or M from a source's code, None when it says nothing.

    >>> read_sex("Féminin"), read_sex("1"), read_sex("?")
    ('F', 'M', None)
    """
    return _lookup("sexes").get(fold(text)) if text else None


def _words(text: str) -> list[str]:
    if " " in text:
        text = _MARRIED.sub(" épouse ", _BORN.sub(" née ", text.replace("&", " et ")))
    return [word for word in (part.strip(_SIGNS) for part in re.split(r"[\s,;()]+", text)) if word]


def _without_notes(words: list[str], found: Pieces) -> list[str]:
    """Take out what an office wrote beside a name: DCD, NPAI, (doublon); note that the person is said to be dead."""
    kept = []
    for word in words:
        kind = _notes().get(fold(word))
        if kind is None:
            kept.append(word)
        elif kind == "deceased":
            found.is_deceased = True
    return kept or words


def _leading(words: list[str]) -> tuple[str, str, list[str]]:
    """Return civility, title and the words after them: "M. et Mme", "Dr", "Mme le Dr"."""
    civilities = _lookup("civilities")
    for length in (4, 3, 2, 1):
        key = fold(" ".join(words[:length]))
        if len(words) > length and key in civilities and not _is_initial(words, length, key):
            title, rest = _leading_title(words[length:])
            return civilities[key], title, rest
    return "", *_leading_title(words)


def _leading_title(words: list[str]) -> tuple[str, list[str]]:
    """Return a title and the words after it; its article goes with it: "le Docteur Petit"."""
    titles = _lookup("titles")
    start = 1 if len(words) > 2 and fold(words[0]) in ("LE", "LA") else 0
    key = fold(words[start]) if len(words) > start + 1 else ""
    if key in titles and (key not in _ALSO_SURNAMES or len(words) > start + 2):
        return titles[key], words[start + 1 :]
    return "", words


def _is_initial(words: list[str], length: int, key: str) -> bool:
    """Tell whether a lone M is a first name's initial: "M" then one word only may be either; taken as civility."""
    return length == 1 and key == "M" and len(words) == 1


def read_starred_name(text: str) -> Pieces | None:
    """Return the pieces of a name as the civil registry's file of deaths writes it, None when it is not one.

    >>> found = read_starred_name("LE GOFF*MARIE THERESE/"); found.last, found.first
    ('LE GOFF', 'MARIE THERESE')
    >>> read_starred_name("LE GOFF Marie")
    """
    found = _STARRED.fullmatch(text) if "*" in text else None
    if found is None:
        return None
    last, first = (part.strip(_SIGNS) for part in found.groups())
    return Pieces(first=first, last=last, is_from_fields=False)


def read_booked_name(text: str) -> Pieces | None:
    """Return the pieces of a name as travel agents book it, civility last; None when it is not one.

    >>> found = read_booked_name("WILLIAMS/MITCHELL MR"); found.last, found.first, found.civility
    ('WILLIAMS', 'MITCHELL', 'M')
    >>> read_booked_name("DUPONT/MARTIN Marie"), read_booked_name("M/Mme DURAND")
    (None, None)
    """
    found = _BOOKED.fullmatch(text) if "/" in text else None
    if found is None:
        return None
    last, first, title = (part.strip(_SIGNS) for part in found.groups())
    civility = _lookup("civilities").get(fold(title), "")
    if not civility or fold(last) in _lookup("civilities"):
        return None
    return Pieces(civility=civility, first=first, last=last, is_from_fields=False)


def first_of_glued(text: str) -> str:
    """Return the first of several names glued in one field, where one at least is written NAME*FIRST NAMES/; "" else.

    >>> first_of_glued("DUPONT*JEAN PAUL/ MARTIN*ANNE/"), first_of_glued("Mme Anne PETIT, DUPONT*JEAN/")
    ('DUPONT*JEAN PAUL', 'Mme Anne PETIT')
    >>> first_of_glued("DUPONT*JEAN PAUL/")
    ''
    """
    if "*" not in text:
        return ""
    names = [name for part in re.split(r"[/,;]", text) if (name := part.strip(_SIGNS))]
    return names[0] if len(names) > 1 else ""


@lru_cache(maxsize=200_000)
def strip_marks(text: str) -> Pieces:
    """Return a last name (in `last`) and a birth name, without civility; née, épouse and veuve read.

    The answer is shared by every call with the same text: read it, do not change it.

    >>> strip_marks("DUPONT née MARTIN").birth, strip_marks("DUPONT ep. MARTIN").last
    ('MARTIN', 'MARTIN')
    """
    if text.isalpha():
        return Pieces(last=text)
    found = Pieces()
    given = _words(text)
    words = _without_notes(given, found)
    found.civility, found.title, words = _leading(words[1:] if words and not fold(words[0]) else words)
    if len(words) > 1 and _marks().get(fold(words[-1])):
        words = words[:-1]
        found.last = " ".join(words)
        return found
    for rank, word in enumerate(words):
        kind = _marks().get(fold(word))
        if not kind or not 0 < rank < len(words) - 1:
            continue
        before, after = " ".join(words[:rank]), " ".join(words[rank + 1 :])
        found.was_marked = True
        last, birth = (before, after) if kind == "born" else (after, before)
        inner, own = strip_marks(last), strip_marks(birth)
        # "DUPONT ép. MARTIN née LEROY": what is marked may be marked again
        found.last, found.birth = inner.last, own.birth or inner.birth or own.last
        return found
    if len(words) > 1 and _marks().get(fold(words[0])) == "born":
        found.birth, found.last, found.was_marked = " ".join(words[1:]), " ".join(words[1:]), True
        return found
    was_cut = len(words) != len(given)
    found.last = " ".join(words) if was_cut else tidy(text).strip(_SIGNS)
    return found


def read_full_name(text: str, order: str = "") -> Pieces:
    """Return the pieces of a name written in one field.

    Args:
        text: the field, tidied.
        order: how the source writes names, last_first or first_last (`habits.py` learns it): decides where the name
            itself does not.

    >>> found = read_full_name("Mme DUPONT née MARTIN Jeanne")
    >>> found.civility, found.first, found.last, found.birth
    ('MME', 'Jeanne', 'DUPONT', 'MARTIN')
    >>> found = read_full_name("M. et Mme DURAND Paul"); found.civility, found.first, found.last
    ('M+MME', 'Paul', 'DURAND')
    >>> found = read_full_name("LEFEBVRE Camille"); found.first, found.last, found.is_sure
    ('Camille', 'LEFEBVRE', True)
    >>> found = read_full_name("Simon Laurent", "last_first"); found.first, found.last, found.reason
    ('Laurent', 'Simon', 'source_order')
    """
    found = Pieces(is_from_fields=False)
    given = _words(text)
    if civility := lone_civility(text):
        # a civility before no name
        found.civility = civility
        return found
    found.civility, found.title, words = _leading(_without_notes(given, found))
    if not found.civility and not found.title and looks_like_organisation(text):
        return Pieces(organisation=text, is_from_fields=False)
    company, words = _apart(text, words)
    found.organisation = company
    found.is_couple = found.civility == "M+MME"
    words = _take_birth_name(words, found)
    suffix: list[str] = []
    while fold(words[-1] if words else "") in suffixes() and (len(words) > 2 or (len(words) == 2 and found.civility)):
        suffix.insert(0, words.pop())
    if not words:
        return found
    _read_words(text, words, found, order)
    if suffix and found.last:
        found.last = " ".join([found.last, *suffix])
    return found


def _apart(text: str, words: list[str]) -> tuple[str, list[str]]:
    """Return the organisation a person's name stands beside ("Paul Durand - SARL Toitures"), and the person's words."""
    individual = _individual()
    if len(words) > 2 and (fold(words[0]) in individual or fold(words[-1]) in individual):
        # a person trading under his own name is both
        return text, words[1:] if fold(words[0]) in individual else words[:-1]
    parts = [part.strip(_SIGNS) for part in re.split(r"\s[-–—/|]\s|[,;(]", text) if part.strip(_SIGNS)]
    if len(parts) == 2:
        companies = [looks_like_organisation(part) for part in parts]
        if companies.count(True) == 1:
            person = parts[companies.index(False)].rstrip(")")
            return parts[companies.index(True)].rstrip(")"), _leading(_words(person))[2]
    return "", words


@cache
def _individual() -> frozenset[str]:
    return frozenset(load_data("names")["organisations"]["individual"])


def _read_words(text: str, words: list[str], found: Pieces, order: str) -> None:
    """Sort the words of a name, civility and marks gone, into first and last name."""
    if len(words) == 1:
        if first_name_evidence(fold(words[0])) > _SURE and not found.civility:
            found.first = words[0]
        else:
            found.last = words[0]
        return
    if all(fold(word) in _particles() for word in words[:-1]) and len(words) < 4:
        # "Général de Gaulle": a particle opens a surname
        found.last = " ".join(words)
        return
    if _two_persons(words, found):
        return
    if found.title == "SOEUR" and _is_compound(words):
        found.first = " ".join(words)
        return
    comma = text.find(",")
    if comma > 0 and "," not in text[comma + 1 :] and not found.birth and not found.organisation:
        left = _leading(_without_notes(_words(text[:comma]), Pieces()))[2]
        right = _without_notes(_words(text[comma:]), Pieces())
        if left and right and sorted([*left, *right]) == sorted(words):
            # "DUPONT, Jean": the library's order
            found.last, found.first = " ".join(left), " ".join(right)
            return
    _order(words, found, order)


def _take_birth_name(words: list[str], found: Pieces) -> list[str]:
    """Move what née, épouse or veuve introduce to its place; return the words left, the name in use first."""
    if len(words) > 1 and _marks().get(fold(words[-1])):
        words = words[:-1]
    if len(words) == 2 and _marks().get(fold(words[0])) == "born":
        found.birth, found.was_marked = words[1], True
        return words[1:]
    for rank, word in enumerate(words):
        kind = _marks().get(fold(word))
        if not kind or not 0 < rank < len(words) - 1:
            continue
        end = rank + 2
        while end < len(words) and fold(words[end - 1]) in _particles():
            end += 1
        marked, rest = words[rank + 1 : end], words[end:]
        found.was_marked = True
        if kind == "born":
            found.birth = " ".join(marked)
            return [*words[:rank], *rest]
        before = words[:rank]
        names = [one for one in before if first_name_evidence(fold(one)) <= _SURE] or before
        found.birth = " ".join(names)
        firsts = [one for one in before if one not in names]
        return [*firsts, *rest, *marked] if firsts or rest else marked
    return words


def _two_persons(words: list[str], found: Pieces) -> bool:
    """Read two persons around "et": "Jean et Marie DUPONT", "DUPONT Jean et Marie", "Paul DURAND et Mme Anne PETIT"."""
    if len(words) > 2 * _MOST_WORDS:
        return False
    for rank in range(1, len(words) - 1):
        if fold(words[rank]) not in _AND:
            continue
        one = words[:rank]
        civility, _, other = _leading(words[rank + 1 :])
        first_one, last_one = _whole_or_first(one)
        first_other, last_other = _whole_or_first(other)
        firsts = [first for first in (first_one, first_other) if first]
        if not all(is_first_name(fold(first.split()[0])) for first in firsts) or not (len(firsts) == 2 or civility):
            continue
        lasts = [last for last in (last_one, last_other) if last]
        same = len({fold(last) for last in lasts}) < 2
        found.first = " et ".join(firsts)
        found.last = lasts[0] if lasts and same else " et ".join(lasts)
        found.is_couple, found.reason, found.is_sure = True, "", True
        found.civility = "M+MME"
        return True
    if len(words) > 2 and fold(words[-2]) in _AND and fold(words[-1]) in _lookup("civilities"):
        # "M. Paul DURAND et Madame"
        found.first, found.last = _whole_or_first(words[:-2])
        found.is_couple, found.civility = True, "M+MME"
        return True
    return False


def _whole_or_first(words: list[str]) -> tuple[str, str]:
    """Return the first and last name of one of two persons; the last name is often said once, for both."""
    if len(words) == 1 or _is_compound(words):
        is_first = first_name_evidence(fold(" ".join(words))) > -_SURE and is_first_name(fold(words[0]))
        return (" ".join(words), "") if is_first else ("", " ".join(words))
    one = Pieces()
    _order(words, one, "")
    return one.first, one.last


def _order(words: list[str], found: Pieces, order: str) -> None:
    """Cut the words into first and last name: capitals decide first, then the frequencies of every cut."""
    capitals = [len(word) > 1 and word.isupper() and not re.search(r"[^\W\d_]*\d", word) for word in words]
    if any(capitals) and not all(capitals):
        lasts = [word for word, is_capital in zip(words, capitals, strict=True) if is_capital]
        firsts = [word for word, is_capital in zip(words, capitals, strict=True) if not is_capital]
        runs = sum(1 for rank, one in enumerate(capitals) if one and (rank == 0 or not capitals[rank - 1]))
        if runs == 1 and all(fold(word) not in _particles() for word in firsts):
            found.first, found.last = " ".join(firsts), " ".join(lasts)
            return
    if len(words) > _MOST_WORDS:
        # a sentence, not a name: nothing is guessed
        found.last, found.is_sure, found.reason = " ".join(words), False, "order_doubtful"
        return
    best = sorted(_cuts(words, {"M": "M", "MME": "F"}.get(found.civility, "")), reverse=True)
    found.first, found.last = best[0][2], best[0][3]
    others = [one for one in best[1:] if one[1] != best[0][1]]
    if others and best[0][0] - others[0][0] < _SURE:
        found.is_sure, found.reason = False, "order_doubtful"
        wanted = [one for one in best if order and one[1] == (1 if order == "first_last" else 0)]
        if wanted and best[0][0] - wanted[0][0] < SWAP_EVIDENCE:
            found.first, found.last, found.reason = wanted[0][2], wanted[0][3], "source_order"


def _cuts(words: list[str], sex: str) -> list[tuple[float, int, str, str]]:
    """Weigh every cut: (ln evidence, order, first, last); order 1 is first name first, which wins a tie."""
    found = []
    for cut in range(1, len(words)):
        left, right = words[:cut], words[cut:]
        for order, first, last in ((1, left, right), (0, right, left)):
            if fold(first[-1]) in _particles() or (fold(last[-1]) in _particles() and len(last) > 1):
                continue
            evidence = _evidence(first) - _evidence(last)
            if sex and sex_of(fold(" ".join(first))) not in (None, sex):
                # "M. Adèle Pierre": the civility says which of the two is the first name
                evidence -= _WRONG_SEX
            if (
                len(last) > 1
                and fold(last[0]) in _particles()
                and not any(fold(word) in _particles() for word in first)
            ):
                # van der Berg, Ben Salah: what opens with a particle is a surname
                evidence += _SURE
            found.append(
                (
                    evidence - 2.0 * (len(words) - 2 and len(first) > 1 and not _is_compound(first)),
                    order,
                    " ".join(first),
                    " ".join(last),
                )
            )
    return found or [(0.0, 1, " ".join(words[:1]), " ".join(words[1:]))]


def _is_compound(words: list[str]) -> bool:
    return is_first_name(fold(" ".join(words)))


def _evidence(words: list[str]) -> float:
    """Return ln of first name against surname for a run of words: the compound, else its mean."""
    key = fold(" ".join(words))
    if len(words) > 1 and not is_first_name(key):
        return sum(first_name_evidence(fold(word)) for word in words) / len(words)
    return first_name_evidence(key)
