"""Every write of inquiries, one function per act."""

from .answering import HandedIn, hand_in, hand_on, report_nothing, save_draft, take_in
from .asking import change_inquiry, close_inquiry, draft_inquiry, extend, reopen_inquiry, send_inquiry
from .checking import accept_returns, ask_question, check_bureau, check_section, remind, reply, send_back
from .choosing import Who, ask_again, cancel_request, choose_respondents
from .merging import merge_inquiry
from .results import Results, enter_results
from .returning import Taken, take_in_workbooks
from .series import Target, save_series, save_targets
from .workbooks import File, take_workbook, take_workbooks

__all__ = [
    "File",
    "HandedIn",
    "Results",
    "Taken",
    "Target",
    "Who",
    "accept_returns",
    "ask_again",
    "ask_question",
    "cancel_request",
    "change_inquiry",
    "check_bureau",
    "check_section",
    "choose_respondents",
    "close_inquiry",
    "draft_inquiry",
    "enter_results",
    "extend",
    "hand_in",
    "hand_on",
    "merge_inquiry",
    "remind",
    "reopen_inquiry",
    "reply",
    "report_nothing",
    "save_draft",
    "save_series",
    "save_targets",
    "send_back",
    "send_inquiry",
    "take_in",
    "take_in_workbooks",
    "take_workbook",
    "take_workbooks",
]
