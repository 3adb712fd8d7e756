"""`chaland serve`: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests import cast
from tests.web.published import publish
from tests.web.serving import serve

from chaland.cli.serve import check_port
from chaland.errors import ChalandError


def refused(base: Path, *options: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "chaland.cli", "serve", str(base), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_folder_that_is_no_base_is_refused(tmp_path: Path) -> None:
    code, said = refused(tmp_path)
    assert code == 2
    assert "n’est pas une base" in said
    assert "chaland init" in said
    assert "Traceback" not in said


def test_a_base_not_built_yet_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    (tmp_path / "chaland.toml").write_text(cast.CHALAND_TOML, encoding="utf-8")
    code, said = refused(tmp_path)
    assert code == 8
    assert f"chaland build {tmp_path}" in said
    assert {path.name for path in tmp_path.iterdir()} == {"chaland.toml"}


def test_a_busy_port_is_refused_with_another_one_proposed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ChalandError) as refusal:
            check_port("127.0.0.1", port)
    assert f"Le port {port} de 127.0.0.1 n’est pas utilisable" in refusal.value.message
    assert f"--port {port + 1}" in refusal.value.next_step


def test_the_first_start_makes_an_account_and_later_ones_keep_it(tmp_path: Path) -> None:
    publish(tmp_path / "base")
    with serve(tmp_path / "base", "--host", "127.0.0.1") as server:
        assert (server.account, len(server.password)) == ("admin", 19)
        assert f"Ouvrez {server.url}" in server.said
    assert server.process.returncode == 0
    assert (tmp_path / "base" / "store.sqlite3").stat().st_mode & 0o777 == 0o600
    with serve(tmp_path / "base", "--host", "127.0.0.1") as server:
        assert (server.account, server.password) == ("", "")
