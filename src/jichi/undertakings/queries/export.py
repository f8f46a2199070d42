"""Published undertakings as flat rows for open data, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from jichi.city.access import Viewer
from jichi.ui.content import translated

from .lists import public_for


def undertaking_rows(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """Those published and past their embargo, the oldest first."""
    for row in public_for(viewer).order_by("fiscal_year", "number"):
        body, office = row.source_body, row.department
        yield {
            "reference": row.reference,
            "fiscal_year": row.fiscal_year,
            "number": row.number,
            "kind": row.kind,
            "source": str(translated(body, "name") if body else translated(row, "source_name")),
            "source_key": body.key if body else None,
            "addressee": str(translated(row, "addressee")) or None,
            "about": str(translated(row, "context_title")) or None,
            "asked_on": row.asked_on,
            "summary": str(translated(row, "summary")) or None,
            "text": str(translated(row, "text")),
            "department": str(translated(office, "name")) if office else None,
            "due_on": row.due_on,
            "adoption": row.adoption,
            "adoption_reason": str(translated(row, "adoption_reason")) or None,
            "answer": str(translated(row, "answer")) or None,
            "answered_on": timezone.localdate(row.answered_at) if row.answered_at else None,
            "carry_out_by": row.carry_out_by,
            "state": row.state,
            "done_on": row.done_on,
            "evidence": str(translated(row, "evidence_text")) or None,
            "evidence_url": row.evidence_url or None,
            "closed_on": row.closed_on,
            "closed_reason": str(translated(row, "closed_reason")) or None,
            "is_sample": row.is_sample,
        }
