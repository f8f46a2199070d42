"""Published consultations and the rows of their results as flat rows for open data, whoever asks."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from jichi.city.access import Viewer
from jichi.consultations.models import ResultEdition
from jichi.consultations.result import from_json
from jichi.methods.deadlines import days_in_period
from jichi.ui.content import chosen, translated

from .consultations import public_for


def consultation_rows(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """Every public consultation with the totals of its newest result, the oldest first."""
    rows = list(public_for(viewer).order_by("first_day", "key"))
    counts: dict[Any, dict[str, Any]] = dict(
        ResultEdition.objects.filter(consultation__in=rows)
        .order_by("number")
        .values_list("consultation_id", "counts")
    )
    today = timezone.localdate()
    for row in rows:
        found = counts.get(row.pk, {}) if row.result_published_at is not None else {}
        first, last = row.first_day, row.last_day
        yield {
            "key": row.key,
            "title": str(translated(row, "title")),
            "kind": row.kind,
            "legal_basis": row.legal_basis or None,
            "document": row.document.key if row.document is not None else None,
            "department": str(translated(row.department, "name")),
            "stage": str(row.stage(today)),
            "first_day": first,
            "last_day": last,
            "days": days_in_period(first, last) if first is not None and last is not None else None,
            "short_reason": row.short_reason or None,
            "exempt_reason": row.exempt_reason or None,
            "withdrawn_reason": row.withdrawn_reason or None,
            "result_on": _day(row.result_published_at),
            "submissions": found.get("submissions"),
            "opinions": found.get("opinions"),
            "changed": found.get("changed"),
            "late_submissions": found.get("late_submissions"),
            "is_sample": row.is_sample,
        }


def result_rows(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """Every row of every newest published result."""
    for row in public_for(viewer).filter(result_published_at__isnull=False).order_by("first_day", "key"):
        edition = row.editions.order_by("-number").first()
        if edition is None:
            continue
        result = from_json(edition.content)
        codes = {one.code: one for one in result.codes}
        topics = {one.key: str(chosen(one.title)) for one in result.topics}
        for one in result.rows:
            code = codes.get(one.code)
            yield {
                "consultation": row.key,
                "edition": edition.number,
                "number": one.number,
                "topic": topics.get(one.topic) or None,
                "summary": str(chosen(one.summary)) or None,
                "view": str(chosen(one.view)) or None,
                "change": str(chosen(one.change)) or None,
                "code": one.code or None,
                "code_title": str(chosen(code.title)) if code is not None else None,
                "opinions": one.opinions,
                "submissions": one.submissions,
                "undertaking": one.undertaking or None,
                "is_sample": row.is_sample,
            }


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return timezone.localdate(moment) if moment is not None else None
