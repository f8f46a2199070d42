"""Workbooks on their way out: of one sheet, of an office with all that lies with it, of all offices."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.trail import act, digest_of, record
from jichi.evaluation.actions import FILL, TAKE_ALL, TAKE_WORKBOOK
from jichi.evaluation.models import Cycle, Sheet, SheetEvent
from jichi.evaluation.moves import Step, require
from jichi.evaluation.queries.workbooks import known_of, sheets_with_office, sheets_with_offices
from jichi.evaluation.sides import DEPARTMENT, PLANNING
from jichi.evaluation.workbook_making import Ready, file_name, workbook_of, workbooks_of
from jichi.figures.inquiries.services import File

from .steps import Kind, cycle_of, event, happened, locked, locked_cycle, portions, require_open, sheet_of


def take_workbook(*, viewer: Viewer, sheet_id: int, at: datetime.datetime | None = None) -> File:
    """The workbook of one sheet, with what was typed so far and last year's answers beside.

    Raises:
        NotAllowed; Sheet.DoesNotExist; Invalid: where the sheet does not lie with the department.
    """
    sheet, moment = sheet_of(sheet_id), at or timezone.now()
    viewer.require(TAKE_WORKBOOK, sheet)
    _require_here(sheet)
    made = workbook_of(Ready(sheet, known_of(viewer, [sheet])[sheet.pk]), moment)
    with act(viewer, TAKE_WORKBOOK, sheet):
        sheet = locked(sheet)
        _require_here(sheet)
        happened(viewer, sheet, Kind.WORKBOOK_TAKEN, side=_side(viewer, sheet), at=moment)
        record(viewer, TAKE_WORKBOOK, sheet)
    return made


def take_department_workbook(
    *, viewer: Viewer, cycle_id: int, department_id: int, at: datetime.datetime | None = None
) -> File:
    """The workbook of an office: all sheets of a cycle that lie with it. A zip file where one is too large.

    Raises:
        NotAllowed; Cycle.DoesNotExist; Department.DoesNotExist; Invalid: where no sheet lies with it.
    """
    cycle, moment = cycle_of(cycle_id), at or timezone.now()
    office = Department.objects.get(pk=department_id)
    viewer.require(TAKE_WORKBOOK, Sheet(department=office))
    require_open(cycle)
    sheets = sheets_with_office(viewer, cycle, department_id, TAKE_WORKBOOK)
    if not sheets:
        text = _("No sheet of %(office)s lies with it now. What was handed in can be sent back to it.")
        raise Invalid({"": [text % {"office": office.name}]})
    files = workbooks_of(_ready(viewer, sheets), moment)
    _given_out(viewer, TAKE_WORKBOOK, cycle, sheets, moment)
    if len(files) == 1:
        return files[0]
    return _packed(f"{cycle.title}_{office.name}", files)


def take_all_workbooks(*, viewer: Viewer, cycle_id: int, at: datetime.datetime | None = None) -> File:
    """The workbooks of all offices with which sheets of a cycle lie, as a zip file.

    Raises:
        NotAllowed; Cycle.DoesNotExist; Invalid: where no sheet lies with an office.
    """
    cycle, moment = cycle_of(cycle_id), at or timezone.now()
    viewer.require(TAKE_ALL, cycle)
    require_open(cycle)
    offices = sheets_with_offices(viewer, cycle, TAKE_WORKBOOK)
    if not offices:
        raise Invalid({"": [_("No sheet lies with its office now.")]})
    # Making them takes seconds for each office, so it is done before the act holds the database, and no more
    # than one office's answers are held at a time.
    files = (file for sheets in offices.values() for file in workbooks_of(_ready(viewer, sheets), moment))
    packed = _packed(cycle.title, files)
    _given_out(viewer, TAKE_ALL, cycle, [one for sheets in offices.values() for one in sheets], moment)
    return packed


def _ready(viewer: Viewer, sheets: Sequence[Sheet]) -> list[Ready]:
    known = known_of(viewer, sheets)
    return [Ready(sheet, known[sheet.pk]) for sheet in sheets]


def _require_here(sheet: Sheet) -> None:
    require_open(sheet.cycle)
    require(Step.DRAFT, sheet.state)


def _side(viewer: Viewer, sheet: Sheet) -> str:
    return DEPARTMENT if not viewer.system and viewer.can(FILL, sheet) else PLANNING


def _given_out(
    viewer: Viewer, key: str, cycle: Cycle, sheets: Sequence[Sheet], moment: datetime.datetime
) -> None:
    """Keep that workbooks were given out; sheets that moved meanwhile have theirs as well."""
    known = {sheet.pk: sheet for sheet in sheets}
    for ids in portions(known):
        with act(viewer, key, cycle if key == TAKE_ALL else sheets[0]):
            require_open(locked_cycle(cycle.pk))
            SheetEvent.objects.bulk_create(
                event(
                    viewer,
                    known[pk],
                    Kind.WORKBOOK_TAKEN,
                    side=_side(viewer, known[pk]),
                    at=moment,
                )
                for pk in ids
            )
            fields = {"workbooks": [0, len(ids)]}
            record(viewer, key, cycle, fields=fields, count=len(ids), digest=digest_of(ids))


def _packed(title: str, files: Iterable[File]) -> File:
    buffer, used = io.BytesIO(), set()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for number, one in enumerate(files, start=1):
            name = one.name if one.name not in used else f"{number}-{one.name}"
            used.add(name)
            archive.writestr(name, one.content)
    return File(name=f"{file_name(title)}.zip", content=buffer.getvalue())
