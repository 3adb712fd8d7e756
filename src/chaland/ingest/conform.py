"""Landed rows → the contract tables of their kinds: one query per source and table, over its Parquet files.

Reads landing/ and rejects/ of the loads in force; writes landing.<kind>, landing.people, landing.rejects,
landing.unread_values and landing.counts. A row lands in its kind's table or in landing.rejects, never in neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from chaland.config import Settings, SourceSettings
from chaland.engine import Engine
from chaland.engine.duckdb import quoted, sql_text
from chaland.engine.text import literal, select
from chaland.ingest.chunks import FILE, LINE, RANK, reason_text
from chaland.ingest.conform_sql import LOCAL_ZONES, SourceSql, text_of
from chaland.ingest.dates import read_moment
from chaland.ingest.fields import (
    VOCABULARY,
    Missing,
    candidates,
    check_mapping,
    is_essential,
    is_mapped,
    key_fields,
    nearest_text,
    person_fields,
    resolve,
)
from chaland.ingest.loads import FileRecord, Load, list_loads, superseded
from chaland.progress import Reporter, Step
from chaland.tables import Column, landing
from chaland.tables.landing import CARD_FIELDS, KINDS, PERSON_FIELDS

OWN_MOMENT = {
    "tickets": "sold_at",
    "contacts": "contacted_at",
    "cases": "opened_at",
    "surveys": "answered_at",
    "projects": "opened_date",
    "web_events": "occurred_at",
    "loyalty": "moved_at",
}
"""Moment of a fact that also dates what its row says of a person, when recorded_at is not mapped."""


def conform_sources(engine: Engine, settings: Settings, *, reporter: Reporter) -> None:
    """Fill every landing table of the engine from the loads in force.

    Args:
        engine: receives landing.*; every table exists afterwards, possibly empty.
        settings: the base's settings.
        reporter: gets one step per source, with rows conformed, refused and people.

    Raises:
        ConfigError: a source does not map what its kind cannot do without; all such faults together.
    """
    for table in landing.TABLES:
        engine.create(table)
    for source in settings.sources.values():
        check_mapping(source)
    engine.execute(sql_text("chaland.ingest", "macros.sql"))
    zone = LOCAL_ZONES.get(settings.base.country, "UTC")
    for source in settings.sources.values():
        with reporter.step(f"ingest.conform.{source.name}") as step:
            _Conforming(engine, settings, source, zone).run(step)


@dataclass(frozen=True)
class Version:
    """A file in force, with the load that brought it."""

    load_id: str
    record: FileRecord


def files_in_force(loads: Sequence[Load]) -> list[Version]:
    """Return the file versions that count: of loads not taken back, not superseded."""
    gone = superseded(loads)
    return [
        Version(load.load_id, record)
        for load in loads
        if not load.undone
        for record in load.files
        if (load.load_id, record.path) not in gone
    ]


class _Conforming:
    """One source on its way to its tables."""

    def __init__(self, engine: Engine, settings: Settings, source: SourceSettings, zone: str) -> None:
        self.engine = engine
        self.settings = settings
        self.source = source
        self.zone = zone
        self.table = KINDS[source.kind]
        self.loads = [load for load in list_loads(settings.folder, source.name) if not load.undone]
        self.versions = files_in_force(self.loads)

    def run(self, step: Step) -> None:
        """Fill the tables of this source, and its line of landing.counts."""
        counts: dict[str, Any] = {"rows_conformed": 0, "rows_conform_rejected": 0, "rows_people": 0, "amount": None}
        if any(version.record.rows_landed for version in self.versions):
            available = self._open_rows()
            sql = SourceSql(self.source, available, zone=self.zone, formats=self._sql_formats())
            sql.lacks_columns = self._note_missing(available)
            self._read_late_moments(sql)
            counts |= self._fill(sql)
        self._read_rejects()
        self._count(counts)
        refused = counts["rows_conform_rejected"] + sum(version.record.rows_rejected for version in self.versions)
        step.note(
            rows=counts["rows_conformed"],
            people=counts["rows_people"],
            rejects=refused,
        )

    # Rows in force -----------------------------------------------------------------------------

    def _open_rows(self) -> list[str]:
        """Make `ingest_rows`: the landed rows in force; return the source's columns."""
        with_rows = {version.load_id for version in self.versions if version.record.rows_landed}
        paths = [
            str(self.settings.folder / "landing" / self.source.name / f"{load_id}.parquet")
            for load_id in sorted(with_rows)
        ]
        dropped = superseded(self.loads)
        self._register(
            "ingest_superseded", {"load_id": [old[0] for old in dropped], "path": [old[1] for old in dropped]}
        )
        files = (
            "read_parquet(["
            + ", ".join(literal(path) for path in paths)
            + "], union_by_name = true, filename = '_path')"
        )
        load_id = "parse_filename(_path, true)"
        columns = [f"* exclude (_path), {load_id} as load_id"]
        where = ""
        if dropped:
            where = f"not exists (from ingest_superseded as old where old.load_id = {load_id} and old.path = {FILE})"
        self.engine.execute("create or replace temp view ingest_rows as " + select(columns, files, where))
        return [
            str(row[0]) for row in self.engine.rows("describe ingest_rows") if row[0] not in ("load_id", FILE, LINE)
        ]

    def _register(self, name: str, columns: dict[str, list[Any]]) -> None:
        table = pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()})
        self.engine.connection.register("ingest_given", table)
        self.engine.execute(f"create or replace temp table {name} as from ingest_given")
        self.engine.connection.unregister("ingest_given")

    def _note_missing(self, available: Sequence[str]) -> bool:
        """Make `ingest_missing`: the files that lack the column of a key field, with the sentence that says so; tell
        whether there are any."""
        missing = [
            Missing(
                version.load_id, version.record.path, field, tuple(names), nearest_text(names, version.record.columns)
            )
            for version in self.versions
            if version.record.rows_landed and version.record.format != "jsonl"
            for field in key_fields(self.source)[::-1]
            if (names := candidates(self.source, field))
            and not any(resolve(self.source, name, version.record.columns) for name in names)
            and field not in self.source.constants
        ]
        by_file = {(one.load_id, one.path): one for one in missing}
        details = [
            reason_text("missing_column", column=" / ".join(one.columns), field=one.field) + one.nearest
            for one in by_file.values()
        ]
        self._register(
            "ingest_missing",
            {
                "load_id": [one.load_id for one in by_file.values()],
                "path": [one.path for one in by_file.values()],
                "field": [one.field for one in by_file.values()],
                "detail": details,
            },
        )
        return bool(by_file)

    # Moments -----------------------------------------------------------------------------------

    def _sql_formats(self) -> list[str]:
        """Return the source's date writings that DuckDB knows; Python reads the others."""
        known = []
        for written in self.source.dates:
            try:
                self.engine.execute(select([f"try_strptime('', {literal(written)})"], "(values (1))"))
                known.append(written)
            except duckdb.Error:
                continue
        return known

    def _read_late_moments(self, sql: SourceSql) -> None:
        """Make `ingest_moments`: each distinct text that SQL could not read and Python could, as a moment."""
        texts: set[str] = set()
        fields = [column.name for column in (*sql.own, *sql.extra) if column.type in ("timestamp", "date")]
        for field in fields:
            if not is_mapped(self.source, field):
                continue
            rows = self.engine.rows(
                f"with named as (\n{sql.named([field])}\n)\n"
                + select(
                    [f"distinct {text_of(field)}"],
                    "named",
                    f"{text_of(field)} is not null and {sql.moment(field)} is null",
                )
            )
            if rows:
                sql.late_moments.add(field)
                texts |= {row[0] for row in rows}
        ordered = sorted(texts)
        read = [read_moment(text, sql.zone, tuple(self.source.dates)) for text in ordered]
        self.engine.connection.register(
            "ingest_given",
            pa.table({"text": pa.array(ordered, pa.string()), "moment": pa.array(read, pa.timestamp("us"))}),
        )
        self.engine.execute(
            "create or replace temp table ingest_moments as select * from ingest_given where moment is not null"
        )
        self.engine.connection.unregister("ingest_given")

    # Tables ------------------------------------------------------------------------------------

    def _fill(self, sql: SourceSql) -> dict[str, Any]:
        source, engine = self.source, self.engine
        counts: dict[str, Any] = {"rows_people": 0, "amount": None}
        counts["rows_conformed"] = engine.insert(self.table, sql.query() + self._select_kind(sql))
        if source.kind == "people":
            counts["rows_people"] = counts["rows_conformed"]
        elif source.names_people:
            counts["rows_people"] = engine.insert(landing.PEOPLE, sql.query() + self._select_people(sql))
        if source.kind == "tickets":
            counts["amount"] = engine.value(
                "select sum(amount) from landing.ticket_lines where source = $source", {"source": source.name}
            )
        landed = sum(version.record.rows_landed for version in self.versions)
        refused = landed - counts["rows_conformed"]
        counts["rows_conform_rejected"] = self._refuse(sql) if refused else 0
        self._note_unread(sql, refused=bool(refused))
        return counts

    def _lineage(self) -> list[str]:
        return [f"{literal(self.source.name)} as source", "load_id", "file", "line"]

    def _select_kind(self, sql: SourceSql) -> str:
        source = self.source
        columns = [*self._lineage()]
        for column in sql.own:
            name = quoted(column.name)
            if column.name == "line_number" and not is_mapped(source, "line_number"):
                name = f"{RANK}" if sql.has_rank else "row_number() over (partition by ticket_key order by file, line)"
                name = f"cast({name} as integer) as line_number"
            columns.append(name)
        if "system" in self.table.column_names:
            given = f"coalesce({text_of('system')}, {literal(source.key_system)})"
            columns.append(f"{given if is_mapped(source, 'system') else literal(source.key_system)} as system")
        if source.kind == "people":
            columns.append(f"{literal(source.key_system + ':')} || person_key as record_id")
        if source.kind == "tickets":
            others = ", ".join(literal(code) for code in source.not_products)
            columns.append(
                f"coalesce(product_key not in ({others}), true) as is_product" if others else "true as is_product"
            )
        return select(columns, "judged", "fault is null")

    def _select_people(self, sql: SourceSql) -> str:
        source = self.source
        mapped = person_fields(source)
        moment = "recorded_at" if is_mapped(source, "recorded_at") else OWN_MOMENT.get(source.kind)
        key = sql.person_key() if "person_key" not in {column.name for column in sql.own} else "person_key"
        described = [text_of(field) for field in mapped if field not in CARD_FIELDS]
        columns = [
            *self._lineage(),
            f"{literal(source.key_system)} as system",
            f"{key} as person_key",
            f"{literal(source.key_system + ':')} || {key} as record_id",
            f"cast({moment} as timestamp) as recorded_at" if moment else "cast(null as timestamp) as recorded_at",
            *(f"{text_of(field.name)} as {quoted(field.name)}" for field in PERSON_FIELDS if field.name in mapped),
        ]
        return select(
            columns, "judged", f"fault is null and {key} is not null and coalesce({', '.join(described)}) is not null"
        )

    def _refuse(self, sql: SourceSql) -> int:
        """Keep the refused rows with their reason; the sentences are made once per field."""
        templates = []
        for column in sql.own:
            words = ", ".join(VOCABULARY.get((self.source.kind, column.name), ()))
            for reason in ("empty_value", "unreadable_value", "unknown_value"):
                sentence = reason_text(reason, field=column.name, known=words, pattern="{pattern}")
                templates.append((reason, column.name, sentence))
        self._register(
            "ingest_sentences",
            {
                "reason": [template[0] for template in templates],
                "field": [template[1] for template in templates],
                "sentence": [template[2] for template in templates],
            },
        )
        columns = [
            *self._lineage(),
            "'conform' as stage",
            "judged.fault.reason as reason",
            "case when fault.reason = 'missing_column' then fault.pattern "
            "else replace(sentence, '{pattern}', coalesce(fault.pattern, '')) end as detail",
            "raw",
        ]
        joined = (
            "judged left join ingest_sentences as sentences "
            "on sentences.reason = fault.reason and sentences.field = fault.field"
        )
        query = select(columns, joined, "fault is not null")
        return self.engine.insert(landing.REJECTS, sql.query(raw=True) + query)

    def _note_unread(self, sql: SourceSql, *, refused: bool) -> None:
        """Keep a note of each value that was given and could not be read, in rows that stand.

        Args:
            sql: the queries of the source.
            refused: whether rows were refused; where none was, no row need be judged again.
        """
        fields = [column.name for column in (*sql.own, *sql.extra) if self._may_be_unread(column)]
        fields = self._with_nulls(fields)
        if not fields:
            return
        stands = "fault is null" if refused else "true"
        unread = [f"{text_of(field)} is not null and {quoted(field)} is null" for field in fields]
        counts = self.engine.rows(
            sql.query() + select([f"count(*) filter (where {test})" for test in unread], "judged", stands)
        )[0]
        for field, test, count in zip(fields, unread, counts, strict=True):
            if count:
                columns = [
                    *self._lineage(),
                    f"{literal(field)} as field",
                    f"ingest_pattern({text_of(field)}) as pattern",
                ]
                self.engine.insert(
                    landing.UNREAD_VALUES, sql.query() + select(columns, "judged", f"{stands} and {test}")
                )

    def _with_nulls(self, fields: Sequence[str]) -> list[str]:
        """Return the fields without a value in some row of the kind's table, and those that do not stand in it."""
        held = [field for field in fields if field in self.table.column_names]
        if not held:
            return list(fields)
        tests = [f"bool_or({quoted(field)} is null)" for field in held]
        where = f"source = {literal(self.source.name)}"
        nulls = self.engine.rows(select(tests, self.table.full_name, where))[0]
        whole = {field for field, has_null in zip(held, nulls, strict=True) if not has_null}
        return [field for field in fields if field not in whole]

    def _may_be_unread(self, column: Column) -> bool:
        if column.name == "unit_price" and not is_mapped(self.source, "amount"):
            return False  # it makes the amount, which is essential
        typed = column.type != "varchar" or (self.source.kind, column.name) in VOCABULARY
        return typed and is_mapped(self.source, column.name) and not is_essential(column)

    # Rejects and counts ------------------------------------------------------------------------

    def _read_rejects(self) -> None:
        """Copy the rows refused while reading, of the files in force."""
        folder = self.settings.folder / "rejects" / self.source.name
        in_force = {version.load_id for version in self.versions if version.record.rows_rejected}
        paths = [folder / f"{load_id}.parquet" for load_id in sorted(in_force)]
        if not paths:
            return
        kept = [version for version in self.versions if version.record.rows_rejected]
        self._register(
            "ingest_refused",
            {"load_id": [version.load_id for version in kept], "path": [version.record.path for version in kept]},
        )
        files = "read_parquet([" + ", ".join(literal(str(path)) for path in paths) + "], filename = '_path')"
        columns = [
            f"{literal(self.source.name)} as source",
            "parse_filename(_path, true) as load_id",
            f"{FILE} as file",
            f"{LINE} as line",
            "stage",
            "reason",
            "detail",
            "raw",
        ]
        joined = (
            f"{files} as refused semi join ingest_refused as kept "
            f"on kept.load_id = parse_filename(_path, true) and kept.path = {FILE}"
        )
        self.engine.insert(landing.REJECTS, select(columns, joined))

    def _count(self, counts: dict[str, Any]) -> None:
        records = [version.record for version in self.versions]
        row = {
            "source": self.source.name,
            "kind": self.source.kind,
            "files": len(records),
            "rows_read": sum(record.rows_read for record in records),
            "rows_blank": sum(record.rows_blank for record in records),
            "rows_filtered": sum(record.rows_filtered for record in records),
            "rows_read_rejected": sum(record.rows_rejected for record in records),
            "rows_landed": sum(record.rows_landed for record in records),
            **counts,
        }
        columns = [f"cast(${name} as {landing.COUNTS.column(name).type}) as {name}" for name in row]
        self.engine.insert(landing.COUNTS, select(columns, "(values (1))"), row)
