"""Approvals in words: whom they wait for, how a step stands, what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.words import role_title
from jichi.ui.content import chosen, translated
from jichi.ui.numbers import format_date

from .models import Approval, ApprovalStep, Route

_MARKS = {
    ApprovalStep.State.WAITING: "not_loaded",
    ApprovalStep.State.OPEN: "between",
    ApprovalStep.State.PASSED: "met",
    ApprovalStep.State.PASSED_ON_BEHALF: "met",
    ApprovalStep.State.RETURNED: "far_below",
    ApprovalStep.State.DROPPED: "cannot_judge",
}
_APPROVAL_MARKS = {
    Approval.State.RUNNING: "between",
    Approval.State.RETURNED: "far_below",
    Approval.State.DECIDED: "met",
    Approval.State.WITHDRAWN: "cannot_judge",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How something stands: a shape (by the name of its state) and a word."""

    state: str
    word: str


def step_mark(step: ApprovalStep) -> Mark:
    """How a step stands."""
    return Mark(_MARKS[ApprovalStep.State(step.state)], str(ApprovalStep.State(step.state).label))


def approval_mark(approval: Approval) -> Mark:
    """How an approval stands."""
    state = Approval.State(approval.state)
    return Mark(_APPROVAL_MARKS[state], str(state.label))


def step_title(step: ApprovalStep) -> str:
    """The step's own title in the reader's language."""
    return str(chosen(step.titles))


def holder_title(role: str, department_name: str | None) -> str:
    """The role with the office in which it is held."""
    if department_name is None:
        return role_title(role)
    return _("%(role)s of %(office)s") % {"role": role_title(role), "office": department_name}


def office_title(approval: Approval) -> str:
    """The office that put it up."""
    return str(translated(approval.department, "name")) if approval.department else _("the whole city")


def route_title(route: Route) -> str:
    """The route's title in the reader's language."""
    return str(translated(route, "title"))


def sentence(approval: Approval, steps: Iterable[ApprovalStep]) -> str:
    """Where the approval stands, in one sentence."""
    names = {"title": approval.title}
    if approval.state == Approval.State.RUNNING:
        waiting = [step_title(one) for one in steps if one.state == ApprovalStep.State.OPEN]
        return _("“%(title)s” waits for: %(steps)s") % {**names, "steps": _(", ").join(waiting)}
    if approval.state == Approval.State.RETURNED:
        return _("“%(title)s” was sent back and waits to be put up again") % names
    if approval.state == Approval.State.DECIDED:
        return _("“%(title)s” was decided on %(day)s") % {
            **names,
            "day": format_date(timezone.localdate(approval.decided_at)),
        }
    return _("“%(title)s” was withdrawn") % names
