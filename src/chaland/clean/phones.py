"""Telephones: from what was typed to E.164, with their kind and region, each graded with its reason.

Validity is `phonenumbers`' (Google's libphonenumber) and ARCEP's (`phone_plan`); the six ranges reserved for fiction
are accepted. The region of a number without prefix comes from the postcode.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

from chaland.clean.grades import ABSENT, AS_RECEIVED, TOO_LONG, Graded, graded
from chaland.clean.phone_plan import (
    ABROAD_PLAN,
    FRENCH_CODES,
    FRENCH_REGIONS,
    calling_code,
    is_allocated,
    is_one_range,
    kind_of,
    phone_region,
    phone_zone,
    special_prefixes,
)
from chaland.clean.placeholders import is_placeholder_number, is_placeholder_text
from chaland.clean.text import is_too_long, tidy

__all__ = [
    "Phone",
    "Phones",
    "clean_phones",
    "judge_start",
    "parse_phone",
    "phone_region",
    "phone_zone",
    "split_numbers",
]

_WORD_SEPARATED = re.compile(r"\s*(?:[;|,]|\bou\b|\bet\b|\bor\b|\s-\s)\s*", re.IGNORECASE)
_SLASH_SEPARATED = re.compile(r"\s*[/;|,]\s*|\s(?:ou|et|or|-)\s", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:poste|ext\.?|extension|p\.)\s*(\d{1,5})\s*$", re.IGNORECASE)
_LETTERS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1"})
_USUAL = re.compile(r"(?:0[1-9](?:[ .-]?\d\d){4}|\+\d{8,15})")
_FRENCH_USUAL = re.compile(r"0[1-9](?:[ .-]?\d\d){4}")
_FRENCH_WRITTEN = re.compile(r"\+(33|262|59[046])([1-9]\d{8})")
_WHOLE_FLOAT = re.compile(r"(\+?\d{6,15})[.,]0+")
_EXPONENT = re.compile(r"\d[.,]\d+E\+?\d{1,2}", re.IGNORECASE)
_NOT_DIGIT = re.compile(r"\D")
_SERVICE = re.compile(r"3\d{3}|118\d{3}|10\d{2}|11\d|1[578]")
_OLD_NUMBER = re.compile(r"[2-9]\d{7}")
_MOST_NUMBERS = 5
_KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "premium",
    PhoneNumberType.TOLL_FREE: "premium",
    PhoneNumberType.UAN: "premium",
    PhoneNumberType.VOICEMAIL: "premium",
    PhoneNumberType.PAGER: "premium",
}
_REASON_OF_KIND = {"premium": "premium_number", "automatic": "automatic_caller", "machine": "machine_number"}


class Phone(NamedTuple):
    """One number: E.164 or None, whether it takes SMS, grade and reason, kind, region (ISO) and extension.

    Kind: fixed, voip, mobile, premium (or service), automatic (callers, platforms), machine; "" when unknown.
    """

    number: str | None
    is_mobile: bool
    graded: Graded
    kind: str = ""
    region: str = ""
    extension: str = ""

    @property
    def is_overseas(self) -> bool:
        """Whether the number belongs to a French territory overseas."""
        return self.region in (*FRENCH_REGIONS[1:], "NC", "PF", "WF")


class Phones(NamedTuple):
    """What a record's two telephone fields hold, once sorted."""

    phone: str | None
    phone_grade: str
    phone_reason: str
    mobile: str | None
    mobile_grade: str
    mobile_reason: str
    phone_kind: str | None = None
    phone_region: str | None = None
    mobile_region: str | None = None


def _refused(reason: str, kind: str = "", region: str = "") -> Phone:
    return Phone(None, False, graded(reason), kind, region)


def _french(national: str, region: str, good: Graded) -> Phone:
    """Judge ten digits beginning with 0 of the French plan (mainland or overseas)."""
    if is_placeholder_number(national):
        return _refused("placeholder")
    if national.startswith(special_prefixes("fiction")):
        is_mobile = national.startswith(("06", "07"))
        return Phone("+33" + national[1:], is_mobile, good, "mobile" if is_mobile else "fixed", "FR")
    for kind in ("machine", "automatic"):
        if national.startswith(special_prefixes(kind)):
            return _refused(_REASON_OF_KIND[kind], kind, "FR")
    if national.startswith("08"):
        return _refused("premium_number", "premium", "FR")
    place, kind = kind_of(national[1:], region)
    if kind == "premium":
        return _refused("premium_number", kind, place)
    if not kind:
        return _refused("not_allocated")
    if not is_allocated(national[1:]):
        good = graded("range_not_allocated")
    return Phone(f"+{calling_code(place)}{national[1:]}", kind == "mobile", good, kind, place)


def _abroad(text: str, region: str, good: Graded) -> Phone:
    """Judge a number by the library alone: an international prefix, or a plan that is not French."""
    try:
        number = phonenumbers.parse(text, region if region in phonenumbers.SUPPORTED_REGIONS else None)
    except phonenumbers.NumberParseException:
        return _refused("unreadable")
    if not phonenumbers.is_valid_number(number):
        return _refused("not_allocated")
    kind = _KINDS.get(phonenumbers.number_type(number), "fixed")
    place = phonenumbers.region_code_for_number(number) or ""
    if kind == "premium":
        return _refused("premium_number", kind, place)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(written, kind == "mobile", good, kind, place)


def _international(digits: str, good: Graded) -> Phone:
    """Judge the digits that follow + or 00; a French plan is judged as French, (0) dropped."""
    for code, region in FRENCH_CODES.items():
        if digits.startswith(code):
            rest = digits[len(code) :].lstrip("0")
            if region == "RE" and rest.startswith(("269", "639")):
                region = "YT"
            if len(rest) == 9:
                return _french("0" + rest, region, good)
            return _refused("too_short" if len(rest) < 9 else "too_long")
    if len(digits) == 10 and digits[0] == "0":
        # a + before a French number
        return _french(digits, "FR", graded("reformatted"))
    return _abroad("+" + digits, "FR", good)


def parse_phone(text: str | None, region: str = "FR", zone: str = "") -> Phone:
    """Return one telephone judged; the number is None when it cannot be called.

    Args:
        text: one number as typed.
        region: where a number without prefix belongs (`phone_region`).
        zone: first figure of its place's landlines (`phone_zone`): completes an old number of eight digits.

    >>> parse_phone("06 39 98 12 34")[:5]
    ('+33639981234', True, Graded(grade='A', reason='ok'), 'mobile', 'FR')
    >>> parse_phone("0692 12 34 56", "RE").number, parse_phone("+33 (0)2 61 91 12 34").number
    ('+262692123456', '+33261911234')
    >>> parse_phone("0892 70 00 00").graded.reason, parse_phone("639981234.0").graded.reason
    ('premium_number', 'leading_zero')
    """
    if is_too_long(text):
        return Phone(None, False, TOO_LONG)
    text = tidy(text)
    if not text:
        return Phone(None, False, ABSENT)
    if region in FRENCH_REGIONS and _FRENCH_USUAL.fullmatch(text):
        # nine fields in ten
        return _french(text if len(text) == 10 else _NOT_DIGIT.sub("", text), region, AS_RECEIVED)
    if _FRENCH_WRITTEN.fullmatch(text):
        return _international(text[1:], AS_RECEIVED)
    if found := _WHOLE_FLOAT.fullmatch(text):
        # a spreadsheet's decimal number
        text = found.group(1)
    elif _EXPONENT.fullmatch(text):
        return _from_exponent(text, region)
    found = _EXTENSION.search(text)
    extension = found.group(1) if found else ""
    text = _EXTENSION.sub("", text).strip(" .:")
    repaired = text.translate(_LETTERS)
    good = AS_RECEIVED if _USUAL.fullmatch(text) else graded("reformatted")
    digits = _NOT_DIGIT.sub("", text)
    if not digits:
        return _refused("placeholder" if is_placeholder_text(text) else "unreadable")
    if len(set(digits)) == 1:
        return _refused("placeholder")
    if len(digits) < 6 or (len(digits) < 9 and repaired != text):
        digits = _NOT_DIGIT.sub("", repaired)
        if len(digits) < 4:
            return _refused("unreadable")
        good = graded("letters_repaired")
    elif sum(sign.isalpha() for sign in repaired) > 8:
        return _refused("unreadable")
    elif repaired != text and not any(sign.isalpha() for sign in repaired):
        digits = _NOT_DIGIT.sub("", repaired)
        good = graded("letters_repaired")
    judged = _judge(text, digits, region, zone, good)
    return judged._replace(extension=extension) if extension else judged


def _from_exponent(text: str, region: str) -> Phone:
    """Read a spreadsheet's 6,39981234E+08; most have lost their last digits."""
    mantissa, _, exponent = text.upper().replace(",", ".").partition("E")
    if len(mantissa) - 2 < int(exponent):
        return _refused("digits_lost")
    return parse_phone(f"{Decimal(mantissa).scaleb(int(exponent)):.0f}", region)


def _judge(text: str, digits: str, region: str, zone: str, good: Graded) -> Phone:
    if len(set(digits)) == 1:
        return _refused("placeholder")
    if text.startswith(("+", "(+")):
        return _international(digits, good)
    if digits.startswith("00") and len(digits) > 10:
        return _international(digits[2:], graded("reformatted") if good.grade == "A" else good)
    if region in ABROAD_PLAN and len(digits) in (6, 8):
        return _abroad(digits, region, good)
    if region not in FRENCH_REGIONS and region not in ABROAD_PLAN:
        judged = _abroad(digits, region, good)
        if judged.number or len(digits) != 10 or digits[0] != "0":
            return judged
        # the French number of somebody who lives abroad
        french = _french(digits, "FR", graded("reformatted"))
        return french if french.number else judged
    if len(digits) == 10 and digits[0] == "0":
        return _french(digits, region, good)
    if len(digits) == 9 and digits[0] != "0":
        return _french("0" + digits, region, graded("leading_zero"))
    for code in FRENCH_CODES:
        if digits.startswith(code) and len(digits.removeprefix(code).lstrip("0")) == 9:
            return _international(digits, graded("reformatted"))
    if _SERVICE.fullmatch(digits):
        return _refused("premium_number", "premium", "FR")
    if is_placeholder_number(digits):
        return _refused("placeholder")
    if zone and _OLD_NUMBER.fullmatch(digits) and is_allocated(zone + digits):
        return _french(f"0{zone}{digits}", "FR", graded("old_number"))
    return _refused("too_short" if len(digits) < 10 else "too_long")


def judge_start(start: str) -> tuple[Phone, bool]:
    """Return what ten French digits become that begin so, and whether that holds for every one that is not made up.

    Args:
        start: the first six digits: operators receive numbers by ten thousand. 2345 stands for the last four.

    >>> judge_start("063998")[0].number, judge_start("089270")[0].graded.reason
    ('+33639982345', 'premium_number')
    """
    return _french(f"{start}2345", "FR", AS_RECEIVED), is_one_range(f"{start[1:]}0000", f"{start[1:]}9999")


def split_numbers(text: str | None) -> list[str]:
    """Return the numbers of a field that may hold several.

    >>> split_numbers("01 99 00 12 34 / 06 39 98 12 34"), split_numbers("0199001234 0639981234")
    (['01 99 00 12 34', '06 39 98 12 34'], ['0199001234', '0639981234'])
    """
    text = tidy(text)
    if not text:
        return []
    if len(text) < 11:
        return [text]
    digits = _NOT_DIGIT.sub("", text)
    if len(digits) < 11:
        return [text]
    for separator in (_WORD_SEPARATED, _SLASH_SEPARATED):
        parts = [part for part in separator.split(text) if part]
        found: list[str] = []
        for part in parts:
            inner = _NOT_DIGIT.sub("", part)
            tens = [inner[start : start + 10] for start in range(0, len(inner), 10)]
            if len(tens) > 1 and "/" not in part and all(len(ten) == 10 and ten[0] == "0" for ten in tens):
                found += tens
            elif 8 <= len(inner) < 16:
                found.append(part)
        if len(found) > 1 or (found and len(parts) > 1):
            # what is too short to be a number was another one's last digits: "01 99 00 12 34 ou 35"
            return found[:_MOST_NUMBERS]
    return [text]


def clean_phones(phone: str | None, mobile: str | None, region: str = "FR", zone: str = "") -> Phones:
    """Return a record's landline and mobile, wherever they were written, each with its grade and reason.

    A mobile written in the phone field is filed as mobile, and the other way round. The first good number of each
    kind is kept, the field it belongs to first.

    >>> clean_phones("06 39 98 12 34", None)[:4]
    (None, 'E', 'in_mobile', '+33639981234')
    """
    in_phone = _in_field(phone, region, zone)
    in_mobile = _in_field(mobile, region, "")
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
        (line.kind if line else None) or None,
        (line.region if line else None) or None,
        (cell.region if cell else None) or None,
    )


def _in_field(text: str | None, region: str, zone: str) -> list[Phone]:
    if not text:
        return []
    if is_too_long(text):
        return [Phone(None, False, TOO_LONG)]
    return [parse_phone(part, region, zone) for part in split_numbers(text)]


def _missing(found: list[Phone], moved: str) -> Graded:
    """Grade a field that yields no number of its kind: absent, filed elsewhere, or unusable."""
    if not found:
        return ABSENT
    if any(one.number for one in found):
        return graded(moved)
    return found[0].graded
