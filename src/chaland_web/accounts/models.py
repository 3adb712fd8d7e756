"""Who may sign in, who tried to, and who opened which customer's file."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

from chaland_web.rights import ROLE_NAMES, Role


class Region(models.Model):
    """A set of shops that accounts may be bound to together."""

    name = models.CharField(max_length=80, unique=True)
    shops = models.JSONField(default=list)  # shop codes, as in base.shops

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """An account: a name, a password, the role that gives its rights, and the shops where it has them."""

    role = models.CharField(
        max_length=24, choices=[(role.value, name) for role, name in ROLE_NAMES.items()], default=Role.ADVISER.value
    )
    shops = models.JSONField(default=list, blank=True)  # shop codes, as in base.shops
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT)

    @property
    def shop_keys(self) -> frozenset[str]:
        """The shops of the account: its own and those of its region."""
        return frozenset([*self.shops, *(self.region.shops if self.region else [])])


class SignInFailure(models.Model):
    """One failed attempt to sign in; what the throttle counts."""

    account = models.CharField(max_length=64, db_index=True)  # SHA-256 of the name typed: it may be a password
    address = models.CharField(max_length=45, db_index=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)


class Access(models.Model):
    """One opening of a customer's file: who, when, which customer, which part. Never changed, never shown to others."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    user_name = models.CharField(max_length=150)  # stays when the account goes
    customer_id = models.CharField(max_length=64, db_index=True)
    what = models.CharField(max_length=16)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"])]
