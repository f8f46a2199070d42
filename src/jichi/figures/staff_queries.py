"""What the workbench reads of measured values: what is known per year, what is missing, what a table's
rows mean.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.plan.models import Indicator, Plan, ProjectFigure, Series
from jichi.plan.queries.staff import rows_of_plan

from .bulk import ParsedRow, TableRow, parse_row
from .models import Evidence, Observation, SourceKind, StagedUpload
from .queries import (
    Late,
    Placed,
    SubjectKey,
    bindings_in_force,
    late_for,
    latest_of,
    observations_for,
    subject_key,
)
from .services.values import (
    ENTER,
    Value,
    definition_codes,
    problems_of,
    says_the_same,
    standing_values,
)

READ = "plan.plan:read_draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A series or a project's number with what is known of it, newest revision of each year."""

    subject: Series | ProjectFigure
    observations: tuple[Observation, ...]
    may_enter: bool

    @property
    def is_series(self) -> bool:
        """Whether it is an indicator's series (otherwise a project's number)."""
        return isinstance(self.subject, Series)

    @property
    def owner(self) -> Any:
        """The indicator, or the project of the number."""
        return self.subject.indicator if isinstance(self.subject, Series) else self.subject.project

    @property
    def unit(self) -> str:
        """The unit of the values."""
        return self.subject.indicator.unit if isinstance(self.subject, Series) else self.subject.unit


def series_known_for(viewer: Viewer, plan: Plan | None) -> list[Known]:
    """Every series of a plan's indicators (``None``: of all indicators), by name."""
    if not viewer.can(READ):
        return []
    rows = rows_of_plan(viewer, Series, plan) if plan else Series.objects.select_related("indicator")
    subjects = list(rows.select_related("indicator__department").order_by("indicator__name", "order"))
    return _known(viewer, subjects, "series_id")


def numbers_known_for(viewer: Viewer, plan: Plan) -> list[Known]:
    """Every number of a plan's projects, in the order of the plan."""
    subjects = list(
        rows_of_plan(viewer, ProjectFigure, plan)
        .select_related("project__plan", "project__department")
        .order_by("project__code", "order")
    )
    return _known(viewer, subjects, "project_figure_id")


def known_for(viewer: Viewer, kind: str, pk: int) -> Known | None:
    """One series (``series``) or number (``number``), or None where there is none the viewer may see here."""
    if not viewer.can(READ):
        return None
    subject: Series | ProjectFigure | None
    if kind == "series":
        subject = Series.objects.select_related("indicator__department").filter(pk=pk).first()
    else:
        subject = (
            ProjectFigure.objects.select_related("project__plan", "project__department").filter(pk=pk).first()
        )
    if subject is None:
        return None
    return _known(viewer, [subject], "series_id" if kind == "series" else "project_figure_id")[0]


def _known(viewer: Viewer, subjects: list[Any], column: str) -> list[Known]:
    found: dict[int, list[Observation]] = defaultdict(list)
    rows = observations_for(viewer).filter(**{f"{column}__in": [one.pk for one in subjects]})
    for row in latest_of(rows):
        found[getattr(row, column)].append(row)
    return [
        Known(
            subject=one,
            observations=tuple(found[one.pk]),
            may_enter=viewer.can(ENTER, one.indicator if isinstance(one, Series) else one.project),
        )
        for one in subjects
    ]


def revisions_for(viewer: Viewer, subject: Series | ProjectFigure) -> list[Observation]:
    """Every revision of every value of one subject, newest year first."""
    rows = observations_for(viewer)
    rows = rows.filter(series=subject) if isinstance(subject, Series) else rows.filter(project_figure=subject)
    return list(rows.order_by("-fiscal_year", "definition", "-revision"))


def unpublished_for(viewer: Viewer) -> QuerySet[Observation]:
    """Values that are not public yet, as far as the viewer may see them."""
    return (
        observations_for(viewer)
        .filter(published_at__isnull=True)
        .select_related("series__indicator", "project_figure__project__plan", "evidence")
        .order_by("-entered_at", "-pk")
    )


def evidence_choices_for(viewer: Viewer, limit: int = 200) -> list[Evidence]:
    """Evidence that may be used again, newest first: anything that was entered for the city's values."""
    if not viewer.can(ENTER):
        return []
    return list(Evidence.objects.order_by("-created_at")[:limit])


def evidence_by_id(viewer: Viewer, pk: int) -> Evidence | None:
    """One piece of evidence for those who enter values."""
    return Evidence.objects.filter(pk=pk).first() if viewer.can(ENTER) else None


def indicators_without_values(viewer: Viewer, plan: Plan) -> list[Indicator]:
    """Indicators of a plan without any measured value."""
    return list(
        rows_of_plan(viewer, Indicator, plan)
        .exclude(series__observations__value__isnull=False)
        .prefetch_related("series")
        .order_by("name")
    )


def staged_for(viewer: Viewer, token: uuid.UUID) -> StagedUpload | None:
    """An upload of the viewer's own that still waits for confirmation."""
    if viewer.actor is None:
        return None
    return StagedUpload.objects.filter(
        token=token, staged_by=viewer.actor, expires_at__gt=timezone.now()
    ).first()


# --- what a table's rows mean
# ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRow:
    """A row of a table: what it would do (``new``, ``correction``, ``same``, ``bad``) and what is wrong
    with it.
    """

    line: int
    cells: Mapping[str, str]
    state: str
    value: Value | None = None
    before: Observation | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BulkResult:
    """All rows of a table, judged against what stands today."""

    rows: tuple[BulkRow, ...]

    def of(self, state: str) -> list[BulkRow]:
        """The rows in one state."""
        return [row for row in self.rows if row.state == state]

    @property
    def values(self) -> list[Value]:
        """What would be entered."""
        return [
            row.value for row in self.rows if row.state in {"new", "correction"} and row.value is not None
        ]


class _Subjects:
    """Every series and number, by the names a table may use for them."""

    def __init__(self) -> None:
        self.series: dict[str, list[Series]] = defaultdict(list)
        for row in Series.objects.select_related("indicator").order_by("order"):
            self.series[row.indicator.key].append(row)
            if row.indicator.name != row.indicator.key:
                self.series[row.indicator.name].append(row)
        self.numbers: dict[tuple[str, str], list[ProjectFigure]] = defaultdict(list)
        figures = ProjectFigure.objects.select_related("project__plan").order_by(
            "-project__plan__first_year", "order"
        )
        for figure in figures:
            self.numbers[(figure.project.plan.key, figure.project.code)].append(figure)
            self.numbers[("", figure.project.code)].append(figure)

    def find(self, cells: Mapping[str, str]) -> tuple[Series | None, ProjectFigure | None, dict[str, str]]:
        """The series or number a row is about, or what is wrong with how it is named."""
        indicator, project = cells.get("indicator", ""), cells.get("project", "")
        if bool(indicator) == bool(project):
            return None, None, {"indicator": _("Name either an indicator or a project.")}
        if indicator:
            return self._series(indicator, cells.get("series", ""))
        return self._number(cells.get("plan", ""), project, cells.get("figure", ""))

    def _series(self, name: str, series: str) -> tuple[Series | None, None, dict[str, str]]:
        rows = self.series.get(name, [])
        if not rows:
            return None, None, {"indicator": _("No indicator is called “%(name)s”.") % {"name": name}}
        if len({row.indicator_id for row in rows}) > 1:
            text = _("Several indicators are called “%(name)s”; use the key.")
            return None, None, {"indicator": text % {"name": name}}
        found = [row for row in rows if series in {row.key, row.name}] if series else rows
        if len(found) != 1:
            names = ", ".join(row.name or row.key for row in rows)
            return None, None, {"series": _("Name one of the series: %(names)s.") % {"names": names}}
        return found[0], None, {}

    def _number(self, plan: str, code: str, name: str) -> tuple[None, ProjectFigure | None, dict[str, str]]:
        rows = self.numbers.get((plan, code), [])
        if not rows:
            return (
                None,
                None,
                {"project": _("No project with numbers has the code “%(code)s”.") % {"code": code}},
            )
        newest = [row for row in rows if row.project_id == rows[0].project_id]
        found = [row for row in newest if name in {row.name, str(row.order)}] if name else newest
        if len(found) != 1:
            names = ", ".join(row.name for row in newest)
            return None, None, {"figure": _("Name one of the numbers: %(names)s.") % {"names": names}}
        return None, found[0], {}


def judge_rows(viewer: Viewer, rows: Iterable[TableRow], *, source_kind: str, status: str) -> BulkResult:
    """What each row would do, judged against what stands today; nothing is written."""
    subjects = _Subjects()
    parsed: list[tuple[ParsedRow, Value | None, dict[str, str]]] = []
    for row in rows:
        read = parse_row(row)
        series, figure, problems = subjects.find(read.cells)
        problems = {**problems, **read.problems}
        value = None
        if not problems:
            value = _value(read.facts, series, figure, source_kind, status)
            if not viewer.can(ENTER, value.owner):
                problems["project" if figure else "indicator"] = _(
                    "Your department does not enter this value."
                )
        parsed.append((read, value, problems))
    values = [value for _read, value, _problems in parsed if value is not None]
    standing, codes = standing_values(values), definition_codes(values)
    judged: list[BulkRow] = []
    lines: dict[Any, int] = {}
    for read, value, problems in parsed:
        known = codes.get(value.subject[:2], []) if value is not None else []
        if value is not None and len(known) == 1 and not read.cells.get("definition"):
            value = replace(value, definition=known[0])
        judged.append(_judged(read, value, problems, standing, lines, known))
    return BulkResult(tuple(judged))


def _judged(
    read: ParsedRow,
    value: Value | None,
    problems: dict[str, str],
    standing: Mapping[Any, Observation],
    lines: dict[Any, int],
    codes: list[str],
) -> BulkRow:
    if value is None or problems:
        return BulkRow(line=read.line, cells=read.cells, state="bad", problems=problems)
    if value.subject in lines:
        text = _("Line %(line)d has a value for the same year already.") % {"line": lines[value.subject]}
        return BulkRow(line=read.line, cells=read.cells, state="bad", problems={"fiscal_year": text})
    lines[value.subject] = read.line
    before = standing.get(value.subject)
    if before is not None and says_the_same(before, value):
        return BulkRow(line=read.line, cells=read.cells, state="same", value=value, before=before)
    if found := problems_of(value, before, codes):
        texts = {name: " ".join(sentences) for name, sentences in found.items()}
        return BulkRow(line=read.line, cells=read.cells, state="bad", before=before, problems=texts)
    state = "new" if before is None else "correction"
    return BulkRow(line=read.line, cells=read.cells, state=state, value=value, before=before)


def _value(
    facts: Mapping[str, Any],
    series: Series | None,
    figure: ProjectFigure | None,
    source_kind: str,
    status: str,
) -> Value:
    printed = (
        series.indicator.decimals if series is not None else figure.decimals if figure is not None else 0
    )
    return Value(
        series=series,
        figure=figure,
        fiscal_year=facts["fiscal_year"],
        value=facts["value"],
        decimals=facts["decimals"]
        if facts["decimals"] is not None
        else max(digits_of(facts["value"]), printed),
        as_of=facts["as_of"],
        definition=facts["definition"],
        coverage=facts["coverage"],
        n=facts["n"],
        interval=facts["interval"],
        status=status,
        source_kind=source_kind if source_kind in SourceKind.values else SourceKind.DOCUMENT,
        note=facts["note"],
        reason=facts["reason"],
    )


def digits_of(value: Decimal | None) -> int:
    """How many digits after the point a number was written with."""
    if value is None:
        return 0
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def waiting_for_values(viewer: Viewer, plan: Plan, year: int) -> int:
    """How many of the indicators the viewer answers for have no value in a year and no due date either.

    Those with a due date wait as late figures once it has passed (:func:`late_by_figure`).
    """
    rows = rows_of_plan(viewer, Indicator, plan).prefetch_related("series")
    reach = viewer.departments_for(ENTER)
    if reach is not None:
        rows = rows.filter(department_id__in=reach)
    waiting = list(rows.exclude(Q(series__observations__fiscal_year=year)))
    bound = bindings_in_force(subjects=[series for row in waiting for series in row.series.all()])
    return sum(
        any(
            (found := bound.get(subject_key(series))) is None or found.due_month is None
            for series in row.series.all()
        )
        for row in waiting
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFigure:
    """A figure with everything of it that is late, the most overdue first."""

    placed: Placed
    late: tuple[Late, ...]

    @property
    def due(self) -> date:
        """The day that passed first."""
        return self.late[0].due


def late_by_figure(viewer: Viewer) -> list[LateFigure]:
    """The late figures whose office the viewer enters values for, the most overdue first."""
    if not viewer.can(ENTER):
        return []
    reach = viewer.departments_for(ENTER)
    found: dict[SubjectKey, list[Late]] = defaultdict(list)
    for row in late_for(viewer):
        if reach is None or (row.department is not None and row.department.pk in reach):
            found[row.placed.key].append(row)
    return [LateFigure(placed=rows[0].placed, late=tuple(rows)) for rows in found.values()]
