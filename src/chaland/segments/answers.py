"""Conditions answered as sets of customers, and kept: asked of all the customers of a base, or of its sample.

Each condition is answered once by SQL (`compiler`), as a set (`sets`): changing one condition of ten costs one
question, not ten. A condition on one attribute is asked of its distinct values (`columns`).
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chaland.config import PROFILING
from chaland.engine import Engine
from chaland.engine.duckdb import quoted
from chaland.errors import ConfigError, NotFoundError
from chaland.language import say
from chaland.segments import sets
from chaland.segments.asking import Cancelled, Run, asking
from chaland.segments.columns import Columns
from chaland.segments.compiler import Compiled, Members, Names, Statement, Totals, compile_leaf, whole
from chaland.segments.definition import Bought, Definition, Did, FieldIs, Group, InSegment, Leaf, Part
from chaland.segments.predicates import Predicate
from chaland.segments.saved import FROZEN, SavedSegments
from chaland.segments.sets import Bits
from chaland.segments.vocabulary import EVENTS_BY_NAME, told
from chaland.tables import base, segments

KEPT_BYTES = 128_000_000
"""Room for answered conditions: 240 of them at 4.2 million customers."""
AT_A_TIME = 2
"""Conditions answered at the same time."""


@dataclass(frozen=True)
class Found:
    """Who meets a part of a definition, surely, and possibly.

    They differ by those who object to profiling alone: of a condition on a score we shall not know whether they meet
    it, so that neither it nor its negation chooses them, as null does in SQL.
    """

    sure: Bits
    possible: Bits


class Answers:
    """What is known of some customers: the conditions answered, and the columns read.

    Args:
        customers: how many, numbered from 0.
        names: where their rows are.
        one_in: 1 for all, or ONE_IN for the sample.
    """

    def __init__(
        self,
        engine: Engine,
        saved: SavedSegments,
        as_of: date,
        customers: int,
        *,
        names: Names = whole,
        one_in: int = 1,
    ) -> None:
        self.engine = engine
        self.saved = saved
        self.as_of = as_of
        self.customers = customers
        self.kept: OrderedDict[str, Bits] = OrderedDict()
        self.columns = Columns()
        self._names = names
        self._one_in = one_in
        self._lock = threading.Lock()
        self._objectors: Bits | None = None

    # Groups ------------------------------------------------------------------------------------

    def found(self, definition: Definition, run: Run) -> Found:
        """Return the customers of a definition."""
        self.answer_all(definition, run)
        return self.part(definition.where, run)

    def part(self, part: Part, run: Run, path: tuple[str, ...] = ()) -> Found:
        """Return the customers of a group or of a condition. `path`: the saved segments it stands in."""
        if isinstance(part, Group):
            return self.combined(part.kind, [self.part(one, run, path) for one in part.parts])
        if isinstance(part, InSegment):
            return self._segment(part.name, run, path)
        bits = self.leaf(part, run)
        if isinstance(part, FieldIs) and part.field.is_profiling:
            objectors = self.objectors(run)
            return Found(bits & ~objectors, bits | objectors)
        return Found(bits, bits)

    def combined(self, kind: str, parts: list[Found]) -> Found:
        """Return all, any or none of what was found."""
        if not parts:
            everybody = sets.everybody(self.customers)
            return Found(everybody, everybody)
        sure, possible = parts[0].sure, parts[0].possible
        for one in parts[1:]:
            sure = sure & one.sure if kind == "all" else sure | one.sure
            possible = possible & one.possible if kind == "all" else possible | one.possible
        if kind == "none":
            return Found(sets.others(possible, self.customers), sets.others(sure, self.customers))
        return Found(sure, possible)

    def objectors(self, run: Run) -> Bits:
        """Return the customers who object to profiling."""
        if self._objectors is None:
            numbers = run.numbers(Statement(_OBJECTORS, {"profiling": PROFILING}))
            self._objectors = sets.from_numbers(self._own(numbers), self.customers)
        return self._objectors

    def _own(self, numbers: npt.NDArray[np.integer]) -> npt.NDArray[np.integer]:
        """Return, of customers of the base, those known here, by their number here."""
        own: npt.NDArray[np.integer] = numbers[numbers % self._one_in == 0] // self._one_in
        return own

    def _segment(self, key: str, run: Run, path: tuple[str, ...]) -> Found:
        """Return the members of a saved segment: kept ones when frozen, who meets its definition when living."""
        if key in path:
            raise ConfigError(say("A segment cannot rest on itself: {path}.", path=" → ".join((*path, key))))
        saved = self.saved.get(key)
        if saved.kind != FROZEN:
            return self.part(saved.read().where, run, (*path, key))
        run.open_cursor().register("frozen_members", self.saved.frozen_members(key))
        bits = sets.from_numbers(self._own(run.numbers(Statement(_FROZEN))), self.customers)
        return Found(bits, bits)

    # Conditions --------------------------------------------------------------------------------

    def answer_all(self, definition: Definition, run: Run) -> None:
        """Answer the conditions not yet answered, two at a time: while arrays add up what one has read, the database
        reads for the other."""
        unknown = {repr(leaf): leaf for leaf in definition.leaves if not isinstance(leaf, InSegment)}
        leaves: list[Leaf] = [leaf for name, leaf in unknown.items() if name not in self.kept]
        if len(leaves) < 2:
            return
        left = deque(sorted(leaves, key=lambda leaf: not isinstance(leaf, Bought)))  # the longest first
        run.beside = tuple(Run() for _ in range(AT_A_TIME))
        if run.is_cancelled:
            raise Cancelled(say("Stopped."))
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            list(pool.map(partial(self._answer_some, left), run.beside))
        run.statements += sum(one.statements for one in run.beside)
        run.beside = ()

    def _answer_some(self, left: deque[Leaf], run: Run) -> None:
        """Answer conditions as long as there are."""
        with asking(self.engine, run):
            while leaf := _next(left):
                self.leaf(leaf, run)

    def leaf(self, leaf: Leaf, run: Run) -> Bits:
        """Return the customers who meet one condition, from memory when it was answered before.

        Raises:
            NotFoundError: the base was published before it could be asked. ConfigError: its place is not known.
        """
        name = repr(leaf)
        with self._lock:
            if name in self.kept:
                self.kept.move_to_end(name)
                return self.kept[name]
        try:
            bits = self._answer(compile_leaf(leaf, self.as_of, self._names), run)
        except (duckdb.CatalogException, duckdb.BinderException) as error:  # a table or a column of today
            raise NotFoundError(
                say("This base was published before “{label}” was kept.", label=_label(leaf)),
                next_step=say("Build it again: chaland build"),
            ) from error
        with self._lock:
            self.kept[name] = bits
            while len(self.kept) * bits.nbytes > KEPT_BYTES:
                self.kept.popitem(last=False)
        return bits

    def _answer(self, compiled: Compiled, run: Run) -> Bits:
        if isinstance(compiled, Totals):
            flags = self._within(compiled, run)
        elif compiled.predicates or compiled.places:
            flags = self._met(compiled, run)
        else:
            flags = np.zeros(self.customers, dtype=np.bool_)
            for batch in run.batches(compiled.statement):
                flags[batch["customer_number"]] = True
        if compiled.minus is not None:
            for batch in run.batches(compiled.minus):
                flags[batch["customer_number"]] = False
        return sets.from_flags(flags)

    def _met(self, compiled: Members, run: Run) -> npt.NDArray[np.bool_]:
        """Return, for each customer, whether he meets a condition on attributes."""
        predicates = compiled.predicates
        if compiled.places is not None:
            places = run.arrays(compiled.places)["place_number"]
            if not places.size:  # not even the place itself
                raise ConfigError(say("The place a distance is counted from is not known here."))
            predicates = (Predicate("place_number", "in", places),)
        flags = np.ones(self.customers, dtype=np.bool_)
        for one in predicates:
            column = self.columns.get(one.column, partial(self._column, one.column, run))
            flags &= one.met(column.values)[column.codes]
        return flags

    def _column(self, name: str, run: Run) -> pa.Table:
        sql = f"select customer_number, {quoted(name)} from {self._names(segments.CUSTOMERS)}"
        return run.ask(Statement(sql)).to_arrow_table()

    def _within(self, compiled: Totals, run: Run) -> npt.NDArray[np.bool_]:
        """Return, for each customer, whether his totals lie within their bounds."""
        totals = {name: np.zeros(self.customers) for name, _ in compiled.measures}
        for part in compiled.parts:
            names = ", ".join(("customer_number", *totals, *(("day",) if part.is_by_day else ())))
            read = run.batches(Statement(f"select {names} from ({part.sql}) as asked", part.values))
            if part.is_by_day and "times" in totals:
                kept = list(read)
                days = [(batch["customer_number"], batch["day"], batch["times"]) for batch in kept]
                sets.add_days(totals["times"], days)
                read = iter(kept)
            for batch in read:
                for name, total in totals.items():
                    if name != "times" or not part.is_by_day:
                        sets.add_up(total, batch["customer_number"], batch[name], part.sign)
        flags = np.ones(self.customers, dtype=np.bool_)
        for name, bounds in compiled.measures:
            total = np.round(totals[name], 3) if name == "units" else totals[name]
            if bounds.at_least is not None:
                flags &= total >= bounds.at_least
            if bounds.at_most is not None:
                flags &= total <= bounds.at_most
        return flags


def _next(left: deque[Leaf]) -> Leaf | None:
    """Take the next condition, whichever thread asks; None when there is none."""
    try:
        return left.popleft()
    except IndexError:
        return None


def _label(leaf: Leaf) -> str:
    """Return the words of what a condition asks for."""
    if isinstance(leaf, FieldIs):
        return told(leaf.field.label)
    return told(EVENTS_BY_NAME[leaf.event].label) if isinstance(leaf, Did) else say("what external lists give")


_OBJECTORS = (
    f"select distinct customers.customer_number from {base.CONSENTS.full_name} as consents "
    f"inner join {segments.CUSTOMERS.full_name} as customers on customers.customer_id = consents.customer_id "
    "where consents.channel = $profiling and not consents.is_granted"
)
_FROZEN = (
    "select distinct customers.customer_number from frozen_members "
    "left join base.customer_aliases as aliases on aliases.old_customer_id = frozen_members.customer_id "
    "inner join segments.customers on customers.customer_id = coalesce(aliases.customer_id, frozen_members.customer_id)"
)
