"""A table of years side by side, in which an activity that runs for three years spans three columns.

Rows are laid out here, so that a template only prints cells: activities that overlap in one group go to
further lines, gaps become empty cells, and what reaches beyond the table is cut at its edge and said to go
on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSpan:
    """One activity from ``first`` to ``last`` (None: unknown start, or no end).

    ``certain`` is False while its years have not been confirmed against the source.
    """

    text: str
    first: int | None
    last: int | None
    url: str = ""
    certain: bool = True
    open_ended: bool = False
    note: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearGroup:
    """An initiative: its name, how deep it lies (0 or 1) and its activities."""

    title: str
    spans: Sequence[YearSpan] = ()
    depth: int = 0
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class YearCell:
    """A laid-out cell; ``span`` is None for an empty one."""

    columns: int
    span: YearSpan | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class YearLine:
    """One ``<tr>``; ``group`` is set on the first line of a group, which spans ``lines`` rows."""

    cells: tuple[YearCell, ...]
    group: YearGroup | None
    lines: int


@dataclass(frozen=True, slots=True)
class YearHead:
    """Head of a column: its year, what the plan calls it (現状, 以降) and whether it is now."""

    year: int
    note: str = ""
    current: bool = False
    selected: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class YearChosen:
    """What a narrow screen shows of a group: what runs in the chosen year, and what the source does not date.

    ``idle`` is True only where it is certain that nothing is planned in that year: never for a group whose
    work is set out in the groups below it, or which holds an activity without a certain year.
    """

    group: YearGroup
    running: tuple[YearSpan, ...]
    undated: tuple[YearSpan, ...]
    idle: bool


@dataclass(frozen=True, slots=True)
class YearTable:
    """A laid-out table; ``chosen`` holds what runs in the selected year, for narrow screens."""

    caption: str
    heads: tuple[YearHead, ...]
    lines: tuple[YearLine, ...]
    chosen: tuple[YearChosen, ...]
    group_title: str = ""
    ident: str = field(default="years")


def lanes(spans: Iterable[YearSpan], first: int, last: int) -> list[list[tuple[int, int, YearSpan]]]:
    """Pack spans into as few lines as keep them from overlapping, in their given order.

    Each entry is (first column year, last column year, span), cut to ``first``..``last``; a span wholly
    outside is left out.
    """
    packed: list[list[tuple[int, int, YearSpan]]] = []
    for span in spans:
        start = max(first, span.first if span.first is not None else first)
        end = last if span.open_ended or span.last is None else min(last, span.last)
        if start > last or end < first or start > end:
            continue
        for lane in packed:
            if lane[-1][1] < start:
                lane.append((start, end, span))
                break
        else:
            packed.append([(start, end, span)])
    return packed


def _cells(lane: Sequence[tuple[int, int, YearSpan]], first: int, last: int) -> tuple[YearCell, ...]:
    cells: list[YearCell] = []
    year = first
    for start, end, span in lane:
        if start > year:
            cells.append(YearCell(start - year))
        beyond = span.open_ended or (span.last is not None and span.last > last)
        cells.append(YearCell(end - start + 1, span, beyond))
        year = end + 1
    if year <= last:
        cells.append(YearCell(last - year + 1))
    return tuple(cells)


def _chosen(group: YearGroup, year: int, first: int, last: int, *, parent: bool) -> YearChosen:
    dated = lanes([span for span in group.spans if span.certain], first, last)
    running = tuple(span for lane in dated for start, end, span in lane if start <= year <= end)
    undated = tuple(span for span in group.spans if not span.certain)
    return YearChosen(group, running, undated, idle=bool(dated) and not (running or undated or parent))


def year_table(
    *,
    caption: str,
    years: Sequence[int],
    groups: Sequence[YearGroup],
    notes: dict[int, str] | None = None,
    current: int | None = None,
    selected: int | None = None,
    url: str = "?year={year}#years",
    group_title: str = "",
    ident: str = "years",
) -> YearTable:
    """Lay out ``groups`` over consecutive ``years``.

    ``notes`` are shown under a year's head, ``current`` is the running fiscal year, ``selected`` the year
    shown on a phone (default: the current one, else the first), ``url`` the address of the page for one
    year. Raises :class:`ValueError` when the years are not consecutive.
    """
    if not years or list(years) != list(range(years[0], years[-1] + 1)):
        raise ValueError("years must be consecutive and not empty")
    first, last = years[0], years[-1]
    wanted = selected if selected in years else current
    chosen_year = wanted if wanted is not None and wanted in years else first
    lines: list[YearLine] = []
    chosen: list[YearChosen] = []
    for place, group in enumerate(groups):
        packed = lanes(group.spans, first, last)
        for index, lane in enumerate(packed or [[]]):
            lines.append(YearLine(_cells(lane, first, last), None if index else group, max(1, len(packed))))
        below = groups[place + 1] if place + 1 < len(groups) else None
        chosen.append(
            _chosen(group, chosen_year, first, last, parent=below is not None and below.depth > group.depth)
        )
    heads = tuple(
        YearHead(
            year, (notes or {}).get(year, ""), year == current, year == chosen_year, url.format(year=year)
        )
        for year in years
    )
    return YearTable(caption, heads, tuple(lines), tuple(chosen), group_title, ident)
