"""What consultations add to the home page, and to the pages of projects and policy documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.methods.deadlines import days_left
from jichi.plan.models import Node, PolicyDocument
from jichi.ui.content import translated
from jichi.ui.numbers import format_date

from .addresses import public_url, result_url
from .enums import Stage
from .models import Consultation
from .queries.consultations import of_document, of_node, public_for, standing

MOST = 5
NEWEST = 30
"""Consultations among which the home page looks; a city holds some forty a year."""


def on_home(viewer: Viewer, thing: object, request: HttpRequest) -> dict[str, Any]:
    """What is open, announced or considered now, and the newest results; {}: there never was anything."""
    rows = public_for(viewer).filter(withdrawn_at__isnull=True, exempt_reason="")
    found = standing(rows.order_by("-first_day", "key")[:NEWEST])
    shown = [*found.open, *found.announced, *found.considered, *found.published]
    if not shown:
        return {}
    return {
        "consultation_lines": _lines(shown[: MOST + 2]),
        "open_count": len(found.open),
        "heading": _heading(len(found.open)),
    }


def _heading(count: int) -> str:
    if not count:
        return _("Public comment: nothing is open today")
    text = ngettext("Public comment: %(count)d is open", "Public comment: %(count)d are open", count)
    return text % {"count": count}


def on_node(viewer: Viewer, node: Node, request: HttpRequest) -> dict[str, Any]:
    """The consultations on a part of the plan; {}: none."""
    return _listed(of_node(node.pk))


def on_document(viewer: Viewer, document: PolicyDocument, request: HttpRequest) -> dict[str, Any]:
    """The consultations on a policy document; {}: none."""
    return _listed(of_document(document.pk))


def _listed(rows: Iterable[Consultation]) -> dict[str, Any]:
    lines = _lines(list(rows)[: MOST * 2])
    return {"consultation_lines": lines} if lines else {}


def _lines(rows: Iterable[Consultation]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {
            "title": translated(row, "title").html,
            "url": result_url(row) if row.result_published_at is not None else public_url(row),
            "stage": row.stage(today).label,
            "state": _SHAPES[row.stage(today)],
            "when": when_words(row),
            "is_sample": row.is_sample,
        }
        for row in rows
    ]


_SHAPES = {
    Stage.PREPARING: "not_loaded",
    Stage.EXEMPT: "cannot_judge",
    Stage.ANNOUNCED: "not_loaded",
    Stage.OPEN: "between",
    Stage.CONSIDERED: "partial",
    Stage.PUBLISHED: "met",
    Stage.WITHDRAWN: "cannot_judge",
}


def when_words(row: Consultation) -> str | SafeString:
    """When it runs, and how many days are left, in one line."""
    today = timezone.localdate()
    if row.result_published_at is not None:
        day = format_date(timezone.localdate(row.result_published_at), weekday=False)
        return _("result published on %(day)s") % {"day": day}
    if row.first_day is None or row.last_day is None:
        return ""
    first, last = (format_date(day, weekday=False) for day in (row.first_day, row.last_day))
    if row.stage(today) is Stage.OPEN:
        left = days_left(today, row.last_day)
        text = ngettext("until %(last)s, %(count)d day left", "until %(last)s, %(count)d days left", left)
        return text % {"last": last, "count": left}
    return _("%(first)s to %(last)s") % {"first": first, "last": last}
