"""Prepare the store and serve: `python -m chaland_web BASE --port 8000`. `chaland serve` checks, then becomes this.

Runs migrations, forgets what is too old, makes the account asked for (or the first one), prints the address, and hands
over to granian. A refusal is told in plain words, with chaland's exit codes.
"""

from __future__ import annotations

import argparse
import os
import sys
from io import StringIO
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from chaland.errors import ChalandError, ConfigError, StorageError
from chaland.language import current_language
from chaland.publish import read_manifest, snapshot_in_force
from chaland_web.rights import Role
from chaland_web.store import FILE_NAME

DEMO, FIRST = "demo", "admin"
WORKERS_AT_MOST = 4
THREADS_PER_WORKER = 4

_LINES = {
    "fr": {
        "open": "Ouvrez {url}",
        "base": "Base {name} du {as_of}, lue dans {folder}",
        "account": "Compte {account}, mot de passe {password}",
        "once": "Ce mot de passe n’est montré qu’ici ; pour en changer : chaland serve {folder} --account {account}",
        "stop": "Ctrl-C pour arrêter",
        "role": "Rôle inconnu  : {role}. Rôles possibles : {roles}.",
        "driver": "CHALAND_STORE demande PostgreSQL, dont le pilote n’est pas installé.",
        "install": "Installez-le : pip install 'chaland[postgres]'",
        "store": "La base où l’application écrit ne répond pas ({kind}).",
        "check": "Vérifiez CHALAND_STORE, le serveur et ses droits ; rien n’a été changé.",
    },
    "en": {
        "open": "Open {url}",
        "base": "Base {name} of {as_of}, read in {folder}",
        "account": "Account {account}, password {password}",
        "once": "This password is shown here only; for another: chaland serve {folder} --account {account}",
        "stop": "Ctrl-C to stop",
        "role": "Unknown role: {role}. Known roles: {roles}.",
        "driver": "CHALAND_STORE asks for PostgreSQL, whose driver is not installed.",
        "install": "Install it: pip install 'chaland[postgres]'",
        "store": "The database the application writes to does not answer ({kind}).",
        "check": "Look at CHALAND_STORE, the server and its rights; nothing was changed.",
    },
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m chaland_web")
    parser.add_argument("base", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo-account", action="store_true")
    parser.add_argument("--account", default="")
    parser.add_argument("--role", default="")
    parser.add_argument("--workers", type=int, default=0)
    return parser.parse_args()


def _greeting(arguments: argparse.Namespace, base: Path, name: str, password: str) -> list[str]:
    """Return the lines that say what is served, where, and the password if one was made."""
    say = _LINES[current_language()]
    manifest = read_manifest(snapshot_in_force(base))
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    lines = [
        say["base"].format(name=manifest["base_name"], as_of=manifest["as_of"], folder=arguments.base),
        say["open"].format(url=f"http://{host}:{arguments.port}/"),
    ]
    if password:
        lines.append(say["account"].format(account=name, password=password))
        if not arguments.demo_account:
            lines.append(say["once"].format(folder=arguments.base, account=name))
    return [*lines, say["stop"]]


def _prepare(arguments: argparse.Namespace, base: Path, name: str) -> str:
    """Set Django up and its store up to date; return the password made for the account, or "".

    Raises:
        ConfigError: a setting is wrong, the role is unknown, or PostgreSQL has no driver.
        StorageError: the store does not answer.
    """
    say = _LINES[current_language()]
    if arguments.role and arguments.role not in [*Role]:
        raise ConfigError(say["role"].format(role=arguments.role, roles=", ".join(Role)))
    try:
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("forget_old")
        if connection.vendor == "sqlite":
            (base / FILE_NAME).chmod(0o600)
        is_first = not (arguments.account or arguments.demo_account)
        given = call_command("give_password", name, first=is_first, role=arguments.role or None, stdout=StringIO())
    except ImproperlyConfigured as error:
        raise ConfigError(say["driver"], next_step=say["install"]) from error
    except DatabaseError as error:
        raise StorageError(say["store"].format(kind=type(error).__name__), next_step=say["check"]) from error
    connection.close()  # the workers open their own
    return str(given)


def _serve() -> int:
    arguments = _arguments()
    base = arguments.base.resolve()
    os.environ["CHALAND_BASE"] = str(base)
    os.environ["DJANGO_SETTINGS_MODULE"] = "chaland_web.settings"
    if arguments.host not in ("127.0.0.1", "localhost", "::1"):
        os.environ.setdefault("CHALAND_HOSTS", f"{arguments.host},127.0.0.1,localhost")
    name = arguments.account or (DEMO if arguments.demo_account else FIRST)
    password = _prepare(arguments, base, name)
    sys.stdout.write("\n".join(_greeting(arguments, base, name, password)) + "\n")
    sys.stdout.flush()
    Granian(
        "chaland_web.wsgi:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=arguments.workers or min(WORKERS_AT_MOST, os.cpu_count() or 1),
        blocking_threads=THREADS_PER_WORKER,
        websockets=False,
        log_level=LogLevels.error,
        log_access=False,
        workers_kill_timeout=2,
    ).serve()
    return 0


def main() -> int:
    """Serve a base until interrupted; return 0, or the exit code of a refusal."""
    try:
        return _serve()
    except ChalandError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
