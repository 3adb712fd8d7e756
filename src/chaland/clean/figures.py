"""The figures of the quality report: volumes, grades, reasons, address statuses, samples. Plain values, as in its JSON.

Reads the view `report_records`, which the caller lays over clean.records or over a snapshot's base.records.
Nothing is drawn here: see page.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from chaland.clean.before import Sample
from chaland.clean.grades import DISTRIBUTABLE, GRADES, explain
from chaland.clean.text import fold
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text

FIELD_NAMES = ("name", "address", "phone", "mobile", "email", "birth_date")

SCHEMA = {"name": "chaland.quality", "version": 2}
"""Name and version of the JSON; docs/explanation/quality_report.md says what each key holds. A key added
raises nothing, a key removed or of another meaning raises the version."""

RETURNED_LETTER_EUR = 0.70
"""What a letter that comes back costs: paper, print and post."""

RETURNED = ("R4", "R5", "R6", "R7", "")
"""Address statuses a letter would come back from; "" is a placeholder."""

TEACHING: tuple[tuple[str, str], ...] = (
    ("address", "city_spelling"),
    ("address", "postcode_digits"),
    ("name", "swapped_names"),
    ("email", "domain_repaired"),
    ("address", "postcode_zero"),
    ("address", "street_spelling"),
    ("address", "postcode_from_city"),
    ("address", "city_from_postcode"),
    ("name", "split_name"),
    ("phone", "leading_zero"),
    ("phone", "old_number"),
    ("phone", "letters_repaired"),
    ("email", "syntax_repaired"),
    ("birth_date", "two_digit_year"),
    ("birth_date", "excel_serial"),
    ("birth_date", "month_first"),
    ("address", "city_renamed"),
    ("address", "reformatted"),
    ("name", "reformatted"),
    ("name", "organisation"),
    ("phone", "in_mobile"),
    ("mobile", "reformatted"),
    ("birth_date", "reformatted"),
    ("address", "postcode_city_contradiction"),
    ("phone", "premium_number"),
    ("email", "placeholder"),
    ("birth_date", "default_date"),
)
"""Changes worth showing, in the order of the page: what was repaired, what was moved, what was refused and why."""

DOUBTFUL: tuple[tuple[str, str], ...] = (
    ("address", "city_doubtful"),
    ("address", "postcode_doubtful"),
    ("address", "street_doubtful"),
    ("address", "postcode_city_contradiction"),
    ("address", "cedex_unknown"),
    ("address", "line_too_long"),
    ("name", "order_doubtful"),
    ("name", "couple"),
    ("name", "deceased_note"),
    ("birth_date", "day_month_doubtful"),
    ("email", "domain_doubtful"),
)
"""Cases only a person can settle."""

CANDIDATES = 12
"""Records looked at to find the one that teaches most of each change."""

Before = Callable[[Sequence[Sample]], dict[Sample, str]]


def collect_figures(
    engine: Engine, *, title: str, as_of: date, before: Before, history: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return every figure of the report, ready for JSON (docs/explanation/quality_report.md).

    Keys: schema, title, as_of, records (described, key_only, rows_received, organisations), sources (biggest first),
    grades (field → grade → records), grades_by_source, reasons (field → list, commonest first), statuses,
    distributable (addresses, distributable, rate or null), letters (what would come back, what repair saved, in euros),
    reach (channel → usable, rate), history (one point per state of the loads), samples, doubtful.

    Args:
        engine: holds the view report_records.
        title: the retailer, or the files.
        as_of: day of the figures.
        before: gives the text a sample had before cleaning.
        history: qualities of former loads and of this one, oldest first, as a manifest keeps them; may be empty.
    """
    sources = engine.arrow(sql_text("chaland.clean", "figures_sources.sql")).to_pylist()
    grades = engine.arrow(sql_text("chaland.clean", "figures_grades.sql")).to_pylist()
    statuses = {row[0]: row[1] for row in engine.rows(sql_text("chaland.clean", "figures_statuses.sql"))}
    described = sum(row["described"] for row in sources)
    addresses = sum(statuses.values())
    delivered = sum(statuses.get(status, 0) for status in DISTRIBUTABLE)
    return {
        "schema": SCHEMA,
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
        "letters": _letters(statuses),
        "reach": _reach(sources, described),
        "history": [_point(one) for one in history],
        "samples": _best(_told(_chosen(engine, TEACHING, CANDIDATES), before), 1),
        "doubtful": _counted(_best(_told(_chosen(engine, DOUBTFUL, CANDIDATES), before), 2), grades),
    }


def _letters(statuses: Mapping[str, int]) -> dict[str, Any]:
    """Return the letters that one mailing to every address received would lose, and those that repair keeps."""
    returned = sum(statuses.get(status, 0) for status in RETURNED)
    repaired = statuses.get("V2", 0)
    return {
        "unit_cost_eur": RETURNED_LETTER_EUR,
        "would_return": returned,
        "would_return_eur": round(returned * RETURNED_LETTER_EUR, 2),
        "repaired": repaired,
        "repaired_eur": round(repaired * RETURNED_LETTER_EUR, 2),
    }


def _point(quality: Mapping[str, Any]) -> dict[str, Any]:
    """Return one point of the curves: the day, the records, and the share of them that each channel reaches."""
    records, addresses = quality["records"], quality["addresses"]
    shares = {name: quality[name] / records if records else None for name in ("post", "email", "mobile", "phone")}
    rate = quality["post"] / addresses if addresses else None
    return {"as_of": quality["as_of"], "records": records, "distributable_rate": rate, "reach": shares}


def _best(told: Sequence[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Return of each field and reason the samples whose change is seen best, in the order given."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in told:
        groups[(one["field"], one["reason"])].append(one)
    return [one for group in groups.values() for one in sorted(group, key=_dullness)[:most]]


def _dullness(sample: Mapping[str, Any]) -> tuple[bool, float, int, str]:
    """Return how little a sample teaches: nothing kept, hardly a letter changed beyond its case, too long to read."""
    before, after = (fold(str(sample[name]).replace("\n", " ")) for name in ("before", "after"))
    alike = SequenceMatcher(None, before, after, autojunk=False).ratio()
    return not after, round(alike, 2) if alike < 1 else 1.0, len(before), sample["record_id"]


def _counted(told: Sequence[dict[str, Any]], grades: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the doubtful samples with the number of records in the same doubt."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in grades:
        counts[(row["field"], row["reason"])] += row["records"]
    return [one | {"records": counts[(one["field"], one["reason"])]} for one in told]


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
