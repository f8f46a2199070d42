"""Every write of the figures room, one function per act."""

from .staging import commit_upload, discard_upload, stage_upload
from .values import Value, add_evidence, enter_values, publish_values

__all__ = [
    "Value",
    "add_evidence",
    "commit_upload",
    "discard_upload",
    "enter_values",
    "publish_values",
    "stage_upload",
]
