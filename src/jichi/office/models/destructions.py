"""What was destroyed when its time was over, or when somebody asked for it: the record that stays."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Destruction(models.Model):
    """One destruction, of one thing (``object_id``) or of many (``count`` and ``digest`` over their ids).

    ``what`` says which parts went ("original, attachments, contact"), ``reason`` why, in words that name
    nobody. ``replayed_at`` is set where a restored backup had brought the things back and they were destroyed
    again. The ids of many stand in the file outside the database alone (``destroyed.jsonl``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=80, blank=True, default="")
    count = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)
    retention_class = models.CharField(max_length=40)
    what = models.CharField(max_length=200)
    reason = models.CharField(max_length=200)
    act_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    replayed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gte=1) & ~Q(what="") & ~Q(reason=""), name="office_destruction_said"
            ),
            models.CheckConstraint(
                condition=Q(object_id="") | Q(count=1), name="office_destruction_one_or_many"
            ),
        ]
        indexes = [models.Index(fields=["object_type", "object_id"], name="office_destruction_object")]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id or self.count}"
