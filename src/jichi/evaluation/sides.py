"""On which side of a sheet a viewer stands, and which sheets she may see at all."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.manifest import Role

from .actions import ACCEPT, CHECK_BUREAU, CHECK_SECTION, COMMENT, FILL, REVIEW, RUN, SEND_BACK
from .enums import SheetState
from .models import Sheet

DEPARTMENT, SECTION, BUREAU, PLANNING, COMMITTEE = "department", "section", "bureau", "planning", "committee"


def offices_of(viewer: Viewer) -> frozenset[int] | None:
    """The departments whose sheets the viewer sees before publication; None: all of the city's.

    The planning section and the auditor see all; the committee and the council see none here, only editions.
    """
    if viewer.system or viewer.departments_for(RUN) is None:
        return viewer.departments_for(RUN)
    return viewer.departments_for(COMMENT)


def is_planner(viewer: Viewer) -> bool:
    """Whether the viewer runs the city's evaluations."""
    return viewer.can(ACCEPT)


def is_committee(viewer: Viewer) -> bool:
    """Whether the viewer is one of the external committee (and not the system itself)."""
    return not viewer.system and viewer.can(REVIEW)


def is_council(viewer: Viewer) -> bool:
    """Whether the viewer is of the council's secretariat."""
    return Role.COUNCIL_SECRETARIAT in viewer.roles


def may_fill(viewer: Viewer, sheet: Sheet) -> bool:
    """Whether the viewer may fill this sheet in, be it hers to do now or not."""
    return viewer.can(FILL, sheet)


def may_check(viewer: Viewer, sheet: Sheet, state: str) -> bool:
    """Whether the viewer may pass or accept a sheet that is in ``state``, apart from its being her own."""
    key = {
        SheetState.SECTION: CHECK_SECTION,
        SheetState.BUREAU: CHECK_BUREAU,
        SheetState.PLANNING: ACCEPT,
    }.get(SheetState(state))
    return key is not None and viewer.can(key, sheet)


def may_send_back(viewer: Viewer, sheet: Sheet) -> bool:
    """Whether the viewer may send the sheet back from where it lies: whoever has to pass or accept it."""
    if not viewer.can(SEND_BACK, sheet):
        return False
    if sheet.state == SheetState.ACCEPTED:
        return viewer.can(ACCEPT, sheet)
    return may_check(viewer, sheet, sheet.state)


def sides_of(viewer: Viewer, sheet: Sheet) -> list[str]:
    """Every side on which the viewer stands, the one she is first taken for first."""
    if viewer.can(ACCEPT, sheet) and not viewer.system:
        return [PLANNING, *(_own_sides(viewer, sheet))]
    if viewer.system:
        return [PLANNING, DEPARTMENT, SECTION, BUREAU, COMMITTEE]
    if is_committee(viewer):
        return [COMMITTEE]
    return _own_sides(viewer, sheet)


def _own_sides(viewer: Viewer, sheet: Sheet) -> list[str]:
    found = []
    if viewer.can(CHECK_BUREAU, sheet):
        found.append(BUREAU)
    if viewer.can(CHECK_SECTION, sheet):
        found.append(SECTION)
    if viewer.can(FILL, sheet):
        found.append(DEPARTMENT)
    return found


def own_work(state: str) -> str:
    """Why who handed a sheet in (or passed it before) does not pass or accept it, and who may."""
    match state:
        case SheetState.SECTION:
            return _("You handed this in yourself. Another head of the section has to pass it.")
        case SheetState.BUREAU:
            return _("You handed this in or passed it yourself. Another head of the bureau has to pass it.")
    return _("You handed this in or passed it yourself. Another planning officer has to accept it.")
