"""The text under consultation: its versions, and what was changed because of which opinions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jichi.consultations.enums import Audience, Side, VersionKind


class DraftVersion(models.Model):
    """A text of the consultation, paragraph by paragraph; once published it never changes.

    ``content`` is the plain form of :class:`jichi.methods.drafts.Draft`, ``digest`` its SHA-256. ``number``
    counts the versions of one audience and language.
    """

    consultation = models.ForeignKey("consultations.Consultation", models.PROTECT, related_name="texts")
    kind = models.CharField(max_length=8, choices=VersionKind, default=VersionKind.DRAFT)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.FULL)
    language = models.CharField(max_length=12, default="ja")
    number = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=300)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    translated_how = models.CharField(max_length=16, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.UUIDField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["consultation", "audience", "language", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "audience", "language", "number"],
                name="consultations_text_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=VersionKind.values), name="consultations_text_kind"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="consultations_text_for"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class PassageChange(models.Model):
    """Why a passage of the final text differs from the draft. ``anchor`` is that passage's."""

    text = models.ForeignKey(DraftVersion, models.PROTECT, related_name="changes")
    anchor = models.CharField(max_length=40)
    reason = models.TextField()
    not_from_opinions = models.BooleanField(default=False)
    by = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["text", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["text", "anchor"], name="consultations_change_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="consultations_change_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.text_id} {self.anchor}"


class PassageReason(models.Model):
    """A set of opinions behind a change, or one that asked for the opposite and stays visible beside it."""

    change = models.ForeignKey(PassageChange, models.CASCADE, related_name="reasons")
    set = models.ForeignKey("voices.OpinionSet", models.PROTECT, related_name="changes")
    side = models.CharField(max_length=8, choices=Side, default=Side.BEHIND)

    class Meta:
        ordering = ["change", "side", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["change", "set"], name="consultations_reason_once"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="consultations_reason_side"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.set_id}"
