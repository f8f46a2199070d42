"""What waits for a person among undertakings: to answer, to confirm, to give on, and what is late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.manifest import DutyItem

from .actions import ASSIGN, CONFIRM, DRAFT, PROGRESS
from .cards import staff_url
from .models import Undertaking
from .queries import late_for, to_answer_for, to_assign_for, to_confirm_for
from .words import office_of, plain_title_of, reference_of

MOST = 30
"""Duties named one by one; who has more sees them in the list."""


def to_answer(viewer: Viewer) -> Iterator[DutyItem]:
    """What the viewer's office is to answer."""
    if viewer.can(DRAFT):
        yield from _items(to_answer_for(viewer)[:MOST])


def to_confirm(viewer: Viewer) -> Iterator[DutyItem]:
    """Drafted answers that wait for the viewer's word."""
    if viewer.can(CONFIRM):
        yield from _items(to_confirm_for(viewer)[:MOST], with_office=True)


def to_assign(viewer: Viewer) -> Iterator[DutyItem]:
    """What no office has yet."""
    if viewer.can(ASSIGN):
        yield from _items(to_assign_for(viewer)[:MOST])


def late(viewer: Viewer) -> Iterator[DutyItem]:
    """What should have been answered or carried out before today."""
    if viewer.can(ASSIGN) or viewer.can(PROGRESS):
        yield from _items(late_for(viewer)[:MOST], with_office=viewer.can(ASSIGN))


def _items(rows: Iterable[Undertaking], *, with_office: bool = False) -> Iterator[DutyItem]:
    today = timezone.localdate()
    for row in rows:
        notes = [reference_of(row)]
        if with_office:
            notes.append(str(office_of(row)))
        if days := row.days_late(today):
            notes.append(ngettext("%(count)d day late", "%(count)d days late", days) % {"count": days})
        if row.answer_draft:
            notes.append(_("answer drafted"))
        yield DutyItem(
            title=plain_title_of(row),
            url=staff_url(row),
            due=row.by_when.isoformat() if row.by_when is not None else "",
            detail=" · ".join(notes),
        )
