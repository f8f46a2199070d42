"""What waits for a person among approvals: steps that are hers, and what came back to her office."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.manifest import DutyItem
from jichi.ui.numbers import format_date

from .queries import returned_to, steps_waiting_for
from .words import office_title, step_title

MOST = 30
"""Duties named one by one; who has more sees them in the list."""


def waiting(viewer: Viewer) -> Iterator[DutyItem]:
    """Steps of approvals in which the viewer is to act in her own role, the longest waiting first."""
    for step in steps_waiting_for(viewer)[:MOST]:
        since = _("put up on %(day)s") % {"day": format_date(timezone.localdate(step.approval.submitted_at))}
        yield DutyItem(
            title=step.approval.title,
            url=reverse("staff-approval", args=[step.approval_id]),
            detail=" · ".join([step_title(step), office_title(step.approval), since]),
        )


def returned(viewer: Viewer) -> Iterator[DutyItem]:
    """Approvals that were sent back to the viewer's office."""
    for approval in returned_to(viewer)[:MOST]:
        yield DutyItem(
            title=approval.title,
            url=reverse("staff-approval", args=[approval.pk]),
            detail=_("sent back; mend it and put it up again, or withdraw it"),
        )
