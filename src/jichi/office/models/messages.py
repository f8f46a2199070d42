"""The outbox: what is to be sent by mail, kept until it has gone (mechanics.md, "Audit trail")."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Message(models.Model):
    """One mail to one address because of one entry of the trail; the same entry and address never twice.

    ``to_encrypted`` opens with the key of ``subject`` only; ``to_hash`` is the keyed hash of the address.
    ``own_subject`` says that the key was made for this message alone and ends with it. ``context`` names the
    thing it is about ("voices.voice:<id>"), ``kind`` the sort of message. ``interrupted`` counts how often a
    process died between taking it up and noting what came of it. When ``forgotten_at`` is set, text and
    address are gone and only the fact of the message is left.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        GIVEN_UP = "given_up"

    class Trouble(models.TextChoices):
        NONE = ""
        SERVER = "server"
        REFUSED = "refused"
        NO_ADDRESS = "no_address"
        UNSURE = "unsure"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40, blank=True, default="")
    entry = models.ForeignKey("city.AuditEntry", models.PROTECT, related_name="+")
    context = models.CharField(max_length=160)
    language = models.CharField(max_length=16)
    subject_line = models.CharField(max_length=200, blank=True, default="")
    body = models.TextField(blank=True, default="")
    to_encrypted = models.BinaryField()
    to_hash = models.CharField(max_length=64)
    subject = models.ForeignKey("city.SubjectKey", models.PROTECT, related_name="+")
    own_subject = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    trouble = models.CharField(max_length=12, choices=Trouble.choices, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    interrupted = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "to_hash"], name="office_message_once"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "failed"], next_at__isnull=False)
                | Q(state__in=["sent", "given_up"], next_at__isnull=True),
                name="office_message_due_while_open",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="office_message_sent_when",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="office_message_due"),
            models.Index(fields=["context"], name="office_message_context"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
