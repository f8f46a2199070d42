"""What cycles and sheets are called on the pages: state, deadline, who has it, how far all of them are."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.ui import numbers

from .deadlines import days_left, due_of, is_late
from .enums import CycleKind, CycleState, SheetState
from .models import Cycle, Sheet, SheetComment, SheetEvent

State = SheetState

_SHAPES = {State.FILLING: "not_loaded", State.ACCEPTED: "met", State.WITHDRAWN: "cannot_judge"}
_STEPS = {1: (State.SECTION, State.PLANNING), 2: (State.SECTION, State.BUREAU, State.PLANNING)}


def state_of(sheet: Sheet, now: datetime.datetime) -> dict[str, Any]:
    """How a sheet stands, as a mark: shape and word (``state``, ``word``; for a wedge ``n`` and ``of``)."""
    state = State(sheet.state)
    word = str(state.label)
    if state is State.FILLING and sheet.times_returned:
        word = _("Sent back to the department")
    if is_late(sheet, now):
        return {"state": "far_below", "word": _("%(state)s, late") % {"state": word}, "n": None, "of": None}
    if state is State.FILLING and sheet.times_returned:
        return {"state": "below", "word": word, "n": None, "of": None}
    steps = _STEPS[sheet.cycle.check_levels]
    if state in steps:
        return {"state": "partial", "word": word, "n": steps.index(state) + 1, "of": len(steps) + 1}
    return {"state": _SHAPES.get(state, "between"), "word": word, "n": None, "of": None}


def due_words(sheet: Sheet, now: datetime.datetime) -> dict[str, Any]:
    """Until when a sheet is to be passed on, and how many days that is; empty where nothing is due."""
    day = due_of(sheet)
    if day is None or sheet.cycle.state != CycleState.OPEN:
        return {}
    left = days_left(day, now) or 0
    return {"day": day, "left": left, "late": -left if left < 0 else 0, "words": _left(left)}


def _left(left: int) -> str:
    if left < 0:
        text = ngettext("%(count)d day late", "%(count)d days late", -left)
        return text % {"count": -left}
    if left == 0:
        return _("today is the last day")
    return ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left}


def name_of(sheet: Sheet) -> str:
    """The project or measure with its code."""
    return f"{sheet.node.code} {sheet.node.name}"


def office_of(sheet: Sheet) -> str:
    """The office the sheet belongs to."""
    return sheet.department.name if sheet.department is not None else _("without an office")


def runner_of(cycle: Cycle) -> str:
    """The office that runs an evaluation."""
    return cycle.department.name if cycle.department is not None else _("the planning section")


def about(cycle: Cycle) -> str:
    """What an evaluation judges: the year's projects, or the measures of the plan."""
    year = numbers.fiscal_year(cycle.fiscal_year)
    return f"{year} {CycleKind(cycle.kind).label}"


def lies_in_words(sheet: Sheet) -> str:
    """With whom a sheet lies, as a sentence with the office's name."""
    office = office_of(sheet)
    match sheet.state:
        case State.FILLING:
            return _("%(office)s fills it in.") % {"office": office}
        case State.SECTION:
            return _("It lies with the head of %(office)s.") % {"office": office}
        case State.BUREAU:
            return _("It lies with the bureau of %(office)s.") % {"office": office}
        case State.PLANNING:
            return _("It lies with %(office)s, to be accepted.") % {"office": runner_of(sheet.cycle)}
        case State.ACCEPTED:
            return _("%(office)s has accepted it.") % {"office": runner_of(sheet.cycle)}
    return _("It is not evaluated this time.")


def cycle_sentence(counts: Mapping[str, int]) -> str:
    """How far an evaluation is, in one sentence."""
    whole = sum(count for state, count in counts.items() if state != State.WITHDRAWN)
    facts = {"accepted": counts.get(State.ACCEPTED, 0), "whole": whole}
    if not whole:
        return _("There are no sheets yet")
    if facts["accepted"] == whole:
        return ngettext("The one sheet is accepted", "All %(whole)d sheets are accepted", whole) % facts
    return _("%(accepted)d of %(whole)d sheets are accepted") % facts


def moment_words(moment: datetime.datetime | None) -> str:
    """A moment in the city's time, to the minute."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{numbers.format_date(local.date())} {local:%H:%M}"


def stage_words(moment: datetime.datetime | None, now: datetime.datetime) -> str:
    """Whether a stage is on: not, since when, or from when on."""
    if moment is None:
        return _("not shown")
    if moment <= now:
        return _("shown since %(moment)s") % {"moment": moment_words(moment)}
    return _("embargo until %(moment)s") % {"moment": moment_words(moment)}


SIDES = {
    "department": lambda: _("the department"),
    "section": lambda: _("the section's head"),
    "bureau": lambda: _("the bureau"),
    "planning": lambda: _("the planning section"),
    "committee": lambda: _("the evaluation committee"),
}


def said_by(remark: SheetComment) -> str:
    """The office for which somebody remarked, never her name."""
    side = SIDES[remark.side]()
    return f"{remark.department.name}（{side}）" if remark.department is not None else side


def event_line(event: SheetEvent) -> dict[str, Any]:
    """What happened, for a list: what, by which office, when, with which words."""
    return {
        "what": event.get_kind_display(),
        "office": event.department.name if event.department is not None else _("the planning section"),
        "at": timezone.localtime(event.at),
        "text": event.text,
        "revision": event.revision,
    }
