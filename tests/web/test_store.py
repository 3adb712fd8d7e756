"""The store: SQLite beside the snapshots, or PostgreSQL by one URL; both hold the same, and many may write at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from tests.postgres_server import postgres_server
from tests.web.published import publish
from tests.web.serving import serve

from chaland.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
THREADS, EACH = 12, 25


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Return the URL of an empty PostgreSQL database."""
    with postgres_server() as url:
        yield url.replace("postgresql+psycopg://", "postgresql://")


def test_every_model_has_its_migrations(application: Path) -> None:
    from django.core.management import call_command

    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert said.getvalue().strip() == "No changes detected"


@pytest.mark.parametrize("url", ["mysql://a:secret@h/base", "postgresql://a:secret@h", "secret"])
def test_a_store_that_is_no_postgresql_is_refused_without_showing_its_password(url: str) -> None:
    from chaland_web.store import database

    with pytest.raises(ConfigError) as refusal:
        database(url, Path())
    assert "CHALAND_STORE: expected postgresql://" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_many_threads_write_at_once_without_a_lock_error_and_every_line_is_there(store: None) -> None:
    from django.db import connection

    from chaland_web.accounts.models import Access, Reason, User

    user = User.objects.create(username="adviser")
    connection.close()
    failures: list[BaseException] = []
    start = threading.Barrier(THREADS)

    def write(number: int) -> None:
        try:
            start.wait()
            for line in range(EACH):
                Access.objects.create(user=user, user_name=f"t{number}", customer_id=f"c-{line}", what="file")
                Reason.objects.create(user=user, user_name=f"t{number}", customer_id=f"c-{line}", text="call")
                User.objects.filter(pk=user.pk).update(second_step=line)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Access.objects.count() == Reason.objects.count() == THREADS * EACH
    assert Access.objects.filter(user_name="t3").count() == EACH


@pytest.mark.postgres
@pytest.mark.long
def test_doors_rights_and_accounts_hold_on_postgresql(postgres: str) -> None:
    files = ["test_doors.py", "test_rights.py", "test_accounts.py", "test_store.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not postgres"]
        + [f"tests/web/{name}" for name in files],
        cwd=ROOT,
        env={**os.environ, "TEST_STORE": postgres},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.postgres
def test_the_application_serves_with_its_store_in_postgresql(tmp_path: Path, postgres: str) -> None:
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute("drop database if exists served")
        server.execute("create database served")
    url = postgres.rsplit("/", 1)[0] + "/served"
    publish(tmp_path / "base")
    with serve(tmp_path / "base", "--account", "nadia", "--role", "adviser", store=url) as server:
        assert (server.account, len(server.password)) == ("nadia", 19)
    with psycopg.connect(url) as store:
        assert store.execute("select username, role from accounts_user").fetchall() == [("nadia", "adviser")]
    assert not (tmp_path / "base" / "store.sqlite3").exists()


def test_a_store_that_does_not_answer_is_told_in_plain_words(base_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "chaland_web", str(base_folder)],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("CHALAND_")},
            "CHALAND_STORE": "postgresql://nobody:secret@127.0.0.1:9/none",
            "CHALAND_LANG": "fr",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (7, "")
    assert "ne répond pas (OperationalError)" in done.stderr
    assert "Traceback" not in done.stderr and "secret" not in done.stderr


def test_an_unknown_role_is_told_with_those_that_exist(base_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "chaland_web", str(base_folder), "--account", "nadia", "--role", "queen"],
        env={**{name: value for name, value in os.environ.items() if not name.startswith("CHALAND_")}},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "queen" in done.stderr and "phone_adviser" in done.stderr and "Traceback" not in done.stderr
