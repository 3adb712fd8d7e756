"""The figures of the quality report: volumes, grades, reasons, address statuses, samples. Plain values, as in its JSON.

Reads the view `report_records`, which the caller lays over clean.records or over a snapshot's base.records.
Nothing is drawn here: see page.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from chaland.clean.before import Sample
from chaland.clean.grades import DISTRIBUTABLE, GRADES, explain
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text

FIELD_NAMES = ("name", "address", "phone", "mobile", "email", "birth_date")

TEACHING: tuple[tuple[str, str], ...] = (
    ("address", "city_spelling"),
    ("address", "postcode_digits"),
    ("address", "postcode_zero"),
    ("address", "city_renamed"),
    ("address", "reformatted"),
    ("address", "postcode_city_contradiction"),
    ("name", "swapped_names"),
    ("name", "split_name"),
    ("name", "reformatted"),
    ("name", "organisation"),
    ("phone", "leading_zero"),
    ("phone", "premium_number"),
    ("phone", "in_mobile"),
    ("mobile", "reformatted"),
    ("email", "domain_repaired"),
    ("email", "syntax_repaired"),
    ("email", "placeholder"),
    ("birth_date", "two_digit_year"),
    ("birth_date", "excel_serial"),
    ("birth_date", "month_first"),
    ("birth_date", "default_date"),
)
"""Changes worth showing, in the order of the page: what was repaired, what was moved, what was refused and why."""

DOUBTFUL: tuple[tuple[str, str], ...] = (
    ("address", "city_doubtful"),
    ("address", "postcode_doubtful"),
    ("address", "postcode_city_contradiction"),
    ("address", "cedex_unknown"),
    ("address", "line_too_long"),
    ("name", "order_doubtful"),
    ("name", "couple"),
    ("email", "domain_doubtful"),
)
"""Cases only a person can settle."""

Before = Callable[[Sequence[Sample]], dict[Sample, str]]


def collect_figures(engine: Engine, *, title: str, as_of: date, before: Before) -> dict[str, Any]:
    """Return every figure of the report, ready for JSON.

    Keys: title, as_of, records (described, key_only, rows_received, organisations), sources (a list, biggest first),
    grades (field → grade → records), grades_by_source, reasons (field → list, commonest first), statuses,
    distributable (addresses, distributable, rate or null), reach (channel → usable, rate), samples, doubtful.

    Args:
        engine: holds the view report_records.
        title: the retailer, or the files.
        as_of: day of the figures.
        before: gives the text a sample had before cleaning.
    """
    sources = engine.arrow(sql_text("chaland.clean", "figures_sources.sql")).to_pylist()
    grades = engine.arrow(sql_text("chaland.clean", "figures_grades.sql")).to_pylist()
    statuses = {row[0]: row[1] for row in engine.rows(sql_text("chaland.clean", "figures_statuses.sql"))}
    described = sum(row["described"] for row in sources)
    addresses = sum(statuses.values())
    delivered = sum(statuses.get(status, 0) for status in DISTRIBUTABLE)
    return {
        "title": title,
        "as_of": as_of.isoformat(),
        "records": {
            name: sum(row[name] for row in sources)
            for name in ("records", "described", "key_only", "rows_received", "organisations")
        },
        "sources": sources,
        "grades": _by_field(grades),
        "grades_by_source": {row["source"]: _by_field(grades, row["source"]) for row in sources},
        "reasons": _reasons(grades),
        "statuses": statuses,
        "distributable": {
            "addresses": addresses,
            "distributable": delivered,
            "rate": delivered / addresses if addresses else None,
        },
        "reach": _reach(sources, described),
        "samples": _told(_chosen(engine, TEACHING, 1), before),
        "doubtful": _told(_chosen(engine, DOUBTFUL, 3), before),
    }


def _by_field(grades: Sequence[dict[str, Any]], source: str | None = None) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {field: Counter() for field in FIELD_NAMES}
    for row in grades:
        if source is None or row["source"] == source:
            counts[row["field"]][row["grade"]] += row["records"]
    return {field: {grade: found[grade] for grade in GRADES} for field, found in counts.items()}


def _reasons(grades: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for row in grades:
        counts[row["field"]][(row["grade"], row["reason"])] += row["records"]
    return {
        field: [
            {"reason": reason, "grade": grade, "records": records}
            for (grade, reason), records in sorted(counts[field].items(), key=lambda item: (-item[1], item[0]))
        ]
        for field in FIELD_NAMES
    }


def _reach(sources: Sequence[dict[str, Any]], described: int) -> dict[str, dict[str, Any]]:
    """Return, by channel, how many described records hold a usable address, number or e-mail."""
    columns = {"post": "distributable", "phone": "phones", "mobile": "mobiles", "email": "emails"}
    usable = {channel: sum(row[column] for row in sources) for channel, column in columns.items()}
    return {name: {"usable": count, "rate": count / described if described else None} for name, count in usable.items()}


def _chosen(engine: Engine, reasons: Sequence[tuple[str, str]], most: int) -> list[Sample]:
    parameters = {"reasons": [" ".join(one) for one in reasons], "most": most}
    found = [Sample(*row) for row in engine.rows(sql_text("chaland.clean", "figures_samples.sql"), parameters)]
    order = {one: rank for rank, one in enumerate(reasons)}
    return sorted(found, key=lambda one: order[(one.field, one.reason)])


def _told(samples: Sequence[Sample], before: Before) -> list[dict[str, Any]]:
    """Return the samples with the text before; those whose text is gone are left out."""
    texts = before(samples)
    return [
        {
            "field": one.field,
            "reason": one.reason,
            "reason_fr": explain(one.reason, "fr"),
            "reason_en": explain(one.reason, "en"),
            "record_id": one.record_id,
            "source": one.source,
            "file": one.file,
            "line": one.line,
            "before": texts[one],
            "after": one.after,
        }
        for one in samples
        if texts[one]
    ]
