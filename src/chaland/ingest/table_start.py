"""Where a table begins and ends in a text or a sheet: titles and blank lines above the names of columns, totals below.

Programs that export for people write a title, a date, a shop above the table, and a total under it. A line above the
names is no row: it is counted with the blank lines and told in a note. A total is a row refused with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from chaland.ingest.vocabulary import FILES, PERSON, VALUES, WORDS, plain, vocabulary

LOOKED_AT = 60
"""Records among which the names of columns are looked for."""

_DATA = re.compile(
    r"^\w[^*/]*\*[^*/]*/$|"
    r"^(?:mr|m\.|mme|mlle|monsieur|madame)\s+\w+\s+\w+|^\d{1,4}(?: ?bis| ?ter)?,?\s+\w+\.?\s+\w+|\b\d{5}\s+\w+",
    re.IGNORECASE,
)
"""What names no column: a person with a civility, a number in a street, a postcode before its town."""

_TOTAL = re.compile(
    r"(?:(?:grand|sous)[ -]?)?tota(?:l|ux)(?: g[ée]n[ée]ral| (?:de |des |du )?"
    r"(?:clients?|contacts?|fiches?|lignes?|page|magasin))?\s*[:=]?(?:\s*\d[\d\s.,]*\w*)?|"
    r"(?:nombre|nb|nbre)\.? (?:total )?(?:de |d['’])\w+(?: \w+)?\s*[:=]?\s*\d*|"
    r"\d[\d\s]*(?:lignes?|clients?|enregistrements?|fiches?|contacts?|adresses?|r[ée]sultats?|rows?|records?)\.?|"
    r"(?:fin|end) (?:de|du|of) .{1,30}|(?:somme|sum|count|moyenne)\s*[:=]?\s*\d*|"
    r"(?:[ée]dit|imprim|export|g[ée]n[ée]r)[ée]e?s? (?:le|par|du) .{1,60}",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[-+(]?[\d\s\u00a0\u202f.,]*\d[).,-]?\s?(?:€|%|EUR)?")


@cache
def _known_names() -> frozenset[str]:
    sections = [names for key, names in vocabulary().items() if key not in (FILES, VALUES, WORDS)]
    names = {name for section in sections for listed in section.values() for name in listed}
    return frozenset(names) | frozenset(name.replace(" ", "") for name in names)


def is_known_name(cell: str) -> bool:
    """Tell whether a cell is a column's name as people write it, and nothing more.

    >>> is_known_name("Code Postal"), is_known_name("ADR_L4"), is_known_name("Lille")
    (True, True, False)
    """
    words = plain(cell) if len(cell) <= 60 else ""
    return bool(words) and (words in _known_names() or words.replace(" ", "") in _known_names() or _is_line(words))


def names_a_person_field(cell: str) -> bool:
    """Tell whether a cell is the name of a field of a person, short ones apart: they may be what a row holds.

    >>> names_a_person_field("E-mail"), names_a_person_field("N"), names_a_person_field("Anne")
    (True, False, False)
    """
    words = plain(cell) if len(cell) <= 60 else ""
    return len(words) > 1 and (words in _person_names() or words.replace(" ", "") in _person_names())


@cache
def _person_names() -> frozenset[str]:
    names = {name for field, listed in vocabulary()[PERSON].items() if field != "person_key" for name in listed}
    return frozenset(names) | frozenset(name.replace(" ", "") for name in names)


def _is_line(words: str) -> bool:
    return re.fullmatch(r"(?:adr|adresse|ligne|address|line)(?: l| ligne| line)? ?[1-7]", words) is not None


def names_columns(cells: Sequence[str]) -> bool:
    """Tell names of columns from a row of data: names hold a letter each, are no e-mail, no number, no address and no
    person, and are not repeated unless they are names everybody knows.

    >>> names_columns(["Nom", "CP", "Adresse 1"]), names_columns(["Mme Anne LEROY"]), names_columns(["Paul", "Paul"])
    (True, False, False)
    """
    named = [name for cell in cells if (name := cell.strip().strip('"'))]
    if any(_DATA.search(name) for name in named):
        return False
    looks = [bool(re.search(r"[^\W\d]", name)) and "@" not in name and len(name) < 80 for name in named]
    known = sum(map(is_known_name, named))
    is_distinct = len(set(named)) == len(named) or known >= max(2, 0.3 * len(named))
    return bool(named) and sum(looks) >= 0.7 * len(named) and is_distinct


def start_of_table(records: Sequence[Sequence[str]]) -> int:
    """Return the rank of the record that names the columns, or of the first row where none does.

    What stands above it is told by its shape: one cell or so where the table has many, or no name that is known where
    a line below has several.

    >>> start_of_table([["Export du 12/03/2026"], [], ["Nom", "CP", "Ville"], ["Durand", "59000", "Lille"]])
    2
    >>> start_of_table([["Durand", "59000", "Lille"], ["Leroy", "75011", "Paris"]])
    0
    """
    seen = records[:LOOKED_AT]
    filled = [sum(1 for cell in cells if cell.strip()) for cells in seen]
    first = next((rank for rank, count in enumerate(filled) if count), 0)
    if not any(filled):
        return first
    widest = max(filled)
    known = [sum(map(is_known_name, cells)) for cells in seen]
    best = known.index(max(known))
    if known[best] >= min(2, widest) and names_columns(seen[best]):
        is_named = 2 * max(known[first:best], default=0) <= known[best]
        return best if is_named and max(filled[first:best], default=0) <= max(1, 0.7 * filled[best]) else first
    wide = next(rank for rank, count in enumerate(filled) if 2 * count >= widest)
    is_titled = wide > first and max(filled[first:wide]) == 1
    return wide if is_titled and (widest >= 3 or names_columns(seen[wide])) else first


def is_total(cells: Sequence[str | None]) -> bool:
    """Tell whether a row sums the others up: it says so first, and holds but figures besides.

    >>> is_total(["TOTAL", None, "4"]), is_total(["Nombre de clients : 4", None]), is_total(["Total", "Paul", "4"])
    (True, True, False)
    """
    told = [cell.strip() for cell in cells if cell and cell.strip()]
    if not told or len(told) > max(2, len(cells) // 2):
        return False
    return _TOTAL.fullmatch(told[0]) is not None and all(_FIGURE.fullmatch(one) for one in told[1:])
