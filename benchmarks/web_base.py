"""A base of invented people for the load of the web application: the tables straight, without the chain.

Names, streets and towns are drawn from the public frequencies; each has five tickets of two lines, some a call or a
case.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from chaland.config import load_settings
from chaland.demo.names import read_names
from chaland.demo.places import read_places
from chaland.engine import Engine
from chaland.progress import Reporter
from chaland.publish import publish_snapshot, snapshot_in_force
from chaland.tables import base

AS_OF = date(2026, 9, 30)
CUSTOMERS = """
insert into base.customers by name
select
    customer_id, 'h' || (n // 2) as household_id, 1 as records, 1 as systems, false as is_organisation, first_name,
    last_name, upper(strip_accents(replace(first_name, '-', ' '))) as first_name_key,
    upper(strip_accents(last_name)) as last_name_key, sex,
    (date '1935-01-01' + (n * 7919 % 26000)::integer) as birth_date,
    city, postcode, street, (1 + n % 90) || ' ' || street as address_line_4, postcode || ' ' || city as address_line_6,
    'FR' as country,
    case when n % 3 > 0 then lower(first_name_key || '.' || last_name_key || n % 997) || '@example.com' end as email,
    '+336' || lpad((n * 48271 % 100000000)::varchar, 8, '0') as mobile,
    case when n % 2 = 0 then '2987' || lpad(n::varchar, 9, '0') end as card_number,
    false as is_cedex, first_name || ' ' || last_name as display_name, n % 2 = 0 as is_card_holder,
    (date '2026-09-30' - (n * 104729 % 900)::integer) as last_purchase_date, date '2024-10-01' as first_purchase_date,
    true as can_post, false as can_phone, false as can_sms, false as can_email, 'ok' as can_post_reason,
    'no_consent' as can_phone_reason, 'no_consent' as can_sms_reason, 'no_consent' as can_email_reason,
    false as is_bad_payer, false as is_high_potential, $tickets as tickets, 100 as amount_total, 50 as amount_12_months,
    lpad((n % 12)::varchar, 3, '0') as home_shop_key, 0 as contacts, 0 as surveys, 0 as projects, 0 as web_events,
    (n % 50 = 0)::integer as open_cases,
from drawn
"""
FACTS = (
    """insert into base.tickets by name
    select 'tills:' || ticket_key as ticket_id, *, 'tills' as source, 'shop' as channel, false as is_return, 2 as lines,
        2 as units, 20 as amount, sold_at::date as sold_date
    from (
        select lpad((n % 12)::varchar, 3, '0') || '-' || lpad((n * $tickets + rank)::varchar, 9, '0') as ticket_key,
            'c' || n as customer_id, lpad((n % 12)::varchar, 3, '0') as shop_key,
            timestamp '2024-10-01 10:00' + to_hours(((n * 31 + rank * 3301) % 17000)::integer) as sold_at
        from range($customers) people(n) cross join range($tickets) turns(rank))""",
    """insert into base.ticket_lines by name
    select ticket_id, line as line_number, customer_id, 'P' || (hash(ticket_id) + line) % 4000 as product_key,
        'Produit ' || (hash(ticket_id) + line) % 4000 as product_label,
        'Rayon ' || (hash(ticket_id) + line) % 14 as department,
        1 as quantity, 10 as amount, true as is_product, sold_date, 'tills.csv' as file,
        row_number() over () as line
    from base.tickets cross join (values (1), (2)) lines(line)""",
    """insert into base.customer_departments by name
    select customer_id, department, count(*) as tickets, sum(quantity) as units, sum(amount) as amount,
        sum(amount) as amount_12_months, max(sold_date) as last_date
    from base.ticket_lines group by customer_id, department""",
    """insert into base.contacts by name
    select 'phone:' || n as contact_id, 'c' || n as customer_id, 'phone' as source, 'phone' as channel,
        'in' as direction, 'livraison' as reason, timestamp '2026-05-01 09:00' as contacted_at
    from range(0, $customers, 4) people(n)""",
    """insert into base.cases by name
    select 'cases:' || n as case_id, 'c' || n as customer_id, 'cases' as source, 'Colis' as subject, 'open' as status,
        timestamp '2026-08-01 09:00' as opened_at
    from range(0, $customers, 50) people(n)""",
    """insert into base.shops by name
    select lpad(n::varchar, 3, '0') as shop_key, 'Magasin ' || n as shop_name from range(12) shops(n)""",
    "insert into base.about values ('Charge', 'EUR', date '2026-09-30', 'all', 'bench')",
)


def draw(engine: Engine, customers: int) -> pa.Table:
    """Return number, names, sex, street, postcode and town of invented people, by the public frequencies."""
    noise = np.random.default_rng(7)
    names, places = read_names(engine), read_places(engine)
    woman = noise.random(customers) < 0.55
    first = names.draw_first(woman, noise.integers(1935, 2009, customers), noise.random(customers))
    last = names.draw_last(noise.random(customers))
    place = places.draw(noise.integers(0, len(places.by_shop), customers), noise.random(customers))
    street = places.draw_streets(noise.random(customers))
    numbers = np.arange(customers)
    return pa.table(
        {
            "n": numbers,
            "customer_id": pa.array([f"c{number}" for number in range(customers)]),
            "first_name": names.first.take(pa.array(first)),
            "last_name": names.last.take(pa.array(last)),
            "sex": pa.array(np.where(woman, "F", "M")),
            "street": places.streets.take(pa.array(street)),
            "postcode": places.places.column("postcode").take(pa.array(place)),
            "city": places.places.column("city").take(pa.array(place)),
        }
    )


@contextmanager
def made_tables(folder: Path, customers: int, tickets: int) -> Iterator[Engine]:
    """Give an engine that holds the tables of the base, in a new folder; its file is taken away at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chaland.toml").write_text('[base]\nname = "Charge"\n', encoding="utf-8")
    with Engine(folder / "work.duckdb", memory_limit="4GB", temp_folder=folder / "tmp") as engine:
        for table in base.TABLES:
            engine.create(table)
        engine.connection.register("drawn", draw(engine, customers))
        engine.execute(CUSTOMERS, {"tickets": tickets})
        for statement in FACTS:
            engine.execute(statement, {"customers": customers, "tickets": tickets})
        yield engine
    (folder / "work.duckdb").unlink()


def make_base(folder: Path, customers: int, tickets: int) -> None:
    """Write and publish the base."""
    start = time.monotonic()
    with made_tables(folder, customers, tickets) as engine:
        made = time.monotonic()
        reporter = Reporter()
        publish_snapshot(
            engine, load_settings(folder), now=datetime(2026, 10, 1, tzinfo=UTC), as_of=AS_OF, reporter=reporter
        )
    sizes = {path.name: path.stat().st_size / 1e6 for path in snapshot_in_force(folder).iterdir()}
    spent = {step.name: step.seconds for step in reporter.steps}
    print(
        f"base of {customers:,} customers made in {made - start:.0f} s; published in {time.monotonic() - made:.0f} s, "
        f"of which cards {spent['publish.cards']:.0f} s ({sizes['cards.sqlite3']:.0f} MB), "
        f"prepared files {spent['publish.prepared']:.0f} s ({sizes['prepared.sqlite3']:.0f} MB)"
    )
