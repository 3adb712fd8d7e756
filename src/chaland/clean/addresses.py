"""Postal addresses: free text or columns → parts, commune, the six lines of NF Z10-011, a status and a grade.

Reads nothing but its arguments and chaland.reference. Statuses: V0 valid as is, V1 reformatted, V2 repaired for
sure, V3 repaired with a doubt, R4 street unknown, R5 number unknown or impossible, R6 postcode and town contradict, R7
incomplete, R8 foreign or military. R4 and R5 are given where the base names the streets (address_streets.py), but for a
number over four digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from chaland.clean.address_abroad import abroad, country_of_town
from chaland.clean.address_lines import WIDTH, fill_lines, fit, line_4, street_key
from chaland.clean.address_parts import Parts, expand_street, is_number_alone, take_apart
from chaland.clean.address_streets import check_street, has_streets
from chaland.clean.gazetteer import country_of, gazetteer, postal_label, town_key, towns_named
from chaland.clean.grades import graded
from chaland.clean.placeholders import is_placeholder_text
from chaland.clean.text import LONGEST, fold, tidy
from chaland.clean.town_in_text import Split, split_town
from chaland.clean.towns import Place, resolve_town


class RawAddress(NamedTuple):
    """What a source says of an address, as text; "" when nothing."""

    address: str = ""
    street_number: str = ""
    street: str = ""
    complement: str = ""
    place: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


class Address(NamedTuple):
    """A cleaned address; texts are None when absent. See chaland.tables.clean for each field."""

    street_number: str | None = None
    street_extension: str | None = None
    street: str | None = None
    street_key: str | None = None
    complement: str | None = None
    place: str | None = None
    postcode: str | None = None
    city: str | None = None
    insee_code: str | None = None
    is_cedex: bool = False
    country: str | None = None
    address_line_2: str | None = None
    address_line_3: str | None = None
    address_line_4: str | None = None
    address_line_5: str | None = None
    address_line_6: str | None = None
    address_status: str | None = None
    address_grade: str = "E"
    address_reason: str = "empty"


UNKNOWN = "ZZ"
"""Country that is said and that nobody knows, as CLDR codes it: read again, the address is not taken for French."""

_IMPOSSIBLE = re.compile(r"\d{5,}(?= |$)")
_FRENCH = ("", "FR", "MC")
_LINES = re.compile(r"[\r\n\t|]+")


def _country(text: str) -> str:
    """Return the ISO code of a country's writing, "" when unknown or empty; UNKNOWN stays itself."""
    return country_of(text) if text else ""


def _code(text: str) -> str:
    """Return a two-letter code we have no name for; a longer unknown text says nothing."""
    key = fold(text)
    return key if len(key) == 2 and key.isalpha() else ""


def _tidied(raw: RawAddress) -> RawAddress:
    return RawAddress(*[_tidied_field(text) if text else "" for text in raw])


def _tidied_field(text: str) -> str:
    text = tidy(_LINES.sub(", ", text[:LONGEST]))
    return "" if text and is_placeholder_text(text) else text


def clean_address(raw: RawAddress | str, default_country: str = "FR") -> Address:
    """Return the address cleaned, its six lines, status, grade and reason.

    Args:
        raw: its columns, or one free text.
        default_country: ISO code of the country an address is in when it does not say.

    >>> clean_address("12 bis av du Gal Leclerc 78100 ST GERMIN EN LAYE").address_line_6
    '78100 ST GERMAIN EN LAYE'
    >>> home = clean_address(RawAddress(address="12 bis, av. du Gal Leclerc, 92100 Boulogne-Billancourt"))
    >>> home.address_line_4, home.address_line_6, home.insee_code, home.address_status
    ('12 BIS AVENUE DU GENERAL LECLERC', '92100 BOULOGNE BILLANCOURT', '92012', 'V1')
    >>> clean_address(RawAddress(street="Rue Haute", postcode="75002", city="Lille")).address_reason
    'postcode_city_contradiction'
    """
    given = raw if isinstance(raw, RawAddress) else RawAddress(address=raw)
    raw = _tidied(given)
    if not any(raw[:7]):
        nothing = Address(country=_country(raw.country) or _code(raw.country) or None)
        return nothing if not any(tidy(text) for text in given[:7]) else _graded(nothing, "placeholder", None)
    split = split_town(raw.address, raw.postcode, raw.city)
    country = _country(raw.country) or split.country or _code(raw.country)
    if country not in _FRENCH:
        return _foreign(raw, split, country)
    place = resolve_town(split.postcode, split.city)
    if place.status[0] == "R" and place.status != "R8" and country == "":
        country = country_of_town(raw.postcode, raw.city, raw.address)
        is_said = bool(raw.country) and not country
        if country or is_said or default_country not in _FRENCH:
            return _foreign(raw, split, country or (UNKNOWN if is_said else default_country))
    streets = [("street", text) for text in (raw.street, *split.rest) if text]
    if raw.complement:
        streets.append(("complement", raw.complement))
    if raw.place:
        # a locality the postcode serves stays on line 5; any other place may stand for the street (rule R9)
        streets.append(("mention" if _is_locality(raw.place, place.postcode) else "place", raw.place))
    parts = take_apart(streets, raw.street_number)
    checked = ""
    if has_streets() and parts.street and place.insee_code and not place.is_cedex:
        parts.street, checked = check_street(place.insee_code, parts.street, parts.number)
    found = _assemble(raw, parts, place, checked)
    # a country that nobody says, for an address of which nothing stays, would be a guess
    return found if any(found[:9]) else found._replace(country=country or None)


def clean_addresses(values: Iterable[RawAddress | str], default_country: str = "FR") -> list[Address]:
    """Return the addresses cleaned, in order; each distinct writing is cleaned once.

    >>> [found.postcode for found in clean_addresses(["Mios", "12 rue Haute 59000 Lille", "Mios"])]
    ['33380', '59000', '33380']
    """
    cleaned: dict[RawAddress | str, Address] = {}
    return [cleaned.get(raw) or cleaned.setdefault(raw, clean_address(raw, default_country)) for raw in values]


def _is_locality(text: str, postcode: str) -> bool:
    """Tell whether a text names a town or locality served by the postcode: it says where, not which door."""
    return town_key(fold(text)) in gazetteer().keys.get(postcode, {})


def _assemble(raw: RawAddress, parts: Parts, place: Place, checked: str) -> Address:
    fifth, outside = _place_line(parts, place)
    outside = sorted(outside, key=is_number_alone)
    second, third, lost = fill_lines(parts.inside, outside) if parts.inside or outside else ("", "", [])
    fourth = line_4(parts.number, parts.extension, parts.street)
    sixth = f"{place.postcode} {place.label}".strip() if place.label else place.postcode
    if len(sixth) > WIDTH:
        sixth = fit(sixth) or sixth[:WIDTH].strip()
    reason, status = _verdict(raw, parts, place, "line_too_long" if fourth is None or lost else checked)
    return Address(
        street_number=parts.number or None,
        street_extension=parts.extension or None,
        street=parts.street or None,
        street_key=street_key(parts.street) or None,
        complement=", ".join([*parts.inside, *outside]) or None,
        place=fifth or None,
        postcode=place.postcode or None,
        city=place.city or None,
        insee_code=place.insee_code or None,
        is_cedex=place.is_cedex,
        country="MC" if place.postcode.startswith("980") else "FR",
        address_line_2=second or None,
        address_line_3=third or None,
        address_line_4=fourth or None,
        address_line_5=fifth or None,
        address_line_6=sixth or None,
        address_status=status,
        address_grade=graded(reason).grade,
        address_reason=reason,
    )


def _place_line(parts: Parts, place: Place) -> tuple[str, list[str]]:
    """Return line 5 (post box, hamlet, former commune) and the pieces outside the building, without the town."""
    mentions = [*parts.post_office, *parts.place, *([place.former] if place.former else [])]
    if not mentions and not parts.outside:
        return "", []
    town = town_key(fold(place.city))
    outside = [piece for piece in parts.outside if town_key(piece) != town]
    mentions = [postal_label(piece) for piece in dict.fromkeys(mentions) if town_key(piece) != town]
    fifth = fit(" ".join(mentions)) if mentions else ""
    if fifth is None:
        fifth = fit(" ".join(parts.post_office)) or ""
        outside += [expand_street(tuple(one.split())) for one in mentions if one not in parts.post_office]
    return fifth, outside


_SEVERITY = ("V2", "V3", "R5", "R4")
_STREET_STATUS = {
    "street_unknown": "R4",
    "number_unknown": "R5",
    "number_impossible": "R5",
    "line_too_long": "V3",
    "street_doubtful": "V3",
    "street_spelling": "V2",
}


def _verdict(raw: RawAddress, parts: Parts, place: Place, checked: str) -> tuple[str, str]:
    """Return the reason and the status: the town's fault first, then the street's, then what was rewritten."""
    if place.status[0] == "R":
        return place.reason, place.status
    if not (parts.street or parts.post_office or any(not _is_locality(one, place.postcode) for one in parts.place)):
        return "no_street", "R7"
    if not parts.number and any(map(_IMPOSSIBLE.match, (fold(raw.street_number), parts.raw_street, *parts.outside))):
        checked = "number_impossible"
    faults = [(_STREET_STATUS[checked], checked)] if checked else []
    faults += [(place.status, place.reason)] if place.status in ("V2", "V3") else []
    if faults:
        status, reason = max(faults, key=lambda fault: _SEVERITY.index(fault[0]))
        return reason, status
    if place.reason:
        return place.reason, "V1"
    if parts.street and not parts.number and not parts.post_office and parts.raw_street.split()[0] == "RUE":
        return "no_number", "V1"
    as_is = place.is_exact and parts.raw_street == parts.street and not raw.address and _is_tidy(raw, parts)
    return ("ok", "V0") if as_is else ("reformatted", "V1")


def _is_tidy(raw: RawAddress, parts: Parts) -> bool:
    """Tell whether every column held what it should: nothing moved from one to another."""
    number = f"{parts.number} {parts.extension}".strip()
    written = fold(raw.street)
    return (
        written in (parts.street, f"{number} {parts.street}")
        and fold(raw.street_number) in ("", number)
        and (bool(number) == bool(raw.street_number) or written == f"{number} {parts.street}" or not number)
    )


def _graded(address: Address, reason: str, status: str | None) -> Address:
    verdict = graded(reason)
    return address._replace(address_status=status, address_grade=verdict.grade, address_reason=verdict.reason)


_FOREIGN_STATUS = {"foreign_formatted": "V1", "foreign_postcode": "R6", "foreign_incomplete": "R7", "foreign": "R8"}


def _foreign(raw: RawAddress, split: Split, country: str) -> Address:
    """Write an address after its country's rules, or keep it as given: the norm's lines 4 to 6 are French."""
    fields = [raw.place, *split.rest] if raw.place else split.rest
    if split.city and not raw.city and split.city not in raw.address:
        fields = [*fields, split.city]
    given = abroad(
        "" if country == UNKNOWN else country,
        fields,
        raw.street_number,
        raw.street,
        raw.complement,
        raw.postcode,
        raw.city,
        raw.country,
    )
    texts = [text or None for text in given.lines]
    result = Address(
        street_number=given.number or None,
        street_extension=given.extension or None,
        street=given.street or None,
        street_key=street_key(given.street) or None,
        complement=given.complement or None,
        postcode=given.postcode or None,
        city=given.city or None,
        country=country or None,
        address_line_2=texts[0],
        address_line_3=texts[1],
        address_line_4=texts[2],
        address_line_5=texts[3],
        address_line_6=texts[4],
    )
    return _graded(result, given.reason, _FOREIGN_STATUS[given.reason])


def is_known_town(text: str) -> bool:
    """Tell whether a text is the name of a commune, exactly.

    >>> is_known_town("Mios"), is_known_town("Rue Haute")
    (True, False)
    """
    return bool(towns_named(fold(text)))
