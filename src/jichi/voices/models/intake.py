"""Ways in: files and batches with their reports, and drafts that only their writer can open."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jichi.voices.enums import Channel

from .desks import Desk


class IntakeBatch(models.Model):
    """A file or folder from which voices are taken in: how far it came, and what could not be placed.

    ``digest`` is that of its content: the same file at the same desk is the same batch, and goes on where it
    stopped. ``problems`` is [{"line", "column", "message"}], at most 500 of ``problem_count``. ``key`` finds
    the file, encrypted for ``subject``; both go when the last row is done. ``names_files``: its rows name
    files (scans), whose folder the worker does not know.
    """

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="batches")
    channel = models.CharField(max_length=10, choices=Channel, blank=True, default="")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    key = models.CharField(max_length=120, blank=True, default="")
    subject = models.ForeignKey("city.SubjectKey", models.PROTECT, null=True, blank=True, related_name="+")
    names_files = models.BooleanField(default=False)
    started_by = models.UUIDField()
    started_at = models.DateTimeField(default=timezone.now)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "digest"], name="voices_batch_once"),
            models.CheckConstraint(condition=Q(done__lte=F("rows")), name="voices_batch_within"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True)
                | Q(done=F("rows"), rows=F("received") + F("known") + F("problem_count")),
                name="voices_batch_accounted",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """A form that somebody has not sent yet, encrypted under a secret that only her browser or link has."""

    token_hash = models.CharField(max_length=64, unique=True)
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="drafts")
    sealed = models.BinaryField()
    saved_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at"]

    def __str__(self) -> str:
        return str(self.pk)
