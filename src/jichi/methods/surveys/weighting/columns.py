"""Columns that a population's totals are known of, from numbers and groups as they are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Labels
from ..designs.design import Design
from ..errors import SurveyError, listed, rows_where
from .margins import Margin, check_margins, make_cells
from .regression_adjustment import Columns

__all__ = ["as_numbers", "make_columns"]

Floats = npt.NDArray[np.float64]
Given = Mapping[Any, npt.ArrayLike] | npt.ArrayLike | None
Totals = Mapping[Any, float] | Sequence[float] | None

_LARGEST = 1e50


def make_columns(
    design: Design,
    x: Given,
    totals: Totals,
    margins: Sequence[Margin | tuple[Labels, Mapping[Any, float]]],
    *,
    by_row: bool,
) -> Columns:
    """Columns with their totals: by cell where all are groups and nothing asks for rows, else by row.

    Raises
    ------
    SurveyError
        ``totals-none`` if there is nothing to meet; ``length``, ``values-missing``, ``values-not-numbers``,
        ``values-too-large``, ``total-missing``,
        ``total-unknown``, ``totals-not-numbers``; see :func:`.margins.check_margins`.
    """
    names, numbers = _numbers(x, len(design))
    known = _totals(names, totals)
    if not names and not margins:
        raise SurveyError(
            "totals-none", "give columns with their totals, or margins: there is nothing to meet"
        )
    if not margins:
        return Columns(names=names, x=numbers, totals=known)
    checked = check_margins(design, margins)
    cells = make_cells(checked)
    sizes = np.concatenate([margin.totals for margin in checked])
    groups = [(margin.name, group) for margin in checked for group in margin.groups.names]
    used = sizes > 0
    membership = cells.membership.toarray()[:, used]
    shown = tuple(group for group, kept in zip(groups, used.tolist(), strict=True) if kept)
    if not names and not by_row:
        return Columns(names=shown, x=membership, totals=sizes[used], codes=cells.codes)
    return Columns(
        names=(*names, *shown),
        x=np.concatenate([numbers, membership[cells.codes]], axis=1),
        totals=np.concatenate([known, sizes[used]]),
    )


def _numbers(x: Given, rows: int) -> tuple[tuple[Any, ...], Floats]:
    if x is None:
        return (), np.zeros((rows, 0))
    if isinstance(x, Mapping):
        names = tuple(x)
        columns = [_column(name, values, rows) for name, values in x.items()]
        numbers = np.stack(columns, axis=1) if columns else np.zeros((rows, 0))
    else:
        numbers = as_numbers("x", x)
        if numbers.ndim == 1:
            numbers = numbers[:, np.newaxis]
        if numbers.ndim != 2 or len(numbers) != rows:
            raise SurveyError(
                "length",
                f"x has shape {numbers.shape}, but there are {rows} rows: give one line per row",
                parameter="x",
            )
        names = tuple(f"column {place}" for place in range(1, numbers.shape[1] + 1))
    missing = np.asarray(~np.isfinite(numbers).all(axis=1))
    if missing.any():
        found = rows_where(missing)
        column = names[int(np.flatnonzero(~np.isfinite(numbers).all(axis=0))[0])]
        raise SurveyError(
            "values-missing",
            f"{column} is missing in row {listed(found)}: weights can only be calibrated on what is known of"
            " every row; fill it in, or leave the rows out",
            column=column,
            rows=found,
        )
    return names, numbers


def _column(name: Any, values: npt.ArrayLike, rows: int) -> Floats:
    column = as_numbers(name, values)
    if column.ndim == 0:
        return np.full(rows, float(column))
    if column.shape != (rows,):
        raise SurveyError(
            "length",
            f"{name} has shape {column.shape}, but there are {rows} rows: give one value per row",
            parameter=name,
        )
    return column


def as_numbers(name: Any, values: npt.ArrayLike) -> Floats:
    """An array of numbers, none of them so large that its square is none.

    Raises
    ------
    SurveyError
        ``values-not-numbers``, ``values-too-large``.
    """
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise SurveyError(
            "values-not-numbers",
            f"{name} must be numbers: groups are given as margins",
            parameter=name,
        ) from None
    if (np.isfinite(found) & (np.abs(found) > _LARGEST)).any():
        raise SurveyError(
            "values-too-large",
            f"{name} holds a number beyond {_LARGEST:g}: mend it, or use a larger unit",
            parameter=name,
        )
    return found


def _totals(names: tuple[Any, ...], totals: Totals) -> Floats:
    if totals is None:
        totals = ()
    if isinstance(totals, Mapping):
        if lacking := [name for name in names if name not in totals]:
            raise SurveyError(
                "total-missing", f"there is no total of {listed(lacking)}: give one", columns=lacking
            )
        if unknown := [name for name in totals if name not in names]:
            raise SurveyError(
                "total-unknown", f"there is a total of {listed(unknown)}, but no such column", columns=unknown
            )
        totals = [totals[name] for name in names]
    found = as_numbers("totals", totals)
    if found.shape != (len(names),):
        raise SurveyError(
            "length",
            f"there are {found.size} totals for {len(names)} columns: give a list of one each",
            parameter="totals",
        )
    if not np.isfinite(found).all():
        wrong = [name for name, total in zip(names, found, strict=True) if not np.isfinite(total)]
        raise SurveyError(
            "totals-not-numbers", f"the total of {listed(wrong)} is not a number", columns=wrong
        )
    return found
