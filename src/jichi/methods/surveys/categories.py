"""Labels as small whole numbers, once, so that everything after works on counts of cells and not on words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import SurveyError, listed, rows_where

__all__ = ["Categories", "Labels", "categories", "crossed", "missing_labels"]

Codes = npt.NDArray[np.int64]
_DENSE = 4  # a range of whole numbers up to this many times the rows is counted rather than sorted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Categories:
    """Which of some named groups each row belongs to.

    Parameters
    ----------
    codes
        Shape (n,): place of the row's group in ``names``, 0 up.
    names
        The groups' labels. A group without rows may be among them.
    """

    codes: Codes
    names: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def size(self) -> int:
        """Number of groups."""
        return len(self.names)


Labels = Categories | Sequence[Any] | npt.NDArray[Any]
"""Labels of rows: a list, an array of text or numbers, or groups already coded."""


def categories(labels: Labels, *, parameter: str, rows: int | None = None) -> Categories:
    """Code labels in their sorted order.

    Parameters
    ----------
    labels
        One label per row: text, whole numbers or booleans. None, NaN and "" are missing.
    parameter
        Name of the parameter, for messages.
    rows
        How many labels there must be.

    Raises
    ------
    SurveyError
        ``length`` if their number is wrong, ``labels-missing`` if a row has none.
    """
    found = labels if isinstance(labels, Categories) else _coded(np.asarray(labels), parameter)
    if rows is not None and len(found) != rows:
        raise SurveyError(
            "length",
            f"{parameter} has {len(found)} rows, but there are {rows}: give one label per row",
            parameter=parameter,
            found=len(found),
            expected=rows,
        )
    return found


def crossed(*groups: Categories) -> Categories:
    """The groups that rows form in several ways at once; only those that hold rows, named by tuples."""
    codes = np.zeros(len(groups[0]), dtype=np.int64)
    for one in groups:
        codes = codes * one.size + one.codes
    packed = _coded(codes, "groups")
    shape = tuple(one.size for one in groups)
    places = np.unravel_index(np.asarray(packed.names, dtype=np.int64), shape)
    names = tuple(
        tuple(one.names[place] for one, place in zip(groups, row, strict=True))
        for row in zip(*places, strict=True)
    )
    return Categories(codes=packed.codes, names=names)


def _coded(values: npt.NDArray[Any], parameter: str) -> Categories:
    if values.ndim != 1:
        raise SurveyError("shape", f"{parameter} must be one label per row, not {values.ndim}-dimensional")
    _refuse_missing(values, parameter)
    if values.dtype.kind in "iub" and values.size:
        return _whole(values)
    if values.dtype.kind == "O":
        values = values.astype(str) if not _is_sortable(values) else values
    names, codes = np.unique(values, return_inverse=True)
    return Categories(codes=codes.astype(np.int64, copy=False), names=tuple(names.tolist()))


def _whole(values: npt.NDArray[Any]) -> Categories:
    """Whole numbers without sorting where their range is small; a sort of a million rows takes long."""
    low, high = int(values.min()), int(values.max())
    if high - low > _DENSE * values.size:
        names, codes = np.unique(values, return_inverse=True)
        return Categories(codes=codes.astype(np.int64, copy=False), names=tuple(names.tolist()))
    shifted = values.astype(np.int64) - low
    present = np.bincount(shifted, minlength=high - low + 1) > 0
    codes = shifted if present.all() else (np.cumsum(present) - 1)[shifted]
    kept = np.flatnonzero(present) + low
    names = kept.astype(bool) if values.dtype.kind == "b" else kept
    return Categories(codes=codes, names=tuple(names.tolist()))


def _is_sortable(values: npt.NDArray[Any]) -> bool:
    kinds = {type(value) for value in values.tolist()}
    return len(kinds) <= 1 or kinds <= {int, float, bool}


def missing_labels(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Shape (n,): which labels are None, NaN, "" or a date that is none."""
    if values.dtype.kind in "mM":
        return np.asarray(np.isnat(values))
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    if values.dtype.kind == "O":
        return np.array([value is None or value == "" or value != value for value in values.tolist()], bool)
    if values.dtype.kind in "US":
        return np.asarray(values == values.dtype.type(""))
    return np.zeros(values.shape, dtype=bool)


def _refuse_missing(values: npt.NDArray[Any], parameter: str) -> None:
    missing = missing_labels(values)
    if missing.any():
        rows = rows_where(missing)
        raise SurveyError(
            "labels-missing",
            f"{parameter} is missing in row {listed(rows)}: give each row a label, or leave the rows out",
            parameter=parameter,
            rows=rows,
        )
