"""The strip of states over a list: each a link with its mark and count that keeps the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import State
from .queries import Filters
from .words import LATE, SHAPES, Mark, state_word


def chips_of(
    address: str,
    filters: Filters,
    counts: Mapping[str, int],
    *,
    late: int,
    unassigned: int | None = None,
) -> list[dict[str, Any]]:
    """All, each state, what is late, and (where counted) what no office has; ``url`` with the filter."""
    plain = filters.but(state="", late=False, unassigned=False)
    found = [
        _chip(address, plain, sum(counts.values()), _("All"), plain == filters),
        *(
            _chip(
                address,
                plain.but(state=state),
                counts[state],
                "",
                filters.state == state,
                Mark(SHAPES[state], state_word(state)),
            )
            for state in State.values
        ),
    ]
    if late or filters.late:
        mark = Mark(LATE, pgettext("undertaking", "Late"))
        found.append(_chip(address, plain.but(late=True), late, "", filters.late, mark))
    if unassigned or filters.unassigned:
        wanted = plain.but(unassigned=True)
        found.append(_chip(address, wanted, unassigned or 0, _("No office yet"), filters.unassigned))
    return found


def _chip(
    address: str, wanted: Filters, count: int, title: str, current: bool, mark: Mark | None = None
) -> dict[str, Any]:
    query = urlencode(wanted.address())
    return {
        "url": f"{address}?{query}" if query else address,
        "count": count,
        "title": title,
        "mark": mark,
        "current": current,
    }
