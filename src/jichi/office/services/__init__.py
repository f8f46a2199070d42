"""Every write of approvals, one function per act."""

from .drafting import draft_approval, resubmit, withdraw
from .numbers import BadRow, NumbersReport, register_document, take_in_numbers
from .packets import take_packet
from .packing import FILE_LIMIT, PacketFile
from .routes import RoutesReport, load_routes
from .steps import pass_step, send_back

__all__ = [
    "FILE_LIMIT",
    "BadRow",
    "NumbersReport",
    "PacketFile",
    "RoutesReport",
    "draft_approval",
    "load_routes",
    "pass_step",
    "register_document",
    "resubmit",
    "send_back",
    "take_in_numbers",
    "take_packet",
    "withdraw",
]
