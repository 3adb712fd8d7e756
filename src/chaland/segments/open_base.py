"""A base opened for selecting: counts, explanations, members, reach, composition, comparison, overlap.

    from chaland.segments import open_base
    base = open_base("my-base")
    base.count({"version": 1, "where": {"all": [{"field": "is_card_holder", "is": "yes"}]}})

Reads segments.* and the facts of base.* of a snapshot; writes nothing. What is answered is kept (`answers`).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.closing import Closing
from chaland.errors import ConfigError, NotFoundError
from chaland.language import say
from chaland.segments import sets
from chaland.segments.answers import Answers, Found
from chaland.segments.asking import Cancelled, Run, asking
from chaland.segments.compiler import Statement, compile_leaf, sampled
from chaland.segments.definition import VERSION, Definition, Group, InSegment, Leaf, read_definition
from chaland.segments.saved import FROZEN, Saved, SavedSegments
from chaland.segments.sets import Bits
from chaland.tables import base, segments

DATABASE = "chaland.duckdb"
SEEN_AT_LEAST = 100
"""Customers of the sample below which an estimate is rough: a fifth more or less is likely."""
Z_95 = 1.959964


@dataclass(frozen=True)
class Estimate:
    """A size seen on a sample: the likeliest, and the bounds that hold it 19 times in 20.

    Attributes:
        seen: customers of the sample who were selected.
        one_in: the sample has one customer in so many; 1 when all were counted, and the size is exact.
    """

    customers: int
    low: int
    high: int
    seen: int
    one_in: int

    @property
    def is_exact(self) -> bool:
        return self.one_in == 1

    @property
    def is_rough(self) -> bool:
        """Whether too few were seen for the likeliest size to be told: its bounds alone are."""
        return not self.is_exact and self.seen < SEEN_AT_LEAST


@dataclass(frozen=True)
class Step:
    """One condition or group of a definition, as counted.

    `pointer`: where it stands (JSON pointer); `alone`: customers who meet it; `so_far`: who also meet all those before
    it in its group, and the groups around it.
    """

    pointer: str
    depth: int
    kind: str
    alone: int
    so_far: int


@dataclass(frozen=True)
class Explained:
    """A definition counted condition by condition."""

    base_customers: int
    customers: int
    steps: tuple[Step, ...]
    asked: int = 0


class OpenBase(Closing):
    """A snapshot opened for selecting. Use as a context, or close it.

    Args:
        engine: read-only, on a snapshot that holds segments.*.
        saved: the segments people saved, for those that rest on others.
    """

    def __init__(self, engine: Engine, saved: SavedSegments) -> None:
        self.engine = engine
        self.saved = saved
        if not engine.exists(segments.CUSTOMERS):
            raise NotFoundError(
                say("This base was published before segments."), next_step=say("Build it again: chaland build")
            )
        self.as_of: date
        self.as_of, self.currency = engine.rows(f"select as_of, currency from {base.ABOUT.full_name}")[0]
        self.customers = engine.count(segments.CUSTOMERS)
        self.attributes = frozenset(name for name, _ in engine.described(f"from {segments.CUSTOMERS.full_name}"))
        self.whole = Answers(engine, saved, self.as_of, self.customers)
        self.sample: Answers | None = None
        if all(engine.exists(table) for table in segments.SAMPLES.values()):
            kept, one_in = engine.count(segments.SAMPLES[segments.CUSTOMERS.full_name]), segments.ONE_IN
            self.sample = Answers(engine, saved, self.as_of, kept, names=sampled, one_in=one_in)

    def close(self) -> None:
        self.engine.close()

    def asking(self, run: Run | None = None, *, timeout_s: float = 60.0) -> AbstractContextManager[Run]:
        """Give a run with a cursor of its own, interrupted after `timeout_s` seconds."""
        return asking(self.engine, run, timeout_s=timeout_s)

    def bits(self, definition: Definition, run: Run) -> Bits:
        """Return the customers of a definition."""
        return self.whole.found(definition, run).sure

    def leaf(self, leaf: Leaf, run: Run) -> Bits:
        """Return the customers who meet one condition, objectors to profiling or not."""
        return self.whole.leaf(leaf, run)

    def segment(self, key: str, run: Run) -> Bits:
        """Return the members of a saved segment: kept ones when frozen, who meets its definition when living."""
        return self.whole.part(InSegment(key), run).sure

    # Answers -----------------------------------------------------------------------------------

    def count(self, definition: Definition | Any, run: Run | None = None) -> int:
        """Return how many customers a definition selects: exact.

        Raises:
            ConfigError: the definition has faults. Cancelled: the run was stopped.
        """
        read = definition if isinstance(definition, Definition) else read_definition(definition)
        with self.asking(run) as asked:
            return sets.size_of(self.bits(read, asked))

    def estimate(self, definition: Definition, run: Run | None = None) -> Estimate:
        """Return a size seen on the sample, with its interval (Wilson, 95 %); exact where a base has no sample."""
        with self.asking(run) as asked:
            answers = self.sample or self.whole
            seen = sets.size_of(answers.found(definition, asked).sure)
        if answers is self.whole:
            return Estimate(seen, seen, seen, seen, 1)
        share, weight = seen / max(answers.customers, 1), Z_95**2 / max(answers.customers, 1)
        middle = (share + weight / 2) / (1 + weight)
        reach = Z_95 / (1 + weight) * (share * (1 - share) / max(answers.customers, 1) + weight**2 / 4 / Z_95**2) ** 0.5
        low, high = max(middle - reach, 0.0), min(middle + reach, 1.0)
        likeliest, least, most = (round(one * self.customers) for one in (share, low, high))
        return Estimate(likeliest, least, most, seen, segments.ONE_IN)

    def explain(self, definition: Definition | Any, run: Run | None = None) -> Explained:
        """Return the size of every condition, alone and with those before it."""
        read = definition if isinstance(definition, Definition) else read_definition(definition)
        with self.asking(run) as asked:
            steps: list[Step] = []
            self.whole.answer_all(read, asked)
            total = self._explain(read.where, "/where", 0, sets.everybody(self.customers), steps, asked)
            return Explained(self.customers, sets.size_of(total.sure), tuple(steps), asked.statements)

    def _explain(self, group: Group, at: str, depth: int, within: Bits, steps: list[Step], run: Run) -> Found:
        """Add the steps of a group, in order; return its customers. `within`: who meets all that stands before it."""
        parts: list[Found] = []
        left = within
        for rank, part in enumerate(group.parts):
            pointer = f"{at}/{group.kind}/{rank}"
            place = len(steps)
            if isinstance(part, Group):
                around = left if group.kind == "all" else within
                parts.append(self._explain(part, pointer, depth + 1, around, steps, run))
            else:
                parts.append(self.whole.part(part, run))
            left = within & self.whole.combined(group.kind, parts).sure
            kind = part.kind if isinstance(part, Group) else "condition"
            steps.insert(place, Step(pointer, depth, kind, sets.size_of(parts[-1].sure), sets.size_of(left)))
        return self.whole.combined(group.kind, parts)

    def segments_of(self, customer_id: str) -> list[tuple[str, str]]:
        """Return (key, name) of the saved segments a customer is in; those that cannot be read are left out."""
        found = []
        with self.asking() as run:
            rows = run.rows(_NUMBER_OF, {"customer_id": customer_id})
            for one in self.saved.all() if rows else ():
                try:
                    bits = self.segment(one.key, run)
                except (ConfigError, NotFoundError):
                    continue
                if sets.holds(bits, rows[0][0]):
                    found.append((one.key, one.name))
        return found

    def size(self, bits: Bits) -> int:
        """Return how many customers a set holds."""
        return sets.size_of(bits)

    def member_ids(self, definition: Definition) -> pa.Table:
        """Return the customer_id of every member, by number: what a frozen segment keeps."""
        with self.asking() as run:
            flags = sets.flags_of(self.bits(definition, run), self.customers)
            ids = run.ask(Statement(_IDS)).to_arrow_table()
        return ids.filter(pa.array(flags[ids["customer_number"].to_numpy()])).select(["customer_id"])

    def definition_of(self, saved: Saved) -> Definition:
        """Return what selects a saved segment's members: its definition, or, frozen, the members kept."""
        if saved.kind != FROZEN:
            return saved.read()
        return read_definition({"version": VERSION, "where": {"all": [{"segment": saved.key}]}})

    def statements(self, definition: Definition) -> list[tuple[Leaf, list[Statement]]]:
        """Return the SQL of every condition, for those who want to read it."""
        return [
            (leaf, list(compile_leaf(leaf, self.as_of).statements))
            for leaf in definition.leaves
            if not isinstance(leaf, InSegment)
        ]


_IDS = "select customer_number, customer_id from segments.customers order by customer_number"
_NUMBER_OF = "select customer_number from segments.customers where customer_id = $customer_id"


def open_base(folder: str | Path, *, memory_limit: str = "2GB", threads: int = 0) -> OpenBase:
    """Open the snapshot in force of the base in a folder.

    Raises:
        NotFoundError: nothing was published yet, or before segments were.
    """
    place = Path(folder)
    snapshot = (place / "current").resolve() / DATABASE
    if not snapshot.is_file():
        raise NotFoundError(
            say("{folder} has no snapshot in force.", folder=place),
            next_step=say("Build one with: chaland build {folder}", folder=place),
        )
    return OpenBase(Engine(snapshot, read_only=True, memory_limit=memory_limit, threads=threads), SavedSegments(place))


__all__ = ["Cancelled", "Estimate", "Explained", "OpenBase", "Run", "Step", "open_base"]
