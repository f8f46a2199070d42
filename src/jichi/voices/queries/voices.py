"""Which desks and voices a viewer sees, and what of each. Absent and forbidden are alike."""

from __future__ import annotations

import uuid

from django.db.models import Q, QuerySet

from jichi.city.access import Viewer
from jichi.voices.actions import HAND_OVER, IMPORT, LIST, READ, TEMPLATE, TRANSLATE
from jichi.voices.enums import EndKind
from jichi.voices.models import (
    Attachment,
    Desk,
    Effect,
    IntakeBatch,
    Opinion,
    OpinionSet,
    Original,
    Reply,
    ReplyTemplate,
    SealedDisclosure,
    Translation,
    Voice,
    VoiceEvent,
)

OPEN = Q(end="") & (Q(desk__answered_at__isnull=True) | Q(is_late=True))
"""Voices that are open: not ended alone, nor answered with their desk."""

NOT_SEALED = ~Q(end=EndKind.SEALED)


def is_open(voice: Voice) -> bool:
    """Whether the voice is open; its desk is read with it."""
    return not voice.end and (voice.is_late or voice.desk.answered_at is None)


def end_of(voice: Voice) -> str:
    """How the voice ended, alone or with its desk; "" where it is open."""
    if voice.end or is_open(voice):
        return voice.end
    return voice.desk.answered_kind


def desks_for(viewer: Viewer) -> QuerySet[Desk]:
    """The desks whose voices the viewer may see as a list, the newest first."""
    rows = Desk.objects.select_related("department").order_by("-pk")
    if not viewer.can(LIST):
        return rows.none()
    reached = viewer.departments_for(LIST)
    return rows if reached is None else rows.filter(department_id__in=reached)


def desk_for(viewer: Viewer, desk: int | str) -> Desk:
    """One desk by id or key. Raises Desk.DoesNotExist."""
    rows = desks_for(viewer)
    return rows.get(pk=desk) if isinstance(desk, int) else rows.get(key=desk)


def desk_of(context: str, purpose: str = "opinions") -> Desk | None:
    """The desk of a thing, for the mechanism that runs it; public, a desk holds nothing that was said."""
    return Desk.objects.select_related("department").filter(context=context, purpose=purpose).first()


def public_desk(key: str) -> Desk | None:
    """The desk with that key, for the form that sends to it."""
    return Desk.objects.select_related("department").filter(key=key).first()


def reached(viewer: Viewer, key: str = LIST) -> QuerySet[Voice]:
    """The voices the viewer may treat so, without what was sealed; with desk and office."""
    rows = Voice.objects.filter(NOT_SEALED).select_related("desk", "department")
    if not viewer.can(key):
        return rows.none()
    offices = viewer.departments_for(key)
    return rows if offices is None else rows.filter(department_id__in=offices)


def voice_for(viewer: Viewer, voice_id: int) -> Voice:
    """One voice. Raises Voice.DoesNotExist when absent, sealed or not for this viewer."""
    return reached(viewer).get(pk=voice_id)


def original_for(viewer: Viewer, voice: Voice) -> Original:
    """What was said, for the office that owns the voice. Raises Original.DoesNotExist for others."""
    if not viewer.can(READ, voice) or voice.end == EndKind.SEALED:
        raise Original.DoesNotExist
    return Original.objects.get(voice=voice)


def attachments_of(viewer: Viewer, voice: Voice) -> list[Attachment]:
    """The files sent with a voice, for the office that owns it."""
    if not viewer.can(READ, voice) or voice.end == EndKind.SEALED:
        return []
    return list(Attachment.objects.filter(voice=voice))


def attachment_for(viewer: Viewer, voice_id: int, attachment_id: int) -> Attachment:
    """One file. Raises Attachment.DoesNotExist when absent, destroyed or not for this viewer."""
    voice = reached(viewer, READ).filter(pk=voice_id).first()
    if voice is None:
        raise Attachment.DoesNotExist
    return Attachment.objects.get(pk=attachment_id, voice=voice, destroyed_at__isnull=True)


def events_of(viewer: Viewer, voice: Voice) -> list[VoiceEvent]:
    """What happened to a voice, the newest first; its words only for the office that owns it."""
    rows = VoiceEvent.objects.filter(voice=voice).select_related("office", "to_office").order_by("-at", "-pk")
    if not viewer.can(LIST, voice) or voice.end == EndKind.SEALED:
        return []
    found = list(rows)
    if not viewer.can(READ, voice):
        for one in found:
            one.text = ""
    return found


def of_or_of_its_sets(voice: Voice) -> Q:
    """Replies or effects of the voice itself, or of a set that has an opinion of it."""
    sets = Opinion.objects.filter(voice=voice, wording__set__isnull=False).values("wording__set_id")
    return Q(voice=voice) | Q(set_id__in=sets)


def replies_of(viewer: Viewer, voice: Voice) -> list[Reply]:
    """The replies to a voice or to a set it belongs to, the newest first, for the office that owns it."""
    if not viewer.can(READ, voice) or voice.end == EndKind.SEALED:
        return []
    return list(Reply.objects.filter(of_or_of_its_sets(voice)).order_by("-drafted_at"))


def reply_for(viewer: Viewer, reply_id: uuid.UUID) -> Reply:
    """One reply of the viewer's office. Raises Reply.DoesNotExist."""
    rows = Reply.objects.select_related("voice__desk", "set__desk", "department")
    rows = rows.exclude(voice__end=EndKind.SEALED)
    offices = viewer.departments_for(READ)
    return (rows if offices is None else rows.filter(department_id__in=offices)).get(pk=reply_id)


def reply_under_way(viewer: Viewer, group: OpinionSet) -> Reply | None:
    """The reply to all of a set that is neither sent nor taken back, for the office that answers."""
    if not viewer.can(READ, group.desk):
        return None
    return Reply.objects.filter(set=group, sent_at__isnull=True, withdrawn_at__isnull=True).first()


def letters_of(viewer: Viewer, reply: Reply) -> QuerySet[Voice]:
    """Voices that get this reply as a letter: there is a contact, but no mail address."""
    rows = reached(viewer, READ).filter(has_contact=True, contact__mail_hash="")
    wanted = Q(replies=reply) if reply.set_id is None else Q(opinions__wording__set_id=reply.set_id)
    return rows.filter(wanted).distinct().order_by("pk")


def effects_of(viewer: Viewer, voice: Voice) -> list[Effect]:
    """What a voice changed, also through its sets, in order, for who sees it in a list."""
    if not viewer.can(LIST, voice) or voice.end == EndKind.SEALED:
        return []
    return list(Effect.objects.filter(of_or_of_its_sets(voice)).order_by("at", "pk"))


def templates_for(viewer: Viewer) -> QuerySet[ReplyTemplate]:
    """The templates the viewer's office may reply with: its own and those for all."""
    rows = ReplyTemplate.objects.filter(is_gone=False).select_related("department")
    offices = viewer.departments_for(TEMPLATE)
    return rows if offices is None else rows.filter(Q(department_id__in=offices) | Q(department__isnull=True))


def translations_waiting_for(viewer: Viewer) -> QuerySet[Translation]:
    """Translations the viewer may make, the longest waiting first; nothing of what was sealed."""
    rows = Translation.objects.filter(done_at__isnull=True, destroyed_at__isnull=True)
    rows = rows.exclude(voice__end=EndKind.SEALED).exclude(reply__voice__end=EndKind.SEALED)
    rows = rows.select_related("voice__desk", "reply", "department").order_by("asked_at", "pk")
    if not viewer.can(TRANSLATE):
        return rows.none()
    offices = viewer.departments_for(TRANSLATE)
    return rows if offices is None else rows.filter(department_id__in=offices)


def disclosures_for(viewer: Viewer) -> QuerySet[SealedDisclosure]:
    """Sealed disclosures that wait to be handed over, the urgent first; for who hands them over alone."""
    rows = SealedDisclosure.objects.filter(handed_over_at__isnull=True).order_by("-is_urgent", "sealed_at")
    return rows.defer("sealed") if viewer.can(HAND_OVER) else rows.none()


def translations_of(viewer: Viewer, voice: Voice) -> list[Translation]:
    """The translations of a voice and of its replies, for the office that owns it."""
    if not viewer.can(READ, voice) or voice.end == EndKind.SEALED:
        return []
    rows = Translation.objects.filter(Q(voice=voice) | Q(reply__voice=voice), destroyed_at__isnull=True)
    return list(rows.order_by("asked_at", "pk"))


def translation_for(viewer: Viewer, translation_id: int) -> Translation:
    """A translation that waits for the viewer. Raises Translation.DoesNotExist."""
    return translations_waiting_for(viewer).get(pk=translation_id)


def batches_for(viewer: Viewer) -> QuerySet[IntakeBatch]:
    """Files that were brought to the desks of the viewer's office, the newest first."""
    rows = IntakeBatch.objects.select_related("desk").order_by("-started_at", "-pk")
    if not viewer.can(IMPORT):
        return rows.none()
    offices = viewer.departments_for(IMPORT)
    return rows if offices is None else rows.filter(desk__department_id__in=offices)


def source_of(viewer: Viewer, translation: Translation) -> str:
    """The text to translate, for whom the translation waits."""
    viewer.require(TRANSLATE, translation)
    if translation.reply_id is not None:
        assert translation.reply is not None
        return translation.reply.text
    return Original.objects.get(voice__translations_made=translation).text
