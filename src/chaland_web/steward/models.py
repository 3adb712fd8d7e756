"""What stewards said of pairs of records: one row a word, never changed; a steward's last word on a pair is his."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Answer(models.TextChoices):
    """What a steward may say of two records."""

    SAME = "same", _("one person")
    APART = "apart", _("two persons")
    SKIP = "skip", _("skipped")
    WITHDRAWN = "withdrawn", pgettext_lazy("decision", "taken back")


class Judgement(models.Model):
    """One word of one steward on one pair, and whether it became the decision of the base.

    Attributes:
        is_second: asked a second time, of somebody else, to measure agreement; the first word is not shown to him.
        is_kept: written to decisions.csv, so read by the next build. A second look that agrees, and a skip, are not.
    """

    record_id_l = models.CharField(max_length=250)
    record_id_r = models.CharField(max_length=250)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    match_weight = models.FloatField(null=True)
    is_second = models.BooleanField(default=False)
    is_kept = models.BooleanField(default=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    user_name = models.CharField(max_length=150)  # stays when the account goes
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["record_id_l", "record_id_r", "id"], name="steward_judgement_pair"),
            models.Index(fields=["user_name", "-id"], name="steward_judgement_user"),
        ]
