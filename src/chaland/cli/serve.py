"""`chaland serve`: check that the base can be shown and the port is free, then become the web application.

The library never imports Django: the application is another program, and takes this process over.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import click

from chaland.config import load_settings
from chaland.errors import ChalandError
from chaland.language import say
from chaland.publish import read_manifest, snapshot_in_force


def check_port(host: str, port: int) -> None:
    """Raise ChalandError when nobody could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ChalandError(
                say("Port {port} of {host} cannot be used: {reason}.", port=port, host=host, reason=error.strerror),
                next_step=say("Choose another one, for instance: --port {port}", port=port + 1),
            ) from error


@click.command(name="serve", help=say("Open the base in a browser."))
@click.argument("base", type=click.Path(path_type=Path), metavar="BASE")
@click.option("--host", default="127.0.0.1", show_default=True, help=say("Address to listen on."))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=say("Port to listen on."))
@click.option("--demo-account", is_flag=True, help=say("Make the account demo, with a fresh password at each start."))
@click.option("--account", default="", metavar="NAME", help=say("Make this account, or give it a fresh password."))
@click.option("--role", default="", metavar="ROLE", help=say("Role of this account: administrator, adviser, steward …"))
def serve_command(base: Path, host: str, port: int, demo_account: bool, account: str, role: str) -> None:
    """Serve the base until interrupted."""
    load_settings(base)
    read_manifest(snapshot_in_force(base))
    check_port(host, port)
    command = [sys.executable, "-m", "chaland_web", str(base), "--host", host, "--port", str(port)]
    if demo_account:
        command.append("--demo-account")
    if account:
        command += ["--account", account]
    if role:
        command += ["--role", role]
    sys.stdout.flush()
    os.execv(sys.executable, command)
