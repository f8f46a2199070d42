"""Every write of the sheets room."""

from .answers import AnswersInvalid, hand_in, move_to_version, open_answers, save_draft
from .forms import create_form, publish_version
from .packs import load_forms

__all__ = [
    "AnswersInvalid",
    "create_form",
    "hand_in",
    "load_forms",
    "move_to_version",
    "open_answers",
    "publish_version",
    "save_draft",
]
