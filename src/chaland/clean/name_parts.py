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

_WRONG_SEX = 6.0
_MOST_WORDS = 10
_AND = frozenset({"ET", "OU"})
_SIGNS = " .,;:/*_+=#|?!"


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


@cache
def _lookup(section: str) -> dict[str, str]:
    return {word: code for code, words in load_data("names")[section].items() for word in words}


@cache
def _marks() -> dict[str, str]:
    return {word: kind for kind, words in load_data("names")["marks"].items() for word in words}


@cache
def _particles() -> frozenset[str]:
    return frozenset(load_data("names")["particles"]["words"])


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


def read_sex(text: str) -> str | None:
    """Return F or M from a source's code, None when it says nothing.

    >>> read_sex("Féminin"), read_sex("1"), read_sex("?")
    ('F', 'M', None)
    """
    return _lookup("sexes").get(fold(text)) if text else None


def _words(text: str) -> list[str]:
    text = re.sub(r"\s*&\s*", " et ", text)
    return [word for word in (part.strip(_SIGNS) for part in re.split(r"[\s,;()]+", text)) if word]


def _leading(words: list[str]) -> tuple[str, str, list[str]]:
    """Return civility, title and the words after them: "M. et Mme", "Dr", "Mme le Dr"."""
    civilities, titles = _lookup("civilities"), _lookup("titles")
    for length in (4, 3, 2, 1):
        key = fold(" ".join(words[:length]))
        if len(words) > length and key in civilities and not _is_initial(words, length, key):
            rest = words[length:]
            title = ""
            if len(rest) > 1 and fold(rest[0]) in titles and fold(rest[0]) != "COL":
                title, rest = titles[fold(rest[0])], rest[1:]
            return civilities[key], title, rest
    if len(words) > 1 and fold(words[0]) in titles and fold(words[0]) not in ("COL", "GENERAL"):
        return "", titles[fold(words[0])], words[1:]
    return "", "", words


def _is_initial(words: list[str], length: int, key: str) -> bool:
    """Tell whether a lone M is a first name's initial: "M" then one word only may be either; taken as civility."""
    return length == 1 and key == "M" and len(words) == 1


@lru_cache(maxsize=200_000)
def strip_marks(text: str) -> Pieces:
    """Return a last name (in `last`) and a birth name, without civility; née, épouse and veuve read.

    The answer is shared by every call with the same text: read it, do not change it.

    >>> strip_marks("DUPONT née MARTIN").birth, strip_marks("DUPONT ep. MARTIN").last
    ('MARTIN', 'MARTIN')
    """
    if text.isalpha():
        return Pieces(last=text)
    civility, title, words = _leading(_words(text))
    found = Pieces(civility=civility, title=title)
    for rank, word in enumerate(words):
        kind = _marks().get(fold(word))
        if not kind or not 0 < rank < len(words) - 1 or (fold(word) == "NE" and word.isupper() and rank == 0):
            continue
        before, after = words[:rank], words[rank + 1 :]
        found.was_marked = True
        found.last, found.birth = (before, after) if kind == "born" else (after, before)  # type: ignore[assignment]
        found.last, found.birth = " ".join(found.last), " ".join(found.birth)
        return found
    if words and len(words) > 1 and _marks().get(fold(words[0])) == "born":
        found.birth, found.last, found.was_marked = " ".join(words[1:]), " ".join(words[1:]), True
        return found
    found.last = " ".join(words) if civility or title else tidy(text).strip(_SIGNS)
    return found


def read_full_name(text: str) -> Pieces:
    """Return the pieces of a name written in one field.

    >>> found = read_full_name("Mme DUPONT née MARTIN Jeanne")
    >>> found.civility, found.first, found.last, found.birth
    ('MME', 'Jeanne', 'DUPONT', 'MARTIN')
    >>> found = read_full_name("M. et Mme DURAND Paul"); found.civility, found.first, found.last
    ('M+MME', 'Paul', 'DURAND')
    >>> found = read_full_name("LEFEBVRE Camille"); found.first, found.last, found.is_sure
    ('Camille', 'LEFEBVRE', True)
    """
    civility, title, words = _leading(_words(text))
    if not civility and not title and looks_like_organisation(text):
        return Pieces(organisation=text, is_from_fields=False)
    found = Pieces(civility=civility, title=title, is_from_fields=False)
    found.is_couple = civility == "M+MME"
    words = _take_birth_name(words, found)
    if not words:
        return found
    if len(words) == 1:
        if first_name_evidence(fold(words[0])) > _SURE and not civility:
            found.first = words[0]
        else:
            found.last = words[0]
        return found
    if _two_persons(words, found):
        return found
    comma = text.find(",")
    if comma > 0 and "," not in text[comma + 1 :] and not found.birth:
        left = _leading(_words(text[:comma]))[2]
        right = _words(text[comma:])
        if left and right:
            # "DUPONT, Jean": the library's order
            found.last, found.first = " ".join(left), " ".join(right)
            return found
    _order(words, found)
    return found


def _take_birth_name(words: list[str], found: Pieces) -> list[str]:
    """Move what née, épouse or veuve introduce to its place; return the words left, the name in use first."""
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
    """Read "Jean et Marie DUPONT" and "DUPONT Jean et Marie": two first names around "et", one last name."""
    for rank in range(1, len(words) - 1):
        if fold(words[rank]) not in _AND:
            continue
        left, right = words[rank - 1], words[rank + 1]
        if not (is_first_name(fold(left)) and is_first_name(fold(right))):
            continue
        rest = [*words[: rank - 1], *words[rank + 2 :]]
        if not rest:
            return False
        found.first, found.last, found.is_couple = f"{left} et {right}", " ".join(rest), True
        found.civility = found.civility or "M+MME"
        return True
    return False


def _order(words: list[str], found: Pieces) -> None:
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
