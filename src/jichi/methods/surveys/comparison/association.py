r"""Whether two questions are independent, and whether shares are those that are known.

The statistic is Pearson's, computed from estimated shares as if n answers were a simple random sample. What
it is compared with takes the sampling into account: under independence it is a sum of chi-square variables,
each multiplied by a design effect :math:`\delta` of the table (Rao and Scott 1984).

References
----------
Rao, J. N. K. and Scott, A. J. (1984). On chi-squared tests for multiway contingency tables with cell
proportions estimated from survey data. Annals of Statistics 12, 46-60.

Thomas, D. R. and Rao, J. N. K. (1987). Small-sample comparisons of level and power for simple goodness-of-fit
statistics under cluster sampling. Journal of the American Statistical Association 82, 630-636.

Koch, G. G., Freeman, D. H. and Freeman, J. L. (1975). Strategies in the multivariate analysis of data from
complex surveys. International Statistical Review 43, 59-78.

Sribney, W. M. (1998). Two-way contingency tables for survey or clustered data. Stata Technical Bulletin 45,
33-49: generalised design effects from the observed shares, as here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg

from ..categories import Labels
from ..choices import chosen
from ..errors import SurveyError
from ..estimation.replicated import Sample, design_of
from .crosstables import CrossTable, Grouped, cross_table, refuse_below_none, refuse_empty
from .known_shares import Fit, goodness_of_fit
from .rao_scott import (
    SINGULAR,
    WALD,
    Statistic,
    cleaned,
    compared,
    freedom,
    share_covariance,
    total_covariance,
    wald,
)

__all__ = ["Fit", "Independence", "Statistic", "goodness_of_fit", "independence"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Independence:
    """A test that two questions are independent in the population.

    Attributes
    ----------
    statistic
        Under ``F``, ``WALD`` and ``ADJ_WALD`` an F value; otherwise Pearson's chi-square.
    scale
        What ``statistic`` is divided by before it is compared with its law; 1 where it is an F value.
    df, denominator_df
        Degrees of freedom of the law; ``denominator_df`` is infinite for a chi-square.
    p
        Probability of a statistic as large under independence.
    pearson
        Pearson's chi-square of the estimated shares times n.
    design_effects
        The factors of the table's chi-squares, largest first; all 1 under simple random sampling with
        replacement.
    table
        The counts.
    """

    statistic: float
    scale: float
    df: float
    denominator_df: float
    p: float
    method: Statistic
    pearson: float
    design_effects: Floats
    table: CrossTable

    @property
    def cramer_v(self) -> float:
        """Strength of the association, 0 to 1, from the estimated shares."""
        least = min(self.table.weighted.shape) - 1
        return float(np.sqrt(self.pearson / (self.table.n.sum() * least)))


def independence(
    sample: Sample,
    rows: Labels,
    columns: Labels,
    *,
    statistic: Statistic | str = Statistic.F,
    df: float | None = None,
) -> Independence:
    r"""Test whether two questions are independent.

    Parameters
    ----------
    sample
        A design, or replicate weights.
    rows, columns
        Each row's answers to the two questions, shape (n,). Rows that lack one are outside the domain; the
        design keeps its degrees of freedom.
    statistic
        See :class:`Statistic`.
    df
        Degrees of freedom of the variance, other than the sample's own; infinite: taken as known.

    Returns
    -------
    Independence

    Raises
    ------
    SurveyError
        ``choice``, ``length``, ``answers-none``, ``levels-too-few``, ``level-empty``, ``df-none``,
        ``weights-negative`` if those of a cell add up to less than 0,
        ``df-too-few`` (Wald tests of a table with more parameters than degrees of freedom),
        ``table-singular``.

    Notes
    -----
    With :math:`X^2 = n \sum (\hat p_{ij} - \hat p_{i+}\hat p_{+j})^2 / (\hat p_{i+}\hat p_{+j})` and
    :math:`\delta_1, \dots` the eigenvalues of
    :math:`(C' D^{-1} V_0 D^{-1} C)^{-1} (C' D^{-1} V D^{-1} C)`, where C spans the interactions of the table,
    D holds the observed shares, V is their covariance under the design and V0 under simple random sampling:

    ``F``: :math:`X^2 / \sum\delta` on :math:`d = (\sum\delta)^2 / \sum\delta^2` and :math:`d\nu` degrees of
    freedom. ``CHISQ``: :math:`X^2 / \bar\delta` on (I-1)(J-1). ``LINCOM``: :math:`\sum \delta_i \chi^2_1`.
    ``WALD``: :math:`W/k` on k and :math:`\nu`; ``ADJ_WALD``: :math:`W(\nu - k + 1)/(k\nu)` on k and
    :math:`\nu - k + 1`, with k = (I-1)(J-1). For ``LINCOM`` and ``SADDLEPOINT`` the sum is divided by a
    chi-square with the :math:`d\nu` degrees of freedom of ``F``; ``df=inf`` leaves the divisor out.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> sex, yes = ["f", "f", "f", "m", "m", "m"] * 4, [1, 1, 0, 1, 0, 0] * 4
    >>> found = independence(make_design(weights=[1.0] * 24), sex, yes)
    >>> round(found.pearson, 4), round(found.df, 4), round(found.p, 3)
    (2.6667, 1.0, 0.124)
    """
    how = chosen(Statistic, statistic, "statistic")
    table, cells = cross_table(design_of(sample), rows, columns)
    refuse_empty(table.rows, table.n.sum(axis=1), parameter="rows")
    refuse_empty(table.columns, table.n.sum(axis=0), parameter="columns")
    refuse_below_none(cells.names, table.weighted.ravel(), parameter="the table")
    nu = freedom(sample, df)
    shares = table.shares
    n = float(table.n.sum())
    variance = share_covariance(sample, cells)
    effects = _effects(shares, variance, n)
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    pearson = n * float(((shares - expected) ** 2 / expected).sum())
    departure = _wald_of_table(sample, cells, shares.shape) if how in WALD else 0.0
    law = compared(how, pearson, effects, nu, departure)
    return Independence(**law, method=how, pearson=pearson, design_effects=effects, table=table)


def _effects(shares: Floats, variance: Floats, n: float) -> Floats:
    """Generalised design effects of the interactions, largest first."""
    flat = shares.ravel()
    # An empty cell carries no weight; the others must still span the interactions.
    inverse = np.divide(1.0, flat, out=np.zeros_like(flat), where=flat > 0)
    down, across = (linalg.helmert(size).T for size in shares.shape)
    scaled = inverse[:, np.newaxis] * np.kron(down, across)
    # C' D^-1 (D - p p') D^-1 C = C' D^-1 C, contrasts having sum 0 (with empty cells that is a convention).
    below = scaled.T @ (flat[:, np.newaxis] * scaled) / n
    if linalg.eigvalsh(below)[0] <= SINGULAR * np.trace(below):
        raise SurveyError(
            "table-singular",
            "the table has so many empty cells that independence cannot be tested: join answers",
        )
    return cleaned(linalg.eigh(scaled.T @ variance @ scaled, below, eigvals_only=True)[::-1])


def _wald_of_table(sample: Sample, cells: Grouped, shape: tuple[int, ...]) -> float:
    """Observed less expected counts, all but the last row and column, against their covariance."""
    counts = cells.totals(cells.domain.weights).reshape(shape)
    down, across = counts.sum(axis=1) / counts.sum(), counts.sum(axis=0) / counts.sum()
    # d (N_ij - N_i+ N_+j / N) by cell of the row counted: 1(ij) - 1(i) p_+j - 1(j) p_i+ + p_i+ p_+j
    step = np.kron(np.eye(shape[0]) - down[:, np.newaxis], np.eye(shape[1]) - across[:, np.newaxis])
    kept = np.zeros(shape, dtype=bool)
    kept[:-1, :-1] = True
    step = step[kept.ravel()]
    departures = (counts - np.outer(down, across) * counts.sum())[:-1, :-1].ravel()
    return wald(departures, step @ total_covariance(sample, cells) @ step.T)
