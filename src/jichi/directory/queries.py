"""Reads of organisations, places and bodies. What exists is public knowledge; what has ended is for staff."""

from __future__ import annotations

import datetime
from typing import TypeVar

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.city.queries import departments_for

from .corporate_numbers import normalised
from .models import Body, Entry, Organisation, Place

Row = TypeVar("Row", bound=Entry)


def _in_force(rows: QuerySet[Row], day: datetime.date) -> QuerySet[Row]:
    return rows.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day)).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )


def _seen_by(viewer: Viewer, rows: QuerySet[Row], on: datetime.date | None) -> QuerySet[Row]:
    if on is None and not (viewer.grants or viewer.system):
        on = timezone.localdate()
    return rows if on is None else _in_force(rows, on)


def organisations_for(viewer: Viewer, on: datetime.date | None = None) -> QuerySet[Organisation]:
    """Organisations that exist on ``on``.

    ``on`` None: those of all times for people with a role in the city, today's for everybody else.
    """
    return _seen_by(viewer, Organisation.objects.all(), on).order_by("name", "key")


def organisation_for(viewer: Viewer, pk: int) -> Organisation:
    """One organisation. Raises Organisation.DoesNotExist."""
    return organisations_for(viewer).get(pk=pk)


def places_for(viewer: Viewer, on: datetime.date | None = None) -> QuerySet[Place]:
    """Places with ward, operator and department, in the order of the wards; ``on`` as for organisations."""
    rows = Place.objects.select_related("ward", "operator", "department")
    return _seen_by(viewer, rows, on).order_by("ward__order", "name", "key")


def place_for(viewer: Viewer, pk: int) -> Place:
    """One place. Raises Place.DoesNotExist."""
    return places_for(viewer).get(pk=pk)


def bodies_for(viewer: Viewer, on: datetime.date | None = None) -> QuerySet[Body]:
    """Bodies with the department that looks after each; ``on`` as for organisations."""
    rows = Body.objects.select_related("department")
    return _seen_by(viewer, rows, on).order_by("name", "key")


def body_for(viewer: Viewer, pk: int) -> Body:
    """One body. Raises Body.DoesNotExist."""
    return bodies_for(viewer).get(pk=pk)


def with_places_run(rows: QuerySet[Organisation], on: datetime.date) -> QuerySet[Organisation]:
    """Organisations with ``places_run``: how many places each runs on that day."""
    running = (Q(places__valid_from__isnull=True) | Q(places__valid_from__lte=on)) & (
        Q(places__valid_to__isnull=True) | Q(places__valid_to__gte=on)
    )
    return rows.annotate(places_run=Count("places", filter=running))


def departments_to_choose(viewer: Viewer, key: str, *, kept: int | None = None) -> QuerySet[Department]:
    """The departments of today to which the viewer may give a thing under the action ``key``.

    ``kept`` is the thing's present department, which stays among them even if it has ended.
    """
    rows = departments_for(viewer, on=timezone.localdate())
    reached = viewer.departments_for(key)
    if reached is not None:
        rows = rows.filter(pk__in=reached)
    if kept is not None:
        rows = departments_for(viewer).filter(Q(pk=kept) | Q(pk__in=rows.values("pk")))
    return rows


def named_like(rows: QuerySet[Row], text: str) -> QuerySet[Row]:
    """The rows whose name, in any language, or key contains ``text``; an organisation by its number as well.

    An empty ``text`` finds all.
    """
    text = text.replace("\0", "")  # a sign that PostgreSQL takes in no text
    if not text:
        return rows
    wanted = Q(name__icontains=text) | Q(key__icontains=text)
    for language, _name in settings.LANGUAGES:
        wanted |= Q(**{f"translations__{language}__name__icontains": text})
    if rows.model is Organisation and (number := normalised(text)):
        wanted |= Q(corporate_number=number)
    return rows.filter(wanted)
