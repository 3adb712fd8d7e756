"""What people write with a customer before them (contacts, cases, consents, corrections), kept for the next build.

Each word is a line of one of the base's own files (`desk/*.csv`, sources of the next build). A line is never changed: a
later line of the same key takes its place, one with `withdrawn_at` takes it back. It hangs on one record of the
customer, so that it follows that record through every merge and unmerge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from chaland.config import CONSENT_CHANNELS, own_columns
from chaland.publish.customer_file import Consent, Record, Value
from chaland.publish.steward import append_line, checked_correction, moment_text

KINDS = {"contact": "contacts", "case": "cases", "consent": "consents", "correction": "corrections"}
"""What may be written, and the kind of source it becomes."""

_MOMENTS = {"contact": "contacted_at", "case": "opened_at", "consent": "said_at", "correction": "corrected_at"}


def event_id(kind: str, key: str) -> str:
    """Return the id that a line of the desk has in the base.

    >>> event_id("contact", "k1")
    'desk_contacts:k1'
    """
    return f"desk_{KINDS[kind]}:{key}"


def anchor(records: Sequence[Record], values: Sequence[Value]) -> str:
    """Return the record that what is written of a customer hangs on: the one that gave his name, else the latest.

    Args:
        records: his records, the latest first.
        values: every value known of him.
    """
    mine = {record.record_id for record in records}
    named = [value.record_id for value in values if value.field == "name" and value.is_chosen]
    return next((record_id for record_id in named if record_id in mine), records[0].record_id) or ""


def keep_line(
    folder: Path,
    kind: str,
    key: str,
    fields: Mapping[str, str],
    *,
    record_id: str,
    by: str,
    at: datetime,
    now: datetime,
    withdrawn: bool = False,
) -> Path:
    """Append one line to the base's own file of a kind; return the file.

    Args:
        kind: contact, case, consent or correction.
        key: number of the word; a later line of the same key replaces this one.
        fields: column → text, of the kind's own columns.
        record_id: record it hangs on.
        by: who writes.
        at: moment of the word itself (contact held, case opened, consent given, value corrected).
        now: moment of the line.
        withdrawn: the line takes back what was said under this key.

    Raises:
        ConfigError: a correction that cannot be (an unknown field, half an address).
        StorageError: the disk refused; nothing is kept.

    >>> import tempfile; from datetime import UTC
    >>> now = datetime(2026, 11, 2, tzinfo=UTC)
    >>> path = keep_line(Path(tempfile.mkdtemp()), "contact", "k1", {"channel": "phone", "direction": "in"},
    ...     record_id="card:12", by="nadia", at=now, now=now)
    >>> path.read_text().splitlines()[1]
    'card,12,k1,2026-11-02T00:00:00.000000Z,phone,in,,,,,nadia,,'
    """
    row = {_MOMENTS[kind]: moment_text(at), f"{kind}_key": key, **fields}
    if kind == "correction":
        checked_correction({name: text for name, text in fields.items() if name != "reason"})
        row |= {"subject": record_id, "corrected_by": by}
    else:
        system, _, person_key = record_id.partition(":")
        row |= {"system": system, "person_key": person_key, "author": by}
    if withdrawn:
        row["withdrawn_at"] = moment_text(now)
    known = own_columns(KINDS[kind])
    return append_line(folder, f"desk_{KINDS[kind]}", {name: row[name] for name in known if name in row})


def last_words(words: Sequence[Consent], person_of: Mapping[str, str] | None = None) -> dict[str, bool]:
    """Return the latest word on each channel, as the base will fold them: an undated no is the last, ties are noes.

    Of persons whom a steward joined, each keeps his latest word, and a no of one of them stands (`last_words.sql`).

    Args:
        person_of: record → person he would be without any decision; one person when None.

    >>> from datetime import datetime
    >>> may, june = datetime(2026, 5, 1), datetime(2026, 6, 1)
    >>> last_words([Consent("email", True, "a", "web", june), Consent("email", False, "b", "card", may)])
    {'email': True}
    >>> last_words([Consent("email", True, "a", "web", june), Consent("email", False, "b", "card", may)],
    ...     {"a": "c1", "b": "c2"})
    {'email': False}
    """
    found: dict[str, bool] = {}
    for channel in CONSENT_CHANNELS:
        by_person: dict[str, list[Consent]] = {}
        for word in words:
            if word.channel == channel:
                by_person.setdefault((person_of or {}).get(word.record_id, ""), []).append(word)
        if by_person:
            found[channel] = all(max(told, key=_lateness).is_granted for told in by_person.values())
    return found


def _lateness(word: Consent) -> tuple[bool, bool, datetime, bool]:
    is_last = word.said_at is None and not word.is_granted
    return is_last, word.said_at is not None, word.said_at or datetime.min, not word.is_granted
