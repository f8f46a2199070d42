"""The plan's own history, from which an edit can be undone. Plan rows hold no personal data."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .plans import Plan


class Edit(models.Model):
    """One row changed by one act: its facts before (null: created) and after (null: removed)."""

    plan = models.ForeignKey(Plan, models.CASCADE, null=True, blank=True, related_name="edits")
    act_id = models.UUIDField(db_index=True)
    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField()
    model = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    label = models.CharField(max_length=300)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    undone_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undoes")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["model", "object_id"], name="plan_edit_object")]
        constraints = [
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False), name="plan_edit_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.label
