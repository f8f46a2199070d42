"""Every write of the figures room, one function per act."""

from .bindings import add_definition, amend_definition, decide_binding
from .publicity import set_publicity
from .staging import commit_upload, discard_upload, stage_upload
from .values import Entered, Value, add_evidence, enter_changed, enter_values, publish_values

__all__ = [
    "Entered",
    "Value",
    "add_definition",
    "add_evidence",
    "amend_definition",
    "commit_upload",
    "decide_binding",
    "discard_upload",
    "enter_changed",
    "enter_values",
    "publish_values",
    "set_publicity",
    "stage_upload",
]
