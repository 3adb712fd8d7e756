"""The rule of passwords that Django lacks: an end to their length, so that hashing one cannot keep the server busy."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 128


class LongestPassword:
    """Refuses passwords of more than 128 signs."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError when the password is too long."""
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("128 signs at most.")
