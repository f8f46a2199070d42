"""The first page after sign-in: what waits for this person."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city import registry
from jichi.city.workbench import navigation, show
from jichi.manifest import DutyItem

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of waiting work with its items; ``failed`` when the list could not be made."""

    title: str
    items: tuple[DutyItem, ...]
    failed: bool = False


@require_safe
def workbench(request: HttpRequest) -> HttpResponse:
    """What waits for the signed-in person, over all rooms."""
    viewer = request.viewer  # type: ignore[attr-defined]
    duties = [duty for room in registry.rooms() for duty in room.duties]
    lists: list[Waiting] = []
    for duty in duties:
        try:
            items = tuple(registry.resolve(duty.waiting)(viewer))
        except Exception:
            # One room's list that fails must not take the others with it.
            log.exception("duty_failed", duty=duty.key)
            lists.append(Waiting(_(duty.title), (), failed=True))
            continue
        if items:
            lists.append(Waiting(_(duty.title), items))
    sections = [item for item in navigation(request) if not item["current"]]
    context = {
        "title": _("What waits for you"),
        "lists": lists,
        "sections": sections,
        "has_role": bool(viewer.grants),
    }
    return show(request, "plan/staff/home.html", context, crumbs=[])
