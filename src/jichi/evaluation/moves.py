"""The way of a sheet as data: which act is possible in which state, where it may lead, what is said if not.

Who may act is decided elsewhere (:mod:`jichi.evaluation.sides`); here stands what can happen at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext as _

from jichi.city.errors import Invalid

from .enums import SheetState


class Step(StrEnum):
    """An act on one sheet."""

    DRAFT = "draft"
    HAND_IN = "hand_in"
    CHECK = "check"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    RESTORE = "restore"
    ASSIGN = "assign"
    EXTEND = "extend"
    REMIND = "remind"
    REMARK = "remark"


WAY = (SheetState.FILLING, SheetState.SECTION, SheetState.BUREAU, SheetState.PLANNING, SheetState.ACCEPTED)
"""The way of a sheet from the department to acceptance; a cycle with one check leaves the bureau out."""

WITH_OFFICES = frozenset({SheetState.FILLING, SheetState.SECTION, SheetState.BUREAU})
"""A department, section or bureau is to do something."""

_IN_PLACE: Mapping[SheetState, tuple[SheetState, ...]] = {state: (state,) for state in WAY}

MOVES: Mapping[Step, Mapping[SheetState, tuple[SheetState, ...]]] = {
    Step.DRAFT: {SheetState.FILLING: (SheetState.FILLING,)},
    Step.HAND_IN: {SheetState.FILLING: (SheetState.SECTION, SheetState.BUREAU, SheetState.PLANNING)},
    Step.CHECK: {
        SheetState.SECTION: (SheetState.BUREAU, SheetState.PLANNING),
        SheetState.BUREAU: (SheetState.PLANNING,),
    },
    Step.ACCEPT: {SheetState.PLANNING: (SheetState.ACCEPTED,)},
    Step.SEND_BACK: {
        SheetState.SECTION: (SheetState.FILLING,),
        SheetState.BUREAU: (SheetState.FILLING, SheetState.SECTION),
        SheetState.PLANNING: (SheetState.FILLING, SheetState.SECTION, SheetState.BUREAU),
        SheetState.ACCEPTED: (SheetState.FILLING, SheetState.SECTION, SheetState.BUREAU),
    },
    Step.WITHDRAW: {state: (SheetState.WITHDRAWN,) for state in WAY},
    Step.RESTORE: {SheetState.WITHDRAWN: (SheetState.FILLING,)},
    Step.ASSIGN: {SheetState.FILLING: (SheetState.FILLING,)},
    Step.EXTEND: {SheetState.FILLING: (SheetState.FILLING,)},
    Step.REMIND: {state: (state,) for state in sorted(WITH_OFFICES)},
    Step.REMARK: _IN_PLACE,
}


def after_handing_in(*, levels: int, by_section_head: bool) -> SheetState:
    """Where a sheet goes that is handed in: to the section's head, or past her where she filled it herself.

    ``levels`` is the cycle's number of checks (1 or 2). Nobody checks her own work, so what a section's head
    handed in goes to the bureau, and where the cycle has no check by the bureau, to the planning section.
    """
    if not by_section_head:
        return SheetState.SECTION
    return SheetState.BUREAU if levels >= 2 else SheetState.PLANNING


def after_passing(state: str, *, levels: int) -> SheetState:
    """Where a sheet goes from the section or the bureau that passed it.

    Raises:
        Invalid: with the sentence that says why nobody can pass it now.
    """
    require(Step.CHECK, state)
    if state == SheetState.SECTION and levels >= 2:
        return SheetState.BUREAU
    return SheetState.PLANNING


def backwards(state: str, *, levels: int) -> tuple[SheetState, ...]:
    """The places to which a sheet in ``state`` can be sent back, the department first."""
    found = MOVES[Step.SEND_BACK].get(SheetState(state), ())
    return tuple(one for one in found if levels >= 2 or one is not SheetState.BUREAU)


def can(step: Step, state: str) -> bool:
    """Whether ``step`` is possible in ``state``."""
    return SheetState(state) in MOVES[step]


def require(step: Step, state: str) -> None:
    """Raise Invalid with the sentence that says why ``step`` is not possible in ``state``."""
    if sentence := refusal(step, state):
        raise Invalid({"": [sentence]})


def refusal(step: Step, state: str) -> str:
    """Why ``step`` is not possible in ``state``; empty where it is."""
    here = SheetState(state)
    if here in MOVES[step]:
        return ""
    if step is Step.RESTORE:
        return _("The sheet is part of the evaluation already.")
    if step in _CHANGING:
        return _LIES_CHANGING[here]()
    return _LIES[here]()


_CHANGING = frozenset({Step.DRAFT, Step.HAND_IN, Step.ASSIGN, Step.EXTEND})

_LIES = {
    SheetState.FILLING: lambda: _("It lies with the department, which has not handed it in."),
    SheetState.SECTION: lambda: _("It lies with the section's head, who has not passed it."),
    SheetState.BUREAU: lambda: _("It lies with the bureau, which has not passed it."),
    SheetState.PLANNING: lambda: _("It lies with the planning section; the checks are done."),
    SheetState.ACCEPTED: lambda: _("It is accepted already."),
    SheetState.WITHDRAWN: lambda: _(
        "It is not evaluated this time. The planning section can take it in again."
    ),
}

_LIES_CHANGING = {
    **_LIES,
    SheetState.SECTION: lambda: _("It lies with the section's head; to change it, have it sent back."),
    SheetState.BUREAU: lambda: _("It lies with the bureau; to change it, have it sent back."),
    SheetState.PLANNING: lambda: _("It lies with the planning section; to change it, have it sent back."),
    SheetState.ACCEPTED: lambda: _("It is accepted; to change it, the planning section has to send it back."),
}
