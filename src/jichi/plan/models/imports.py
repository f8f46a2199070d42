"""Import runs: the source line by line, what was read from it, and what a person decided."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jichi.plan.enums import ImportState, LineState

from .plans import Plan


class ImportRun(models.Model):
    """One reading of one file. Nothing of it reaches the plan before a person confirms it.

    ``document`` is the parsed jichi-plan/1 form with the reviewer's corrections; ``uncertain`` the places a
    person must decide, in the order of the source; ``resolutions`` what was decided, by the place's index;
    ``corrections`` the changed cells, keyed by JSON pointer, each with the value as read.
    """

    plan_key = models.SlugField(max_length=60)
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, blank=True, related_name="imports")
    filename = models.CharField(max_length=255)
    format = models.CharField(max_length=10)
    encoding = models.CharField(max_length=20, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    document = models.JSONField()
    counts = models.JSONField(default=dict)
    uncertain = models.JSONField(default=list, blank=True)
    resolutions = models.JSONField(default=dict, blank=True)
    corrections = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.REVIEW)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.UUIDField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="review", decided_at__isnull=True)
                | (~Q(state="review") & Q(decided_at__isnull=False)),
                name="plan_import_decided_when_closed",
            ),
            models.UniqueConstraint(
                fields=["plan_key", "sha256"], condition=Q(state="review"), name="plan_import_one_open_review"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.state})"


class ImportLine(models.Model):
    """One line of the source and what became of it: every line is in exactly one state."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    text = models.TextField()
    state = models.CharField(max_length=10, choices=LineState)
    path = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ["run", "number", "id"]
        indexes = [models.Index(fields=["run", "state"], name="plan_import_line_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LineState.values), name="plan_import_line_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.state}"
