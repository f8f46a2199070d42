"""Every write of the city room: one function per act, one transaction, one entry in the audit trail."""

from .accounts import accept_invitation, close_account, invite_again, open_account
from .grants import end_grant, give_grant, withdraw_grant
from .loading import LoadReport, load_city
from .organisation import NewDepartment, reorganise_department
from .people import create_person, sever_actor

__all__ = [
    "LoadReport",
    "NewDepartment",
    "accept_invitation",
    "close_account",
    "create_person",
    "end_grant",
    "give_grant",
    "invite_again",
    "load_city",
    "open_account",
    "reorganise_department",
    "sever_actor",
    "withdraw_grant",
]
