"""What happened in public to a thing that people can follow: for feeds, and for mail to those who do."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language

from jichi.voices.enums import EndKind
from jichi.voices.models import Desk, Voice
from jichi.voices.numbers import number_of

from .status import EFFECT, ENDED, REPLIED, status_of

VOICE = "voices.voice:"
"""How the context of a single voice begins."""
OPENED, CLOSED, ANSWERED = "opened", "closed", "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicEvent:
    """Something that everybody may know, or, of a voice, whoever follows it. ``kind``: ``opened``,
    ``closed``, ``answered`` (a desk); ``replied``, ``ended``, ``effect`` (a voice). ``title`` names the
    desk's thing.
    """

    at: datetime.datetime
    kind: str
    title: str
    about: str


def public_events(
    context: str,
    *,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
    limit: int = 100,
) -> list[PublicEvent]:
    """What happened to a thing ("consultations.consultation:…") or a voice ("voices.voice:…") after ``since``
    and up to ``until`` (now), the newest first. A sealed voice has no events, and never again any.
    """
    end = until or timezone.now()
    found = _of_voice(context) if context.startswith(VOICE) else _of_desks(context)
    chosen = [one for one in found if one.at <= end and (since is None or one.at > since)]
    return sorted(chosen, key=lambda one: (one.at, one.kind), reverse=True)[:limit]


def _of_desks(context: str) -> list[PublicEvent]:
    found = []
    for desk in Desk.objects.filter(context=context, purpose="opinions"):
        moments = ((OPENED, desk.opens_at), (CLOSED, desk.closes_at), (ANSWERED, desk.answered_at))
        found += [
            PublicEvent(at=at, kind=kind, title=_title(desk), about=context)
            for kind, at in moments
            if at is not None
        ]
    return found


def _of_voice(context: str) -> list[PublicEvent]:
    voice = followed_voice(context)
    if voice is None:
        return []
    status = status_of(number_of(voice))
    if status is None:
        return []
    found = [
        PublicEvent(at=step.at, kind=step.kind, title=status.desk_title, about=context)
        for step in status.steps
        if step.at is not None and step.kind in {REPLIED, ENDED}
    ]
    effects = [
        PublicEvent(at=one.at, kind=EFFECT, title=status.desk_title, about=context) for one in status.effects
    ]
    return [*found, *effects]


def followed_voice(context: str) -> Voice | None:
    """The voice of a context; None where there is none, or it is sealed."""
    number = context.removeprefix(VOICE)
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return Voice.objects.exclude(end=EndKind.SEALED).select_related("desk").filter(pk=int(number)).first()


def is_sealed(context: str) -> bool:
    """Whether it is a voice that was sealed; asked so that nobody can tell by it."""
    number = context.removeprefix(VOICE)
    if not context.startswith(VOICE) or not number.isascii() or not number.isdigit() or len(number) > 18:
        return False
    return Voice.objects.filter(pk=int(number), end=EndKind.SEALED).exists()


def can_be_followed(context: str) -> bool:
    """Whether there is such a thing: a voice, or one with a desk. A sealed voice looks like any other."""
    if context.startswith(VOICE):
        return followed_voice(context) is not None or is_sealed(context)
    return Desk.objects.filter(context=context).exists()


def _title(desk: Desk) -> str:
    told = desk.translations.get(get_language() or "ja") or {}
    title = told.get("title") if isinstance(told, dict) else None
    return str(title or desk.title)
