"""Reads of the outbox. Addresses are never among them: only the courier opens one."""

from __future__ import annotations

import datetime
import uuid

from django.db.models import Q, QuerySet
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.office.actions import READ_MESSAGES
from jichi.office.models import Message

State = Message.State


def messages_for(viewer: Viewer) -> QuerySet[Message]:
    """The messages the viewer may see, the newest first, without address and text."""
    if not viewer.can(READ_MESSAGES):
        return Message.objects.none()
    return Message.objects.defer("to_encrypted", "body").order_by("-created_at", "pk")


def undelivered_for(viewer: Viewer) -> QuerySet[Message]:
    """Those given up, and those whose sending has failed and is tried again."""
    stuck = Q(state__in=[State.GIVEN_UP, State.FAILED]) & Q(forgotten_at__isnull=True)
    return messages_for(viewer).filter(stuck).order_by("-state", "created_at")


def message_for(viewer: Viewer, pk: uuid.UUID) -> Message:
    """One message. Raises Message.DoesNotExist when absent or not for this viewer."""
    return messages_for(viewer).get(pk=pk)


def counts_for(viewer: Viewer) -> dict[str, int]:
    """How many wait to be sent, are late (due for more than an hour), and were sent today."""
    rows, now = messages_for(viewer), timezone.now()
    waiting = rows.filter(state__in=[State.QUEUED, State.SENDING])
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "waiting": waiting.count(),
        "late": waiting.filter(next_at__lt=now - datetime.timedelta(hours=1)).count(),
        "sent": rows.filter(state=State.SENT, sent_at__gte=midnight).count(),
    }
