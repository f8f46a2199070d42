"""What a chart is made of: plain values, so that any room can have its figures drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from django.utils.safestring import SafeString

from jichi.ui.tables import Table

Kind = Literal["baseline", "current", "actual", "target"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """One number of one fiscal year.

    ``value`` None is a number that does not exist (yet); ``note`` then says why. ``interval`` (low, high)
    only for a probability sample, ``coverage`` (seen, whole) only when less than the whole was seen. Points
    are joined only where ``definition_id`` is the same. ``label`` replaces the standing name of the kind.
    """

    year: int
    value: Decimal | None
    kind: Kind
    label: str = ""
    comparator: str = "none"
    interval: tuple[Decimal, Decimal] | None = None
    coverage: tuple[int, int] | None = None
    definition_id: str = ""
    note: str = ""
    decimals: int | None = None

    @property
    def partial(self) -> bool:
        """Whether less than the whole was seen."""
        return self.coverage is not None and self.coverage[0] < self.coverage[1]


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """The points of one series (an indicator has several when it asks children and adults apart)."""

    name: str
    points: Sequence[ChartPoint]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: ``svg`` for the page, its ``table``, the notes below it and its description in words."""

    svg: SafeString
    table: Table
    description: str
    notes: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """An area in a tile grid map: its place in the grid, its value and how that value is printed."""

    label: str
    column: int
    row: int
    value: Decimal | None
    text: str = ""
    url: str = ""
    note: str = field(default="")
