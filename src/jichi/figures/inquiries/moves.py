"""The way of a request as data: which act is possible in which state, and where it leads.

An act that :data:`MOVES` does not name in a state is refused with a sentence. Who may act is decided
elsewhere; here stands what can happen at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext as _

from jichi.city.errors import Invalid
from jichi.figures.models import InquiryRequest

State = InquiryRequest.State


class Step(StrEnum):
    """An act on one request."""

    ANSWER = "answer"
    CORRECT = "correct"
    TAKE_WORKBOOK = "take_workbook"
    HAND_ON = "hand_on"
    CHECK_SECTION = "check_section"
    CHECK_BUREAU = "check_bureau"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    TALK = "talk"
    REMIND = "remind"
    EXTEND = "extend"
    CANCEL = "cancel"
    ASK_AGAIN = "ask_again"


_STAYS: Mapping[State, State] = {state: state for state in State if state is not State.CANCELLED}
OPEN = frozenset({State.WAITING, State.SENT_BACK})
"""The asked is to do something."""

RETURNED = frozenset({State.ANSWERED, State.SECTION_CHECKED, State.BUREAU_CHECKED, State.ACCEPTED})
"""There is an answer that its giver stands by."""

MOVES: Mapping[Step, Mapping[State, State]] = {
    Step.ANSWER: {State.WAITING: State.ANSWERED, State.SENT_BACK: State.ANSWERED},
    Step.CORRECT: dict.fromkeys(sorted(RETURNED), State.ANSWERED),
    Step.TAKE_WORKBOOK: _STAYS,
    Step.HAND_ON: {state: state for state in sorted(OPEN)},
    Step.CHECK_SECTION: {State.ANSWERED: State.SECTION_CHECKED},
    Step.CHECK_BUREAU: {State.SECTION_CHECKED: State.BUREAU_CHECKED},
    Step.ACCEPT: {
        State.ANSWERED: State.ACCEPTED,
        State.SECTION_CHECKED: State.ACCEPTED,
        State.BUREAU_CHECKED: State.ACCEPTED,
    },
    Step.SEND_BACK: dict.fromkeys(sorted(RETURNED), State.SENT_BACK),
    Step.TALK: _STAYS,
    Step.REMIND: {state: state for state in sorted(OPEN)},
    Step.EXTEND: {state: state for state in sorted(OPEN)},
    Step.CANCEL: {state: State.CANCELLED for state in _STAYS if state is not State.ACCEPTED},
    Step.ASK_AGAIN: {State.CANCELLED: State.WAITING},
}

READY: Mapping[int, State] = {0: State.ANSWERED, 1: State.SECTION_CHECKED, 2: State.BUREAU_CHECKED}
"""Levels of checking → the state in which a return has passed them and reaches the asker."""

_PASSED = [State.ANSWERED, State.SECTION_CHECKED, State.BUREAU_CHECKED]


def can(step: Step, state: str, *, levels: int) -> bool:
    """Whether ``step`` is possible in ``state``, where ``levels`` checks are asked for."""
    return refusal(step, state, levels=levels) == ""


def following(step: Step, state: str, *, levels: int) -> State:
    """The state after ``step``.

    Raises:
        Invalid: with the sentence that says why it is not possible now.
    """
    if sentence := refusal(step, state, levels=levels):
        raise Invalid({"": [sentence]})
    return MOVES[step][State(state)]


def refusal(step: Step, state: str, *, levels: int) -> str:
    """Why ``step`` is not possible in ``state``; empty where it is."""
    here = State(state)
    if here not in MOVES[step]:
        return _SENTENCES[here]()
    if step is Step.CHECK_SECTION and levels < 1:
        return _("This inquiry asks for no check by the section.")
    if step is Step.CHECK_BUREAU and levels < 2:
        return _("This inquiry asks for no check by the bureau.")
    if step is Step.ACCEPT and _PASSED.index(here) < levels:
        return _("The return has not passed its checks yet.")
    return ""


_SENTENCES = {
    State.WAITING: lambda: _("There is no answer yet."),
    State.SENT_BACK: lambda: _("The return was sent back and is being corrected."),
    State.ANSWERED: lambda: _("It is answered; the next step is another one."),
    State.SECTION_CHECKED: lambda: _("The section has checked it; the next step is another one."),
    State.BUREAU_CHECKED: lambda: _("The bureau has checked it; the next step is another one."),
    State.ACCEPTED: lambda: _("It is accepted already."),
    State.CANCELLED: lambda: _("It is no longer asked for."),
}
