"""Cycles and editions as far as each stage shows them: to the committee, to the council, to the offices."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from jichi.city.access import Viewer
from jichi.evaluation.enums import EditionKind
from jichi.evaluation.models import Cycle, Sheet, SheetEdition
from jichi.evaluation.sides import offices_of

from .sheets import editions_for

_DRAFTS = (EditionKind.DRAFT,)
_PUBLISHED = (EditionKind.PUBLISHED, EditionKind.CORRECTED)


def is_inside(viewer: Viewer) -> bool:
    """Whether the viewer works in the city's own offices (or watches them) and reads sheets themselves."""
    offices = offices_of(viewer)
    return offices is None or bool(offices)


def edition_seen(viewer: Viewer, sheet_pk: int, number: int | None = None) -> SheetEdition:
    """An edition of a sheet, the newest where no number is given. Raises SheetEdition.DoesNotExist."""
    rows = editions_for(viewer).filter(sheet=sheet_pk).select_related("revision__form_version__form")
    found = rows.filter(number=number).first() if number is not None else rows.last()
    if found is None:
        raise SheetEdition.DoesNotExist
    return found


def sheets_shown(viewer: Viewer, cycle: Cycle, text: str = "") -> QuerySet[Sheet]:
    """The sheets of a cycle of which the viewer may read an edition (``shown``: the newest), by code."""
    readable = editions_for(viewer).defer("content")
    rows = Sheet.objects.filter(cycle=cycle)
    rows = rows.filter(Exists(readable.filter(sheet=OuterRef("pk"))))
    if text:
        rows = rows.filter(Q(node__name__icontains=text) | Q(node__code__istartswith=text))
    editions = Prefetch("editions", queryset=readable, to_attr="shown")
    return rows.select_related("node", "department").prefetch_related(editions).order_by("node__code", "pk")


def sheet_context(sheet: Sheet) -> str:
    """How the undertakings name a sheet."""
    return f"evaluation.sheet:{sheet.pk}"


def cycle_context(cycle: Cycle) -> str:
    """How the undertakings name a cycle."""
    return f"evaluation.cycle:{cycle.pk}"
