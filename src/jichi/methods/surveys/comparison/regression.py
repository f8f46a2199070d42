r"""How an outcome depends on several things at once, with the sampling taken into account.

The coefficients are those that a fit to the whole population would have, estimated with the weights; their
covariance is that of weighted influence values (Binder 1983), so that it holds whether or not the model is
right and whatever the outcome's law.

References
----------
Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys. International
Statistical Review 51, 279-292.

McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, second edition. Chapman and Hall, section
2.5 (the iteration).

Albert, A. and Anderson, J. A. (1984). On the existence of maximum likelihood estimates in logistic regression
models. Biometrika 71, 1-10 (separation).

Korn, E. L. and Graubard, B. I. (1990). Simultaneous testing of regression coefficients with complex survey
data: use of Bonferroni t statistics. American Statistician 44, 270-276 (the Wald test corrected for few
clusters).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import linalg, stats

from ..checking import number
from ..choices import chosen
from ..designs.design import Design, check_length, refuse_too_large
from ..errors import SurveyError, listed, rows_where
from ..estimation.replicated import Sample, design_of, df_of, method_of, spread
from ..results import Estimates, Interval, reach
from .likelihood import Family, FitFound, fit, fit_as_r, mean_of, slope_of
from .measured import measured, refuse_negative
from .model_matrix import ModelMatrix

__all__ = ["Family", "Regression", "TermTest", "regression"]

Floats = npt.NDArray[np.float64]
_SINGULAR = 1e-12
_COLLINEAR = 1e-9
_ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class TermTest:
    """A Wald test that several coefficients are all 0: F value, degrees of freedom, probability."""

    names: tuple[str, ...]
    statistic: float
    df: float
    denominator_df: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regression:
    """A fitted regression.

    Attributes
    ----------
    coefficients
        By name of the column, with covariance; degrees of freedom are those of the variance, plus 1, less the
        number of coefficients.
    family
        What the outcome is.
    n
        Rows that took part.
    matrix
        The columns it was fitted to.
    """

    coefficients: Estimates
    family: Family
    n: int
    matrix: ModelMatrix

    @property
    def df(self) -> float:
        """Degrees of freedom of t tests of coefficients."""
        return float(np.min(self.coefficients.df))

    def test(self, *names: str, corrected: bool = False) -> TermTest:
        r"""Test whether coefficients are all 0.

        Parameters
        ----------
        names
            Of columns or of whole terms.
        corrected
            Whether to correct for few clusters, :math:`W (\nu - k + 1) / (k \nu)` on k and
            :math:`\nu - k + 1`; otherwise :math:`W/k` on k and :math:`\nu`.

        Raises
        ------
        SurveyError
            ``name-unknown``, ``df-none``, ``coefficients-singular``.
        """
        chosen = self._columns(names)
        places = [self.coefficients.names.index(name) for name in chosen]
        values = self.coefficients.values[places]
        covariance = self.coefficients.covariance[np.ix_(places, places)]
        k = len(places)
        freedom = self.df - k + 1 if corrected else self.df
        if not freedom > 0:
            raise SurveyError(
                "df-none", f"there are too few sampled units to test {k} coefficients", df=freedom
            )
        scale = np.sqrt(np.diag(covariance))
        if not (scale > 0).all() or linalg.eigvalsh(covariance / np.outer(scale, scale))[0] <= _SINGULAR:
            raise SurveyError(
                "coefficients-singular",
                f"the covariance of {listed(chosen)} has no inverse: fewer sampled units than coefficients",
                names=list(chosen),
            )
        wald = float(values @ np.linalg.solve(covariance, values))
        f = wald / k * (freedom / self.df if corrected and np.isfinite(self.df) else 1.0)
        p = stats.chi2.sf(wald, k) if np.isinf(freedom) else stats.f.sf(f, k, freedom)
        return TermTest(names=chosen, statistic=f, df=k, denominator_df=freedom, p=float(p))

    def ratio(self, name: str, level: float = 0.95) -> tuple[float, Interval]:
        """The factor by which odds or counts change with one unit of a column, and its interval.

        Raises
        ------
        SurveyError
            ``name-unknown``, ``ratio-linear`` if the family is gaussian, ``level``, ``df-none``.
        """
        if self.family is Family.GAUSSIAN:
            raise SurveyError(
                "ratio-linear", "a linear regression has differences, not ratios", parameter="family"
            )
        found = self.coefficients[name]
        width = reach(level, found.df) * found.se
        low, high = np.exp(found.value - width), np.exp(found.value + width)
        return float(np.exp(found.value)), Interval(
            low=float(low), high=float(high), level=level, method="t-log"
        )

    def predict(self, columns: npt.ArrayLike, *, names: Sequence[Any] | None = None) -> Estimates:
        """Expected outcomes of given rows of columns.

        Parameters
        ----------
        columns
            Shape (m, p), in the order of the coefficients.
        names
            One per row; None: numbers from 0.

        Returns
        -------
        Estimates
            On the outcome's own scale, covariance by the delta method. ``n`` is that of the fit.

        Raises
        ------
        SurveyError
            ``shape``.
        """
        given = np.asarray(columns, dtype=np.float64)
        p = len(self.coefficients)
        labels = tuple(range(len(given))) if names is None else tuple(names)
        if given.ndim != 2 or given.shape != (len(labels), p):
            raise SurveyError(
                "shape",
                f"columns has shape {given.shape}; give {p} numbers for each of {len(labels)} rows",
                parameter="columns",
            )
        eta = given @ self.coefficients.values
        step = slope_of(self.family, eta)[:, np.newaxis] * given
        return Estimates(
            names=labels,
            values=mean_of(self.family, eta),
            covariance=step @ self.coefficients.covariance @ step.T,
            df=self.df,
            n=np.full(len(labels), self.n, dtype=np.int64),
            method=self.coefficients.method,
        )

    def _columns(self, names: Sequence[str]) -> tuple[str, ...]:
        found: list[str] = []
        for name in names:
            found.extend([name] if name in self.matrix.names else self.matrix.of_term(name))
        return tuple(dict.fromkeys(found))


def regression(
    sample: Sample,
    outcome: npt.ArrayLike,
    matrix: ModelMatrix,
    *,
    family: Family | str = Family.GAUSSIAN,
    offset: npt.ArrayLike | None = None,
    df: float | None = None,
    compat: Literal["r-glm"] | None = None,
) -> Regression:
    r"""Fit a linear, logistic or log-linear regression.

    Parameters
    ----------
    sample
        A design, or replicate weights.
    outcome
        Shape (n,); NaN: missing. 0 to 1 for ``binomial``, at least 0 for ``poisson``.
    matrix
        What it is explained by, from :func:`.model_matrix.model_matrix`. Rows with a missing value anywhere
        are outside the domain.
    family
        ``"gaussian"`` (identity link), ``"binomial"`` (logit), ``"poisson"`` (log). The variance does not
        rest on the outcome having that law.
    offset
        Shape (n,): a part of the linear predictor that is known, such as the log of an exposure.
    df
        Degrees of freedom of the variance, other than the sample's own.
    compat
        ``"r-glm"``: stop the iteration where R stops, and take the variance's weights from the last step but
        one, as R does; standard errors then differ from those of the fit at rest in about the fifth digit.
        None: iterate until nothing moves.

    Returns
    -------
    Regression

    Raises
    ------
    SurveyError
        ``choice``, ``length``, ``values-not-numbers``, ``values-not-finite``, ``values-too-large``,
        ``not-a-number`` (``df``), ``answers-none``, ``outcome-range``, ``weights-negative``,
        ``rows-too-few``, ``collinear`` (columns named), ``separated`` (some combination of columns, named,
        predicts the outcome without error, so that no finite coefficient fits best), ``not-converged``.

    Notes
    -----
    Solves :math:`\sum w_i x_i (y_i - \mu_i) = 0`. With :math:`A = \sum w_i v(\mu_i) x_i x_i'` a row's
    weighted influence is :math:`w_i (y_i - \mu_i) A^{-1} x_i`. Each iteration costs a pass over n p\
    :sup:`2` numbers.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> from jichi.methods.surveys.comparison.model_matrix import model_matrix
    >>> found = regression(make_design(weights=[1.0] * 4), [1, 3, 5, 7], model_matrix({"x": [0, 1, 2, 3]}))
    >>> found.coefficients.values.round(9).tolist()
    [1.0, 2.0]
    """
    kind = chosen(Family, family, "family")
    whole = design_of(sample)
    check_length(matrix.columns[:, 0], len(whole), "matrix")
    domain, y = measured(whole, outcome, parameter="outcome")
    known = np.zeros(len(whole))
    if offset is not None:
        domain, known = measured(domain, offset, parameter="offset")
    domain, x = _explained(domain, matrix)
    _refuse_range(kind, y, domain)
    rows = slice(None) if domain.active is None else domain.active
    refuse_negative(domain)
    refuse_too_large(x, None, None, "matrix")
    sizes = _refuse_collinear(matrix.names, x[rows], domain.weights[rows])
    x = x / sizes
    if compat not in {None, "r-glm"}:
        raise SurveyError("choice", f"compat is {compat!r}; choose r-glm or None", parameter="compat")
    solve = fit if compat is None else fit_as_r
    full = solve(kind, y[rows], x[rows], domain.weights[rows], known[rows])
    if full.problem is not None:
        raise _problem(full.problem, full.involved, matrix.names)

    def under(weights: Floats) -> Floats:
        taking = weights != 0
        if (weights < 0).any() or not taking.any():
            return np.full(x.shape[1], np.nan)
        again = solve(kind, y[taking], x[taking], weights[taking], known[taking], start=full.coefficients)
        return again.coefficients if again.problem is None else np.full(x.shape[1], np.nan)

    influence = _influence(kind, full, y, x, domain, known)
    covariance = spread(sample, domain, influence, under, full.coefficients)
    p = x.shape[1]
    values = full.coefficients
    if kind is Family.GAUSSIAN:
        size = float(np.sqrt(domain.weights @ (y - known) ** 2))
        values, covariance = _without_rounding(values, covariance, size)
    freedom = (df_of(sample, domain) if df is None else number(df, "df")) + 1 - p
    coefficients = Estimates(
        names=matrix.names,
        values=values / sizes,
        covariance=covariance / np.outer(sizes, sizes),
        df=float(freedom),
        n=np.full(p, domain.n, dtype=np.int64),
        method=method_of(sample),
    )
    return Regression(coefficients=coefficients, family=kind, n=domain.n, matrix=matrix)


def _explained(design: Design, matrix: ModelMatrix) -> tuple[Design, Floats]:
    """The domain of rows with all columns, and the columns, 0 elsewhere."""
    present = ~np.isnan(matrix.columns).any(axis=1)
    domain = design if present.all() else design.where(present)
    inside = np.ones(len(design), dtype=bool) if domain.active is None else domain.active
    if np.isinf(matrix.columns[inside]).any():
        raise SurveyError("values-not-finite", "matrix holds infinite numbers", parameter="matrix")
    if domain.n < len(matrix.names):
        raise SurveyError(
            "rows-too-few",
            f"{domain.n} rows have all values, fewer than the {len(matrix.names)} columns: use fewer columns",
            n=domain.n,
            columns=len(matrix.names),
        )
    return domain, np.where(inside[:, np.newaxis], matrix.columns, 0.0)


def _refuse_range(family: Family, y: Floats, domain: Design) -> None:
    inside = np.ones(len(y), dtype=bool) if domain.active is None else domain.active
    if family is Family.GAUSSIAN:
        return
    top = 1.0 if family is Family.BINOMIAL else np.inf
    wrong = inside & ~((y >= 0) & (y <= top))
    if wrong.any():
        rows = rows_where(wrong)
        allowed = "from 0 to 1" if family is Family.BINOMIAL else "of at least 0"
        raise SurveyError(
            "outcome-range",
            f"outcome in row {listed(rows)} is not a number {allowed}, as {family} needs",
            parameter="outcome",
            rows=rows,
        )


def _refuse_collinear(names: Sequence[str], x: Floats, weights: Floats) -> Floats:
    """Name the columns that take part in a combination that is 0 in every row; else the columns' sizes.

    Powers of two, so that columns in any units can be brought to a like size without rounding.
    """
    scaled = x * np.sqrt(weights)[:, np.newaxis]
    sizes = np.sqrt(np.einsum("ij,ij->j", scaled, scaled))
    if (sizes == 0).any():
        raise _problem("column-empty", np.flatnonzero(sizes == 0), names)
    _, size, combinations = linalg.svd(scaled / sizes, full_matrices=False)
    zero = combinations[size <= _COLLINEAR * size[0]]
    involved = np.flatnonzero((np.abs(zero) > 1e-6).any(axis=0))
    if involved.size:
        raise _problem("collinear", involved, names)
    found: Floats = np.exp2(np.round(np.log2(sizes)))
    return found


def _influence(
    family: Family, found: FitFound, y: Floats, x: Floats, domain: Design, offset: Floats
) -> Floats:
    eta, before = x @ found.coefficients + offset, x @ found.before + offset
    slope = domain.weights * slope_of(family, before)
    residual = (y - mean_of(family, eta)) / slope_of(family, eta)
    root = np.sqrt(slope)
    # Columns that are nearly alike keep half of their digits; as a matrix of squares they would lose all.
    across, down = linalg.qr(x * root[:, np.newaxis], mode="economic")
    solved = linalg.solve_triangular(down, (across * (root * residual)[:, np.newaxis]).T)
    return np.asarray(solved.T, dtype=np.float64)


def _without_rounding(values: Floats, covariance: Floats, size: float) -> tuple[Floats, Floats]:
    """0 for what is only rounding: of a fit without error it would look significant.

    ``size`` is that of the outcome, the columns being of size 1.
    """
    exact = np.sqrt(np.maximum(np.diag(covariance), 0.0)) <= _ROUNDING * size
    if not exact.any():
        return values, covariance
    kept = np.where(exact, 0.0, 1.0)
    return np.where(exact & (np.abs(values) <= _ROUNDING * size), 0.0, values), covariance * np.outer(
        kept, kept
    )


_SAID = {
    "column-empty": "column {names} is 0 in every row of the domain: leave it out, or make the columns from"
    " the labels of the domain alone (None elsewhere)",
    "collinear": "columns {names} are no more than combinations of each other: leave one of them out",
    "separated": "some combination of columns {names} predicts the outcome without error, so that no finite"
    " coefficient fits best: join rare groups, or leave a column out",
    "not-converged": "the fit of columns {names} did not come to rest: scale the columns, or use fewer",
}


def _problem(code: str, involved: npt.NDArray[np.intp], names: Sequence[str]) -> SurveyError:
    found = [names[place] for place in involved.tolist()]
    return SurveyError(code, _SAID[code].format(names=listed(found)), names=found)
