"""A consultation (パブリックコメント手続) from its preparation to its result."""

from __future__ import annotations

import datetime
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jichi.consultations.enums import Audience, ConsultationKind, OpinionsShown, PostRule, Stage


class Consultation(models.Model):
    """One procedure: what is put before the public, for how long and why, and how it ended.

    ``first_day`` to ``last_day`` is the period (the day of publication counts, it ends at 24:00);
    ``least_days`` is what the rule in force asked for, ``rule_fingerprint`` which rule that was, and
    ``short_reason`` why it is shorter. ``exempt_reason``: the procedure is not held at all, and why; it is
    published just so. ``questions``: [{"key", "text", "translations"}] put to readers. ``scheme``: the
    city's codes, fields and channels as they stood at publication. ``nothing_received`` follows at the
    result. ``notice``: the announcement, ``translations`` has it in the city's languages.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=ConsultationKind)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True, default="")
    notice = models.TextField(blank=True, default="")
    legal_basis = models.CharField(max_length=300, blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    document = models.ForeignKey(
        "plan.PolicyDocument", models.PROTECT, null=True, blank=True, related_name="consultations"
    )
    nodes = models.ManyToManyField("plan.Node", related_name="consultations", blank=True)
    department = models.ForeignKey("city.Department", models.PROTECT, related_name="consultations")
    contact_line = models.CharField(max_length=300, blank=True, default="")
    desk = models.OneToOneField(
        "voices.Desk", models.PROTECT, null=True, blank=True, related_name="consultation"
    )
    scheme = models.ForeignKey("consultations.Scheme", models.PROTECT, related_name="consultations")
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    least_days = models.PositiveSmallIntegerField(default=0)
    rule_fingerprint = models.CharField(max_length=64, blank=True, default="")
    short_reason = models.TextField(blank=True, default="")
    exempt_reason = models.TextField(blank=True, default="")
    exempt_ground = models.CharField(max_length=300, blank=True, default="")
    post_rule = models.CharField(max_length=10, choices=PostRule, default=PostRule.ARRIVAL)
    opinions_shown = models.CharField(max_length=14, choices=OpinionsShown, default=OpinionsShown.NEVER)
    questions = models.JSONField(default=list, blank=True)
    address = models.TextField(blank=True, default="")
    fax = models.CharField(max_length=40, blank=True, default="")
    email = models.CharField(max_length=200, blank=True, default="")
    telephone = models.CharField(max_length=40, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    result_planned = models.CharField(max_length=100, blank=True, default="")
    result_published_at = models.DateTimeField(null=True, blank=True)
    nothing_received = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True, default="")
    created_by = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    is_sample = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-first_day", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ConsultationKind.values), name="consultations_kind_known"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="consultations_named"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | (~Q(exempt_reason="") & Q(first_day__isnull=True, last_day__isnull=True))
                | (
                    Q(exempt_reason="", first_day__isnull=False, last_day__isnull=False, desk__isnull=False)
                    & ~Q(rule_fingerprint="")
                ),
                name="consultations_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="consultations_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(result_published_at__isnull=True) | Q(published_at__isnull=False),
                name="consultations_result_after_draft",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="consultations_withdrawn_reasoned",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def context(self) -> str:
        """How a desk and an approval know it."""
        return f"consultations.consultation:{self.pk}"

    def stage(self, today: datetime.date) -> Stage:
        """Where it stands on a day of the city."""
        if self.withdrawn_at is not None:
            return Stage.WITHDRAWN
        if self.result_published_at is not None:
            return Stage.PUBLISHED
        if self.published_at is None:
            return Stage.PREPARING
        if self.exempt_reason:
            return Stage.EXEMPT
        assert self.first_day is not None and self.last_day is not None
        if today < self.first_day:
            return Stage.ANNOUNCED
        return Stage.OPEN if today <= self.last_day else Stage.CONSIDERED

    def is_public(self, now: datetime.datetime) -> bool:
        """Whether anybody may see it at that moment."""
        return self.published_at is not None and self.published_at <= now


class ConsultationFile(models.Model):
    """A document that belongs to a consultation: outline, material, form to fill in by hand."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="files")
    title = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.FULL)
    language = models.CharField(max_length=12, default="ja")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["consultation", "order", "pk"]

    def __str__(self) -> str:
        return self.title


class ReadingPlace(models.Model):
    """A place where the documents can be read on paper; the directory knows its access facts."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="reading_places")
    place = models.ForeignKey("directory.Place", models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["consultation", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "place"], name="consultations_place_once")
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.place_id}"
