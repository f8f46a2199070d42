"""What every request passes through, beside Django's own."""

from .cache import PageCacheMiddleware
from .headers import SecurityHeadersMiddleware
from .plain import PlainTextMiddleware
from .proxies import RemoteAddressMiddleware
from .request_log import RequestLogMiddleware
from .ruby import RubyMiddleware
from .zone import ZoneMiddleware

__all__ = [
    "PageCacheMiddleware",
    "PlainTextMiddleware",
    "RemoteAddressMiddleware",
    "RequestLogMiddleware",
    "RubyMiddleware",
    "SecurityHeadersMiddleware",
    "ZoneMiddleware",
]
