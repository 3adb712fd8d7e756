"""A retailer at work for the stories: one server, its store of either kind, its mail, and accounts of every role."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Browser, Page
from tests.web.browsing import browsing, sign_in
from tests.web.mailbox import Box, mail_server
from tests.web.serving import Server, serve

ACCOUNTS = {
    "nadia": ("adviser", '["LIL"]'),
    "omar": ("phone_adviser", "[]"),
    "sonia": ("steward", "[]"),
    "denis": ("shop_manager", '["LIL"]'),
    "agnes": ("privacy_officer", "[]"),
}
"""Account → its role and its shops. The password is that of the account which the server made."""


@dataclass(frozen=True)
class Retailer:
    """What a story is played in, and where its effect is read.

    Attributes:
        store: URL of PostgreSQL, or "" for SQLite beside the base.
        box: what the mail server received.
    """

    chromium: Browser
    server: Server
    base: Path
    store: str
    box: Box

    @contextmanager
    def opened(self, account: str, address: str = "", *, meets_refusals: bool = False) -> Iterator[Page]:
        """Give a page where this account signed in, at this address."""
        with browsing(self.chromium, self.server, meets_refusals=meets_refusals) as page:
            sign_in(page, self.server, account, address)
            yield page

    def stored(self, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
        """Return what the store answers; parameters are written `?`."""
        if self.store:
            with psycopg.connect(self.store) as opened:
                found = opened.execute(sql.replace("?", "%s").encode(), parameters)
                return found.fetchall() if found.description else []
        with closing(sqlite3.connect(self.base / "store.sqlite3", timeout=30)) as file, file:
            return file.execute(sql, parameters).fetchall()

    def kept(self, name: str) -> list[dict[str, str]]:
        """Return the lines of a file which the application keeps for the next build."""
        path = self.base / name
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def opened_files(self, account: str) -> list[tuple[str, str, str, str]]:
        """Return the log of accesses of an account, in order: customer, page, ground, reason."""
        told = "select customer_id, what, ground, reason from accounts_access where user_name = ? order by id"
        return [(str(one), str(two), str(three), str(four)) for one, two, three, four in self.stored(told, account)]


_ENROL = """
    insert into accounts_user (username, role, shops, password, is_superuser, first_name, last_name, email, is_staff,
        is_active, date_joined, must_change_password, second_key, second_step)
    select ?, ?, ?, password, is_superuser, first_name, last_name, email, is_staff, is_active, date_joined,
        must_change_password, second_key, second_step
    from accounts_user where username = ?
"""


@contextmanager
def retailer(chromium: Browser, base: Path, store: str) -> Iterator[Retailer]:
    """Serve a base with a store, a mail server and ACCOUNTS."""
    with mail_server() as (box, port), serve(base, store=store, mail=f"smtp://127.0.0.1:{port}") as server:
        made = Retailer(chromium, server, base, store, box)
        for account, (role, shops) in ACCOUNTS.items():
            made.stored(
                _ENROL.replace("?, ?, ?", "?, ?, cast(? as jsonb)" if store else "?, ?, ?"),
                account,
                role,
                shops,
                server.account,
            )
        yield made
