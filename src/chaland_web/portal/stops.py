"""One-click stop: a link that ends the messages of one channel, without signing in (RFC 8058 for e-mail).

It is put into each message sent; it bears its customer and channel, signed, and never expires: an objection has no
season.
"""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

_SALT = "chaland one-click stop"
CHANNELS = ("post", "phone", "sms", "email")


def stop_path(customer_id: str, channel: str) -> str:
    """Return the path of the link that stops one channel for one customer."""
    if channel not in CHANNELS:
        raise ValueError(channel)
    return reverse("portal:stop", args=[signing.dumps([customer_id, channel], salt=_SALT)])


def read_stop(token: str) -> tuple[str, str] | None:
    """Return the customer and the channel of a link; None when it was not made here."""
    try:
        customer_id, channel = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(customer_id), str(channel)
