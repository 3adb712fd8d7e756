"""Slow guessing down: after a few failures an account, and after more of them an address, must wait."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.utils import timezone

from chaland_web.accounts.models import SignInFailure

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 5
PER_ADDRESS = 30


def _digest(account: str) -> str:
    return hashlib.sha256(account.strip().lower().encode()).hexdigest()


def is_blocked(account: str, address: str) -> bool:
    """Tell whether this account or this network address failed too often in the last quarter of an hour.

    It counts the name typed, whether such an account exists or not: the answer tells nothing about accounts.
    """
    lately = SignInFailure.objects.filter(at__gt=timezone.now() - WINDOW)
    return (
        lately.filter(account=_digest(account)).count() >= PER_ACCOUNT
        or lately.filter(address=address).count() >= PER_ADDRESS
    )


def note_failure(account: str, address: str) -> None:
    """Count one failure, and forget those that no longer matter."""
    SignInFailure.objects.filter(at__lt=timezone.now() - 4 * WINDOW).delete()
    SignInFailure.objects.create(account=_digest(account), address=address)


def forget(account: str) -> None:
    """Forget the failures of an account that has just signed in."""
    SignInFailure.objects.filter(account=_digest(account)).delete()
