"""Names, addresses, telephones and e-mails cleaned in halves: a first name apart from a last name, a street from a
town.

Ten million records hold nine million pairs of a first and a last name, and as many doors; but few first names, few
last names, few streets once the number is taken out, few towns. Each half is cleaned once, in neutral company (a first
name before DURAND, a street of Noiseau), and SQL puts the halves together (`name_rows.sql`, `address_rows.sql`,
`answers.sql`) where the whole is what the halves say. Whatever is not so plain goes through the whole function:
tests/clean/test_plain.py proves that both ways give the same. Of a telephone the first six digits say all but whether
it was made up, and of an e-mail its domain.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from chaland.clean.address_streets import has_streets
from chaland.clean.addresses import RawAddress, clean_address
from chaland.clean.emails import clean_email, ignored_signs
from chaland.clean.first_names import first_name_evidence
from chaland.clean.grades import AS_RECEIVED, graded
from chaland.clean.name_display import display_last_name
from chaland.clean.name_parts import special_words
from chaland.clean.names import RawName, clean_name
from chaland.clean.phones import judge_start
from chaland.clean.placeholders import is_placeholder_name
from chaland.clean.text import fold

_FIRST, _LAST = "Paul", "Durand"
_ONE_WORD = re.compile("[A-Za-zÀ-ÖØ-öø-ÿ]{2,60}")
_LOCAL = "paul.durand"
NEUTRAL_TOWN = ("94880", "NOISEAU")
"""The only commune of its postcode, and hardly the name of a street; rows that name it are not plain."""
_NEUTRAL_STREET = "17 RUE HAUTE"
_LOOSE_STREET = "GRANDS CHENES"
"""Hardly a street: any complement that may be one takes its place."""
_PLAIN_NAME = frozenset({"ok", "reformatted"})
_PLAIN_STREET = frozenset({"ok", "reformatted", "no_number", "no_street", "line_too_long"})


class FirstHalf(NamedTuple):
    """What a civility and a first name give; `first_half_is_plain` says whether a last name may be added."""

    civility: str | None = None
    title: str | None = None
    first_name: str | None = None
    first_name_key: str | None = None
    sex: str | None = None
    first_grade: str = ""
    first_reason: str = ""
    first_evidence: float = 0.0
    first_is_plain: bool = False


class LastHalf(NamedTuple):
    """What a last name gives beside a first name in its own field."""

    last_name: str | None = None
    last_name_key: str | None = None
    last_grade: str = ""
    last_reason: str = ""
    last_evidence: float = 0.0
    last_is_plain: bool = False


class WordHalf(NamedTuple):
    """What one word of a name of two words says: `evidence` is ln of first name against surname, `is_capital` that
    it is all in capitals; `word_is_plain` that it can be nothing but a first or a last name."""

    evidence: float = 0.0
    is_capital: bool = False
    word_is_plain: bool = False


class StreetHalf(NamedTuple):
    """What a street and a complement give in a town of no account."""

    street_number: str | None = None
    street_extension: str | None = None
    street: str | None = None
    street_key: str | None = None
    complement: str | None = None
    address_line_2: str | None = None
    address_line_3: str | None = None
    address_line_4: str | None = None
    street_status: str = ""
    street_grade: str = ""
    street_reason: str = ""
    street_is_plain: bool = False


class ComplementHalf(NamedTuple):
    """What a complement adds to any street; `complement_is_plain` says that it leaves the street as it is."""

    complement: str | None = None
    address_line_2: str | None = None
    address_line_3: str | None = None
    complement_is_plain: bool = False


class TownHalf(NamedTuple):
    """What a postcode, a town and a country give below a street of no account."""

    place: str | None = None
    postcode: str | None = None
    city: str | None = None
    insee_code: str | None = None
    is_cedex: bool = False
    country: str | None = None
    address_line_5: str | None = None
    address_line_6: str | None = None
    town_status: str = ""
    town_grade: str = ""
    town_reason: str = ""
    town_is_plain: bool = False


class DomainHalf(NamedTuple):
    """What an e-mail becomes by its domain as written; `domain` is null when nothing is sent there."""

    domain: str | None = None
    key_domain: str | None = None
    ignored: str = ""
    proposed_domain: str | None = None
    domain_grade: str = ""
    domain_reason: str = ""


class NumberHalf(NamedTuple):
    """What ten French digits give that begin so; `calling_code` is null when they cannot be called."""

    calling_code: str | None = None
    is_mobile: bool = False
    number_grade: str = ""
    number_reason: str = ""
    number_kind: str | None = None
    number_region: str | None = None
    number_is_plain: bool = False


def first_half(civility: str, first_name: str, sex: str, placeholders: tuple[str, ...] = ()) -> FirstHalf:
    """Return what a civility, a first name and a sex become before any plain last name.

    >>> first_half("Mme", "rene", "")[:4], first_half("", "jean et marie", "").first_is_plain
    (('MME', None, 'René', 'RENE'), False)
    """
    if _LAST.upper() in fold(first_name):
        return FirstHalf()
    name = clean_name(RawName(civility=civility, first_name=first_name, last_name=_LAST, sex=sex), placeholders)
    if name.last_name != _LAST or name.birth_name or name.is_organisation or name.organisation:
        return FirstHalf()
    # a civility of two persons leaves the name itself to the halves; "Jean et Marie" does not
    is_couple = name.name_reason == "couple" and name.civility == "M+MME" and " " not in first_name.strip()
    if name.name_reason not in _PLAIN_NAME and name.name_reason != "initial_only" and not is_couple:
        return FirstHalf()
    return FirstHalf(
        name.civility,
        name.title,
        name.first_name,
        name.first_name_key,
        name.sex,
        name.name_grade,
        name.name_reason,
        first_name_evidence(name.first_name_key or ""),
        True,
    )


def last_half(last_name: str, placeholders: tuple[str, ...] = ()) -> LastHalf:
    """Return what a last name becomes after any plain first name.

    >>> last_half("LE GOFF").last_name, last_half("Dupont née Martin").last_is_plain
    ('Le Goff', False)
    """
    key = fold(last_name)
    if _FIRST.upper() in key:
        return LastHalf()
    if _ONE_WORD.fullmatch(last_name) and key not in special_words():
        # most last names, four times quicker than through the whole function
        evidence = first_name_evidence(key)
        if evidence <= 0 and not is_placeholder_name(last_name, placeholders):
            shown = display_last_name(last_name)
            verdict = AS_RECEIVED if shown == last_name else graded("reformatted")
            return LastHalf(shown, key, verdict.grade, verdict.reason, evidence, True)
    name = clean_name(RawName(first_name=_FIRST, last_name=last_name), placeholders)
    whole = (name.civility, name.title, name.first_name, name.birth_name, name.organisation)
    if whole != (None, None, _FIRST, None, None) or name.name_reason not in _PLAIN_NAME or not name.last_name_key:
        return LastHalf()
    evidence = first_name_evidence(name.last_name_key)
    return LastHalf(name.last_name, name.last_name_key, name.name_grade, name.name_reason, evidence, True)


def word_half(word: str) -> WordHalf:
    """Return what a word says of the name in one field it is half of.

    >>> word_half("DURAND").is_capital, word_half("Camille").evidence > 3, word_half("Garage").word_is_plain
    (True, True, False)
    """
    key = fold(word)
    is_plain = len(word) > 1 and len(set(key)) > 1 and special_words().isdisjoint(key.split())
    return WordHalf(first_name_evidence(key), word.isupper(), is_plain)


def street_half(street_number: str, street: str, complement: str) -> StreetHalf:
    """Return what a street becomes in any plain town; nothing where streets are held against those of their town.

    >>> street_half("", "17 r. Haute", "")[:4]
    ('17', None, 'RUE HAUTE', 'HAUTE')
    """
    if has_streets():
        return StreetHalf()
    postcode, city = NEUTRAL_TOWN
    home = clean_address(RawAddress("", street_number, street, complement, "", postcode, city))
    is_kept = (home.postcode, home.city, home.place, home.address_line_5) == (NEUTRAL_TOWN[0], "Noiseau", None, None)
    if not is_kept or home.address_reason not in _PLAIN_STREET:
        return StreetHalf()
    return StreetHalf(
        home.street_number,
        home.street_extension,
        home.street,
        home.street_key,
        home.complement,
        home.address_line_2,
        home.address_line_3,
        home.address_line_4,
        home.address_status or "",
        home.address_grade,
        home.address_reason,
        True,
    )


def complement_half(complement: str) -> ComplementHalf:
    """Return what a complement becomes beside any street that has none in its own field.

    >>> complement_half("Bât A appt 17")[:3], complement_half("12 rue Basse").complement_is_plain
    (('APP 17, BATIMENT A', 'APP 17', 'BATIMENT A'), False)
    """
    postcode, city = NEUTRAL_TOWN
    found = []
    for street in (_NEUTRAL_STREET, _LOOSE_STREET):
        raw = RawAddress(street=street, postcode=postcode, city=city)
        home = clean_address(raw._replace(complement=complement))
        found.append(ComplementHalf(home.complement, home.address_line_2, home.address_line_3, True))
        if home._replace(complement=None, address_line_2=None, address_line_3=None) != clean_address(raw):
            return ComplementHalf()
    return found[0] if found[0] == found[1] else ComplementHalf()


def town_half(postcode: str, city: str, country: str, default_country: str = "FR", written: str = "") -> TownHalf:
    """Return what a town becomes below any plain street; nothing abroad, where the country writes the street too.

    Args:
        postcode, city: their fields.
        country: as written.
        default_country: the base's.
        written: postcode and town at the end of a field that holds the whole address; then they have none of their own.

    >>> town_half("78100", "ST GERMIN EN LAYE", "")[2:4]
    ('Saint-Germain-en-Laye', '78551')
    """
    if written:
        raw = RawAddress(address=f"{_NEUTRAL_STREET}, {written}", country=country)
    else:
        raw = RawAddress(street=_NEUTRAL_STREET, postcode=postcode, city=city, country=country)
    home = clean_address(raw, default_country)
    if home.country not in ("FR", "MC"):
        return TownHalf()
    street = (home.address_line_2, home.address_line_3, home.address_line_4, home.complement)
    if street != (None, None, _NEUTRAL_STREET, None) or home.address_status in (None, "R8"):
        return TownHalf()
    return TownHalf(
        home.place,
        home.postcode,
        home.city,
        home.insee_code,
        home.is_cedex,
        home.country,
        home.address_line_5,
        home.address_line_6,
        home.address_status or "",
        home.address_grade,
        home.address_reason,
        True,
    )


def domain_half(written: str, own_domains: tuple[str, ...] = ()) -> DomainHalf:
    """Return what becomes of the e-mails of a domain whose local part is plain.

    >>> domain_half("gmial.com")[:4], domain_half("yopmail.com").domain_reason
    (('gmail.com', 'gmail.com', 'dots and tags', None), 'disposable')
    """
    found = clean_email(f"{_LOCAL}@{written}", own_domains)
    if not found.email or not found.email_key:
        return DomainHalf(domain_grade=found.grade, domain_reason=found.reason)
    domain = found.email.rpartition("@")[2]
    key_domain = found.email_key.rpartition("@")[2]
    return DomainHalf(domain, key_domain, ignored_signs(domain), found.proposed, found.grade, found.reason)


def number_half(start: str) -> NumberHalf:
    """Return what becomes of the telephones whose ten digits begin with these six.

    >>> tuple(number_half("063998")), number_half("069212").number_region
    (('+33', True, 'A', 'ok', 'mobile', 'FR', True), 'RE')
    """
    judged, is_plain = judge_start(start)
    code = judged.number[:-9] if judged.number else None
    return NumberHalf(code, judged.is_mobile, *judged.graded, judged.kind, judged.region, is_plain)
