"""What waits for a person among consultations: to publish, to dispose of, and results that are due."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.manifest import DutyItem
from jichi.methods.deadlines import days_left
from jichi.office.queries import is_decided
from jichi.ui.content import translated

from .actions import DISPOSE, EDIT, PUBLISH, PUBLISH_RESULT
from .addresses import staff_url
from .enums import Stage
from .models import Consultation
from .queries.consultations import in_stage, of_own_offices
from .queries.progress import progress_of

MOST = 30
SOON = datetime.timedelta(days=5)
"""How long before its last day a consultation is named."""
RESULT_AFTER = datetime.timedelta(days=60)
"""When the result of what is over is named as due. The city's own time is unknown: unconfirmed."""


def to_publish(viewer: Viewer) -> Iterator[DutyItem]:
    """Consultations with a first day that are not published yet."""
    if viewer.can(PUBLISH):
        rows = of_own_offices(viewer, PUBLISH).filter(in_stage(Stage.PREPARING, _today()))
        for row in rows.filter(first_day__isnull=False).order_by("first_day", "pk")[:MOST]:
            yield _item(row, row.first_day, "")


def ending(viewer: Viewer) -> Iterator[DutyItem]:
    """Those whose last day is near."""
    if viewer.can(EDIT):
        today = _today()
        rows = of_own_offices(viewer, EDIT).filter(in_stage(Stage.OPEN, today), last_day__lte=today + SOON)
        for row in rows.order_by("last_day", "pk")[:MOST]:
            assert row.last_day is not None
            left = days_left(today, row.last_day)
            text = ngettext("%(count)d day left", "%(count)d days left", left)
            yield _item(row, row.last_day, text % {"count": left})


def to_dispose(viewer: Viewer) -> Iterator[DutyItem]:
    """Those over whose opinions wait for a disposition."""
    if viewer.can(DISPOSE):
        for row in _considered(viewer, DISPOSE):
            progress = progress_of(row)
            if not progress.is_whole:
                waiting = progress.undisposed + progress.undivided
                text = ngettext(
                    "%(count)d opinion without disposition", "%(count)d opinions without disposition", waiting
                )
                yield _item(row, _due(row), text % {"count": waiting})


def results_due(viewer: Viewer) -> Iterator[DutyItem]:
    """Those whose opinions all have a disposition and whose result is not decided yet."""
    if viewer.can(PUBLISH_RESULT):
        for row in _considered(viewer, PUBLISH_RESULT):
            if not is_decided(f"consultations.result:{row.pk}") and progress_of(row).is_whole:
                yield _item(row, _due(row), _("the result can be prepared and put up"))


def results_ready(viewer: Viewer) -> Iterator[DutyItem]:
    """Those whose result is decided and waits to be published."""
    if viewer.can(PUBLISH_RESULT):
        for row in _considered(viewer, PUBLISH_RESULT):
            if is_decided(f"consultations.result:{row.pk}"):
                yield _item(row, _today(), _("decided; publish it"))


def _considered(viewer: Viewer, key: str) -> list[Consultation]:
    rows = of_own_offices(viewer, key).filter(in_stage(Stage.CONSIDERED, _today()))
    return list(rows.order_by("last_day", "pk")[:MOST])


def _due(row: Consultation) -> datetime.date | None:
    return row.last_day + RESULT_AFTER if row.last_day is not None else None


def _today() -> datetime.date:
    return timezone.localdate()


def _item(row: Consultation, due: datetime.date | None, detail: str) -> DutyItem:
    return DutyItem(
        title=str(translated(row, "title")),
        url=staff_url(row),
        due=due.isoformat() if due is not None else "",
        detail=detail,
    )
