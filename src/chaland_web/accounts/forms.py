"""The sign-in form, slowed down."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chaland_web.accounts import throttle


class SignInForm(AuthenticationForm):
    """Name and password; the same sentence whether the account exists or not."""

    error_messages = {
        "invalid_login": _("Unknown account or wrong password."),
        "inactive": _("Unknown account or wrong password."),
    }

    def clean(self) -> dict[str, Any]:
        """Return the fields once the account is known and the password right.

        Raises:
            ValidationError: unknown account, wrong password, or too many failures.
        """
        address = self.request.META.get("REMOTE_ADDR", "")
        account = str(self.cleaned_data.get("username", ""))
        if throttle.is_blocked(account, address):
            raise ValidationError(_("Too many attempts: wait a quarter of an hour."), code="blocked")
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.note_failure(account, address)
            raise
        throttle.forget(account)
        return cleaned
