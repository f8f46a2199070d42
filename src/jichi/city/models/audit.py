"""The append-only audit trail, its seal and the cursors of its readers (mechanics.md, "Audit trail")."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class AuditActor(models.Model):
    """The opaque name under which somebody appears in the trail; severing it sets ``person`` to null."""

    ref = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(
        "city.Person", models.SET_NULL, null=True, blank=True, related_name="audit_actor"
    )
    account = models.OneToOneField(
        "city.Account", models.SET_NULL, null=True, blank=True, related_name="audit_actor"
    )
    system = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system"], condition=~Q(system=""), name="city_actor_system_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)


class AuditEntry(models.Model):
    """One act: who (opaque), what, on which row, which fields. Never updated, never deleted (trigger)."""

    act_id = models.UUIDField(db_index=True)
    at = models.DateTimeField(default=timezone.now)
    act = models.CharField(max_length=80)
    actor = models.UUIDField()
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=80)
    fields = models.JSONField(default=dict, blank=True)
    count = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"], name="city_audit_object")]

    def __str__(self) -> str:
        return f"{self.act} {self.object_type}:{self.object_id}"


class AuditEpoch(models.Model):
    """A stretch of the chain. A restore begins a new one, so that nobody mistakes it for an unbroken past."""

    number = models.PositiveIntegerField(primary_key=True)
    started_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=200)
    previous_head = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return str(self.number)


class AuditSeal(models.Model):
    """The place of an entry in the order and the chained hash over it. Written by the one sealer."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="seal")
    epoch = models.ForeignKey(AuditEpoch, models.PROTECT)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sequence__gte=1), name="city_seal_sequence_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash[:12]}"


class ReaderCursor(models.Model):
    """How far a reader of the sealed trail has come, and the hash it saw there."""

    reader = models.CharField(max_length=60, primary_key=True)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, default="")
    moved_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.reader}@{self.sequence}"
