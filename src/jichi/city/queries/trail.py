"""Reads of the audit trail: for administrators and auditors."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city import registry
from jichi.city.access import Viewer
from jichi.city.models import AuditEntry
from jichi.city.viewers import system_names

READ = "city.trail:read"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFilter:
    """Which entries are asked for: days (both included), act, kind and number of the object, actor."""

    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    act: str = ""
    object_type: str = ""
    object_id: str = ""
    actor: uuid.UUID | None = None


def trail_for(viewer: Viewer, which: TrailFilter | None = None) -> QuerySet[AuditEntry]:
    """The entries the viewer may read, newest first, each with its seal if it has one already."""
    if not viewer.can(READ):
        return AuditEntry.objects.none()
    rows = AuditEntry.objects.select_related("seal").order_by("-pk")
    if which is None:
        return rows
    if which.first_day:
        rows = rows.filter(at__gte=_start_of(which.first_day))
    if which.last_day:
        rows = rows.filter(at__lt=_start_of(which.last_day + datetime.timedelta(days=1)))
    equal = {
        "act": which.act,
        "object_type": which.object_type,
        "object_id": which.object_id,
        "actor": which.actor,
    }
    return rows.filter(**{name: value for name, value in equal.items() if value})


def _start_of(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=timezone.get_current_timezone())


def actor_words(entries: Iterable[AuditEntry]) -> dict[uuid.UUID, str]:
    """How each actor is shown: a part of the system by its name, a person by the head of her pseudonym."""
    refs = {entry.actor for entry in entries}
    systems = system_names(refs)
    return {
        ref: _("system: %(name)s") % {"name": systems[ref]} if ref in systems else f"…{str(ref)[-8:]}"
        for ref in refs
    }


def sentence_of(key: str) -> str:
    """The act in the reader's words; an act that no room declares any more is shown by its key."""
    try:
        return _(registry.action(key).sentence)
    except LookupError:
        return key
