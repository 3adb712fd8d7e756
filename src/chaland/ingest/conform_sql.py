"""The text of the queries that turn landed rows into contract tables.

Column names come from people's files and settings, so every one goes through `quoted`, every value through `literal`.
Three steps, each a query over the one before: `named` (each field's text), `typed` (each field's value), `judged`
(each row's fault).
"""

from __future__ import annotations

from collections.abc import Sequence

from chaland.config import SourceSettings
from chaland.engine.duckdb import quoted
from chaland.engine.text import literal, select
from chaland.ingest.chunks import FILE, LINE, RANK, SPACES
from chaland.ingest.fields import (
    DEFAULT_WHEN_EMPTY,
    DEFAULTS,
    GENERATED,
    OWN_KEY,
    VOCABULARY,
    candidates,
    is_essential,
    is_mapped,
    own_fields,
    person_fields,
    resolve,
)
from chaland.tables import Column
from chaland.tables.landing import CARD_FIELDS

UTC_KINDS = {"web_events", "decisions", "corrections"}
"""Kinds whose moments are UTC; all others are told in local time."""

LOCAL_ZONES = {"FR": "Europe/Paris", "BE": "Europe/Brussels", "CH": "Europe/Zurich", "LU": "Europe/Luxembourg"}


def text_of(field: str) -> str:
    """Return the name of the column that holds a field's text in `named`."""
    return quoted(f"text {field}")


def value_of(field: str) -> str:
    """Return the name of the column that holds a field's value in `typed`."""
    return quoted(f"value {field}")


class SourceSql:
    """The queries of one source.

    Args:
        source: its settings.
        available: the columns that its landing files have.
        zone: local time of the base's country.
        formats: the source's date writings that DuckDB reads.

    `late_moments` names the temporal fields with texts that only Python could read (table `ingest_moments`);
    `lacks_columns` tells whether a file lacks the column of a key field (table `ingest_missing`).
    """

    def __init__(self, source: SourceSettings, available: Sequence[str], *, zone: str, formats: Sequence[str]) -> None:
        self.source = source
        self.available = available
        self.zone = "UTC" if source.kind in UTC_KINDS else zone
        self.formats = formats
        self.late_moments: set[str] = set()
        self.lacks_columns = False
        self.own = own_fields(source)
        extra = {"recorded_at": "timestamp", **({"unit_price": "decimal(18,4)"} if source.kind == "tickets" else {})}
        known = {column.name for column in self.own}
        self.extra = [
            Column(field, kind, "") for field, kind in extra.items() if field not in known and is_mapped(source, field)
        ]
        self.has_rank = RANK in available

    # Texts -------------------------------------------------------------------------------------

    def field_text(self, field: str) -> str:
        """Return the expression of a field's text: first column with a value, the source's words replaced."""
        if field == "attributes" and self.source.attributes:
            return self._attributes_text()
        found = [
            columns
            for name in candidates(self.source, field)
            if (columns := resolve(self.source, name, self.available))
        ]
        parts = []
        for columns in found:
            trimmed = [f"ingest_trimmed({quoted(column)}, {literal(SPACES)})" for column in columns]
            parts.append(trimmed[0] if len(trimmed) == 1 else f"nullif(concat_ws(' ', {', '.join(trimmed)}), '')")
        if field in self.source.constants:
            parts.append(literal(self.source.constants[field]))
        text = (
            "cast(null as varchar)" if not parts else parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"
        )
        words = self.source.values.get(field)
        if words:
            cases = " ".join(f"when {literal(theirs.strip())} then {literal(ours)}" for theirs, ours in words.items())
            text = f"case {text} {cases} else {text} end"
            if "" in words:
                text = f"coalesce({text}, {literal(words[''])})"
        return text

    def _attributes_text(self) -> str:
        """Return the expression of the source's attributes as one JSON object; a column the file lacks is left out."""
        found = {
            name: columns[0]
            for name, column in self.source.attributes.items()
            if (columns := resolve(self.source, column, self.available))
        }
        pairs = ", ".join(
            f"{literal(name)}: ingest_trimmed({quoted(column)}, {literal(SPACES)})" for name, column in found.items()
        )
        return f"cast(to_json({{{pairs}}}) as varchar)" if pairs else "cast(null as varchar)"

    def named(self, fields: Sequence[str], *, raw: bool = False) -> str:
        """Return the query of each field's text, over `ingest_rows`."""
        rank = [RANK] if self.has_rank else []
        columns = ["load_id", FILE, LINE, *rank]
        columns += [f"{self.field_text(field)} as {text_of(field)}" for field in fields]
        if raw:
            whole = ", ".join(f"{literal(name)}: {quoted(name)}" for name in self.available)
            columns.append(f"cast(to_json({{{whole}}}) as varchar) as raw")
        return select(columns, "ingest_rows")

    # Values ------------------------------------------------------------------------------------

    def number(self, text: str) -> str:
        """Return the expression of a number's text with a decimal point, or null."""
        macro, signs = {",": ("ingest_number_comma", ","), ".": ("ingest_number_point", ".")}.get(
            self.source.decimal, ("ingest_number_any", ".,")
        )
        # the commonest writing first: the macros cost three regular expressions a value
        plain = f"regexp_full_match({text}, '[-+]?[0-9]{{1,15}}([{signs}][0-9]{{1,6}})?')"
        return f"case when {plain} then replace({text}, ',', '.') else {macro}(ingest_bare_number({text})) end"

    def moment(self, field: str) -> str:
        """Return the expression of a moment, SQL's part."""
        text = text_of(field)
        tries = [f"ingest_iso({text})", f"ingest_zoned({text}, {literal(self.zone)})"]
        tries += [f"try_strptime({text}, {literal(written)})" for written in self.formats]
        tries.append(f"ingest_compact({text})")
        if not self.source.dates:
            tries.append(f"ingest_day_first({text})")
        tries = [f"ingest_sane({one})" for one in tries]
        if field in self.late_moments:
            tries.append(f"{quoted('late ' + field)}.moment")
        return f"coalesce({', '.join(tries)})"

    def value(self, column: Column) -> str:
        """Return the expression of a field's value in the type of its contract; null when it cannot be read."""
        field, kind = column.name, column.type
        text = text_of(field)
        if kind == "varchar":
            known = VOCABULARY.get((self.source.kind, field))
            return f"case when {text} in ({', '.join(map(literal, known))}) then {text} end" if known else text
        if kind.startswith("decimal"):
            return f"try_cast({self.number(text)} as {kind})"
        if kind in ("integer", "bigint"):
            number = f"try_cast({self.number(text)} as decimal(18,4))"
            return f"case when {number} = trunc({number}) then try_cast({number} as {kind}) end"
        if kind in ("timestamp", "date"):
            return f"cast({self.moment(field)} as {kind})"
        raise NotImplementedError(f"{column.name} {kind}")

    def text_fields(self) -> list[str]:
        """Return every field whose text the kind's table needs."""
        fields = [column.name for column in (*self.own, *self.extra)]
        fields += [field for field in person_fields(self.source) if field not in fields]
        if is_mapped(self.source, "system"):  # the base's own files: each line names the key space of its person
            fields.append("system")
        return [*fields, *(["person_key"] if "person_key" not in fields else [])]

    def typed(self) -> str:
        """Return the query of each field's value, over `named`."""
        columns = ["named.*"]
        columns += [f"{self._complete(column)} as {value_of(column.name)}" for column in (*self.own, *self.extra)]
        joined = "named"
        for field in sorted(self.late_moments):
            late = quoted(f"late {field}")
            joined += f"\nleft join ingest_moments as {late} on {late}.text = named.{text_of(field)}"
        return select(columns, joined)

    def _complete(self, column: Column) -> str:
        """Return a field's value with its default, or its stand-in."""
        source, field = self.source, column.name
        key = (source.kind, field)
        if field == "person_key":
            return self.person_key()
        if key in GENERATED and not is_mapped(source, field):
            rank = f" || '.' || {RANK}" if self.has_rank else ""
            return f"{FILE} || '#' || {LINE}{rank}"
        if field == "card_number" and source.kind == "loyalty" and not is_mapped(source, field):
            return text_of("person_key")
        value = self.value(column)
        if key in DEFAULTS and (not is_mapped(source, field) or key in DEFAULT_WHEN_EMPTY):
            default = f"cast({literal(DEFAULTS[key])} as {column.type})"
            return f"case when {text_of(field)} is null then {default} else {value} end"
        return value

    def person_key(self) -> str:
        """Return the person's key: the source's, else the kind's own, else a hash of what the row says of a person."""
        source = self.source
        key = f"case when not regexp_full_match({text_of('person_key')}, '[0 ]*') then {text_of('person_key')} end"
        own = OWN_KEY.get(source.kind)
        described = [text_of(field) for field in person_fields(source) if field not in CARD_FIELDS]
        if not (source.names_people or source.kind == "people"):
            if source.kind == "loyalty" and not is_mapped(source, "person_key"):
                return text_of("card_number")
            return key
        says_something = f"coalesce({', '.join(described)}) is not null" if described else "false"
        texts = [f"coalesce({text}, '')" for text in described]
        joined = " || '|' || ".join(texts) or "''"
        hashed = f"'~' || left(md5({joined}), 16)"
        if not is_mapped(source, "person_key") and own:
            generated = (source.kind, own) in GENERATED and not is_mapped(source, own)
            hashed = f"{FILE} || '#' || {LINE}" if generated else text_of(own)
        return f"coalesce({key}, case when {says_something} then {hashed} end)"

    # Judgement ---------------------------------------------------------------------------------

    def final(self, column: Column) -> str:
        """Return the value as it stands in the table, stand-ins that need other values included."""
        source, field = self.source, column.name
        value = value_of(field)
        if source.kind == "tickets" and field == "amount" and is_mapped(source, "unit_price"):
            product = f"cast({value_of('quantity')} * {value_of('unit_price')} as {column.type})"
            return f"case when {text_of('amount')} is null then {product} else {value} end"
        if source.kind == "cases" and field == "status" and not is_mapped(source, "status"):
            return f"case when {text_of('closed_at')} is null then 'open' else 'closed' end"
        return value

    def fault(self) -> str:
        """Return the expression of a row's fault: null, or the reason, the field and the pattern of its text."""
        cases = []
        for column in self.own:
            field = column.name
            if field == "line_number" and not is_mapped(self.source, field):
                continue
            if is_essential(column) or (field == "person_key" and self.source.kind == "people"):
                text = self._shown_text(field)
                reason = "unknown_value" if (self.source.kind, field) in VOCABULARY else "unreadable_value"
                cases.append(
                    f"when {self.final(column)} is null then {{'reason': case when {text} is null then 'empty_value' "
                    f"else {literal(reason)} end, 'field': {literal(field)}, 'pattern': ingest_pattern({text})}}"
                )
        return f"case {' '.join(cases)} end" if cases else _NO_FAULT

    def _shown_text(self, field: str) -> str:
        if field == "amount" and is_mapped(self.source, "unit_price"):
            return f"coalesce({text_of('amount')}, {text_of('unit_price')})"
        return text_of(field)

    def judged(self) -> str:
        """Return the query of every landed row with its values and its fault (a file without a key column included)."""
        columns = [f"{self.final(column)} as {quoted(column.name)}" for column in (*self.own, *self.extra)]
        texts = [text_of(field) for field in self.text_fields()]
        rank = [f"typed.{RANK}"] if self.has_rank else []
        fault, joined = self.fault(), "typed"
        if self.lacks_columns:
            fault = (
                "case when missing.field is not null then {'reason': 'missing_column', 'field': missing.field, "
                f"'pattern': missing.detail}} else {fault} end"
            )
            joined = (
                "typed left join ingest_missing as missing "
                f"on missing.load_id = typed.load_id and missing.path = typed.{FILE}"
            )
        lineage = ["typed.load_id", f"typed.{FILE} as file", f"typed.{LINE} as line"]
        return select([*lineage, *rank, *columns, *texts, f"{fault} as fault"], joined)

    def query(self, *, raw: bool = False) -> str:
        """Return the whole query as common table expressions, ending in `judged`."""
        named = self.named(self.text_fields(), raw=raw)
        judged = self.judged()
        if raw:
            judged = judged.replace("select ", "select typed.raw,\n    ", 1)
        return f"with named as (\n{named}\n),\ntyped as (\n{self.typed()}\n),\njudged as (\n{judged}\n)\n"


_NO_FAULT = "cast(null as struct(reason varchar, field varchar, pattern varchar))"
