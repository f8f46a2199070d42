"""Whether the population's shares are those that are known, such as a census's. See :mod:`.association`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import linalg

from ..categories import Labels
from ..checking import numbers
from ..choices import chosen
from ..errors import SurveyError, listed
from ..estimation.replicated import Sample, design_of
from .crosstables import grouped, refuse_below_none, refuse_empty
from .rao_scott import (
    WALD,
    Statistic,
    cleaned,
    compared,
    freedom,
    share_covariance,
    total_covariance,
    wald,
)

__all__ = ["Fit", "goodness_of_fit"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """A test that the population's shares are those expected.

    Attributes as of :class:`.association.Independence`.

    ``pearson`` is that of the estimated totals, so that it grows with the population and ``design_effects``
    with it. ``expected`` and ``observed`` are shares by ``names``; ``n`` the rows with each answer.
    """

    statistic: float
    scale: float
    df: float
    denominator_df: float
    p: float
    method: Statistic
    pearson: float
    design_effects: Floats
    names: tuple[Any, ...]
    expected: Floats
    observed: Floats
    n: npt.NDArray[np.int64]


def goodness_of_fit(
    sample: Sample,
    answers: Labels,
    shares: Mapping[Any, float],
    *,
    statistic: Statistic | str = Statistic.F,
    df: float | None = None,
) -> Fit:
    r"""Test whether the population's shares are those given, such as a census's.

    Parameters
    ----------
    sample, statistic, df
        As for :func:`.association.independence`.
    answers
        Shape (n,). Rows without answer are outside the domain.
    shares
        Expected share by answer, above 0, of sum 1.

    Returns
    -------
    Fit

    Raises
    ------
    SurveyError
        As :func:`.association.independence`, and ``shares-differ`` if answers and expected shares have not
        the same labels, ``shares-not-positive``, ``shares-sum``.

    Notes
    -----
    :math:`X^2 = \sum r_i^2` with :math:`r_i = (\hat N_i - \hat N p_i) / \sqrt{\hat N p_i}`, and the factors
    are the eigenvalues of the covariance of r, linearised at what was observed. Known shares that were
    themselves used to weight the sample cannot be tested: their variance is 0.
    """
    how = chosen(Statistic, statistic, "statistic")
    cells = grouped(design_of(sample), answers, parameter="answers")
    refuse_empty(cells.names, cells.n, parameter="answers")
    expected = _expected(cells.names, shares)
    nu = freedom(sample, df)
    totals = cells.totals(cells.domain.weights)
    refuse_below_none(cells.names, totals, parameter="answers")
    whole = float(totals.sum())
    roots = (totals - whole * expected) / np.sqrt(whole * expected)
    # d r = (d N_i - p_i d N) / sqrt(E_i) - r_i d N / (2 N)
    step = np.diag(1 / np.sqrt(whole * expected))
    step -= np.outer(np.sqrt(expected / whole) + roots / (2 * whole), np.ones(len(expected)))
    spread_of_totals = total_covariance(sample, cells)
    found = linalg.eigvalsh(step @ spread_of_totals @ step.T)[::-1]
    effects = cleaned(found, whole / cells.n.sum())[: len(expected) - 1]
    pearson = float(roots @ roots)
    departure = 0.0
    if how in WALD:
        departure = wald((totals / whole - expected)[:-1], share_covariance(sample, cells)[:-1, :-1])
    law = compared(how, pearson, effects, nu, departure)
    return Fit(
        **law,
        method=how,
        pearson=pearson,
        design_effects=effects,
        names=cells.names,
        expected=expected,
        observed=totals / whole,
        n=cells.n,
    )


def _expected(names: tuple[Any, ...], shares: Mapping[Any, float]) -> Floats:
    if not isinstance(shares, Mapping):
        raise SurveyError(
            "shares-differ",
            "shares is a mapping from each answer to its share",
            parameter="shares",
            groups=[],
        )
    unknown = [name for name in shares if name not in names]
    lacking = [name for name in names if name not in shares]
    if unknown or lacking:
        raise SurveyError(
            "shares-differ",
            f"shares and answers have not the same labels: {listed(unknown + lacking)} is in one of them"
            " only",
            parameter="shares",
            groups=unknown + lacking,
        )
    found = numbers([shares[name] for name in names], "shares")
    wrong = [name for name, share in zip(names, found.tolist(), strict=True) if not share > 0]
    if wrong:
        raise SurveyError(
            "shares-not-positive",
            f"the expected share of {listed(wrong)} is not above 0: leave the answer out",
            parameter="shares",
            groups=wrong,
        )
    if abs(found.sum() - 1) > 1e-8:
        raise SurveyError(
            "shares-sum",
            f"expected shares add up to {found.sum():g}, not 1",
            parameter="shares",
            total=float(found.sum()),
        )
    return np.asarray(found / found.sum(), dtype=np.float64)
