"""The accounts application."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Accounts, sessions, and the logs of who did what."""

    name = "chaland_web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Keep the logs append-only, and follow sessions as they open and close."""
        from chaland_web.accounts import append_only, sessions  # noqa: PLC0415 - models need the registry

        post_migrate.connect(append_only.protect, sender=self)
        sessions.follow()
