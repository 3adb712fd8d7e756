"""Eight people at once on the web application: how long a search and the opening of a file take, what each costs.

    python benchmarks/web_load.py [--base FOLDER | --customers 200000] [--store postgresql://…] [--people 8]
        [--seconds 20] [--pause 0.3]

Serves a base by `chaland serve` on loopback and sends what advisers type: a name with an error in it, letter after
letter, three letters, a telephone, an e-mail, a card, a name and a town, the number of a ticket; after every other
search somebody opens a file. First with `--pause` seconds between two questions of each person; then without any,
which tells what the machine takes; then searches alone and files alone, which tells what each costs. Printed: p50, p95,
p99 and the worst, in milliseconds, of each kind; processor milliseconds of the server per request (every process of its
own, PostgreSQL's aside). The client runs on the same machine, in one process.

`--base` takes any built base and writes nothing there: its snapshot is linked from a temporary folder, where the store
is made; what an older version did not prepare is prepared there first. Without it, a base of invented people is made
(`web_base.py`). `--store postgresql` starts a server for the length of the measure (that of the tests, fsync off).
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from tests.postgres_server import postgres_server
from web_base import make_base

from chaland.progress import Reporter
from chaland.publish import snapshot_in_force
from chaland.publish.place import PREPARED
from chaland.publish.prepared import write_prepared

FILES = 200
"""Customers whose files are opened: an account may open so many in an hour, few more (`rights.FILES_AN_HOUR`)."""

One = dict[str, str]


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


def letter_after_letter(one: One, noise: random.Random) -> list[str]:
    """Return what the box sends while a name is typed: each beginning from the second letter on."""
    first = one["first_name"][: noise.randrange(1, 4)]
    name = f"{one['last_name']} {first}".lower()
    return [name[:length] for length in range(2, len(name) + 1) if name[length - 1] != " "]


KINDS: dict[str, Callable[[One, random.Random], str | list[str]]] = {
    "letter after letter": letter_after_letter,
    "misspelt name": lambda one, noise: f"{misspelt(one['last_name'], noise)} {misspelt(one['first_name'], noise)}",
    "misspelt last name alone": lambda one, noise: misspelt(one["last_name"], noise),
    "three letters": lambda one, noise: one["last_name"][:3],
    "two beginnings": lambda one, noise: f"{one['last_name'][:4]} {one['first_name'][:3]}",
    "name and town": lambda one, noise: f"{one['last_name']} {one['city']}",
    "name and street": lambda one, noise: f"{one['last_name']} {one['street']}",
    "telephone": lambda one, noise: "0" + (one["mobile"] or "+33600000000")[3:],
    "beginning of a telephone": lambda one, noise: "0" + (one["mobile"] or "+33600000000")[3:9],
    "e-mail": lambda one, noise: one["email"] or one["last_name"],
    "card": lambda one, noise: one["card_number"] or one["mobile"] or one["last_name"],
    "ticket": lambda one, noise: one["ticket_key"] or one["last_name"],
    "nobody": lambda one, noise: "zzyxw qwrtz",
}


def some_people(folder: Path, count: int) -> tuple[list[One], int]:
    """Return what is known of some customers who have a name, to ask for them, and the number of customers."""
    file = snapshot_in_force(folder) / "chaland.duckdb"
    with duckdb.connect(str(file), read_only=True) as reading:
        customers = int(reading.execute("select count(*) from base.customers").fetchall()[0][0])
        found = reading.execute(
            """
            with chosen as (
                select customer_id, last_name, first_name, city, street, mobile, email, card_number
                from base.customers
                where last_name is not null and first_name is not null
                    and hash(customer_id || 'sample') % greatest($customers // $many, 1) = 0
                order by customer_id
                limit $count
            ),
            numbers as (
                select customer_id, min(ticket_key) as ticket_key
                from base.tickets where customer_id in (select customer_id from chosen) group by customer_id
            )
            select * from chosen left join numbers using (customer_id) order by customer_id
            """,
            {"many": 3 * count, "count": count, "customers": customers},
        )
        names = [column[0] for column in found.description]
        rows = found.fetchall()
    return [{name: value or "" for name, value in zip(names, row, strict=True)} for row in rows], customers


def linked(base: Path, folder: Path) -> None:
    """Make in `folder` a base whose snapshot is that of `base`, by links; prepare what its version did not."""
    snapshot = snapshot_in_force(base)
    place = folder / "snapshots" / snapshot.name
    place.mkdir(parents=True)
    shutil.copy(base / "chaland.toml", folder)
    (folder / "current").symlink_to(place)
    for path in snapshot.iterdir():
        if not path.name.startswith("lease-"):
            (place / path.name).symlink_to(path)
    if not (place / PREPARED).exists():
        reporter = Reporter()
        write_prepared(place / "chaland.duckdb", place / PREPARED, reporter=reporter)
        megabytes = (place / PREPARED).stat().st_size / 1e6
        print(f"files prepared in {reporter.steps[-1].seconds:.0f} s, {megabytes:.0f} MB")


# The server --------------------------------------------------------------------------------------


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


def processor_s(process: int) -> float:
    """Return the processor seconds of a process and of those it started, as the system counts them."""
    spent = 0.0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if process in (int(status.parent.name), int(words[1])):
            spent += (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return spent


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


# Rounds ------------------------------------------------------------------------------------------


@dataclass
class Round:
    """Milliseconds by kind, whether the one asked for was among the hits, and the server's processor milliseconds."""

    spent: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in (*KINDS, "open a file")})
    right: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in KINDS})
    processor_ms: float = 0.0

    @property
    def requests(self) -> int:
        return sum(map(len, self.spent.values()))


class Load:
    """So many people who ask at once."""

    def __init__(self, persons: list[Person], people: list[One], server: int) -> None:
        self.persons, self.people, self.server = persons, people, server

    def round(self, seconds: float, pause: float, *, searches: bool = True, files: bool = True) -> Round:
        """Let everybody ask for a while."""
        told = Round()
        failed: list[BaseException] = []
        until = time.monotonic() + seconds

        def work(rank: int, person: Person) -> None:
            noise = random.Random(rank)
            try:
                time.sleep(noise.random() * pause)
                while time.monotonic() < until:
                    if searches:
                        self._search(person, noise, told, pause)
                    if files and (not searches or noise.random() < 0.5):
                        self._open(person, noise, told)
                        time.sleep(pause)
            except BaseException as error:
                failed.append(error)

        before = processor_s(self.server)
        workers = [threading.Thread(target=work, args=pair) for pair in enumerate(self.persons)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if failed:
            raise failed[0]
        told.processor_ms = 1000 * (processor_s(self.server) - before)
        return told

    def _search(self, person: Person, noise: random.Random, told: Round, pause: float) -> None:
        one = noise.choice(self.people)
        kind = noise.choice(list(KINDS))
        asked = KINDS[kind](one, noise)
        texts = [asked] if isinstance(asked, str) else asked
        page = ""
        for text in texts:
            start = time.perf_counter()
            page = person.ask(f"/clients/?q={urllib.parse.quote(text)}", part=True)
            told.spent[kind].append(1000 * (time.perf_counter() - start))
            time.sleep(pause)
        told.right[kind].append(f"/clients/{one['customer_id']}/" in page)

    def _open(self, person: Person, noise: random.Random, told: Round) -> None:
        one = noise.choice(self.people[:FILES])
        start = time.perf_counter()
        person.ask(f"/clients/{one['customer_id']}/")
        told.spent["open a file"].append(1000 * (time.perf_counter() - start))


def line_of(name: str, found: list[float], right: Iterable[int] | None) -> str:
    p50, p95, p99 = np.percentile(found, [50, 95, 99]) if found else (float("nan"),) * 3
    told = f"{100 * np.mean(list(right)):5.0f} %" if right else ""
    worst = max(found, default=float("nan"))
    return f"{name:26} {len(found):6} {p50:8.1f} {p95:8.1f} {p99:8.1f} {worst:8.1f} {told}"


def report(title: str, told: Round) -> None:
    print(f"\n{title}: {told.processor_ms / max(told.requests, 1):.1f} processor ms per request")
    print(f"{'':26} {'asked':>6} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8} {'worst':>8} found among 8")
    searches = [one for name in KINDS for one in told.spent[name]]
    if searches:
        for name in KINDS:
            print(line_of(name, told.spent[name], told.right[name] if name != "nobody" else None))
        print(line_of("every search", searches, None))
    if told.spent["open a file"]:
        print(line_of("open a file", told.spent["open a file"], None))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, help="a built base; nothing is written there")
    parser.add_argument("--customers", type=int, default=200_000, help="of the base that is made")
    parser.add_argument("--tickets", type=int, default=5, help="tickets per customer of the base that is made")
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--pause", type=float, default=0.3)
    parser.add_argument("--store", default="", help="SQLite; postgresql://… , or postgresql: a server of its own")
    options = parser.parse_args()
    with ExitStack() as stack:
        temporary = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder = temporary / "served"
        if options.base:
            linked(options.base, folder)
        else:
            make_base(folder, options.customers, options.tickets)
        people, customers = some_people(folder, 2000)
        store = options.store
        if store == "postgresql":
            url = stack.enter_context(postgres_server())
            store = url.replace("postgresql+psycopg://", "postgresql://")
        server, port, password = serve(folder, store)
        try:
            load = Load([Person(port, password) for _ in range(options.people)], people, server.pid)
            load.round(3, 0)  # every worker has opened the base and its libraries
            said = f"{customers:,} customers, {options.people} people, {os.cpu_count()} cores, store "
            said += f"{'PostgreSQL' if store else 'SQLite'}, load {os.getloadavg()[0]:.1f} before"
            report(f"{said}; a question every {options.pause:g} s each", load.round(options.seconds, options.pause))
            report(f"{said}; no pause", load.round(options.seconds, 0))
            report("searches alone, no pause", load.round(options.seconds / 2, 0, files=False))
            report("files alone, no pause", load.round(options.seconds / 2, 0, searches=False))
        finally:
            server.terminate()
            server.wait(timeout=20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
