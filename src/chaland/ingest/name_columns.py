"""Columns that say who in a way of their own: a name or a birth date over several columns, and names of columns that
only what stands beside them, or what they hold, can tell ("Nom", "Name", "Nombre": a person, a surname, a company).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chaland.ingest.evidence import NOTHING_SEEN, Evidence
from chaland.ingest.vocabulary import EXACT_NAME, QUALIFIED_NAME, WORDS, name_score, plain, vocabulary

_DAY, _MONTH, _YEAR = 0, 1, 2
_PARTS = dict.fromkeys(("d", "day", "dd", "jour", "j", "jj", "tag", "dia", "giorno", "dag"), _DAY)
_PARTS |= dict.fromkeys(("m", "month", "mm", "mois", "monat", "mes", "mese", "maand"), _MONTH)
_PARTS |= dict.fromkeys(("y", "year", "yy", "yyyy", "annee", "an", "aaaa", "jahr", "ano", "anno", "jaar"), _YEAR)
_LOOKS = ("day_number", "month_number", "year")
_OF_BIRTH = frozenset(
    ["birth", "born", "b", "dob", "naissance", "naiss", "nais", "ne", "nee", "geburt", "geburts", "geb"]
) | {"nacimiento", "nascita", "nascimento", "geboorte"}
_EMPTY = frozenset(["date", "dt", "de", "du", "la", "le", "of", "the", "di", "da", "do"])
_LIFE = 40
"""Years that the births of a file span at least, where nothing but its contents tell them from other days."""

_COMPONENT = re.compile(r"(.*[^\W\d])[\W_]*(?:c|part|pt)([1-3])", re.IGNORECASE)
_NUMBERED = re.compile(r"(.*[^\W\d])[\W_]*([12])")
_TWO_SURNAMES = frozenset({"apellido", "apellidos", "sobrenome", "apelido", "surname"})
_RANKS = {"primer": 1, "primeiro": 1, "paterno": 1, "segundo": 2, "materno": 2}

BARE = frozenset({"nom", "name", "nome", "nombre", "naam"})
"""Names of columns that say a surname, a first name or both."""
ADDRESSES = frozenset({"adresse", "address", "addr", "adr", "anschrift", "direccion", "indirizzo", "adres"})
"""Names of columns that say a street, or the whole address."""
_OF_PERSONS = frozenset({"first_name", "birth_date", "birth_name", "sex", "civility"})
_COMPANIES = 0.3
"""Share of names that look like companies' from which a column holds companies."""
_FEW_PERSONS = 0.2
"""Share of names that look like persons' below which a column that nothing else tells holds companies."""
_ENOUGH = 20


def joined_columns(
    columns: Sequence[str], evidence: Mapping[str, Evidence], names: Mapping[str, Sequence[str]], own: frozenset[str]
) -> dict[str, list[str]]:
    """Return field → columns, in order, of the names and the birth date laid over several; {} when there are none.

    >>> columns = ["fname_c1", "fname_c2", "apellido1", "apellido2", "bd", "bm", "by"]
    >>> joined_columns(columns, {}, {"first_name": ["fname"], "last_name": ["apellido"], "birth_date": []}, frozenset())
    {'first_name': ['fname_c1', 'fname_c2'], 'last_name': ['apellido1', 'apellido2'], 'birth_date': ['bd', 'bm', 'by']}
    """
    found: dict[str, list[str]] = {}
    for field in ("first_name", "last_name"):
        if not any(name_score(column, names[field], own) == EXACT_NAME for column in columns):
            parts = _name_parts(columns, names[field], own)
            found |= {field: [parts[rank] for rank in sorted(parts)]} if len(parts) > 1 else {}
    whole = [column for column in columns if not _PARTS.keys() & set(plain(column).split())]
    born = [column for column in whole if name_score(column, names["birth_date"], own) >= QUALIFIED_NAME]
    if not any(_holds(evidence, column, "date") for column in born):
        parts = _birth_parts(columns, evidence, own)
        found |= {"birth_date": [parts[part] for part in (_DAY, _MONTH, _YEAR)]} if len(parts) == 3 else {}
    return found


def _name_parts(columns: Sequence[str], names: Sequence[str], own: frozenset[str]) -> dict[int, str]:
    """Return rank → column of a name in several parts: fname_c1 and fname_c2, the two surnames of Spain."""
    parts: dict[int, str] = {}
    for column in columns:
        words = plain(column).split()
        if (found := _COMPONENT.fullmatch(column)) and name_score(found[1], names, own) >= QUALIFIED_NAME:
            parts.setdefault(int(found[2]), column)
        elif _TWO_SURNAMES & set(words) and name_score(" ".join(_TWO_SURNAMES & set(words)), names) == EXACT_NAME:
            numbered = _NUMBERED.fullmatch(column)
            rank = int(numbered[2]) if numbered else next((_RANKS[word] for word in words if word in _RANKS), 0)
            if rank:
                parts.setdefault(rank, column)
    return parts


def _birth_parts(columns: Sequence[str], evidence: Mapping[str, Evidence], own: frozenset[str]) -> dict[int, str]:
    """Return part → column of a birth date in three columns, told by a word of birth or else by its years."""
    families: dict[tuple[str, ...], dict[int, str]] = {}
    for column in columns:
        words = [word for word in plain(column).split() if word not in own]
        if len(words) == 1 and len(words[0]) == 2 and words[0][0] == "b" and words[0][1] in _PARTS:
            words = ["b", words[0][1]]
        said = [word for word in words if word in _PARTS]
        if len(said) == 1 and _holds(evidence, column, _LOOKS[_PARTS[said[0]]]):
            stem = tuple(sorted(set(words) - {said[0]} - _EMPTY))
            families.setdefault(stem, {}).setdefault(_PARTS[said[0]], column)
    whole = {stem: parts for stem, parts in families.items() if len(parts) == 3}
    of_birth = next((parts for stem, parts in whole.items() if _OF_BIRTH & set(stem)), None)
    if of_birth:
        return of_birth
    bare = whole.get((), {})
    return bare if bare and evidence.get(bare[_YEAR], NOTHING_SEEN).years >= _LIFE else {}


def _holds(evidence: Mapping[str, Evidence], column: str, look: str) -> bool:
    """Tell whether what a column holds looks so, as far as anything was seen of it."""
    seen = evidence.get(column, NOTHING_SEEN)
    return not seen.filled or seen.share(look) > 0.7


def settled_field(field: str, column: str, evidence: Evidence, used: frozenset[str]) -> str:
    """Return the field of a column whose name may say several, by the other fields found and by what it holds.

    Args:
        field: what its name says first.
        column: its name, words that mean nothing left out.
        used: the fields of the other columns.

    >>> settled_field("full_name", "Name", NOTHING_SEEN, frozenset({"first_name"}))
    'last_name'
    >>> settled_field("full_name", "Name", NOTHING_SEEN, frozenset({"first_name", "last_name"}))
    ''
    """
    if field == "street" and plain(column) in ADDRESSES:
        is_whole = evidence.share("address") > 0.5 or not {"postcode", "city"} & used
        return "address" if is_whole and "address" not in used else field
    if field not in ("full_name", "first_name", "last_name"):
        return field
    is_alone = not {"full_name", "first_name", "last_name"} & used
    if "organisation" not in used and _holds_companies(field, evidence, used, is_alone=is_alone):
        return "organisation"
    words = set(plain(column).split())
    if (
        field == "full_name"
        and {"first_name", "last_name"} <= used
        and words & BARE
        and words <= BARE | {*vocabulary()[WORDS]["person"]}
    ):
        return ""
    if not words <= BARE:
        return field
    if is_alone:
        holds_both = evidence.share("full_name") > 0.5 and evidence.share("words") > 0.7
        return "full_name" if field == "first_name" or holds_both else field
    if field == "full_name":
        lacking = [name for name in ("last_name", "first_name") if name not in used]
        return lacking[0] if len(lacking) == 1 else ""
    return field


def _holds_companies(field: str, evidence: Evidence, used: frozenset[str], *, is_alone: bool) -> bool:
    if field == "first_name" or (field == "last_name" and not is_alone):
        return False
    if evidence.share("organisation") >= _COMPANIES:
        return True
    is_told = bool(_OF_PERSONS & used) or not is_alone
    persons = max(evidence.share("full_name"), evidence.share("first_name"))
    return field == "full_name" and not is_told and evidence.filled >= _ENOUGH and persons < _FEW_PERSONS
