"""Opinions (件): parts of what was said, the texts they have in common, sets of them, and topics."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jichi.voices.enums import Decision, PartKind, SetKind

from .desks import Desk
from .voices import Voice


class Topic(models.Model):
    """A topic of a desk's opinions: ``title`` as the officer named it, ``proposed`` as the machine would."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="topics")
    key = models.CharField(max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    title = models.CharField(max_length=120, blank=True, default="")
    proposed = models.CharField(max_length=200, blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    order = models.PositiveIntegerField(default=0)
    is_gone = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["desk", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["desk", "key"], name="voices_topic_once")]

    def __str__(self) -> str:
        return self.title or self.proposed


class TopicDecision(models.Model):
    """What a person decided about topics, in the plain form of :mod:`jichi.methods.topics`; appended only."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="topic_decisions")
    decision = models.JSONField()
    by = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["desk", "pk"]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.pk}"


class OpinionSet(models.Model):
    """Opinions that say the same. What is decided for it holds for all of its members, by this one row.

    ``size`` (opinions), ``submissions`` (distinct voices) and ``wordings`` (distinct texts) are derived and
    current as of the last grouping. ``by_hand``: a person shaped it, so that no later grouping takes its
    members away. ``merged_into``: it was joined to another and is empty.
    """

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="sets")
    kind = models.CharField(max_length=12, choices=SetKind, default=SetKind.SINGLE)
    title = models.CharField(max_length=200, blank=True, default="")
    representative = models.ForeignKey(
        "voices.Wording", models.PROTECT, null=True, blank=True, related_name="+"
    )
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="sets")
    topic_by_hand = models.BooleanField(default=False)
    by_hand = models.BooleanField(default=False)
    size = models.PositiveIntegerField(default=0)
    submissions = models.PositiveIntegerField(default=0)
    wordings = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-size", "pk"]
        indexes = [models.Index(fields=["desk", "-size", "id"], name="voices_set_by_size")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SetKind.values), name="voices_set_kind_known"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(merged_into__isnull=False, size=0),
                name="voices_set_merged_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.pk)


class Wording(models.Model):
    """One distinct text of a desk's opinions, however often it was sent: masked and decided once for all.

    ``digest`` is a keyed hash of the exact text. The text itself stays in the originals; ``sample`` is one
    opinion that has it. ``proposed_spans`` and ``spans`` are [{"start", "end", "kind"}] over that text,
    ``masked`` is what may be shown once ``mask_confirmed_at`` is set. ``decision`` stands before index,
    label, hint, feed and page. ``size`` is derived.
    """

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="wordings")
    digest = models.CharField(max_length=64)
    sample = models.ForeignKey("voices.Opinion", models.PROTECT, null=True, blank=True, related_name="+")
    set = models.ForeignKey(OpinionSet, models.PROTECT, null=True, blank=True, related_name="members")
    is_grouped = models.BooleanField(default=False)
    by_hand = models.BooleanField(default=False)
    size = models.PositiveIntegerField(default=0)
    length = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=12, default="ja")
    proposed_spans = models.JSONField(default=list, blank=True)
    spans = models.JSONField(default=list, blank=True)
    masked = models.TextField(blank=True, default="")
    mask_confirmed_by = models.UUIDField(null=True, blank=True)
    mask_confirmed_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.PENDING)
    decision_reason = models.TextField(blank=True, default="")
    decided_by = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    is_harsh = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-size", "pk"]
        indexes = [
            models.Index(fields=["set", "-size"], name="voices_wording_by_set"),
            models.Index(fields=["desk", "decision", "-size"], name="voices_wording_decided"),
            models.Index(fields=["desk"], condition=Q(is_grouped=False), name="voices_wording_new"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["desk", "digest"], name="voices_wording_once"),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="voices_decision_known"),
            models.CheckConstraint(
                condition=Q(decision="pending") | (Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="voices_decision_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=["shown", "masked"]) | Q(mask_confirmed_at__isnull=False),
                name="voices_shown_only_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(decision="withheld") | ~Q(decision_reason=""), name="voices_withheld_reasoned"
            ),
            models.CheckConstraint(
                condition=Q(mask_confirmed_by__isnull=True, mask_confirmed_at__isnull=True)
                | Q(mask_confirmed_by__isnull=False, mask_confirmed_at__isnull=False),
                name="voices_mask_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Opinion(models.Model):
    """One part of a submission: characters ``start`` to ``end`` of its original, in order.

    The parts of a voice rebuild its original: they follow one another without gap from 0 to its length
    (services keep it, ``jichi check`` proves it). A frame (greeting, signature) has no wording and gets no
    disposition. ``anchor`` is the passage of the draft it speaks to, ``question`` the one put to readers.
    """

    voice = models.ForeignKey(Voice, models.PROTECT, related_name="opinions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=PartKind, default=PartKind.OPINION)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, blank=True, related_name="opinions")
    anchor = models.CharField(max_length=40, blank=True, default="")
    question = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["voice", "position"]
        indexes = [models.Index(fields=["wording", "voice"], name="voices_opinion_by_wording")]
        constraints = [
            models.UniqueConstraint(fields=["voice", "position"], name="voices_opinion_position_once"),
            models.CheckConstraint(condition=Q(kind__in=PartKind.values), name="voices_part_kind_known"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="voices_opinion_in_order"),
            models.CheckConstraint(
                condition=Q(kind="opinion", wording__isnull=False) | Q(kind="frame", wording__isnull=True),
                name="voices_opinion_has_wording",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voice_id}/{self.position}"


class GroupingRun(models.Model):
    """One run of the worker over a desk's opinions: what it did, and since when its result stands."""

    class Stage(models.TextChoices):
        DIVIDE = "divide"
        NEAR = "near"
        PARAPHRASE = "paraphrase"
        TOPICS = "topics"

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="runs")
    stage = models.CharField(max_length=10, choices=Stage)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    seen = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.stage}"
