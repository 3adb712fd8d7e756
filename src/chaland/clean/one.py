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
from chaland.clean.names import RawName, clean_name
from chaland.clean.phones import clean_phones, phone_region, phone_zone
from chaland.config import Settings

_NOT_KEPT = re.compile("[^A-Z0-9]+")


def clean_one(fields: Mapping[str, str], settings: Settings, *, as_of: date) -> dict[str, Any]:
    """Return the cleaned fields of one person, named as in clean.records; absent ones are None.

    Args:
        fields: as received, named as in landing.people (first_name, address, mobile, full_name …).
        settings: country, own domains, placeholders, dictionaries.
        as_of: day ages are counted at.

    >>> from pathlib import Path
    >>> given = {"full_name": "Mme DUPONT Léa", "mobile": "06 12 34 56 78"}
    >>> found = clean_one(given, Settings(folder=Path()), as_of=date(2026, 1, 1))
    >>> found["last_name"], found["first_name"], found["mobile"]
    ('Dupont', 'Léa', '+33612345678')
    """
    use_dictionaries(settings.dictionaries)
    given = {name: value for name, value in fields.items() if value}
    name = clean_name(_taken(RawName, given), tuple(settings.clean.placeholders))
    address = clean_address(_taken(RawAddress, given), settings.base.country)
    postcode, country = address.postcode or "", address.country or settings.base.country
    phones = clean_phones(
        given.get("phone", ""), given.get("mobile", ""), phone_region(postcode, country), phone_zone(postcode)
    )
    own_domains = tuple(domain.lower() for domain in settings.clean.own_domains)
    email = clean_email(given.get("email", ""), own_domains)
    birth = clean_birth_date(given.get("birth_date", ""), as_of)
    return {
        **name._asdict(),
        **address._asdict(),
        "phone": phones.phone,
        "mobile": phones.mobile,
        "email": email[0],
        "email_key": email[1],
        "birth_date": birth[0],
        "card_number": _NOT_KEPT.sub("", given.get("card_number", "").upper()) or None,
    }


def _taken(shape: Any, given: Mapping[str, str]) -> Any:
    return shape(**{field: given[field] for field in shape._fields if field in given})
