"""`manage forget_old`: delete sessions that ended and lines of logs older than a year. Done at each start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chaland_web.accounts.append_only import purge
from chaland_web.accounts.sessions import forget_expired


class Command(BaseCommand):
    """Forget what the law asks to forget; a nightly task runs it where the application never restarts."""

    help = "Delete ended sessions and lines of logs older than a year."

    def handle(self, *args: Any, **options: Any) -> None:
        forget_expired()
        purge()
