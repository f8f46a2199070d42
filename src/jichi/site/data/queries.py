"""What the data pages read: rows of the site's own datasets, and when what last changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from jichi.city.access import Viewer
from jichi.city.models import AuditEntry, ReaderCursor
from jichi.city.queries import current_city, wards
from jichi.site.queries import glossary_for
from jichi.ui.content import translated

Row = dict[str, Any]
__all__ = [
    "ContentVersion",
    "changed_at",
    "content_version",
    "current_city",
    "glossary_rows",
    "newest_entry",
    "ward_rows",
]


def ward_rows(viewer: Viewer) -> Iterator[Row]:
    """The wards in the city's own order. Everybody may read them."""
    for ward in wards():
        yield {
            "key": ward.key,
            "code": ward.code,
            "name": str(translated(ward, "name")),
            "reading": ward.reading,
            "order": ward.order,
        }


def glossary_rows(viewer: Viewer) -> Iterator[Row]:
    """The words the glossary explains."""
    for row in glossary_for(viewer):
        yield {
            "key": row.key,
            "term": str(translated(row, "term")),
            "reading": row.reading,
            "meaning": str(translated(row, "meaning")),
            "see": list(row.see),
        }


def changed_at(*rooms: str) -> dt.datetime | None:
    """When a thing of one of these rooms last changed, by the audit trail; None if never."""
    found = [
        AuditEntry.objects.filter(act__startswith=f"{room}.")
        .order_by("-pk")
        .values_list("at", flat=True)
        .first()
        for room in rooms
    ]
    return max((moment for moment in found if moment is not None), default=None)


def newest_entry() -> int:
    """The number of the newest entry of the trail: as long as it stands, what was computed still holds."""
    return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@dataclass(frozen=True, slots=True)
class ContentVersion:
    """What the public pages are made of: equal as long as nothing was changed. ``at``: the last change.

    ``indexed``: when the search index last followed the trail, for the pages that show what it finds.
    """

    newest: int
    recent: int
    at: dt.datetime | None
    indexed: dt.datetime | None


_RECENT = 1000


def content_version() -> ContentVersion:
    """The present version of everything public, sealed or not.

    On PostgreSQL an entry may become visible after one with a higher number: the count of the last entries
    shows it.
    """
    row = AuditEntry.objects.order_by("-pk").values_list("pk", "at").first()
    indexed = ReaderCursor.objects.filter(pk="search").values_list("moved_at", flat=True).first()
    if row is None:
        return ContentVersion(0, 0, None, indexed)
    recent = (
        AuditEntry.objects.filter(pk__gt=row[0] - _RECENT).count() if connection.vendor != "sqlite" else 0
    )
    return ContentVersion(row[0], recent, row[1], indexed)
