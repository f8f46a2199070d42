"""A table of two questions: how many of the population, and how many of those asked, are in each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Categories, Labels, categories, missing_labels
from ..designs.design import Design
from ..errors import SurveyError, listed

__all__ = ["CrossTable", "Grouped", "cross_table", "grouped", "refuse_below_none", "refuse_empty"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossTable:
    """Counts of two questions, the first down, the second across.

    Attributes
    ----------
    rows, columns
        Labels of the two questions' answers.
    weighted
        Shape (I, J): estimated number in the population.
    n
        Shape (I, J): rows of the sample.
    """

    rows: tuple[Any, ...]
    columns: tuple[Any, ...]
    weighted: Floats
    n: Counts

    @property
    def shares(self) -> Floats:
        """Shape (I, J): each cell's share of the whole."""
        found: Floats = self.weighted / self.weighted.sum()
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouped:
    """Rows by their answer, and the domain of those who answered.

    ``codes`` of rows outside the domain are 0 and mean nothing: their weight is 0.
    """

    domain: Design
    codes: Counts
    names: tuple[Any, ...]

    @property
    def n(self) -> Counts:
        """Shape (k,): rows of the domain with each answer."""
        inside = slice(None) if self.domain.active is None else self.domain.active
        return np.bincount(self.codes[inside], minlength=len(self.names)).astype(np.int64)

    def totals(self, weights: Floats) -> Floats:
        """Shape (k,): sums of weights of each answer."""
        return np.bincount(self.codes, weights=weights, minlength=len(self.names)).astype(np.float64)


def grouped(design: Design, labels: Labels, *, parameter: str) -> Grouped:
    """Code one question's answers; rows without one (None, NaN, "") leave the domain.

    Groups that were coded beforehand (:class:`.categories.Categories`) keep their names, those without rows
    too.

    Raises
    ------
    SurveyError
        ``length``, ``shape``, ``answers-none`` if nobody in the domain answered.
    """
    if isinstance(labels, Categories):
        coded = categories(labels, parameter=parameter, rows=len(design))
        if design.n == 0:
            raise _none_answered(parameter)
        return Grouped(domain=design, codes=coded.codes, names=coded.names)
    values = np.asarray(labels)
    if values.shape != (len(design),):
        raise SurveyError(
            "length",
            f"{parameter} has shape {values.shape}, but there are {len(design)} rows: give one label per row",
            parameter=parameter,
            found=values.shape,
            expected=len(design),
        )
    present = ~missing_labels(values)
    inside = present if design.active is None else present & design.active
    if not inside.any():
        raise _none_answered(parameter)
    # Labels that only rows outside the domain have are none of its answers.
    chosen = categories(values[inside], parameter=parameter)
    codes = np.zeros(len(design), dtype=np.int64)
    codes[inside] = chosen.codes
    domain = design if present.all() else design.where(present)
    return Grouped(domain=domain, codes=codes, names=chosen.names)


def cross_table(design: Design, rows: Labels, columns: Labels) -> tuple[CrossTable, Grouped]:
    """The table of two questions, and each row's cell (counted along the rows of the table)."""
    down = grouped(design, rows, parameter="rows")
    across = grouped(down.domain, columns, parameter="columns")
    # Again, for answers that only rows without the other question's answer gave.
    down = grouped(across.domain, rows, parameter="rows")
    size = len(across.names)
    names = tuple((one, other) for one in down.names for other in across.names)
    cells = Grouped(domain=across.domain, codes=down.codes * size + across.codes, names=names)
    shape = (len(down.names), size)
    table = CrossTable(
        rows=down.names,
        columns=across.names,
        weighted=cells.totals(cells.domain.weights).reshape(shape),
        n=cells.n.reshape(shape),
    )
    return table, cells


def refuse_empty(names: tuple[Any, ...], n: Counts, *, parameter: str) -> None:
    """Refuse answers that nobody gave, and a question with one answer.

    Raises
    ------
    SurveyError
        ``levels-too-few``, ``level-empty``.
    """
    empty = [name for name, count in zip(names, n.tolist(), strict=True) if count == 0]
    if len(names) - len(empty) < 2:
        given = [name for name in names if name not in empty]
        raise SurveyError(
            "levels-too-few",
            f"{parameter} has one answer only ({listed(given)}): there is nothing to compare",
            parameter=parameter,
            groups=given,
        )
    if empty:
        raise SurveyError(
            "level-empty",
            f"nobody in {parameter} gave {listed(empty)}: join it with another answer, or leave it out",
            parameter=parameter,
            groups=empty,
        )


def refuse_below_none(names: tuple[Any, ...], totals: Floats, *, parameter: str) -> None:
    """Refuse answers that a number of people below 0 seem to give, as weights below 0 may make it.

    Raises
    ------
    SurveyError
        ``weights-negative``.
    """
    below = [name for name, total in zip(names, totals.tolist(), strict=True) if total < 0]
    if below:
        raise SurveyError(
            "weights-negative",
            f"weights of {listed(below)} in {parameter} add up to less than 0: calibrate within bounds",
            parameter=parameter,
            groups=below,
        )


def _none_answered(parameter: str) -> SurveyError:
    return SurveyError(
        "answers-none", f"no row of the domain has a value of {parameter}", parameter=parameter
    )
