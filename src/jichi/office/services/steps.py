"""Acting in a step: passing it on, deciding, acting on behalf, sending back (合議・決裁・代決・差戻し)."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.trail import CHANGED, act, record
from jichi.office.actions import PASS, SEND_BACK
from jichi.office.holding import Post, objection, posts_of
from jichi.office.models import Approval, ApprovalEvent, ApprovalStep
from jichi.office.queries import approval_for, steps_of

from .rows import (
    State,
    StepState,
    drop_the_rest,
    happened,
    locked,
    moment,
    require_running,
    save,
    words_required,
)

Kind = ApprovalEvent.Kind


def pass_step(
    *,
    viewer: Viewer,
    approval_id: uuid.UUID,
    version: int,
    comment: str = "",
    behalf_reason: str = "",
    step_id: int | None = None,
    at: datetime.datetime | None = None,
) -> Approval:
    """Agree in the step that waits for the viewer; with the last step the approval is decided.

    ``step_id`` chooses where several wait for her; without it one of her own role comes before one of
    another's. Who acts for another (代決) says why in ``behalf_reason``. Nobody acts on what she put up, and
    nobody decides what she was consulted on (:func:`jichi.office.holding.objection`).

    Raises:
        NotAllowed, Approval.DoesNotExist: where no step is hers; Conflict: when somebody else was faster;
        Invalid: where none of hers is open, a rule speaks against it, or ``behalf_reason`` is missing.
    """
    acted_at = moment(viewer, PASS, at)
    with act(viewer, PASS, _thing(viewer, PASS, approval_id)):
        approval, post = _turn(viewer, approval_id, version, step_id)
        reason = _behalf(post, behalf_reason)
        _settle(
            viewer,
            post.step,
            state=StepState.PASSED_ON_BEHALF if post.deputy is not None else StepState.PASSED,
            acted_at=acted_at,
            behalf_reason=reason,
            comment=comment.strip(),
        )
        is_decided = _go_on(approval, acted_at)
        for kind in _kinds(post, is_decided=is_decided):
            happened(viewer, approval, kind, at=acted_at, post=post, text=comment.strip())
        record(viewer, PASS, approval, fields=_fields(post, comment, state=approval.state))
    return approval


def send_back(
    *,
    viewer: Viewer,
    approval_id: uuid.UUID,
    version: int,
    reason: str,
    behalf_reason: str = "",
    step_id: int | None = None,
    at: datetime.datetime | None = None,
) -> Approval:
    """Send the approval back to who put it up, with what has to be mended; nobody else is asked meanwhile.

    Raises:
        As :func:`pass_step`; Invalid also for an empty ``reason``.
    """
    acted_at = moment(viewer, SEND_BACK, at)
    with act(viewer, SEND_BACK, _thing(viewer, SEND_BACK, approval_id)):
        approval, post = _turn(viewer, approval_id, version, step_id)
        why = words_required(reason, "reason")
        _settle(
            viewer,
            post.step,
            state=StepState.RETURNED,
            acted_at=acted_at,
            behalf_reason=_behalf(post, behalf_reason),
            comment=why,
        )
        drop_the_rest(approval)
        save(approval, state=State.RETURNED)
        happened(viewer, approval, Kind.RETURNED, at=acted_at, post=post, text=why)
        record(viewer, SEND_BACK, approval, fields=_fields(post, why, state=approval.state))
    return approval


def _thing(viewer: Viewer, key: str, approval_id: uuid.UUID) -> Any:
    """What the right is asked of: a step of the present round that the viewer holds, an open one first."""
    approval = approval_for(viewer, approval_id)
    posts = posts_of(viewer, steps_of(viewer, approval))
    if not posts:
        raise NotAllowed(key)
    return next((one for one in posts if one.is_open), posts[0]).thing


def _turn(viewer: Viewer, approval_id: uuid.UUID, version: int, step_id: int | None) -> tuple[Approval, Post]:
    """The locked approval and the open step in which the viewer acts."""
    approval = locked(approval_id, version)
    require_running(approval)
    steps = steps_of(viewer, approval)
    posts = [
        one for one in posts_of(viewer, steps) if one.is_open and (step_id is None or one.step.pk == step_id)
    ]
    if not posts:
        raise Invalid({"": [_("It is not your turn: no step of yours is open now.")]})
    against = {one: objection(viewer, approval, one.step, steps) for one in posts}
    post = next((one for one in posts if not against[one]), None)
    if post is None:
        raise Invalid({"": [against[posts[0]]]})
    return approval, post


def _behalf(post: Post, reason: str) -> str:
    if post.deputy is not None:
        return words_required(reason, "behalf_reason")
    if reason.strip():
        text = _("You act in your own role here, so there is nobody to act on behalf of. Leave this empty.")
        raise Invalid({"behalf_reason": [text]})
    return ""


def _kinds(post: Post, *, is_decided: bool) -> list[str]:
    """What has happened: a decision is told as such, and besides that it was made on behalf."""
    if post.deputy is not None:
        return [Kind.PASSED_ON_BEHALF, Kind.DECIDED] if is_decided else [Kind.PASSED_ON_BEHALF]
    return [Kind.DECIDED if is_decided else Kind.PASSED]


def _settle(viewer: Viewer, step: ApprovalStep, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(step, name, value)
    step.acted_by = viewer.actor
    step.save(update_fields=["acted_by", *facts])


def _go_on(approval: Approval, at: datetime.datetime) -> bool:
    """Open the next steps once all of this order were passed. Returns whether the approval is decided now."""
    rows = ApprovalStep.objects.filter(approval=approval, round=approval.round)
    if rows.filter(state=StepState.OPEN).exists():
        save(approval)
        return False
    following = rows.filter(state=StepState.WAITING).aggregate(order=Min("order"))["order"]
    if following is None:
        save(approval, state=State.DECIDED, decided_at=at)
        return True
    rows.filter(state=StepState.WAITING, order=following).update(state=StepState.OPEN)
    save(approval)
    return False


def _fields(post: Post, text: str, *, state: str) -> dict[str, Any]:
    found: dict[str, Any] = {"step": [None, post.step.position], "state": ["running", state]}
    if post.deputy is not None:
        found["behalf_reason"] = CHANGED
    if text.strip():
        found["comment"] = CHANGED
    return found
