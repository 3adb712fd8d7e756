"""Addresses laid over several columns: the lines of NF Z10-011 (ADR_L4, LIGNE 4, ADR1 …), and two addresses in a row.

A line's number says less than what it holds: ADR1 is the person in one file and the street in another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from chaland.ingest.evidence import NOTHING_SEEN, Evidence
from chaland.ingest.vocabulary import HELD_NAME, WORDS, name_score, plain, vocabulary

_LINE = re.compile(
    r"((?:nf |norme |pt )?(?:adr|adresse|ligne|address|addr|line|l)(?: (?:l|ligne|line|adresse))?)(?: ([1-7]))?"
)

GROUPS: dict[str, tuple[str, ...]] = {
    "home": (
        "domicile", "home", "perso", "personnel", "personnelle", "principal", "principale", "residential", "res",
        "registered",
    ),
    "billing": ("facturation", "facture", "billing", "invoice", "bill"),
    "shipping": ("livraison", "expedition", "shipping", "delivery", "ship"),
    "work": ("travail", "bureau", "business", "work", "pro", "professionnel", "professionnelle"),
    "mailing": ("mailing", "correspondance", "correspondence"),
    "other": ("secondaire", "autre", "other"),
}  # fmt: skip
"""Words that tell one address of a row from another, the one to take first."""

PLACE_FIELDS = frozenset({"address", "street_number", "street", "complement", "place", "postcode", "city", "country"})


def address_lines(columns: Sequence[str], evidence: Mapping[str, Evidence], has_name: bool) -> dict[str, list[str]]:
    """Return field → columns, in order, of an address written on numbered lines; {} when there is none.

    Fewer than three lines are left to their names: "Adresse 1" is the street, "Adresse 2" its complement.

    Args:
        columns: the file's columns.
        evidence: what each holds.
        has_name: other columns name the person.
    """
    families: dict[str, dict[str, str]] = defaultdict(dict)
    for column in columns:
        found = _LINE.fullmatch(plain(column))
        if found and (found.group(2) or found.group(1) not in ("l", "line", "ligne")):
            families[found.group(1)].setdefault(found.group(2) or "1", column)
    numbered = max(families.values(), key=len, default={})
    if len(numbered) < 3:
        return {}
    return _roles(dict(sorted(numbered.items())), evidence, has_name)


def _roles(lines: dict[str, str], evidence: Mapping[str, Evidence], has_name: bool) -> dict[str, list[str]]:
    """Return what each line holds, by its contents first, then by its rank in the norm."""

    def share(number: str, look: str) -> float:
        return evidence.get(lines.get(number, ""), NOTHING_SEEN).share(look)

    roles: dict[str, str] = {}
    towns = [number for number in lines if share(number, "postcode_city") > 0.5]
    if towns:
        roles[towns[-1]] = "city"
    streets = {number: share(number, "street") for number in lines if number not in roles}
    street = max(streets, key=lambda number: (round(streets[number], 1), number == "4", -int(number)))
    is_norm = street == "4" and max(lines) >= "5"
    roles[street] = "street"
    first = min(lines)
    if first not in roles and ((is_norm and first == "1") or share(first, "full_name") > 0.5):
        roles[first] = "" if has_name else "full_name"
    for number in lines:
        if is_norm and number in "567" and number not in roles:
            roles[number] = {"5": "place", "6": "city", "7": "country"}[number]
    found: dict[str, list[str]] = defaultdict(list)
    for number, column in lines.items():
        found[roles.get(number, "complement")].append(column)
    return dict(found)


def bare_name(column: str) -> str:
    """Return a column's name without the word that tells which address it belongs to.

    >>> bare_name("CP facturation"), bare_name("Ville (domicile)"), bare_name("Nom")
    ('cp', 'ville', 'Nom')
    """
    words = plain(column).split()
    kept = [word for word in words if group_of_word(word) == ""]
    while len(kept) < len(words) and kept and kept[-1] in ("de", "du", "la", "le", "d", "l"):
        kept.pop()
    return " ".join(kept) if kept and len(kept) < len(words) else column


def group_of_word(word: str) -> str:
    """Return the address that a word tells of, "" when none."""
    return next((group for group, words in GROUPS.items() if word in words), "")


def second_places(
    columns: Sequence[str], evidence: Mapping[str, Evidence], names: Mapping[str, Sequence[str]]
) -> frozenset[str]:
    """Return the columns of a second address in the row, which must not be mixed with the first.

    An address is told from another by a word (facturation, livraison …) or by a name that comes twice, which reading
    numbered (`CP_2`). The first is the one without a word, then as GROUPS has them, unless it is mostly empty.

    Args:
        columns: the file's columns.
        evidence: what each holds.
        names: field → names of columns, for the postcode and the town.
    """
    groups = {column: _group(column, columns) for column in columns}
    filled: dict[str, int] = defaultdict(int)
    for column, group in groups.items():
        bare = re.sub(r"_\d$", "", column) if group.isdigit() else bare_name(column)
        if any(name_score(bare, names[field]) >= 0.85 for field in ("postcode", "city")):
            filled[group] = max(filled[group], evidence.get(column, NOTHING_SEEN).filled)
    if len(filled) < 2:
        return frozenset()
    order = ["", *GROUPS, *sorted(group for group in filled if group.isdigit())]
    first = min(filled, key=lambda group: (2 * filled[group] < max(filled.values()), order.index(group)))
    return frozenset(column for column, group in groups.items() if group != first and group in filled)


def _group(column: str, columns: Sequence[str]) -> str:
    repeated = re.fullmatch(r"(.+)_(\d)", column)
    if repeated and repeated.group(1) in columns:
        return repeated.group(2)
    return next((group for word in plain(column).split() if (group := group_of_word(word))), "")


def of_others(columns: Sequence[str], names: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the columns that speak of somebody else (a child, the shop), where others name the row's person.

    >>> sorted(of_others(["Nom", "Prénom enfant"], {"last_name": ["nom"], "first_name": [], "full_name": []}))
    ['Prénom enfant']
    """
    others = set(vocabulary()[WORDS]["others"])
    told = frozenset(column for column in columns if others & set(plain(column).split()))
    wanted = [name for field in ("first_name", "last_name", "full_name") for name in names[field]]
    is_named = any(name_score(column, wanted) >= HELD_NAME for column in columns if column not in told)
    return told if is_named else frozenset()
