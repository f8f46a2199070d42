"""Whether what was published still reads as it was published, and whether results answer every opinion."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from jichi.consultations.models import Consultation, DraftVersion, ResultEdition
from jichi.manifest import Problem

from .counting import without_disposition

_RESTORE = "restore it from a backup; somebody wrote past the program"


def problems() -> Iterator[Problem]:
    """Published texts and results whose digest differs, and results that leave opinions of the period out."""
    for text in (
        DraftVersion.objects.filter(published_at__isnull=False).order_by("pk").iterator(chunk_size=20)
    ):
        if _digest(text.content) != text.digest:
            yield Problem(
                where=f"text {text.pk} of consultation {text.consultation_id}",
                what="does not read as it was published",
                mend=_RESTORE,
            )
    for edition in ResultEdition.objects.order_by("pk").iterator(chunk_size=5):
        if _digest(edition.content) != edition.digest:
            yield Problem(
                where=f"edition {edition.number} of the result of consultation {edition.consultation_id}",
                what="does not read as it was published",
                mend=_RESTORE,
            )
    rows = Consultation.objects.filter(
        result_published_at__isnull=False, withdrawn_at=None, desk__isnull=False
    )
    for row in rows.order_by("pk"):
        left = without_disposition(row.desk_id or 0).count()
        if left:
            yield Problem(
                where=f"result of consultation {row.key}",
                what=f"{left} opinions that came in time have no disposition; they were entered later",
                mend="give them a disposition and correct the result",
                severity="warning",
            )


def _digest(content: Any) -> str:
    whole = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()
