"""Every write of survey reports, one function per act."""

from .drafts import change_draft, discard_draft, open_draft
from .surveys import add_target, change_survey, create_survey, drop_target, show_wave
from .taking import Taken, enter_wave, take_draft, take_report

__all__ = [
    "Taken",
    "add_target",
    "change_draft",
    "change_survey",
    "create_survey",
    "discard_draft",
    "drop_target",
    "enter_wave",
    "open_draft",
    "show_wave",
    "take_draft",
    "take_report",
]
