"""What an address says besides its street: flat, floor, stairs, building, post box, care of.

Reads folded segments and writes each unit one way (APP 12, ETAGE 3, BATIMENT A, BP 18).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chaland.clean.dictionaries import load_country

_ID = r"(?:(?:N|NO|NUMERO) )?([A-Z]?\d{1,4}[A-Z]?|[A-Z](?= |$))"
_END = r"(?= |$)"
_INSIDE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\b(?:APPARTEMENT|APPART|APPT|APPRT|APPTS|APT|APP) {_ID}{_END}"), "APP {}"),
    (re.compile(rf"\b(\d{{1,2}}) ?(?:E|EME|IEME|ER|ERE|ND|NDE) (?:ETAGE|ETG|ET){_END}"), "ETAGE {}"),
    (re.compile(rf"\b(\d{{1,2}}) (?:ETAGE|ETG){_END}"), "ETAGE {}"),
    (re.compile(rf"\b(?:ETAGE|ETG) (\d{{1,2}}){_END}"), "ETAGE {}"),
    (re.compile(rf"\b(?:RDC|REZ DE CHAUSSEE|REZ DE CHAUSEE){_END}"), "RDC"),
    (re.compile(rf"\b(?:ESCALIER|ESCAL|ESC) {_ID}{_END}"), "ESC {}"),
    (re.compile(r"\b(?:PORTE|PTE) (\d{1,4}[A-Z]?|[A-Z]\d{1,3}|GAUCHE|DROITE|FACE)(?= |$)"), "PTE {}"),
    (re.compile(rf"\b(?:COULOIR|COUL) {_ID}{_END}"), "COULOIR {}"),
    (re.compile(rf"\b(?:BOITE AUX LETTRES|BOITE|BAL|BTE) {_ID}{_END}"), "BAL {}"),
    (re.compile(rf"\b(?:CHAMBRE|CHBRE|CHBR) {_ID}{_END}"), "CHAMBRE {}"),
    (re.compile(rf"\b(?:LOGEMENT|LOGT) {_ID}{_END}"), "LOGEMENT {}"),
)
_OUTSIDE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\b(?:BATIMENT|BATIM|BAT|BT|BTM) ([A-Z]{{0,2}}\d{{1,3}}[A-Z]?|[A-Z]{{1,2}}){_END}"), "BATIMENT {}"),
    (re.compile(rf"\b(?:ENTREE|ENTR) ([A-Z]?\d{{1,3}}|[A-Z](?= |$)){_END}"), "ENTREE {}"),
    (re.compile(rf"\b(?:HALL|CAGE) ([A-Z]?\d{{1,3}}|[A-Z](?= |$)){_END}"), "HALL {}"),
    (re.compile(rf"\b(?:IMMEUBLE|IMM) ([A-Z]?\d{{1,3}}|[A-Z]){_END}"), "IMMEUBLE {}"),
    (re.compile(rf"\bLOT (?:N )?(\d{{1,4}}[A-Z]?){_END}"), "LOT {}"),
)
_STREET_OR_END = r" ?(?=$|\||\d+\w* (?:\d+\w* )?[A-Z])"
_TOWER = re.compile(rf"\bTOUR ([A-Z]?\d{{1,3}}|[A-Z])(?![A-Z0-9]){_STREET_OR_END}")
_DOOR = re.compile(rf"\b(?:PORTE|PTE) ([A-Z])(?![A-Z0-9]){_STREET_OR_END}")
"""A letter, when nothing but a unit or a numbered street follows: "porte d'Ivry" names a place."""
_POST_OFFICE = re.compile(r"\b(BOITE POSTALE|B P|BP|C S|CS|TSA|CIDEX) ?(?:(?:N|NO) )?(\d{1,6})(?= |$)")
_CARE_OF = re.compile(
    rf"\b(?:CHEZ|C O|AUX BONS SOINS DE|A L ATTENTION DE|AUX SOINS DE) ([A-Z]+(?: [A-Z]+)*){_STREET_OR_END}"
)
"""Care of somebody, up to a numbered street."""
_TRIGGERS = frozenset({
    "APPARTEMENT", "APPART", "APPT", "APPRT", "APPTS", "APT", "APP", "ETAGE", "ETG", "ET", "RDC", "REZ",
    "ESCALIER", "ESCAL", "ESC", "PORTE", "PTE", "COULOIR", "COUL", "BOITE", "BAL", "BTE", "CHAMBRE", "CHBRE",
    "CHBR", "LOGEMENT", "LOGT", "BATIMENT", "BATIM", "BAT", "BT", "BTM", "ENTREE", "ENTR", "HALL", "CAGE",
    "IMMEUBLE", "IMM", "LOT", "TOUR", "B", "BP", "C", "CS", "TSA", "CIDEX", "CHEZ", "AUX", "A",
})  # fmt: skip
"""A segment without any of these words holds no unit: nineteen searches are saved, nine times in ten."""
_GLUED = re.compile(r"\b(?:BP|CS|TSA|CIDEX)\d")


@dataclass
class Units:
    """The units of an address in the order written; `inside` and `outside` are said of the building."""

    care_of: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    post_office: list[str] = field(default_factory=list)


def take_units(units: Units, segment: str) -> str:
    """Move post boxes, care of, flats and buildings from a segment to the units; return it with | where they stood.

    >>> units = Units()
    >>> take_units(units, "CHEZ M PAUL 4 RUE HAUTE BAT B PORTE A"), units.care_of, units.inside, units.outside
    (' | 4 RUE HAUTE | | ', ['CHEZ MONSIEUR PAUL'], ['PTE A'], ['BATIMENT B'])
    """
    if _TRIGGERS.isdisjoint(segment.split()) and not _GLUED.search(segment):
        return segment
    rest = _pull(((_POST_OFFICE, "{} {}"),), segment, units.post_office)
    rest = _pull(_INSIDE, rest, units.inside)
    rest = _doors(units, _pull(_OUTSIDE, rest, units.outside))
    while care := _CARE_OF.search(rest):
        civilities = load_country("fr", "streets")["civilities"]
        somebody = " ".join(["CHEZ", *(civilities.get(word, word) for word in care.group(1).split())])
        if somebody not in units.care_of:
            units.care_of.append(somebody)
        rest = _doors(units, f"{rest[: care.start()].rstrip()} | {rest[care.end() :].lstrip()}")
    return rest


def _doors(units: Units, text: str) -> str:
    """Move the doors and towers that end a text, in either order, to the units."""
    for pattern, shape, into in (
        (_DOOR, "PTE {}", units.inside),
        (_TOWER, "TOUR {}", units.outside),
        (_DOOR, "PTE {}", units.inside),
    ):
        text = _pull(((pattern, shape),), text, into)
    return text


def post_office(text: str) -> str:
    """Return a post box as line 5 writes it.

    >>> post_office("BOITE POSTALE 18"), post_office("TSA 1234")
    ('BP 18', 'TSA 1234')
    """
    kind, _, digits = text.rpartition(" ")
    return f"{ {'BOITE POSTALE': 'BP', 'B P': 'BP', 'C S': 'CS'}.get(kind, kind) } {digits}"


def _pull(patterns: tuple[tuple[re.Pattern[str], str], ...], text: str, into: list[str]) -> str:
    for pattern, shape in patterns:
        while found := pattern.search(text):
            piece = shape.format(*found.groups())
            if piece not in into:
                into.append(piece)
            text = f"{text[: found.start()].rstrip()} | {text[found.end() :].lstrip()}"
    return text
