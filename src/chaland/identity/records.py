"""The matcher's view of clean.records: every field as dictionary codes, so that equality is an integer test.

Strings are compared once per distinct pair of values (levels.py); records carry only int32 codes, -1 for nothing.
Contacts that too many last names share are taken away here: they identify nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.engine import Engine
from chaland.engine.compiled import compiled
from chaland.engine.duckdb import sql_text
from chaland.identity.letters import are_made_of
from chaland.identity.numbering import Codes as Codes
from chaland.identity.numbering import Ints as Ints
from chaland.identity.numbering import numbered
from chaland.identity.phonetic import phonetic

Strings = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]

NAME_LETTERS = 3
"""Letters of a name below which an e-mail is not said to be made of it."""
NEVER_US = -(2**62)
"""When a record without a date was recorded: before all others."""


@dataclass(frozen=True)
class Coded:
    """A column: one code a record (-1 for null), and the distinct values the codes stand for."""

    codes: Codes
    values: Strings

    @cached_property
    def counts(self) -> Ints:
        """Records carrying each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values)).astype(np.int64)

    @cached_property
    def present(self) -> int:
        """Records carrying a value."""
        return int((self.codes >= 0).sum())

    @cached_property
    def sounds(self) -> Coded:
        """Codes of the phonetic form of each distinct value (one entry per value, not per record)."""
        return coded(pa.array([phonetic(value) for value in self.values], pa.string()))

    @cached_property
    def sounded(self) -> Coded:
        """The column with each value replaced by its phonetic form."""
        return Coded(np.append(self.sounds.codes, np.int32(-1))[self.codes], self.sounds.values)

    def mapped(self, values: list[str | None]) -> Coded:
        """Return the column with each distinct value replaced by another (None: nothing)."""
        fresh = coded(pa.array(values, pa.string()))
        lookup = np.append(fresh.codes, np.int32(-1))
        return Coded(lookup[self.codes], fresh.values)

    def without(self, unwanted: Flags) -> Coded:
        """Return the column with the marked values taken away."""
        lookup = np.append(np.where(unwanted, -1, np.arange(len(self.values))), -1).astype(np.int32)
        return Coded(lookup[self.codes], self.values)


def coded(column: pa.Array | pa.ChunkedArray) -> Coded:
    """Return the dictionary codes of a column of strings.

    >>> coded(pa.array(["B", None, "A", "B"])).codes.tolist()
    [0, -1, 1, 0]
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    encoded = pc.dictionary_encode(column)
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Coded(codes, encoded.dictionary.to_numpy(zero_copy_only=False))


def joint(*codes: npt.NDArray[np.integer]) -> Codes:
    """Return one dense code per distinct combination of codes; -1 where any is missing.

    >>> joint(np.array([0, 0, -1]), np.array([5, 5, 1])).tolist()
    [0, 0, -1]
    """
    return numbered(combined(*codes))[0]


def combined(*codes: npt.NDArray[np.integer]) -> Ints:
    """Return one int64 per combination of codes, -1 where any is missing.

    Three dictionaries may overflow 63 bits together: the first two are made dense before the third is added.
    """
    mixed = codes[0].astype(np.int64)
    span = int(mixed.max(initial=0)) + 1
    for code in codes[1:]:
        width = int(code.max(initial=0)) + 1
        if span > (2**62) // width:
            dense, distinct = numbered(mixed)
            mixed, span = dense.astype(np.int64), len(distinct) + 1
        _append(mixed, code, width)
        span *= width
    return mixed


@compiled
def _append(mixed: Ints, code: npt.NDArray[np.integer], width: int) -> None:
    for place in range(len(mixed)):
        if mixed[place] >= 0:
            mixed[place] = mixed[place] * width + code[place] if code[place] >= 0 else -1


def sorted_distinct(values: Ints) -> Ints:
    """Return the distinct values in order (sort and compare: faster than np.unique on millions)."""
    ordered = np.sort(values)
    keep = np.ones(len(ordered), dtype=bool)
    keep[1:] = ordered[1:] != ordered[:-1]
    return ordered[keep]


@dataclass(frozen=True)
class Records:
    """Every record to be matched, in the order of record_id. All columns have one entry per record."""

    record_id: pa.Array
    is_organisation: Flags
    first_name: Coded
    last_name: Coded
    birth_name: Coded
    sex: Coded
    birth_date: npt.NDArray[np.int32]  # yyyymmdd, -1 for nothing
    birth_year: npt.NDArray[np.int32]  # known too where the day is not, -1 for nothing
    organisation: Coded
    employer: Coded  # organisation of a person
    occupation: Coded
    birth_place: Coded
    street_number: Coded
    street: Coded
    street_word: Coded
    town: Coded
    city: Coded
    postcode: Coded
    phone: Codes  # codes into `numbers`
    mobile: Codes
    numbers: Strings
    email: Coded
    email_local: Coded
    is_email_of_name: Flags
    card: Coded
    recorded_us: Ints
    dropped_contacts: Strings  # e-mails and numbers that too many last names share

    def __len__(self) -> int:
        return len(self.is_organisation)

    @property
    def shared_contacts(self) -> int:
        """Contacts taken away because too many last names share them."""
        return len(self.dropped_contacts)

    @cached_property
    def number_counts(self) -> Ints:
        """Records carrying each telephone number."""
        return np.bincount(
            np.concatenate(
                [self.phone[self.phone >= 0], self.mobile[(self.mobile >= 0) & (self.mobile != self.phone)]]
            ),
            minlength=len(self.numbers),
        ).astype(np.int64)

    @cached_property
    def full_name(self) -> Codes:
        """Code of the first and last name together; -1 without both."""
        return joint(self.first_name.codes, self.last_name.codes)

    @cached_property
    def first_sound(self) -> Coded:
        return self.first_name.sounded

    @cached_property
    def last_sound(self) -> Coded:
        return self.last_name.sounded

    @cached_property
    def birth_name_as_last(self) -> Codes:
        """Code of the birth name among the last names; -1 where it is nobody's last name, unless others bear it."""
        both = coded(pa.array([*self.last_name.values, *self.birth_name.values], pa.string()))
        lookup = np.append(both.codes[len(self.last_name.values) :], np.int32(-1))
        return lookup[self.birth_name.codes]

    @cached_property
    def email_number(self) -> Codes:
        """Code of the first three digits or more of the e-mail's local part."""
        texts = pa.array(self.email_local.values, pa.string())
        found = pc.struct_field(pc.extract_regex(texts, "(?P<number>[0-9]{3,})"), "number")
        return self.email_local.mapped(found.to_pylist()).codes

    @cached_property
    def street_at(self) -> Codes:
        """Code of the street in its town; where no town is given, of the street."""
        return joint(self.street.codes, self.town.codes + 1)

    @cached_property
    def home(self) -> Codes:
        """Code of the house: number, street and town; -1 without a number or a street."""
        return joint(self.street_number.codes, self.street_at)


def read_records(engine: Engine, *, max_surnames_per_contact: int) -> Records:
    """Return the records of clean.records that a row describes; those known only by a key are left out.

    Args:
        max_surnames_per_contact: last names (by sound) sharing an e-mail or a number beyond which it is dropped.
    """
    return records_of(read_rows(engine), max_surnames_per_contact=max_surnames_per_contact)


def read_rows(engine: Engine) -> pa.Table:
    """Return the matcher's view of clean.records as text, one row per record that a row describes.

    To what records.sql says is added whether the e-mail is made of the name: its local part holds the first name or
    the last, of three letters or more.
    """
    rows = engine.arrow(sql_text("chaland.identity", "records.sql")).combine_chunks()
    local = rows["email_local"].combine_chunks()
    of_last, of_first = (
        are_made_of(local, rows[name].combine_chunks(), least=NAME_LETTERS) for name in ("last_name", "first_name")
    )
    at = rows.column_names.index("email_local") + 1
    return rows.add_column(at, "is_email_of_name", pa.array(of_last | of_first))


def records_of(rows: pa.Table, *, max_surnames_per_contact: int) -> Records:
    """Return the records of the matcher's view; contacts that too many last names share among them are taken away."""
    column = {name: coded(rows[name]) for name in rows.column_names if pa.types.is_string(rows[name].type)}
    last_sound = column["last_name"].sounded
    numbers = coded(pa.chunked_array([*rows["phone"].chunks, *rows["mobile"].chunks], pa.string()))
    busy_numbers = too_shared(
        numbers.codes, np.tile(last_sound.codes, 2), len(numbers.values), max_surnames_per_contact
    )
    busy_emails = too_shared(
        column["email"].codes, last_sound.codes, len(column["email"].values), max_surnames_per_contact
    )
    split = len(rows)
    numbers_kept = numbers.without(busy_numbers)
    email = column["email"].without(busy_emails)
    local = Coded(
        np.where(email.codes >= 0, column["email_local"].codes, -1).astype(np.int32), column["email_local"].values
    )
    return Records(
        record_id=rows["record_id"].combine_chunks(),
        is_organisation=rows["is_organisation"].to_numpy(),
        first_name=column["first_name"],
        last_name=column["last_name"],
        birth_name=column["birth_name"],
        sex=column["sex"],
        birth_date=rows["birth_date"].fill_null(-1).to_numpy().astype(np.int32),
        birth_year=rows["birth_year"].fill_null(-1).to_numpy().astype(np.int32),
        organisation=column["organisation"],
        employer=column["employer"],
        occupation=column["occupation"],
        birth_place=column["birth_place"],
        street_number=column["street_number"],
        street=column["street"],
        street_word=column["street_word"],
        town=column["town"],
        city=column["city"],
        postcode=column["postcode"],
        phone=numbers_kept.codes[:split],
        mobile=numbers_kept.codes[split:],
        numbers=numbers.values,
        email=email,
        email_local=local,
        is_email_of_name=rows["is_email_of_name"].to_numpy(),
        card=column["card"],
        recorded_us=rows["recorded_us"].fill_null(NEVER_US).to_numpy(),
        dropped_contacts=np.concatenate([numbers.values[busy_numbers], column["email"].values[busy_emails]]),
    )


def too_shared(contacts: Codes, names: Codes, size: int, limit: int) -> Flags:
    """Mark the contacts carried by more than `limit` different last names.

    >>> too_shared(np.array([0, 0, 1]), np.array([3, 4, 3]), 2, 1).tolist()
    [True, False]
    """
    both = combined(contacts, names)
    distinct = sorted_distinct(both[both >= 0])
    width = int(names.max(initial=0)) + 1
    surnames = np.bincount((distinct // width).astype(np.int64), minlength=size)
    return surnames > limit
