"""The web application over the cast's base: by Django's client, set up once for the session; by Chromium and a server.

What is written goes to SQLite, or to the PostgreSQL of TEST_STORE: test_store.py runs part of these tests again so.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import django
import pytest
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment
from playwright.sync_api import Browser, StorageState, sync_playwright
from tests.web.browsing import CHROMIUM, QUIET, browsing, sign_in
from tests.web.mailbox import Box, mail_server
from tests.web.published import publish
from tests.web.serving import Server, serve

PASSWORD = "correct horse battery staple"

SignedIn = Callable[..., Client]
"""Role and shops → a browser signed in with an account of that role."""


BaseMaker = Callable[[Path], Path]
"""An empty place → a base of its own there, published."""

Mailbox = tuple[Box, int]
"""What a mail server received, and its port."""


@pytest.fixture(scope="session")
def new_base(tmp_path_factory: pytest.TempPathFactory) -> BaseMaker:
    """Return a maker of bases: one is published for the session, and each is a copy of it."""
    pristine = tmp_path_factory.mktemp("published") / "base"
    publish(pristine)
    return lambda folder: Path(shutil.copytree(pristine, folder, symlinks=True))


@pytest.fixture(scope="session")
def base_folder(new_base: BaseMaker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a published base."""
    return new_base(tmp_path_factory.mktemp("web") / "base")


@pytest.fixture(scope="session")
def django_ready(base_folder: Path) -> Iterator[Path]:
    """Set Django up on that base; its store is not opened."""
    os.environ["CHALAND_BASE"] = str(base_folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "chaland_web.settings"
    if store_url := os.environ.get("TEST_STORE"):
        os.environ["CHALAND_STORE"] = store_url
    django.setup()
    setup_test_environment()
    yield base_folder
    teardown_test_environment()
    for name in ("CHALAND_BASE", "CHALAND_STORE", "DJANGO_SETTINGS_MODULE"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def application(django_ready: Path) -> Iterator[Path]:
    """Give the application an empty store; return the folder of its base."""
    call_command("migrate", verbosity=0, interactive=False)
    yield django_ready
    django.db.connections.close_all()
    from chaland_web import snapshots

    snapshots.current().close()


@pytest.fixture(scope="session")
def password_hash(application: Path) -> str:
    """Return the hash of PASSWORD: argon2 is slow on purpose, once is enough."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


def store_models() -> list[Any]:
    """Return what the application writes, sessions aside: the models of its parts, accounts first."""
    from django.apps import apps

    return [model for model in apps.get_models() if model.__module__.startswith("chaland_web.")]


@pytest.fixture
def store(application: Path) -> Iterator[None]:
    """Give an empty store, and leave it empty."""
    yield
    from django.contrib.sessions.models import Session

    from chaland_web.accounts import append_only
    from chaland_web.accounts.models import Trace

    Session.objects.all().delete()
    written = [model for model in reversed(store_models()) if model.objects.exists()]
    is_logged = any(issubclass(model, Trace) for model in written)
    if is_logged:
        append_only.release()
    for model in written:  # those that refer to others come after them
        model.objects.all().delete()
    if is_logged:
        append_only.protect()


@pytest.fixture
def stranger(store: None) -> Client:
    """Return a browser nobody signed in with."""
    return Client()


@pytest.fixture
def alice(store: None, password_hash: str) -> Client:
    """Return the browser of Alice, signed in."""
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.create(username="alice", password=password_hash, role="administrator")
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def signed_in(store: None, password_hash: str) -> SignedIn:
    """Return a maker of signed-in browsers: `signed_in("adviser", shops=["LIL"])`, one account a role and shops."""
    from django.contrib.auth import get_user_model

    def make(role: str, shops: Sequence[str] = ()) -> Client:
        user, _ = get_user_model().objects.get_or_create(
            username="-".join([role, *shops]).lower(),
            defaults={"password": password_hash, "role": role, "shops": list(shops)},
        )
        browser = Client()
        browser.force_login(user)
        return browser

    return make


# Real Chromium ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give Chromium. While it runs Django's store cannot be used in the same thread: hence no longer than a module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    """Run a mail server."""
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def served_base(new_base: BaseMaker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a base of the module's own; a module that needs another one says so."""
    return new_base(tmp_path_factory.mktemp("served") / "base")


@pytest.fixture(scope="module")
def server(served_base: Path, mailbox: Mailbox) -> Iterator[Server]:
    """Serve that base; its account may do everything."""
    with serve(served_base, mail=f"smtp://127.0.0.1:{mailbox[1]}") as running:
        yield running


@pytest.fixture(scope="module")
def session(chromium: Browser, server: Server) -> StorageState:
    """Return the cookies of someone signed in once; who signs out signs in for himself."""
    with browsing(chromium, server) as page:
        sign_in(page, server)
        return page.context.storage_state()
