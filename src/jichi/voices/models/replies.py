"""What the city answers, what came of it, and who wants to hear of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jichi.voices.enums import EffectKind, How

from .opinions import OpinionSet
from .voices import Voice


class Reply(models.Model):
    """The city's reply to one voice, or one reply to all voices of a set.

    It is sent after the approval that knows it by :attr:`context`; ``number`` and date of the document system
    are the approval's. ``sent_at``: mail was handed to the outbox, letters stand ready to be printed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    voice = models.ForeignKey(Voice, models.PROTECT, null=True, blank=True, related_name="replies")
    set = models.ForeignKey(OpinionSet, models.PROTECT, null=True, blank=True, related_name="replies")
    department = models.ForeignKey("city.Department", models.PROTECT, related_name="+")
    language = models.CharField(max_length=12, default="ja")
    text = models.TextField()
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-drafted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(voice__isnull=False, set__isnull=True) | Q(voice__isnull=True, set__isnull=False),
                name="voices_reply_to_one",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="voices_reply_said"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(approved_at__isnull=False),
                name="voices_reply_sent_approved",
            ),
            models.UniqueConstraint(
                fields=["voice"],
                condition=Q(sent_at__isnull=True, withdrawn_at__isnull=True, voice__isnull=False),
                name="voices_reply_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def context(self) -> str:
        """How an approval knows it."""
        return f"voices.reply:{self.pk}"


class ReplyTemplate(models.Model):
    """A text an office replies with often; ``department`` null: for all."""

    department = models.ForeignKey("city.Department", models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=120)
    text = models.TextField()
    language = models.CharField(max_length=12, default="ja")
    is_gone = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="voices_template_said")
        ]

    def __str__(self) -> str:
        return self.title


class Effect(models.Model):
    """What a voice or a set of opinions changed, honest about what it did not. Appended only.

    ``undertaking`` where the city undertook something; ``url`` and ``about`` where one can see it.
    """

    voice = models.ForeignKey(Voice, models.PROTECT, null=True, blank=True, related_name="effects")
    set = models.ForeignKey(OpinionSet, models.PROTECT, null=True, blank=True, related_name="effects")
    kind = models.CharField(max_length=14, choices=EffectKind)
    text = models.TextField()
    translations = models.JSONField(default=dict, blank=True)
    about = models.CharField(max_length=200, blank=True, default="")
    url = models.CharField(max_length=300, blank=True, default="")
    undertaking = models.ForeignKey(
        "undertakings.Undertaking", models.PROTECT, null=True, blank=True, related_name="effects"
    )
    at = models.DateTimeField(default=timezone.now)
    visible_from = models.DateTimeField(null=True, blank=True)
    by = models.UUIDField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(voice__isnull=False, set__isnull=True) | Q(voice__isnull=True, set__isnull=False),
                name="voices_effect_of_one",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="voices_effect_said"),
            models.CheckConstraint(condition=Q(kind__in=EffectKind.values), name="voices_effect_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="undertaken") | Q(undertaking__isnull=False),
                name="voices_effect_undertaken_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Follow(models.Model):
    """Somebody who wants mail when something happens to a voice, a desk or a thing ("voices.voice:12").

    Nothing is sent before ``confirmed_at``. ``token_hash`` is that of the secret in her links.
    """

    context = models.CharField(max_length=80, db_index=True)
    subject = models.ForeignKey("city.SubjectKey", models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    mail_hash = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=12, default="ja")
    is_digest = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    told_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["context", "mail_hash"], condition=Q(ended_at__isnull=True), name="voices_follow_once"
            ),
        ]

    def __str__(self) -> str:
        return self.context


class Translation(models.Model):
    """A translation on its path: what was said into the officers' language, a reply back into the speaker's.

    Either of a voice's original or of a reply. ``how`` and ``by`` say who translated; a second person may
    confirm it (``checked_by``).
    """

    voice = models.ForeignKey(Voice, models.PROTECT, null=True, blank=True, related_name="translations_made")
    reply = models.ForeignKey(Reply, models.PROTECT, null=True, blank=True, related_name="translations_made")
    department = models.ForeignKey("city.Department", models.PROTECT, related_name="+")
    from_language = models.CharField(max_length=12)
    to_language = models.CharField(max_length=12)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField(default=timezone.now)
    text = models.TextField(blank=True, default="")
    how = models.CharField(max_length=16, choices=How, blank=True, default="")
    by = models.UUIDField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(voice__isnull=False, reply__isnull=True)
                | Q(voice__isnull=True, reply__isnull=False),
                name="voices_translation_of_one",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, by__isnull=True, how="", text="")
                | Q(done_at__isnull=False, by__isnull=False, how__in=How.values),
                name="voices_translation_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
