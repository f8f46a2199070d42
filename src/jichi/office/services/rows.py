"""What every act on an approval has in common: the lock, the moment, and the event that stays."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.office.holding import Post
from jichi.office.models import Approval, ApprovalEvent, ApprovalStep

State = Approval.State
StepState = ApprovalStep.State


def locked(approval_id: uuid.UUID, version: int | None = None) -> Approval:
    """The approval as it stands, held until the end of the act. Inside the transaction only.

    Raises:
        Conflict: where it was changed since ``version`` was looked at; Approval.DoesNotExist.
    """
    Approval.objects.select_for_update().get(pk=approval_id)
    row = Approval.objects.select_related("department", "route_version__route").get(pk=approval_id)
    if version is not None and row.version != version:
        raise Conflict(row)
    return row


def save(approval: Approval, **changes: Any) -> None:
    """Write changes to a locked approval as its next version."""
    for name, value in changes.items():
        setattr(approval, name, value)
    approval.version += 1
    approval.save(update_fields=["version", *changes])


def moment(viewer: Viewer, key: str, at: datetime.datetime | None) -> datetime.datetime:
    """Now; or the moment given, which only a part of the system may give (what a pack brings lies back).

    Raises:
        NotAllowed: for a person who gives one.
    """
    if at is not None and not viewer.system:
        raise NotAllowed(key)
    return at or timezone.now()


def happened(
    viewer: Viewer,
    approval: Approval,
    kind: str,
    *,
    at: datetime.datetime,
    post: Post | None = None,
    text: str = "",
) -> ApprovalEvent:
    """Keep what happened, with the role and the office in which somebody acted; without: the drafter's."""
    assert viewer.actor is not None
    thing = post.thing if post is not None else None
    return ApprovalEvent.objects.create(
        approval=approval,
        kind=kind,
        by=viewer.actor,
        at=at,
        role=thing.role if thing is not None else "",
        office_id=thing.department_id if thing is not None else approval.department_id,
        text=text,
    )


def require_running(approval: Approval) -> None:
    """Raise Invalid unless the approval is on its way."""
    if approval.state == State.RETURNED:
        raise Invalid({"": [_("It was sent back and has not been put up again yet.")]})
    require_under_way(approval)


def require_under_way(approval: Approval) -> None:
    """Raise Invalid where the approval has come to an end."""
    if approval.state == State.DECIDED:
        raise Invalid({"": [_("It is decided already. What was decided does not change.")]})
    if approval.state == State.WITHDRAWN:
        raise Invalid({"": [_("It was withdrawn. It can be put up anew from where it came from.")]})


def drop_the_rest(approval: Approval) -> None:
    """Nobody is asked any more in what is left of the round."""
    ApprovalStep.objects.filter(
        approval=approval, round=approval.round, state__in=[StepState.WAITING, StepState.OPEN]
    ).update(state=StepState.DROPPED)


def words_required(text: str, field: str) -> str:
    """The text without blanks around it. Raises Invalid where nothing is said."""
    said = text.strip()
    if not said:
        raise Invalid({field: [_("Say why, in words; others have to understand it.")]})
    return said
