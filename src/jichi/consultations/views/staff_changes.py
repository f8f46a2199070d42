"""Draft against final with the reasons, and the result before its publication."""

from __future__ import annotations

import datetime
import time
import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import posted
from jichi.consultations import actions, services
from jichi.consultations.answer_forms import ChangeForm
from jichi.consultations.enums import Side, VersionKind
from jichi.consultations.marking import pieces_of_change
from jichi.consultations.models import Consultation
from jichi.consultations.queries.passages import compared, text_of
from jichi.consultations.queries.results import result_of
from jichi.consultations.result import Result
from jichi.consultations.services.results import missing_in
from jichi.methods.drafts import Change, printed
from jichi.ui.content import chosen
from jichi.ui.numbers import format_number
from jichi.voices.words import moment

from .staff_frame import act_on, consultation_to, desk_of, page


@require_safe
def changes(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """What differs between draft and final text, and why."""
    row = consultation_to(request, pk)
    draft, final = text_of(row), text_of(row, kind=VersionKind.FINAL)
    told = {one.anchor: one for one in final.changes.prefetch_related("reasons")} if final is not None else {}
    lines = (
        [_change(row, one, told.get(one.anchor)) for one in compared(draft, final)] if draft and final else []
    )
    left = sum(1 for one in lines if one["told"] is None)
    context = {
        "title": _("Why was the draft changed?"),
        "lead": _lead(final is not None, len(lines), left),
        "final": final,
        "lines": lines,
        "may_text": request.viewer.can(actions.TEXT, row) and row.published_at is not None,
        "may_explain": request.viewer.can(actions.CHANGE, row),
    }
    return page(request, row, "changes.html", "staff-consultation-changes", context)


def _lead(has_final: bool, count: int, left: int) -> str:
    if not has_final:
        return _("The final text is not entered yet.")
    facts = {"count": format_number(count), "left": format_number(left)}
    return _("%(count)s passages differ; %(left)s of them are not explained yet.") % facts


def _change(row: Consultation, one: Change, told: Any) -> dict[str, Any]:
    return {
        "anchor": one.anchor,
        "kind": one.kind,
        "old": pieces_of_change(one.old, one.old_spans),
        "new": pieces_of_change(one.new, one.new_spans),
        "told": told,
        "behind": [reason.set_id for reason in told.reasons.all() if reason.side == Side.BEHIND]
        if told
        else [],
        "against": [reason.set_id for reason in told.reasons.all() if reason.side == Side.AGAINST]
        if told
        else [],
        "url": reverse("staff-consultation-change", args=[row.pk, one.anchor]),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ViewedRequest, pk: uuid.UUID, anchor: str) -> HttpResponse:
    """Say why a passage was changed, with the sets behind it and against it."""
    row = consultation_to(request, pk, actions.CHANGE)
    draft, final = text_of(row), text_of(row, kind=VersionKind.FINAL)
    meant = [one for one in compared(draft, final) if one.anchor == anchor] if draft and final else []
    if final is None or not meant:
        raise Consultation.DoesNotExist
    told = final.changes.filter(anchor=anchor).prefetch_related("reasons").first()
    initial: dict[str, Any] = {}
    if told is not None:
        sides = {side: [one.set_id for one in told.reasons.all() if one.side == side] for side in Side}
        initial = {
            "reason": told.reason,
            "behind": ", ".join(str(one) for one in sides[Side.BEHIND]),
            "against": ", ".join(str(one) for one in sides[Side.AGAINST]),
            "not_from_opinions": told.not_from_opinions,
            "version": told.version,
        }

    def do(data: dict[str, Any]) -> object:
        return services.explain_change(
            viewer=request.viewer,
            text_id=final.pk,
            anchor=anchor,
            reason=data["reason"],
            behind=data["behind"],
            against=data["against"],
            not_from_opinions=data["not_from_opinions"],
            version=data["version"],
        )

    new = meant[0].new or meant[0].old
    return act_on(
        request,
        row,
        ChangeForm(posted(request), initial=initial),
        title=_("Why was this passage changed?"),
        lead=printed(new)[:600] if new is not None else "",
        button=_("Keep"),
        do=do,
        done=_("The reason is kept."),
        back=reverse("staff-consultation-changes", args=[pk]),
    )


_previews: dict[uuid.UUID, tuple[float, datetime.datetime, Result]] = {}
_KEPT_FOR, _MOST = 60.0, 8
"""Seconds for which a counted preview is shown as it is, and how many a process keeps."""


def _preview(row: Consultation) -> tuple[Result, datetime.datetime]:
    """The result and when it was counted: over some ten thousand opinions that takes half a second.

    What is put up and published is counted anew.
    """
    now, kept = time.monotonic(), _previews.get(row.pk)
    if kept is not None and now - kept[0] < _KEPT_FOR:
        return kept[2], kept[1]
    found = result_of(row)
    if len(_previews) >= _MOST:
        _previews.clear()
    _previews[row.pk] = (now, timezone.now(), found)
    return found, _previews[row.pk][1]


@require_safe
def result(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """The result as it would be published now, and what stands in the way."""
    row = consultation_to(request, pk, actions.LOOK)
    desk_of(request, row)
    shown, counted_at = _preview(row)
    context = {
        "title": _("The result as it stands"),
        "counted_at": moment(counted_at),
        "lead": _("%(submissions)s submissions with %(opinions)s opinions; %(changed)s changed the draft.")
        % {
            "submissions": format_number(shown.submissions),
            "opinions": format_number(shown.opinions),
            "changed": format_number(shown.changed),
        },
        "missing": list(missing_in(row, shown, timezone.now())) if row.result_published_at is None else [],
        "channels": [(str(chosen(one.title)), one.submissions, one.opinions) for one in shown.channels],
        "codes": [(one.code, str(chosen(one.title)), one.opinions, one.rows) for one in shown.codes],
        "editions": row.editions.defer("content"),
    }
    return page(request, row, "result.html", "staff-consultation-result", context)
