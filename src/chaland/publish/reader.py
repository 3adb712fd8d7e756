"""Read a snapshot safely while it serves: one connection per process, one cursor and one time limit per question.

Reads chaland.duckdb, cards.sqlite3, prepared.sqlite3 and manifest.json of the snapshot in force. A `CurrentSnapshot`
follows what is published: each request is given the snapshot in force when it starts and keeps it to its end; a
snapshot nobody reads any more is closed and its lease given back.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from chaland.engine import Engine
from chaland.engine.closing import Closing
from chaland.engine.duckdb import sql_text
from chaland.errors import ChalandError
from chaland.language import say
from chaland.publish import customer_file as shapes
from chaland.publish import timeline
from chaland.publish.corrected import CorrectedCards, Values, corrected_cards
from chaland.publish.manifest import Manifest, read_manifest
from chaland.publish.place import CARDS, DATABASE, PREPARED, pinned, snapshot_in_force
from chaland.publish.prepared import NO_LIMIT, QUESTIONS, Document, PreparedFiles, Rows
from chaland.publish.search import CardIndex, Hit
from chaland.publish.story import Decision, Level

TIMEOUT_S = 10.0
_MEMORY = "1GB"
_THREADS = (
    1  # a customer's rows fill one block: a second thread costs more than it brings (measured: 51 against 130 ms)
)

_MOST_LINKS = 500
_MOST_LINKS_BETWEEN = 100
_LONG_KINDS = ("ticket", "return", "contact", "case", "survey", "project")
"""Kinds of events that are counted apart when a page does not hold them all; the others are always read whole."""

Shape = TypeVar("Shape")


class Reader:
    """The questions one request may ask of a snapshot, through a cursor of its own.

    Every method raises ChalandError when the time limit is passed.
    """

    def __init__(
        self,
        open_cursor: Callable[[], duckdb.DuckDBPyConnection],
        shops: dict[str, str],
        cards: CardIndex,
        prepared: PreparedFiles,
    ) -> None:
        self._open_cursor = open_cursor
        self._shops = shops
        self._cards = cards
        self._prepared = prepared
        self._documents: dict[str, Document | None] = {}

    @cached_property
    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """Opened by the first question that the base has to answer: a file's first page asks none."""
        return self._open_cursor()

    def _execute(self, file: str, parameters: dict[str, Any]) -> duckdb.DuckDBPyConnection:
        text = sql_text("chaland.publish", f"sql/{file}")
        return self._cursor.execute(text, parameters) if parameters else self._cursor.execute(text)

    def _rows(self, file: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a question as tuples."""
        try:
            return self._execute(file, parameters).fetchall()
        except duckdb.InterruptException as error:
            raise ChalandError(say("The question took too long and was stopped.")) from error

    def _ask(self, shape: type[Shape], file: str, **parameters: Any) -> list[Shape]:
        """Return the rows of a question as the given shape, whose fields bear the names of its columns."""
        rows = self._rows(file, **parameters)
        names = [column[0] for column in self._cursor.description or ()]
        return [shape(**dict(zip(names, row, strict=True))) for row in rows]

    def _document(self, customer_id: str) -> Document | None:
        """Return what is prepared of a customer, read once."""
        if customer_id not in self._documents:
            self._documents[customer_id] = self._prepared.document(customer_id)
        return self._documents[customer_id]

    def answer(self, kind: str, customer_id: str, **changed: Any) -> tuple[Sequence[str], Rows]:
        """Return names of columns and rows of a kind of `QUESTIONS` on a customer: as prepared, or else asked for.

        Args:
            changed: parameters of the question that differ; they count only when it has to be asked.
        """
        document = self._document(customer_id)
        known = document.rows(kind) if document else None
        if known:
            return known
        question = QUESTIONS[kind]
        parameters = question.parameters | changed
        rows = self._rows(question.file, first_id=customer_id, last_id=customer_id, **parameters)
        names = [column[0] for column in self._cursor.description or ()]
        return names[1:], [row[1:] for row in rows]

    @property
    def prepared_kinds(self) -> Collection[str]:
        """The kinds of answers prepared in this snapshot; none in one made before them."""
        return self._prepared.kinds

    def _of(self, shape: type[Shape], kind: str, customer_id: str, **changed: Any) -> list[Shape]:
        """Return a kind of answer on a customer as the given shape."""
        names, rows = self.answer(kind, customer_id, **changed)
        return [shape(**dict(zip(names, row, strict=True))) for row in rows]

    def select(self, text: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a question of this room's, each by name of column; only parameters the text names go."""
        used = {name: value for name, value in (parameters or {}).items() if f"${name}" in text}
        try:
            rows = (self._cursor.execute(text, used) if used else self._cursor.execute(text)).fetchall()
        except duckdb.InterruptException as error:
            raise ChalandError(say("The question took too long and was stopped.")) from error
        names = [column[0] for column in self._cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    # A customer --------------------------------------------------------------------------------

    def find_customer(self, customer_id: str) -> str | None:
        """Return the id that answers today for this one: itself, or its heir when it is an old id; None if unknown."""
        if self._document(customer_id):
            return customer_id
        rows = self._rows("find_customer.sql", customer_id=customer_id)
        return rows[0][0] if rows else None

    def customer(self, customer_id: str) -> shapes.Customer | None:
        """Return the customer, or None when no one bears this id today."""
        names, rows = self.answer("customer", customer_id)
        if not rows:
            return None
        told = dict(zip(names, rows[0], strict=True))
        return shapes.Customer(
            customer_id=customer_id, **told, home_shop_name=self._shops.get(told["home_shop_key"] or "")
        )

    def in_shops(self, customer_ids: Sequence[str], shop_keys: Collection[str]) -> set[str]:
        """Return those of these customers whose home shop is one of the shops, or who bought in one."""
        if not customer_ids or not shop_keys:
            return set()
        found = self._cards.in_shops(customer_ids, shop_keys)
        if found is not None:
            return found
        return {
            row[0] for row in self._rows("in_shops.sql", customer_ids=list(customer_ids), shop_keys=sorted(shop_keys))
        }

    def values(self, customer_id: str) -> list[shapes.Value]:
        """Return every value known of each field, the chosen one first."""
        return self._of(shapes.Value, "values", customer_id)

    def household(self, household_id: str) -> list[shapes.Member]:
        """Return the customers of a household, 50 at most."""
        ids = self._cards.household(household_id)
        if ids is None:
            ids = [customer_id for (customer_id,) in self._rows("household_ids.sql", household_id=household_id)]
        return self._ask(shapes.Member, "household.sql", household_id=household_id, customer_ids=ids)

    def consents(self, customer_id: str) -> list[shapes.Consent]:
        """Return each yes and no, the latest of each channel first."""
        return self._ask(shapes.Consent, "consents.sql", customer_id=customer_id)

    def flags(self, customer_id: str) -> list[shapes.Flag]:
        """Return the lines of external lists that name the customer."""
        return self._of(shapes.Flag, "flags", customer_id)

    def attributes(self, customer_id: str) -> list[shapes.Attribute]:
        """Return what external lists add, by attribute."""
        return self._ask(shapes.Attribute, "attributes.sql", customer_id=customer_id)

    def missing_values(self, customer_id: str) -> list[shapes.MissingValue]:
        """Return the graded fields of which there is no usable value."""
        return self._of(shapes.MissingValue, "missing", customer_id)

    def departments(self, customer_id: str) -> list[shapes.Department]:
        """Return what he bought by department, the largest first."""
        return self._of(shapes.Department, "departments", customer_id)

    def purchase_years(self, customer_id: str) -> list[shapes.PurchaseYear]:
        """Return what he bought by year, the latest first."""
        return self._ask(shapes.PurchaseYear, "purchase_years.sql", customer_id=customer_id)

    def records(self, customer_id: str) -> list[shapes.Record]:
        """Return the source records joined into the customer."""
        return self._ask(shapes.Record, "records.sql", customer_id=customer_id)

    def record_ids(self, customer_id: str) -> list[str]:
        """Return the ids of the source records joined into the customer."""
        return [record_id for (record_id,) in self.answer("records", customer_id)[1]]

    def links(self, customer_id: str) -> list[shapes.Link]:
        """Return the pairs of his records that were compared, the strongest first."""
        return self._ask(shapes.Link, "links.sql", customer_id=customer_id, record_ids=None, rows=_MOST_LINKS)

    def links_between(self, one: str, other: str = "") -> list[shapes.Link]:
        """Return the pairs compared of a record of one customer with a record of another (of anybody, when empty)."""
        mine, theirs = self.record_ids(one), self.record_ids(other) if other else []
        links = self._ask(shapes.Link, "links.sql", customer_id=None, record_ids=mine, rows=NO_LIMIT)
        wanted = [link for link in links if not other or not {link.record_id_l, link.record_id_r}.isdisjoint(theirs)]
        return wanted[:_MOST_LINKS_BETWEEN]

    def link(self, record_id_l: str, record_id_r: str, customer_id: str | None) -> shapes.Link | None:
        """Return the evidence on a pair of records; None when they were never compared.

        Args:
            customer_id: whose both are; None when they are not of one customer.
        """
        asked = {"customer_id": customer_id, "record_ids": [record_id_l, record_id_r], "rows": NO_LIMIT}
        links = self._ask(shapes.Link, "links.sql", **asked)
        pair = (record_id_l, record_id_r)
        return next((link for link in links if (link.record_id_l, link.record_id_r) == pair), None)

    def customer_of(self, name: str) -> str | None:
        """Return the customer that a customer id, an old one, or a record id stands for today; None if unknown."""
        rows = self._rows("record_customer.sql", record_id=name)
        return self.find_customer(name) or (rows[0][0] if rows else None)

    def customers_of_records(self, record_ids: Collection[str]) -> dict[str, str]:
        """Return record → customer for those of these records that are known."""
        return dict(self._rows("record_customers.sql", record_ids=list(record_ids))) if record_ids else {}

    def identity_model(self) -> list[Level]:
        """Return the levels of the model that weighed the pairs."""
        return self._ask(Level, "identity_model.sql")

    def decisions_on(self, customer_id: str) -> list[Decision]:
        """Return what stewards decided of his records, the latest first."""
        return self._ask(Decision, "decisions_on.sql", customer_id=customer_id)

    def aliases(self, customer_id: str) -> list[shapes.Alias]:
        """Return the ids he bore before."""
        return self._ask(shapes.Alias, "aliases.sql", customer_id=customer_id)

    def history(
        self, customer_id: str, wanted: timeline.Wanted = timeline.EVERYTHING, *, rows: int = 30, skip: int = 0
    ) -> shapes.History:
        """Return a page of the timeline, the latest first, and how many events of each kind answer to what is wanted.

        When every kind is wanted, the points of a ticket stand on the ticket, not on a row of their own.
        """
        limit = NO_LIMIT if wanted.is_filter else rows + skip
        latest = by_kind = self._events(customer_id, limit)
        texts = dict(self._rows("ticket_texts.sql", customer_id=customer_id)) if wanted.text else {}
        if wanted.is_filter:
            by_kind = {kind: wanted.among(events, texts) for kind, events in by_kind.items()}
        counts = {kind: len(by_kind[kind]) for kind in shapes.EVENT_KINDS}
        if any(counts[kind] == limit for kind in _LONG_KINDS):
            counts |= dict(self._rows("timeline_counts.sql", customer_id=customer_id))
        every = sum(counts.values()) - counts["loyalty"] + len(by_kind["loyalty_alone"])
        shown = (
            by_kind[wanted.kind]
            if wanted.kind
            else [event for kind, events in by_kind.items() if kind != "loyalty" for event in events]
        )
        page = timeline.latest_first(shown)[skip : skip + rows]
        return shapes.History(self._with_departments(customer_id, page), every, counts, latest)

    def latest(self, customer_id: str, kind: str, rows: int = 200) -> list[shapes.Event]:
        """Return the latest events of one kind among contact, case, survey, project, consent, merge."""
        found = self._of(shapes.Event, kind, customer_id, rows=rows)[:rows]
        return [replace(event, shop_name=self._shops.get(event.shop_key or "")) for event in found]

    def _with_departments(self, customer_id: str, events: list[shapes.Event]) -> list[shapes.Event]:
        """Return the events, each ticket with the departments it was of, the largest first."""
        tickets = [event.event_id for event in events if event.kind in ("ticket", "return")]
        departments: dict[str, list[str]] = {}
        if tickets:
            departments = dict(self.answer("ticket_departments", customer_id, ticket_ids=tickets)[1])
        return [
            replace(event, departments=tuple(departments[event.event_id])) if event.event_id in departments else event
            for event in events
        ]

    def _events(self, customer_id: str, limit: int) -> dict[str, list[shapes.Event]]:
        """Return the latest events of each kind, at least `limit` of them where there are as many; `loyalty_alone` are
        the movements on a card that belong to none of his tickets."""
        movements = self._of(shapes.Movement, "movement", customer_id)
        found: dict[str, list[shapes.Event]] = {}
        for kind in ("ticket", "return"):
            found[kind] = timeline.with_points(self._of(shapes.Event, kind, customer_id, rows=limit), movements)
        for kind in ("contact", "case", "survey", "project", "campaign", "consent", "merge"):
            rows = limit if kind in _LONG_KINDS else NO_LIMIT
            found[kind] = self._of(shapes.Event, kind, customer_id, rows=rows)
        found["web"] = [timeline.visit_event(visit) for visit in timeline.visits(self._page_views(customer_id))]
        own = {event.label for kind in ("ticket", "return") for event in found[kind]}
        if movements and any(len(found[kind]) == limit for kind in ("ticket", "return")):
            own = {key for (key,) in self._rows("ticket_keys.sql", customer_id=customer_id)}
        found["loyalty"] = [timeline.movement_event(move) for move in movements]
        found["loyalty_alone"] = [timeline.movement_event(move) for move in movements if move.ticket_key not in own]
        return {
            kind: [
                replace(event, shop_name=self._shops.get(event.shop_key, event.shop_key)) if event.shop_key else event
                for event in events
            ]
            for kind, events in found.items()
        }

    def ticket_lines(self, customer_id: str, ticket_id: str) -> list[shapes.TicketLine]:
        """Return the lines of one of his tickets; empty when the ticket is not his."""
        return self._ask(shapes.TicketLine, "ticket_lines.sql", customer_id=customer_id, ticket_id=ticket_id)

    def _page_views(self, customer_id: str) -> list[shapes.PageView]:
        return self._of(shapes.PageView, "page_view", customer_id)

    def visit(self, customer_id: str, event_id: str) -> list[shapes.PageView]:
        """Return the pages of one of his visits, named by its first event; empty when it is not his."""
        for visit in timeline.visits(self._page_views(customer_id)):
            if visit[0].event_id == event_id:
                return visit
        return []

    # The base ----------------------------------------------------------------------------------

    def overview(self) -> shapes.Overview:
        """Return the base in a few figures."""
        return self._ask(shapes.Overview, "overview.sql")[0]

    def sales_months(self) -> list[shapes.SalesMonth]:
        """Return the sales of the last 24 months."""
        return self._ask(shapes.SalesMonth, "sales_months.sql")

    def sources(self) -> list[shapes.SourceState]:
        """Return what became of each source's rows."""
        return self._ask(shapes.SourceState, "sources.sql")

    def checks(self) -> list[shapes.Check]:
        """Return the reconciliation, disagreements first."""
        return self._ask(shapes.Check, "checks.sql")


class Snapshot(Closing):
    """A published snapshot opened for reading; nothing outside its file can be reached through it.

    Args:
        place: folder of the snapshot, resolved.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.manifest: Manifest = read_manifest(place)
        self._engine = Engine(place / DATABASE, read_only=True, memory_limit=_MEMORY, threads=_THREADS)
        self._cards = CardIndex(place / CARDS)
        self._prepared = PreparedFiles(place / PREPARED)
        self._shops = dict(self._engine.rows(sql_text("chaland.publish", "sql/shops.sql")))
        self.currency: str = self._engine.value(sql_text("chaland.publish", "sql/currency.sql"))

    def make_ready(self) -> None:
        """Read what a first search would have to wait for."""
        self.search("aaaaa")

    def close(self) -> None:
        """Close the files; nobody may be reading any more."""
        self._cards.close()
        self._prepared.close()
        self._engine.close()

    @property
    def shops(self) -> dict[str, str]:
        """The shops, code to name."""
        return dict(self._shops)

    @property
    def published_at(self) -> datetime:
        """When it was published, UTC."""
        return datetime.fromisoformat(self.manifest["published_at"])

    def search(
        self, text: str, limit: int = 20, shops: Collection[str] | None = None, corrected: CorrectedCards | None = None
    ) -> list[Hit]:
        """Return the customers that answer best to the text, best first; by name, those of these shops when given."""
        return self._cards.search(text, limit, shops, corrected)

    def corrected_cards(
        self, corrected: Mapping[str, Values | None], known: CorrectedCards | None = None
    ) -> CorrectedCards:
        """Return the search cards of customers whose values were put right since, by customer (`corrected.py`).

        Args:
            known: cards made before, which these customers change or join.
        """
        return corrected_cards(self._cards, corrected, known)

    @contextmanager
    def reader(self, timeout_s: float = TIMEOUT_S) -> Iterator[Reader]:
        """Give a reader that is interrupted `timeout_s` seconds after its first question to the base."""
        with ExitStack() as stack:
            yield Reader(
                lambda: stack.enter_context(self._engine.limited_cursor(timeout_s)),
                self._shops,
                self._cards,
                self._prepared,
            )


@dataclass
class _Held:
    snapshot: Snapshot
    lease: ExitStack
    readers: int = 0

    def close(self) -> None:
        self.snapshot.close()
        self.lease.close()


class CurrentSnapshot:
    """The snapshot in force of a base, opened once per process and followed as others are published.

    Who first asks after a publication waits for the new snapshot to be opened; those who ask meanwhile are given the
    one before, and nobody waits for him.

    Args:
        folder: the base's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: _Held | None = None
        self._is_opening = False
        self._lock = threading.Lock()

    def _take(self) -> _Held:
        place = snapshot_in_force(self.folder)  # not under the lock: a look at the disk lets other threads run
        with self._lock:
            held = self._held or self._open()
            if held.snapshot.place != place:  # it may have changed while this thread waited
                place = snapshot_in_force(self.folder)
            is_followed = held.snapshot.place == place or self._is_opening
            self._is_opening = self._is_opening or not is_followed
            self._held = held
            held.readers += 1
        return held if is_followed else self._follow(held)

    def _open(self) -> _Held:
        with ExitStack() as lease:
            return _Held(Snapshot(lease.enter_context(pinned(self.folder))), lease.pop_all())

    def _follow(self, before: _Held) -> _Held:
        """Open the snapshot that came into force and make it ready; meanwhile the others read the one before."""
        opened = None
        try:
            opened = self._open()
            with suppress(sqlite3.Error):  # cards that cannot be read are told to who searches
                opened.snapshot.make_ready()
        finally:
            with self._lock:
                self._is_opening = False
                if opened:
                    self._held = opened
                    opened.readers += 1
            self._give_back(before)
        return opened

    def _give_back(self, held: _Held) -> None:
        with self._lock:
            held.readers -= 1
            if held is not self._held and not held.readers:
                held.close()

    @contextmanager
    def pinned(self) -> Iterator[Snapshot]:
        """Give the snapshot in force now, kept open until the block ends.

        Raises:
            NotFoundError: nothing was published yet.
        """
        held = self._take()
        try:
            yield held.snapshot
        finally:
            self._give_back(held)

    def close(self) -> None:
        """Close the snapshot and give its lease back; for the end of the process."""
        with self._lock:
            if self._held and not self._held.readers:
                self._held.close()
                self._held = None
