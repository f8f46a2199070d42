"""Every write of the undertakings room: keyword-only, one transaction, one entry in the trail."""

from .answering import answer, confirm_answer, decide_adoption
from .asking import ask_for, assign, assign_several, say_what_it_is
from .carrying_out import close_without, finish, reopen, report_progress
from .packs import bring_undertaking, load_undertakings
from .publishing import publish, publish_all, publish_promises, withdraw_from_public

__all__ = [
    "bring_undertaking",
    "answer",
    "ask_for",
    "assign",
    "assign_several",
    "close_without",
    "confirm_answer",
    "decide_adoption",
    "finish",
    "load_undertakings",
    "publish",
    "publish_all",
    "publish_promises",
    "reopen",
    "report_progress",
    "say_what_it_is",
    "withdraw_from_public",
]
