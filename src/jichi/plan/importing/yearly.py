"""Under which year a figure of a project stands.

Columns of project tables are often lost in extraction, so a number's place alone proves little. A year
is taken as certain only
1. when it is printed with the number;
2. when every year of the plan has exactly one value under its own header (or the mark that it has
   none), and nothing in the row shows that the row is shifted;
3. when a reference value is followed, without a gap, by exactly as many values as the plan has years
   (a gap counts as none when that column is empty in the whole table);
4. when the values stand run together in one cell, a reference among them, as many as the plan has
   years, and equal or rising or falling steadily, so that no other order is possible.
Everything else is in doubt, with every year it may belong to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from jichi.plan.importing.mentions import Mention

__all__ = ["Doubt", "Frame", "Placed", "place_values"]


@dataclass(frozen=True)
class Frame:
    """The years of a table: column to year, and what is known about the row.

    `shifted` tells that the row shows signs of a shift; `blank` has the columns that are empty in every
    row of the table. `plan` are the columns of the plan's own years (`assumed` when nothing in the document
    tells them from 現状). `vacant` are those in which the row prints that there is no value (-, 未定). A
    column whose header contradicts itself has no year.
    """

    years: dict[int, int | None]
    current: int | None
    onward: int | None
    plan: tuple[int, ...]
    shifted: bool = False
    blank: frozenset[int] = frozenset()
    embedded: bool = False
    assumed: bool = False
    vacant: frozenset[int] = frozenset()

    @property
    def plan_years(self) -> tuple[int | None, ...]:
        """The plan's years in the order of their columns."""
        return tuple(self.years[c] for c in self.plan)

    @property
    def ordered(self) -> bool:
        """Whether the plan's years follow one another without a gap or a contradiction."""
        years = self.plan_years
        return None not in years and all(b == (a or 0) + 1 for a, b in pairwise(years))


@dataclass
class Placed:
    """A mention with its role and its year."""

    mention: Mention
    role: str
    fiscal_year: int


@dataclass
class Doubt:
    """A mention whose year is not certain: the role it seems to have, the possible years, the reason."""

    mention: Mention
    role: str
    years: list[int]
    reason: str


@dataclass
class _Result:
    placed: list[Placed] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def place_values(mentions: list[Mention], frame: Frame) -> tuple[list[Placed], list[Doubt]]:
    """Place the mentions of one figure in one row (or in one row of an embedded table)."""
    result = _Result()
    dated = [m for m in mentions if m.year is not None]
    rest = [m for m in mentions if m.year is None and m.quantity is not None]
    for mention in mentions:
        if mention.quantity is None:
            _doubt(result, frame, mention, "not a number with a unit and a comparator")
    _place_dated([m for m in dated if m.quantity is not None], frame, result)
    if rest:
        _place_undated(rest, dated, frame, result)
    return result.placed, result.doubts


def _place_dated(dated: list[Mention], frame: Frame, result: _Result) -> None:
    by_year: dict[int, list[Mention]] = {}
    for mention in dated:
        assert mention.year is not None
        year = mention.year.fiscal_year
        if year is None:
            options = list(mention.year.candidates)
            result.doubts.append(
                Doubt(mention, "reference", options, "the era and the western year contradict each other")
            )
            continue
        by_year.setdefault(year, []).append(mention)
    for year, same in by_year.items():
        role = "target" if year in frame.plan_years else "reference"
        astray = [m for m in same if m.cell in frame.plan and frame.years[m.cell] not in (None, year)]
        if role == "target" and astray and not frame.shifted:
            under = frame.years[astray[0].cell]
            for mention in same:
                options = [y for y in (year, under) if y is not None]
                reason = "the printed year is not that of the column"
                result.doubts.append(Doubt(mention, role, options, reason))
        elif len({m.quantity and m.quantity.value for m in same}) > 1:
            for mention in same:
                result.doubts.append(Doubt(mention, role, [year], "two values for the same year"))
        else:
            result.placed.append(Placed(same[0], role, year))


def _place_undated(rest: list[Mention], dated: list[Mention], frame: Frame, result: _Result) -> None:
    by_cell: dict[int, list[Mention]] = {}
    for mention in rest:
        by_cell.setdefault(mention.cell, []).append(mention)
    references = [m for m in dated if m.year and m.year.fiscal_year not in frame.plan_years]
    if len(by_cell) == 1 and len(rest) > 1:
        _run_together(rest, references, frame, result)
        return
    single: dict[int, Mention] = {}
    for cell, same in by_cell.items():
        if len({(m.quantity.value, m.quantity.comparator) for m in same if m.quantity}) > 1:
            for mention in rest:
                _doubt(result, frame, mention, "several values in one cell of the row")
            return
        single[cell] = same[0]
    if len(single) == 1 and _plain_count(rest[0], frame):
        _undated_reference(result, frame, rest[0])
    elif not _under_headers(single, references, frame, result):
        _in_sequence(single, references, frame, result)


def _under_headers(
    single: dict[int, Mention], references: list[Mention], frame: Frame, result: _Result
) -> bool:
    """Rule 2: one value under each of the plan's years."""
    cells, plan = set(single), set(frame.plan)
    others = cells - plan
    allowed = {c for c in (frame.current, frame.onward) if c is not None}
    if frame.shifted or not plan or not plan <= cells | frame.vacant or not others <= allowed:
        return False
    if frame.assumed and any(m.quantity and m.quantity.comparator == "none" for m in single.values()):
        return False
    if frame.onward in cells and frame.current is not None and frame.current not in cells:
        return False
    if any(m.cell in plan or m.cell == frame.onward for m in references):
        return False
    for cell, mention in single.items():
        year = frame.years[cell]
        if cell == frame.onward:
            _doubt(result, frame, mention, "the column is open-ended", [year] if year else [])
        elif cell == frame.current:
            _undated_reference(result, frame, mention)
        elif year is None:
            _doubt(result, frame, mention, "the header's era and western year contradict each other")
        else:
            result.placed.append(Placed(mention, "target", year))
    return True


def _in_sequence(
    single: dict[int, Mention], references: list[Mention], frame: Frame, result: _Result
) -> None:
    """Rule 3: a reference, and then as many values as the plan has years."""
    cells = sorted(single)
    lead: list[int] = sorted({m.cell for m in references})
    if _unbounded_lead([single[c] for c in cells], frame):
        lead.append(cells[0])
        _undated_reference(result, frame, single[cells[0]])
        cells = cells[1:]
    whole = (
        frame.ordered
        and len(cells) == len(frame.plan) > 0
        and cells == list(range(cells[0], cells[0] + len(cells)))
        and bool(lead)
        and max(lead) < cells[0]
        and all(c in frame.blank for c in range(max(lead) + 1, cells[0]))
    )
    for position, cell in enumerate(cells):
        year = frame.plan_years[position] if whole else None
        if year is not None:
            result.placed.append(Placed(single[cell], "target", year))
        else:
            under = frame.years.get(cell)
            reason = "the figure does not stand under every year of the plan"
            if len(single) == 1 and cell == frame.current:
                reason = "the year of this figure is not printed"
            elif len(cells) >= len(frame.plan):
                reason = "the row is shifted against the years of the header"
            _doubt(result, frame, single[cell], reason, [under] if under else [])


def _run_together(rest: list[Mention], references: list[Mention], frame: Frame, result: _Result) -> None:
    """Rule 4: values that extraction put into one cell."""
    targets = list(rest)
    if _unbounded_lead(rest, frame):
        _undated_reference(result, frame, targets.pop(0))
        known = True
    else:
        known = bool(references)
    values = [m.quantity.value for m in targets if m.quantity]
    steady = values == sorted(values) or values == sorted(values, reverse=True)
    certain = known and frame.ordered and len(targets) == len(frame.plan) and steady
    for mention, year in zip(targets, frame.plan_years if certain else [None] * len(targets), strict=True):
        if year is not None:
            result.placed.append(Placed(mention, "target", year))
        else:
            _doubt(result, frame, mention, "values run together in one cell")


def _unbounded_lead(values: list[Mention], frame: Frame) -> bool:
    """Whether the first value is plainly a reference: alone without a comparator, and one too many."""
    if not frame.plan or len(values) != len(frame.plan) + 1:
        return False
    comparators = [m.quantity.comparator for m in values if m.quantity]
    return comparators[0] == "none" and "none" not in comparators[1:]


def _plain_count(mention: Mention, frame: Frame) -> bool:
    """Whether a figure that stands alone is a count and no target: no comparator, under 現状 or nowhere."""
    unbounded = mention.quantity is not None and mention.quantity.comparator == "none"
    return unbounded and (mention.cell == frame.current or mention.cell not in frame.years)


def _undated_reference(result: _Result, frame: Frame, mention: Mention) -> None:
    options = [frame.years.get(frame.current)] if frame.current is not None else []
    years = [y for y in options if y is not None]
    # Values under 現状 are as often of the year before, and then the year is printed with them.
    result.doubts.append(
        Doubt(mention, "reference", years + [y - 1 for y in years], "the year of this figure is not printed")
    )


def _doubt(
    result: _Result, frame: Frame, mention: Mention, reason: str, first: list[int] | None = None
) -> None:
    years = [y for y in frame.years.values() if y is not None]
    bounded = mention.quantity is None or mention.quantity.comparator != "none"
    role = "target" if bounded or mention.cell != frame.current else "reference"
    if role == "target" or frame.embedded:
        onward = frame.years.get(frame.onward) if frame.onward is not None else None
        years = [y for y in years if y != onward or y in (first or [])]
    options = list(dict.fromkeys([*(first or []), *years]))
    result.doubts.append(Doubt(mention, role, options, reason))
