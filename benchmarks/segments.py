"""How fast segments are counted: a synthetic base of a given size made straight in DuckDB, its cubes, then random
definitions of ten conditions, each counted first (no attribute read yet, as when the base has just been opened), cold
(attributes read before, no answer kept), again after one condition has changed, and estimated (no answer of the sample
kept).

    python benchmarks/segments.py --customers 400000 --definitions 40 --folder work/
    python benchmarks/segments.py --customers 4200000 --definitions 100 --folder work/

A customer makes 15.2 tickets a year, a ticket has 3 lines: 4.2 million customers make 64 million tickets and 191
million lines. Prints the time to build the cubes, their size on disk, peak memory of each half, and p50 and p95.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.reference import table_path
from chaland.segments import OpenBase, SavedSegments, build_cubes, read_definition
from chaland.tables import base, segments

AS_OF = date(2026, 11, 1)
TICKETS_A_YEAR, LINES_A_TICKET = 15.2, 3
PRODUCTS, FAMILIES, DEPARTMENTS, SHOPS = 20_000, 240, 12, 76

MAKE = """
insert into base.customers by name
select
    'C' || lpad(i::varchar, 9, '0') as customer_id, 'H' || (i // 2)::varchar as household_id,
    1 as records, 1 as systems,
    false as is_organisation, hash(i, 1) % 10 < 6 as is_card_holder,
    case hash(i, 2) % 20 when 0 then null else if(hash(i, 2) % 2 = 0, 'F', 'M') end as sex,
    if(hash(i, 3) % 10 < 7, (18 + hash(i, 4) % 75)::integer, null) as age_years,
    false as is_cedex, 'FR' as country,
    place.insee_code, place.city, place.insee_code as postcode,
    'Client ' || i::varchar as display_name,
    hash(i, 5) % 10 < 7 as can_post, hash(i, 6) % 10 < 4 as can_phone, hash(i, 7) % 10 < 3 as can_sms,
    hash(i, 8) % 10 < 5 as can_email,
    if(hash(i, 5) % 10 < 7, 'ok', 'no_address') as can_post_reason,
    if(hash(i, 6) % 10 < 4, 'ok', 'no_consent') as can_phone_reason,
    if(hash(i, 7) % 10 < 3, 'ok', 'no_mobile') as can_sms_reason,
    if(hash(i, 8) % 10 < 5, 'ok', 'no_email') as can_email_reason,
    hash(i, 9) % 1000 = 0 as is_bad_payer, hash(i, 10) % 20 = 0 as is_high_potential,
    date '2025-11-02' + (hash(i, 11) % 300)::integer as first_purchase_date,
    $as_of::date - (hash(i, 12) % 300)::integer as last_purchase_date,
    (hash(i, 13) % 31)::integer as tickets, (hash(i, 14) % 200000)::decimal(18, 4) / 100 as amount_total,
    (hash(i, 14) % 200000)::decimal(18, 4) / 100 as amount_12_months,
    (hash(i, 15) % $shops)::varchar as home_shop_key, (hash(i, 16) % 2000)::integer as points_balance,
    (hash(i, 17) % 3)::integer as contacts, 0 as surveys, 0 as projects, 0 as web_events, 0 as open_cases
from range($customers) as numbers(i)
inner join places as place on place.rank = (hash(i, 20) % $places)::bigint
"""
PLACES = """
create table places as
select insee_code, city, (row_number() over (order by insee_code) - 1) as rank
from read_parquet($communes) where latitude is not null
"""
PRODUCTS_SQL = """
insert into base.products by name
select i::varchar as product_key, 'Produit ' || i::varchar as product_label,
    'F' || (i * $families // $products)::varchar as family,
    'Rayon ' || (i * $departments // $products)::varchar as department
from range($products) as numbers(i)
"""
SHOPS_SQL = """
insert into base.shops by name
select rank::varchar as shop_key, 'Magasin ' || rank::varchar as shop_name, place.city, postcodes.postcode
from (select * from places where rank % ($places // $shops) = 0) as place
inner join read_parquet($postcodes) as postcodes on postcodes.insee_code = place.insee_code
qualify row_number() over (order by place.rank) <= $shops and row_number() over (partition by rank) = 1
"""
TICKETS_SQL = """
insert into base.tickets by name
select
    't' || i::varchar as ticket_id, i::varchar as ticket_key, 'till' as source,
    'C' || lpad((i * $customers // $tickets)::varchar, 9, '0') as customer_id,
    (hash(i, 1) % $shops)::varchar as shop_key, 'shop' as channel, false as is_return, $lines as lines,
    $lines as units, (hash(i, 2) % 20000)::decimal(18, 4) / 100 as amount,
    ($as_of::date - (hash(i, 3) % 365)::integer)::timestamp as sold_at,
    $as_of::date - (hash(i, 3) % 365)::integer as sold_date
from range($tickets) as numbers(i)
"""
LINES_SQL = """
insert into base.ticket_lines by name
select
    't' || (i // $lines)::varchar as ticket_id, (i % $lines)::integer as line_number,
    'C' || lpad(((i // $lines) * $customers // $tickets)::varchar, 9, '0') as customer_id,
    -- a few products make most sales: the square of an even draw
    (pow(hash(i, 4) % 1000000 / 1000000.0, 2) * $products)::integer::varchar as product_key,
    'Rayon ' || ((pow(hash(i, 4) % 1000000 / 1000000.0, 2) * $products)::bigint * $departments // $products)::varchar
        as department,
    1 as quantity, (hash(i, 5) % 6000)::decimal(18, 4) / 100 as amount, true as is_product,
    $as_of::date - (hash(i // $lines, 3) % 365)::integer as sold_date, 'f' as file, i as line
from range($tickets * $lines) as numbers(i)
"""
CONTACTS_SQL = """
insert into base.contacts by name
select 'c' || i::varchar as contact_id, 'C' || lpad((hash(i, 1) % $customers)::varchar, 9, '0') as customer_id,
    'phone' as source, if(hash(i, 2) % 2 = 0, 'phone', 'email') as channel, 'in' as direction,
    ($as_of::date - (hash(i, 3) % 365)::integer)::timestamp as contacted_at
from range($customers // 4) as numbers(i)
"""


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000


def make(path: Path, customers: int, memory: str) -> None:
    """Write a base with its cubes, as a build publishes them: each table sorted in a file of its own."""
    path.unlink(missing_ok=True)
    work = path.with_name("run.duckdb")
    work.unlink(missing_ok=True)
    values: dict[str, Any] = {
        "customers": customers,
        "tickets": round(customers * TICKETS_A_YEAR),
        "lines": LINES_A_TICKET,
        "products": PRODUCTS,
        "families": FAMILIES,
        "departments": DEPARTMENTS,
        "shops": SHOPS,
        "as_of": AS_OF,
        "communes": str(table_path("communes")),
        "postcodes": str(table_path("postcodes")),
    }
    spill = path.with_name("spill")
    with Engine(work, memory_limit=memory, temp_folder=spill) as engine:
        for table in base.TABLES:
            engine.create(table)
        engine.execute(PLACES, values)
        values["places"] = engine.value("select count(*) from places")
        for sql in (MAKE, PRODUCTS_SQL, SHOPS_SQL, TICKETS_SQL, LINES_SQL, CONTACTS_SQL):
            engine.execute(sql, values)
        about = {"base_name": "b", "currency": "EUR", "as_of": AS_OF, "detail": "all", "chaland_version": "0"}
        engine.load(base.ABOUT, pa.Table.from_pylist([about]))
        made = time.perf_counter()
        reporter = Reporter()
        build_cubes(engine, as_of=AS_OF, reporter=reporter)
        built = time.perf_counter()
        with engine.attached(path, "out"):
            for table in (*segments.TABLES, base.ABOUT, base.CONSENTS, base.CONTACTS, base.CUSTOMER_ALIASES):
                engine.copy_table("", "out", table)
        written = time.perf_counter()
    work.unlink()
    print(
        json.dumps(
            {
                "build_s": round(built - made, 1),
                "write_sorted_s": round(written - built, 1),
                "megabytes": path.stat().st_size // 1_000_000,
                "peak_mb": peak_mb(),
                "steps_s": {step.name: round(step.seconds, 1) for step in reporter.steps},
            }
        )
    )


# Random definitions ------------------------------------------------------------------------------


def a_period(random_: random.Random) -> dict[str, Any]:
    kind = random_.random()
    if kind < 0.25:
        return {}
    if kind < 0.5:
        return {"last_days": random_.choice((30, 60, 90, 120, 180, 365))}
    first = AS_OF - timedelta(days=random_.randint(60, 364))
    return {"from": first.isoformat(), "to": (first + timedelta(days=random_.randint(20, 180))).isoformat()}


def a_purchase(random_: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = a_period(random_)
    what = random_.choice(("department", "department", "family", "product", "shop", ""))
    many = random_.choice((1, 1, 2))
    if what == "department":
        found["department"] = [f"Rayon {random_.randrange(DEPARTMENTS)}" for _ in range(many)]
    elif what == "family":
        found["family"] = [f"F{random_.randrange(FAMILIES)}" for _ in range(many)]
    elif what == "product":
        found["product"] = [str(random_.randrange(PRODUCTS)) for _ in range(many)]
    elif what == "shop":
        found["shop"] = [str(random_.randrange(SHOPS)) for _ in range(many)]
    if what in ("department", "family") and random_.random() < 0.2:
        found["shop"] = [str(random_.randrange(SHOPS))]
    if random_.random() < 0.6:
        found["times"] = {"at_least": random_.randint(1, 4)}
    if random_.random() < 0.5:
        found["amount"] = {"at_least": random_.randint(10, 200)}
    if "to" in found and random_.random() < 0.3:
        found["not_since"] = True
    return {"bought": found}


def an_attribute(random_: random.Random) -> dict[str, Any]:
    low = random_.randint(18, 60)
    return random_.choice(
        (
            {"field": "age_years", "is": "between", "value": [low, low + 20]},
            {"field": "is_card_holder", "is": "yes"},
            {"field": "sex", "is": "one_of", "value": ["F"]},
            {"field": "amount_12_months", "is": "at_least", "value": random_.randint(50, 1000)},
            {"field": "departement", "is": "one_of", "value": [str(random_.randint(10, 95)) for _ in range(20)]},
            {"field": "can_email", "is": "yes"},
            {"field": "city", "is": "starts_with", "value": random_.choice("abcdelmprst")},
            {"field": "home_shop_key", "is": "one_of", "value": [str(one) for one in range(random_.randint(1, 30))]},
            {"near": {"km": random_.randint(10, 150), "commune": random_.choice(("59350", "35238", "69123"))}},
            {"did": {"event": "contact", "with": {"channel": ["phone"]}, "last_days": 180}},
        )
    )


def a_definition(random_: random.Random) -> dict[str, Any]:
    """Return ten conditions: four of purchases, six others; a third of them in an any and a none."""
    parts = [a_purchase(random_) for _ in range(4)] + [an_attribute(random_) for _ in range(6)]
    random_.shuffle(parts)
    return {"version": 1, "where": {"all": [*parts[:6], {"any": parts[6:9]}, {"none": parts[9:]}]}}


def quantiles(times: list[float]) -> dict[str, int]:
    p50, p95, most = (round(1000 * one) for one in np.quantile(times, (0.5, 0.95, 1.0)))
    return {"p50_ms": p50, "p95_ms": p95, "max_ms": most}


def count(path: Path, definitions: int, memory: str, seed: int) -> None:
    """Count random definitions first, cold, then with one condition changed, then a condition of each kind alone."""
    random_ = random.Random(seed)
    first, cold, cold_cpu, warm, estimates, estimates_cpu = [], [], [], [], [], []
    held: list[bool] = []
    alone: dict[str, list[float]] = {}
    with OpenBase(Engine(path, read_only=True, memory_limit=memory), SavedSegments(path.parent)) as opened:
        for _ in range(definitions):
            given = a_definition(random_)
            opened.whole.columns.kept.clear()
            opened.whole.kept.clear()
            started = time.perf_counter()
            opened.explain(given)
            first.append(time.perf_counter() - started)
            opened.whole.kept.clear()
            started, worked = time.perf_counter(), time.process_time()
            opened.explain(given)
            cold.append(time.perf_counter() - started)
            cold_cpu.append(time.process_time() - worked)
            if opened.sample:
                opened.sample.kept.clear()
            given["where"]["all"][0] = a_purchase(random_)
            started = time.perf_counter()
            opened.explain(given)
            warm.append(time.perf_counter() - started)
            started, worked = time.perf_counter(), time.process_time()
            told = opened.estimate(read_definition(given))
            estimates.append(time.perf_counter() - started)
            estimates_cpu.append(time.process_time() - worked)
            held.append(told.low <= opened.count(given) <= told.high)
        for _ in range(definitions * 2):
            part = a_purchase(random_) if random_.random() < 0.7 else an_attribute(random_)
            kind = next(iter(part))
            if kind == "bought":
                what = next((one for one in ("department", "family", "product", "shop") if one in part[kind]), "any")
                what += " at a shop" if what != "shop" and "shop" in part[kind] else ""
                kind = f"bought {what}{' dated' if 'from' in part[kind] or 'last_days' in part[kind] else ''}"
            kind = part["field"] if kind == "field" else kind
            opened.whole.kept.clear()
            started = time.perf_counter()
            opened.count({"version": 1, "where": {"all": [part]}})
            alone.setdefault(kind, []).append(time.perf_counter() - started)
    print(
        json.dumps(
            {
                "first": quantiles(first),
                "cold": quantiles(cold),
                "cold_processor": quantiles(cold_cpu),
                "one_changed": quantiles(warm),
                "estimate": quantiles(estimates),
                "estimate_processor": quantiles(estimates_cpu),
                "interval_held_ratio": round(sum(held) / len(held), 3),
                "peak_mb": peak_mb(),
                "alone_p50_ms": {kind: quantiles(times)["p50_ms"] for kind, times in sorted(alone.items())},
            },
            indent=1,
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--customers", type=int, default=400_000)
    parser.add_argument("--definitions", type=int, default=40)
    parser.add_argument("--folder", type=Path, default=Path("demo/segments"))
    parser.add_argument("--memory", default="4GB", help="DuckDB's limit, for the build and for the counts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="count on the base already made in the folder")
    parser.add_argument("--make-only", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    path = given.folder / "segments.duckdb"
    if given.make_only:
        make(path, given.customers, given.memory)
        return
    if not given.keep:  # in a process of its own, so that its memory is not counted with that of the counts
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--make-only"], check=True)
    count(path, given.definitions, given.memory, given.seed)


if __name__ == "__main__":
    main()
