"""A report on its way: begun by a form or a file, changed page by page, and confirmed or thrown away."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import act
from jichi.figures.models import Survey, SurveyDraft

from ..actions import TAKE
from ..report import Report, to_json

KEPT_FOR = datetime.timedelta(days=30)


def open_draft(
    *,
    viewer: Viewer,
    survey: Survey,
    report: Report,
    filename: str = "",
    content: bytes | None = None,
    notes: Sequence[str] = (),
) -> SurveyDraft:
    """Keep a report until it is confirmed. It is no record, and nothing of it counts before.

    ``content`` is the file it was read from, ``notes`` what was doubtful in reading it. Drafts that are too
    old go.

    Raises:
        NotAllowed; Invalid: for a file of more than 5 MB.
    """
    if content is not None and len(content) > SurveyDraft.MAX_BYTES:
        raise Invalid({"file": [_("A report may have at most 5 MB.")]})
    with act(viewer, TAKE, survey):
        assert viewer.actor is not None
        now = timezone.now()
        SurveyDraft.objects.filter(expires_at__lt=now).delete()
        return SurveyDraft.objects.create(
            survey=survey,
            filename=filename[:255],
            content=content,
            sha256=hashlib.sha256(content).hexdigest() if content is not None else "",
            data={**to_json(report), "notes": list(notes)},
            made_by=viewer.actor,
            created_at=now,
            expires_at=now + KEPT_FOR,
        )


def change_draft(
    *,
    viewer: Viewer,
    draft: SurveyDraft,
    version: int,
    report: Report | None = None,
    decisions: Mapping[str, Any] | None = None,
) -> SurveyDraft:
    """Change what a draft says or what was decided on its wordings.

    Raises:
        NotAllowed; Conflict: somebody changed it since ``version``.
    """
    with act(viewer, TAKE, draft.survey):
        row = SurveyDraft.objects.select_for_update().defer("content").get(pk=draft.pk)
        if row.version != version:
            raise Conflict(row)
        if report is not None:
            row.data = {**to_json(report), "notes": row.data.get("notes", [])}
        if decisions is not None:
            row.decisions = dict(decisions)
        row.version += 1
        row.expires_at = timezone.now() + KEPT_FOR
        row.save(update_fields=["data", "decisions", "version", "expires_at"])
    return row


def discard_draft(*, viewer: Viewer, draft: SurveyDraft) -> None:
    """Throw a draft away; one that is gone already is no error."""
    with act(viewer, TAKE, draft.survey):
        SurveyDraft.objects.filter(pk=draft.pk).delete()
