"""Which evaluations a viewer sees, and how far each has come."""

from __future__ import annotations

import datetime

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.evaluation.actions import READ_CYCLE
from jichi.evaluation.enums import CycleState, SheetState
from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.sides import is_committee, is_council, offices_of


def visible_cycles(viewer: Viewer, now: datetime.datetime | None = None) -> Q:
    """The condition under which a cycle may be read by the viewer.

    The planning section and the auditor read all. An office reads those that are open or published; the
    committee and the council those that are shown to them; everybody those that are public.
    """
    moment = now or timezone.now()
    public = Q(state=CycleState.PUBLISHED, public_from__lte=moment)
    if not viewer.can(READ_CYCLE):
        return public
    offices = offices_of(viewer)
    if offices is None:
        return Q(pk__isnull=False)
    found = public
    if offices:
        found |= Q(state__in=[CycleState.OPEN, CycleState.PUBLISHED])
    if is_committee(viewer):
        found |= Q(committee_from__lte=moment)
    if is_council(viewer):
        found |= Q(state=CycleState.PUBLISHED, council_from__lte=moment)
    return found


def cycles_for(viewer: Viewer, now: datetime.datetime | None = None) -> QuerySet[Cycle]:
    """The evaluations the viewer may read, the newest year first, each with its counts of sheets.

    Counted are the sheets that the viewer may see herself (``whole``, ``accepted``, ``withdrawn``); for the
    committee and the council those of the whole cycle.
    """
    mine = Sheet.objects.filter(cycle=OuterRef("pk"))
    offices = offices_of(viewer)
    if offices:
        mine = mine.filter(department__in=offices)
    return (
        Cycle.objects.filter(visible_cycles(viewer, now))
        .select_related("plan", "department", "rule__rule_set", "proposals__rule_set", "previous")
        .annotate(
            whole=_counted(mine.exclude(state=SheetState.WITHDRAWN)),
            accepted=_counted(mine.filter(state=SheetState.ACCEPTED)),
            withdrawn=_counted(mine.filter(state=SheetState.WITHDRAWN)),
        )
        .order_by("-fiscal_year", "kind", "-pk")
    )


def _counted(rows: QuerySet[Sheet]) -> Coalesce:
    counted = rows.order_by().values("cycle").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def cycle_for(viewer: Viewer, pk: int, now: datetime.datetime | None = None) -> Cycle:
    """One evaluation. Raises Cycle.DoesNotExist, also where the viewer may not see it."""
    return cycles_for(viewer, now).get(pk=pk)


def open_cycles_for(viewer: Viewer) -> QuerySet[Cycle]:
    """The evaluations that are open for work."""
    return cycles_for(viewer).filter(state=CycleState.OPEN).order_by(F("due_planning").asc(), "pk")
