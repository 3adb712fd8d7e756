"""The steward's queue, read from a snapshot: which pairs to ask about, two records side by side, their evidence.

Reads base.questions, records, record_links and customers; the shapes bear the names of the columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import SequenceMatcher

from chaland.publish.customer_file import Identity, Link
from chaland.publish.reader import Reader
from chaland.publish.story import Decision


@dataclass(frozen=True)
class Question:
    """A pair worth asking about; `expected_gain` is in pairs of records that the answer sets right, on average."""

    rank: int
    record_id_l: str
    record_id_r: str
    match_weight: float
    match_probability: float
    is_linked: bool
    expected_gain: float
    related: int


@dataclass(frozen=True)
class SideRecord(Identity):
    """One record of a pair, cleaned, with its lineage."""

    record_id: str
    customer_id: str
    source: str
    file: str | None
    line: int | None
    recorded_at: datetime | None
    is_key_only: bool


@dataclass(frozen=True)
class Related:
    """What hangs on a customer: what a merge would put together."""

    customer_id: str
    display_name: str
    records: int
    tickets: int
    amount_total: Decimal
    points_balance: int | None
    contacts: int
    projects: int
    surveys: int
    open_cases: int
    last_purchase_date: date | None
    household_customers: int | None


@dataclass(frozen=True)
class Side:
    """One half of a pair."""

    record: SideRecord
    customer: Related


@dataclass(frozen=True)
class Pair:
    """Two records and the evidence for one person; `link` is None when they were never compared."""

    left: Side
    right: Side
    link: Link | None

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.left, self.right

    @property
    def is_one_customer(self) -> bool:
        """Whether the base takes them for one person today."""
        return self.left.customer.customer_id == self.right.customer.customer_id


def questions(reader: Reader) -> list[Question]:
    """Return the pairs worth asking a steward about, best first."""
    return reader._ask(Question, "questions.sql")


def decisions(reader: Reader) -> dict[tuple[str, str], Decision]:
    """Return the last word that the snapshot knows on each pair, and what became of it."""
    return {(one.record_id_l, one.record_id_r): one for one in reader._ask(Decision, "decisions.sql")}


def pair(reader: Reader, record_id_l: str, record_id_r: str) -> Pair | None:
    """Return two records with their customers and their evidence; None when the snapshot lacks one of them."""
    sides = [_side(reader, record_id) for record_id in (record_id_l, record_id_r)]
    left, right = sides
    if left is None or right is None:
        return None
    owner = left.record.customer_id
    link = reader.link(record_id_l, record_id_r, owner if owner == right.record.customer_id else None)
    return Pair(left, right, link)


def _side(reader: Reader, record_id: str) -> Side | None:
    records = reader._ask(SideRecord, "record.sql", record_id=record_id)
    if not records:
        return None
    return Side(records[0], reader._ask(Related, "related.sql", customer_id=records[0].customer_id)[0])


def desk_words(reader: Reader, customer_id: str) -> dict[str, str]:
    """Return the words of the desk that the snapshot knows of a customer: event id → what it knows of it."""
    return dict(reader._rows("desk_words.sql", customer_id=customer_id))


def differences(left: str, right: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Return each text cut into pieces, with whether the other text lacks the piece.

    >>> differences("CHALAIN", "CHALIN")
    ([('CHAL', False), ('A', True), ('IN', False)], [('CHALIN', False)])
    """
    ours: list[tuple[str, bool]] = []
    theirs: list[tuple[str, bool]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for pieces, text in ((ours, left[i1:i2]), (theirs, right[j1:j2])):
            differs = tag != "equal"
            if text and pieces and pieces[-1][1] == differs:
                pieces[-1] = (pieces[-1][0] + text, differs)
            elif text:
                pieces.append((text, differs))
    return ours, theirs
