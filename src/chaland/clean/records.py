"""landing.people and the lists → clean.records, clean.flags and clean.corrections.

Works by sets: each cleaner runs once per distinct writing, on every core, in batches that bound memory; SQL joins
the answers back. Plain names and addresses are cleaned in halves, of which there are few (plain.py). The person keys
that facts name and no row describes become records of their own, key only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from chaland.clean.addresses import Address, RawAddress, clean_address
from chaland.clean.dates import clean_birth_date
from chaland.clean.dictionaries import use_dictionaries
from chaland.clean.emails import clean_email, special_locals
from chaland.clean.first_names import likely_sex
from chaland.clean.grades import DISTRIBUTABLE, load_data
from chaland.clean.habits import learn_habits
from chaland.clean.name_parts import lone_civilities
from chaland.clean.names import Name, RawName, clean_name
from chaland.clean.phones import Phones, clean_phones, phone_region, phone_zone
from chaland.clean.placeholders import placeholder_names
from chaland.clean.plain import (
    DomainHalf,
    FirstHalf,
    LastHalf,
    NumberHalf,
    StreetHalf,
    TownHalf,
    WordHalf,
    domain_half,
    first_half,
    last_half,
    number_half,
    street_half,
    town_half,
    word_half,
)
from chaland.clean.sirens import fill_companies
from chaland.config import Settings
from chaland.engine import Engine
from chaland.engine.work_tables import append_rows, batches, drop_work_tables
from chaland.engine.workers import Workers
from chaland.progress import Reporter
from chaland.tables import clean, landing

SQL = "chaland.clean"
BATCH = 20_000
"""Distinct values a process takes at once; memory holds a few batches, whatever the size of the file."""

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


def clean_town_row(row: Row, *, default_country: str) -> Cleaned:
    """Return the fields of `TownHalf` for one row of work.clean_town_values."""
    postcode, city, country = row
    return tuple(town_half(postcode, city, country, default_country))


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
    """Return birth date, grade and reason for one row of work.clean_birth_date_values."""
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
    birth_columns = ("birth_date", "birth_date_grade", "birth_date_reason")
    return (
        Cleaner("clean.words", ("full_names", "word_values"), "word_values", "words", WordHalf._fields, clean_word_row),
        Cleaner(
            "clean.first_names", ("name_splits", "first_values"), "first_values", "firsts", FirstHalf._fields, firsts
        ),
        Cleaner("clean.last_names", ("last_values",), "last_values", "lasts", LastHalf._fields, lasts),
        Cleaner("clean.names", ("name_rows", "name_values"), "name_values", "names", Name._fields, names),
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


_TYPES = {
    "birth_date": pa.date32(),
    "evidence": pa.float64(),
    "first_evidence": pa.float64(),
    "last_evidence": pa.float64(),
    "likely_sex_probability": pa.float64(),
}


def clean_values(
    values: pa.Table, *, function: Callable[[Row], Cleaned], columns: tuple[str, ...], dictionaries: Path | None = None
) -> pa.Table:
    """Return a batch of distinct values (`n`, then texts) with what each became, one column per field.

    Runs in a worker, which takes the base's dictionaries with its first batch: Arrow tables travel between processes
    as they are.
    """
    use_dictionaries(dictionaries)
    texts = values.drop_columns(["n"])
    rows = zip(*(texts[name].to_pylist() for name in texts.column_names), strict=True)
    cleaned = [function(row) for row in rows]
    cells = list(zip(*cleaned, strict=True)) if cleaned else [()] * len(columns)
    for name, cell in zip(columns, cells, strict=True):
        values = values.append_column(name, pa.array(cell, _type(name)))
    return values


def _type(column: str) -> pa.DataType:
    """Return the type of a column of answers: flags by their names, text by default."""
    return _TYPES.get(column, pa.bool_() if column.startswith("is_") or column.endswith("_is_plain") else pa.string())


def _run(engine: Engine, cleaner: Cleaner, settings: Settings, workers: Workers, reporter: Reporter) -> None:
    answers = f"clean_{cleaner.answers}"
    clean_batch = partial(
        clean_values, function=cleaner.function, columns=cleaner.columns, dictionaries=settings.dictionaries
    )
    parameters = {
        "country": settings.base.country,
        "civilities": lone_civilities(),
        "placeholders": placeholder_names(tuple(settings.clean.placeholders)),
    }
    with reporter.step(cleaner.step) as step:
        drop_work_tables(engine, (answers,))
        for statement in cleaner.statements:
            engine.run(SQL, f"{statement}.sql", **parameters)
        step.total = total = engine.count(f"work.clean_{cleaner.values}")
        empty = engine.arrow(f"select * from work.clean_{cleaner.values} limit 0")  # noqa: S608  a name of this module
        append_rows(engine, answers, clean_batch(empty))
        pieces = batches(engine, f"clean_{cleaner.values}", BATCH)
        with engine.transaction():
            for done in workers.map(clean_batch, pieces, values=total):
                append_rows(engine, answers, done)
                step.advance(len(done))
        step.note(values=total)


LIKELY_SEX = Cleaner(
    "clean.sexes", ("doubtful_sexes",), "sex_values", "sexes", ("likely_sex", "likely_sex_probability"), likely_sex_row
)
"""Runs when clean.records is filled: it reads the first names and the years of birth cleaned."""


def clean_records(engine: Engine, settings: Settings, *, as_of: date, reporter: Reporter) -> None:
    """Fill clean.records and clean.flags from landing.*.

    Args:
        engine: holds landing.*; missing landing tables are taken as empty.
        settings: own domains, placeholders, dictionaries, card systems, threads.
        as_of: day ages are counted at.
        reporter: told of one step per cleaner.
    """
    use_dictionaries(settings.dictionaries)
    engine.create_missing(*landing.TABLES)
    engine.execute("create schema if not exists work")
    with reporter.step("clean.raw") as step:
        engine.run(SQL, "raw.sql")
        made_up = list(load_data("placeholders")["numbers"])
        engine.run(SQL, "halves.sql", made_up=made_up, special_locals=special_locals())
        learn_habits(engine)
        step.note(rows=engine.count("work.clean_raw"))
    with Workers(settings.run.threads) as workers:
        for cleaner in cleaners(settings, as_of):
            _run(engine, cleaner, settings, workers, reporter)
    with reporter.step("clean.records") as step:
        card_systems = list(settings.card_systems)
        engine.run(SQL, "default_dates.sql")
        engine.run(SQL, "consent_words.sql", **load_data("consents"))
        engine.run(SQL, "card_systems.sql", card_systems=card_systems)
        engine.run(SQL, "street_tells.sql")
        engine.run(SQL, "answers.sql")
        engine.run(SQL, "fact_keys.sql")
        records = engine.fill(clean.RECORDS, SQL, "records.sql", distributable=list(DISTRIBUTABLE))
        engine.run(SQL, "people.sql")
        flags = engine.fill(clean.FLAGS, SQL, "flags.sql")
        engine.fill(clean.CORRECTIONS, SQL, "corrections.sql")
        engine.check_key(clean.RECORDS)
        fill_companies(engine)
        step.note(records=records, flags=flags, key_only=engine.count("work.clean_fact_keys"))
    with Workers(settings.run.threads) as workers:
        _run(engine, LIKELY_SEX, settings, workers, reporter)
        engine.run(SQL, "likely_sexes.sql")
    engine.execute("drop view work.clean_answers")
    engine.execute("drop view work.clean_received")
    engine.execute("drop macro clean_street_tells")
    drop_work_tables(engine, WORK_TABLES)


_VALUES = (
    "word",
    "first",
    "last",
    "name",
    "street",
    "town",
    "address",
    "number",
    "phone",
    "domain",
    "email",
    "birth_date",
    "sex",
)
WORK_TABLES = (
    "clean_raw",
    "clean_habits",
    "clean_full_names",
    "clean_name_splits",
    "clean_name_rows",
    "clean_address_rows",
    "clean_phone_places",
    "clean_phone_rows",
    "clean_people",
    "clean_fact_keys",
    "clean_default_dates",
    "clean_consent_words",
    "clean_card_systems",
    *(f"clean_{name}_values" for name in _VALUES),
    *(f"clean_{name}{'es' if name in ('address', 'sex') else 's'}" for name in _VALUES),
)
"""Tables of the schema `work` this room makes and drops."""
