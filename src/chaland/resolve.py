"""Who is this person? One record as received, cleaned and held against the snapshot in force, in milliseconds.

    from chaland.resolve import open_base
    with open_base(Path("my-base"), as_of=date.today()) as base:
        answer = base.resolve({"full_name": "Mme Dupont Léa", "mobile": "06 12 34 56 78"})
        answer.verdict, answer.customer_id

A snapshot is held until the block ends: publishing another does not disturb it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from chaland.clean.one import clean_one
from chaland.config import PERSON_FIELD_NAMES, Settings, load_settings
from chaland.errors import ConfigError
from chaland.identity.realtime import Resolution, Resolver
from chaland.language import say
from chaland.publish.place import pinned

LONGEST = 10_000
"""Characters of a field beyond which the rest is left out: no real one is so long."""


class Base:
    """A snapshot opened to answer who people are; several threads may share one."""

    def __init__(self, settings: Settings, snapshot: Path, *, as_of: date) -> None:
        self.settings = settings
        self.snapshot = snapshot
        self.as_of = as_of
        self.resolver = Resolver(snapshot)

    def resolve(self, fields: Mapping[str, Any], *, most: int = 10) -> Resolution:
        """Return who a person is, from his fields as received; a text that holds him whole, address included, is split.

        Args:
            fields: field of landing.people → text or number; empty ones say nothing.
            most: candidates at most in the answer.

        Raises:
            ConfigError: a field is unknown, or its value is a list or an object.
        """
        given = checked_fields(fields)
        return self.resolver.resolve(clean_one(given, self.settings, as_of=self.as_of), most=most)


@contextmanager
def open_base(folder: Path, *, as_of: date) -> Iterator[Base]:
    """Open the snapshot in force of the base in a folder, and keep it while the block lasts.

    Args:
        as_of: day ages are counted at.

    Raises:
        ConfigError, NotFoundError, StorageError: no base, nothing published, or no index in what was published.
    """
    settings = load_settings(folder)
    with pinned(folder) as snapshot:
        yield Base(settings, snapshot, as_of=as_of)


def checked_fields(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields as text, empty ones left out.

    Raises:
        ConfigError: a field is unknown, or its value is neither text nor a number.

    >>> checked_fields({"last_name": "Dupont", "postcode": 59000, "email": None})
    {'last_name': 'Dupont', 'postcode': '59000'}
    """
    faults = []
    known = ", ".join(PERSON_FIELD_NAMES)
    for name, value in fields.items():
        if name not in PERSON_FIELD_NAMES:
            faults.append(say("{field}: unknown field; the fields are {known}.", field=name[:60], known=known))
        elif value is not None and (isinstance(value, bool) or not isinstance(value, (str, int, float))):
            faults.append(
                say("{field}: expected text or a number, found {found}.", field=name, found=type(value).__name__)
            )
    if faults:
        raise ConfigError.of(faults)
    return {name: str(value)[:LONGEST] for name, value in fields.items() if value is not None and value != ""}


def as_facts(answer: Resolution) -> dict[str, Any]:
    """Return an answer as plain values, for JSON."""
    return dataclasses.asdict(answer)
