"""Where figures truly come from and what exactly they count: the bindings and definitions in force."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.figures.models import Binding, Definition
from jichi.methods.eras import fiscal_year_of
from jichi.plan.models import Plan, ProjectFigure, Series
from jichi.plan.queries import indicators_for, nodes_for

SubjectKey = tuple[str, int]
SERIES, NUMBER = "series", "number"


def subject_key(subject: Series | ProjectFigure) -> SubjectKey:
    """The identity of a figure among series and numbers: ``("series", 3)``, ``("number", 8)``."""
    return (SERIES if isinstance(subject, Series) else NUMBER, subject.pk)


def key_of(row: Binding | Definition) -> SubjectKey:
    """The figure a row of this room belongs to."""
    return (SERIES, row.series_id) if row.series_id is not None else (NUMBER, row.project_figure_id or 0)


def rows_about(subjects: Iterable[Series | ProjectFigure]) -> Q:
    """The condition that picks the rows of ``subjects`` in any table with the two columns."""
    listed = list(subjects)
    return Q(series_id__in=[one.pk for one in listed if isinstance(one, Series)]) | Q(
        project_figure_id__in=[one.pk for one in listed if isinstance(one, ProjectFigure)]
    )


def bindings_of(subject: Series | ProjectFigure) -> list[Binding]:
    """Every binding a figure ever had, the first decision first."""
    return list(Binding.objects.filter(rows_about([subject])).select_related("department").order_by("number"))


def binding_of(subject: Series | ProjectFigure, on: datetime.date | None = None) -> Binding | None:
    """The binding of a figure in force on a day (default: today), or None before any decision.

    The last decision whose ``valid_from`` is not after the day counts.
    """
    return bindings_in_force(on, subjects=[subject]).get(subject_key(subject))


def bindings_in_force(
    on: datetime.date | None = None, *, subjects: Iterable[Series | ProjectFigure] | None = None
) -> dict[SubjectKey, Binding]:
    """The binding in force of each figure on a day (default: today), of all figures or of ``subjects``."""
    rows = Binding.objects.filter(valid_from__lte=on or timezone.localdate()).select_related("department")
    if subjects is not None:
        rows = rows.filter(rows_about(subjects))
    return {key_of(row): row for row in rows.order_by("valid_from", "number")}


def readable_figures(viewer: Viewer) -> Q:
    """The condition that picks rows about figures of plans and indicators the viewer may read."""
    return Q(series__indicator__in=indicators_for(viewer).values("pk")) | Q(
        project_figure__project__in=nodes_for(viewer).values("pk")
    )


def bindings_for(viewer: Viewer) -> QuerySet[Binding]:
    """Every binding of the figures of plans and indicators the viewer may read."""
    return Binding.objects.filter(readable_figures(viewer)).select_related(
        "department", "series__indicator", "project_figure__project__plan"
    )


def definitions_of(subject: Series | ProjectFigure) -> list[Definition]:
    """What values of a figure counted, the oldest definition first."""
    return list(Definition.objects.filter(rows_about([subject])).order_by("order"))


def bound_definition(subject: Series | ProjectFigure) -> str:
    """The code under which a new value of a figure is most likely counted: that of its binding in force."""
    binding = binding_of(subject)
    if binding is not None:
        return binding.definition
    known = definitions_of(subject)
    return known[-1].code if known else "1"


def definitions_by_subject(
    subjects: Iterable[Series | ProjectFigure],
) -> dict[SubjectKey, tuple[Definition, ...]]:
    """The definitions of several figures, by one query; a figure without any is left out."""
    found: dict[SubjectKey, list[Definition]] = defaultdict(list)
    for row in Definition.objects.filter(rows_about(subjects)).order_by("order"):
        found[key_of(row)].append(row)
    return {key: tuple(rows) for key, rows in found.items()}


# --- which definition a number belongs to ---------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Lines:
    """The definitions of one figure in order, and to which of them a printed or measured number belongs.

    A number of a year belongs to the last definition that holds from that year or earlier. Where no
    definition is written down, what was measured first is taken for what the plan prints.
    """

    definitions: Sequence[Definition]
    measured: Sequence[str] = ()

    def at(self, year: int | None) -> str | None:
        """The code that holds in a fiscal year; None where none is known to hold then."""
        if not self.definitions:
            return self.measured[0] if self.measured else "1"
        holding = [
            row.code
            for row in self.definitions
            if row.first_year is None or (year is not None and row.first_year <= year)
        ]
        return holding[-1] if holding else None

    def promised_by(self, plan: Plan) -> str | None:
        """The code that a plan's targets follow: what held when the plan was made.

        A target printed for a year in which another definition holds was still set under the earlier one.
        """
        made = fiscal_year_of(plan.adopted_on) if plan.adopted_on else plan.first_year - 1
        return self.at(made)

    def place(self, code: str) -> int:
        """The place of a definition in the order; codes that are written down nowhere come last."""
        codes = [row.code for row in self.definitions]
        return codes.index(code) if code in codes else len(codes)
