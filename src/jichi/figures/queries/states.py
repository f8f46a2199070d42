"""Every figure of a plan with its state: known, partial, late and so on, whose it is and when it is due."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.city.queries import fiscal_year_start_month
from jichi.figures.models import Binding, Definition, Observation
from jichi.plan.models import Plan

from .bindings import Lines, SubjectKey, bindings_in_force, definitions_by_subject, rows_about
from .lateness import (
    Placed,
    due_date,
    expected_years,
    figures_of,
    last_day_of,
    late_among,
    sees_lateness,
    years_known,
)
from .observations import READ_UNPUBLISHED, latest_of, observations_for


class State(StrEnum):
    """What can be said of a figure. The first that applies, in this order, is what a list shows."""

    LATE = "late"
    NOT_RUN = "not_run"
    BROKEN = "broken"
    PARTIAL = "partial"
    PROVISIONAL = "provisional"
    CORRECTED = "corrected"
    KNOWN = "known"
    NOT_DUE = "not_due"
    NOT_LOADED = "not_loaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureState:
    """One figure of a plan: everything that applies to it, its newest value, its owner and its years.

    ``expected`` are the years for which a value is to come, ``known_years`` those that have a value or a
    reason; ``late_years`` is empty for those who are not told. ``next_due`` is the next due date, None where
    nobody said when. ``outside_binding``: the newest value came another way than the figure is bound to.
    """

    placed: Placed
    binding: Binding | None
    department: Department | None
    definitions: tuple[Definition, ...]
    latest: Observation | None
    states: frozenset[State]
    expected: tuple[int, ...]
    known_years: tuple[int, ...]
    late_years: tuple[int, ...]
    next_due: datetime.date | None
    outside_binding: bool

    @property
    def state(self) -> State:
        """The one state a list shows."""
        return next(state for state in State if state in self.states)


def state_of_figures_for(viewer: Viewer, plan: Plan, on: datetime.date | None = None) -> list[FigureState]:
    """Every figure of a plan with its state on a day (default: today), in the plan's order.

    Values are those the viewer may read; what is late is told as :func:`late_for` does.
    """
    day = on or timezone.localdate()
    placed = figures_of([plan])
    subjects = [one.subject for one in placed]
    rows: dict[SubjectKey, list[Observation]] = defaultdict(list)
    for row in latest_of(observations_for(viewer).filter(rows_about(subjects))):
        rows[("series", row.series_id) if row.series_id else ("number", row.project_figure_id or 0)].append(
            row
        )
    bindings = bindings_in_force(day, subjects=subjects)
    definitions = definitions_by_subject(subjects)
    late: dict[SubjectKey, list[int]] = defaultdict(list)
    if sees_lateness(viewer):
        known = years_known(viewer, subjects, published_only=not viewer.can(READ_UNPUBLISHED))
        for found in late_among(placed, bindings, known, day):
            late[found.placed.key].append(found.year)
    return [
        _state(one, bindings.get(one.key), definitions.get(one.key, ()), rows[one.key], late[one.key], day)
        for one in placed
    ]


def _state(
    placed: Placed,
    binding: Binding | None,
    definitions: tuple[Definition, ...],
    rows: Sequence[Observation],
    late: Sequence[int],
    day: datetime.date,
) -> FigureState:
    month = fiscal_year_start_month()
    lines = Lines(definitions, tuple(row.definition for row in rows))
    ordered = sorted(rows, key=lambda row: (row.fiscal_year, lines.place(row.definition)))
    latest = ordered[-1] if ordered else None
    expected = tuple(expected_years(placed, binding, month))
    known_years = tuple(sorted({row.fiscal_year for row in rows}))
    due = [
        found
        for year in expected
        if year not in known_years and (found := due_date(binding, year)) is not None and found >= day
    ]
    states = {State.LATE} if late else set()
    if latest is None:
        # A year that is still running cannot have its value yet, whether or not a due date is known.
        waits = due or (expected and all(last_day_of(year, month) >= day for year in expected))
        states.add(State.NOT_DUE if waits else State.NOT_LOADED)
    else:
        states |= _states_of(latest, lines.promised_by(placed.plan))
    return FigureState(
        placed=placed,
        binding=binding,
        department=placed.department(binding),
        definitions=definitions,
        latest=latest,
        states=frozenset(states),
        expected=expected,
        known_years=known_years,
        late_years=tuple(late),
        next_due=min(due, default=None),
        outside_binding=latest is not None and _is_outside(latest, binding),
    )


def _states_of(row: Observation, promised: str | None) -> set[State]:
    found = set()
    if row.value is None:
        found.add(State.NOT_RUN)
    if row.definition != promised:
        found.add(State.BROKEN)
    if row.coverage_seen is not None and row.coverage_whole is not None:
        found |= {State.PARTIAL} if row.coverage_seen < row.coverage_whole else set()
    if row.status == Observation.Status.PROVISIONAL:
        found.add(State.PROVISIONAL)
    if row.status == Observation.Status.CORRECTED:
        found.add(State.CORRECTED)
    if row.value is not None:
        found.add(State.KNOWN)
    return found


def _is_outside(row: Observation, binding: Binding | None) -> bool:
    """Whether a value came by hand though its figure is bound to another way."""
    return binding is not None and binding.via != Binding.Via.ENTRY and row.binding_id is None
