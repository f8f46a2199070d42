"""Filling a sheet in: a draft that is saved as often as one likes, and handing in."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.utils import timezone
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, NotAllowed
from jichi.city.trail import CHANGED, act, record
from jichi.evaluation.actions import CHECK_SECTION, FILL, TAKE_IN
from jichi.evaluation.deadlines import days_late, due_of
from jichi.evaluation.enums import SheetState
from jichi.evaluation.models import Sheet
from jichi.evaluation.moves import Step, after_handing_in, require
from jichi.evaluation.sides import DEPARTMENT, PLANNING
from jichi.sheets import services as sheets
from jichi.sheets.definition import Raw
from jichi.sheets.models import AnswerRevision
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import from_json, read, tidy, to_json
from jichi.ui import numbers

from .deciding import decide
from .steps import Kind, happened, locked, put, require_open, sheet_of

Channel = AnswerRevision.Channel


def save_draft(*, viewer: Viewer, sheet_id: int, raw: Raw, version: int) -> Sheet:
    """Keep what was typed, to go on later (also by itself, while somebody types). Nothing is checked.

    ``version`` is that of the answers (``sheet.answer_set.version``) on the page. The same text again writes
    nothing. After the deadline it is saved as before.

    Raises:
        NotAllowed; Sheet.DoesNotExist; Conflict: a colleague saved meanwhile (``current`` is the sheet);
        Invalid: where the sheet does not lie with the department.
    """
    sheet = sheet_of(sheet_id)
    with act(viewer, FILL, sheet):
        sheet = locked(sheet)
        require_open(sheet.cycle)
        require(Step.DRAFT, sheet.state)
        before = sheet.answer_set.version
        with _told_with_sheet(sheet):
            saved = sheets.save_draft(viewer=viewer, answer_set=sheet.answer_set, raw=raw, version=version)
        if saved.version != before:
            record(viewer, FILL, sheet, fields={"draft": CHANGED})
    sheet.answer_set = saved
    return sheet


def hand_in(
    *,
    viewer: Viewer,
    sheet_id: int,
    raw: Raw,
    version: int,
    channel: str = Channel.PAGE,
    filename: str = "",
    content: bytes | None = None,
    note: str = "",
    reasons: Mapping[str, str] | None = None,
    at: datetime.datetime | None = None,
) -> AnswerRevision:
    """Hand a sheet in; it goes to the section's head, or past her where she filled it herself.

    After the deadline it is taken all the same, and what happened says by how many days it is late. The same
    answers twice are one revision and one step. Where Jichi had proposed an answer, another one needs its
    reason in ``reasons`` (field → words). A workbook or paper (``channel``) may also be entered by the
    planning section.

    Raises:
        NotAllowed; Sheet.DoesNotExist; Conflict: a colleague's answers came first (``current`` is the sheet);
        AnswersInvalid: by address of the answer; Invalid: where the sheet does not lie with the department,
        or a reason is missing.
    """
    sheet = sheet_of(sheet_id)
    key = _key(viewer, sheet, channel)
    with act(viewer, key, sheet):
        sheet = locked(sheet)
        require_open(sheet.cycle)
        if (same := _said_already(viewer, sheet, raw)) is not None:
            return same
        require(Step.HAND_IN, sheet.state)
        with _told_with_sheet(sheet):
            revision = sheets.hand_in(
                viewer=viewer,
                answer_set=sheet.answer_set,
                raw=raw,
                version=version,
                channel=channel,
                filename=filename,
                content=content,
                note=note,
                at=at,
            )
        decide(viewer=viewer, sheet=sheet, revision=revision, reasons=reasons or {}, at=at)
        _move(viewer, key, sheet, revision, note, at or timezone.now())
    return revision


@contextmanager
def _told_with_sheet(sheet: Sheet) -> Iterator[None]:
    """A conflict about the answers is told with the sheet they belong to, the answers as they stand in it."""
    try:
        yield
    except Conflict as error:
        sheet.answer_set = error.current
        raise Conflict(sheet) from error


def _key(viewer: Viewer, sheet: Sheet, channel: str) -> str:
    if viewer.can(FILL, sheet):
        return FILL
    if channel != Channel.PAGE and viewer.can(TAKE_IN, sheet):
        return TAKE_IN
    raise NotAllowed(FILL)


def _move(
    viewer: Viewer, key: str, sheet: Sheet, revision: AnswerRevision, note: str, moment: datetime.datetime
) -> None:
    assert viewer.actor is not None
    levels = sheet.cycle.check_levels
    by_head = not viewer.system and key == FILL and viewer.can(CHECK_SECTION, sheet)
    before = put(
        sheet,
        after_handing_in(levels=levels, by_section_head=by_head),
        moment,
        handed_in_at=moment,
        handed_in_by=viewer.actor,
    )
    said = " ".join(one for one in (_lateness(sheet, moment), note.strip()) if one)
    side = DEPARTMENT if key == FILL else PLANNING
    happened(
        viewer,
        sheet,
        Kind.HANDED_IN,
        side=side,
        from_state=before,
        at=moment,
        text=said,
        revision=revision.number,
    )
    fields = {"state": [before, sheet.state], "revision": [None, revision.number]}
    record(viewer, key, sheet, fields=fields)


def _lateness(sheet: Sheet, moment: datetime.datetime) -> str:
    late, due = days_late(sheet, moment), due_of(sheet, SheetState.FILLING)
    if late <= 0 or due is None:
        return ""
    text = ngettext(
        "Handed in %(count)d day after the deadline (%(day)s).",
        "Handed in %(count)d days after the deadline (%(day)s).",
        late,
    )
    return text % {"count": late, "day": numbers.format_date(due)}


def _said_already(viewer: Viewer, sheet: Sheet, raw: Raw) -> AnswerRevision | None:
    """What the viewer handed in a moment ago, where this is the same again (a second press of the button)."""
    if sheet.state == SheetState.FILLING or sheet.handed_in_by != viewer.actor:
        return None
    rows = sheet.answer_set.revisions.select_related("form_version").order_by("-number")
    newest = rows.first()
    if newest is None or newest.form_version_id != sheet.answer_set.form_version_id:
        return None
    definition = definition_of(newest.form_version)
    values = read(definition, tidy(definition, raw), known=from_json(newest.values, definition)).values
    return newest if to_json(values) == newest.values else None
