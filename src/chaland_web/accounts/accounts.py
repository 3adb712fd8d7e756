"""Accounts made from the command line: their passwords are generated, shown once and kept as argon2 hashes."""

from __future__ import annotations

import secrets

from django.contrib.auth import get_user_model

from chaland_web.rights import Role


def give_password(name: str, role: Role = Role.ADMINISTRATOR) -> str:
    """Make the account with this role when it is new, give it a fresh password, and return that password.

    Its sessions end: they are bound to the password.
    """
    user, _ = get_user_model().objects.get_or_create(username=name, defaults={"role": role.value})
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    user.is_active = True
    user.set_password(password)
    user.save()
    return password


def has_accounts() -> bool:
    """Tell whether anyone may sign in."""
    return get_user_model().objects.filter(is_active=True).exists()
