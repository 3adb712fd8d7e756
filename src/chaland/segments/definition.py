"""A segment's definition: JSON that people write, checked into shapes that `compiler` turns into SQL.

    {"version": 1, "where": {"all": [
        {"field": "age_years", "is": "between", "value": [40, 60]},
        {"bought": {"department": ["Jardin"], "times": {"at_least": 2}, "amount": {"at_least": 80},
                    "from": "2026-03-01", "to": "2026-06-30", "not_since": true}},
        {"none": [{"field": "can_email", "is": "yes"}]}]}}

Every fault is collected and told together: where (JSON pointer), what was expected, what was found. Texts are never
quoted in a message: a name may stand in them. `schema.py` publishes the same rules as a JSON schema.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from chaland.errors import ConfigError
from chaland.language import say
from chaland.segments.faults import Faults
from chaland.segments.vocabulary import (
    BOUGHT_GOODS,
    CODE,
    DAY,
    EVENTS_BY_NAME,
    FIELDS_BY_NAME,
    PLACES,
    RATIO,
    SHOP,
    Field,
)

VERSION = 1
GROUPS = ("all", "any", "none")
LEAVES = ("field", "bought", "did", "near", "attribute", "segment")
CONDITIONS_AT_MOST = 60
DEPTH_AT_MOST = 6


@dataclass(frozen=True)
class Bounds:
    """At least and at most; None where there is no bound."""

    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_open(self) -> bool:
        return self.at_least is None and self.at_most is None

    def hold(self, value: float) -> bool:
        """Tell whether a value lies within, bounds included."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True)
class Period:
    """Days from first to last, or the last days before the base's day; all None for always."""

    first: date | None = None
    last: date | None = None
    last_days: int | None = None

    @property
    def is_always(self) -> bool:
        return self.first is None and self.last is None and self.last_days is None


@dataclass(frozen=True)
class FieldIs:
    field: Field
    test: str
    value: Any = None


@dataclass(frozen=True)
class Bought:
    """`what` and `values`: what was bought, or where; `shops`: where a department, a family or a product was."""

    what: str | None
    values: tuple[str, ...]
    times: Bounds
    amount: Bounds
    units: Bounds
    period: Period
    not_since: bool
    shops: tuple[str, ...] = ()


@dataclass(frozen=True)
class Did:
    event: str
    codes: tuple[tuple[str, tuple[str, ...]], ...]
    scores: tuple[tuple[str, Bounds], ...]
    times: Bounds
    period: Period


@dataclass(frozen=True)
class Near:
    km: float
    what: str
    value: str


@dataclass(frozen=True)
class HasAttribute:
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class InSegment:
    name: str


Leaf = FieldIs | Bought | Did | Near | HasAttribute | InSegment


@dataclass(frozen=True)
class Group:
    """`kind`: all, any or none of the parts."""

    kind: str
    parts: tuple[Part, ...]


Part = Leaf | Group


@dataclass(frozen=True)
class Definition:
    """A checked definition; `text` is its JSON, written one way, which names it in caches and traces."""

    where: Group
    text: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every condition, in the order written."""
        return tuple(_leaves(self.where))

    @property
    def segments(self) -> frozenset[str]:
        """The other segments it rests on."""
        return frozenset(leaf.name for leaf in self.leaves if isinstance(leaf, InSegment))


def _leaves(part: Part) -> list[Leaf]:
    if isinstance(part, Group):
        return [leaf for one in part.parts for leaf in _leaves(one)]
    return [part]


def read_definition(given: Any) -> Definition:
    """Return the checked definition of a JSON value (or text).

    Raises:
        ConfigError: with every fault: JSON pointer, expected, found.

    >>> where = {"all": [{"field": "sex", "is": "one_of", "value": ["F"]}]}
    >>> read_definition({"version": 1, "where": where}).leaves[0].test
    'one_of'
    >>> read_definition({"version": 1, "where": {"all": [{"field": "age", "is": "yes"}]}})
    Traceback (most recent call last):
        ...
    chaland.errors.ConfigError: /where/all/0/field...
    """
    faults = Faults()
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError) as error:
            raise ConfigError.of([say("/: this is not JSON.")]) from error
    where = Group("all", ())
    if faults.shape("", given, {"version", "where"}, required=("version", "where")):
        if given["version"] != VERSION or isinstance(given["version"], bool):
            faults.add("/version", str(VERSION), given["version"])
        found = _group("/where", given["where"], faults, depth=1)
        where = found or where
        if found and len(_leaves(found)) > CONDITIONS_AT_MOST:
            faults.add("/where", say("at most {count} conditions", count=CONDITIONS_AT_MOST), len(_leaves(found)))
    faults.refuse()
    return Definition(where, json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _part(at: str, given: Any, faults: Faults, depth: int) -> Part | None:
    if not isinstance(given, dict):
        faults.add(at, say("a condition or a group"), given)
        return None
    kinds = [name for name in (*GROUPS, *LEAVES) if name in given]
    if len(kinds) != 1:
        faults.add(at, say("one of: {names}", names=", ".join((*GROUPS, *LEAVES))), given)
        return None
    if kinds[0] in GROUPS:
        return _group(at, given, faults, depth)
    return _READERS[kinds[0]](at, given, faults)


def _group(at: str, given: Any, faults: Faults, depth: int) -> Group | None:
    if not isinstance(given, dict) or len(given) != 1 or next(iter(given)) not in GROUPS:
        faults.add(at, say("a group: all, any or none, and nothing else"), given)
        return None
    kind, parts = next(iter(given.items()))
    if depth > DEPTH_AT_MOST:
        faults.add(at, say("at most {count} groups one in another", count=DEPTH_AT_MOST), given)
        return None
    if not isinstance(parts, list) or len(parts) > CONDITIONS_AT_MOST or (not parts and (depth > 1 or kind != "all")):
        faults.add(f"{at}/{kind}", say("a list of conditions, not empty"), parts)
        return None
    read = [_part(f"{at}/{kind}/{rank}", part, faults, depth + 1) for rank, part in enumerate(parts)]
    return Group(kind, tuple(part for part in read if part is not None))


def _field(at: str, given: Any, faults: Faults) -> Leaf | None:
    if not faults.shape(at, given, {"field", "is", "value"}, required=("field", "is")):
        return None
    name = faults.choice(f"{at}/field", given["field"], tuple(FIELDS_BY_NAME))
    if name is None:
        return None
    field = FIELDS_BY_NAME[name]
    test = faults.choice(f"{at}/is", given["is"], field.tests)
    if test is None:
        return None
    place = f"{at}/value"
    if test in ("yes", "no", "known", "unknown"):
        if "value" in given:
            faults.add(place, say("nothing"), given["value"])
        return FieldIs(field, test)
    value = given.get("value")
    if test in ("one_of", "none_of"):
        codes = tuple(code for code, _ in field.choices) if field.kind == CODE else ()
        texts = faults.texts(place, value, codes)
        return FieldIs(field, test, texts) if texts else None
    if test == "starts_with":
        text = faults.text(place, value)
        return FieldIs(field, test, text) if text is not None else None
    if test in ("last_days", "before_last_days"):
        days = faults.whole(place, value, 0, 36_600)
        return FieldIs(field, test, days) if days is not None else None
    read = faults.day if field.kind == DAY else faults.ratio if field.kind == RATIO else faults.number
    if test == "between":
        if not isinstance(value, list) or len(value) != 2:
            faults.add(place, say("two values: from and to"), value)
            return None
        low, high = read(f"{place}/0", value[0]), read(f"{place}/1", value[1])
        if low is None or high is None:
            return None
        if low > high:  # type: ignore[operator]
            faults.add(place, say("the lower first"), value)
        return FieldIs(field, test, (low, high))
    one = read(place, value)
    return FieldIs(field, test, one) if one is not None else None


def _bought(at: str, given: Any, faults: Faults) -> Leaf | None:
    if not faults.shape(at, given, {"bought"}):
        return None
    at, given = f"{at}/bought", given["bought"]
    known = {*BOUGHT_GOODS, SHOP, "times", "amount", "units", "from", "to", "last_days", "not_since"}
    if not faults.shape(at, given, known):
        return None
    named = [what for what in BOUGHT_GOODS if what in given]
    if len(named) > 1:
        faults.add(at, say("one at most of: {names}", names=", ".join(BOUGHT_GOODS)), given)
        return None
    what = named[0] if named else None
    values = faults.texts(f"{at}/{what}", given[what]) if what else ()
    shops = faults.texts(f"{at}/{SHOP}", given[SHOP]) if SHOP in given else ()
    if what is None and SHOP in given:
        what, values, shops = SHOP, shops, ()
    period = _period(at, given, faults)
    not_since = given.get("not_since", False)
    if not isinstance(not_since, bool):
        faults.add(f"{at}/not_since", say("true or false"), not_since)
    elif not_since and (period is None or period.last is None):
        faults.add(f"{at}/not_since", say("a last day (to), after which there was none"), not_since)
    times = _bounds(f"{at}/times", given.get("times"), faults)
    amount = _bounds(f"{at}/amount", given.get("amount"), faults)
    units = _bounds(f"{at}/units", given.get("units"), faults)
    if values is None or shops is None or period is None or times is None or amount is None or units is None:
        return None
    if times.is_open and (amount.is_open and units.is_open):
        times = Bounds(1, None)
    return Bought(what, values, times, amount, units, period, bool(not_since), shops)


def _did(at: str, given: Any, faults: Faults) -> Leaf | None:
    if not faults.shape(at, given, {"did"}):
        return None
    at, given = f"{at}/did", given["did"]
    if not faults.shape(at, given, {"event", "with", "times", "from", "to", "last_days"}, required=("event",)):
        return None
    name = faults.choice(f"{at}/event", given["event"], tuple(EVENTS_BY_NAME))
    if name is None:
        return None
    event, wanted = EVENTS_BY_NAME[name], given.get("with", {})
    codes, scores = dict(event.codes), dict(event.scores)
    if not faults.shape(f"{at}/with", wanted, {*codes, *scores}):
        return None
    texts = {one: faults.texts(f"{at}/with/{one}", value) for one, value in wanted.items() if one in codes}
    bounds = {one: _bounds(f"{at}/with/{one}", value, faults) for one, value in wanted.items() if one in scores}
    times, period = _bounds(f"{at}/times", given.get("times"), faults), _period(at, given, faults)
    if times is None or period is None or None in texts.values() or None in bounds.values():
        return None
    return Did(
        name,
        tuple((one, found) for one, found in sorted(texts.items()) if found),
        tuple((one, found) for one, found in sorted(bounds.items()) if found),
        Bounds(1, None) if times.is_open else times,
        period,
    )


def _near(at: str, given: Any, faults: Faults) -> Leaf | None:
    if not faults.shape(at, given, {"near"}):
        return None
    at, given = f"{at}/near", given["near"]
    if not faults.shape(at, given, {"km", *PLACES}, required=("km",)):
        return None
    named = [what for what in PLACES if what in given]
    if len(named) != 1:
        faults.add(at, say("one of: {names}", names=", ".join(PLACES)), given)
        return None
    km = faults.number(f"{at}/km", given["km"])
    if km is not None and not 0 < km <= 2000:
        faults.add(f"{at}/km", say("between {low} and {high}", low=0, high=2000), given["km"])
    value = faults.text(f"{at}/{named[0]}", given[named[0]])
    return Near(km, named[0], value) if km is not None and value is not None else None


def _attribute(at: str, given: Any, faults: Faults) -> Leaf | None:
    if not faults.shape(at, given, {"attribute"}):
        return None
    at, given = f"{at}/attribute", given["attribute"]
    if not faults.shape(at, given, {"name", "one_of"}, required=("name",)):
        return None
    name = faults.text(f"{at}/name", given["name"])
    values = faults.texts(f"{at}/one_of", given["one_of"]) if "one_of" in given else ()
    return HasAttribute(name, values) if name is not None and values is not None else None


def _segment(at: str, given: Any, faults: Faults) -> Leaf | None:
    if not faults.shape(at, given, {"segment"}):
        return None
    name = faults.text(f"{at}/segment", given["segment"])
    return InSegment(name) if name is not None else None


def _bounds(at: str, given: Any, faults: Faults) -> Bounds | None:
    if given is None:
        return Bounds()
    if not faults.shape(at, given, {"at_least", "at_most"}):
        return None
    if not given:
        faults.add(at, "at_least, at_most", given)
        return None
    read = {name: faults.number(f"{at}/{name}", value) for name, value in given.items()}
    if None in read.values():
        return None
    low, high = read.get("at_least"), read.get("at_most")
    if low is not None and high is not None and low > high:
        faults.add(at, say("the lower first"), given)
    return Bounds(low, high)


def _period(at: str, given: dict[str, Any], faults: Faults) -> Period | None:
    if "last_days" in given:
        if "from" in given or "to" in given:
            faults.add(f"{at}/last_days", say("either last_days, or from and to"), given["last_days"])
            return None
        days = faults.whole(f"{at}/last_days", given["last_days"], 1, 36_600)
        return None if days is None else Period(last_days=days)
    first = faults.day(f"{at}/from", given["from"]) if "from" in given else None
    last = faults.day(f"{at}/to", given["to"]) if "to" in given else None
    if ("from" in given and first is None) or ("to" in given and last is None):
        return None
    if first and last and first > last:
        faults.add(f"{at}/to", say("a day after from"), given["to"])
    return Period(first, last)


_READERS = {
    "field": _field,
    "bought": _bought,
    "did": _did,
    "near": _near,
    "attribute": _attribute,
    "segment": _segment,
}
