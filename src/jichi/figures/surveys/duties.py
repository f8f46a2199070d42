"""What waits for a person among the survey reports."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from jichi.city.access import Viewer
from jichi.manifest import DutyItem

from .actions import TAKE
from .queries.reports import waiting_drafts_for


def drafts_waiting(viewer: Viewer) -> Iterator[DutyItem]:
    """Reports that somebody began and nobody has confirmed, for those who may confirm them."""
    if not viewer.can(TAKE):
        return
    for draft in waiting_drafts_for(viewer):
        yield DutyItem(
            title=str(draft.data.get("title") or draft.survey.title),
            url=reverse("staff-survey-draft", args=[draft.token]),
            due=draft.expires_at.date().isoformat(),
            detail=draft.survey.title,
        )
