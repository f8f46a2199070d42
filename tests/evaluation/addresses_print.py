"""Arguments of the routes of packets and single sheets for the permission matrix."""

from __future__ import annotations

from typing import Any

from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.evaluation.services.packets import advance, ask_packet

from .pages.addresses import sheet as owned_sheet
from .printing import sample


def cycle(owner: Department | None) -> dict[str, Any]:
    """A published cycle belongs to the whole city."""
    return {"pk": sample.published().pk}


def packet(owner: Department | None) -> dict[str, Any]:
    """A packet that is made."""
    row = ask_packet(viewer=system_viewer("demo"), cycle_id=sample.published().pk, template="sheets")
    while row.state != "done":
        row = advance(row.pk) or row
    return {"pk": row.pk}


def sheet(owner: Department | None) -> dict[str, Any]:
    """A sheet of an office, as a file."""
    return {"pk": owned_sheet(owner).pk, "kind": "xlsx"}


ADDRESSES = {
    "results-sheet-file": lambda owner: {**cycle(owner), "year": 2025, "code": "M-1-01", "kind": "xlsx"},
    "staff-evaluation-sheet-file": sheet,
    "staff-evaluation-packets": cycle,
    "staff-evaluation-packet-ask": cycle,
    "staff-evaluation-packet": packet,
    "staff-evaluation-packet-file": packet,
    "staff-evaluation-packet-stop": packet,
    "staff-evaluation-packet-resume": packet,
}
