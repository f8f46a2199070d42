"""What a room can measure: the quantity, what is asked of it and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class StockFlow(StrEnum):
    """What kind of quantity a metric is: at a date, in a period, or since a start."""

    STOCK = "stock"
    FLOW = "flow"
    CUMULATIVE = "cumulative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a measurement is asked for: fiscal years (both included), a breakdown and the date of knowledge.

    ``by`` names the cuts wanted together, in their order; empty: the whole only. ``as_of`` None: today.
    """

    first_year: int
    last_year: int
    by: tuple[str, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value with everything a reader needs to trust it (house.md, "The manifest").

    ``period`` is its first and last fiscal year. ``coverage`` is (seen, whole) in the unit named by the
    metric; ``interval`` only for probability samples. ``members`` names the cell in the order of
    :attr:`Scope.by`, an empty name being the total over that cut. ``reason_missing`` says why there is no
    value.
    """

    metric: str
    value: Decimal | None
    unit: str
    decimals: int
    period: tuple[int, int]
    definition: str
    coverage: tuple[int, int] | None = None
    n: int | None = None
    interval: tuple[Decimal, Decimal] | None = None
    rule_version: str = ""
    members: tuple[str, ...] = ()
    evidence_count: int = 0
    evidence_digest: str = ""
    reason_missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A way a metric can be broken down: key, msgid of its title, and the action one needs to see it.

    ``action`` None: anyone. ``kept``: its cells are stored with each value counted, and protected.
    """

    key: str
    title: str
    action: str | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A quantity a room can measure, what it counts and what not, and how it is computed.

    ``definition`` is the id of what is counted; another way of counting is another id. ``kind`` None: a rate.
    ``distinct``: each counted once (実), otherwise every time (延べ). ``coverage`` says in words what the
    whole is of which a value saw a part. ``measure`` is the dotted path of ``(scope) -> Iterable[Figure]``,
    which answers a whole breakdown at once; ``evidence`` that of ``(viewer, scope) -> QuerySet``, the rows
    behind the values as deep as the viewer may go. ``action`` is needed to see the metric; None: anyone.
    """

    key: str
    title: str
    unit: str
    definition: str
    counts: str
    kind: StockFlow | None
    measure: str
    counts_not: str = ""
    distinct: bool = True
    decimals: int = 0
    coverage: str = ""
    cuts: tuple[Cut, ...] = ()
    rule_version: str = "1"
    evidence: str = ""
    action: str | None = None

    def cut(self, key: str) -> Cut | None:
        """The cut of that key, or None where the metric cannot be broken down so."""
        return next((cut for cut in self.cuts if cut.key == key), None)
