"""What a receipt number opens: how far the city has come with it, and never what was said or by whom."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from jichi.methods import receipts
from jichi.voices.enums import LATE_AFTER, LATE_ANSWERED, LATE_BEFORE, LATE_REASONS, NEEDS_REASON, EndKind
from jichi.voices.models import Desk, Effect, OpinionSet, Reply, Voice
from jichi.voices.numbers import id_of, number_of

from .voices import end_of, of_or_of_its_sets

RECEIVED, GROUPED, REPLIED, ENDED, EFFECT = "received", "grouped", "replied", "ended", "effect"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: its kind, when it was reached (None: not told), and with how many others."""

    kind: str
    at: datetime.datetime | None = None
    others: int = 0


@dataclass(frozen=True, slots=True)
class EffectShown:
    """What a voice changed, as the public may see it; ``undertaking_id`` leads to its page if it is out."""

    kind: str
    text: str
    about: str
    url: str
    at: datetime.datetime
    undertaking_id: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """How far a voice has come. ``end`` is "" while it is open; ``end_reason`` only where its sender is to
    know it (not the city's matter, refused, referred). ``context`` is that of the voice, for following it,
    and is never printed; ``about`` names the thing it was said to. ``why_late`` is a key of LATE_REASONS.
    """

    number: str
    desk_title: str
    mechanism: str
    purpose: str
    about: str
    context: str
    desk: Desk
    channel: str
    received_at: datetime.datetime
    is_late: bool = False
    why_late: str = ""
    due_on: datetime.date | None = None
    end: str = ""
    end_reason: str = ""
    steps: tuple[Step, ...] = ()
    replies: tuple[tuple[datetime.datetime, str], ...] = ()
    effects: tuple[EffectShown, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the city still works on it."""
        return not self.end


def status_of(number_text: str) -> Status | None:
    """The state of the voice with that number, however it was typed; None where there is none.

    A sealed voice looks like one that has just come in. Public: the number is the permission.
    """
    voice = voice_of_number(number_text)
    if voice is None:
        return None
    first = Step(RECEIVED, voice.received_at)
    facts: dict[str, Any] = {
        "number": number_of(voice),
        "desk_title": _title(voice),
        "mechanism": voice.desk.mechanism,
        "purpose": voice.desk.purpose,
        "about": voice.desk.context,
        "context": f"voices.voice:{voice.pk}",
        "desk": voice.desk,
        "channel": voice.channel,
        "received_at": voice.received_at,
    }
    if voice.end == EndKind.SEALED:
        return Status(**facts, is_late=voice.is_late, due_on=voice.due_on, steps=(first,))
    end = end_of(voice)
    replies, effects = _replies(voice), _effects(voice)
    return Status(
        **facts,
        is_late=voice.is_late,
        why_late=_why_late(voice) if voice.is_late else "",
        due_on=None if end else voice.due_on,
        end=end,
        end_reason=voice.end_reason if end in NEEDS_REASON else "",
        steps=(first, *_steps(voice, end, replies, effects)),
        replies=replies,
        effects=effects,
    )


def voice_of_number(number_text: str) -> Voice | None:
    """The voice with a receipt number as somebody typed it; None for a mistyped or unknown one."""
    try:
        number = receipts.read(number_text)
        pk = id_of(number)
    except receipts.ReceiptError:
        return None
    wanted = {"outside_number": number} if pk is None else {"pk": pk, "outside_number__isnull": True}
    return Voice.objects.select_related("desk").filter(**wanted).first()


def _why_late(voice: Voice) -> str:
    if voice.late_reason in LATE_REASONS:
        return voice.late_reason
    desk, at = voice.desk, voice.received_at
    if desk.opens_at is not None and at < desk.opens_at:
        return LATE_BEFORE
    is_in_time = desk.closes_at is not None and at < desk.closes_at
    return LATE_ANSWERED if is_in_time and desk.answered_at is not None else LATE_AFTER


def _title(voice: Voice) -> str:
    told = voice.desk.translations.get(get_language() or "ja") or {}
    title = told.get("title") if isinstance(told, dict) else None
    return str(title or voice.desk.title)


def _steps(
    voice: Voice,
    end: str,
    replies: tuple[tuple[datetime.datetime, str], ...],
    effects: tuple[EffectShown, ...],
) -> list[Step]:
    steps = []
    if others := _others(voice):
        steps.append(Step(GROUPED, None, others))
    if replies:
        steps.append(Step(REPLIED, replies[0][0]))
    elif end == EndKind.REPLIED:
        steps.append(Step(REPLIED, voice.ended_at or voice.desk.answered_at))
    elif end:
        steps.append(Step(ENDED, voice.ended_at or voice.desk.answered_at))
    if effects:
        steps.append(Step(EFFECT, effects[0].at))
    return steps


def _others(voice: Voice) -> int:
    """With how many other submissions the one that most others share was put together."""
    sets = OpinionSet.objects.filter(members__opinions__voice=voice, merged_into__isnull=True)
    sizes = list(sets.order_by().values_list("submissions", flat=True).distinct())
    return max(max(sizes, default=0) - 1, 0)


def _replies(voice: Voice) -> tuple[tuple[datetime.datetime, str], ...]:
    rows = Reply.objects.filter(of_or_of_its_sets(voice), sent_at__isnull=False, withdrawn_at__isnull=True)
    found = [(sent, text) for sent, text in rows.order_by("sent_at").values_list("sent_at", "text") if sent]
    return tuple(found)


def _effects(voice: Voice) -> tuple[EffectShown, ...]:
    now, language = timezone.now(), get_language() or "ja"
    visible = Q(visible_from__isnull=True) | Q(visible_from__lte=now)
    rows = Effect.objects.filter(of_or_of_its_sets(voice)).filter(visible)
    return tuple(
        EffectShown(
            kind=row.kind,
            text=(row.translations.get(language) or {}).get("text") or row.text,
            about=row.about,
            url=row.url,
            at=row.at,
            undertaking_id=str(row.undertaking_id or ""),
        )
        for row in rows.order_by("at", "pk")
    )
