"""The mail server that messages to customers leave by, from one URL."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from chaland.errors import ConfigError


def mail_settings(url: str, sender: str) -> dict[str, Any]:
    """Return Django's settings of a mail server.

    Args:
        url: "" for none, smtp://name:password@host:port (STARTTLS when a name is given), or smtps:// (TLS at once).
        sender: address that messages come from.

    Raises:
        ConfigError: the URL is not of a mail server, or nobody sends. The URL is not repeated: it holds a password.

    >>> found = mail_settings("smtp://chaland:p%40ss@mail.example.org", "Brindille <clients@example.org>")
    >>> found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_HOST_PASSWORD"]
    ('mail.example.org', 587, True, 'p@ss')
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    faults = []
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        faults.append("CHALAND_SMTP: expected smtp://name:password@host:port")
    if "@" not in sender:
        faults.append("CHALAND_MAIL_FROM: expected the address that messages come from")
    if faults:
        raise ConfigError.of(faults)
    is_tls = parts.scheme == "smtps"
    has_name = bool(parts.username)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if is_tls else 587 if has_name else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": is_tls,
        "EMAIL_USE_TLS": has_name and not is_tls,
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender,
    }
