"""Everything that sheets hold beside their answers, read for many sheets at once.

For services and other queries, which have asked already who is looking.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q

from jichi.evaluation.enums import AmountKind, CycleKind, CycleState, SheetKind, SheetState
from jichi.evaluation.fields import ACCOMPLISHMENT
from jichi.evaluation.models import BudgetAmount, BudgetLine, BudgetShare, Cycle, Grade, Sheet
from jichi.figures.models import Observation
from jichi.plan.enums import FigureRole, LevelKind
from jichi.plan.models import FigurePoint, Node, ProjectFigure
from jichi.sheets.models import AnswerRevision, FormVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A yearly number of a project: what the plan promised for the year, and what was measured."""

    figure: ProjectFigure
    target: Decimal | None
    actual: Decimal | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A budget line of which a project bears ``percent``, with its newest amounts."""

    line: BudgetLine
    percent: Decimal
    estimate: BudgetAmount | None
    settled: BudgetAmount | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the contents of the sheets of one cycle are made from; by sheet id or by node id."""

    cycle: Cycle
    sheets: Sequence[Sheet]
    revisions: Mapping[int, AnswerRevision]
    forms: Mapping[int, FormVersion]
    nodes: Mapping[int, Node]
    grades: Mapping[int, Sequence[Grade]]
    figures: Mapping[int, Sequence[Figures]]
    lines: Mapping[int, Sequence[Lines]]
    projects: Mapping[int, Sequence[Node]]
    accomplishments: Mapping[int, str]


def parts_of(
    cycle: Cycle,
    sheets: Sequence[Sheet],
    on: datetime.datetime,
    *,
    public_by: datetime.datetime | None = None,
) -> Parts:
    """Read all parts for sheets of a cycle, as they stand at ``on``.

    ``public_by``: of other evaluations only what everybody may read by that moment; None: what is accepted.
    """
    rows = list(
        Sheet.objects.filter(pk__in=[sheet.pk for sheet in sheets]).select_related(
            "department__ward", "answer_set"
        )
    )
    revisions = standing_revisions(rows)
    nodes = {one.pk: one for one in Node.objects.filter(plan=cycle.plan_id).select_related("level")}
    judged = [sheet.node_id for sheet in rows]
    below = _projects_below(nodes, [s.node_id for s in rows if s.kind == SheetKind.MEASURE])
    versions = {row.form_version_id for row in revisions.values()}
    forms = FormVersion.objects.filter(pk__in=versions).select_related("form").defer("definition")
    return Parts(
        cycle=cycle,
        sheets=rows,
        revisions=revisions,
        forms={one.pk: one for one in forms},
        nodes=nodes,
        grades=grades_by_node(cycle, judged, on),
        figures=figures_by_node(judged, cycle.fiscal_year),
        lines=lines_by_node(judged, cycle.fiscal_year),
        projects=below,
        accomplishments=_accomplishments(cycle, below, public_by) if below else {},
    )


def standing_revisions(sheets: Iterable[Sheet]) -> dict[int, AnswerRevision]:
    """The answers that stand for each sheet, by its id: those accepted, or else those handed in last."""
    wanted: dict[uuid.UUID, tuple[int, int]] = {}
    for sheet in sheets:
        number = sheet.accepted_revision or sheet.answer_set.revision
        if number:
            wanted[sheet.answer_set_id] = (sheet.pk, number)
    rows = AnswerRevision.objects.filter(answer_set__in=list(wanted)).defer("content", "raw")
    return {wanted[row.answer_set_id][0]: row for row in rows if wanted[row.answer_set_id][1] == row.number}


def grades_by_node(cycle: Cycle, nodes: Sequence[int], on: datetime.datetime) -> dict[int, list[Grade]]:
    """The newest grade of each series at each node, in the order of the plan."""
    rows = (
        Grade.objects.filter(cycle=cycle, placement__node__in=nodes, made_at__lte=on)
        .select_related("placement__indicator", "series", "rule__rule_set")
        .order_by("placement__order", "series__order", "revision")
    )
    newest = {(row.placement_id, row.series_id): row for row in rows}
    found: dict[int, list[Grade]] = {}
    for row in newest.values():
        found.setdefault(row.placement.node_id, []).append(row)
    return found


def figures_by_node(nodes: Sequence[int], fiscal_year: int) -> dict[int, list[Figures]]:
    """The yearly numbers of projects that have a target or a value in the year, in the order of the plan.

    Values are published or final ones, the newest revision of each, as grades take them.
    """
    figures = list(ProjectFigure.objects.filter(project__in=nodes).order_by("project", "order"))
    targets = {
        row.figure_id: row.value
        for row in FigurePoint.objects.filter(
            figure__in=figures, role=FigureRole.TARGET, fiscal_year=fiscal_year
        )
    }
    counted = Q(published_at__isnull=False) | ~Q(status=Observation.Status.PROVISIONAL)
    rows = Observation.objects.filter(counted, project_figure__in=figures, fiscal_year=fiscal_year)
    rows = rows.order_by("definition", "revision")
    measured = {row.project_figure_id: row for row in rows}
    found: dict[int, list[Figures]] = {}
    for figure in figures:
        row = measured.get(figure.pk)
        if figure.pk not in targets and row is None:
            continue
        found.setdefault(figure.project_id, []).append(
            Figures(
                figure=figure,
                target=targets.get(figure.pk),
                actual=row.value if row is not None else None,
                note=row.note if row is not None else "",
            )
        )
    return found


def lines_by_node(nodes: Sequence[int], fiscal_year: int) -> dict[int, list[Lines]]:
    """The budget lines of the year of which projects bear a part, by account and code."""
    shares = list(
        BudgetShare.objects.filter(node__in=nodes, line__fiscal_year=fiscal_year)
        .select_related("line")
        .order_by("line__account", "line__code")
    )
    amounts = BudgetAmount.objects.filter(line__in=[one.line_id for one in shares]).order_by("revision")
    newest = {(row.line_id, row.kind): row for row in amounts}
    found: dict[int, list[Lines]] = {}
    for one in shares:
        found.setdefault(one.node_id, []).append(
            Lines(
                line=one.line,
                percent=one.percent,
                estimate=newest.get((one.line_id, AmountKind.ESTIMATE)),
                settled=newest.get((one.line_id, AmountKind.SETTLED)),
            )
        )
    return found


def _projects_below(nodes: Mapping[int, Node], measures: Iterable[int]) -> dict[int, list[Node]]:
    """The projects below each measure, by code, however deep."""
    wanted = set(measures)
    found: dict[int, list[Node]] = {pk: [] for pk in wanted}
    for node in sorted(nodes.values(), key=lambda one: one.code):
        if node.level.kind != LevelKind.PROJECT:
            continue
        current = node.parent_id
        while current is not None:
            if current in wanted:
                found[current].append(node)
            current = nodes[current].parent_id
    return found


def _accomplishments(
    cycle: Cycle, projects: Mapping[int, Sequence[Node]], public_by: datetime.datetime | None
) -> dict[int, str]:
    """How projects did, as accepted in the newest yearly evaluation up to the cycle's year."""
    nodes = [one.pk for listed in projects.values() for one in listed]
    rows = AnswerRevision.objects.filter(
        Q(answer_set__evaluation_sheet__cycle__kind=CycleKind.YEARLY),
        answer_set__evaluation_sheet__cycle__plan=cycle.plan_id,
        answer_set__evaluation_sheet__cycle__fiscal_year__lte=cycle.fiscal_year,
        answer_set__evaluation_sheet__node__in=nodes,
        answer_set__evaluation_sheet__state=SheetState.ACCEPTED,
        number=F("answer_set__evaluation_sheet__accepted_revision"),
    ).order_by("answer_set__evaluation_sheet__cycle__fiscal_year")
    if public_by is not None:
        rows = rows.filter(
            answer_set__evaluation_sheet__cycle__state=CycleState.PUBLISHED,
            answer_set__evaluation_sheet__cycle__public_from__lte=public_by,
        )
    found: dict[int, str] = {}
    for node, values in rows.values_list("answer_set__evaluation_sheet__node", "values"):
        if value := values.get(ACCOMPLISHMENT):
            found[node] = str(value)
    return found
