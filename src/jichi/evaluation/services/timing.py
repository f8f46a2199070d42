"""More time for departments, and reminders."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.evaluation.actions import EXTEND, REMIND
from jichi.evaluation.deadlines import due_of
from jichi.evaluation.enums import CycleState
from jichi.evaluation.models import Sheet, SheetEvent
from jichi.evaluation.moves import Step, refusal
from jichi.evaluation.sides import PLANNING
from jichi.ui import numbers

from .steps import (
    Kind,
    cycle_of,
    event,
    happened,
    locked_sheets,
    portions,
    put,
    require_open,
    sheet_of,
    words_required,
)


def extend(
    *,
    viewer: Viewer,
    sheet_ids: Iterable[int],
    due_on: datetime.date,
    reason: str,
    at: datetime.datetime | None = None,
) -> list[Sheet]:
    """Give departments more time for sheets that lie with them, saying why.

    Raises:
        NotAllowed; Sheet.DoesNotExist; Invalid: without a reason, for a day that has passed or is no later
        than the one that holds, or for a sheet that was handed in; then none is changed.
    """
    said = words_required(reason)
    moment = at or timezone.now()
    if due_on < timezone.localtime(moment).date():
        raise Invalid({"due_on": [_("That day has passed. Choose today or a later day.")]})
    ids = sorted(set(sheet_ids))
    if not ids:
        raise Invalid({"": [_("Choose at least one sheet.")]})
    with act(viewer, EXTEND, sheet_of(ids[0])):
        sheets = locked_sheets(ids)
        if len(sheets) != len(ids):
            raise Sheet.DoesNotExist
        for sheet in sheets:
            viewer.require(EXTEND, sheet)
            _require_later(sheet, due_on)
        for sheet in sheets:
            put(sheet, sheet.state, sheet.moved_at, due_on=due_on)
            happened(viewer, sheet, Kind.EXTENDED, side=PLANNING, at=moment, text=_extended(due_on, said))
        fields = {"due_on": [None, due_on.isoformat()], "text": CHANGED}
        record(viewer, EXTEND, sheets[0].cycle, fields=fields, count=len(ids), digest=digest_of(ids))
    return sheets


def _require_later(sheet: Sheet, due_on: datetime.date) -> None:
    require_open(sheet.cycle)
    if sentence := refusal(Step.EXTEND, sheet.state):
        raise Invalid({str(sheet.pk): [sentence]})
    standing = due_of(sheet)
    if standing is not None and due_on <= standing:
        text = _("It is due on %(day)s already; more time means a later day.")
        raise Invalid({"due_on": [text % {"day": numbers.format_date(standing)}]})


def _extended(due_on: datetime.date, said: str) -> str:
    return _("Due on %(day)s: %(reason)s") % {"day": numbers.format_date(due_on), "reason": said}


def remind(
    *,
    viewer: Viewer,
    sheet_ids: Iterable[int] | None = None,
    cycle_id: int | None = None,
    text: str = "",
    at: datetime.datetime | None = None,
) -> list[Sheet]:
    """Remind those with whom sheets lie: of the ones named, or of all in a cycle. Returns which.

    Jichi sends no mail: a reminder is kept with the sheet and shown in its office's list of work. A second
    one on the same day is none; a sheet that lies with no office is left out.

    Raises:
        NotAllowed; Sheet.DoesNotExist; Cycle.DoesNotExist; Invalid: where nothing is named, or not open.
    """
    if sheet_ids is None:
        if cycle_id is None:
            raise Invalid({"": [_("Choose whom to remind.")]})
        require_open(cycle_of(cycle_id))
        sheet_ids = Sheet.objects.filter(cycle=cycle_id).values_list("pk", flat=True)
    moment = at or timezone.now()
    day = timezone.localtime(moment).date()
    told: list[Sheet] = []
    for ids in portions(sheet_ids):
        with act(viewer, REMIND, sheet_of(ids[0])):
            sheets = [one for one in locked_sheets(ids) if not refusal(Step.REMIND, one.state)]
            before = SheetEvent.objects.filter(sheet__in=sheets, kind=Kind.REMINDED, at__date=day)
            reminded = set(before.values_list("sheet_id", flat=True))
            waiting = [one for one in sheets if one.pk not in reminded and one.cycle.state == CycleState.OPEN]
            SheetEvent.objects.bulk_create(
                event(viewer, one, Kind.REMINDED, side=PLANNING, at=moment, text=text.strip())
                for one in waiting
            )
            if waiting:
                pks = [one.pk for one in waiting]
                fields = {"reminded": [0, len(pks)]}
                record(viewer, REMIND, waiting[0].cycle, fields=fields, count=len(pks), digest=digest_of(pks))
            told += waiting
    return told
