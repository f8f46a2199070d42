"""Destroying what was said and by whom, for good: shared by sealing and by the end of a retention."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from jichi.city import attachments as files
from jichi.city import keys
from jichi.city.viewers import system_viewer
from jichi.voices.models import Attachment, Contact, Follow, Original, Translation, Voice, VoiceEvent

DESTROY_KEY = "city.subject:destroy"
GONE = "—"
"""What stands where words of a record were destroyed."""


def overwrite_what_is_deleted() -> None:
    """Let SQLite overwrite what it deletes, in place of only leaving it; called before the transaction."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def erase(rows: Sequence[Voice], *, reason: str) -> int:
    """Destroy originals, contacts with their keys, the addresses of those who follow, files, translations
    and the words of events of voices; returns how many originals there still were. In the act of the caller,
    which records the destruction.
    """
    ids, now = [row.pk for row in rows], timezone.now()
    standing = Original.objects.filter(voice_id__in=ids, destroyed_at__isnull=True)
    count = standing.update(text="", fields={}, passages=[], salt=b"", destroyed_at=now)
    _contacts(ids, reason)
    sent = Attachment.objects.filter(voice_id__in=ids, destroyed_at__isnull=True)
    for key in sent.values_list("key", flat=True):
        files.destroy(key)
    sent.update(key="", name="", destroyed_at=now)
    made = Translation.objects.filter(voice_id__in=ids, destroyed_at__isnull=True)
    made.update(text="", destroyed_at=now)
    VoiceEvent.objects.filter(voice_id__in=ids).exclude(text__in=["", GONE]).update(text=GONE)
    return count


def _contacts(voice_ids: Sequence[int], reason: str) -> None:
    rows = Contact.objects.filter(voice_id__in=voice_ids, subject__destroyed_at__isnull=True)
    subjects = list(rows.values_list("subject_id", flat=True))
    # Who follows a voice is mostly the person herself.
    follows = Follow.objects.filter(context__in=[f"voices.voice:{pk}" for pk in voice_ids])
    subjects += follows.filter(subject__destroyed_at__isnull=True).values_list("subject_id", flat=True)
    ended = Coalesce("ended_at", Value(timezone.now()))
    follows.update(sealed=b"", mail_hash="", ended_at=ended)
    Contact.objects.filter(voice_id__in=voice_ids).update(sealed=b"", mail_hash="", phone_hash="")
    if subjects:
        # The officer's act carries it; the right to destroy a key by itself is hers in no other case.
        worker = system_viewer("worker", [DESTROY_KEY])
        keys.destroy_subjects(viewer=worker, subjects=subjects, reason=reason)
