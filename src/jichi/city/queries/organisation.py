"""Reads of the city, its wards and its departments. Their names are public; who works there is not."""

from __future__ import annotations

import datetime
import time

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from jichi.city.access import Viewer
from jichi.city.models import City, Department, DepartmentSuccession, Ward

_CITY_SECONDS = 5.0
_remembered: tuple[float, City] | None = None
_start_month: tuple[float, int] | None = None


def current_city() -> City | None:
    """The city of this installation, or None before a pack is loaded. Every page asks, so it is remembered.

    For some seconds only: another process may load a pack. An absent city is never remembered, nor one read
    inside a transaction, which may still be rolled back.
    """
    global _remembered
    now = time.monotonic()
    if _remembered is not None and not connection.in_atomic_block and now - _remembered[0] < _CITY_SECONDS:
        return _remembered[1]
    city = City.objects.first()
    _remembered = (now, city) if city is not None and not connection.in_atomic_block else None
    return city


def fiscal_year_start_month() -> int:
    """The month in which the city's fiscal year begins; April, as the law has it, where no city is loaded.

    A page asks for each plan it names, so the month is remembered for some seconds, in transactions too.
    """
    global _start_month
    now = time.monotonic()
    if _start_month is None or now - _start_month[0] >= _CITY_SECONDS:
        city = current_city()
        _start_month = (now, city.fiscal_year_start_month if city else 4)
    return _start_month[1]


def forget_city() -> None:
    """Read the city anew next time: after a pack was loaded in this process, and between tests."""
    global _remembered, _start_month
    _remembered = _start_month = None


def wards() -> QuerySet[Ward]:
    """The wards in the city's own order."""
    return Ward.objects.order_by("order")


def departments_for(viewer: Viewer, on: datetime.date | None = None) -> QuerySet[Department]:
    """The departments that exist on ``on`` (None: of all times), with ward, parent and what followed them.

    A department is public knowledge, so every viewer sees the same.
    """
    rows = Department.objects.select_related("ward", "parent").prefetch_related(
        Prefetch("successions", DepartmentSuccession.objects.select_related("successor").order_by("on", "pk"))
    )
    if on is not None:
        rows = rows.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on)).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=on)
        )
    return rows.order_by("key")


def department_for(viewer: Viewer, pk: int) -> Department:
    """One department. Raises Department.DoesNotExist."""
    return departments_for(viewer).get(pk=pk)
