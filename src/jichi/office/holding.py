"""What a viewer holds in an approval: the steps of her own role, those of others she may act for, and what
speaks against her acting in one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from jichi.city.access import Viewer

from .models import Approval, ApprovalStep, StepDeputy

OPEN = ApprovalStep.State.OPEN


@dataclass(frozen=True, slots=True)
class Post:
    """A step as a viewer holds it: in its own role, or (``deputy``) on behalf of it."""

    step: ApprovalStep
    deputy: StepDeputy | None = None

    @property
    def thing(self) -> ApprovalStep | StepDeputy:
        """What the right to act is asked of: it carries the office in which the role is held."""
        return self.deputy or self.step

    @property
    def is_open(self) -> bool:
        return self.step.state == OPEN


def holds(viewer: Viewer, role: str, department_id: int | None) -> bool:
    """Whether the viewer holds ``role`` for the office (None: the whole city). A part of the system does."""
    if viewer.system:
        return True
    return any(
        grant.role == role
        and not grant.object_type
        and (not grant.departments or department_id in grant.departments)
        for grant in viewer.grants
    )


def held_q(viewer: Viewer) -> Q:
    """The steps (or deputies) whose role the viewer holds, as a filter."""
    found = Q(pk__in=[])
    for grant in viewer.grants:
        if grant.object_type:
            continue
        one = Q(role=grant.role.value)
        found |= one & Q(department_id__in=grant.departments) if grant.departments else one
    return found


def posts_of(viewer: Viewer, steps: Iterable[ApprovalStep]) -> list[Post]:
    """The steps the viewer holds, those of her own role first. ``steps`` come with their deputies."""
    own: list[Post] = []
    for_others: list[Post] = []
    for step in steps:
        if holds(viewer, step.role, step.department_id):
            own.append(Post(step))
            continue
        for deputy in step.deputies.all():
            if holds(viewer, deputy.role, deputy.department_id):
                for_others.append(Post(step, deputy))
                break
    return own + for_others


def objection(viewer: Viewer, approval: Approval, step: ApprovalStep, steps: Iterable[ApprovalStep]) -> str:
    """Why the viewer may not act in ``step`` although she holds it; empty where nothing speaks against it.

    Two rules, each for persons only: nobody acts on what she put up herself, and one person never both
    consults and decides, for then one pair of eyes would have done the work of two. Somebody who holds two
    consulted offices at once (兼務) may act for both: the route has put both before her.
    """
    if viewer.system:
        return ""
    if viewer.actor in {approval.drafted_by, approval.submitted_by}:
        return _("You put this up yourself, so somebody else has to act here.")
    if step.kind == ApprovalStep.Kind.DECIDE and any(
        one.kind == ApprovalStep.Kind.CONSULT and one.acted_by == viewer.actor for one in steps
    ):
        return _("You were consulted on this, so somebody else has to decide it.")
    return ""
