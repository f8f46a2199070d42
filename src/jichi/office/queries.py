"""Every read of approvals. Absent and forbidden are alike: the row is not there."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from typing import TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.manifest import Role

from .actions import DRAFT, PASS, READ, TAKE_PACKET
from .holding import held_q
from .models import Approval, ApprovalEvent, ApprovalFile, ApprovalStep, Route, RouteVersion, StepDeputy
from .offices import with_all_above

State = Approval.State
Row = TypeVar("Row", bound=models.Model)
_OF_AN_OFFICE = frozenset({Role.OFFICER, Role.SECTION_HEAD, Role.BUREAU_HEAD})
_OF_THE_CITY = frozenset({Role.PLANNING_OFFICER, Role.AUDITOR})


def approvals_for(viewer: Viewer) -> QuerySet[Approval]:
    """The approvals the viewer may see, the newest first.

    Planning officers and auditors see all; an office sees its own; who holds a role in a step sees that one.
    """
    rows = Approval.objects.select_related("department", "route_version__route").order_by("-drafted_at", "pk")
    if not viewer.can(READ):
        return rows.none()
    if viewer.system or _OF_THE_CITY & {grant.role for grant in viewer.grants if not grant.object_type}:
        return rows
    offices: set[int] = set()
    for grant in viewer.grants:
        if grant.role in _OF_AN_OFFICE:
            offices |= grant.departments
    held = held_q(viewer)
    return rows.filter(
        Q(department_id__in=offices)
        | Exists(ApprovalStep.objects.filter(held, approval=OuterRef("pk")))
        | Exists(StepDeputy.objects.filter(held, step__approval=OuterRef("pk")))
    )


def approval_for(viewer: Viewer, approval_id: uuid.UUID) -> Approval:
    """One approval. Raises Approval.DoesNotExist when absent or not for this viewer."""
    return approvals_for(viewer).get(pk=approval_id)


def latest_of(context: str) -> Approval | None:
    """The last approval put up for ``context``, whatever became of it; None where there never was one.

    For the room that put it up, which has asked its own permission.
    """
    rows = Approval.objects.filter(context=context).select_related("department", "route_version__route")
    return rows.order_by("-drafted_at", "-submitted_at").first()


def standing_of(context: str) -> Approval | None:
    """What was last put up for ``context`` and not withdrawn: what was decided before that one stands.

    For the room that put it up, which has asked its own permission.
    """
    rows = Approval.objects.filter(context=context).exclude(state=State.WITHDRAWN)
    return rows.select_related("route_version__route").order_by("-drafted_at", "-submitted_at").first()


def is_decided(context: str) -> bool:
    """Whether what was last put up for ``context`` (:func:`standing_of`) is decided."""
    found = standing_of(context)
    return found is not None and found.state == State.DECIDED


def steps_of(viewer: Viewer, approval: Approval, *, round: int | None = None) -> list[ApprovalStep]:
    """The steps of one round (default: the present one) with office and deputies, in their order."""
    return list(
        ApprovalStep.objects.filter(approval=approval, round=round or approval.round)
        .select_related("department")
        .prefetch_related(Prefetch("deputies", StepDeputy.objects.select_related("department")))
        .order_by("position")
    )


def open_steps_of(viewer: Viewer, approvals: Iterable[uuid.UUID]) -> list[ApprovalStep]:
    """The open steps of approvals the viewer was shown, in their order."""
    rows = ApprovalStep.objects.filter(approval__in=list(approvals), state=ApprovalStep.State.OPEN)
    return list(rows.order_by("approval", "position"))


def titled(rows: QuerySet[Row], search: str) -> QuerySet[Row]:
    """Those of the approvals (or steps) whose title or document number has every word of ``search``."""
    below = "approval__" if rows.model is ApprovalStep else ""
    for word in search.split():
        rows = rows.filter(
            Q(**{f"{below}title__icontains": word}) | Q(**{f"{below}document_number__icontains": word})
        )
    return rows


def files_of(viewer: Viewer, approval: Approval, *, round: int | None = None) -> list[ApprovalFile]:
    """The packet's files of one round (default: the present one), without what is in them."""
    rows = ApprovalFile.objects.filter(approval=approval, round=round or approval.round)
    return list(rows.defer("content").order_by("pk"))


def file_for(viewer: Viewer, approval_id: uuid.UUID, file_id: int) -> ApprovalFile:
    """A file with its content. Raises Approval.DoesNotExist or ApprovalFile.DoesNotExist."""
    return ApprovalFile.objects.get(pk=file_id, approval=approval_for(viewer, approval_id))


def events_of(viewer: Viewer, approval: Approval) -> list[ApprovalEvent]:
    """What happened to the approval, the newest first."""
    rows = ApprovalEvent.objects.filter(approval=approval).select_related("office")
    return list(rows.order_by("-at", "-pk"))


def steps_waiting_for(viewer: Viewer, *, on_behalf: bool = False) -> QuerySet[ApprovalStep]:
    """The open steps in which the viewer is to act, the longest waiting first; nothing she put up herself.

    ``on_behalf``: instead those of others in which she may act for them and not in her own role. A decision
    is left out where she was consulted.
    """
    rows = (
        ApprovalStep.objects.filter(state=ApprovalStep.State.OPEN)
        .select_related("approval__department", "approval__route_version__route", "department")
        .order_by("approval__submitted_at", "approval_id", "position")
    )
    if viewer.system or not viewer.can(PASS):
        return rows.none()
    held = held_q(viewer)
    if on_behalf:
        rows = rows.exclude(held).filter(Exists(StepDeputy.objects.filter(held, step=OuterRef("pk"))))
    else:
        rows = rows.filter(held)
    consulted = ApprovalStep.objects.filter(
        approval=OuterRef("approval"),
        round=OuterRef("round"),
        kind=ApprovalStep.Kind.CONSULT,
        acted_by=viewer.actor,
    )
    return rows.exclude(
        Q(approval__drafted_by=viewer.actor) | Q(approval__submitted_by=viewer.actor)
    ).exclude(Exists(consulted), kind=ApprovalStep.Kind.DECIDE)


def returned_to(viewer: Viewer) -> QuerySet[Approval]:
    """Approvals that were sent back and that the viewer may put up again, the oldest first."""
    return _of_ours(viewer, DRAFT).filter(state=State.RETURNED).order_by("submitted_at", "pk")


def without_number(viewer: Viewer) -> QuerySet[Approval]:
    """Approvals of the viewer's whose packet was taken out and whose number has not come back."""
    rows = _of_ours(viewer, TAKE_PACKET).filter(document_number="", packet_round__isnull=False)
    return rows.exclude(state=State.WITHDRAWN).order_by("packet_taken_at", "pk")


def _of_ours(viewer: Viewer, action: str) -> QuerySet[Approval]:
    rows = approvals_for(viewer)
    if not viewer.can(action):
        return rows.none()
    offices = viewer.departments_for(action)
    return rows if offices is None else rows.filter(department_id__in=offices)


def route_version(key: str, *, on: datetime.date, known_on: datetime.date | None = None) -> RouteVersion:
    """The steps of the route ``key`` as in force on a day and known on a day (default: today).

    Of several that hold, the one in force last counts, then the one known last.

    Raises:
        Invalid: for ``route_key``, in one of three ways: there is no such route, it does not hold yet, or it
            was given up.
    """
    known = known_on or timezone.localdate()
    names = {"key": key, "day": on.isoformat()}
    if not Route.objects.filter(key=key).exists():
        raise Invalid({"route_key": [_("There is no route of approval “%(key)s”.") % names]})
    rows = RouteVersion.objects.filter(route__key=key, in_force_from__lte=on, known_from__lte=known)
    found = rows.select_related("route").order_by("-in_force_from", "-known_from", "-number").first()
    if found is None:
        raise Invalid(
            {"route_key": [_("The route of approval “%(key)s” is not in force yet on %(day)s.") % names]}
        )
    if found.in_force_to is not None and found.in_force_to < on:
        raise Invalid(
            {"route_key": [_("The route of approval “%(key)s” was given up before %(day)s.") % names]}
        )
    return found


def routes_for(viewer: Viewer, department_id: int | None) -> list[Route]:
    """The routes on which something of that office may be put up today, by their titles."""
    if not viewer.can(DRAFT):
        return []
    today = timezone.localdate()
    offices = {one.pk: one for one in Department.objects.all()}
    reached = set(with_all_above(offices, department_id)) if department_id is not None else set()
    rows = Route.objects.filter(versions__in_force_from__lte=today, versions__known_from__lte=today)
    rows = rows.filter(Q(versions__in_force_to__isnull=True) | Q(versions__in_force_to__gte=today))
    return list(
        rows.filter(Q(department__isnull=True) | Q(department_id__in=reached))
        .distinct()
        .order_by("title", "key")
    )
