"""Pages of a list of voices that may be very long: what is due first, then the rest, never counted whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from .models import Voice

PER_PAGE = 50
MOST = 10_000
"""Voices that one can page through; a list beyond it is narrowed, not paged to its end."""


class Long(Sequence[Voice]):
    """Voices one after another out of several sorted lists, at most :data:`MOST` of them.

    Sorting by a day that may be missing reads every row; two lists, each in the order of an index, read a
    page.
    """

    def __init__(self, *parts: QuerySet[Voice]) -> None:
        self._parts = parts
        self._counts: list[int] | None = None

    def counts(self) -> list[int]:
        """How many each list has, none counted further than one beyond :data:`MOST`."""
        if self._counts is None:
            self._counts = [part.order_by()[: MOST + 1].count() for part in self._parts]
        return self._counts

    @property
    def is_cut(self) -> bool:
        """Whether there are more than one can page through."""
        return sum(self.counts()) > MOST

    def __len__(self) -> int:
        return min(sum(self.counts()), MOST)

    @overload
    def __getitem__(self, at: int) -> Voice: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Voice]: ...
    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, int):
            return self[at : at + 1][0]
        start, stop, _step = at.indices(len(self))
        found: list[Voice] = []
        for part, count in zip(self._parts, self.counts(), strict=True):
            if start < count and stop > 0:
                found += part[max(start, 0) : min(stop, count)]
            start, stop = start - count, stop - count
        return found


def page_of(rows: Long, number: str | None) -> Page[Voice]:
    """One page of them; what the address cannot mean is the first or the last."""
    return Paginator(rows, PER_PAGE).get_page(number)
