"""`manage give_password NAME`: make an account, or give it a fresh password, and print that password."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chaland_web.accounts.accounts import give_password, has_accounts
from chaland_web.rights import Role


class Command(BaseCommand):
    """Print a fresh password; nothing when `--first` is given and someone may already sign in."""

    help = "Make an account, or give it a fresh password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", choices=[*Role], default=None)
        parser.add_argument("--first", action="store_true", help="only when there is no account yet")

    def handle(self, *args: Any, **options: Any) -> str:
        """Return the password, or "" when nothing was done."""
        if options["first"] and has_accounts():
            return ""
        return give_password(options["name"], Role(options["role"]) if options["role"] else None)
