"""The web application over the cast's base, Django set up once for the session; a stranger, and Alice who may read.

What is written goes to SQLite, or to the PostgreSQL of TEST_STORE: test_store.py runs part of these tests again so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import django
import pytest
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment
from tests.web.published import publish

PASSWORD = "correct horse battery staple"

SignedIn = Callable[..., Client]
"""Role and shops → a browser signed in with an account of that role."""


@pytest.fixture(scope="session")
def base_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a published base."""
    folder = tmp_path_factory.mktemp("web") / "base"
    publish(folder)
    return folder


@pytest.fixture(scope="session")
def application(base_folder: Path) -> Iterator[Path]:
    """Set Django up on that base, with an empty store."""
    os.environ["CHALAND_BASE"] = str(base_folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "chaland_web.settings"
    if store_url := os.environ.get("TEST_STORE"):
        os.environ["CHALAND_STORE"] = store_url
    django.setup()
    setup_test_environment()
    call_command("migrate", verbosity=0, interactive=False)
    yield base_folder
    teardown_test_environment()
    django.db.connections.close_all()
    from chaland_web import snapshots  # noqa: PLC0415 - needs the settings

    snapshots.current().close()
    for name in ("CHALAND_BASE", "CHALAND_STORE", "DJANGO_SETTINGS_MODULE"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def password_hash(application: Path) -> str:
    """Return the hash of PASSWORD: argon2 is slow on purpose, once is enough."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 - needs the settings

    return make_password(PASSWORD)


def store_models() -> list[Any]:
    """Return what the application writes, sessions aside: the models of its parts, accounts first."""
    from django.apps import apps  # noqa: PLC0415 - needs the settings

    return [model for model in apps.get_models() if model.__module__.startswith("chaland_web.")]


@pytest.fixture
def store(application: Path) -> Iterator[None]:
    """Give an empty store, and leave it empty."""
    yield
    from django.contrib.sessions.models import Session  # noqa: PLC0415 - needs the settings

    from chaland_web.accounts import append_only  # noqa: PLC0415
    from chaland_web.accounts.models import Trace  # noqa: PLC0415

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
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - needs the settings

    user = get_user_model().objects.create(username="alice", password=password_hash, role="administrator")
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def signed_in(store: None, password_hash: str) -> SignedIn:
    """Return a maker of signed-in browsers: `signed_in("adviser", shops=["LIL"])`, one account a role and shops."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - needs the settings

    def make(role: str, shops: Sequence[str] = ()) -> Client:
        user, _ = get_user_model().objects.get_or_create(
            username="-".join([role, *shops]).lower(),
            defaults={"password": password_hash, "role": role, "shops": list(shops)},
        )
        browser = Client()
        browser.force_login(user)
        return browser

    return make
