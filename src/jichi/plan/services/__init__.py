"""Every write of the plan room, one function per act."""

from .apply import ApplyReport, apply_document
from .edits import create_row, edit_row, remove_row
from .imports import confirm_import, correct_import, reject_import, resolve_uncertain, start_import
from .lifecycle import adopt_plan, carry_over_indicator, publish_plan, succeed_plan, withdraw_plan
from .translate import translate_row
from .undo import undo_act, undo_edit

__all__ = [
    "ApplyReport",
    "adopt_plan",
    "apply_document",
    "carry_over_indicator",
    "confirm_import",
    "correct_import",
    "create_row",
    "edit_row",
    "publish_plan",
    "reject_import",
    "remove_row",
    "resolve_uncertain",
    "start_import",
    "succeed_plan",
    "translate_row",
    "undo_act",
    "undo_edit",
    "withdraw_plan",
]
