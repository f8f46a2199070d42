"""Limits on how often somebody may write or guess without an account: counted in memory, never stored.

A limit must not itself write to the database (a flood would then be one of writes), must not need a service
of its own, and must not remember who came: what is counted here is gone with the process. Each server
process counts for itself, so a limit is divided by their number.
"""

from __future__ import annotations

import math
import os
import re
import threading
import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from . import uploads

PROCESSES = "JICHI_SERVER_PROCESSES"
"""Set by the web server for its processes (``config/serving/web.py``)."""

MOST_KEPT = 50_000
"""Callers remembered at once, some 10 MB; the one that has been quiet longest is forgotten first."""

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LIMIT = re.compile(r"([1-9][0-9]{0,6})/([smhd])")
_LONGEST_KEPT_TEXT = 1_000_000

clock = time.monotonic


class Windows:
    """Counts by key over a sliding window, from two counters each: the present period and the one before,
    which fades out as the present one goes on. The count is exact where calls come evenly, and never lets
    more than twice the limit pass in any window.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._rows: OrderedDict[tuple[str, str], tuple[int, int, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, key: tuple[str, str], *, most: int, seconds: float, now: float) -> bool:
        """Count one call and say whether it is within ``most`` in ``seconds``; a refused one counts not."""
        period, passed = divmod(now, seconds)
        with self._lock:
            at, count, before = self._rows.pop(key, (int(period), 0, 0))
            if at != int(period):
                count, before = 0, count if at == int(period) - 1 else 0
            allowed = count + before * (1 - passed / seconds) + 1 <= most
            self._rows[key] = (int(period), count + allowed, before)
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)
        return allowed

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._rows.clear()


windows = Windows()


def allow(request: HttpRequest, name: str, limit: str = "20/m") -> bool:
    """Whether this caller may do ``name`` once more. ``limit`` is a number per s, m, h or d: "20/m".

    Callers are told apart by address (:func:`client_of`); behind reverse proxies that is right only with
    ``JICHI_TRUSTED_PROXIES``. Many people may share one address: limits are for floods, not for persons.
    """
    most, seconds = parsed(limit)
    share = max(1, math.ceil(most / processes()))
    key = (f"{name} {limit}", client_of(request))
    return windows.take(key, most=share, seconds=seconds, now=clock())


def parsed(limit: str) -> tuple[int, int]:
    """(number, seconds) of a limit such as "20/m". Raises ValueError for anything else."""
    match = _LIMIT.fullmatch(limit)
    if match is None:
        raise ValueError(f"a limit reads like 20/m, not {limit!r}")
    return int(match[1]), _SECONDS[match[2]]


def processes() -> int:
    """How many server processes share the callers; 1 where nobody said."""
    text = os.environ.get(PROCESSES, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() else 1


def client_of(request: HttpRequest) -> str:
    """Whom to count: an IPv4 address, or the /64 network of an IPv6 one, which is one household or office."""
    text = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64)) + "/64"
    return str(address)


def too_many_response(request: HttpRequest, *, seconds: int = 60) -> HttpResponse:
    """Status 429, in the reader's language: when to try again, and everything that was typed in a form that
    sends it again. Files have to be chosen anew, and the page says so.
    """
    kept, files = sent(request)
    context = {"minutes": max(1, math.ceil(seconds / 60)), "kept": kept, "files": files}
    response = render(request, "city/too_many.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    add_never_cache_headers(response)
    return response


def sent(request: HttpRequest) -> tuple[list[tuple[str, str]], bool]:
    """The fields of the form that was sent, without its token, and whether files came with them."""
    if request.method != "POST" or uploads.is_refused(request):
        return [], False
    pairs = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
        if isinstance(value, str)
    ]
    if sum(len(name) + len(value) for name, value in pairs) > _LONGEST_KEPT_TEXT * 2:
        return [], False
    return pairs, bool(request.FILES)
