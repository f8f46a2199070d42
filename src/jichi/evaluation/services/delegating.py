"""Giving a sheet to a person of its department, or to another office."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department, Person
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.evaluation.actions import HAND_ON
from jichi.evaluation.models import Sheet, SheetEvent
from jichi.evaluation.moves import Step, refusal
from jichi.evaluation.queries.people import people_of_office
from jichi.evaluation.sides import DEPARTMENT, PLANNING, is_planner

from .steps import Kind, event, locked_sheets, portions, put, require_open, sheets_of, words_required


def assign(
    *,
    viewer: Viewer,
    sheet_ids: Iterable[int],
    person_id: uuid.UUID | None = None,
    department_id: int | None = None,
    note: str = "",
    at: datetime.datetime | None = None,
) -> list[Sheet]:
    """Give sheets that lie with a department to one of its people, or, with a word, to another office.

    Neither a person nor an office: to anybody of the department again. Handed to another office, a sheet is
    nobody's there yet, and the office that gave it away no longer sees it. All are given, or none.

    Raises:
        NotAllowed; Sheet.DoesNotExist; Invalid: for a person who does not work there, an office that is no
        longer there, no word for the other office, or a sheet that was handed in.
    """
    ids = sorted(set(sheet_ids))
    if not ids:
        raise Invalid({"": [_("Choose at least one sheet.")]})
    read = sheets_of(ids)
    if len(read) != len(ids):
        raise Sheet.DoesNotExist
    for sheet in read:
        viewer.require(HAND_ON, sheet)
    said = note.strip()
    if department_id is not None:
        said = words_required(note, "note")
    changed: list[Sheet] = []
    with act(viewer, HAND_ON, read[0]):
        if person_id is not None and department_id is not None:
            raise Invalid({"person": [_("Choose a person here or another office, not both.")]})
        target = _office(department_id)
        person = _person(person_id)
        for part in portions(ids):
            changed += _portion(viewer, part, person, target, said, at)
        fields = {"person": CHANGED, "department": [None, department_id], "text": CHANGED}
        one = read[0] if len(read) == 1 else read[0].cycle
        record(viewer, HAND_ON, one, fields=fields, count=len(ids), digest=digest_of(ids))
    return changed


def _portion(
    viewer: Viewer,
    ids: Iterable[int],
    person: Person | None,
    target: Department | None,
    said: str,
    at: datetime.datetime | None,
) -> list[Sheet]:
    side = PLANNING if is_planner(viewer) else DEPARTMENT
    events: list[SheetEvent] = []
    sheets = locked_sheets(list(ids))
    for sheet in sheets:
        viewer.require(HAND_ON, sheet)
        _require(sheet, person, target)
    for sheet in sheets:
        # The office that gives it away is the one that did it, not the one that gets it.
        row = event(viewer, sheet, Kind.ASSIGNED, side=side, at=at, text=_told(target, person, said))
        row.to_state = sheet.state
        events.append(row)
        changes = {"department": target} if target is not None else {}
        put(sheet, sheet.state, sheet.moved_at, assigned_to=person, **changes)
    SheetEvent.objects.bulk_create(events)
    return sheets


def _require(sheet: Sheet, person: Person | None, target: Department | None) -> None:
    require_open(sheet.cycle)
    if sentence := refusal(Step.ASSIGN, sheet.state):
        raise Invalid({str(sheet.pk): [sentence]})
    if person is not None and person.pk not in people_of_office(sheet.department_id):
        raise Invalid({"person": [_("Choose somebody who works on the department's sheets.")]})
    if target is not None and target.pk == sheet.department_id:
        raise Invalid({"department": [_("It is there already.")]})


def _office(pk: int | None) -> Department | None:
    if pk is None:
        return None
    office = Department.objects.filter(pk=pk, valid_to__isnull=True).first()
    if office is None:
        raise Invalid({"department": [_("Choose one of the city's offices.")]})
    return office


def _person(pk: uuid.UUID | None) -> Person | None:
    if pk is None:
        return None
    person = Person.objects.filter(pk=pk).first()
    if person is None:
        raise Invalid({"person": [_("Choose somebody who works on the department's sheets.")]})
    return person


def _told(target: Department | None, person: Person | None, said: str) -> str:
    """What the event says; a person's name stays out of what is kept for good."""
    if target is not None:
        return _("To %(office)s: %(text)s") % {"office": target.name, "text": said}
    text = _("To one person of the office.") if person is not None else _("To anybody of the office.")
    return f"{text} {said}".strip()
