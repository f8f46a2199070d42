"""What the city says to each opinion (対応区分), and the result that it publishes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Scheme(models.Model):
    """How a city runs its public comment, as its pack says: codes of disposition, fields, channels.

    ``codes``: [{"code", "title", "meaning", "changes_draft", "translations"}]; ``fields``: [{"key", "title",
    "required", "kind", "translations"}]; ``channels``: [{"channel", "column", "translations"}] in the order
    of the city's table. Appended, never changed; the newest in force on a day counts.
    """

    key = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    codes = models.JSONField()
    fields = models.JSONField()
    channels = models.JSONField()
    opinions_shown = models.CharField(max_length=14, default="never")
    in_force_from = models.DateField()
    known_from = models.DateField()
    source = models.CharField(max_length=300)
    confirmed = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["key", "number"]
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="consultations_scheme_once"),
            models.UniqueConstraint(fields=["key", "digest"], name="consultations_scheme_content_once"),
            models.CheckConstraint(condition=~Q(source=""), name="consultations_scheme_sourced"),
        ]

    def __str__(self) -> str:
        return f"{self.key}/{self.number}"


class Disposition(models.Model):
    """What the city says to a set of opinions (its members inherit it) or, as an exception, to one opinion.

    ``code`` is one of the consultation's scheme. ``summary`` says the opinion in short, ``view`` what the
    city thinks of it, ``change`` what was changed in the draft. ``undertaking`` where it promises something.
    """

    consultation = models.ForeignKey(
        "consultations.Consultation", models.PROTECT, related_name="dispositions"
    )
    set = models.OneToOneField(
        "voices.OpinionSet", models.PROTECT, null=True, blank=True, related_name="disposition"
    )
    opinion = models.OneToOneField(
        "voices.Opinion", models.PROTECT, null=True, blank=True, related_name="disposition"
    )
    code = models.CharField(max_length=10)
    summary = models.TextField()
    view = models.TextField()
    change = models.TextField(blank=True, default="")
    undertaking = models.ForeignKey(
        "undertakings.Undertaking", models.PROTECT, null=True, blank=True, related_name="dispositions"
    )
    translations = models.JSONField(default=dict, blank=True)
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(set__isnull=False, opinion__isnull=True)
                | Q(set__isnull=True, opinion__isnull=False),
                name="consultations_disposition_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(view="") & ~Q(summary=""), name="consultations_disposition_said"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"


class ResultEdition(models.Model):
    """A published result, exactly as it was published; a correction is another edition with its reason.

    ``content`` is everything the result shows (schema ``jichi-consultation-result-1``); ``digest`` its
    SHA-256. ``counts`` are its totals, for lists and metrics.
    """

    consultation = models.ForeignKey("consultations.Consultation", models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    counts = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = models.TextField(blank=True, default="")
    approval = models.ForeignKey("office.Approval", models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField()
    published_by = models.UUIDField()

    class Meta:
        ordering = ["consultation", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="consultations_edition_once"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="consultations_correction_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id}/{self.number}"
