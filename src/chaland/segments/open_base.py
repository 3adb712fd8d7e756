"""A base opened for selecting: counts, explanations, members, reach, composition, comparison, overlap.

    from chaland.segments import open_base
    base = open_base("my-base")
    base.count({"version": 1, "where": {"all": [{"field": "is_card_holder", "is": "yes"}]}})

Reads segments.* and the facts of base.* of a snapshot; writes nothing. Each condition is answered once by SQL
(`compiler`), as a set of customers (`sets`), and kept: changing one condition of ten costs one question, not ten.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.engine.closing import Closing
from chaland.engine.duckdb import quoted
from chaland.errors import ChalandError, ConfigError, NotFoundError
from chaland.language import say
from chaland.segments import sets
from chaland.segments.columns import VALUES, Columns
from chaland.segments.compiler import Compiled, Members, Statement, Totals, compile_leaf, origin_of, sampled
from chaland.segments.definition import (
    VERSION,
    Definition,
    FieldIs,
    Group,
    InSegment,
    Leaf,
    Near,
    Part,
    read_definition,
)
from chaland.segments.saved import FROZEN, Saved, SavedSegments
from chaland.segments.sets import Bits
from chaland.segments.vocabulary import told
from chaland.tables import base, segments

DATABASE = "chaland.duckdb"
KEPT_BYTES = 128_000_000
"""Room for answered conditions: 240 of them at 4.2 million customers."""
AT_A_TIME = 2
"""Conditions answered at the same time."""
ONE_IN = 16
"""An estimate looks at one customer in this many."""
Z_95 = 1.959964


class Cancelled(ChalandError):
    """The count was stopped by whoever asked for it."""


@dataclass
class Run:
    """A count under way, which another thread may stop."""

    cursor: duckdb.DuckDBPyConnection | None = None
    is_cancelled: bool = False
    statements: int = 0
    beside: tuple[Run, ...] = ()

    def cancel(self) -> None:
        self.is_cancelled = True
        for one in self.beside:
            one.cancel()
        if self.cursor is not None:
            self.cursor.interrupt()


@dataclass(frozen=True)
class Estimate:
    """A size seen on a sample: the likeliest, and the bounds that hold it 19 times in 20."""

    customers: int
    low: int
    high: int


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


@dataclass
class OpenBase(Closing):
    """A snapshot opened for selecting. Use as a context, or close it.

    Args:
        engine: read-only, on a snapshot that holds segments.*.
        lacking: columns of today's segments.customers that a snapshot older than them has not.
        saved: the segments people saved, for those that rest on others.
    """

    engine: Engine
    saved: SavedSegments
    kept: OrderedDict[str, Bits] = field(default_factory=OrderedDict)
    columns: Columns = field(default_factory=Columns)

    def __post_init__(self) -> None:
        if not all(self.engine.exists(table) for table in segments.TABLES):
            raise NotFoundError(
                say("This base was published before segments."), next_step=say("Build it again: chaland build")
            )
        self._lock = threading.Lock()
        self.customers = self.engine.count(segments.CUSTOMERS)
        known = {name for name, _ in self.engine.described(f"from {segments.CUSTOMERS.full_name}")}
        self.lacking = frozenset(segments.CUSTOMERS.column_names) - known
        self.as_of: date
        about = self.engine.rows(f"select as_of, currency from {base.ABOUT.full_name}")
        self.as_of, self.currency = about[0]

    def close(self) -> None:
        self.engine.close()

    # Asking ------------------------------------------------------------------------------------

    @contextmanager
    def asking(self, run: Run | None = None, *, timeout_s: float = 60.0) -> Iterator[Run]:
        """Give a run with a cursor of its own, interrupted after `timeout_s` seconds."""
        run = run or Run()
        with self.engine.limited_cursor(timeout_s) as run.cursor:
            try:
                if run.is_cancelled:
                    raise Cancelled(say("Stopped."))
                yield run
            except duckdb.InterruptException as error:
                if run.is_cancelled:
                    raise Cancelled(say("Stopped.")) from error
                raise ChalandError(say("The question took too long and was stopped.")) from error
            finally:
                run.cursor = None

    def rows(self, run: Run, sql: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of a question of this room, through the run's cursor."""
        return self._execute(run, Statement(sql, values or {})).fetchall()

    def arrays(self, run: Run, statement: Statement) -> dict[str, np.ndarray[Any, Any]]:
        """Return the columns of a question as arrays; no value may be null."""
        found = self._execute(run, statement).to_arrow_table()
        return {name: found[name].to_numpy() for name in found.column_names}

    def _execute(self, run: Run, statement: Statement) -> duckdb.DuckDBPyConnection:
        if run.cursor is None or run.is_cancelled:
            raise Cancelled(say("Stopped."))
        run.statements += 1
        return (
            run.cursor.execute(statement.sql, statement.values)
            if statement.values
            else run.cursor.execute(statement.sql)
        )

    # Conditions → sets -------------------------------------------------------------------------

    def bits(self, definition: Definition, run: Run) -> Bits:
        """Return the customers of a definition."""
        self._answer_all(definition, run)
        return self._part(definition.where, run, ())

    def _answer_all(self, definition: Definition, run: Run) -> None:
        """Answer the conditions not yet answered, two at a time: while arrays add up what one has read, the database
        reads for the other."""
        unknown = {repr(leaf): leaf for leaf in definition.leaves if not isinstance(leaf, InSegment)}
        leaves = [leaf for name, leaf in unknown.items() if name not in self.kept]
        if len(leaves) < 2:
            return
        run.beside = tuple(Run() for _ in leaves)
        if run.is_cancelled:
            raise Cancelled(say("Stopped."))
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            list(pool.map(self._answer_beside, leaves, run.beside))
        run.statements += sum(one.statements for one in run.beside)
        run.beside = ()

    def _answer_beside(self, leaf: Leaf, run: Run) -> None:
        with self.asking(run):
            self.leaf(leaf, run)

    def _part(self, part: Part, run: Run, path: tuple[str, ...]) -> Bits:
        if not isinstance(part, Group):
            return self.leaf(part, run, path)
        found = None
        for one in part.parts:
            bits = self._part(one, run, path)
            found = bits if found is None else found & bits if part.kind == "all" else found | bits
        if found is None:
            return sets.everybody(self.customers)
        return sets.others(found, self.customers) if part.kind == "none" else found

    def leaf(self, leaf: Leaf, run: Run, path: tuple[str, ...] = ()) -> Bits:
        """Return the customers who meet one condition, from memory when it was answered before."""
        if isinstance(leaf, InSegment):
            return self.segment(leaf.name, run, path)
        name = repr(leaf)
        with self._lock:
            if name in self.kept:
                self.kept.move_to_end(name)
                return self.kept[name]
        if isinstance(leaf, FieldIs) and leaf.field.column in self.lacking:
            raise NotFoundError(
                say("This base was published before “{label}” was kept.", label=told(leaf.field.label)),
                next_step=say("Build it again: chaland build"),
            )
        if isinstance(leaf, Near) and not self.arrays(run, origin_of(leaf))["latitude"].size:
            raise ConfigError(say("The place a distance is counted from is not known here: {what}.", what=leaf.what))
        bits = self._answer(compile_leaf(leaf, self.as_of), run)
        with self._lock:
            self.kept[name] = bits
            while len(self.kept) * bits.nbytes > KEPT_BYTES:
                self.kept.popitem(last=False)
        return bits

    def _answer(self, compiled: Compiled, run: Run) -> Bits:
        if isinstance(compiled, Members) and compiled.column:
            return sets.from_flags(self._met(compiled, run))
        if isinstance(compiled, Members):
            numbers = self.arrays(run, compiled.statement)["customer_number"]
            bits = sets.from_numbers(numbers, self.customers)
            return sets.others(bits, self.customers) if compiled.is_complement else bits
        flags = np.ones(self.customers, dtype=np.bool_)
        for bounds, totals in self._totals(compiled, run):
            if bounds.at_least is not None:
                flags &= totals >= bounds.at_least
            if bounds.at_most is not None:
                flags &= totals <= bounds.at_most
        if compiled.minus is not None:
            flags[self.arrays(run, compiled.minus)["customer_number"]] = False
        return sets.from_flags(flags)

    def _met(self, compiled: Members, run: Run) -> np.ndarray[Any, Any]:
        """Return, for each customer, whether he meets a condition on one attribute."""
        column = self.columns.get(compiled.column, lambda: self._column(compiled.column, run))
        if run.cursor is None:
            raise Cancelled(say("Stopped."))
        run.cursor.register(VALUES, column.values)
        met = self.arrays(
            run, Statement(f"select code from {VALUES} where {compiled.where}", compiled.statement.values)
        )
        return column.flags(met["code"])

    def _column(self, name: str, run: Run) -> pa.Table:
        sql = f"select customer_number, {quoted(name)} from {segments.CUSTOMERS.full_name}"
        return self._execute(run, Statement(sql)).to_arrow_table()

    def _totals(self, compiled: Totals, run: Run) -> Iterator[tuple[Any, np.ndarray[Any, Any]]]:
        """Give, for each measure that has bounds, those bounds and the total of each customer."""
        wanted = (
            ("purchase_days", compiled.times),
            ("units", compiled.units),
            ("amount_cents", compiled.amount_cents),
        )
        measures = [(name, bounds) for name, bounds in wanted if not bounds.is_open]
        totals = {name: np.zeros(self.customers) for name, _ in measures}
        for statement in compiled.statements:
            names = ", ".join(("customer_number", *totals, *(("day",) if statement.is_by_day else ())))
            narrow = replace(statement, sql=f"select {names} from ({statement.sql}) as asked")
            found = self.arrays(run, narrow)
            numbers = found["customer_number"]
            for name, total in totals.items():
                if name == "purchase_days" and statement.is_by_day:
                    bought = found[name] > 0
                    total += sets.distinct_days(
                        numbers[bought],
                        found["day"][bought],
                        self.customers,
                        least=compiled.times.at_least,
                        most=compiled.times.at_most,
                        a_day=statement.rows_a_day,
                    )
                else:
                    sets.add_up(total, numbers, found[name], statement.sign)
        for name, bounds in measures:
            yield bounds, totals[name] if name != "units" else np.round(totals[name], 3)

    def segment(self, key: str, run: Run, path: tuple[str, ...] = ()) -> Bits:
        """Return the members of a saved segment: kept ones when frozen, who meets its definition when living."""
        if key in path:
            raise ConfigError(say("A segment cannot rest on itself: {path}.", path=" → ".join((*path, key))))
        saved = self.saved.get(key)
        if saved.kind != FROZEN:
            return self._part(saved.read().where, run, (*path, key))
        if run.cursor is None:
            raise Cancelled(say("Stopped."))
        run.cursor.register("frozen_members", self.saved.frozen_members(key))
        numbers = self.arrays(run, Statement(_FROZEN))["customer_number"]
        return sets.from_numbers(numbers, self.customers)

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
        """Return a size seen on one customer in sixteen, with its interval (Wilson, 95 %); nothing is kept."""
        with self.asking(run) as asked:
            sample = -(-self.customers // ONE_IN)
            flags = sets.flags_of(self._sample(definition.where, asked), self.customers)[::ONE_IN]
            share, weight = float(flags.mean()) if sample else 0.0, Z_95**2 / max(sample, 1)
            middle = (share + weight / 2) / (1 + weight)
            reach = Z_95 / (1 + weight) * (share * (1 - share) / max(sample, 1) + weight / (4 * max(sample, 1))) ** 0.5
            low, high = max(middle - reach, 0.0), min(middle + reach, 1.0)
            return Estimate(*(round(one * self.customers) for one in (share, low, high)))

    def _sample(self, part: Part, run: Run) -> Bits:
        if isinstance(part, Group):
            found = None
            for one in part.parts:
                bits = self._sample(one, run)
                found = bits if found is None else found & bits if part.kind == "all" else found | bits
            if found is None:
                return sets.everybody(self.customers)
            return sets.others(found, self.customers) if part.kind == "none" else found
        if isinstance(part, InSegment) or repr(part) in self.kept:
            return self.leaf(part, run)
        compiled = compile_leaf(part, self.as_of)
        is_light = isinstance(compiled, Members) and compiled.column  # whole, an attribute costs less than a sample
        return self._answer(compiled if is_light else sampled(compiled, ONE_IN), run)

    def explain(self, definition: Definition | Any, run: Run | None = None) -> Explained:
        """Return the size of every condition, alone and with those before it."""
        read = definition if isinstance(definition, Definition) else read_definition(definition)
        with self.asking(run) as asked:
            steps: list[Step] = []
            self._answer_all(read, asked)
            total = self._explain(read.where, "/where", 0, sets.everybody(self.customers), steps, asked)
            return Explained(self.customers, sets.size_of(total), tuple(steps), asked.statements)

    def _explain(self, group: Group, at: str, depth: int, within: Bits, steps: list[Step], run: Run) -> Bits:
        """Add the steps of a group, in order; return its customers. `within`: who meets all that stands before it."""
        found, left = None, within
        for rank, part in enumerate(group.parts):
            pointer = f"{at}/{group.kind}/{rank}"
            place = len(steps)
            if isinstance(part, Group):
                around = left if group.kind == "all" else within
                bits, kind = self._explain(part, pointer, depth + 1, around, steps, run), part.kind
            else:
                bits, kind = self.leaf(part, run), "condition"
            found = bits if found is None else found & bits if group.kind == "all" else found | bits
            left = within & (sets.others(found, self.customers) if group.kind == "none" else found)
            steps.insert(place, Step(pointer, depth, kind, sets.size_of(bits), sets.size_of(left)))
        if found is None:
            return sets.everybody(self.customers)
        return sets.others(found, self.customers) if group.kind == "none" else found

    def segments_of(self, customer_id: str) -> list[tuple[str, str]]:
        """Return (key, name) of the saved segments a customer is in; those that cannot be read are left out."""
        found = []
        with self.asking() as run:
            rows = self.rows(run, _NUMBER_OF, {"customer_id": customer_id})
            for one in self.saved.all() if rows else ():
                try:
                    flags = self.segment(one.key, run)
                except (ConfigError, NotFoundError):
                    continue
                number = rows[0][0]
                if flags[number >> 3] & (128 >> (number & 7)):
                    found.append((one.key, one.name))
        return found

    def size(self, bits: Bits) -> int:
        """Return how many customers a set holds."""
        return sets.size_of(bits)

    def member_ids(self, definition: Definition) -> pa.Table:
        """Return the customer_id of every member, by number: what a frozen segment keeps."""
        with self.asking() as run:
            flags = sets.flags_of(self.bits(definition, run), self.customers)
            ids = self._execute(run, Statement(_IDS)).to_arrow_table()
        return ids.filter(pa.array(flags[ids["customer_number"].to_numpy()])).select(["customer_id"])

    def definition_of(self, saved: Saved) -> Definition:
        """Return what selects a saved segment's members: its definition, or, frozen, the members kept."""
        if saved.kind != FROZEN:
            return saved.read()
        return read_definition({"version": VERSION, "where": {"all": [{"segment": saved.key}]}})

    def statements(self, definition: Definition) -> list[tuple[Leaf, list[Statement]]]:
        """Return the SQL of every condition, for those who want to read it."""
        found: list[tuple[Leaf, list[Statement]]] = []
        for leaf in definition.leaves:
            if isinstance(leaf, InSegment):
                continue
            compiled = compile_leaf(leaf, self.as_of)
            if isinstance(compiled, Members):
                found.append((leaf, [compiled.statement]))
            else:
                found.append((leaf, [*compiled.statements, *([compiled.minus] if compiled.minus else [])]))
        return found


_IDS = "select customer_number, customer_id from segments.customers order by customer_number"
_NUMBER_OF = "select customer_number from segments.customers where customer_id = $customer_id"
_FROZEN = (
    "select distinct customers.customer_number from frozen_members "
    "left join base.customer_aliases as aliases on aliases.old_customer_id = frozen_members.customer_id "
    "inner join segments.customers on customers.customer_id = coalesce(aliases.customer_id, frozen_members.customer_id)"
)


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
