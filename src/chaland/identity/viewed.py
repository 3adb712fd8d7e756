"""The matcher's view of one record without the engine: what read_rows says, in a hundredth of its time.

The statement stays the one truth: a test holds this against it on many writings. Letters beyond those of Latin Extended
are left to it, because accents and capitals follow the engine's own tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.closing import Closing
from chaland.engine.duckdb import sql_text
from chaland.identity.records import NAME_LETTERS, read_rows
from chaland.tables import clean

_ROOM = "chaland.identity"
_BEYOND = 0x250
"""First code point left to the engine: after Latin Extended-B."""
_SPACES = " \N{NO-BREAK SPACE}"
_NOT_PLAIN = re.compile("[^A-Z0-9]+")
_NOT_LETTER = re.compile("[^A-Za-z]")
_EPOCH = datetime(1970, 1, 1)
_STRANGE = re.compile(f"[^\\x00-{chr(_BEYOND - 1)}]")


class Statement(Closing):
    """The statement of the whole run (records.sql), asked of a few rows instead of clean.records."""

    def __init__(self) -> None:
        self.engine = Engine(threads=1)
        self.engine.execute(f"create schema {clean.RECORDS.schema}")

    def view(self, rows: pa.Table) -> pa.Table:
        """Return the matcher's view of the rows that describe someone, in the order of record_id.

        Args:
            rows: the columns of clean.records that matching reads, others or none besides.
        """
        self.engine.connection.register("given", rows)
        self.engine.execute(f"create or replace view {clean.RECORDS.full_name} as from given")
        return read_rows(self.engine)

    def close(self) -> None:
        """Close its engine."""
        self.engine.close()


class Viewer:
    """Gives the matcher's view of single records."""

    def __init__(self, engine: Engine) -> None:
        letters = engine.rows(sql_text(_ROOM, "plain_letters.sql"), {"first": 128, "beyond": _BEYOND})
        self._plain = {code: str(plain) for code, plain in letters}
        self._plain |= {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}

    def view(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the view of a record (columns of clean.records; those absent are null), column → value.

        None where only the statement can tell: a letter beyond Latin Extended, a value of an unforeseen type.
        """
        texts = {name: value for name, value in record.items() if isinstance(value, str)}
        birth_date, recorded_at = record.get("birth_date"), record.get("recorded_at")
        if any(_STRANGE.search(value) for value in texts.values()) or not _is_plain(birth_date, recorded_at):
            return None
        said = texts.get
        is_organisation = bool(record.get("is_organisation"))
        number, email = said("street_number"), said("email_key")
        city = self._words(said("city"), 60, "")
        insee_code = said("insee_code")
        first_name, last_name, birth_name = (
            None if is_organisation else _name(said(name))
            for name in ("first_name_key", "last_name_key", "birth_name_key")
        )
        return {
            "record_id": said("record_id", ""),
            "is_organisation": is_organisation,
            "first_name": first_name,
            "last_name": last_name,
            "birth_name": birth_name,
            "sex": None if is_organisation else said("sex"),
            "birth_date": None
            if is_organisation or birth_date is None
            else birth_date.year * 10_000 + birth_date.month * 100 + birth_date.day,
            "birth_year": None if is_organisation else _birth_year(record.get("birth_year"), birth_date),
            "organisation": self._words(said("organisation"), 150, " ") if is_organisation else None,
            "employer": None if is_organisation else self._words(said("organisation"), 150, " "),
            "occupation": self._words(said("occupation"), 60, " "),
            "birth_place": self._words(said("birth_place"), 60, " "),
            "street_number": (number + said("street_extension", "")) or None if number is not None else None,
            "street": self._words(said("street"), 100, " "),
            "street_word": _NOT_PLAIN.sub("", said("street_key", "")) or None,
            "town": insee_code if insee_code is not None else city or said("postcode"),
            "city": city,
            "postcode": said("postcode"),
            "phone": said("phone"),
            "mobile": said("mobile"),
            "email": email,
            "email_local": email.split("@", 1)[0] or None if email is not None else None,
            "is_email_of_name": email is not None and (_is_made_of(email, last_name) or _is_made_of(email, first_name)),
            "card": said("card_number"),
            "recorded_us": None if recorded_at is None else (recorded_at - _EPOCH) // timedelta(microseconds=1),
        }

    def _words(self, text: str | None, most: int, between: str) -> str | None:
        """Return the capitals and digits of a text without accents, its words parted by `between`."""
        if text is None:
            return None
        return _NOT_PLAIN.sub(between, text[:most].translate(self._plain)).strip(" ") or None


def _is_plain(birth_date: Any, recorded_at: Any) -> bool:
    is_day = birth_date is None or isinstance(birth_date, date)
    return is_day and (recorded_at is None or (isinstance(recorded_at, datetime) and recorded_at.tzinfo is None))


def _birth_year(year: int | None, birth_date: date | None) -> int | None:
    return year if year is not None else birth_date.year if birth_date is not None else None


def _name(key: str | None) -> str | None:
    return key[:60].strip(_SPACES) or None if key is not None else None


def _is_made_of(email: str, name: str | None) -> bool:
    """Tell whether the letters of an e-mail's local part hold those of a name, of which there are enough."""
    letters = _NOT_LETTER.sub("", name or "").upper()
    return len(letters) >= NAME_LETTERS and letters in _NOT_LETTER.sub("", email.split("@", 1)[0]).upper()
