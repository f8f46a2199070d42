"""Destroying what was said when its time is over, and again after a restore (retention)."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from functools import partial

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from jichi.city import attachments, rules
from jichi.city.access import Viewer
from jichi.city.queries import fiscal_year_start_month
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.methods import deadlines
from jichi.office.retention import record_destruction
from jichi.voices.actions import DESTROY
from jichi.voices.models import Attachment, SealedDisclosure, Voice
from jichi.voices.queries.voices import OPEN

from .erasing import erase, overwrite_what_is_deleted
from .receiving import FOLDER
from .sealing import SEALED_TYPE, seal_again

VOICE_TYPE, DISCLOSURE_TYPE = "voices.voice", "voices.sealeddisclosure"
OBJECT_TYPES = (VOICE_TYPE, SEALED_TYPE, DISCLOSURE_TYPE)
YEARS_RULE = "voices.retention_years."
_CHUNK = 200


def destroy_due(*, viewer: Viewer, on: datetime.date) -> int:
    """Destroy what was said in voices whose retention is over on the day ``on``; returns how many.

    The years of a class (rule ``voices.retention_years.<class>``) count from the end of the fiscal year in
    which the voice ended. A class without a rule in force is kept. Open voices are kept. Masked copies,
    replies, effects, counts and the trail stay.

    Raises:
        NotAllowed.
    """
    viewer.require(DESTROY)
    overwrite_what_is_deleted()
    done = 0
    classes = Voice.objects.order_by().values_list("retention_class", flat=True).distinct()
    for name in list(classes):
        last = last_end(name, on)
        if last is not None:
            done += _in_chunks(partial(_destroy_some, viewer, _over(name, last), name))
    last = last_end("sealed", on)
    if last is not None:
        done += _in_chunks(partial(_destroy_disclosures, viewer, last))
    return done


def replay_destruction(*, viewer: Viewer, object_type: str, object_ids: list[str]) -> int:
    """Destroy again what a restored backup has brought back; what is not there is no error."""
    ids = [int(one) for one in object_ids if one.isascii() and one.isdecimal()]
    done = 0
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        if object_type == SEALED_TYPE:
            done += seal_again(viewer=viewer, voice_ids=some)
        elif object_type == DISCLOSURE_TYPE:
            rows = SealedDisclosure.objects.filter(pk__in=some).exclude(sealed=b"")
            with act(viewer, DESTROY):
                count = rows.update(sealed=b"")
                _record(viewer, DISCLOSURE_TYPE, some if count else [])
            done += count
        else:
            overwrite_what_is_deleted()
            with act(viewer, DESTROY):
                back = Voice.objects.filter(pk__in=some, original__destroyed_at__isnull=True)
                voices = list(back.order_by("pk"))
                erase(voices, reason="destroyed before a restore")
                _record(viewer, VOICE_TYPE, [one.pk for one in voices])
            done += len(voices)
    return done


def last_end(retention_class: str, on: datetime.date) -> datetime.datetime | None:
    """The moment before which a voice of the class must have ended to be destroyed on ``on``; None where no
    rule says how long it is kept.
    """
    rule = rules.find(YEARS_RULE + retention_class, on=on)
    if rule is None:
        return None
    month = fiscal_year_start_month()
    begun = on.year if on.month >= month else on.year - 1
    return deadlines.starts_at(datetime.date(begun - int(rule.value), month, 1))


def sweep_files() -> int:
    """Take away files of intakes that failed after they were on disk; the worker's daily task."""
    return attachments.sweep(
        FOLDER, known=lambda some: Attachment.objects.filter(key__in=some).values_list("key", flat=True)
    )


def _over(retention_class: str, last: datetime.datetime) -> QuerySet[Voice]:
    rows = Voice.objects.filter(~OPEN, retention_class=retention_class, original__destroyed_at__isnull=True)
    ended = rows.annotate(over_at=Coalesce("ended_at", F("desk__answered_at")))
    return ended.filter(Q(over_at__lt=last)).order_by("pk")


def _in_chunks(work: Callable[[], int]) -> int:
    """Run ``work`` until it finds nothing, each time with a pause as long as it held the lock."""
    done = 0
    while True:
        started = time.monotonic()
        count = work()
        if not count:
            return done
        done += count
        if count == _CHUNK:
            time.sleep(time.monotonic() - started)


def _destroy_some(viewer: Viewer, rows: QuerySet[Voice], retention_class: str) -> int:
    with act(viewer, DESTROY):
        voices = list(rows[:_CHUNK])
        if voices:
            _told(viewer, VOICE_TYPE, [one.pk for one in voices], retention_class)
            erase(voices, reason="its time was over")
            _record(viewer, VOICE_TYPE, [one.pk for one in voices])
    return len(voices)


def _destroy_disclosures(viewer: Viewer, last: datetime.datetime) -> int:
    with act(viewer, DESTROY):
        over = SealedDisclosure.objects.filter(handed_over_at__lt=last).exclude(sealed=b"")
        ids = list(over.order_by("pk").values_list("pk", flat=True)[:_CHUNK])
        if ids:
            _told(viewer, DISCLOSURE_TYPE, ids, "sealed")
            SealedDisclosure.objects.filter(pk__in=ids).update(sealed=b"")
            _record(viewer, DISCLOSURE_TYPE, ids)
    return len(ids)


def _told(viewer: Viewer, object_type: str, ids: list[int], retention_class: str) -> None:
    record_destruction(
        viewer=viewer,
        object_type=object_type,
        object_ids=[str(pk) for pk in ids],
        retention_class=retention_class,
        what="what was said, its contact and its files",
        reason="its time was over",
    )


def _record(viewer: Viewer, object_type: str, ids: list[int]) -> None:
    if ids:
        fields = {"text": CHANGED, "contact": CHANGED}
        record(
            viewer,
            DESTROY,
            None,
            object_type=object_type,
            fields=fields,
            count=len(ids),
            digest=digest_of(ids),
        )
