"""A voice (声): that something was said, what was said, by whom, and what happened to it; each kept apart."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jichi.voices.enums import Channel, EndKind, EventKind

from .desks import Desk


class Voice(models.Model):
    """That somebody said something to the city. Its row is never deleted.

    The receipt number is computed from the id (:mod:`jichi.voices.numbers`); a voice that the outer zone took
    in has its number from there (``outside_number``). ``intake_key`` makes every intake idempotent: the same
    key at the same desk is the same voice. ``department`` owns it now. ``is_late``: it arrived outside the
    desk's time and is kept, counted apart, with ``late_reason``. ``end`` empty: open, unless its desk was
    answered as a whole. ``divided_at``: when its parts were made; null: still to be read by the worker.
    """

    id = models.BigAutoField(primary_key=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="voices")
    outside_number = models.CharField(max_length=14, null=True, blank=True, unique=True)
    intake_key = models.CharField(max_length=80)
    channel = models.CharField(max_length=10, choices=Channel)
    language = models.CharField(max_length=12, default="ja")
    received_at = models.DateTimeField()
    postmarked_on = models.DateField(null=True, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.UUIDField(null=True, blank=True)
    checked_by = models.UUIDField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(
        "voices.IntakeBatch", models.PROTECT, null=True, blank=True, related_name="voices"
    )
    department = models.ForeignKey("city.Department", models.PROTECT, related_name="voices")
    due_on = models.DateField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    late_reason = models.CharField(max_length=300, blank=True, default="")
    may_publish = models.BooleanField(default=True)
    wants_reply = models.BooleanField(default=False)
    has_contact = models.BooleanField(default=False)
    retention_class = models.SlugField(max_length=40, default="standard")
    is_suspect = models.BooleanField(default=False)
    divided_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=12, choices=EndKind, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True, default="")
    is_sample = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["department", "due_on"], condition=Q(end=""), name="voices_open_by_office"),
            models.Index(fields=["desk", "id"], name="voices_by_desk"),
            models.Index(fields=["desk"], condition=Q(divided_at__isnull=True), name="voices_undivided"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["desk", "intake_key"], name="voices_intake_once"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="voices_channel_known"),
            models.CheckConstraint(condition=~Q(intake_key=""), name="voices_intake_keyed"),
            models.CheckConstraint(
                condition=Q(outside_number__isnull=True) | Q(outside_number__regex=r"^9[0-9]{13}$"),
                name="voices_outside_number_form",
            ),
            models.CheckConstraint(
                condition=Q(end="", ended_at__isnull=True, end_reason="")
                | Q(end__in=EndKind.values, ended_at__isnull=False),
                name="voices_end_whole",
            ),
            models.CheckConstraint(
                condition=~Q(end__in=["not_ours", "refused", "referred"]) | ~Q(end_reason=""),
                name="voices_end_reasoned",
            ),
            models.CheckConstraint(
                condition=Q(is_late=False, late_reason="") | (Q(is_late=True) & ~Q(late_reason="")),
                name="voices_late_reasoned",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True, checked_at__isnull=True)
                | (
                    Q(checked_by__isnull=False, checked_at__isnull=False, entered_by__isnull=False)
                    & ~Q(checked_by=F("entered_by"))
                ),
                name="voices_checked_by_another",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Original(models.Model):
    """What was said, unchanged, with its checksum: HMAC-SHA-256 under the voice's own salt.

    ``fields`` are the other fields of the form ({"title": …}), ``passages`` say where in ``text`` each
    passage of the draft or question begins: [{"start", "end", "anchor", "question"}]. When its time is over,
    or when it was sealed, text, fields and salt go and ``destroyed_at`` stays.
    """

    voice = models.OneToOneField(Voice, models.PROTECT, primary_key=True, related_name="original")
    text = models.TextField(blank=True, default="")
    fields = models.JSONField(default=dict, blank=True)
    passages = models.JSONField(default=list, blank=True)
    salt = models.BinaryField(max_length=16)
    checksum = models.CharField(max_length=64)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True) | Q(destroyed_at__isnull=False, text=""),
                name="voices_original_destroyed_empty",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Contact(models.Model):
    """How the person can be reached, encrypted under a key of her own that can be destroyed.

    ``sealed`` is JSON {"name", "address", "postal_code", "email", "phone", "organisation"} under
    ``subject``; the hashes are keyed and serve an exact look-up alone.
    """

    voice = models.OneToOneField(Voice, models.PROTECT, primary_key=True, related_name="contact")
    subject = models.ForeignKey("city.SubjectKey", models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    mail_hash = models.CharField(max_length=64, blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["mail_hash"], condition=~Q(mail_hash=""), name="voices_contact_mail"),
            models.Index(fields=["phone_hash"], condition=~Q(phone_hash=""), name="voices_contact_phone"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Attachment(models.Model):
    """A file sent with a voice; ``key`` finds its content. ``is_original``: it is the message itself."""

    voice = models.ForeignKey(Voice, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    key = models.CharField(max_length=120, blank=True, default="")
    checksum = models.CharField(max_length=64)
    is_original = models.BooleanField(default=False)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["voice", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(destroyed_at__isnull=True) & ~Q(key="")) | Q(destroyed_at__isnull=False, key=""),
                name="voices_attachment_destroyed_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VoiceEvent(models.Model):
    """What happened to a voice, in order; appended only. ``text`` stays with the staff."""

    voice = models.ForeignKey(Voice, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=EventKind)
    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField()
    office = models.ForeignKey("city.Department", models.PROTECT, null=True, blank=True, related_name="+")
    to_office = models.ForeignKey("city.Department", models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["voice", "at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="voices_event_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=["passed_on", "note"]) | ~Q(text=""), name="voices_event_said"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voice_id} {self.kind}"


class SealedDisclosure(models.Model):
    """What a sealed voice said, encrypted to those who may act; nothing here can open it.

    ``sealed`` holds text, fields, contact and files under the casework key; ``handed_over_at``: when it was
    carried out to them, after which the ciphertext may go as well.
    """

    voice = models.OneToOneField(Voice, models.PROTECT, primary_key=True, related_name="disclosure")
    sealed = models.BinaryField()
    is_urgent = models.BooleanField(default=False)
    sealed_at = models.DateTimeField(default=timezone.now)
    sealed_by = models.UUIDField()
    handed_over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sealed_at"]

    def __str__(self) -> str:
        return str(self.pk)
