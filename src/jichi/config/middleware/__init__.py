"""What every request passes through, beside Django's own."""

from .headers import SecurityHeadersMiddleware
from .proxies import RemoteAddressMiddleware
from .request_log import RequestLogMiddleware
from .ruby import RubyMiddleware
from .zone import ZoneMiddleware

__all__ = [
    "RemoteAddressMiddleware",
    "RequestLogMiddleware",
    "RubyMiddleware",
    "SecurityHeadersMiddleware",
    "ZoneMiddleware",
]
