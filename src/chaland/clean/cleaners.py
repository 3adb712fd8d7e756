"""The cleaners: which values are listed, by what statements, and the function each goes through.

Each runs once per distinct writing; `records.py` runs them and SQL joins the answers back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from chaland.clean.addresses import Address, RawAddress, clean_address
from chaland.clean.dates import clean_birth_date
from chaland.clean.emails import clean_email
from chaland.clean.first_names import likely_sex
from chaland.clean.names import Name, RawName, clean_name
from chaland.clean.phones import Phones, clean_phones, phone_region, phone_zone
from chaland.clean.plain import (
    ComplementHalf,
    DomainHalf,
    FirstHalf,
    LastHalf,
    NumberHalf,
    StreetHalf,
    TownHalf,
    WordHalf,
    complement_half,
    domain_half,
    first_half,
    last_half,
    number_half,
    street_half,
    town_half,
    word_half,
)
from chaland.config import Settings

Row = tuple[str, ...]
Cleaned = tuple[Any, ...]


def clean_name_row(row: Row, *, placeholders: tuple[str, ...]) -> Cleaned:
    """Return the fields of `Name` for one row of work.clean_name_values."""
    return tuple(clean_name(RawName(*row), placeholders))


def clean_first_row(row: Row, *, placeholders: tuple[str, ...]) -> Cleaned:
    """Return the fields of `FirstHalf` for one row of work.clean_first_values."""
    civility, first_name, sex = row
    return tuple(first_half(civility, first_name, sex, placeholders))


def clean_last_row(row: Row, *, placeholders: tuple[str, ...]) -> Cleaned:
    """Return the fields of `LastHalf` for one row of work.clean_last_values."""
    return tuple(last_half(row[0], placeholders))


def clean_word_row(row: Row) -> Cleaned:
    """Return the fields of `WordHalf` for one row of work.clean_word_values."""
    return tuple(word_half(row[0]))


def clean_street_row(row: Row) -> Cleaned:
    """Return the fields of `StreetHalf` for one row of work.clean_street_values."""
    number, street, complement = row
    return tuple(street_half(number, street, complement))


def clean_complement_row(row: Row) -> Cleaned:
    """Return the fields of `ComplementHalf` for one row of work.clean_complement_values."""
    return tuple(complement_half(row[0]))


def clean_town_row(row: Row, *, default_country: str) -> Cleaned:
    """Return the fields of `TownHalf` for one row of work.clean_town_values."""
    written, postcode, city, country = row
    return tuple(town_half(postcode, city, country, default_country, written))


def clean_address_row(row: Row, *, default_country: str) -> Cleaned:
    """Return the fields of `Address` for one row of work.clean_address_values."""
    return tuple(clean_address(RawAddress(*row), default_country))


def clean_number_row(row: Row) -> Cleaned:
    """Return the fields of `NumberHalf` for one row of work.clean_number_values."""
    return tuple(number_half(row[0]))


def clean_phone_row(row: Row, *, country: str) -> Cleaned:
    """Return the fields of `Phones` for one row of work.clean_phone_values."""
    phone, mobile, postcode, said = row
    return tuple(clean_phones(phone, mobile, phone_region(postcode, said or country), phone_zone(postcode)))


def clean_domain_row(row: Row, *, own_domains: tuple[str, ...]) -> Cleaned:
    """Return the fields of `DomainHalf` for one row of work.clean_domain_values."""
    return tuple(domain_half(row[0], own_domains))


def clean_email_row(row: Row, *, own_domains: tuple[str, ...]) -> Cleaned:
    """Return e-mail, key, grade, reason and the e-mail proposed for one row of work.clean_email_values."""
    found = clean_email(row[0], own_domains)
    proposed = f"{found.email.rpartition('@')[0]}@{found.proposed}" if found.email and found.proposed else None
    return (*found[:4], proposed)


def likely_sex_row(row: Row) -> Cleaned:
    """Return the likely sex and its probability for one row of work.clean_sex_values."""
    first_name, birth_year = row
    found = likely_sex(first_name, int(birth_year) if birth_year else None)
    return (found.sex, round(found.probability, 4)) if found else (None, None)


def clean_birth_date_row(row: Row, *, as_of: date) -> Cleaned:
    """Return birth date, grade, reason and year for one row of work.clean_birth_date_values."""
    birth_date, order = row
    return tuple(clean_birth_date(birth_date, as_of, order))


class Cleaner(NamedTuple):
    """One cleaner: the step, the statements that list its distinct values, where they stand, the table of answers and
    its columns."""

    step: str
    statements: tuple[str, ...]
    values: str
    answers: str
    columns: tuple[str, ...]
    function: Callable[[Row], Cleaned]


def cleaners(settings: Settings, as_of: date) -> tuple[Cleaner, ...]:
    """Return the cleaners with this base's settings, in the order they must run: halves before the names and addresses
    that must be cleaned whole, telephones after addresses."""
    own_domains = tuple(domain.lower() for domain in settings.clean.own_domains)
    placeholders = tuple(settings.clean.placeholders)
    firsts, lasts = (partial(half, placeholders=placeholders) for half in (clean_first_row, clean_last_row))
    names = partial(clean_name_row, placeholders=placeholders)
    towns, addresses = (
        partial(row, default_country=settings.base.country) for row in (clean_town_row, clean_address_row)
    )
    phones = partial(clean_phone_row, country=settings.base.country)
    domains, emails = (partial(row, own_domains=own_domains) for row in (clean_domain_row, clean_email_row))
    births = partial(clean_birth_date_row, as_of=as_of)
    email_columns = ("email", "email_key", "email_grade", "email_reason", "email_proposed")
    birth_columns = ("birth_date", "birth_date_grade", "birth_date_reason", "birth_year")
    return (
        Cleaner("clean.words", ("full_names", "word_values"), "word_values", "words", WordHalf._fields, clean_word_row),
        Cleaner(
            "clean.first_names", ("name_splits", "first_values"), "first_values", "firsts", FirstHalf._fields, firsts
        ),
        Cleaner("clean.last_names", ("last_values",), "last_values", "lasts", LastHalf._fields, lasts),
        Cleaner("clean.names", ("name_rows", "name_values"), "name_values", "names", Name._fields, names),
        Cleaner(
            "clean.complements",
            ("complement_values",),
            "complement_values",
            "complements",
            ComplementHalf._fields,
            clean_complement_row,
        ),
        Cleaner("clean.streets", ("street_values",), "street_values", "streets", StreetHalf._fields, clean_street_row),
        Cleaner("clean.towns", ("town_values",), "town_values", "towns", TownHalf._fields, towns),
        Cleaner(
            "clean.addresses",
            ("address_rows", "address_values"),
            "address_values",
            "addresses",
            Address._fields,
            addresses,
        ),
        Cleaner("clean.numbers", ("number_values",), "number_values", "numbers", NumberHalf._fields, clean_number_row),
        Cleaner(
            "clean.phones",
            ("phone_places", "phone_rows", "phone_values"),
            "phone_values",
            "phones",
            Phones._fields,
            phones,
        ),
        Cleaner("clean.domains", ("domain_values",), "domain_values", "domains", DomainHalf._fields, domains),
        Cleaner("clean.emails", ("email_values",), "email_values", "emails", email_columns, emails),
        Cleaner("clean.birth_dates", ("birth_date_values",), "birth_date_values", "birth_dates", birth_columns, births),
    )


LIKELY_SEX = Cleaner(
    "clean.sexes", ("doubtful_sexes",), "sex_values", "sexes", ("likely_sex", "likely_sex_probability"), likely_sex_row
)
"""Runs when clean.records is filled: it reads the first names and the years of birth cleaned."""
