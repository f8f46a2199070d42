"""Tables of values between upload and confirmation: staged, confirmed as a whole, or discarded."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act
from jichi.figures.models import Evidence, Observation, StagedUpload

from .values import ENTER, Value, add_evidence, enter_values

KEPT_FOR = datetime.timedelta(hours=12)


def stage_upload(
    *, viewer: Viewer, filename: str, content: bytes, options: Mapping[str, Any]
) -> StagedUpload:
    """Keep an uploaded table until its preview is confirmed; what others left behind and is too old goes.

    Raises:
        Invalid: for a file of more than 5 MB.
    """
    if len(content) > StagedUpload.MAX_BYTES:
        raise Invalid({"file": [_("A table of values may have at most 5 MB.")]})
    with act(viewer, ENTER):
        now = timezone.now()
        StagedUpload.objects.filter(expires_at__lt=now).delete()
        assert viewer.actor is not None
        return StagedUpload.objects.create(
            filename=filename[:255],
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            options=dict(options),
            staged_by=viewer.actor,
            created_at=now,
            expires_at=now + KEPT_FOR,
        )


def commit_upload(
    *,
    viewer: Viewer,
    token: uuid.UUID,
    values: Iterable[Value],
    evidence: Evidence | None = None,
    new_evidence: Mapping[str, Any] | None = None,
) -> list[Observation]:
    """Enter a staged table's values, all or none, with their evidence; the staged file goes.

    ``values`` are what the preview showed. Evidence is entered only when there is something to enter.

    Raises:
        NotAllowed; Invalid (as :func:`enter_values`); StagedUpload.DoesNotExist: confirmed already, or too
        old.
    """
    listed = list(values)
    with act(viewer, ENTER):
        assert viewer.actor is not None
        staged = StagedUpload.objects.select_for_update().get(
            token=token, staged_by=viewer.actor, expires_at__gt=timezone.now()
        )
        rows: list[Observation] = []
        if listed:
            if evidence is None:
                facts = {"filename": staged.filename, "sha256": staged.sha256, **dict(new_evidence or {})}
                evidence = add_evidence(viewer=viewer, **facts)
            rows = enter_values(viewer=viewer, values=listed, evidence=evidence)
        staged.delete()
    return rows


def discard_upload(*, viewer: Viewer, token: uuid.UUID) -> None:
    """Throw a staged table away; one that is gone already is no error."""
    with act(viewer, ENTER):
        assert viewer.actor is not None
        StagedUpload.objects.filter(token=token, staged_by=viewer.actor).delete()
