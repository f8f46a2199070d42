"""Putting something up for approval, putting it up again, and taking it back (起案・再起案・取下げ)."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.trail import CHANGED, act, record
from jichi.office.actions import DRAFT, RESUBMIT, WITHDRAW
from jichi.office.models import Approval, ApprovalEvent, ApprovalStep, Route, RouteVersion, StepDeputy
from jichi.office.offices import Offices, bureau_of, with_all_above
from jichi.office.queries import approval_for, route_version

from .packing import PacketFile, kept, require_sound, store
from .rows import State, StepState, drop_the_rest, happened, locked, moment, require_under_way, save

Kind = ApprovalEvent.Kind


def draft_approval(
    *,
    viewer: Viewer,
    route_key: str,
    context: str,
    title: str,
    department_id: int | None,
    summary: str = "",
    files: Sequence[PacketFile] = (),
    on: datetime.date | None = None,
    at: datetime.datetime | None = None,
) -> Approval:
    """Put something up for approval on the route in force and known on ``on`` (default: the day of ``at``).

    The room that puts it up has asked its own permission; here the viewer may put up for ``department_id``.
    ``at`` is for parts of the system only.

    Raises:
        NotAllowed; Invalid: for ``title``, ``files``, ``route_key`` (no route, or not one of this office), or
            ``context`` where an approval of it is under way.
    """
    drafted_at = moment(viewer, DRAFT, at)
    draft = Approval(context=context, title=title.strip(), department_id=department_id, summary=summary)
    with act(viewer, DRAFT, draft):
        assert viewer.actor is not None
        if not draft.title:
            raise Invalid({"title": [_("Say what is put up for approval.")]})
        require_sound(files)
        day = on or timezone.localdate(drafted_at)
        version = route_version(route_key, on=day, known_on=day)
        offices = {one.pk: one for one in Department.objects.all()}
        _require_route_of(version.route, department_id, offices)
        draft.route_version = version
        draft.drafted_by = draft.submitted_by = viewer.actor
        draft.drafted_at = draft.submitted_at = drafted_at
        _save_new(draft)
        _make_steps(draft, version, offices)
        store(draft, files)
        happened(viewer, draft, Kind.DRAFTED, at=drafted_at)
        fields = {"context": [None, context], "route": [None, f"{route_key}/{version.number}"]}
        record(viewer, DRAFT, draft, fields=fields)
    return draft


def resubmit(
    *,
    viewer: Viewer,
    approval_id: uuid.UUID,
    version: int,
    files: Sequence[PacketFile] = (),
    keep: Iterable[int] = (),
    summary: str | None = None,
    note: str = "",
    at: datetime.datetime | None = None,
) -> Approval:
    """Put up again what was sent back: its steps begin anew, all of them, for the packet may be another one.

    ``keep`` names files of the round before that stay (one with the name of a new file gives way to it);
    ``note`` says what was changed. Who put it up may, and her colleagues who may put up for the same office.

    Raises:
        NotAllowed, Approval.DoesNotExist; Conflict; Invalid: unless it was sent back, or for ``files``.
    """
    moved_at = moment(viewer, RESUBMIT, at)
    with act(viewer, RESUBMIT, approval_for(viewer, approval_id)):
        assert viewer.actor is not None
        approval = locked(approval_id, version)
        require_under_way(approval)
        if approval.state != State.RETURNED:
            raise Invalid({"": [_("It is on its way. It can be put up again only after it was sent back.")]})
        new = {file.tidy_name.casefold() for file in files}
        stay = [one for one in kept(approval, keep) if one.name.casefold() not in new]
        whole = [*stay, *files]
        require_sound(whole)
        save(
            approval,
            state=State.RUNNING,
            round=approval.round + 1,
            submitted_by=viewer.actor,
            submitted_at=moved_at,
            summary=approval.summary if summary is None else summary,
        )
        offices = {one.pk: one for one in Department.objects.all()}
        _make_steps(approval, approval.route_version, offices)
        store(approval, whole)
        happened(viewer, approval, Kind.RESUBMITTED, at=moved_at, text=note.strip())
        fields: dict[str, Any] = {
            "state": ["returned", "running"],
            "round": [approval.round - 1, approval.round],
        }
        if note.strip():
            fields["note"] = CHANGED
        record(viewer, RESUBMIT, approval, fields=fields)
    return approval


def withdraw(
    *,
    viewer: Viewer,
    approval_id: uuid.UUID,
    version: int,
    reason: str = "",
    at: datetime.datetime | None = None,
) -> Approval:
    """Take back what is under way; it stays on record, and something new can be put up in its place.

    Raises:
        NotAllowed, Approval.DoesNotExist; Conflict; Invalid: where it is decided or withdrawn already.
    """
    moved_at = moment(viewer, WITHDRAW, at)
    with act(viewer, WITHDRAW, approval_for(viewer, approval_id)):
        approval = locked(approval_id, version)
        require_under_way(approval)
        before = approval.state
        drop_the_rest(approval)
        save(approval, state=State.WITHDRAWN)
        happened(viewer, approval, Kind.WITHDRAWN, at=moved_at, text=reason.strip())
        fields: dict[str, Any] = {"state": [before, "withdrawn"]}
        if reason.strip():
            fields["reason"] = CHANGED
        record(viewer, WITHDRAW, approval, fields=fields)
    return approval


def _save_new(draft: Approval) -> None:
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        text = _("It is put up for approval already. Wait for the decision, or withdraw what was put up.")
        raise Invalid({"context": [text]}) from None


def _require_route_of(route: Route, department_id: int | None, offices: Offices) -> None:
    if route.department_id is None:
        return
    if department_id is None or route.department_id not in with_all_above(offices, department_id):
        text = _("The route of approval “%(key)s” belongs to another office.")
        raise Invalid({"route_key": [text % {"key": route.key}]})


def _make_steps(approval: Approval, version: RouteVersion, offices: Offices) -> None:
    """The steps of the present round; those of the first order are open."""
    first = min(step["order"] for step in version.steps)
    by_key = {one.key: one.pk for one in offices.values()}
    for position, step in enumerate(sorted(version.steps, key=lambda one: one["order"]), start=1):
        row = ApprovalStep.objects.create(
            approval=approval,
            round=approval.round,
            position=position,
            order=step["order"],
            kind=step["kind"],
            role=step["role"],
            department_id=_office(step, approval, by_key, offices),
            titles=step["title"],
            state=StepState.OPEN if step["order"] == first else StepState.WAITING,
        )
        for deputy in step.get("deputies", ()):
            StepDeputy.objects.create(
                step=row, role=deputy["role"], department_id=_office(deputy, approval, by_key, offices)
            )


def _office(
    item: Mapping[str, Any], approval: Approval, by_key: Mapping[str, int], offices: Offices
) -> int | None:
    wanted = item.get("department")
    if wanted in {"own", "bureau"}:
        if approval.department_id is None:
            text = _("This route asks the office that puts something up; say which office that is.")
            raise Invalid({"department_id": [text]})
        own = approval.department_id
        return own if wanted == "own" else bureau_of(offices, own)
    return by_key[wanted] if wanted is not None else None
