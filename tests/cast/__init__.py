"""The cast: a handful of people whose traps every room must know, as rows of landing.*, clean.* and identity.*.

Camille is one woman known by four systems under two e-mails. Lucas and Louis Martin are twins at one address.
Dominique refused everything. Paul, Julie and Hugo Bernard share one telephone. A reseller opens web accounts under
other people's names with his own e-mail. One card is known from tickets alone.

`fill_landing` gives what ingest writes; `fill_clean` and `fill_identity` give, by hand, what cleaning and identity
should make of it, so that the rooms after them can be tested alone. All persons and contacts are invented.
"""

from __future__ import annotations

from tests.cast.cleaned import clean_person, fill_clean, grades
from tests.cast.identified import fill_identity
from tests.cast.landed import LANDING, counts, fill_landing, load_rows
from tests.cast.people import PEOPLE, PERSON_OF, customer_id
from tests.cast.purchases import TICKET_LINES, WEB_EVENTS
from tests.cast.settings import AS_OF, CHALAND_TOML, NOW, Row, settings
from tests.cast.voices import CONTACTS, FLAGS

from chaland.engine import Engine

__all__ = [
    "AS_OF",
    "CHALAND_TOML",
    "CONTACTS",
    "FLAGS",
    "LANDING",
    "NOW",
    "PEOPLE",
    "PERSON_OF",
    "TICKET_LINES",
    "WEB_EVENTS",
    "Row",
    "clean_person",
    "counts",
    "customer_id",
    "fill_all",
    "fill_clean",
    "fill_identity",
    "fill_landing",
    "grades",
    "load_rows",
    "settings",
]


def fill_all(engine: Engine) -> None:
    """Create landing.*, clean.* and identity.* of the cast."""
    fill_landing(engine)
    fill_clean(engine)
    fill_identity(engine)
