"""Notice and result of a consultation on paper, and the files of the packet that is put up for approval."""

from .notice import printed_notice
from .packet import packet_files
from .result import printed_result

__all__ = ["packet_files", "printed_notice", "printed_result"]
