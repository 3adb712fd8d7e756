"""What identity should say of the cast, by hand: identity.*, as a perfect resolution would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tests.cast.cleaned import clean_records
from tests.cast.landed import load_rows
from tests.cast.people import PERSON_OF, customer_id, household_id
from tests.cast.settings import AS_OF, Row

from chaland.engine import Engine
from chaland.tables import clean, identity


def _golden(records: Sequence[Row]) -> Row:
    golden: Row = {}
    for record in sorted(records, key=lambda row: row["recorded_at"] or datetime.min):
        golden |= {column.name: record[column.name] for column in clean.PERSON if record.get(column.name) is not None}
    return golden


_VALUES = {
    "name": "last_name",
    "address": "address_line_4",
    "phone": "phone",
    "mobile": "mobile",
    "email": "email",
    "card_tier": "card_tier",
}


def _values(person: str, records: Sequence[Row], golden: Row) -> list[Row]:
    found: list[Row] = []
    for field, column in _VALUES.items():
        for value in sorted({record[column] for record in records if record.get(column)}):
            bearers = [record for record in records if record.get(column) == value]
            best = max(bearers, key=lambda row: row["recorded_at"])
            found.append(
                {
                    "customer_id": customer_id(person),
                    "field": field,
                    "value": value,
                    "is_chosen": golden.get(column) == value,
                    "rule": "most_recent",
                    "record_id": best["record_id"],
                    "source": best["source"],
                    "seen_at": best["recorded_at"],
                    "grade": best.get(f"{field}_grade"),
                    "reason": best.get(f"{field}_reason"),
                    "records": len(bearers),
                }
            )
    return found


def fill_identity(engine: Engine) -> None:
    """Create every identity table of the cast, as a perfect resolution would."""
    records = {row["record_id"]: row for row in clean_records()}
    people = list(dict.fromkeys(PERSON_OF.values()))
    customers: list[Row] = []
    values: list[Row] = []
    for person in people:
        own = [records[record_id] for record_id, who in PERSON_OF.items() if who == person]
        golden = _golden(own)
        dates = [record["recorded_at"] for record in own if record["recorded_at"]]
        customers.append(
            {
                "customer_id": customer_id(person),
                "household_id": household_id(person),
                "records": len(own),
                "systems": len({record["system"] for record in own}),
                "first_seen_at": min(dates, default=None),
                "last_seen_at": max(dates, default=None),
                "weakest_link_bits": 9.5 if len(own) > 1 else None,
                **golden,
            }
        )
        values += _values(person, own, golden)
    persons = [
        {"record_id": record_id, "customer_id": customer_id(person), "household_id": household_id(person)}
        for record_id, person in PERSON_OF.items()
    ]
    households: list[Row] = []
    for household in sorted({household_id(person) for person in people}):
        members = [row for row in customers if row["household_id"] == household]
        households.append(
            {
                "household_id": household,
                "customers": len(members),
                "head_customer_id": members[0]["customer_id"],
                "household_name": members[0].get("last_name"),
                "postcode": members[0].get("postcode"),
                "city": members[0].get("city"),
                "insee_code": members[0].get("insee_code"),
            }
        )
    camille = sorted(record_id for record_id, person in PERSON_OF.items() if person == "camille")
    weights = {f"weight_{field}": 0.0 for field in identity.WEIGHT_FIELDS}
    pair = {"blocking_rule": "phone", "household_weight": 2.0, **weights}
    pairs = [
        {**pair, "record_id_l": camille[0], "record_id_r": other, "match_weight": 9.5, "match_probability": 0.9986,
         "is_linked": True, "weight_email": 9.5}
        for other in camille[1:]
    ] + [
        {**pair, "record_id_l": "card:1002", "record_id_r": "card:1003", "match_weight": -3.0,
         "match_probability": 0.1111, "is_linked": False, "weight_first_name": -6.0}
    ]  # fmt: skip
    model = [{"comparison": "email", "level": "exact", "m_probability": 0.6, "u_probability": 0.001}]
    aliases = [{"old_customer_id": "c-chalain", "customer_id": "c-camille", "reason": "merged", "since_date": AS_OF}]
    rows = {
        identity.PERSONS: persons,
        identity.CUSTOMERS: customers,
        identity.VALUES: values,
        identity.HOUSEHOLDS: households,
        identity.PAIRS: pairs,
        identity.MODEL: model,
        identity.ALIASES: aliases,
    }
    for table in identity.TABLES:
        load_rows(engine, table, rows.get(table, []))
