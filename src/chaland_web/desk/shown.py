"""What the desk wrote of a customer, put over what the base knows of him: at once on the screen, once and not twice.

The base knows a word from the build that follows it. Until then the screen shows the store's line; afterwards the
base's row, unless the store has a later version of it (a case that moved on, a word taken back).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property

from django.utils import timezone

from chaland.publish import customer_file as shapes
from chaland.publish.desk import KINDS, event_id, last_words
from chaland.publish.steward import moment_text
from chaland_web.access import CustomerFile
from chaland_web.desk import words
from chaland_web.desk.models import Kind, Line
from chaland_web.desk.values import e164, put_right
from chaland_web.desk.writing import lines_of

_SHUT_FOR_GOOD = {"deceased", "minor", "suppressed"}
_FIELDS_OF = {"post": ("address",), "phone": ("phone", "mobile"), "sms": ("mobile",), "email": ("email",)}
_MISSING = {"post": "no_address", "phone": "no_number", "sms": "no_mobile", "email": "no_email"}
_UNUSABLE = {"post": "bad_address", "phone": "bad_number", "sms": "bad_number", "email": "bad_email"}
_SHOWN_AS = {
    "civility": "name", "first_name": "name", "last_name": "name", "organisation": "organisation",
    "birth_date": "birth_date", "mobile": "mobile", "phone": "phone", "email": "email",
    "card_number": "card_number",
    "complement": "address", "street": "address", "place": "address", "postcode": "address", "city": "address",
}  # fmt: skip
"""Field of a correction → field of the golden record that it changes."""


@dataclass(frozen=True)
class Corrected:
    """A value put right at the desk and not yet in the base."""

    field: str
    value: str
    by: str
    at: datetime
    reason: str
    key: str


@dataclass(frozen=True)
class Waiting:
    """A word that the next build will bring into the base, or take out of it; `is_undo` where it was taken back."""

    line: Line
    event: shapes.Event
    is_undo: bool


def desk_of(opened: CustomerFile) -> Desk:
    """Return what the desk wrote of a customer."""
    return Desk(opened, lines_of(opened))


class Desk:
    """The last lines written of one customer, set against what the snapshot knows."""

    def __init__(self, opened: CustomerFile, lines: Sequence[Line]) -> None:
        self._opened = opened
        self.lines = lines
        self._known = opened.desk_words() if lines else {}
        self._mine = frozenset(opened.record_ids()) if lines else frozenset[str]()

    def _state(self, line: Line) -> str | None:
        """Return what the snapshot knows of a line: None when nothing."""
        if line.record_id in self._mine:
            return self._known.get(_base_id(line))
        # an objection that another said when they were one: the base has it among the words of the record
        said_at, channel = _local(line.said_at), line.fields["channel"]
        words = (word for word in self._opened.consents() if word.source == "desk_consents" and word.channel == channel)
        return "known" if any(word.said_at and word.said_at >= said_at for word in words) else None

    @cached_property
    def changes(self) -> list[Waiting]:
        """The words whose next build will change something, the latest first."""
        found = []
        for line in self.lines:
            state = self._state(line)
            if line.is_withdrawn:
                is_news = state is not None
            else:
                is_news = state is None or (line.kind == Kind.CASE and state != _case_state(line))
            if is_news:
                found.append(Waiting(line, event_of(line), line.is_withdrawn))
        return found

    @cached_property
    def waiting(self) -> list[shapes.Event]:
        """What the base does not know yet, as events of the timeline, the latest first."""
        new = [one.event for one in self.changes if not one.is_undo and self._state(one.line) is None]
        return sorted(new, key=lambda event: event.happened_at, reverse=True)

    def applied(self, events: Sequence[shapes.Event]) -> list[shapes.Event]:
        """Return events of the base as the desk has changed them since, without those taken back."""
        changed = {event_id(one.line.kind, one.line.key): one for one in self.changes}
        kept = [(event, changed.get(event.event_id)) for event in events]
        return [change.event if change else event for event, change in kept if not (change and change.is_undo)]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many events of each kind to add to those the base counts; negative where words were taken back."""
        found: Counter[str] = Counter(event.kind for event in self.waiting)
        found.subtract(one.event.kind for one in self.changes if one.is_undo)
        return dict(found)

    @cached_property
    def open_cases(self) -> int:
        """How many open cases to add to those the base counts."""
        added = 0
        for one in self.changes:
            if one.line.kind == Kind.CASE:
                was_open = (self._state(one.line) or "").startswith("open")
                is_open = not one.is_undo and one.line.fields.get("stage") != "closed"
                added += is_open - was_open
        return added

    @cached_property
    def cases(self) -> list[Line]:
        """The cases opened at the desk that are not closed, to be moved on."""
        return [
            line
            for line in self.lines
            if line.kind == Kind.CASE and not line.is_withdrawn and line.fields.get("stage") != "closed"
        ]

    @property
    def settled_cases(self) -> list[Line]:
        """Those of these cases that the base knows as they are."""
        changing = {one.line.key for one in self.changes}
        return [line for line in self.cases if line.key not in changing]

    @cached_property
    def corrections(self) -> dict[str, Corrected]:
        """The fields put right that the base does not show yet, by field of the golden record."""
        found: dict[str, Corrected] = {}
        for one in sorted(self.changes, key=lambda one: one.line.id):
            if one.line.kind != Kind.CORRECTION or one.is_undo:
                continue
            fields = {name: text for name, text in one.line.fields.items() if name in _SHOWN_AS}
            told: dict[str, list[str]] = {name: [] for name in words.blanked(one.line.fields)}
            for name in _SHOWN_AS:
                if name in fields:
                    told.setdefault(_SHOWN_AS[name], []).append(fields[name])
            for field, texts in told.items():
                text, reason = " ".join(texts), one.line.fields.get("reason", "")
                found[field] = Corrected(field, text, one.line.user_name, one.line.at, reason, one.line.key)
        return found

    def customer(self, customer: shapes.Customer) -> shapes.Customer:
        """Return the customer with what was put right, as it will be once cleaned (near enough for a screen)."""
        lines = sorted((one.line for one in self.changes if not one.is_undo), key=lambda line: line.id)
        told = put_right(line for line in lines if line.kind == Kind.CORRECTION)
        if not told:
            return customer
        changes: dict[str, object] = {
            name: told[name] for name in ("civility", "first_name", "last_name", "organisation") if name in told
        }
        if "birth_date" in told:
            changes["birth_date"] = date.fromisoformat(told["birth_date"]) if told["birth_date"] else None
        changes |= {name: e164(told[name]) or None for name in ("phone", "mobile") if name in told}
        changes |= {name: told[name] or None for name in ("card_number",) if name in told}
        if "email" in told:
            changes["email"] = told["email"].lower() or None
        if "street" in told or "place" in told:
            changes |= {
                "address_line_2": None,
                "address_line_3": told.get("complement", "").upper() or None,
                "address_line_4": told.get("street", "").upper() or None,
                "address_line_5": told.get("place", "").upper() or None,
                "address_line_6": " ".join([told.get("postcode", ""), told.get("city", "").upper()]).strip() or None,
                "postcode": told.get("postcode", customer.postcode) or None,
                "city": told.get("city", customer.city) or None,
            }
        corrected: shapes.Customer = replace(customer, **changes)  # type: ignore[arg-type]
        if not customer.is_organisation and changes.keys() & {"first_name", "last_name"}:
            name = " ".join(part for part in (corrected.first_name, corrected.last_name) if part)
            corrected = replace(corrected, display_name=name or customer.display_name)
        return replace(corrected, open_cases=customer.open_cases)

    def reach(self, customer: shapes.Customer) -> tuple[shapes.Reach, ...]:
        """Return the lights once what he said at the desk is heard, by the rules of the base (base/reach.sql)."""
        heard = [one for one in self.changes if one.line.kind == Kind.CONSENT and _is_marketing(one.line)]
        said = self._last_words(heard) if heard else {}
        channels = {one.line.fields["channel"] for one in heard}
        lights = (self._light(light, said) if light.channel in channels else light for light in customer.reach)
        return tuple(map(self._where_left_blank, lights))

    def _where_left_blank(self, light: shapes.Reach) -> shapes.Reach:
        """Return a light shut where a correction left nothing to reach him by."""
        fields = _FIELDS_OF[light.channel]
        left_blank = any(name in self.corrections and not self.corrections[name].value for name in fields)
        if not left_blank or light.reason in _SHUT_FOR_GOOD | {"objected"}:
            return light
        chosen = {one.field: one.value for one in self._opened.values() if one.is_chosen}
        chosen |= {name: one.value for name, one in self.corrections.items()}
        if any(chosen.get(name) for name in fields):
            return light
        return shapes.Reach(light.channel, False, _MISSING[light.channel])

    def _last_words(self, heard: Sequence[Waiting]) -> dict[str, bool]:
        """Return the word that stands on each channel, the most restrictive of those whom a steward joined."""
        records = self._opened.records()
        person_of = {record.record_id: record.undecided_customer_id or "" for record in records}
        return last_words(self._words(heard), person_of)

    def _words(self, heard: Sequence[Waiting]) -> list[shapes.Consent]:
        gone = {(one.line.fields["channel"], _local(one.line.said_at)) for one in heard if one.is_undo}
        words = [
            word
            for word in self._opened.consents()
            if word.source != "desk_consents" or (word.channel, word.said_at) not in gone
        ]
        for one in heard:
            if not one.is_undo:
                fields = one.line.fields
                is_granted, said_at = fields["answer"] == "yes", _local(one.line.said_at)
                named = self._mine.intersection(fields.get("records", "").split() or [one.line.record_id])
                words += [
                    shapes.Consent(fields["channel"], is_granted, record_id, one.line.user_name, said_at)
                    for record_id in sorted(named)
                ]
        return words

    def _light(self, light: shapes.Reach, words: dict[str, bool]) -> shapes.Reach:
        word = words.get(light.channel)
        refused = any(flag.effect == "objected" and flag.flag_channel == light.channel for flag in self._opened.flags())
        if light.reason in _SHUT_FOR_GOOD:
            return light
        if word is False or (refused and light.channel in ("post", "email")):
            return shapes.Reach(light.channel, False, "objected")
        if light.reason not in ("ok", "objected", "no_consent", "expired"):
            return light
        reason = self._usable(light.channel) if light.reason == "objected" else "ok"
        if reason == "ok" and word is None and light.channel != "post":
            reason = "no_consent"
        return shapes.Reach(light.channel, reason == "ok", reason)

    def _usable(self, channel: str) -> str:
        """Return ok, or why he cannot be reached there; an objection hid it until now."""
        fields = _FIELDS_OF[channel]
        values = [one for one in self._opened.values() if one.field in fields and one.is_chosen and one.value]
        if not values:
            return _MISSING[channel]
        is_usable = any(value.grade in ("A", "B", "C") and not value.is_returned for value in values)
        return "ok" if is_usable else _UNUSABLE[channel]


def _is_marketing(line: Line) -> bool:
    return bool(line.fields.get("purpose", "marketing") == "marketing")


def _base_id(line: Line) -> str:
    """Return the id under which the snapshot would know a line."""
    if line.kind == Kind.CORRECTION:
        return f"desk_{KINDS[line.kind]}@{moment_text(line.said_at)}"
    return event_id(line.kind, line.key)


def _case_state(line: Line) -> str:
    status = "closed" if line.fields.get("stage") == "closed" else "open"
    return f"{status} {' '.join(line.fields.get('comment', '').split())}"


def _local(at: datetime) -> datetime:
    """Return an instant as the base tells it: local, without zone."""
    return timezone.localtime(at).replace(tzinfo=None)


def event_of(line: Line) -> shapes.Event:
    """Return a line as an event of the timeline, under the id that the base will give it."""
    fields = line.fields
    event = shapes.Event(
        kind=line.kind,
        event_id=event_id(line.kind, line.key),
        happened_at=_local(line.said_at),
        source=line.user_name,
        comment=fields.get("comment"),
    )
    if line.kind == Kind.CONTACT:
        code = f"{fields['channel']}_{fields['direction']}"
        return replace(event, code=code, label=fields.get("reason"), status=fields.get("outcome"))
    if line.kind == Kind.CASE:
        closed_at = datetime.fromisoformat(fields["closed_at"]) if fields.get("closed_at") else None
        return replace(
            event,
            code="closed" if fields.get("stage") == "closed" else "open",
            label=fields.get("subject"),
            until_at=_local(closed_at.replace(tzinfo=UTC)) if closed_at else None,
        )
    if line.kind == Kind.CONSENT:
        return replace(
            event,
            code=fields["channel"],
            label=fields.get("purpose"),
            status=fields["answer"],
            comment=fields.get("proof"),
        )
    names = [name for name in _SHOWN_AS if name in fields]
    blank = words.blanked(fields)
    said = [fields[name] for name in names] + [f"{words.BLANK[name]} –" for name in blank]
    return replace(event, code=" ".join([*names, *blank]), status=", ".join(said), comment=fields.get("reason"))
