"""Sign-in by a single-use link sent by e-mail: nothing shown tells whether an address is a customer's.

The answer to a request is the same, and as quick, for every address: who is behind it is looked up and written to
afterwards, on a thread of its own.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from chaland.errors import ChalandError
from chaland.publish import Hit, Snapshot
from chaland_web.portal.models import Asked, Link
from chaland_web.snapshots import current

LASTS = timedelta(minutes=30)
WINDOW = timedelta(minutes=15)
PER_EMAIL = 3
PER_ADDRESS = 20
MOST_PERSONS = 4
"""Customers one address may speak for; beyond, it is nobody's own."""

_log = logging.getLogger(__name__)
_post_room = ThreadPoolExecutor(1, thread_name_prefix="portal-mail")


def ask(email: str, address: str, root: str, language: str) -> Future[int] | None:
    """Take a request for a link; return what will tell how many links left, None when too many were asked for.

    Args:
        email: as typed.
        address: network address it comes from.
        root: of the application's own address, without the final stroke.
    """
    email = email.strip().lower()
    digest = salted_hmac("portal", email, algorithm="sha256").hexdigest()
    now = timezone.now()
    Asked.objects.filter(at__lt=now - 4 * WINDOW).delete()
    lately = Asked.objects.filter(at__gt=now - WINDOW)
    is_too_many = (
        lately.filter(email_digest=digest).count() >= PER_EMAIL or lately.filter(address=address).count() >= PER_ADDRESS
    )
    Asked.objects.create(email_digest=digest, address=address)
    return None if is_too_many else _post_room.submit(_send, email, root, language)


def _send(email: str, root: str, language: str) -> int:
    """Send one message with a link for each customer of this address; return how many links it holds."""
    try:
        with current().pinned() as snapshot:
            hits = customers_of(snapshot, email)
            if not 0 < len(hits) <= MOST_PERSONS:
                return 0
            people = [
                (hit.display_name, root + reverse("portal:link", args=[_new_link(hit.customer_id)])) for hit in hits
            ]
            with translation.override(language):
                words = {"people": people, "minutes": LASTS.seconds // 60, "name": snapshot.manifest["base_name"]}
                message = EmailMessage(
                    subject=_("Your link to open your space %(name)s") % words,
                    body=render_to_string("portal/link.txt", words),
                    to=[email],
                    headers={"Auto-Submitted": "auto-generated"},
                )
            message.send()
            return len(people)
    except (ChalandError, OSError) as error:  # an SMTP refusal is an OSError
        _log.error("a link could not be sent: %s", type(error).__name__)
        return 0
    finally:
        connection.close()


def customers_of(snapshot: Snapshot, email: str) -> list[Hit]:
    """Return the persons whose e-mail in force this is: a former address may be somebody else's by now."""
    hits = snapshot.search(email, 2 * MOST_PERSONS)
    return [hit for hit in hits if (hit.email or "").lower() == email and not hit.is_organisation]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _new_link(customer_id: str) -> str:
    token = secrets.token_urlsafe(32)
    Link.objects.create(digest=_digest(token), customer_id=customer_id)
    return token


def is_open(token: str) -> bool:
    """Tell whether a link may still be used; looking at it does not use it: mail servers look at links too."""
    return _usable(token).exists()


def take(token: str) -> str:
    """Use a link; return the customer it opens the space of, "" when it was used or is too old."""
    customer_id = _usable(token).values_list("customer_id", flat=True).first()
    taken = _usable(token).update(used_at=timezone.now())  # of two at the same instant one gets it
    return customer_id if customer_id and taken else ""


def _usable(token: str) -> QuerySet[Link]:
    return Link.objects.filter(digest=_digest(token), used_at__isnull=True, at__gt=timezone.now() - LASTS)
