"""Links by which a customer signs in, and the requests for one. Neither an address nor a link is kept in clear."""

from __future__ import annotations

from django.db import models


class Asked(models.Model):
    """One request for a link, whether the address is a customer's or not: what the limits count."""

    email_digest = models.CharField(max_length=64)  # keyed: a list of addresses does not undo it
    address = models.CharField(max_length=45)  # network address
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["email_digest", "at"], name="portal_asked_email"),
            models.Index(fields=["address", "at"], name="portal_asked_address"),
        ]


class Link(models.Model):
    """One link sent to a customer: it opens his space once, for a while."""

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of 256 random bits
    customer_id = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)
