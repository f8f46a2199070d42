"""What anybody may read of consultations: those published, their texts, files, places and desks."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from functools import lru_cache

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils import timezone

from jichi.consultations.enums import Audience, VersionKind
from jichi.consultations.models import Consultation, ConsultationFile, DraftVersion, ReadingPlace
from jichi.methods.drafts import Draft, from_plain
from jichi.voices.models import Desk, Opinion, Tally
from jichi.voices.queries.counted import COUNTED
from jichi.voices.queries.public import public_texts


def readable(now: datetime.datetime | None = None) -> QuerySet[Consultation]:
    """Consultations that anybody may see at that moment, with office, document, desk and scheme."""
    return Consultation.objects.filter(published_at__lte=now or timezone.now()).select_related(
        "department", "document", "desk", "scheme"
    )


def readable_one(key: str) -> Consultation:
    """One of them by its key. Raises Consultation.DoesNotExist, for one not yet published as well."""
    return readable().get(key=key)


_ANSWERED_SECONDS = 1.0
_MOST_ANSWERED = 64
_answered: dict[str, tuple[float, Consultation]] = {}


def answered_one(key: str) -> Consultation:
    """The same for its form, with desk and scheme: asked for at every sending, and so remembered for a
    second, outside transactions. Not to be changed.

    Raises:
        Consultation.DoesNotExist
    """
    now = time.monotonic()
    found = _answered.get(key)
    if found is not None and now - found[0] < _ANSWERED_SECONDS and not connection.in_atomic_block:
        return found[1]
    rows = Consultation.objects.filter(published_at__lte=timezone.now()).select_related("desk", "scheme")
    row = rows.get(key=key)
    if not connection.in_atomic_block:
        if len(_answered) >= _MOST_ANSWERED:
            _answered.clear()
        _answered[key] = (now, row)
    return row


def forget_answered() -> None:
    """Read them anew next time: between tests."""
    _answered.clear()


def texts_of(consultation: Consultation) -> list[DraftVersion]:
    """Its published texts without their content, newest of each audience, language and kind."""
    rows = (
        DraftVersion.objects.filter(consultation=consultation, published_at__lte=timezone.now())
        .defer("content")
        .order_by("number")
    )
    newest = {(row.kind, row.audience, row.language): row for row in rows}
    return list(newest.values())


def chosen_text(
    consultation: Consultation, audience: str, language: str, *, kind: str = VersionKind.DRAFT
) -> DraftVersion | None:
    """The published text for an audience: in that language, else in Japanese, else in any; or None."""
    found = _best(consultation, audience, language, kind)
    return DraftVersion.objects.get(pk=found.pk) if found is not None else None


def chosen_draft(
    consultation: Consultation, audience: str, language: str, *, kind: str = VersionKind.DRAFT
) -> Draft | None:
    """The paragraphs of :func:`chosen_text`; remembered, for a published text never changes."""
    found = _best(consultation, audience, language, kind)
    return _draft(found.pk, found.digest) if found is not None else None


@lru_cache(maxsize=16)
def _draft(text_id: int, digest: str) -> Draft:
    return from_plain(DraftVersion.objects.get(pk=text_id, digest=digest).content)


def _best(consultation: Consultation, audience: str, language: str, kind: str) -> DraftVersion | None:
    found = [one for one in texts_of(consultation) if one.audience == audience and one.kind == kind]
    wishes = (language, "ja")
    found.sort(key=lambda one: wishes.index(one.language) if one.language in wishes else len(wishes))
    return found[0] if found else None


def versions_by_audience(texts: Sequence[DraftVersion]) -> list[str]:
    """For whom there are drafts, in the order of the list of audiences."""
    there = {one.audience for one in texts if one.kind == VersionKind.DRAFT}
    return [one for one in Audience.values if one in there]


def files_of(consultation: Consultation) -> list[ConsultationFile]:
    """Its documents without their content, in their order; none before the first day of an announced one."""
    if consultation.first_day is not None and consultation.first_day > timezone.localdate():
        return []
    return list(consultation.files.defer("content"))


def file_of(key: str, pk: int) -> ConsultationFile:
    """One document of a published consultation that has begun. Raises ConsultationFile.DoesNotExist."""
    begun = readable().exclude(first_day__gt=timezone.localdate())
    return ConsultationFile.objects.get(pk=pk, consultation__in=begun, consultation__key=key)


def places_of(consultation: Consultation) -> list[ReadingPlace]:
    """Where the documents can be read on paper."""
    return list(consultation.reading_places.select_related("place", "place__ward"))


def desk_of(consultation: Consultation, purpose: str) -> Desk | None:
    """The desk for one purpose; None where there is none."""
    return Desk.objects.filter(context=consultation.context, purpose=purpose).first()


def received_at(desk: Desk) -> int:
    """How many submissions (通) a desk received, the late ones as well."""
    return sum(Tally.objects.filter(desk=desk).values_list("received", flat=True))


def comments_by_anchor(desk: Desk) -> dict[str, int]:
    """How many opinions speak to each passage of the draft; those decided on for publication alone count."""
    rows = (
        Opinion.objects.filter(COUNTED, voice__may_publish=True, wording__in=public_texts(desk).values("pk"))
        .exclude(anchor="")
        .order_by()
        .values_list("anchor")
        .annotate(count=Count("pk"))
    )
    return dict(rows)
