"""Forms, their versions, and the answers given to them. A version and an answer handed in never change."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Form(models.Model):
    """A form that some room uses, under a key that stays. What it asks is in its versions."""

    key = models.SlugField(max_length=60, unique=True)
    room = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=~Q(key="") & ~Q(title=""), name="sheets_form_named"),
        ]

    def __str__(self) -> str:
        return self.title


class FormVersion(models.Model):
    """What a form asks from one version on: its definition as JSON, with the digest of it."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["form", "number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="sheets_version_number_once"),
            models.UniqueConstraint(fields=["form", "digest"], name="sheets_version_digest_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="sheets_version_number_from_one"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="sheets_version_digest_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}#{self.number}"


class AnswerSet(models.Model):
    """The answers of one respondent to one form: a draft, and what was handed in, revision by revision.

    ``context`` names what it belongs to in the room that asks (``figures.inquiryrequest:12``). ``draft``
    holds what was typed and not handed in, by address.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="answer_sets")
    context = models.CharField(max_length=120, db_index=True)
    draft = models.JSONField(default=dict, blank=True)
    draft_by = models.UUIDField(null=True, blank=True)
    draft_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(context=""), name="sheets_answers_belong"),
            models.CheckConstraint(
                condition=Q(draft_at__isnull=True, draft_by__isnull=True)
                | Q(draft_at__isnull=False, draft_by__isnull=False),
                name="sheets_answers_draft_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.context


class AnswerRevision(models.Model):
    """Answers as they were handed in once, by whichever channel, with the file they came in."""

    class Channel(models.TextChoices):
        PAGE = "page", _("On the page")
        WORKBOOK = "workbook", _("In a workbook")
        PAPER = "paper", pgettext_lazy("channel", "On paper")
        IMPORT = "import", _("Imported")

    answer_set = models.ForeignKey(AnswerSet, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="answer_revisions")
    values = models.JSONField()
    raw = models.JSONField()
    channel = models.CharField(max_length=10, choices=Channel)
    filename = models.CharField(max_length=255, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    content = models.BinaryField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, default="")
    entered_by = models.UUIDField()
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["answer_set", "number"]
        constraints = [
            models.UniqueConstraint(fields=["answer_set", "number"], name="sheets_revision_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="sheets_revision_number_from_one"),
            models.CheckConstraint(
                condition=Q(channel__in=["page", "workbook", "paper", "import"]),
                name="sheets_revision_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(sha256="") | Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="sheets_revision_checksum",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer_set_id}#{self.number}"
