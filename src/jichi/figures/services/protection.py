"""Which cells of a value's cuts everyone may see: the city's values brought to the method, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from jichi.city.errors import Invalid
from jichi.figures.models import Breakdown, Cell, Counting, Observation, Quantity
from jichi.methods import suppression

TOTAL = suppression.TOTAL
UNKNOWN = "?"
"""The member of those whose group is not known: what the groups leave of the whole."""

_ROUNDS = 5
Key = tuple[str, ...]
Ref = tuple[str, Key]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellValue:
    """One cell to be kept: a member for each dimension (``""``: the total over it), its value and persons.

    ``value`` None: not measured. ``n``: how many persons stand behind it, where the value is no such count.
    ``sensitive``: hidden in any case.
    """

    key: Key
    value: Decimal | None
    n: int | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CutValues:
    """One cut of a value: its dimensions in their order (``("ward", "age")``) and its cells."""

    dimensions: Key
    cells: Sequence[CellValue]

    @property
    def name(self) -> str:
        """What the cut is called among those of one value."""
        return "*".join(self.dimensions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """Cuts with their totals, the state of each cell, the method, and the cuts that were seen together.

    ``least`` is the threshold; ``last`` the number of the newest cut that the value has already.
    """

    observation: Observation
    cuts: tuple[CutValues, ...]
    states: Mapping[Ref, str]
    method: str
    links: tuple[str, ...]
    least: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """New cuts of a value, with those that are ``kept`` of it and those that readers saw ``earlier``."""

    observation: Observation
    cuts: Sequence[CutValues]
    kept: Sequence[Breakdown] = ()
    earlier: Sequence[Breakdown] = ()


def protect(cases: Sequence[Case], least: int) -> list[Protected]:
    """Decide over the cuts of many values at once, each for itself.

    A share is protected by the number of persons behind it. Where something cannot be protected because it
    was shown before, no cell of the value's new cuts is shown.

    Raises:
        Invalid: cells that do not fit their dimensions, stand twice, are negative, have no persons behind a
        share, or come to more than the whole.
    """
    asked = [_Asked.of(number, case) for number, case in enumerate(cases)]
    rule = suppression.Rule(threshold=least, zero_is_safe=True)
    seen = [release for one in asked for release in one.seen]
    releases = [release for one in asked for release in one.known] + seen
    sensitive: set[Ref] = set()
    for _round in range(_ROUNDS):
        tables = [table for one in asked for table in one.tables(sensitive)]
        found = _suppressed(tables, rule, releases)
        told = _small_changes(found, seen, rule)
        if not told:
            break
        sensitive |= told
    unsafe = {_number(table) for table, _key in [*found.proof.failures, *told]}
    return [one.answer(found, least, safe=one.number not in unsafe) for one in asked]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One value among many in a call: its tables are named by its number, and counted by themselves."""

    number: int
    case: Case
    cuts: tuple[CutValues, ...]
    beside: tuple[Breakdown, ...]
    known: tuple[suppression.Release, ...]
    seen: tuple[suppression.Release, ...]

    @classmethod
    def of(cls, number: int, case: Case) -> _Asked:
        cuts = tuple(_completed(case.observation, cut) for cut in case.cuts)
        names = {cut.name for cut in cuts}
        beside = tuple(row for row in case.kept if "*".join(row.dimensions) not in names)
        replaced = [row for row in case.kept if row not in beside and case.observation.published_at]
        is_share = case.observation.quantity == Quantity.RATE
        return cls(
            number=number,
            case=case,
            cuts=cuts,
            beside=beside,
            known=(
                *_whole_as_known(number, cuts, is_share=is_share),
                *(_release(number, row, is_share=is_share) for row in beside),
            ),
            seen=tuple(_release(number, row, is_share=is_share) for row in [*case.earlier, *replaced]),
        )

    def tables(self, sensitive: set[Ref]) -> list[suppression.Table]:
        is_share = self.case.observation.quantity == Quantity.RATE
        return [_table(self.number, cut, sensitive, is_share=is_share) for cut in self.cuts]

    def answer(self, found: suppression.Suppression, least: int, *, safe: bool) -> Protected:
        states = {
            (cut.name, cell.key): _state(found, _name(self.number, cut.name), cell.key, safe=safe)
            for cut in self.cuts
            for cell in cut.cells
        }
        names = {cut.name for cut in self.cuts} | {"*".join(row.dimensions) for row in self.beside}
        return Protected(
            observation=self.case.observation,
            cuts=self.cuts,
            states=states,
            method=found.method,
            links=tuple(sorted(names)),
            least=least,
            last=max((row.number for row in self.case.kept), default=0),
        )


def _name(number: int, cut: str) -> str:
    return f"#{number} {cut}"


def _number(table: str) -> int:
    """The number of the value a table belongs to; the method may put a release's name before it."""
    found = re.search(r"#(\d+) ", table)
    assert found is not None, table
    return int(found[1])


def _small_changes(
    found: suppression.Suppression, seen: Sequence[suppression.Release], rule: suppression.Rule
) -> set[Ref]:
    """The cells whose difference from what was shown before tells of a few. The value itself is public."""
    if not seen:
        return set()
    findings = suppression.differencing(seen, found.release("new"), rule=rule)
    return {
        (finding.table, finding.key)
        for finding in findings
        if finding.code == "small_change" and any(finding.key)
    }


def _state(found: suppression.Suppression, table: str, key: Key, *, safe: bool) -> str:
    if not any(key):
        return Cell.State.SHOWN
    state = found.state(table, key)
    if state is suppression.State.PRIMARY:
        return Cell.State.PRIMARY
    if state is suppression.State.COMPLEMENTARY or not safe:
        return Cell.State.COMPLEMENTARY
    return Cell.State.SHOWN


def _completed(observation: Observation, cut: CutValues) -> CutValues:
    """The cut with its totals and with what its groups leave of the whole."""
    if problems := _problems(observation, cut):
        raise Invalid({"cells": problems})
    top = (TOTAL,) * len(cut.dimensions)
    cells = [cell for cell in cut.cells if cell.key != top]
    if observation.quantity == Quantity.RATE:
        return CutValues(dimensions=cut.dimensions, cells=[*_top(observation, top), *cells])
    inner = sum((cell.value or Decimal(0) for cell in cells if all(cell.key)), Decimal(0))
    value = observation.value
    if value is None or (inner > value and observation.counting == Counting.DISTINCT):
        # One who belongs to two groups is counted in both: the groups do not add up to the whole.
        return CutValues(dimensions=cut.dimensions, cells=cells)
    if inner > value:
        text = _("The groups come to %(parts)s, more than the whole (%(whole)s).")
        raise Invalid({"cells": [text % {"parts": f"{inner:f}", "whole": f"{value:f}"}]})
    if inner < value:
        cells.append(CellValue(key=(UNKNOWN,) * len(cut.dimensions), value=value - inner))
    return CutValues(dimensions=cut.dimensions, cells=[*_top(observation, top), *cells])


def _top(observation: Observation, key: Key) -> list[CellValue]:
    return (
        [CellValue(key=key, value=observation.value, n=observation.n)]
        if observation.value is not None
        else []
    )


def _problems(observation: Observation, cut: CutValues) -> list[str]:
    found: list[str] = []
    if not cut.dimensions or not cut.cells:
        found.append(_("A breakdown has at least one dimension and one cell."))
    if any(len(cell.key) != len(cut.dimensions) for cell in cut.cells):
        found.append(_("A cell names one member for each dimension."))
    keys = [cell.key for cell in cut.cells]
    if len(set(keys)) < len(keys):
        found.append(_("A cell stands twice."))
    if any((cell.value or 0) < 0 or (cell.n or 0) < 0 for cell in cut.cells):
        found.append(_("Only counts and amounts can be broken down; a cell is negative."))
    is_share = observation.quantity == Quantity.RATE
    if is_share and any(cell.n is None for cell in cut.cells if cell.value is not None):
        found.append(_("A share is broken down only with the number of persons behind each cell."))
    return found


def _table(number: int, cut: CutValues, sensitive: set[Ref], *, is_share: bool) -> suppression.Table:
    name = _name(number, cut.name)
    cells = [replace(cell, sensitive=cell.sensitive or (name, cell.key) in sensitive) for cell in cut.cells]
    return _of(number, name, cut.dimensions, cells, is_share=is_share)


def _of(
    number: int, name: str, dimensions: Key, cells: Iterable[CellValue], *, is_share: bool
) -> suppression.Table:
    return suppression.Table(
        name=name,
        dimensions=dimensions,
        measure=f"#{number}",
        cells=[
            suppression.Cell(
                key=cell.key,
                value=(cell.n if cell.value is not None else None) if is_share else cell.value,
                n=None if is_share else cell.n,
                sensitive=cell.sensitive,
            )
            for cell in cells
        ],
    )


def _whole_as_known(number: int, cuts: Iterable[CutValues], *, is_share: bool) -> list[suppression.Release]:
    """The value itself, which is published whatever becomes of its cuts."""
    found = []
    for cut in cuts:
        whole = [cell for cell in cut.cells if not any(cell.key)]
        if whole:
            table = _of(number, _name(number, cut.name), cut.dimensions, whole, is_share=is_share)
            found.append(suppression.Release(name=f"value {number} {cut.name}", tables=[table]))
    return found


def _release(number: int, row: Breakdown, *, is_share: bool) -> suppression.Release:
    """A stored cut as readers have seen it."""
    name = _name(number, "*".join(row.dimensions))
    listed = list(row.cells.all())
    cells = [CellValue(key=tuple(cell.key), value=cell.value, n=cell.n) for cell in listed]
    return suppression.Release(
        name=f"{row.observation_id}:{row.number}",
        tables=[_of(number, name, tuple(row.dimensions), cells, is_share=is_share)],
        hidden=frozenset((name, tuple(cell.key)) for cell in listed if cell.state != Cell.State.SHOWN),
    )


def _suppressed(
    tables: Sequence[suppression.Table], rule: suppression.Rule, releases: Sequence[suppression.Release]
) -> suppression.Suppression:
    try:
        return suppression.suppress(tables, rule=rule, already_published=releases)
    except suppression.SuppressionError as error:
        text = _("The cells of the cuts contradict each other (%(detail)s).")
        raise Invalid({"cells": [text % {"detail": error}]}) from error
