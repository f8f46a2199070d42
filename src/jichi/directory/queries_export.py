"""Places and bodies as flat rows for open data: those of today, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from jichi.city.access import Viewer
from jichi.ui.content import translated

from .models import Entry
from .queries import bodies_for, places_for

Row = dict[str, Any]


def place_rows(viewer: Viewer) -> Iterator[Row]:
    """The places of today."""
    for place in places_for(viewer, on=timezone.localdate()).order_by("key"):
        operator = place.operator
        yield {
            **_shared(place),
            "kind": place.kind,
            "address": str(translated(place, "address")),
            "ward": place.ward.key if place.ward else None,
            "operator": str(translated(operator, "name")) if operator else None,
            "operator_number": (operator.corporate_number or None) if operator else None,
            "department": str(translated(place.department, "name")) if place.department else None,
            "hours": str(translated(place, "hours")),
            "step_free": place.step_free,
            "toilet": place.toilet,
            "hearing_loop": place.hearing_loop,
            "interpreter": place.interpreter,
        }


def body_rows(viewer: Viewer) -> Iterator[Row]:
    """The bodies of today."""
    for body in bodies_for(viewer, on=timezone.localdate()).order_by("key"):
        yield {
            **_shared(body),
            "kind": body.kind,
            "legal_basis": str(translated(body, "legal_basis")),
            "department": str(translated(body.department, "name")),
            "seats": body.seats,
            "term": str(translated(body, "term")),
        }


def _shared(row: Entry) -> Row:
    return {
        "key": row.key,
        "name": str(translated(row, "name")),
        "url": row.url,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "source": str(translated(row, "source_note")),
    }
