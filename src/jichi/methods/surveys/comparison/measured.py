"""Numbers of rows, some of them missing, as analyses take them: those who have one are a domain."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..designs.design import Design, check_length, refuse_too_large
from ..errors import SurveyError, listed, rows_where

__all__ = ["measured", "refuse_negative"]

Floats = npt.NDArray[np.float64]


def measured(design: Design, values: npt.ArrayLike, *, parameter: str) -> tuple[Design, Floats]:
    """The domain of rows that have a number, and the numbers, 0 outside it.

    Parameters
    ----------
    design
        The sample, or a domain of it.
    values
        Shape (n,); NaN: missing.
    parameter
        Name of the parameter, for messages.

    Raises
    ------
    SurveyError
        ``length``, ``values-not-numbers``, ``values-not-finite``, ``values-too-large``, ``answers-none``.
    """
    try:
        given = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise SurveyError(
            "values-not-numbers",
            f"{parameter} must be numbers, one per row; NaN where one is missing",
            parameter=parameter,
        ) from None
    check_length(given, len(design), parameter)
    present = ~np.isnan(given)
    domain = design if present.all() else design.where(present)
    inside = present if domain.active is None else domain.active
    endless = np.isinf(given) & inside
    if endless.any():
        rows = rows_where(endless)
        raise SurveyError(
            "values-not-finite",
            f"{parameter} is infinite in row {listed(rows)}: give a number, or NaN where it is missing",
            parameter=parameter,
            rows=rows,
        )
    refuse_too_large(given, ~inside, None, parameter)
    if domain.n == 0:
        raise SurveyError(
            "answers-none", f"no row of the domain has a value of {parameter}", parameter=parameter
        )
    return domain, np.where(inside, given, 0.0)


def refuse_negative(domain: Design) -> None:
    """Refuse weights below 0, as unbounded linear calibration may leave them.

    Raises
    ------
    SurveyError
        ``weights-negative``.
    """
    negative = domain.weights < 0
    if negative.any():
        rows = rows_where(negative)
        raise SurveyError(
            "weights-negative",
            f"the weight in row {listed(rows)} is below 0, so that no fit is best and no order means"
            " anything: calibrate within bounds",
            rows=rows,
        )
