"""What waits for a person among inquiries: to answer, to check, to reply to, and her own that need a look."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.figures.models import InquiryRequest
from jichi.manifest import DutyItem

from .actions import ANSWER, CHECK_BUREAU, CHECK_SECTION, RUN, TALK
from .queries.lists import reminded_among, running_for, to_answer_for, to_check_for, to_reply_for
from .words import count_words, due_of, respondent_name

MOST = 30
"""Duties named one by one; who has more sees them in the list."""


def to_answer(viewer: Viewer) -> Iterator[DutyItem]:
    """Requests the viewer's office or place is to answer, the first due first."""
    if not viewer.can(ANSWER):
        return
    today = timezone.localdate()
    rows = list(to_answer_for(viewer)[:MOST])
    reminded = reminded_among(viewer, rows)
    for row in rows:
        notes = [respondent_name(row)]
        late = (today - due_of(row)).days
        if row.state == InquiryRequest.State.SENT_BACK:
            notes.append(_("sent back"))
        if late > 0:
            notes.append(ngettext("%(count)d day late", "%(count)d days late", late) % {"count": late})
        if row.pk in reminded:
            notes.append(_("reminded"))
        yield DutyItem(
            title=row.inquiry.title,
            url=reverse("staff-inquiry-request", args=[row.pk]),
            due=due_of(row).isoformat(),
            detail=" · ".join(notes),
        )


def to_check(viewer: Viewer) -> Iterator[DutyItem]:
    """Returns that wait for the viewer's check as head of a section or bureau."""
    if not (viewer.can(CHECK_SECTION) or viewer.can(CHECK_BUREAU)):
        return
    for row in to_check_for(viewer)[:MOST]:
        yield DutyItem(
            title=row.inquiry.title,
            url=reverse("staff-inquiry-request", args=[row.pk]),
            due=due_of(row).isoformat(),
            detail=respondent_name(row),
        )


def to_reply(viewer: Viewer) -> Iterator[DutyItem]:
    """Questions of the other side that nobody has replied to."""
    if not viewer.can(TALK):
        return
    for row in to_reply_for(viewer)[:MOST]:
        yield DutyItem(
            title=row.inquiry.title,
            url=reverse("staff-inquiry-request", args=[row.pk]),
            detail=respondent_name(row),
        )


def of_ours(viewer: Viewer) -> Iterator[DutyItem]:
    """Inquiries the viewer runs in which somebody is late, or all answers are there to be accepted."""
    if not viewer.can(RUN):
        return
    for row in running_for(viewer, timezone.localdate()):
        late, answered, whole = row.late, row.answered, row.whole  # type: ignore[attr-defined]
        if late:
            note = ngettext("%(count)d is late", "%(count)d are late", late) % {"count": late}
        elif whole and answered == whole and row.accepted < whole:  # type: ignore[attr-defined]
            note = _("everybody has answered")
        else:
            continue
        yield DutyItem(
            title=row.title,
            url=reverse("staff-inquiry", args=[row.pk]),
            due=row.due_on.isoformat(),
            detail=f"{count_words(row.series.kind, answered, whole)} · {note}",
        )
