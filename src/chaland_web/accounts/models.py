"""Who may sign in and from where he did; what was opened, exported and changed, by whom, when and why.

The last ones are append-only: triggers of the database refuse to change a line, and to delete one before its time
(see append_only.py).
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

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
    must_change_password = models.BooleanField(default=False)  # it was given by someone else
    second_key = models.CharField(max_length=64, blank=True, default="")  # base32; "" without a second factor
    second_step = models.BigIntegerField(default=0)  # last time step accepted: a code is taken once

    @property
    def shop_keys(self) -> frozenset[str]:
        """The shops of the account: its own and those of its region."""
        return frozenset([*self.shops, *(self.region.shops if self.region else [])])


class RecoveryCode(models.Model):
    """One code that stands for the second factor, once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64)  # SHA-256 of 120 random bits


class Seat(models.Model):
    """A session somebody opened: what its owner and the administrator see of it, and may end."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    session_key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=45)
    browser = models.CharField(max_length=200)
    opened_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now_add=True)


class SignInFailure(models.Model):
    """One failed attempt to sign in; what the throttle counts."""

    account = models.CharField(max_length=64, db_index=True)  # SHA-256 of the name typed: it may be a password
    address = models.CharField(max_length=45, db_index=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)


class Trace(models.Model):
    """What every line of a log says: who, when, from where. Never changed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=150, db_index=True)  # stays when the account goes
    address = models.CharField(max_length=45, default="")
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        abstract = True


class Ground(models.TextChoices):
    """Why someone might open a file."""

    ROLE = "role", _("by role")
    SHOP = "shop", _("own shop")
    REASON = "reason", _("reason given")
    OWN = "own", _("the customer himself")


class Access(Trace):
    """One opening of a customer's file: which customer, which part, on what ground and for what reason."""

    customer_id = models.CharField(max_length=64, db_index=True)
    what = models.CharField(max_length=16)
    ground = models.CharField(max_length=8, choices=Ground.choices, default=Ground.ROLE)
    reason = models.CharField(max_length=200, default="")

    class Meta:
        indexes = [models.Index(fields=["user", "-at"])]


class Reason(Trace):
    """A reason given to open the file of a customer of other shops; it opens it for a while."""

    customer_id = models.CharField(max_length=64)
    text = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["user", "customer_id", "-at"])]


class Export(Trace):
    """Data taken out of the application: what, and how many rows."""

    what = models.CharField(max_length=80)
    rows = models.BigIntegerField()
    detail = models.CharField(max_length=200, default="")


class SignIn(Trace):
    """One attempt to sign in or one end of a session. The name is kept where such an account exists."""

    class Outcome(models.TextChoices):
        OPENED = "opened", _("signed in")
        WRONG = "wrong", _("wrong password")
        WRONG_CODE = "wrong_code", _("wrong code")
        BLOCKED = "blocked", _("too many attempts")
        CLOSED = "closed", _("signed out")
        EXPIRED = "expired", _("session expired")

    outcome = models.CharField(max_length=12, choices=Outcome.choices)


class AccountChange(Trace):
    """What was done to an account, by whom: the administrator, or its owner."""

    class What(models.TextChoices):
        CREATED = "created", _("account created")
        CHANGED = "changed", _("role or shops changed")
        CLOSED = "closed", _("account closed")
        OPENED = "opened", _("account opened again")
        PASSWORD = "password", _("password changed")
        RESET = "reset", _("password given anew")
        SECOND_ON = "second_on", _("second factor set up")
        SECOND_OFF = "second_off", _("second factor taken away")
        CODES = "codes", _("recovery codes made anew")
        ENDED = "ended", _("sessions ended")

    account = models.CharField(max_length=150, db_index=True)
    what = models.CharField(max_length=12, choices=What.choices)
    detail = models.CharField(max_length=200, default="")


LOGS: tuple[type[Trace], ...] = (Access, Reason, Export, SignIn, AccountChange)
