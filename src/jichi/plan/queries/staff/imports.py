"""Import runs and their lines."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from jichi.city.access import Viewer
from jichi.plan.enums import ImportState
from jichi.plan.models import ImportLine, ImportRun

READ = "plan.import:read"


def import_runs_for(viewer: Viewer) -> QuerySet[ImportRun]:
    """All import runs, newest first, without the documents they hold."""
    if not viewer.can(READ):
        return ImportRun.objects.none()
    return ImportRun.objects.select_related("plan").defer("document").order_by("-id")


def open_imports_for(viewer: Viewer) -> QuerySet[ImportRun]:
    """The runs that wait for a person's review."""
    return import_runs_for(viewer).filter(state=ImportState.REVIEW)


def run_for(viewer: Viewer, pk: int) -> ImportRun | None:
    """One run whole, or None where there is none the viewer may read."""
    return import_runs_for(viewer).defer(None).filter(pk=pk).first()


def lines_for(
    viewer: Viewer, run: ImportRun, *, state: str = "", part: str = "", containing: str = ""
) -> QuerySet[ImportLine]:
    """The lines of a run's source, narrowed down by what became of them, the part they went to, or a word."""
    if not viewer.can(READ):
        return ImportLine.objects.none()
    rows = ImportLine.objects.filter(run=run).order_by("number", "id")
    if state:
        rows = rows.filter(state=state)
    if part:
        rows = rows.filter(Q(path=part) | Q(path__startswith=f"{part}/"))
    if containing:
        rows = rows.filter(text__icontains=containing)
    return rows


def lines_around(
    viewer: Viewer, run: ImportRun, numbers: list[int], margin: int = 2
) -> dict[int, list[ImportLine]]:
    """For each line number, the line itself and its neighbours, in one query."""
    if not numbers or not viewer.can(READ):
        return {}
    wanted = {number + step for number in numbers for step in range(-margin, margin + 1)}
    rows = list(ImportLine.objects.filter(run=run, number__in=wanted).order_by("number"))
    return {number: [row for row in rows if abs(row.number - number) <= margin] for number in numbers}


def line_states(viewer: Viewer, run: ImportRun) -> dict[str, int]:
    """How many lines ended in each state."""
    if not viewer.can(READ):
        return {}
    rows = ImportLine.objects.filter(run=run).order_by().values_list("state").annotate(number=Count("pk"))
    return dict(rows)
