"""All consultations of the office, and the board of one: how far it is and what stands in the way."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.city.workbench import show
from jichi.consultations import actions
from jichi.consultations.addresses import public_url, result_url, staff_url
from jichi.consultations.enums import Stage
from jichi.consultations.models import Consultation
from jichi.consultations.queries.consultations import Filters, consultations_for, counted_by_stage
from jichi.consultations.queries.progress import Progress, progress_of
from jichi.consultations.services.approving import NOTICE, RESULT, context_of
from jichi.methods.deadlines import days_left
from jichi.office.queries import standing_of as approval_of
from jichi.ui.content import translated
from jichi.ui.numbers import format_date, format_number
from jichi.voices.enums import Channel
from jichi.voices.models import GroupingRun
from jichi.voices.queries import conservation
from jichi.voices.queries.standing import standing_of
from jichi.voices.words import moment

from .staff_frame import consultation_to, page

PER_PAGE = 50
MARKS = {
    Stage.PREPARING: "not_loaded",
    Stage.ANNOUNCED: "not_loaded",
    Stage.OPEN: "between",
    Stage.CONSIDERED: "below",
    Stage.PUBLISHED: "met",
    Stage.WITHDRAWN: "cannot_judge",
    Stage.EXEMPT: "cannot_judge",
}


@require_safe
def consultations(request: ViewedRequest) -> HttpResponse:
    """The consultations of the viewer's offices, what is open or waits first."""
    request.viewer.require(actions.LOOK)
    stage = request.GET.get("stage", "")
    filters = Filters(
        stage=stage if stage in Stage.values else "", text=request.GET.get("q", "").replace("\0", "")[:100]
    )
    rows = Paginator(consultations_for(request.viewer, filters), PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    counts = counted_by_stage(request.viewer)
    context = {
        "title": _("Public comment"),
        "lead": _lead(counts),
        "chips": [
            {"title": _("All"), "url": "?", "count": sum(counts.values()), "current": not filters.stage},
            *(
                {
                    "title": str(one.label),
                    "url": f"?stage={one.value}",
                    "count": counts.get(one.value, 0),
                    "current": filters.stage == one,
                }
                for one in Stage
                if counts.get(one.value)
            ),
        ],
        "cards": [card_of(row, row.stage(today)) for row in rows],
        "page": rows,
        "text": filters.text,
        "new_url": reverse("staff-consultation-new") if request.viewer.can(actions.MAKE) else "",
    }
    return show(request, "consultations/staff/list.html", context, crumbs=[])


def _lead(counts: dict[str, int]) -> str:
    if not sum(counts.values()):
        return _("A draft, what people say to it, and what comes of that.")
    facts = {
        "open": format_number(counts.get(Stage.OPEN, 0)),
        "considered": format_number(counts.get(Stage.CONSIDERED, 0)),
    }
    return _("Open now: %(open)s. Closed and being considered: %(considered)s.") % facts


def card_of(row: Consultation, stage: Stage) -> dict[str, Any]:
    """A consultation as a line of a list."""
    return {
        "row": row,
        "title": str(translated(row, "title")),
        "url": staff_url(row),
        "state": MARKS[stage],
        "word": str(stage.label),
        "kind": row.get_kind_display(),
        "office": str(translated(row.department, "name")),
        "period": period_of(row),
    }


def period_of(row: Consultation) -> str:
    """The period in words; empty before it is set."""
    if row.first_day is None or row.last_day is None:
        return ""
    return _("%(first)s to %(last)s") % {
        "first": format_date(row.first_day),
        "last": format_date(row.last_day),
    }


@require_safe
def board(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """One consultation: where it stands, what came in, and what is to be done next."""
    row = consultation_to(request, pk)
    today = timezone.localdate()
    stage = row.stage(today)
    progress = progress_of(row) if row.desk_id is not None else Progress()
    context = {
        "title": str(translated(row, "title")),
        "lead": _sentence(row, stage, progress),
        "state": MARKS[stage],
        "word": str(stage.label),
        "steps": steps_of(row, progress) if row.desk_id is not None else [],
        "channels": channels_of(row),
        "progress": progress,
        "stages": stages_of(row),
        "approvals": approvals_of(request, row),
        "acts": acts_of(request, row, stage),
        "public_url": public_url(row) if row.is_public(timezone.now()) else "",
        "result_url": result_url(row) if row.result_published_at else "",
    }
    return page(request, row, "board.html", "staff-consultation", context)


def _sentence(row: Consultation, stage: Stage, progress: Progress) -> str:
    if stage == Stage.OPEN:
        assert row.last_day is not None
        left = days_left(timezone.localdate(), row.last_day)
        text = ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left}
        return _("%(left)s; %(voices)s submissions so far.") % {
            "left": text,
            "voices": format_number(progress.voices),
        }
    if stage == Stage.CONSIDERED:
        if progress.is_whole:
            return _("Every opinion has its disposition; the result can be put up.")
        return _("%(count)s opinions have no disposition yet.") % {
            "count": format_number(progress.undisposed + progress.undivided)
        }
    return period_of(row) or _("No period is set yet.")


def steps_of(row: Consultation, progress: Progress) -> list[dict[str, Any]]:
    """From received to disposed of, each with what is left and where it is done."""
    grouped = progress.wordings - progress.ungrouped
    rows = [
        (
            _("Received"),
            progress.voices,
            0,
            reverse("staff-voices") + f"?desk={row.desk.key if row.desk else ''}",
        ),
        (_("Divided into opinions"), progress.opinions, progress.undivided, ""),
        (_("Put into sets"), grouped, progress.ungrouped, reverse("staff-consultation-sets", args=[row.pk])),
        (
            _("Mask confirmed and publication decided"),
            progress.wordings - progress.undecided,
            progress.undecided,
            reverse("staff-consultation-texts", args=[row.pk]),
        ),
        (
            _("Disposition given"),
            progress.disposed,
            progress.undisposed,
            reverse("staff-consultation-dispositions", args=[row.pk]) + "?code=none",
        ),
    ]
    return [
        {"title": title, "done": done, "left": left, "url": url, "state": "met" if not left else "between"}
        for title, done, left, url in rows
    ]


def channels_of(row: Consultation) -> list[dict[str, Any]]:
    """Submissions by channel, in time and late."""
    if row.desk_id is None:
        return []
    return [
        {
            "title": str(Channel(one.channel).label),
            "late": one.is_late,
            "received": one.received,
            "open": one.open,
        }
        for one in conservation(row.desk_id)
    ]


def stages_of(row: Consultation) -> list[dict[str, Any]]:
    """Since when each result of the worker stands; pending where something newer waits."""
    if row.desk is None:
        return []
    titles = {
        GroupingRun.Stage.NEAR: _("Same and nearly the same texts"),
        GroupingRun.Stage.PARAPHRASE: _("The same in other words"),
        GroupingRun.Stage.TOPICS: _("Topics"),
    }
    found = []
    for key, one in standing_of(row.desk).stages.items():
        if key not in titles:
            continue
        since = _("as of %(moment)s") % {"moment": moment(one.since)} if one.since else _("not yet")
        found.append({"title": titles[GroupingRun.Stage(key)], "since": since, "pending": one.is_pending})
    return found


def approvals_of(request: ViewedRequest, row: Consultation) -> list[dict[str, str]]:
    """Where the approvals of notice and result stand."""
    found = []
    for what, title in ((NOTICE, _("Notice")), (RESULT, pgettext("consultation", "Result"))):
        approval = approval_of(context_of(row, what))
        if approval is not None:
            found.append(
                {
                    "title": title,
                    "state": str(approval.get_state_display()),
                    "url": reverse("staff-approval", args=[approval.pk]),
                }
            )
    return found


def acts_of(request: ViewedRequest, row: Consultation, stage: Stage) -> list[dict[str, str]]:
    """What the viewer may do now, the next step first."""
    viewer, before = request.viewer, stage == Stage.PREPARING
    running = stage in (Stage.ANNOUNCED, Stage.OPEN)
    left = row.withdrawn_at is not None and row.result_published_at is None and row.published_at is not None
    over = stage == Stage.CONSIDERED or left
    possible = [
        ("put-up", actions.PUT_UP, before, _("Put the notice up for approval")),
        ("publish", actions.PUBLISH, before, _("Publish the draft")),
        ("put-up-result", actions.PUT_UP, over, _("Put the result up for approval")),
        ("publish-result", actions.PUBLISH_RESULT, over, _("Publish the result")),
        ("extend", actions.EXTEND, running, _("Extend the period")),
        ("correct", actions.CORRECT, row.result_published_at is not None, _("Correct the result")),
        ("edit", actions.EDIT, row.withdrawn_at is None, _("Change the facts")),
        ("exempt", actions.PUBLISH, before, _("Publish that it is not held")),
        ("withdraw", actions.WITHDRAW, running or stage == Stage.CONSIDERED, _("Withdraw the proposal")),
    ]
    return [
        {"title": title, "url": reverse(f"staff-consultation-{name}", args=[row.pk])}
        for name, key, now, title in possible
        if now and viewer.can(key, row)
    ]
