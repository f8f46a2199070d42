"""What the city shows to everyone of the figures' state."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import act, record
from jichi.figures.models import Publicity

SET = "figures.publicity:set"


def set_publicity(
    *, viewer: Viewer, version: int, shows_late: bool | None = None, least_cell: int | None = None
) -> Publicity:
    """Set whether everyone sees what is late, and below how many a cell of a breakdown is hidden.

    ``version`` is that of the row as it was shown (1 before anybody set it); None leaves a part as it is.
    Breakdowns that are stored keep the threshold they were protected with.

    Raises:
        NotAllowed; Conflict: somebody set it since; Invalid.
    """
    if least_cell is not None and least_cell < 1:
        raise Invalid({"least_cell": [_("At least 1.")]})
    with act(viewer, SET):
        Publicity.objects.get_or_create(pk=1)
        row = Publicity.objects.select_for_update().get(pk=1)
        if row.version != version:
            raise Conflict(row)
        changes: dict[str, list[object]] = {}
        for name, value in (("shows_late", shows_late), ("least_cell", least_cell)):
            if value is not None and getattr(row, name) != value:
                changes[name] = [getattr(row, name), value]
                setattr(row, name, value)
        if changes:
            row.version += 1
            row.save()
            record(viewer, SET, row, fields=changes)
    return row
