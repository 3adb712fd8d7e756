"""Write a line: in the store, which the screen shows at once, and in the base's own file, which the next build reads.

Both or neither: the line of the file is flushed to the disk inside the transaction of the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from chaland.publish.desk import anchor, keep_line
from chaland_web.access import CustomerFile
from chaland_web.desk.models import WAS, Kind, Line, Named
from chaland_web.rights import Right, may


def write(
    opened: CustomerFile,
    user: Any,
    kind: Kind,
    fields: Mapping[str, str],
    *,
    said_at: datetime | None = None,
    due_date: date | None = None,
    was: Mapping[str, str] | None = None,
) -> Line:
    """Write a new word of a customer; return its line.

    Args:
        user: who writes: an account, or the customer himself, who has none (`pk` None).
        fields: column → text; empty texts are left out.
        said_at: moment of the word; now when None.
        due_date: day to come back to him.
        was: field → what the screen said before a correction: the history keeps it, the base has no use of it.

    Raises:
        ConfigError: a correction that cannot be.
        StorageError: the disk refused; nothing is kept, here or there.
    """
    records = opened.records()
    now = timezone.now()
    told = {name: text for name, text in fields.items() if text}
    told |= {f"{WAS}{name}": text for name, text in (was or {}).items() if text}
    hung_on = anchor(records, opened.values())
    named = [record.record_id for record in records] if kind == Kind.CONSENT else []
    if named:
        told["records"] = " ".join(named)
    line = Line(
        kind=kind.value,
        key=uuid4().hex,
        record_id=hung_on,
        customer_id=opened.customer.customer_id,
        fields=told,
        said_at=said_at or now,
        due_date=due_date,
    )
    return _keep(line, user, now, [record_id for record_id in named if record_id != hung_on])


def write_again(
    before: Line,
    user: Any,
    fields: Mapping[str, str] | None = None,
    *,
    due_date: date | None = None,
    is_withdrawn: bool = False,
) -> Line:
    """Write the next version of a word: a case that moves on, a call made, or the word taken back."""
    line = Line(
        kind=before.kind,
        key=before.key,
        record_id=before.record_id,
        customer_id=before.customer_id,
        fields=before.fields if fields is None else {name: text for name, text in fields.items() if text},
        said_at=before.said_at,
        due_date=due_date,
        is_withdrawn=is_withdrawn,
    )
    return _keep(line, user, timezone.now())


def _keep(line: Line, user: Any, now: datetime, named: Sequence[str] = ()) -> Line:
    line.user, line.user_name, line.at = user if user.pk else None, user.get_username(), now
    with transaction.atomic():
        line.save(force_insert=True)
        Named.objects.bulk_create(Named(key=line.key, record_id=record_id) for record_id in named)
        keep_line(
            settings.CHALAND_BASE,
            line.kind,
            line.key,
            _columns(line),
            record_id=line.record_id,
            by=line.user_name,
            at=line.said_at,
            now=now,
            withdrawn=line.is_withdrawn,
        )
    return line


def _columns(line: Line) -> dict[str, str]:
    """Return what goes to the base of a line: its fields, the stage of a case as open or closed."""
    columns = {name: text for name, text in line.fields.items() if not name.startswith(WAS)}
    stage = columns.pop("stage", "")
    if line.kind == Kind.CASE:
        columns["status"] = "closed" if stage == "closed" else "open"
    if line.kind == Kind.CONTACT and line.due_date:
        columns["follow_up_date"] = line.due_date.isoformat()
    return columns


def may_undo(user: Any, line: Line) -> bool:
    """Tell whether this person may take a line back: his own, or anybody's for a steward."""
    return line.user_id == user.pk or may(user, Right.DECIDE_PAIRS)


def lines_of(opened: CustomerFile) -> list[Line]:
    """Return the last line of each word written of a customer, whatever his number was then, the latest first.

    An objection said for several records is a word of each of them wherever they go; a yes, of who said it alone.
    """
    mine = opened.record_ids()
    about = Q(record_id__in=mine)
    if named := list(Named.objects.filter(record_id__in=mine).values_list("key", flat=True).distinct()):
        about |= Q(key__in=named, fields__answer="no")
    return list(Line.objects.filter(about).latest_of_keys().order_by("-id"))


def asked_by_customers() -> list[Line]:
    """Return the cases that customers opened in their own space and nobody closed, the oldest first."""
    own = Line.objects.filter(kind=Kind.CASE, user__isnull=True, user_name=F("customer_id")).values("key")
    lines = Line.objects.filter(key__in=own, is_withdrawn=False).latest_of_keys().order_by("said_at", "id")
    return [line for line in lines if line.fields.get("stage") != "closed"]


def line_of(opened: CustomerFile, key: str) -> Line | None:
    """Return what stands of a word, when it is one of this customer's and was not taken back."""
    return next((line for line in lines_of(opened) if line.key == key and not line.is_withdrawn), None)
