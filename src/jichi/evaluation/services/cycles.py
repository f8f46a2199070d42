"""Preparing a cycle, changing it while it runs, and the switches that say how far it is shown."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.trail import CHANGED, act, record
from jichi.evaluation.actions import PREPARE, SWITCH
from jichi.evaluation.enums import CycleKind, CycleState, RuleSetKind, Stage
from jichi.evaluation.models import Cycle, RuleSetVersion
from jichi.office.models import Approval
from jichi.office.queries import standing_of
from jichi.plan.models import Plan

from .publishing import approval_context, make_drafts
from .steps import cycle_of, locked_cycle, require_version

DUES = ("due_department", "due_section", "due_bureau", "due_planning")
WHILE_OPEN = (*DUES, "instructions", "route_key", "proposals_id", "rule_id", "title", "translations")
"""What may be changed once offices are at work. Another rule makes the grades be made anew."""
EDITABLE = (*WHILE_OPEN, "check_levels", "department_id", "fiscal_year", "kind", "plan_id")
_PROSE = frozenset({"instructions", "translations"})


def create_cycle(
    *,
    viewer: Viewer,
    plan_id: int,
    fiscal_year: int,
    kind: str,
    title: str,
    due_department: datetime.date,
    due_section: datetime.date,
    due_bureau: datetime.date,
    due_planning: datetime.date,
    check_levels: int = 2,
    rule_id: int | None = None,
    proposals_id: int | None = None,
    route_key: str = "",
    instructions: str = "",
    department_id: int | None = None,
    is_imported: bool = False,
    is_sample: bool = False,
    at: datetime.datetime | None = None,
) -> Cycle:
    """Prepare the evaluation of one fiscal year (``kind`` of :class:`CycleKind`); nobody is asked yet.

    ``is_imported``: its sheets are past years' that come from files. ``at``: the moment of what a pack
    brings; default: now.

    Raises:
        NotAllowed; Plan.DoesNotExist; Invalid: by field, also where the plan has this evaluation already.
    """
    plan = Plan.objects.get(pk=plan_id)
    with act(viewer, PREPARE):
        assert viewer.actor is not None
        row = Cycle(
            plan=plan,
            fiscal_year=fiscal_year,
            kind=kind,
            title=title.strip(),
            due_department=due_department,
            due_section=due_section,
            due_bureau=due_bureau,
            due_planning=due_planning,
            check_levels=check_levels,
            rule_id=rule_id,
            proposals_id=proposals_id,
            route_key=route_key.strip(),
            instructions=instructions.strip(),
            department_id=department_id,
            is_imported=is_imported,
            is_sample=is_sample,
            created_by=viewer.actor,
            created_at=at or timezone.now(),
        )
        _write(row)
        record(viewer, PREPARE, row, fields={"created": [None, row.title], "year": [None, row.fiscal_year]})
    return row


def edit_cycle(*, viewer: Viewer, cycle_id: int, version: int, **changes: Any) -> Cycle:
    """Change a cycle: all of :data:`EDITABLE` while it is prepared, :data:`WHILE_OPEN` while it is open.

    Another ``rule_id`` in an open cycle leaves its grades behind: the indicators are graded anew before it
    can be published.

    Raises:
        NotAllowed; Cycle.DoesNotExist; Conflict; Invalid: by field.
    """
    with act(viewer, PREPARE, cycle_of(cycle_id)):
        row = locked_cycle(cycle_id)
        require_version(row, version)
        if row.state == CycleState.PUBLISHED:
            raise Invalid({"": [_("The evaluation is published; nothing of it changes any more.")]})
        allowed = EDITABLE if row.state == CycleState.PREPARING else WHILE_OPEN
        if refused := [name for name in changes if name not in allowed]:
            text = _("This stays as it was when the evaluation was opened.")
            raise Invalid({name: [text] for name in refused})
        given = {key: value.strip() if isinstance(value, str) else value for key, value in changes.items()}
        changed = {name: value for name, value in given.items() if getattr(row, name) != value}
        if not changed:
            return row
        if "route_key" in changed:
            _require_no_approval_under_way(row)
        before = {name: getattr(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        row.version += 1
        _write(row)
        fields = {
            name: CHANGED if name in _PROSE else [_told(before[name]), _told(value)]
            for name, value in changed.items()
        }
        record(viewer, PREPARE, row, fields=fields)
    return cycle_of(cycle_id)


def _require_no_approval_under_way(row: Cycle) -> None:
    found = standing_of(approval_context(row))
    if found is not None and found.state != Approval.State.DECIDED:
        text = _("An approval along this route is under way. Withdraw it first.")
        raise Invalid({"route_key": [text]})


def switch_stage(
    *,
    viewer: Viewer,
    cycle_id: int,
    version: int,
    stage: str,
    from_: datetime.datetime | None,
    at: datetime.datetime | None = None,
) -> Cycle:
    """Switch how far a cycle is shown: ``stage`` is ``committee``, ``council`` or ``public``.

    ``from_`` is the moment from which the stage is on (a moment to come is an embargo); None switches it off.
    Showing a cycle to the committee makes the drafts that it reads.

    Raises:
        NotAllowed; Cycle.DoesNotExist; Conflict; Invalid: for a cycle that is not that far.
    """
    with act(viewer, SWITCH, cycle_of(cycle_id)):
        row = locked_cycle(cycle_id)
        require_version(row, version)
        name = {
            Stage.COMMITTEE.value: "committee_from",
            Stage.COUNCIL.value: "council_from",
            Stage.PUBLIC.value: "public_from",
        }.get(str(stage))
        if name is None:
            raise Invalid({"stage": [_("Choose committee, council or public.")]})
        if from_ is not None:
            _require_stage(row, str(stage))
        before = getattr(row, name)
        if before == from_:
            return row
        setattr(row, name, from_)
        row.version += 1
        row.save(update_fields=[name, "version"])
        record(viewer, SWITCH, row, fields={name: [_told(before), _told(from_)]})
        if name == "committee_from" and from_ is not None and row.state == CycleState.OPEN:
            make_drafts(viewer=viewer, cycle_id=row.pk, at=at)
    return row


def _require_stage(row: Cycle, stage: str) -> None:
    if row.state == CycleState.PREPARING:
        raise Invalid({"stage": [_("The evaluation is not open yet.")]})
    if stage == Stage.PUBLIC and row.state != CycleState.PUBLISHED:
        text = _("Publish the evaluation first; then say from when everybody may read it.")
        raise Invalid({"stage": [text]})


def _write(row: Cycle) -> None:
    if messages := _problems(row):
        raise Invalid(messages)
    if row.state == CycleState.PREPARING:
        row.previous = previous_of(row)
    try:
        row.full_clean(validate_constraints=True)
        with transaction.atomic():
            row.save()
    except ValidationError as error:
        raise Invalid(
            {"" if k == "__all__" else k: [str(m) for m in v] for k, v in error.message_dict.items()}
        ) from error
    except IntegrityError as error:
        raise Invalid({"": [_("The plan has an evaluation of this year and kind already.")]}) from error


def _problems(row: Cycle) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not row.title:
        found["title"] = [_("Give the evaluation a title.")]
    if row.kind not in CycleKind.values:
        found["kind"] = [_("Choose what is evaluated.")]
    elif row.kind == CycleKind.YEARLY and not row.plan.first_year <= row.fiscal_year <= row.plan.last_year:
        text = _("The plan runs from %(first)d to %(last)d; choose one of its years.")
        found["fiscal_year"] = [text % {"first": row.plan.first_year, "last": row.plan.last_year}]
    for earlier, later in pairwise(DUES):
        if getattr(row, later) < getattr(row, earlier):
            found[later] = [_("This deadline comes before the one of the step before it.")]
    for name, kind in (("rule_id", RuleSetKind.GRADING), ("proposals_id", RuleSetKind.PROPOSAL)):
        pk = getattr(row, name)
        if pk is not None and not RuleSetVersion.objects.filter(pk=pk, rule_set__kind=kind).exists():
            found[name] = [_("Choose one of the rules.")]
    pk = row.department_id
    if pk is not None and not Department.objects.filter(pk=pk).exists():
        found["department_id"] = [_("Choose one of the city's offices.")]
    same = Cycle.objects.filter(plan_id=row.plan_id, fiscal_year=row.fiscal_year, kind=row.kind)
    if same.exclude(pk=row.pk).exists():
        found["fiscal_year"] = [_("The plan has an evaluation of this year and kind already.")]
    return found


def previous_of(row: Cycle) -> Cycle | None:
    """The evaluation of the same kind and plan before this one, whose sheets stand beside the new ones."""
    rows = Cycle.objects.filter(plan_id=row.plan_id, kind=row.kind, fiscal_year__lt=row.fiscal_year)
    return rows.exclude(pk=row.pk).order_by("-fiscal_year").first()


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value
