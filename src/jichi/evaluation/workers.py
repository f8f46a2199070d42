"""Who has worked on what lies with a sheet. Nobody of them passes or accepts it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from .enums import SheetEventKind, SheetState
from .models import Sheet, SheetEvent
from .moves import WAY

BY_PEOPLE = (SheetEventKind.HANDED_IN, SheetEventKind.PASSED)


def workers_in(sheet: Sheet, events: Iterable[SheetEvent]) -> set[uuid.UUID]:
    """Who handed in what lies there now, or passed it at a step before the present one.

    ``events`` are in the order of time. Who passed a sheet that was sent back to her passes it again.
    """
    if sheet.state == SheetState.FILLING or sheet.state == SheetState.WITHDRAWN:
        return set()
    found: dict[str, uuid.UUID] = {}
    for row in events:
        if row.kind == SheetEventKind.HANDED_IN:
            found = {SheetState.FILLING: row.by}
        elif row.kind == SheetEventKind.PASSED:
            found[row.from_state] = row.by
    here = WAY.index(SheetState(sheet.state))
    workers = {by for state, by in found.items() if WAY.index(SheetState(state)) < here}
    return workers | ({sheet.handed_in_by} if sheet.handed_in_by is not None else set())
