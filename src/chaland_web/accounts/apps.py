"""The accounts application."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts, failed sign-ins, accesses."""

    name = "chaland_web.accounts"
    label = "accounts"
