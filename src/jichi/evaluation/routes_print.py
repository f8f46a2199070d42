"""The addresses of packets and of single sheets as files."""

from __future__ import annotations

from jichi.manifest import Route, TrailReader, Zone

from .actions import MAKE_PACKET, READ, READ_PACKET

ROUTES: tuple[Route, ...] = (
    Route(name="results-sheet-file", zone=Zone.PUBLIC),
    Route(name="results-period-sheet-file", zone=Zone.PUBLIC),
    Route(name="staff-evaluation-sheet-file", zone=Zone.INNER, action=READ),
    Route(name="staff-evaluation-packets", zone=Zone.INNER, action=READ_PACKET),
    Route(name="staff-evaluation-packet", zone=Zone.INNER, action=READ_PACKET),
    Route(name="staff-evaluation-packet-file", zone=Zone.INNER, action=READ_PACKET),
    Route(name="staff-evaluation-packet-ask", zone=Zone.INNER, action=MAKE_PACKET),
    Route(name="staff-evaluation-packet-stop", zone=Zone.INNER, action=MAKE_PACKET),
    Route(name="staff-evaluation-packet-resume", zone=Zone.INNER, action=MAKE_PACKET),
)

# Each portion of a packet leaves an entry in the trail, which brings the worker back for the next.
READERS: tuple[TrailReader, ...] = (
    TrailReader(
        key="evaluation.packets",
        kind="projection",
        read="jichi.evaluation.services.packets:read_entries",
        rebuild="jichi.evaluation.services.packets:take_up_all",
    ),
)
