"""What may be done to accounts: made, given a password, a second factor, recovery codes; each act leaves a trace."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from chaland_web.accounts import totp
from chaland_web.accounts.models import AccountChange, RecoveryCode, User
from chaland_web.accounts.sessions import address_of
from chaland_web.rights import Role

RECOVERY_CODES = 10


def fresh_password() -> str:
    """Return a password of 64 random bits, in four groups."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def give_password(name: str, role: Role | None = None) -> str:
    """Make the account when it is new, give it a fresh password and this role, and return that password.

    A new account is an administrator unless told otherwise; an older one keeps its role. Its sessions end: they are
    bound to the password.
    """
    user, is_new = get_user_model().objects.get_or_create(
        username=name, defaults={"role": (role or Role.ADMINISTRATOR).value}
    )
    password = fresh_password()
    if role and not is_new:
        user.role = role.value
    user.is_active = True
    user.set_password(password)
    user.save()
    what = AccountChange.What.CREATED if is_new else AccountChange.What.RESET
    AccountChange.objects.create(user_name="", account=name, what=what, detail=f"chaland serve · {user.role}")
    return password


def has_accounts() -> bool:
    """Tell whether anyone may sign in."""
    return get_user_model().objects.filter(is_active=True).exists()


def note_change(request: HttpRequest, user: User, what: str, detail: str = "") -> None:
    """Write what was done to an account, and by whom."""
    AccountChange.objects.create(
        user=request.user,
        user_name=request.user.get_username(),
        address=address_of(request),
        account=user.get_username(),
        what=what,
        detail=detail[:200],
    )


def _digest(code: str) -> str:
    kept = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(kept.encode()).hexdigest()


def new_recovery_codes(user: User) -> list[str]:
    """Return fresh recovery codes of 120 random bits each, in place of the former ones; only their digests are kept."""
    codes = [base64.b32encode(secrets.token_bytes(15)).decode().lower() for _ in range(RECOVERY_CODES)]
    shown = ["-".join(code[start : start + 4] for start in range(0, 24, 4)) for code in codes]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in shown)
    return shown


def takes_code(user: User, code: str) -> bool:
    """Tell whether this is the code of the second factor now, or one of the recovery codes; each serves once."""
    step = totp.step_of(user.second_key, code, time.time(), user.second_step)
    if step is not None:
        # one statement: of two requests with one code, the first alone is taken
        return User.objects.filter(pk=user.pk, second_step__lt=step).update(second_step=step) == 1
    return RecoveryCode.objects.filter(user=user, digest=_digest(code)).delete()[0] == 1
