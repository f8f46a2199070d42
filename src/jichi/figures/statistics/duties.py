"""What waits for a person among the tables of statistics."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.manifest import DutyItem
from jichi.ui import numbers

from .declared import TAKE
from .queries import source_lines, sources_for


def tables_waiting(viewer: Viewer) -> Iterator[DutyItem]:
    """Files that were uploaded and not yet taken in, and tables whose next file is due."""
    if not viewer.can(TAKE):
        return
    today = timezone.localdate()
    for line in source_lines(viewer, sources_for(viewer)):
        if not line.may_take:
            continue
        if line.staged is not None:
            yield DutyItem(
                title=line.source.title,
                url=reverse("staff-table-import", args=[line.source.key, line.staged.pk]),
                detail=_("A file waits to be taken in"),
            )
        elif line.due is not None and line.due_year is not None and line.due <= today:
            year = numbers.fiscal_year(line.due_year)
            yield DutyItem(
                title=line.source.title,
                url=reverse("staff-table-upload", args=[line.source.key]),
                due=line.due.isoformat(),
                detail=_("The table of %(year)s is due") % {"year": year},
            )
