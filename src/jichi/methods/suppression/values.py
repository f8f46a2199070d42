"""What goes into suppression and what comes out: plain frozen values, nothing computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

__all__ = [
    "TOTAL",
    "Cell",
    "Counts",
    "Finding",
    "Interval",
    "Key",
    "Problem",
    "Proof",
    "Ref",
    "Relation",
    "Release",
    "Rule",
    "State",
    "Suppression",
    "SuppressionError",
    "Table",
]

TOTAL = ""
"""The member of a key that stands for all members of its dimension."""

Key: TypeAlias = tuple[str, ...]
Ref: TypeAlias = tuple[str, Key]
"""A cell by the name of its table and its key."""

_SENTENCES = {
    "negative": "cell {key} of table {table} is negative ({value}): suppression is for counts and amounts",
    "not_a_number": "cell {key} of table {table} holds {value}, which is no finite number",
    "duplicate_key": "cell {key} stands more than once in table {table}",
    "key_length": "cell {key} of table {table} has {given} members, but the table has {expected} dimensions",
    "duplicate_table": "two tables are named {table}",
    "duplicate_dimension": "table {table} names dimension {dimension} more than once",
    "conflict": "cell {key} of table {table} is {value}, but the same cell is {other} in table {other_table}",
    "does_not_add_up": "{relation}: the total is {total}, its parts come to {parts}; difference {difference}",
    "unknown_cell": "table {table} has no cell {key} ({where})",
    "no_cells": "table {table} has no cells",
    "release_name": "release {release!r}: every release needs a name of its own",
    "bad_rule": "{parameter} is {value}; it must be {allowed}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with the input: a code for a page to translate, and what the sentence needs."""

    code: str
    params: Mapping[str, Any]

    def __str__(self) -> str:
        return _SENTENCES[self.code].format(**self.params)


class SuppressionError(ValueError):
    """Tables or a rule that cannot be used; every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number of a table.

    Parameters
    ----------
    key : tuple of str
        One member for each dimension of the table; `TOTAL` for the total over that dimension.
    value : Decimal, float, int or None
        What would be printed, at least 0. None: not measured; it is never printed and needs no protection.
    n : int, optional
        How many persons (or other units that the rule protects) stand behind the value. None: the value
        is itself that count.
    sensitive : bool
        Hide it whatever its size: a sealed class, or a rule of dominance judged elsewhere.
    """

    key: Key
    value: Decimal | float | int | None
    n: int | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of non-negative numbers with or without its margins.

    Parameters
    ----------
    name : str
        Unique among the tables of one call.
    dimensions : tuple of str
        What the members of the keys are: ``("ward", "group")``.
    cells : sequence of Cell
        An inner cell that is left out is zero, and readers know it (a ward in which the project does not
        run); leave out its margins as well where they are zero for that reason. A margin that is left out
        or None is not printed. If not all members are listed, a cell with None stands for the others.
    measure : str
        What is counted. Cells of one measure with the same (dimension, member) pairs are one and the same
        cell, in whatever tables they stand: so tables are linked.
    printed : bool
        False for a finer cross that stands behind the printed tables: it is never shown, but its small
        cells must not become computable from what is shown.
    """

    name: str
    dimensions: tuple[str, ...]
    cells: Sequence[Cell]
    measure: str = ""
    printed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A sum that readers know beyond the margins: ``total`` is the sum of ``parts``.

    Members of a hierarchy (districts of a ward), or bands cut differently in two tables (0-17 is 0-14 and
    15-17). Each cell is named by its table and key.
    """

    name: str
    total: Ref
    parts: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a cell is too small to show, and how far it must stay in the dark.

    Parameters
    ----------
    threshold : int
        A cell with fewer than this many units behind it is hidden (primary suppression).
    zero_is_safe : bool
        True: a cell with none behind it may be shown.
    width : float, optional
        How wide the interval must be to which a reader can narrow a primary cell, in units of the value.
        None: as wide as the threshold, so that nobody can tell that the cell is below it. For amounts
        (values that are not counts) say what is wide.
    relative : float
        The same as a share of the value; the larger of the two holds.
    """

    threshold: int = 10
    zero_is_safe: bool = False
    width: float | None = None
    relative: float = 0.2

    def needed(self, value: float) -> float:
        """The width that the interval of a primary cell with this value must have."""
        return max(self.threshold if self.width is None else self.width, self.relative * value)


class State(StrEnum):
    """What becomes of a cell. On a page PRIMARY and COMPLEMENTARY get one and the same sign."""

    SHOWN = "shown"
    PRIMARY = "primary"
    COMPLEMENTARY = "complementary"
    MISSING = "missing"
    UNPRINTED = "unprinted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """To what a reader can narrow a hidden cell.

    Attributes
    ----------
    low, high : float
        Every number from `low` to `high` (possibly infinite) agrees with all that is shown.
    need : float
        The width asked of it; 0 for a cell that only must not be computable.
    exact : bool
        True: nothing outside agrees. False: the reader's interval is at least this wide.
    """

    low: float
    high: float
    need: float
    exact: bool = False

    @property
    def width(self) -> float:
        """``high - low``, in units of the value."""
        return self.high - self.low

    @property
    def protected(self) -> bool:
        """The cell cannot be computed, and not be narrowed below its need."""
        room = 1e-6 * max(1.0, abs(self.low), self.need)  # what a solver's tolerance may pretend
        return self.width > room and self.width >= self.need - room


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """For every hidden cell the interval that remains to a reader who knows all that is shown.

    Attributes
    ----------
    intervals : mapping
        By table name and key. Hidden cells of printed tables, and cells not printed that are small
        enough to need protection.
    failures : tuple
        The cells whose interval is too narrow, in the order of the tables.
    """

    intervals: Mapping[Ref, Interval]
    failures: tuple[Ref, ...]

    @property
    def protected(self) -> bool:
        """No cell can be narrowed below its protection."""
        return not self.failures

    def of(self, table: str, key: Key) -> Interval:
        """The interval of one hidden cell; KeyError for a cell that is not hidden."""
        return self.intervals[table, key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many cells came to what, each cell of a linked table counted once."""

    shown: int
    primary: int
    complementary: int
    missing: int
    unprinted: int

    @property
    def hidden(self) -> int:
        """Cells that get the sign."""
        return self.primary + self.complementary


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Tables as readers saw them: the true values with the cells that were hidden."""

    name: str
    tables: Sequence[Table]
    hidden: frozenset[Ref] = frozenset()
    relations: Sequence[Relation] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suppression:
    """Which cells to hide, and the proof that it is enough.

    Attributes
    ----------
    safe : bool
        False: something cannot be protected whatever is hidden, because readers have it already (from an
        earlier release, or since inner cells left out are known to be zero); ``proof.failures`` names it.
        Do not publish then.
    method : str
        Algorithm and version, for the record.
    """

    states: Mapping[Ref, State]
    counts: Counts
    proof: Proof
    rule: Rule
    method: str
    tables: Sequence[Table] = field(repr=False)
    relations: Sequence[Relation] = field(repr=False, default=())

    @property
    def safe(self) -> bool:
        """The tables may be published with these cells hidden."""
        return self.proof.protected

    @property
    def hidden(self) -> frozenset[Ref]:
        """The cells that get the sign, by table name and key."""
        return frozenset(
            ref for ref, state in self.states.items() if state in {State.PRIMARY, State.COMPLEMENTARY}
        )

    def state(self, table: str, key: Key) -> State:
        """What becomes of one cell; KeyError for a cell that is not in the tables."""
        return self.states[table, key]

    def shown(self, table: str, key: Key) -> bool:
        """The cell may be printed."""
        return self.states[table, key] is State.SHOWN

    def release(self, name: str) -> Release:
        """What readers will have seen, to be given to later calls as already published."""
        return Release(name=name, tables=self.tables, hidden=self.hidden, relations=self.relations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A cell that readers of several releases learn more about than each release allows.

    Attributes
    ----------
    code : str
        ``recoverable``: it can be computed. ``narrowed``: its interval is below its need.
        ``small_change``: it was shown with two values whose difference is a small count.
    release, table, key
        Where the cell stands.
    params : mapping
        ``low``, ``high``, ``need`` of the interval; or ``before``, ``after``, ``earlier`` (release).
    """

    code: str
    release: str
    table: str
    key: Key
    params: Mapping[str, Any]

    def __str__(self) -> str:
        return {
            "recoverable": "{cell} can be computed from the releases together: {low:g}",
            "narrowed": "{cell} can be narrowed to {low:g} to {high:g}; it needs a width of {need:g}",
            "small_change": "{cell} went from {before:g} in {earlier} to {after:g}: a small difference",
        }[self.code].format(cell=f"cell {self.key} of table {self.table} in {self.release}", **self.params)
