"""Eight people at once on the web application: how long a search and the opening of a file take.

    python benchmarks/web_load.py [--customers 200000] [--people 8] [--seconds 20] [--pause 0.3] [--store URL]

Makes a base of N customers (names, streets and towns drawn from the public frequencies, five tickets of two lines each,
a call and a case for some: the tables straight, without the chain), publishes it, serves it by `chaland serve` on
loopback, and sends what advisers type: a name with an error in it, three letters, a telephone, an e-mail, a card, a
name and a town, the number of a ticket. Each person waits `--pause` between two questions; a second round has no pause:
it tells what the machine can take. Printed: p50, p99 and the worst, in milliseconds, of each kind of question and of
opening a file. `--base` keeps the base and takes it again; `--store` is a PostgreSQL URL (CHALAND_STORE).
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
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
FILES = 200
"""Customers whose files are opened: an account may open so many in an hour, no more (`rights.FILES_AN_HOUR`)."""
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


def make_base(folder: Path, customers: int, tickets: int) -> None:
    """Write and publish the base."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chaland.toml").write_text('[base]\nname = "Charge"\n', encoding="utf-8")
    start = time.monotonic()
    with Engine(folder / "work.duckdb", memory_limit="4GB", temp_folder=folder / "tmp") as engine:
        for table in base.TABLES:
            engine.create(table)
        engine.connection.register("drawn", draw(engine, customers))
        engine.execute(CUSTOMERS, {"tickets": tickets})
        for statement in FACTS:
            engine.execute(statement, {"customers": customers, "tickets": tickets})
        made = time.monotonic()
        reporter = Reporter()
        publish_snapshot(
            engine, load_settings(folder), now=datetime(2026, 10, 1, tzinfo=UTC), as_of=AS_OF, reporter=reporter
        )
    (folder / "work.duckdb").unlink()
    cards = (snapshot_in_force(folder) / "cards.sqlite3").stat().st_size / 1e6
    spent = {step.name: step.seconds for step in reporter.steps}
    print(
        f"base of {customers:,} customers made in {made - start:.0f} s; published in {time.monotonic() - made:.0f} s, "
        f"of which cards {spent['publish.cards']:.0f} s; cards.sqlite3 {cards:.0f} MB"
    )


def misspelt(word: str, noise: random.Random) -> str:
    """Return the word with one letter left out, doubled, or turned with the next."""
    if len(word) < 5:
        return word
    place = noise.randrange(1, len(word) - 1)
    return noise.choice(
        (
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        )
    )


KINDS: dict[str, Callable[[dict[str, str], random.Random], str]] = {
    "misspelt name": lambda one, noise: f"{misspelt(one['last_name'], noise)} {misspelt(one['first_name'], noise)}",
    "misspelt last name alone": lambda one, noise: misspelt(one["last_name"], noise),
    "three letters": lambda one, noise: one["last_name"][:3],
    "two beginnings": lambda one, noise: f"{one['last_name'][:4]} {one['first_name'][:3]}",
    "name and town": lambda one, noise: f"{one['last_name']} {one['city']}",
    "name and street": lambda one, noise: f"{one['last_name']} {one['street']}",
    "telephone": lambda one, noise: "0" + one["mobile"][3:],
    "beginning of a telephone": lambda one, noise: "0" + one["mobile"][3:9],
    "e-mail": lambda one, noise: one["email"] or one["last_name"],
    "card": lambda one, noise: one["card_number"] or one["mobile"],
    "ticket": lambda one, noise: one["ticket_key"],
    "nobody": lambda one, noise: "zzyxw qwrtz",
}


def some_people(folder: Path, count: int) -> list[dict[str, str]]:
    """Return what is known of some customers, to ask for them."""
    file = snapshot_in_force(folder) / "chaland.duckdb"
    with duckdb.connect(str(file), read_only=True) as reading:
        found = reading.execute(
            "select customer_id, last_name, first_name, city, street, mobile, email, card_number, ticket_key "
            "from base.customers join base.tickets using (customer_id) "
            "where hash(customer_id || 'sample') % greatest((select count(*) from base.customers) // $many, 1) = 0 "
            "qualify row_number() over (partition by customer_id order by ticket_key) = 1 "
            "order by customer_id limit $count",
            {"many": 2 * count, "count": count},
        )
        names = [column[0] for column in found.description]
        return [{name: value or "" for name, value in zip(names, row, strict=True)} for row in found.fetchall()]


def serve(folder: Path, store: str) -> tuple[subprocess.Popen[str], int, str]:
    """Start the server; return it with its port and the demonstration's password."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**os.environ, "CHALAND_LANG": "fr", "PYTHONUNBUFFERED": "1"}
    if store:
        environment["CHALAND_STORE"] = store
    process = subprocess.Popen(
        [sys.executable, "-m", "chaland.cli", "serve", str(folder), "--port", str(port), "--demo-account"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"mot de passe (\S+)", line):
            break
    else:
        raise SystemExit("the server did not start")
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/vivant/", timeout=2).read()
            return process, port, found[1]
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not answer")


class Person:
    """One adviser's browser: one connection kept, one session."""

    def __init__(self, port: int, password: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        page = self.ask("/connexion/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        self.ask("/connexion/", {"username": "demo", "password": password, "csrfmiddlewaretoken": token[1]})

    def ask(self, path: str, form: dict[str, str] | None = None, *, part: bool = False) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if part:
            headers["HX-Request"] = "true"
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("POST" if form is not None else "GET", path, body, headers)
        answer = self.connection.getresponse()
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        text = answer.read().decode()
        if answer.status >= 400 or (answer.status == 302 and form is None):
            raise SystemExit(f"{answer.status} {answer.headers.get('Location')}")
        return text


def round_of(
    persons: list[Person], people: list[dict[str, str]], seconds: float, pause: float
) -> tuple[dict[str, list[float]], dict[str, list[int]]]:
    """Let everybody ask for a while; return milliseconds by kind, and whether the one asked for was among the hits."""
    spent: dict[str, list[float]] = {name: [] for name in (*KINDS, "open a file")}
    right: dict[str, list[int]] = {name: [] for name in KINDS}
    until = time.monotonic() + seconds
    failed: list[BaseException] = []

    def work(rank: int, person: Person) -> None:
        noise = random.Random(rank)
        try:
            time.sleep(noise.random() * pause)
            while time.monotonic() < until:
                one = noise.choice(people)
                kind = noise.choice(list(KINDS))
                question = urllib.parse.quote(KINDS[kind](one, noise))
                start = time.perf_counter()
                page = person.ask(f"/clients/?q={question}", part=True)
                spent[kind].append(1000 * (time.perf_counter() - start))
                right[kind].append(f"/clients/{one['customer_id']}/" in page)
                time.sleep(pause)
                if noise.random() < 0.5:
                    one = noise.choice(people[:FILES])
                    start = time.perf_counter()
                    person.ask(f"/clients/{one['customer_id']}/")
                    spent["open a file"].append(1000 * (time.perf_counter() - start))
                    time.sleep(pause)
        except BaseException as error:
            failed.append(error)

    workers = [threading.Thread(target=work, args=pair) for pair in enumerate(persons)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failed:
        raise failed[0]
    return spent, right


def line_of(name: str, found: list[float], right: list[int] | None) -> str:
    p50, p99 = np.percentile(found, [50, 99]) if found else (float("nan"), float("nan"))
    told = f"{100 * sum(right) / len(right):5.0f} %" if right else ""
    return f"{name:26} {len(found):6} {p50:8.1f} {p99:8.1f} {max(found, default=float('nan')):8.1f} {told}"


def report(title: str, spent: dict[str, list[float]], right: dict[str, list[int]]) -> None:
    print(f"\n{title}\n{'':26} {'asked':>6} {'p50 ms':>8} {'p99 ms':>8} {'worst':>8} found among 8")
    for name in KINDS:
        print(line_of(name, spent[name], right[name] if name != "nobody" else None))
    print(line_of("every search", [one for name in KINDS for one in spent[name]], None))
    print(line_of("open a file", spent["open a file"], None))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--tickets", type=int, default=5, help="tickets per customer")
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--pause", type=float, default=0.3)
    parser.add_argument("--store", default="")
    parser.add_argument("--base", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.base or Path(temporary) / "base"
        if not (folder / "current").exists():
            make_base(folder, options.customers, options.tickets)
        people = some_people(folder, 2000)
        server, port, password = serve(folder, options.store)
        try:
            persons = [Person(port, password) for _ in range(options.people)]
            round_of(persons, people, 3, 0)  # every worker has opened the base and its libraries
            said = f"{options.customers:,} customers, {options.people} people, {os.cpu_count()} cores"
            said += f", load {os.getloadavg()[0]:.1f} before"
            report(
                f"{said}: a question every {options.pause:g} s each",
                *round_of(persons, people, options.seconds, options.pause),
            )
            report(f"{said}: no pause", *round_of(persons, people, options.seconds, 0))
        finally:
            server.terminate()
            server.wait(timeout=20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
