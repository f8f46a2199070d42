"""The list of approvals: what waits for the viewer, what is on its way, what is decided."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from jichi.city.access import Viewer
from jichi.city.requests import ViewedRequest
from jichi.city.workbench import show
from jichi.office.actions import DRAFT, PASS, TAKE_IN
from jichi.office.models import Approval, ApprovalStep
from jichi.office.queries import approvals_for, open_steps_of, returned_to, steps_waiting_for, titled
from jichi.office.words import approval_mark, office_title, step_mark, step_title

from .frame import url_of

PER_PAGE = 50
State = Approval.State
Rows = QuerySet[Any, Any]


@require_safe
def approval_list(request: ViewedRequest) -> HttpResponse:
    """Approvals by what the viewer has to do with them (``?show=wait|behalf|returned|running|decided|…``)."""
    viewer, search = request.viewer, request.GET.get("q", "").strip()
    lists = {key: (title, titled(rows, search)) for key, (title, rows) in _lists(viewer).items()}
    counts = {key: rows.count() for key, (_title, rows) in lists.items()}
    first = next((key for key in lists if counts[key]), next(iter(lists)))
    wanted = request.GET.get("show", "")
    current = wanted if wanted in lists else first
    page = Paginator(lists[current][1], PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _title(counts, search),
        "lead": _LEADS[current](),
        "show": current,
        "q": search,
        "tabs": [
            {
                "title": title,
                "url": f"{reverse('staff-approvals')}?{urlencode({'show': key, 'q': search})}",
                "current": key == current,
                "count": counts[key],
            }
            for key, (title, _rows) in lists.items()
            if counts[key] or key == current or key not in {"behalf", "withdrawn"}
        ],
        "page": page,
        "lines": _lines(viewer, list(page)),
        "numbers_url": reverse("staff-approval-numbers") if viewer.can(TAKE_IN) else "",
    }
    return show(request, "office/list.html", context, crumbs=[])


def _title(counts: dict[str, int], search: str) -> str:
    if search:
        return _("Approvals with “%(text)s”") % {"text": search}
    waiting, back = counts.get("wait", 0), counts.get("returned", 0)
    if waiting:
        text = ngettext("%(count)d approval waits for you", "%(count)d approvals wait for you", waiting)
        return text % {"count": waiting}
    if back:
        text = ngettext("%(count)d approval came back to you", "%(count)d approvals came back to you", back)
        return text % {"count": back}
    return _("No approval waits for you")


def _lists(viewer: Viewer) -> dict[str, tuple[str, Rows]]:
    """Only what the viewer's roles have to do with."""
    found: dict[str, tuple[str, Rows]] = {}
    if viewer.can(PASS):
        found["wait"] = (_("Waits for me"), steps_waiting_for(viewer))
        found["behalf"] = (_("I may act on behalf"), steps_waiting_for(viewer, on_behalf=True))
    if viewer.can(DRAFT):
        found["returned"] = (_("Sent back to us"), returned_to(viewer))
    seen = approvals_for(viewer)
    found["running"] = (
        pgettext("of an approval", "On its way"),
        seen.filter(state__in=[State.RUNNING, State.RETURNED]),
    )
    found["decided"] = (pgettext("of an approval", "Decided"), seen.filter(state=State.DECIDED))
    found["withdrawn"] = (pgettext("of an approval", "Withdrawn"), seen.filter(state=State.WITHDRAWN))
    return found


_LEADS = {
    "wait": lambda: _("What you are to look at or decide, the longest waiting first."),
    "behalf": lambda: _("What waits for somebody on whose behalf you may act. You say why."),
    "returned": lambda: _("What was sent back: mend it and put it up again, or withdraw it."),
    "running": lambda: _("What is on its way, the newest first."),
    "decided": lambda: _("What was decided, the newest first."),
    "withdrawn": lambda: _("What was taken back. It stays on record."),
}


def _lines(viewer: Viewer, rows: Iterable[Approval | ApprovalStep]) -> list[dict[str, Any]]:
    listed = list(rows)
    waiting: dict[uuid.UUID, list[str]] = defaultdict(list)
    for step in open_steps_of(viewer, [_approval_of(one).pk for one in listed]):
        waiting[step.approval_id].append(step_title(step))
    return [_line(row, waiting[_approval_of(row).pk]) for row in listed]


def _approval_of(row: Approval | ApprovalStep) -> Approval:
    return row.approval if isinstance(row, ApprovalStep) else row


def _line(row: Approval | ApprovalStep, waiting: list[str]) -> dict[str, Any]:
    approval = _approval_of(row)
    is_step = isinstance(row, ApprovalStep)
    return {
        "title": approval.title,
        "url": url_of(approval),
        "office": office_title(approval),
        "step": step_title(row) if isinstance(row, ApprovalStep) else "",
        "mark": step_mark(row) if isinstance(row, ApprovalStep) else approval_mark(approval),
        "waits": [] if is_step else waiting,
        "since": timezone.localdate(approval.submitted_at),
        "decided": timezone.localdate(approval.decided_at) if approval.decided_at else None,
        "number": approval.document_number,
    }
