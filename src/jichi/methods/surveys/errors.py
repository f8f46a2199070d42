"""What is wrong with a survey's data or with what is asked of it, said so that a page can translate it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from jichi.methods.errors import SHOWN, MethodError, listed

__all__ = ["SHOWN", "SurveyError", "listed", "rows_where"]


class SurveyError(MethodError):
    """Bad input, or a question that the data cannot answer."""


def rows_where(wrong: npt.NDArray[np.bool_]) -> Sequence[int]:
    """Numbers of the rows that are wrong, from 1."""
    return [int(row) + 1 for row in np.flatnonzero(wrong)]
