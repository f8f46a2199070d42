"""Voices at a consultation's desk as they stand once divided, put into sets and decided on, quickly."""

from __future__ import annotations

import datetime
import hashlib
import itertools
from typing import Any

from django.db.models import F
from django.utils import timezone

from jichi.voices.models import Desk, Opinion, OpinionSet, Original, Topic, Voice, Wording

_COUNT = itertools.count(1)


def say(
    desk: Desk,
    *texts: str,
    channel: str = "web",
    late: bool = False,
    divided: bool = True,
    **facts: Any,
) -> Voice:
    """One submission (通) whose opinions (件) are ``texts``; the same text joins the same wording and set."""
    now = timezone.now()
    received = (
        desk.closes_at + datetime.timedelta(days=1) if late and desk.closes_at else desk.opens_at or now
    )
    voice = Voice.objects.create(
        desk=desk,
        intake_key=f"test-{next(_COUNT)}",
        channel=channel,
        received_at=received,
        department_id=desk.department_id,
        is_late=late,
        late_reason="期間の後に届いた" if late else "",
        divided_at=now if divided else None,
        is_sample=desk.is_sample,
        **facts,
    )
    whole = "".join(texts)
    Original.objects.create(voice=voice, text=whole, salt=b"0" * 16, checksum="0" * 64)
    if divided:
        divide(voice, *texts)
    return voice


def divide(voice: Voice, *texts: str) -> list[Opinion]:
    """The parts of a submission, each with its wording in a set of its own text."""
    made, start = [], 0
    for position, text in enumerate(texts):
        opinion = Opinion.objects.create(
            voice=voice,
            position=position,
            start=start,
            end=start + len(text),
            kind="opinion",
            wording=wording_of(voice.desk, text),
        )
        start += len(text)
        made.append(opinion)
        wording = opinion.wording
        if wording.sample_id is None:
            Wording.objects.filter(pk=wording.pk).update(sample=opinion)
        if not voice.is_late and not voice.end:
            Wording.objects.filter(pk=wording.pk).update(size=F("size") + 1)
            of = OpinionSet.objects.filter(pk=wording.set_id)
            of.update(size=F("size") + 1, submissions=F("submissions") + 1)
    Voice.objects.filter(pk=voice.pk).update(divided_at=timezone.now())
    return made


def wording_of(desk: Desk, text: str) -> Wording:
    """The wording of a text at a desk, in a set of its own."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = Wording.objects.filter(desk=desk, digest=digest).first()
    if found is None:
        of = OpinionSet.objects.create(desk=desk, kind="single", title=text[:40], wordings=1)
        found = Wording.objects.create(desk=desk, digest=digest, set=of, is_grouped=True, length=len(text))
        OpinionSet.objects.filter(pk=of.pk).update(representative=found)
    return found


def set_of(desk: Desk, text: str) -> OpinionSet:
    """The set in which a text stands."""
    found = wording_of(desk, text).set
    assert found is not None
    return found


def topic(desk: Desk, key: str, title: str, *texts: str) -> Topic:
    """A topic with the sets of these texts."""
    made = Topic.objects.create(
        desk=desk, key=key, title=title, order=Topic.objects.filter(desk=desk).count()
    )
    OpinionSet.objects.filter(pk__in=[set_of(desk, text).pk for text in texts]).update(topic=made)
    return made
