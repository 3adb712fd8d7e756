"""One person cleaned at once, without a table: for a form, an API, a look-up in real time.

The same pure functions as a whole file (records.py), called one after another. What a whole file teaches of a source
(the order of its names, a date it gives to everybody) is not known of one record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from chaland.clean.addresses import RawAddress, clean_address
from chaland.clean.dates import clean_birth_date
from chaland.clean.dictionaries import use_dictionaries
from chaland.clean.emails import clean_email
from chaland.clean.first_names import likely_sex
from chaland.clean.grades import DISTRIBUTABLE, load_data
from chaland.clean.names import Name, RawName, clean_name
from chaland.clean.phones import clean_phones, phone_region, phone_zone
from chaland.clean.sirens import company_number
from chaland.clean.text import fold
from chaland.clean.whole_persons import taken_apart
from chaland.config import CONSENT_CHANNELS, Settings

_NOT_KEPT = re.compile("[^A-Z0-9]+")


def clean_one(fields: Mapping[str, str], settings: Settings, *, as_of: date) -> dict[str, Any]:
    """Return the cleaned fields of one person, named as in clean.records; absent ones are None.

    Args:
        fields: as received, named as in landing.people (first_name, address, mobile, full_name …); where one of them
            holds the person whole, address included, it is taken apart.
        settings: country, own domains, placeholders, dictionaries.
        as_of: day ages are counted at.

    >>> from pathlib import Path
    >>> given = {"full_name": "Mme DUPONT Léa", "mobile": "06 12 34 56 78"}
    >>> found = clean_one(given, Settings(folder=Path()), as_of=date(2026, 1, 1))
    >>> found["last_name"], found["first_name"], found["mobile"]
    ('Dupont', 'Léa', '+33612345678')
    """
    use_dictionaries(settings.dictionaries)
    given = taken_apart({name: value for name, value in fields.items() if value})
    name = clean_name(_taken(RawName, given), tuple(settings.clean.placeholders))
    address = clean_address(_taken(RawAddress, given), settings.base.country)
    postcode, country = address.postcode or "", address.country or settings.base.country
    phones = clean_phones(
        given.get("phone", ""), given.get("mobile", ""), phone_region(postcode, country), phone_zone(postcode)
    )
    own_domains = tuple(domain.lower() for domain in settings.clean.own_domains)
    email = clean_email(given.get("email", ""), own_domains)
    birth = clean_birth_date(given.get("birth_date", ""), as_of)
    consents = {f"consent_{channel}": _consent(given.get(f"consent_{channel}", "")) for channel in CONSENT_CHANNELS}
    company = company_number(" | ".join(given[field] for field in ("siren", "organisation") if field in given))
    found = {
        **name._asdict(),
        **address._asdict(),
        **phones._asdict(),
        "email": email.email,
        "email_key": email.email_key,
        "email_grade": email.grade,
        "email_reason": email.reason,
        "email_proposed": f"{email.email.rpartition('@')[0]}@{email.proposed}"
        if email.email and email.proposed
        else None,
        "birth_date": birth.birth_date,
        "birth_year": birth.birth_year,
        "birth_place": given.get("birth_place", "").strip() or None,
        "birth_date_grade": birth.grade,
        "birth_date_reason": birth.reason,
        "card_number": _NOT_KEPT.sub("", given.get("card_number", "").upper()) or None,
        "card_tier": given.get("card_tier", "").strip() or None,
        "occupation": given.get("occupation", "").strip() or None,
        **company._asdict(),
        **consents,
        **_likely(name, birth.birth_year),
    }
    usable = {
        "post": address.address_status in DISTRIBUTABLE,
        "phone": bool(phones.phone or phones.mobile),
        "sms": bool(phones.mobile),
        "email": bool(email.email),
    }
    reached = {
        f"is_reachable_by_{channel}": is_usable and consents[f"consent_{channel}"] is not False
        for channel, is_usable in usable.items()
    }
    return found | reached


def _consent(text: str) -> bool | None:
    """Return what a consent's writing says, None when nothing."""
    words = load_data("consents")
    said = fold(text).lower()
    return True if said in words["yes"] else False if said in words["no"] else None


def _likely(name: Name, birth_year: int | None) -> dict[str, Any]:
    """Return the likely sex and its probability where the sex is not known."""
    found = None
    if not (name.sex or name.is_organisation or name.civility == "M+MME") and name.first_name_key:
        found = likely_sex(name.first_name_key, birth_year)
    return {
        "likely_sex": found.sex if found else None,
        "likely_sex_probability": round(found.probability, 4) if found else None,
    }


def _taken(shape: Any, given: Mapping[str, str]) -> Any:
    return shape(**{field: given[field] for field in shape._fields if field in given})
