"""What stewards say, kept in the base's own files: decisions.csv and corrections.csv, sources of the next build.

People's words enter by the front door, as any other source does: the command line and the web application append a
line here, and the next build reads it. A line is flushed to disk before anyone is told that it is kept.
"""

from __future__ import annotations

import csv
import errno
import fcntl
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from chaland.config import DECISION_KINDS, OWN_FILES, PERSON_FIELD_NAMES, own_columns
from chaland.engine import Engine
from chaland.errors import ConfigError, NotFoundError, StorageError
from chaland.language import say
from chaland.publish.place import DATABASE, snapshot_in_force
from chaland.tables.identity import BLANKABLE

_OF_THE_RECORD = ("siren", "birth_place")
CORRECTABLE = tuple(
    name for name in PERSON_FIELD_NAMES if not name.startswith("consent_") and name not in _OF_THE_RECORD
)
"""Fields a correction may give. A consent is not corrected, it is given or withdrawn, with its proof; a company number
and a birth place, which no customer's file shows, belong to the record that gave them."""

BLANK = "blank_fields"
"""Column of a correction that names the fields left blank, parted by spaces."""

_STREET = {"street", "place"}
_TOWN = {"postcode", "city"}
_ADDRESS = {"address", "street_number", "complement", *_STREET, *_TOWN, "country"}


def keep_decision(folder: Path, records: Sequence[str], decision: str, *, by: str, reason: str, now: datetime) -> Path:
    """Append a decision on two records to the base; return the file. The last word on a pair stands.

    Args:
        records: two record ids (system:person_key).
        decision: same, apart, unsure, or withdrawn.
        now: when it was decided, with its zone.

    Raises:
        ConfigError: not two records, or an unknown decision.
        NotFoundError: the snapshot in force has no such record.
        StorageError: the disk refused; nothing is kept.
    """
    if decision not in DECISION_KINDS:
        raise ConfigError(say("decision: expected one of {known}.", known=", ".join(DECISION_KINDS)))
    one, other = sorted(records)
    if one == other:
        raise ConfigError(say("A decision is about two records; this is one: {record}.", record=one))
    _check_known(folder, records)
    said = {"record_id_l": one, "record_id_r": other, "decision": decision, "decided_at": moment_text(now)}
    return append_line(folder, "decisions", {**said, "decided_by": by, "reason": reason})


def keep_correction(
    folder: Path, subject: str, fields: Mapping[str, str], *, by: str, reason: str, now: datetime
) -> Path:
    """Append a correction of what is known of one person to the base; return the file.

    Args:
        subject: a record id (system:person_key), or a customer id ever given.
        fields: field of a person → right value, as anyone would write it: it is cleaned as a source's is. BLANK → the
            fields of which nothing holds, parted by spaces.

    Raises:
        ConfigError: no field, or an unknown one.
        NotFoundError: the snapshot in force knows no such record or customer.
        StorageError: the disk refused; nothing is kept.
    """
    checked_correction(fields)
    _check_known(folder, [subject])
    at = moment_text(now)
    said = {"subject": subject, "corrected_at": at, "corrected_by": by, "reason": reason}
    return append_line(folder, "corrections", {**said, "correction_key": f"{subject}@{at}", **fields})


def withdraw_correction(folder: Path, subject: str, *, by: str, reason: str, now: datetime) -> Path:
    """Take back the last correction of a person that still stands in the base's own file; return the file.

    What a source of kind corrections says, or the desk, is taken back where it was said.

    Args:
        subject: the person as he was named in the correction.

    Raises:
        NotFoundError: no correction of this person stands there.
        StorageError: the disk refused; nothing is kept.
    """
    standing: dict[str, str] = {}
    path = folder / OWN_FILES["corrections"].path
    if path.is_file():
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                key = row.get("correction_key") or ""
                if row.get("subject") == subject and key:
                    if row.get("withdrawn_at"):
                        standing.pop(key, None)
                    else:
                        standing[key] = row["corrected_at"]
    if not standing:
        raise NotFoundError(
            say("No correction of {subject} stands in {file}.", subject=subject, file=path.name),
            left=say("Nothing was kept."),
            next_step=say("A correction is taken back under the name it was made under, record or customer."),
        )
    key, at = max(standing.items(), key=lambda one: one[1])
    said = {"subject": subject, "corrected_at": at, "corrected_by": by, "reason": reason}
    return append_line(folder, "corrections", {**said, "correction_key": key, "withdrawn_at": moment_text(now)})


def checked_correction(fields: Mapping[str, str]) -> None:
    """Refuse what cannot be corrected, all faults together.

    Raises:
        ConfigError: no field, an unknown one, half an address, or a field both given and left blank.
    """
    given = fields.keys() - {BLANK}
    blank = fields.get(BLANK, "").split()
    faults = [
        say("{field}: unknown field; the fields are {known}.", field=name, known=", ".join(CORRECTABLE))
        for name in fields
        if name in given and name not in CORRECTABLE
    ]
    for name in blank:
        if name not in BLANKABLE:
            faults.append(
                say("{field}: cannot be left blank; these can: {known}.", field=name, known=", ".join(BLANKABLE))
            )
        elif given & (_ADDRESS if name == "address" else {name}):
            faults.append(say("{field}: both given and left blank.", field=name))
    if not given and not blank:
        faults.append(say("Nothing to correct: give field=value."))
    if given & {*_STREET, *_TOWN} and "address" not in given and not (given & _STREET and given & _TOWN):
        faults.append(say("An address is corrected whole: its street or place, and its postcode or town."))
    if faults:
        raise ConfigError.of(faults)


def moment_text(now: datetime) -> str:
    """Return an instant as the base's own files write it: UTC, to the microsecond."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _check_known(folder: Path, subjects: Sequence[str]) -> None:
    """Refuse what the snapshot in force does not know; before a first build nothing can be known."""
    try:
        snapshot = snapshot_in_force(folder)
    except NotFoundError:
        return
    with Engine(snapshot / DATABASE, read_only=True) as engine:
        known = {
            row[0]
            for row in engine.rows(
                "select record_id from base.records where list_contains($subjects, record_id) "
                "union all select customer_id from base.customers where list_contains($subjects, customer_id) "
                "union all select old_customer_id from base.customer_aliases "
                "where list_contains($subjects, old_customer_id)",
                {"subjects": list(subjects)},
            )
        }
    missing = [subject for subject in subjects if subject not in known]
    if missing:
        raise NotFoundError(
            say("This base has no record {names}.", names=", ".join(missing)),
            left=say("Nothing was kept."),
            next_step=say("A record is named system:key, as in: chaland export records {folder}", folder=folder),
        )


def append_line(folder: Path, name: str, row: Mapping[str, str]) -> Path:
    """Append one line to one of the base's own files, whole or not at all, and make sure that it is on disk.

    Args:
        name: a source of OWN_FILES.
        row: column → text.

    Raises:
        StorageError: the disk refused; nothing is kept.
    """
    own = OWN_FILES[name]
    path = folder / own.path
    try:
        path.parent.mkdir(mode=0o750, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # two stewards at the same instant
            _write_line(descriptor, own_columns(own.kind), row)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StorageError(
            say("Cannot write {path}: {cause}.", path=path, cause=error.strerror), left=say("Nothing was kept.")
        ) from error
    return path


def _write_line(descriptor: int, columns: tuple[str, ...], row: Mapping[str, str]) -> None:
    size = os.fstat(descriptor).st_size
    head = ""
    if size:
        first = os.pread(descriptor, 65_536, 0).partition(b"\n")[0].decode("utf-8-sig")
        known = tuple(next(csv.reader([first]), ()))
        if os.pread(descriptor, 1, size - 1) != b"\n":
            head = "\n"  # a line that a cut of power left unfinished stays alone
        if not {name for name, value in row.items() if value} <= {*known, "correction_key"}:  # without it, no undo
            raise OSError(
                errno.EINVAL, say("its first line lacks a column; the columns are {columns}", columns=",".join(columns))
            )
        columns = known
    else:
        head = ",".join(columns) + "\n"
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([" ".join(row.get(name, "").split()) for name in columns])
    whole = (head + text.getvalue()).encode()
    if os.write(descriptor, whole) != len(whole):
        os.ftruncate(descriptor, size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@dataclass(frozen=True)
class Kept:
    """A decision as it stands in the base's own file: the last word on a pair."""

    record_id_l: str
    record_id_r: str
    decision: str
    decided_at: str
    decided_by: str
    reason: str


def kept_decisions(folder: Path) -> dict[tuple[str, str], Kept]:
    """Return the last word on each pair in decisions.csv, this minute's included; unreadable lines are skipped.

    The next build reads the same lines; what a source of kind decisions brings besides is known to the snapshot alone.
    """
    path = folder / OWN_FILES["decisions"].path
    try:
        state = path.stat()
        return _kept_in(path, state.st_mtime_ns, state.st_size)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=4)
def _kept_in(path: Path, _changed_at: int, _size: int) -> dict[tuple[str, str], Kept]:
    """Return the last word on each pair in a file, read again once it has changed."""
    names = tuple(Kept.__dataclass_fields__)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [Kept(**{name: row.get(name) or "" for name in names}) for row in csv.DictReader(stream)]
    said = [row for row in rows if row.record_id_l and row.record_id_r and row.decision in DECISION_KINDS]
    ordered = sorted(said, key=lambda row: row.decided_at)  # stable: of one instant, the later line
    return {(row.record_id_l, row.record_id_r): row for row in ordered}
