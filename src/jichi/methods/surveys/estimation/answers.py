"""What was answered, checked at the door: numbers or labels of rows, with or without gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Categories, Labels, categories, missing_labels
from ..designs.design import refuse_too_large
from ..errors import SurveyError, listed, rows_where
from .tallies import Variables

__all__ = ["Answers", "Missing", "Numbers", "answered_labels", "labels_of", "numbers_of"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.ArrayLike | Mapping[Any, npt.ArrayLike] | Categories
"""Numbers of rows: shape (n,), or several variables as shape (n, k) or by name; or categories, for all of
which at once whether a row is in them is meant."""


class Missing(StrEnum):
    """What rows without an answer do.

    ``REFUSE``: nothing is computed. ``OMIT``: those who answered are a domain, for which alone the estimate
    is made; the design keeps its units and degrees of freedom.
    """

    REFUSE = "refuse"
    OMIT = "omit"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """Variables ready for sums.

    Attributes
    ----------
    names
        One per variable.
    is_single
        One variable was given by itself, so that one estimate is expected back.
    missing
        Shape (n,): rows without an answer, whose values are now 0; None: there are none.
    """

    variables: Variables
    names: tuple[Any, ...]
    is_single: bool
    missing: Mask | None = None


def numbers_of(
    y: Numbers, *, rows: int, active: Mask | None, missing: Missing, parameter: str = "y"
) -> Answers:
    """Columns of numbers; a row with a gap in any of them counts as missing in all.

    Raises
    ------
    SurveyError
        ``length``, ``variables-none``, ``values-not-numbers``, ``values-not-finite``, ``values-too-large``;
        ``values-missing`` if gaps are refused.
        Only rows in the domain matter.
    """
    if isinstance(y, Categories):
        return _of_categories(categories(y, parameter=parameter, rows=rows), None)
    if isinstance(y, Mapping):
        columns = np.empty((rows, len(y)), order="F")
        for place, (name, values) in enumerate(y.items()):
            columns[:, place] = _column(values, rows, f"{parameter}[{name!r}]")
        names: tuple[Any, ...] = tuple(y)
    else:
        columns = _array(y, rows, parameter)
        names = ("",) if columns.ndim == 1 else tuple(range(columns.shape[1]))
    is_single = columns.ndim == 1
    if not names:
        raise SurveyError("variables-none", f"{parameter} has no variables", parameter=parameter)
    columns = columns.reshape(rows, -1)
    gaps = _gaps(columns, active, missing, parameter)
    refuse_too_large(columns, gaps, active, parameter)
    if gaps is not None:
        columns = np.where(gaps[:, np.newaxis], 0.0, columns)
        if not (gaps if active is None else gaps & active).any():
            gaps = None
    return Answers(
        variables=Variables(columns=columns, count=columns.shape[1]),
        names=names,
        is_single=is_single,
        missing=gaps,
    )


def labels_of(
    labels: Labels, *, rows: int, active: Mask | None, missing: Missing, parameter: str = "y"
) -> Answers:
    """For each label, whether a row has it.

    Raises
    ------
    SurveyError
        ``length``; ``values-missing`` if a row of the domain has none and gaps are refused.
    """
    given = labels if isinstance(labels, Categories) else np.asarray(labels)
    if isinstance(given, Categories) or given.shape != (rows,):
        return _of_categories(categories(given, parameter=parameter, rows=rows), None)
    gaps = missing_labels(given)
    if not gaps.any():
        return _of_categories(categories(given, parameter=parameter), None)
    inside = gaps if active is None else gaps & active
    if inside.any() and missing is Missing.REFUSE:
        _refuse("values-missing", "missing", inside, parameter)
    codes = np.zeros(rows, dtype=np.int64)
    names: tuple[Any, ...] = ()
    if not gaps.all():
        some = categories(given[~gaps], parameter=parameter)
        codes[~gaps], names = some.codes, some.names
    return _of_categories(Categories(codes=codes, names=names), gaps if inside.any() else None)


def answered_labels(labels: Labels, *, rows: int, active: Mask | None, missing: Missing) -> Answers:
    """As :func:`labels_of` of a question, which somebody has to have answered.

    Raises
    ------
    SurveyError
        As :func:`labels_of`; ``answers-none`` if nobody did.
    """
    found = labels_of(labels, rows=rows, active=active, missing=missing)
    if not found.names:
        raise SurveyError("answers-none", "y holds no answer in any row: leave the question out")
    return found


def _of_categories(found: Categories, gaps: Mask | None) -> Answers:
    return Answers(
        variables=Variables(codes=found.codes, count=found.size),
        names=found.names,
        is_single=False,
        missing=gaps,
    )


def _array(y: Any, rows: int, parameter: str) -> Floats:
    try:
        columns = np.asarray(y, dtype=np.float64)
    except (TypeError, ValueError):
        raise SurveyError(
            "values-not-numbers",
            f"{parameter} must be numbers; for the shares of labels use proportions",
            parameter=parameter,
        ) from None
    if columns.ndim not in (1, 2) or len(columns) != rows:
        raise SurveyError(
            "length",
            f"{parameter} has shape {columns.shape}, but there are {rows} rows: give one value per row",
            parameter=parameter,
            found=columns.shape,
            expected=rows,
        )
    return columns


def _column(values: Any, rows: int, parameter: str) -> Floats:
    column = _array(values, rows, parameter)
    if column.ndim != 1:
        raise SurveyError(
            "length", f"{parameter} must be one value per row, not {column.shape}", parameter=parameter
        )
    return column


def _gaps(columns: Floats, active: Mask | None, missing: Missing, parameter: str) -> Mask | None:
    """Rows with a gap; None if there are none anywhere."""
    # A sum is cheap, and finite only where all are.
    with np.errstate(all="ignore"):
        if np.isfinite(columns.sum()):
            return None
    gaps: Mask = np.asarray(np.isnan(columns).any(axis=1))
    inside: Mask = np.ones(len(gaps), dtype=np.bool_) if active is None else active
    endless: Mask = np.asarray(np.isinf(columns).any(axis=1))
    if (endless & inside).any():
        _refuse("values-not-finite", "infinite", endless & inside, parameter)
    if missing is Missing.REFUSE and (gaps & inside).any():
        _refuse("values-missing", "missing", gaps & inside, parameter)
    return gaps | endless


def _refuse(code: str, what: str, wrong: Mask, parameter: str) -> None:
    rows: Sequence[int] = rows_where(wrong)
    mend = "; say missing='omit' to estimate for those who answered" if code == "values-missing" else ""
    raise SurveyError(
        code, f"{parameter} is {what} in row {listed(rows)}{mend}", parameter=parameter, rows=rows
    )
