"""The sentence of a segment, in plain French or English: what the definition says, nothing more, nothing less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from chaland.language import current_language, say
from chaland.segments.definition import (
    Bought,
    Bounds,
    Definition,
    Did,
    FieldIs,
    Group,
    HasAttribute,
    Leaf,
    Near,
    Part,
    Period,
)
from chaland.segments.vocabulary import AMOUNT, EVENTS_BY_NAME, RATIO, Field, told

_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
_KINDS = {"home_shop_key": "shop", "insee_code": "commune"}
SHOWN = 5

Names = Mapping[str, str]
"""`kind:key` → name of what a definition refers to by key: shop:12, product:P1, segment:gardeners, commune:59350."""


def sentence(definition: Definition, *, currency: str = "EUR", names: Names | None = None) -> str:
    """Return the definition as a sentence, in the reader's language.

    Args:
        names: name of each shop, product, segment … by its key; the key itself when it is not there.

    >>> import os; os.environ["CHALAND_LANG"] = "en"
    >>> from chaland.segments import read_definition
    >>> where = {"all": [{"field": "age_years", "is": "between", "value": [40, 60]}]}
    >>> sentence(read_definition({"version": 1, "where": where}))
    'Customers: age from 40 to 60.'
    """
    teller = _Teller(currency, names or {})
    if not definition.where.parts:
        return say("All customers.")
    return say("Customers: {conditions}.", conditions=teller.group(definition.where, is_top=True))


def clause(leaf: Leaf, *, currency: str = "EUR", names: Names | None = None) -> str:
    """Return one condition in words."""
    return _Teller(currency, names or {}).leaf(leaf)


class _Teller:
    def __init__(self, currency: str, names: Names) -> None:
        self.currency = currency
        self.names = names

    # Groups ------------------------------------------------------------------------------------

    def part(self, part: Part) -> str:
        return self.group(part) if isinstance(part, Group) else self.leaf(part)

    def group(self, group: Group, *, is_top: bool = False) -> str:
        told_parts = [self.part(one) for one in group.parts]
        if group.kind == "none":
            return say("none of: {conditions}", conditions=_enclosed(say("; or ").join(told_parts), len(told_parts)))
        joined = (say(", and ") if group.kind == "all" else say(", or ")).join(told_parts)
        return joined if is_top else _enclosed(joined, len(told_parts))

    # Conditions --------------------------------------------------------------------------------

    def leaf(self, leaf: Leaf) -> str:
        if isinstance(leaf, FieldIs):
            return self.field(leaf)
        if isinstance(leaf, Bought):
            return self.bought(leaf)
        if isinstance(leaf, Did):
            return self.did(leaf)
        if isinstance(leaf, Near):
            return say("lives within {km} km of {place}", km=figure(leaf.km), place=self.place(leaf))
        if isinstance(leaf, HasAttribute):
            if not leaf.values:
                return say("{name} is known", name=leaf.name)
            return say("{name}: {values}", name=leaf.name, values=self.listed(leaf.values))
        return say("is in the segment “{name}”", name=self.named("segment", leaf.name))

    def place(self, leaf: Near) -> str:
        name = self.named(leaf.what, leaf.value)
        if leaf.what == "shop":
            return say("the shop {name}", name=name)
        return say("the commune {name}", name=name) if leaf.what == "commune" else say("postcode {name}", name=name)

    def field(self, leaf: FieldIs) -> str:
        field, value, label = leaf.field, leaf.value, told(leaf.field.label)

        def write(one: object) -> str:
            return self.value(field, one)

        if leaf.test == "yes":
            return label
        if leaf.test == "no":
            return say("not {label}", label=label)
        if leaf.test == "known":
            return say("{label} known", label=label)
        if leaf.test == "unknown":
            return say("{label} unknown", label=label)
        if leaf.test in ("one_of", "none_of"):
            choices = dict(field.choices)
            words = self.listed(
                tuple(
                    told(choices[one]) if one in choices else self.named(_KINDS.get(field.name, field.name), one)
                    for one in value
                )
            )
            if leaf.test == "one_of":
                return say("{label}: {values}", label=label, values=words)
            return say("{label} other than {values}", label=label, values=words)
        if leaf.test == "starts_with":
            return say("{label} beginning with “{text}”", label=label, text=value)
        if leaf.test == "last_days":
            return say("{label} in the last {days} days", label=label, days=figure(value))
        if leaf.test == "before_last_days":
            return say("{label} more than {days} days ago", label=label, days=figure(value))
        if leaf.test == "between":
            return say("{label} from {low} to {high}", label=label, low=write(value[0]), high=write(value[1]))
        if leaf.test == "from":
            return say("{label} since {day}", label=label, day=write(value))
        if leaf.test == "until":
            return say("{label} until {day}", label=label, day=write(value))
        if leaf.test == "at_least":
            return say("{label} of at least {value}", label=label, value=write(value))
        return say("{label} of at most {value}", label=label, value=write(value))

    def value(self, field: Field, value: object) -> str:
        if isinstance(value, date):
            return day(value)
        number = float(value)  # type: ignore[arg-type]
        if field.kind == AMOUNT:
            return self.amount(number)
        if field.kind == RATIO:
            return say("{count} %", count=figure(100 * number))
        return figure(number)

    def bought(self, leaf: Bought) -> str:
        names = self.listed(self.all_named(leaf.what or "", leaf.values))
        what: str = say("bought")
        if leaf.what == "department":
            what = say("bought in the department {names}", names=names)
        elif leaf.what == "family":
            what = say("bought in the family {names}", names=names)
        elif leaf.what == "product":
            what = say("bought the product {names}", names=names)
        elif leaf.what == "shop":
            what = say("bought at the shop {names}", names=names)
        if leaf.shops:
            what = say("{what} at the shop {names}", what=what, names=self.listed(self.all_named("shop", leaf.shops)))
        is_never = leaf.times.at_most == 0
        parts: list[str] = [say("never {what}", what=what) if is_never else what]
        if not is_never and leaf.times != Bounds(1, None):
            parts.append(self.bounds(leaf.times, say("times"), figure))
        if not leaf.amount.is_open:
            parts.append(say("for {amount} in all", amount=self.bounds(leaf.amount, "", self.amount)))
        parts.append(self.bounds(leaf.units, say("units"), figure))
        parts.append(self.period(leaf.period))
        text = " ".join(part for part in parts if part)
        return say("{text}, and not since", text=text) if leaf.not_since else text

    def did(self, leaf: Did) -> str:
        event = EVENTS_BY_NAME[leaf.event]
        details: list[str] = [
            say("{label}: {values}", label=told(name), values=self.listed(self.all_named(name, values)))
            for name, values in leaf.codes
        ]
        details += [f"{told(name)} {self.bounds(bounds, '', figure)}".strip() for name, bounds in leaf.scores]
        is_never = leaf.times.at_most == 0
        text = say("no {event}", event=told(event.label)) if is_never else told(event.label)
        if details:
            text += f" ({', '.join(details)})"
        if not is_never and leaf.times != Bounds(1, None):
            text += " " + self.bounds(leaf.times, say("times"), figure)
        return " ".join(part for part in (text, self.period(leaf.period)) if part)

    # Words -------------------------------------------------------------------------------------

    def bounds(self, bounds: Bounds, unit: str, write: Callable[[float], str]) -> str:
        low, high = bounds.at_least, bounds.at_most
        if low is not None and high is not None:
            text = write(low) if low == high else say("from {low} to {high}", low=write(low), high=write(high))
        elif low is not None:
            text = say("at least {value}", value=write(low))
        elif high is not None:
            text = say("at most {value}", value=write(high))
        else:
            return ""
        return f"{text} {unit}".strip()

    def period(self, period: Period) -> str:
        if period.last_days is not None:
            return say("in the last {days} days", days=figure(period.last_days))
        if period.first and period.last:
            return say("between {first} and {last}", first=day(period.first), last=day(period.last))
        if period.first:
            return say("since {day}", day=day(period.first))
        return say("until {day}", day=day(period.last)) if period.last else ""

    def named(self, kind: str, key: str) -> str:
        return self.names.get(f"{kind}:{key}", key) or say("(unknown)")

    def all_named(self, kind: str, keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.named(kind, key) for key in keys)

    def listed(self, values: tuple[str, ...]) -> str:
        shown = values[:SHOWN]
        if len(values) > SHOWN:
            more = say("{count} others", count=len(values) - SHOWN)
            return say("{first} or {last}", first=", ".join(shown), last=more)
        if len(shown) < 2:
            return "".join(shown)
        return say("{first} or {last}", first=", ".join(shown[:-1]), last=shown[-1])

    def amount(self, value: float) -> str:
        symbol = _SYMBOLS.get(self.currency, self.currency)
        decimals = 0 if value == int(value) else 2
        if current_language() == "en":
            return f"{symbol}{figure(value, decimals)}" if len(symbol) == 1 else f"{symbol} {figure(value, decimals)}"
        return f"{figure(value, decimals)}\u00a0{symbol}"


def _enclosed(text: str, count: int) -> str:
    return f"({text})" if count > 1 else text


def figure(value: float, decimals: int | None = None) -> str:
    """Return a number as the reader's language writes it, with the decimals it needs.

    >>> import os; os.environ["CHALAND_LANG"] = "fr"
    >>> figure(1234.5)
    '1\\u202f234,5'
    """
    text = f"{value:,.{decimals}f}" if decimals is not None else f"{value:,.3f}".rstrip("0").rstrip(".")
    return text if current_language() == "en" else text.replace(",", "\u202f").replace(".", ",")


def day(value: date) -> str:
    """Return a day in words."""
    language = current_language()
    number = "1er" if value.day == 1 and language == "fr" else str(value.day)
    return f"{number} {_MONTHS[language][value.month - 1]} {value.year}"
