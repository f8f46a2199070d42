"""What stands in the workbooks of sheets: what was typed so far, and last year's answers beside."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.evaluation.enums import SheetEventKind, SheetState
from jichi.evaluation.models import Cycle, Sheet, SheetEvent
from jichi.sheets.carrying import carry_over
from jichi.sheets.definition import Address, Definition, Filler, Part, Raw, Values
from jichi.sheets.models import AnswerRevision, FormVersion
from jichi.sheets.parsing import definition_of
from jichi.sheets.queries import newest_revisions_for
from jichi.sheets.reading import from_json, raw_from_json, raw_of, read, rows_in
from jichi.sheets.typed import plain_key
from jichi.sheets.workbook import answers_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What stands in a sheet's form: ``raw`` typed so far, ``previous`` last year's, and what was handed in.

    ``digest`` is that of ``raw`` (see :func:`jichi.sheets.workbook.answers_digest`).
    """

    raw: Raw = field(default_factory=dict)
    previous: Values = field(default_factory=dict)
    revision: AnswerRevision | None = None
    digest: str = ""


def _rows() -> QuerySet[Sheet]:
    return Sheet.objects.select_related(
        "cycle__department", "cycle__plan", "node", "department", "answer_set__form_version__form"
    ).order_by("node__code", "pk")


def sheets_with_office(viewer: Viewer, cycle: Cycle, department_id: int, action: str) -> list[Sheet]:
    """The sheets of an office that lie with it, by code, for a viewer who may do ``action`` to each."""
    rows = _rows().filter(cycle=cycle, department=department_id, state=SheetState.FILLING)
    return [sheet for sheet in rows if viewer.can(action, sheet)]


def sheets_with_offices(viewer: Viewer, cycle: Cycle, action: str) -> dict[int, list[Sheet]]:
    """The sheets of a cycle that lie with their offices, by office. Sheets without an office are left out."""
    found: dict[int, list[Sheet]] = {}
    for sheet in _rows().filter(cycle=cycle, state=SheetState.FILLING, department__isnull=False):
        if sheet.department_id is not None and viewer.can(action, sheet):
            found.setdefault(sheet.department_id, []).append(sheet)
    return found


def sheets_reached(
    viewer: Viewer, action: str, *, cycle_id: int, department_id: int | None = None
) -> list[Sheet]:
    """All sheets of a cycle (and an office), wherever they lie, to which the viewer may do ``action``."""
    rows = _rows().filter(cycle=cycle_id)
    if department_id is not None:
        rows = rows.filter(department=department_id)
    return [sheet for sheet in rows if viewer.can(action, sheet)]


def older_versions(versions: Collection[FormVersion]) -> dict[int, dict[str, str]]:
    """The other versions of each form: digest → number, by the form."""
    found: dict[int, dict[str, str]] = {}
    forms = {version.form_id for version in versions}
    for row in FormVersion.objects.filter(form__in=forms).exclude(pk__in=[one.pk for one in versions]):
        found.setdefault(row.form_id, {})[row.digest] = str(row.number)
    return found


# --- the answers ----------------------------------------------------------------------------------
def known_of(viewer: Viewer, sheets: Sequence[Sheet]) -> dict[int, Known]:
    """What stands in each of several sheets of one cycle. The number of queries does not depend on theirs."""
    if not sheets:
        return {}
    earlier = _earlier(sheets)
    sets = {sheet.answer_set_id for sheet in [*sheets, *earlier.values()]}
    revisions = newest_revisions_for(viewer, sets)
    found = {}
    for sheet in sheets:
        definition = definition_of(sheet.answer_set.form_version)
        revision = revisions.get(sheet.answer_set_id)
        raw = _typed(sheet, definition, revision)
        before = earlier.get(sheet.node.code)
        given = revisions.get(before.answer_set_id) if before is not None else None
        previous = _carried(given, sheet, definition) if given is not None else {}
        found[sheet.pk] = Known(
            raw=raw,
            previous=beside_rows(definition, raw, previous),
            revision=revision,
            digest=answers_digest(definition, raw),
        )
    return found


def _earlier(sheets: Sequence[Sheet]) -> dict[str, Sheet]:
    """The sheets of the same projects in the evaluation before, by code."""
    before = sheets[0].cycle.previous_id
    if before is None:
        return {}
    rows = Sheet.objects.filter(cycle=before, node__code__in=[sheet.node.code for sheet in sheets])
    return {row.node.code: row for row in rows.exclude(state=SheetState.WITHDRAWN).select_related("node")}


def _typed(sheet: Sheet, definition: Definition, revision: AnswerRevision | None) -> Raw:
    """The draft, or else what was handed in last."""
    if sheet.answer_set.draft or revision is None:
        return raw_from_json(sheet.answer_set.draft)
    return raw_of(_carried(revision, sheet, definition), definition)


def _carried(revision: AnswerRevision, sheet: Sheet, definition: Definition) -> Values:
    """The values of a revision in the fields of the form that the sheet follows now."""
    if revision.form_version_id == sheet.answer_set.form_version_id:
        return from_json(revision.values, definition)
    old = definition_of(revision.form_version)
    raw = carry_over(from_json(revision.values, old), old, definition).raw
    return read(definition, raw, fill=Filler.RESPONDENT).values


def beside_rows(definition: Definition, raw: Raw, previous: Values) -> Values:
    """Last year's values, those of open rows beside the row of this year that says the same in its first
    answer; a row that none says now is left out.
    """
    found = dict(previous)
    for part in definition.parts:
        if part.rows is None or part.rows.fixed:
            continue
        for one in part.fields:
            for row in rows_in(part, previous):
                found.pop(Address(one.key, row), None)
        for now, then in _same_rows(part, raw, previous):
            for one in part.fields:
                if (value := previous.get(Address(one.key, then))) is not None:
                    found[Address(one.key, now)] = value
    return found


def _same_rows(part: Part, raw: Raw, previous: Values) -> list[tuple[str, str]]:
    first = part.fields[0].key
    then = {
        plain_key(str(previous[Address(first, row)])): row
        for row in rows_in(part, previous)
        if previous.get(Address(first, row))
    }
    named = [(row, plain_key(raw.get(Address(first, row), ""))) for row in rows_in(part, raw)]
    return [(row, then[name]) for row, name in named if name and name in then]


# --- the pages ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeLine:
    """An office in an evaluation: its sheets, those that lie with it, when a workbook was given out last."""

    department: Department
    whole: int
    open: int
    given_out: datetime.datetime | None


def offices_in(viewer: Viewer, cycle: Cycle, action: str) -> list[OfficeLine]:
    """The offices with sheets in a cycle, for a viewer who may do ``action`` to the whole cycle's."""
    return _lines(cycle, Q()) if viewer.departments_for(action) is None else []


def own_offices_in(viewer: Viewer, cycle: Cycle, action: str) -> list[Department]:
    """The viewer's own offices with sheets in a cycle to which she may do ``action``, by their keys."""
    reached = viewer.departments_for(action)
    if not reached:
        return []
    rows = Sheet.objects.filter(cycle=cycle, department__in=reached).exclude(state=SheetState.WITHDRAWN)
    return list(Department.objects.filter(pk__in=rows.order_by().values("department")).order_by("key"))


def office_in(viewer: Viewer, cycle: Cycle, department_id: int, action: str) -> OfficeLine:
    """One of them. Raises Department.DoesNotExist, also where the viewer may not do ``action`` there."""
    reached = viewer.departments_for(action)
    if reached is not None and department_id not in reached:
        raise Department.DoesNotExist
    lines = _lines(cycle, Q(department=department_id))
    if not lines:
        raise Department.DoesNotExist
    return lines[0]


def _lines(cycle: Cycle, wanted: Q) -> list[OfficeLine]:
    rows = Sheet.objects.filter(wanted, cycle=cycle, department__isnull=False)
    rows = rows.exclude(state=SheetState.WITHDRAWN)
    taken = SheetEvent.objects.filter(
        sheet__cycle=cycle,
        sheet__department=OuterRef("department"),
        kind=SheetEventKind.WORKBOOK_TAKEN,
    ).order_by()
    counted: Any = (
        rows.order_by()
        .values("department")
        .annotate(
            whole=Count("pk"),
            open=Count("pk", filter=Q(state=SheetState.FILLING)),
            given_out=Subquery(taken.values("sheet__department").annotate(last=Max("at")).values("last")),
        )
    )
    offices = Department.objects.in_bulk([row["department"] for row in counted])
    lines = [
        OfficeLine(
            department=offices[row["department"]],
            whole=row["whole"],
            open=row["open"],
            given_out=timezone.localtime(row["given_out"]) if row["given_out"] is not None else None,
        )
        for row in counted
    ]
    return sorted(lines, key=lambda one: one.department.key)
