"""Telephones: from what was typed to E.164, landline and mobile told apart, each graded with its reason.

Validity is `phonenumbers`' (Google's libphonenumber). The French plan (ARCEP decision 2022-1583) adds what the
library does not say: ranges of automatic callers and platforms, machine numbers, and the six ranges reserved
for fiction, which are accepted. The region of a number without prefix comes from the postcode.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

from chaland.clean.grades import ABSENT, AS_RECEIVED, Graded, graded, load_data
from chaland.clean.placeholders import is_placeholder_number, is_placeholder_text
from chaland.clean.text import tidy

FRENCH_REGIONS = ("FR", "RE", "GP", "MQ", "GF", "YT", "BL", "MF", "PM")
_TRIED_WITHOUT_POSTCODE = ("FR", "RE", "GP", "MQ", "GF", "YT")
_ABROAD_PLAN = frozenset({"PM", "NC", "PF", "WF", "MC"})
"""French-speaking territories whose numbers have no leading zero (six or eight digits)."""

AUTOMATIC = (
    "0162",
    "0163",
    "0270",
    "0271",
    "0377",
    "0378",
    "0424",
    "0425",
    "0568",
    "0569",
    "0948",
    "0949",
    "0937",
    "0938",
    "0939",
)
FICTION = ("019900", "026191", "035301", "046571", "053649", "063998")

_WORD_SEPARATED = re.compile(r"\s*(?:[;|,]|\bou\b|\bet\b|\bor\b|\s-\s)\s*", re.IGNORECASE)
_SLASH_SEPARATED = re.compile(r"\s*[/;|,]\s*|\s(?:ou|et|or|-)\s", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:poste|ext\.?|extension|p\.)\s*\d{1,5}\s*$", re.IGNORECASE)
_LETTERS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1"})
_USUAL = re.compile(r"(?:0[1-9](?:[ .-]?\d\d){4}|\+\d{8,15})")
_FRENCH_USUAL = re.compile(r"0[1-9](?:[ .-]?\d\d){4}")
_NOT_DIGIT = re.compile(r"\D")
_MOBILE_TYPES = (PhoneNumberType.MOBILE,)
_PREMIUM_TYPES = (
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
    PhoneNumberType.PAGER,
)


class Phone(NamedTuple):
    """One number: E.164 or None, whether it takes SMS, its grade and reason."""

    number: str | None
    is_mobile: bool
    graded: Graded


class Phones(NamedTuple):
    """What a record's two telephone fields hold, once sorted."""

    phone: str | None
    phone_grade: str
    phone_reason: str
    mobile: str | None
    mobile_grade: str
    mobile_reason: str


@lru_cache(maxsize=20_000)
def phone_region(postcode: str | None, country: str | None) -> str:
    """Return the region a number without prefix belongs to, from the postcode, else the country.

    >>> phone_region("97410", "FR"), phone_region("97150", "FR"), phone_region(None, "BE"), phone_region(None, None)
    ('RE', 'MF', 'BE', 'FR')
    """
    if country and country != "FR":
        return country
    if postcode and postcode.startswith(("97", "98")):
        regions: dict[str, str] = load_data("territories")["regions"]
        for length in (5, 3):
            if postcode[:length] in regions:
                return regions[postcode[:length]]
    return "FR"


@cache
def _french_kind(prefix: str, region: str) -> str:
    """Return what a nine-digit number beginning with these five digits is; libphonenumber decides on five.

    "mobile", "fixed", "premium", or "" when not allocated.
    """
    code = phonenumbers.country_code_for_region(region)
    number = phonenumbers.PhoneNumber(country_code=code, national_number=int(prefix + "1234"))
    if not phonenumbers.is_valid_number(number):
        return ""
    kind = phonenumbers.number_type(number)
    if kind in _MOBILE_TYPES:
        return "mobile"
    return "premium" if kind in _PREMIUM_TYPES else "fixed"


@cache
def _place_of(prefix: str, region: str) -> tuple[str, str]:
    """Return the first region where a prefix is allocated, the number's own first, and what it is there."""
    for place in (region, *_TRIED_WITHOUT_POSTCODE):
        kind = _french_kind(prefix, place) if place in FRENCH_REGIONS else ""
        if kind:
            return place, kind
    return region, ""


def _french(national: str, region: str, good: Graded) -> Phone:
    """Judge ten digits beginning with 0 of the French plan (mainland or overseas)."""
    if is_placeholder_number(national):
        return Phone(None, False, graded("placeholder"))
    if national.startswith(FICTION):
        return Phone("+33" + national[1:], national.startswith("06"), good)
    if national.startswith("0700"):
        return Phone(None, False, graded("machine_number"))
    if national.startswith(AUTOMATIC):
        return Phone(None, False, graded("automatic_caller"))
    if national.startswith("08"):
        return Phone(None, False, graded("premium_number"))
    place, kind = _place_of(national[1:6], region)
    if kind == "premium":
        return Phone(None, False, graded("premium_number"))
    if kind:
        return Phone(f"+{phonenumbers.country_code_for_region(place)}{national[1:]}", kind == "mobile", good)
    return Phone(None, False, graded("not_allocated"))


def _abroad(text: str, region: str, good: Graded) -> Phone:
    """Judge a number by the library alone: an international prefix, or a plan that is not French."""
    try:
        number = phonenumbers.parse(text, region if region in phonenumbers.SUPPORTED_REGIONS else None)
    except phonenumbers.NumberParseException:
        return Phone(None, False, graded("unreadable"))
    if not phonenumbers.is_valid_number(number):
        return Phone(None, False, graded("not_allocated"))
    kind = phonenumbers.number_type(number)
    if kind in _PREMIUM_TYPES:
        return Phone(None, False, graded("premium_number"))
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(written, kind in _MOBILE_TYPES, good)


_FRENCH_CODES = {"33": "FR", "262": "RE", "590": "GP", "594": "GF", "596": "MQ"}


def _international(digits: str, good: Graded) -> Phone:
    """Judge the digits that follow + or 00; a French plan is judged as French, (0) dropped."""
    for code, region in _FRENCH_CODES.items():
        if digits.startswith(code):
            rest = digits[len(code) :].lstrip("0")
            if code != "33" and region == "RE" and rest.startswith(("269", "639")):
                region = "YT"
            if len(rest) == 9:
                return _french("0" + rest, region, good)
            return Phone(None, False, graded("too_short" if len(rest) < 9 else "too_long"))
    return _abroad("+" + digits, "FR", good)


def parse_phone(text: str | None, region: str = "FR") -> Phone:
    """Return one telephone judged; the number is None when it cannot be called.

    Args:
        text: one number as typed.
        region: where a number without prefix belongs (`phone_region`).

    >>> parse_phone("06 39 98 12 34")
    Phone(number='+33639981234', is_mobile=True, graded=Graded(grade='A', reason='ok'))
    >>> parse_phone("0692 12 34 56", "RE").number, parse_phone("+33 (0)2 61 91 12 34").number
    ('+262692123456', '+33261911234')
    >>> parse_phone("0892 70 00 00").graded.reason
    'premium_number'
    """
    text = tidy(text)
    if not text:
        return Phone(None, False, ABSENT)
    if _FRENCH_USUAL.fullmatch(text) and region in FRENCH_REGIONS:
        # nine fields in ten
        return _french(text if len(text) == 10 else _NOT_DIGIT.sub("", text), region, AS_RECEIVED)
    text = _EXTENSION.sub("", text).strip(" .:")
    repaired = text.translate(_LETTERS)
    good = AS_RECEIVED if _USUAL.fullmatch(text) else graded("reformatted")
    digits = _NOT_DIGIT.sub("", text)
    if not digits:
        return Phone(None, False, graded("placeholder" if is_placeholder_text(text) else "unreadable"))
    if len(set(digits)) == 1:
        return Phone(None, False, graded("placeholder"))
    if len(digits) < 6 or (len(digits) < 9 and repaired != text):
        digits = _NOT_DIGIT.sub("", repaired)
        if len(digits) < 4:
            return Phone(None, False, graded("unreadable"))
        good = graded("letters_repaired")
    elif sum(sign.isalpha() for sign in repaired) > 8:
        return Phone(None, False, graded("unreadable"))
    elif repaired != text and not any(sign.isalpha() for sign in repaired):
        digits = _NOT_DIGIT.sub("", repaired)
        good = graded("letters_repaired")
    return _judge(text, digits, region, good)


def _judge(text: str, digits: str, region: str, good: Graded) -> Phone:
    if len(set(digits)) == 1:
        return Phone(None, False, graded("placeholder"))
    if text.startswith("+") or text.startswith("(+"):
        return _international(digits, good)
    if digits.startswith("00") and len(digits) > 10:
        return _international(digits[2:], graded("reformatted") if good.grade == "A" else good)
    if region in _ABROAD_PLAN and len(digits) in (6, 8):
        return _abroad(digits, region, good)
    if region not in FRENCH_REGIONS and region not in _ABROAD_PLAN:
        return _abroad(digits, region, good)
    if len(digits) == 10 and digits[0] == "0":
        return _french(digits, region, good)
    if len(digits) == 9 and digits[0] != "0":
        return _french("0" + digits, region, graded("leading_zero"))
    for code in _FRENCH_CODES:
        if digits.startswith(code) and len(digits.removeprefix(code).lstrip("0")) == 9:
            return _international(digits, graded("reformatted"))
    if re.fullmatch(r"3\d{3}|118\d{3}|10\d{2}|11\d|1[578]", digits):
        return Phone(None, False, graded("premium_number"))
    if is_placeholder_number(digits):
        return Phone(None, False, graded("placeholder"))
    return Phone(None, False, graded("too_short" if len(digits) < 10 else "too_long"))


def split_numbers(text: str | None) -> list[str]:
    """Return the numbers of a field that may hold several.

    >>> split_numbers("01 99 00 12 34 / 06 39 98 12 34"), split_numbers("0199001234 0639981234")
    (['01 99 00 12 34', '06 39 98 12 34'], ['0199001234', '0639981234'])
    """
    text = tidy(text)
    if not text:
        return []
    if len(text) < 16:
        return [text]
    digits = _NOT_DIGIT.sub("", text)
    if len(digits) < 16:
        return [text]
    for separator in (_WORD_SEPARATED, _SLASH_SEPARATED):
        found: list[str] = []
        for part in separator.split(text):
            inner = _NOT_DIGIT.sub("", part)
            if len(inner) == 20 and inner[0] == inner[10] == "0" and "/" not in part:
                found += [inner[:10], inner[10:]]
            elif inner:
                found.append(part)
        if len(found) > 1 and all(6 <= len(_NOT_DIGIT.sub("", part)) < 16 for part in found):
            return found
    return [text]


def clean_phones(phone: str | None, mobile: str | None, region: str = "FR") -> Phones:
    """Return a record's landline and mobile, wherever they were written, each with its grade and reason.

    A mobile written in the phone field is filed as mobile, and the other way round. The first good number of each
    kind is kept, the field it belongs to first.

    >>> clean_phones("06 39 98 12 34", None)[:4]
    (None, 'E', 'in_mobile', '+33639981234')
    """
    in_phone = [parse_phone(part, region) for part in split_numbers(phone)]
    in_mobile = [parse_phone(part, region) for part in split_numbers(mobile)]
    line = next((one for one in (*in_phone, *in_mobile) if one.number and not one.is_mobile), None)
    cell = next((one for one in (*in_mobile, *in_phone) if one.number and one.is_mobile), None)
    line_graded = line.graded if line else _missing(in_phone, "in_mobile")
    cell_graded = cell.graded if cell else _missing(in_mobile, "in_phone")
    return Phones(
        line.number if line else None,
        line_graded.grade,
        line_graded.reason,
        cell.number if cell else None,
        cell_graded.grade,
        cell_graded.reason,
    )


def _missing(found: list[Phone], moved: str) -> Graded:
    """Grade a field that yields no number of its kind: absent, filed elsewhere, or unusable."""
    if not found:
        return ABSENT
    if any(one.number for one in found):
        return graded(moved)
    return found[0].graded
