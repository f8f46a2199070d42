"""Showing undertakings to everybody, and taking one back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, digest_of, record
from jichi.undertakings.actions import PUBLISH, SHOW_PROMISES
from jichi.undertakings.models import Kind, Undertaking, UndertakingEvent

from .steps import SEVERAL, event_facts, held, save, words_required


def publish(
    *,
    viewer: Viewer,
    undertaking_id: uuid.UUID,
    version: int | None,
    visible_from: datetime.datetime | None = None,
    at: datetime.datetime | None = None,
) -> Undertaking:
    """Show an undertaking and all that becomes of it to everybody, at the earliest from ``visible_from``.

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict; Invalid: it is published already.
    """
    with held(viewer, PUBLISH, undertaking_id, version) as row:
        if row.published_at is not None and row.visible_from == visible_from:
            raise Invalid({"": [_("This is published already.")]})
        changes = {"published_at": at or timezone.now(), "visible_from": visible_from}
        return save(viewer, PUBLISH, row, UndertakingEvent.Kind.PUBLISHED, changes, at=at)


def publish_all(
    *,
    viewer: Viewer,
    undertaking_ids: Iterable[uuid.UUID],
    visible_from: datetime.datetime | None = None,
    at: datetime.datetime | None = None,
) -> int:
    """Publish many in one act with one entry in the trail; those already public stay. Gives how many are new.

    Raises:
        NotAllowed.
    """
    wanted = Undertaking.objects.filter(pk__in=list(undertaking_ids))
    return _publish(viewer, PUBLISH, wanted, visible_from, at)


def publish_promises(*, viewer: Viewer, context: str, at: datetime.datetime | None = None) -> int:
    """Publish what the city promised about one thing, when the result in which it did becomes public.

    Gives how many are new. An office may for its own promises; others of the same thing stay as they are.

    Raises:
        NotAllowed.
    """
    offices = viewer.departments_for(SHOW_PROMISES)
    wanted = Undertaking.objects.filter(kind=Kind.PROMISE, context=context)
    if offices is not None:
        wanted = wanted.filter(department_id__in=offices)
    return _publish(viewer, SHOW_PROMISES, wanted, None, at)


def _publish(
    viewer: Viewer,
    key: str,
    wanted: QuerySet[Undertaking],
    visible_from: datetime.datetime | None,
    at: datetime.datetime | None,
) -> int:
    now = at or timezone.now()
    with act(viewer, key):
        rows = list(wanted.select_for_update().filter(published_at__isnull=True).order_by("pk"))
        for row in rows:
            viewer.require(key, row)
        if not rows:
            return 0
        Undertaking.objects.filter(pk__in=[row.pk for row in rows]).update(
            published_at=now, visible_from=visible_from, version=F("version") + 1
        )
        UndertakingEvent.objects.bulk_create(
            UndertakingEvent(**event_facts(viewer, row, UndertakingEvent.Kind.PUBLISHED, at=now))
            for row in rows
        )
        record(
            viewer,
            key,
            None,
            object_type=SEVERAL,
            fields={"published_at": [None, now.isoformat()]},
            count=len(rows),
            digest=digest_of(row.pk for row in rows),
        )
    return len(rows)


def withdraw_from_public(
    *,
    viewer: Viewer,
    undertaking_id: uuid.UUID,
    version: int | None,
    reason: str,
    at: datetime.datetime | None = None,
) -> Undertaking:
    """Take an undertaking off the public pages; the reason stays in its history for the city's own people.

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict; Invalid: no reason, or it is not published.
    """
    with held(viewer, PUBLISH, undertaking_id, version) as row:
        if row.published_at is None:
            raise Invalid({"": [_("This is not published.")]})
        said = words_required(reason, "reason", _("Say why it is taken off the public pages."))
        changes = {"published_at": None, "visible_from": None}
        kind = UndertakingEvent.Kind.WITHDRAWN
        return save(viewer, PUBLISH, row, kind, changes, at=at, text=said, is_public=False)
