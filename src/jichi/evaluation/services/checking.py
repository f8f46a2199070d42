"""Checking and accepting, one by one or many at once, and sending back.

Taking a sheet out, more time and reminders are beside it (:mod:`.withdrawing`, :mod:`.timing`) and can be
had from here.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import Department
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.evaluation.actions import ACCEPT, CHECK_BUREAU, CHECK_SECTION, SEND_BACK
from jichi.evaluation.enums import CycleState, SheetState
from jichi.evaluation.models import Sheet, SheetEvent
from jichi.evaluation.moves import Step, after_passing, backwards, refusal, require
from jichi.evaluation.sides import BUREAU, PLANNING, SECTION, may_check, may_send_back, offices_of, own_work

from .steps import (
    Kind,
    closed,
    event,
    happened,
    lies_with,
    locked,
    locked_sheets,
    moment_text,
    portions,
    put,
    require_open,
    require_version,
    sheet_of,
    sheets_of,
    tree,
    words_required,
    workers_on,
)
from .timing import extend, remind
from .withdrawing import restore_sheet, withdraw_sheet

__all__ = [
    "Outcome",
    "Result",
    "accept_sheets",
    "extend",
    "pass_sheets",
    "remind",
    "restore_sheet",
    "send_back",
    "withdraw_sheet",
]

_SIDES = {SheetState.SECTION.value: SECTION, SheetState.BUREAU.value: BUREAU}


class Result(StrEnum):
    """What became of one sheet of a bulk act."""

    PASSED = "passed"
    ACCEPTED = "accepted"
    NOT_HERE = "not_here"
    CONFLICT = "conflict"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one sheet: ``sheet`` as it stands now, and a sentence where nothing was done."""

    sheet: Sheet
    result: Result
    message: str = ""

    @property
    def is_done(self) -> bool:
        """Whether the sheet was passed or accepted."""
        return self.result in {Result.PASSED, Result.ACCEPTED}


def pass_sheets(
    *,
    viewer: Viewer,
    sheet_versions: Mapping[int, int],
    note: str = "",
    at: datetime.datetime | None = None,
) -> list[Outcome]:
    """Pass sheets on from the section's head to the bureau, or from the bureau to the planning section.

    ``sheet_versions``: sheet id → the version that was looked at. Each sheet is passed or not by itself, and
    its outcome says which and why: it lies elsewhere, somebody changed it meanwhile, or it is one's own work.

    Raises:
        Sheet.DoesNotExist: for one the viewer may not see; NotAllowed: for one whose office she does not
        check.
    """
    return _bulk(viewer, sheet_versions, note, at, accepting=False)


def accept_sheets(
    *,
    viewer: Viewer,
    sheet_versions: Mapping[int, int],
    note: str = "",
    at: datetime.datetime | None = None,
) -> list[Outcome]:
    """Accept sheets as the planning section; outcomes and errors as of :func:`pass_sheets`."""
    return _bulk(viewer, sheet_versions, note, at, accepting=True)


def _bulk(
    viewer: Viewer,
    versions: Mapping[int, int],
    note: str,
    at: datetime.datetime | None,
    *,
    accepting: bool,
) -> list[Outcome]:
    _require_seen(viewer, versions)
    moment = at or timezone.now()
    found: list[Outcome] = []
    for ids in portions(versions):
        found += _portion(viewer, {pk: versions[pk] for pk in ids}, note.strip(), moment, accepting=accepting)
    return found


def _require_seen(viewer: Viewer, ids: Iterable[int]) -> None:
    wanted = set(ids)
    rows = Sheet.objects.filter(pk__in=wanted)
    if (offices := offices_of(viewer)) is not None:
        rows = rows.filter(department__in=offices).exclude(cycle__state=CycleState.PREPARING)
    if rows.count() != len(wanted):
        raise Sheet.DoesNotExist


def _key_for(viewer: Viewer, sheet: Sheet, *, accepting: bool) -> str:
    """The act in question: that of the place where the sheet lies, or else any the viewer may do to it."""
    keys = [ACCEPT] if accepting else [CHECK_SECTION, CHECK_BUREAU]
    if sheet.state == SheetState.BUREAU:
        keys.reverse()
    for key in keys:
        if viewer.can(key, sheet):
            return key
    raise NotAllowed(keys[0])


def _portion(
    viewer: Viewer, versions: Mapping[int, int], note: str, moment: datetime.datetime, *, accepting: bool
) -> list[Outcome]:
    read = sheets_of(list(versions))
    keys = [_key_for(viewer, sheet, accepting=accepting) for sheet in read]
    outcomes: list[Outcome] = []
    events: list[SheetEvent] = []
    done: dict[str, list[Sheet]] = {}
    with act(viewer, keys[0], read[0]):
        held = locked_sheets(list(versions))
        workers = workers_on(held) if not viewer.system else {}
        last, offices = _last_events(held), tree()
        for sheet in held:
            refused = _refused(viewer, sheet, versions[sheet.pk], workers, last, accepting=accepting)
            if refused is not None:
                outcomes.append(refused)
                continue
            key = _key_for(viewer, sheet, accepting=accepting)
            events.append(_moved(viewer, sheet, note, moment, offices, accepting=accepting))
            outcomes.append(Outcome(sheet=sheet, result=Result.ACCEPTED if accepting else Result.PASSED))
            done.setdefault(key, []).append(sheet)
        SheetEvent.objects.bulk_create(events)
        for key, rows in done.items():
            _tell(viewer, key, rows)
    return outcomes


def _refused(
    viewer: Viewer,
    sheet: Sheet,
    version: int,
    workers: Mapping[int, set[uuid.UUID]],
    last: Mapping[int, SheetEvent],
    *,
    accepting: bool,
) -> Outcome | None:
    if sheet.version != version:
        return Outcome(sheet=sheet, result=Result.CONFLICT, message=what_happened(last.get(sheet.pk)))
    sentence = closed(sheet.cycle) or refusal(Step.ACCEPT if accepting else Step.CHECK, sheet.state)
    if not sentence and not may_check(viewer, sheet, sheet.state):
        sentence = refusal(Step.ACCEPT, sheet.state)
    if sentence:
        return Outcome(sheet=sheet, result=Result.NOT_HERE, message=sentence)
    if viewer.actor in workers.get(sheet.pk, ()):
        return Outcome(sheet=sheet, result=Result.OWN, message=own_work(sheet.state))
    return None


def _moved(
    viewer: Viewer,
    sheet: Sheet,
    note: str,
    moment: datetime.datetime,
    offices: Mapping[int, Department],
    *,
    accepting: bool,
) -> SheetEvent:
    """Move a sheet and say what happened, not yet written."""
    revision = sheet.answer_set.revision
    side = PLANNING if accepting else _SIDES[sheet.state]
    if accepting:
        before = put(sheet, SheetState.ACCEPTED, moment, accepted_at=moment, accepted_revision=revision)
    else:
        before = put(sheet, after_passing(sheet.state, levels=sheet.cycle.check_levels), moment)
    kind = Kind.ACCEPTED if accepting else Kind.PASSED
    return event(
        viewer,
        sheet,
        kind,
        side=side,
        from_state=before,
        at=moment,
        text=note,
        revision=revision,
        offices=offices,
    )


def _tell(viewer: Viewer, key: str, rows: list[Sheet]) -> None:
    ids = [row.pk for row in rows]
    name = "accepted" if key == ACCEPT else "passed"
    one = rows[0] if len(rows) == 1 else rows[0].cycle
    record(viewer, key, one, fields={name: [0, len(ids)]}, count=len(ids), digest=digest_of(ids))


def _last_events(sheets: Iterable[Sheet]) -> dict[int, SheetEvent]:
    rows = SheetEvent.objects.filter(sheet__in=list(sheets), to_state__gt="").select_related("department")
    return {row.sheet_id: row for row in rows.order_by("at", "pk")}


def what_happened(last: SheetEvent | None) -> str:
    """Who (by office) changed a sheet meanwhile, how and when."""
    if last is None:
        return _("Somebody changed it meanwhile. Look at it again.")
    text = _("%(office)s was faster: “%(what)s” at %(when)s. Look at it again.")
    return text % {
        "office": last.department.name if last.department is not None else _("The planning section"),
        "what": last.get_kind_display(),
        "when": moment_text(last.at),
    }


def send_back(
    *,
    viewer: Viewer,
    sheet_id: int,
    version: int,
    reason: str,
    to: str = SheetState.FILLING,
    at: datetime.datetime | None = None,
) -> Sheet:
    """Send a sheet back with the reason, to the department (``to="filling"``) or to a check before this one.

    Raises:
        NotAllowed: for one it does not lie with; Sheet.DoesNotExist; Conflict: it was changed meanwhile;
        Invalid: without a reason, or to where it cannot go.
    """
    sheet = sheet_of(sheet_id)
    if not viewer.can(SEND_BACK, sheet):
        raise NotAllowed(SEND_BACK)
    with act(viewer, SEND_BACK, sheet):
        said = words_required(reason)
        sheet = locked(sheet)
        require_open(sheet.cycle)
        require_version(sheet, version)
        require(Step.SEND_BACK, sheet.state)
        if not may_send_back(viewer, sheet):
            raise Invalid({"": [lies_with(sheet.state)]})
        _require_target(sheet, to)
        side = _SIDES.get(sheet.state, PLANNING)
        revision = sheet.answer_set.revision or None
        before = put(
            sheet,
            SheetState(to),
            at,
            times_returned=sheet.times_returned + 1,
            accepted_at=None,
            accepted_revision=None,
        )
        happened(
            viewer,
            sheet,
            Kind.SENT_BACK,
            side=side,
            from_state=before,
            at=at,
            text=said,
            revision=revision,
        )
        record(viewer, SEND_BACK, sheet, fields={"state": [before, sheet.state], "text": CHANGED})
    return sheet


def _require_target(sheet: Sheet, to: str) -> None:
    if to not in backwards(sheet.state, levels=sheet.cycle.check_levels):
        raise Invalid({"to": [_("Choose the department or a check before this one.")]})
    if to == SheetState.SECTION and _skipped_section(sheet):
        text = _("The section's head filled it in herself and cannot check it. Send it to the department.")
        raise Invalid({"to": [text]})


def _skipped_section(sheet: Sheet) -> bool:
    last = SheetEvent.objects.filter(sheet=sheet, kind=Kind.HANDED_IN).order_by("-at", "-pk").first()
    return last is not None and last.to_state != SheetState.SECTION
