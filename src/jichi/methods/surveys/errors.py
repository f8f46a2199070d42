"""What is wrong with a survey's data or with what is asked of it, said so that a page can translate it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["SHOWN", "SurveyError", "listed", "rows_where"]

SHOWN = 5


class SurveyError(ValueError):
    """Bad input, or a question that the data cannot answer.

    Attributes
    ----------
    code
        A stable name of what is wrong, such as ``"weights-not-positive"``.
    params
        What a translated sentence needs: ``rows`` are numbers from 1 in the order given, ``groups`` labels.

    Notes
    -----
    The message is English and complete: what is wrong, where, and how to mend it.
    """

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.code = code
        self.params = params


def listed(things: Iterable[object]) -> str:
    """The first few things, comma-separated, and how many more there are."""
    found = [str(thing) for thing in things]
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more


def rows_where(wrong: npt.NDArray[np.bool_]) -> Sequence[int]:
    """Numbers of the rows that are wrong, from 1."""
    return [int(row) + 1 for row in np.flatnonzero(wrong)]
