"""Desks (受付): where voices arrive, one for each thing people can speak to, and the count of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jichi.voices.enums import Channel, EndKind, Purpose


class Desk(models.Model):
    """Where voices to one thing arrive, made by the mechanism that runs it.

    ``mechanism`` is the key of its room, ``context`` names the thing ("consultations.consultation:…").
    ``department`` answers for it. ``opens_at``/``closes_at``: what arrives outside is late
    (``postmark_counts``: but for a letter posted in time). ``answered_at``:
    from then all its voices that are neither late nor ended otherwise are ended as ``answered_kind``, by one
    row for all of them. ``checks``: channels whose entry a second person checks. ``masks``: place names that
    can harm. ``groups_topics``: whether sets are put into topics.
    """

    key = models.SlugField(max_length=80, unique=True)
    mechanism = models.SlugField(max_length=30)
    context = models.CharField(max_length=80)
    purpose = models.CharField(max_length=14, choices=Purpose, default=Purpose.OPINIONS)
    title = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    department = models.ForeignKey("city.Department", models.PROTECT, related_name="desks")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    postmark_counts = models.BooleanField(default=False)
    reply_rule = models.CharField(max_length=80, blank=True, default="")
    retention_class = models.SlugField(max_length=40, default="standard")
    checks = models.JSONField(default=list, blank=True)
    places = models.JSONField(default=list, blank=True)
    groups_topics = models.BooleanField(default=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_kind = models.CharField(max_length=12, choices=EndKind, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    is_sample = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["context", "purpose"], name="voices_desk_context_once"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="voices_desk_purpose_known"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(context=""), name="voices_desk_said"),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True)
                | Q(opens_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="voices_desk_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_kind="")
                | Q(answered_at__isnull=False, answered_kind__in=EndKind.values),
                name="voices_desk_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Tally(models.Model):
    """How many voices a desk received by one channel and how many of them ended, kept by triggers alone.

    ``shard`` is the voice's id modulo :data:`SHARDS`: intakes at the same moment seldom wait for one
    another's row. Received = open + ended holds because a voice is counted when its row is written and is
    never deleted.
    """

    SHARDS = 16

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="tallies")
    channel = models.CharField(max_length=10, choices=Channel)
    is_late = models.BooleanField(default=False)
    shard = models.PositiveSmallIntegerField()
    received = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["desk", "channel", "is_late", "shard"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "channel", "is_late", "shard"], name="voices_tally_once"),
            models.CheckConstraint(condition=Q(ended__lte=F("received")), name="voices_tally_conserved"),
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.channel} {self.received}"
