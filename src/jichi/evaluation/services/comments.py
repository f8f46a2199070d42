"""Remarks on a sheet or on one of its answers, and their being settled."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.trail import CHANGED, act, record
from jichi.evaluation.actions import COMMENT, REVIEW
from jichi.evaluation.enums import CycleState
from jichi.evaluation.models import Sheet, SheetComment
from jichi.evaluation.moves import Step, require
from jichi.evaluation.sides import COMMITTEE, sides_of
from jichi.sheets.definition import Address
from jichi.sheets.parsing import definition_of

from .steps import locked, office_of, require_open, sheet_of

LONGEST = 4000


def remark(
    *,
    viewer: Viewer,
    sheet_id: int,
    text: str,
    place: str = "",
    side: str | None = None,
    at: datetime.datetime | None = None,
) -> SheetComment:
    """Remark upon a sheet, or upon the answer at ``place`` (an address of its form).

    ``side`` says for whom one speaks who stands on several sides; default: the one she is first taken for.
    The committee remarks once the cycle is shown to it.

    Raises:
        NotAllowed; Sheet.DoesNotExist; Invalid: without words, for an answer the form does not have, or in a
        cycle that is not open.
    """
    sheet = sheet_of(sheet_id)
    sides = sides_of(viewer, sheet)
    if not sides or (side is not None and side not in sides):
        raise NotAllowed(COMMENT)
    said_by = side or sides[0]
    if said_by == COMMITTEE and not viewer.system and not is_shown_to_committee(sheet):
        raise NotAllowed(REVIEW)
    key = REVIEW if said_by == COMMITTEE else COMMENT
    with act(viewer, key, sheet):
        said = text.strip()
        if not said:
            raise Invalid({"text": [_("Write your remark.")]})
        if len(said) > LONGEST:
            raise Invalid({"text": [_("At most %(most)d characters.") % {"most": LONGEST}]})
        _require_place(sheet, place)
        sheet = locked(sheet)
        require_open(sheet.cycle)
        require(Step.REMARK, sheet.state)
        assert viewer.actor is not None
        row = SheetComment.objects.create(
            sheet=sheet,
            place=place,
            text=said,
            by=viewer.actor,
            department_id=office_of(sheet, said_by),
            side=said_by,
            at=at or timezone.now(),
        )
        record(viewer, key, sheet, fields={"place": [None, place], "text": CHANGED})
    return row


def settle(*, viewer: Viewer, comment_id: int, at: datetime.datetime | None = None) -> SheetComment:
    """Say that a remark is dealt with; twice is once.

    Raises:
        NotAllowed; SheetComment.DoesNotExist; Invalid: in a cycle that is not open.
    """
    found = SheetComment.objects.select_related("sheet").get(pk=comment_id)
    sheet = sheet_of(found.sheet_id)
    with act(viewer, COMMENT, sheet):
        require_open(sheet.cycle)
        row = SheetComment.objects.select_for_update().get(pk=comment_id)
        if row.settled_at is not None:
            return row
        row.settled_at, row.settled_by = at or timezone.now(), viewer.actor
        row.save(update_fields=["settled_at", "settled_by"])
        record(viewer, COMMENT, sheet, fields={"settled": [None, row.pk]})
    return row


def is_shown_to_committee(sheet: Sheet) -> bool:
    """Whether the committee has the sheet before it: its cycle is shown to it, and there is a draft."""
    cycle = sheet.cycle
    if cycle.state != CycleState.OPEN or cycle.committee_from is None:
        return False
    return cycle.committee_from <= timezone.now() and sheet.editions.exists()


def _require_place(sheet: Sheet, place: str) -> None:
    if not place:
        return
    keys = {field.key for _part, field in definition_of(sheet.answer_set.form_version).fields()}
    if Address.of(place).field not in keys or len(place) > 80:
        raise Invalid({"place": [_("The form has no such answer.")]})
