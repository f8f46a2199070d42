"""Taking a sheet out of the evaluation, and in again."""

from __future__ import annotations

import datetime

from jichi.city.access import Viewer
from jichi.city.trail import CHANGED, act, record
from jichi.evaluation.actions import WITHDRAW
from jichi.evaluation.enums import SheetState
from jichi.evaluation.models import Sheet
from jichi.evaluation.moves import Step, require
from jichi.evaluation.sides import PLANNING

from .steps import Kind, happened, locked, put, require_open, require_version, sheet_of, words_required


def withdraw_sheet(
    *, viewer: Viewer, sheet_id: int, version: int, reason: str, at: datetime.datetime | None = None
) -> Sheet:
    """Take a sheet out of the evaluation, saying why. What was written stays.

    Raises:
        NotAllowed; Sheet.DoesNotExist; Conflict; Invalid: without a reason.
    """
    sheet = sheet_of(sheet_id)
    with act(viewer, WITHDRAW, sheet):
        said = words_required(reason, most=300)
        sheet = locked(sheet)
        require_open(sheet.cycle)
        require_version(sheet, version)
        require(Step.WITHDRAW, sheet.state)
        changes = {"reason": said, "accepted_at": None, "accepted_revision": None}
        before = put(sheet, SheetState.WITHDRAWN, at, **changes)
        happened(viewer, sheet, Kind.WITHDRAWN, side=PLANNING, from_state=before, at=at, text=said)
        record(viewer, WITHDRAW, sheet, fields={"state": [before, sheet.state], "text": CHANGED})
    return sheet


def restore_sheet(
    *, viewer: Viewer, sheet_id: int, version: int, note: str = "", at: datetime.datetime | None = None
) -> Sheet:
    """Take a withdrawn sheet into the evaluation again; it lies with its department.

    Raises:
        NotAllowed; Sheet.DoesNotExist; Conflict; Invalid: for one that was not withdrawn.
    """
    sheet = sheet_of(sheet_id)
    with act(viewer, WITHDRAW, sheet):
        sheet = locked(sheet)
        require_open(sheet.cycle)
        require_version(sheet, version)
        require(Step.RESTORE, sheet.state)
        before = put(sheet, SheetState.FILLING, at, reason="")
        happened(viewer, sheet, Kind.OPENED, side=PLANNING, from_state=before, at=at, text=note.strip())
        record(viewer, WITHDRAW, sheet, fields={"state": [before, sheet.state]})
    return sheet
