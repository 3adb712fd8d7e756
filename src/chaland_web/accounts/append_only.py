"""Logs nobody changes: triggers, in the database, against `update` and against `delete` before the log's time.

The law asks that such logs be kept six to twelve months: `purge` deletes what is older than a year, and the triggers
let nothing younger than six months go, whoever asks. They are set after each migration, and hold whatever made it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connections
from django.utils import timezone

from chaland_web.accounts.models import LOGS

KEPT = timedelta(days=365)

_ON = {
    "sqlite": (
        """create trigger if not exists {table}_no_update before update on {table}
        begin select raise(abort, 'this log is append-only'); end""",
        """create trigger if not exists {table}_no_delete before delete on {table}
        when old.at > datetime('now', '-6 months')
        begin select raise(abort, 'this log is append-only'); end""",
    ),
    "postgresql": (
        """create or replace function chaland_append_only() returns trigger language plpgsql as $$
        begin
            if tg_op = 'DELETE' and old.at <= now() - interval '6 months' then return old; end if;
            raise exception 'this log is append-only' using errcode = 'integrity_constraint_violation';
        end $$""",
        """create or replace trigger {table}_append_only before update or delete on {table}
        for each row execute function chaland_append_only()""",
    ),
}
_OFF = {
    "sqlite": ("drop trigger if exists {table}_no_update", "drop trigger if exists {table}_no_delete"),
    "postgresql": ("drop trigger if exists {table}_append_only on {table}",),
}


def _run(statements: dict[str, tuple[str, ...]], using: str) -> None:
    with connections[using].cursor() as cursor:
        for log in LOGS:
            for statement in statements[connections[using].vendor]:
                cursor.execute(statement.format(table=log._meta.db_table))


def protect(using: str = "default", **_: Any) -> None:
    """Make the logs append-only; nothing happens to those that are. Called after each migration."""
    _run(_ON, using)


def release(using: str = "default") -> None:
    """Take the protection away: for tests, which empty the store."""
    _run(_OFF, using)


def purge() -> int:
    """Delete the lines of logs that are older than a year; return how many."""
    before = timezone.now() - KEPT
    return sum(log.objects.filter(at__lt=before).delete()[0] for log in LOGS)
