"""What waits for a person among evaluation sheets: to fill in, to check, to accept, remarks to answer."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.manifest import DutyItem

from .actions import ACCEPT, CHECK_BUREAU, CHECK_SECTION, FILL
from .queries.lists import ACCEPTING, CHECK, FILL_IN, RETURNED, Waiting, with_remarks_for, work_of

MOST = 30
"""Duties named one by one; who has more sees them in the list."""

SHEET = "staff-evaluation-sheet"


def to_fill(viewer: Viewer) -> Iterator[DutyItem]:
    """Sheets the viewer's department is to fill in, what came back and what is late first."""
    if viewer.can(FILL):
        yield from _items(viewer, FILL_IN, RETURNED)


def to_check(viewer: Viewer) -> Iterator[DutyItem]:
    """Sheets that wait for the viewer's check as head of a section or bureau."""
    if viewer.can(CHECK_SECTION) or viewer.can(CHECK_BUREAU):
        yield from _items(viewer, CHECK)


def to_accept(viewer: Viewer) -> Iterator[DutyItem]:
    """Sheets that wait for the planning section."""
    if viewer.can(ACCEPT):
        yield from _items(viewer, ACCEPTING)


def to_answer(viewer: Viewer) -> Iterator[DutyItem]:
    """Sheets of the viewer's department with remarks nobody has dealt with."""
    if not viewer.can(FILL):
        return
    for sheet, count in with_remarks_for(viewer)[:MOST]:
        text = ngettext("%(count)d remark", "%(count)d remarks", count) % {"count": count}
        yield DutyItem(
            title=f"{sheet.node.code} {sheet.node.name}",
            url=reverse(SHEET, args=[sheet.pk]),
            detail=f"{sheet.cycle.title} · {text}",
        )


def _items(viewer: Viewer, *why: str) -> Iterator[DutyItem]:
    for one in [one for one in work_of(viewer) if one.why in why][:MOST]:
        sheet = one.sheet
        yield DutyItem(
            title=f"{sheet.node.code} {sheet.node.name}",
            url=reverse(SHEET, args=[sheet.pk]),
            due=one.due.isoformat() if one.due is not None else "",
            detail=" · ".join(_notes(one)),
        )


def _notes(one: Waiting) -> Iterator[str]:
    yield one.sheet.cycle.title
    if one.why == RETURNED:
        yield _("sent back")
    if one.is_late and one.days is not None:
        late = -one.days
        yield ngettext("%(count)d day late", "%(count)d days late", late) % {"count": late}
    if one.is_reminded:
        yield _("reminded")
