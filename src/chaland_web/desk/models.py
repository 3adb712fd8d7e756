"""What was written of customers: one line a word, never changed; the last line of a key is what stands."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

WAS = "was_"
"""What begins the name of a field that tells what another one was before a correction."""


class Kind(models.TextChoices):
    """What a line is about."""

    CONTACT = "contact"
    CASE = "case"
    CONSENT = "consent"
    CORRECTION = "correction"


class LineQuerySet(models.QuerySet["Line"]):
    """Lines, and those of them that stand."""

    def latest_of_keys(self) -> LineQuerySet:
        """Return the last line of each key, those taken back included."""
        later = Line.objects.filter(key=OuterRef("key"), id__gt=OuterRef("id"))
        return self.filter(~Exists(later))


class Named(models.Model):
    """A record that a consent was said for besides the one it hangs on: an objection follows it, whoever it becomes."""

    key = models.CharField(max_length=32)  # of the word
    record_id = models.CharField(max_length=250)

    class Meta:
        indexes = [models.Index(fields=["record_id"], name="desk_named_record")]


class Line(models.Model):
    """One line: who wrote what of whom, when. It hangs on a record, which keeps its id through merges and unmerges.

    Attributes:
        key: the word; a further line of the same key is its next version.
        fields: column of the base's own file → text, and what only the screen shows (the stage of a case).
        said_at: moment of the word itself; at: moment of the line.
        due_date: day to come back to the customer; none once it is done.
    """

    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=32)
    record_id = models.CharField(max_length=250)
    customer_id = models.CharField(max_length=64)  # as he was called then
    fields = models.JSONField()
    said_at = models.DateTimeField()
    due_date = models.DateField(null=True)
    is_withdrawn = models.BooleanField(default=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    user_name = models.CharField(max_length=150)  # stays when the account goes
    at = models.DateTimeField()

    objects = LineQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["key", "id"], name="desk_line_key"),
            models.Index(fields=["record_id", "id"], name="desk_line_record"),
            models.Index(fields=["due_date"], condition=models.Q(due_date__isnull=False), name="desk_line_due"),
        ]
