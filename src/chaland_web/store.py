"""Where what people write is kept: SQLite beside the snapshots by default, PostgreSQL by one URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from chaland.errors import ConfigError

FILE_NAME = "store.sqlite3"


def database(url: str, base: Path) -> dict[str, Any]:
    """Return Django's settings of the store.

    Args:
        url: "" for SQLite in the base's folder, or postgresql://name:password@host:port/database?option=value.
        base: the base's folder.

    Raises:
        ConfigError: the URL is not of PostgreSQL, or names no database. The URL is not repeated: it holds a password.

    >>> found = database("postgresql://chaland:p%40ss@db.example.org:5433/clients?sslmode=require", Path())
    >>> found["HOST"], found["PORT"], found["NAME"], found["USER"], found["PASSWORD"], found["OPTIONS"]["sslmode"]
    ('db.example.org', 5433, 'clients', 'chaland', 'p@ss', 'require')
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": base / FILE_NAME,
            "CONN_MAX_AGE": 600,  # to open the file anew costs a request more than to read it
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;",
            },
        }
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name:
        raise ConfigError.of(["CHALAND_STORE: expected postgresql://name:password@host:port/database"])
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.hostname or "",
        "PORT": parts.port or 5432,
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10, **dict(parse_qsl(parts.query))},
    }
