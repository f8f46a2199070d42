"""Every write of the consultations room: keyword-only, one transaction, one entry in the trail."""

from .approving import put_up
from .disposing import dispose, dispose_many, give_dispositions_on, undispose
from .explaining import explain_change
from .preparing import add_file, edit, prepare, remove_file, set_places
from .publishing import extend, publish, publish_exempt, withdraw
from .results import correct_result, publish_result
from .schemes import load_consultation_schemes
from .shaping import merge_sets
from .texts import add_text, keep_draft

__all__ = [
    "add_file",
    "add_text",
    "correct_result",
    "dispose",
    "dispose_many",
    "edit",
    "explain_change",
    "extend",
    "give_dispositions_on",
    "keep_draft",
    "load_consultation_schemes",
    "merge_sets",
    "prepare",
    "publish",
    "publish_exempt",
    "publish_result",
    "put_up",
    "remove_file",
    "set_places",
    "undispose",
    "withdraw",
]
