"""What a page of a study is made of: figures, sheets of figures with their definition, their chart, their export."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from chaland.engine.spreadsheet import shown_text
from chaland.publish.insight import Row
from chaland_web import formats

Told = Any
"""A sentence, lazy or not."""

NONE = "–"


@dataclass(frozen=True)
class Teller:
    """Writes values in the reader's language and the base's currency."""

    language: str
    currency: str

    def shown(self, value: Any, kind: str) -> str:
        """Return a value as people read it; kinds: those of Column."""
        if value is None:
            return NONE
        if kind == "text":
            return str(value)
        if kind == "day":
            return formats.day(value, self.language)
        if kind == "month":
            return formats.month(value, self.language)
        if kind == "bool":
            return "✓" if value else ""
        if kind == "ratio":
            return self.ratio(value)
        if kind == "fine":
            return self.ratio(value, 3)
        if kind == "amount":
            return formats.amount(value, self.currency, self.language, 0)
        if kind == "price":
            return formats.amount(value, self.currency, self.language)
        return formats.number(value, _DECIMALS[kind], self.language)

    def ratio(self, value: float, decimals: int = 1) -> str:
        """Return a share in per cent."""
        text = formats.number(100 * float(value), decimals, self.language)
        return f"{text}{formats.FIXED}%" if self.language == "fr" else f"{text}%"

    def percent(self, value: float) -> str:
        """Return a value of 0 to 100 in per cent, without decimals."""
        return self.ratio(value / 100, 0)

    def count(self, value: float) -> str:
        return formats.number(value, 0, self.language)

    def number(self, value: float, decimals: int = 1) -> str:
        return formats.number(value, decimals, self.language)

    def amount(self, value: Decimal | float) -> str:
        """Return an amount on few signs."""
        return formats.short_amount(value, self.currency, self.language)

    def signed(self, value: float, kind: str = "ratio") -> str:
        """Return a change with its sign, + included."""
        text = self.shown(value, kind)
        return "+" + text if value > 0 and any(sign in "123456789" for sign in text) else text


_DECIMALS = {"count": 0, "one": 1, "two": 2, "three": 3, "four": 4}


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes:
        name: key of the rows.
        kind: text, day, month, bool, count, one, two, three, four (decimals), ratio, fine, amount,
            price; own: the kind that
            the row names.
    """

    name: str
    label: Told
    kind: str = "count"

    @property
    def is_number(self) -> bool:
        return self.kind not in ("text", "bool")


@dataclass(frozen=True)
class Sheet:
    """A table of figures: shown beside its chart, and exported whole.

    Attributes:
        code: name of its file.
        reads: one sentence that says what the chart tells on these figures.
        shown_rows: rows on the page; all are in the export. 0: the chart is itself a table of all the figures.
    """

    code: str
    title: Told
    definition: Told
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    reads: Told = ""
    chart: Any = None
    is_wide: bool = False
    is_folded: bool = True
    shown_rows: int = 60
    choices: tuple[Any, ...] = ()

    def lines(self, teller: Teller) -> list[list[tuple[str, Column]]]:
        """Return the rows to show, each as written cells."""
        return [
            [
                (teller.shown(row[column.name], row["kind"] if column.kind == "own" else column.kind), column)
                for column in self.columns
            ]
            for row in self.rows[: self.shown_rows]
        ]


def trust_sheet(definition: Told, checks: Mapping[str, tuple[Told, str]], found: Mapping[str, float]) -> Sheet:
    """Return the sheet that says how far a model can be trusted: of the checks (words, kind), those found."""
    return Sheet(
        "confiance",
        _("How far to trust it"),
        definition,
        (Column("name", _("Check"), "text"), Column("found", _("Found"), "own")),
        [
            {"name": words, "found": found[code], "kind": kind}
            for code, (words, kind) in checks.items()
            if code in found
        ],
        is_folded=False,
    )


@dataclass(frozen=True)
class Figure:
    """One figure of the top of a page: its words, its value as written, what stands beside, its definition."""

    label: Told
    value: str
    aside: Told = ""
    definition: Told = ""


@dataclass(frozen=True)
class Choice:
    """A link that asks the page for something else; `is_chosen` when it is what is shown."""

    label: Told
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class Picker:
    """A list to pick from: its words, the name it is asked by, (value, words, whether it is chosen), what it sends
    along."""

    label: Told
    name: str
    options: Sequence[tuple[str, Told, bool]]
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """What a page cannot show from these data, why, and the command that can from others."""

    title: Told
    text: Told
    command: str = ""


@dataclass(frozen=True)
class Page:
    """What a study shows: the sentence that answers its question, figures, sheets.

    Attributes:
        search: text being looked for where the page has a search box; None without a box.
        kept: what the search box sends along.
    """

    headline: Told
    figures: Sequence[Figure]
    sheets: Sequence[Sheet]
    choices: Sequence[tuple[Told, Sequence[Choice]]] = ()
    picker: Picker | None = None
    search: str | None = None
    kept: Mapping[str, str] = field(default_factory=dict)
    notices: Sequence[Notice] = ()


def csv_text(sheet: Sheet, language: str) -> str:
    """Return a sheet as a spreadsheet of the reader's language opens it: French with semicolons and decimal commas.

    A text that a spreadsheet would run as a formula is shown instead of run.
    """
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";" if language == "fr" else ",", lineterminator="\r\n")
    writer.writerow([shown_text(str(column.label)) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_plain(row[column.name], language) for column in sheet.columns])
    return "\ufeff" + written.getvalue()


def _plain(value: Any, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (float, Decimal)):
        text = f"{value:.6f}".rstrip("0").rstrip(".")
        return text.replace(".", ",") if language == "fr" else text
    if isinstance(value, (int, date)):
        return str(value)
    return shown_text(str(value))
