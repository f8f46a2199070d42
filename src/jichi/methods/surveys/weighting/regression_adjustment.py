"""What calibrated weights do to variances, and how replicates are calibrated in the same way.

References
----------
Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of the American
Statistical Association 87, 376-382.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..errors import SurveyError
from .calibration_batches import solve_many
from .calibration_solver import Problem, solve
from .distances import DistanceFunction
from .solving import Solver, symmetric_solver
from .stacks import Factor, Stack
from .trimmed import trimmed_factors
from .weights_report import WeightReport

__all__ = ["Columns", "RegressionAdjustment"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """What totals are known of.

    Attributes
    ----------
    names
        One per column.
    x
        Shape (m, p), by row, or by cell where all columns are groups.
    totals
        Shape (p,).
    codes
        Shape (n,): the line of ``x`` that is a row's; None: its own.
    """

    names: tuple[object, ...]
    x: Floats
    totals: Floats
    codes: Codes | None = None

    def sums(self, values: Floats) -> Floats:
        """Sums by line of ``x``, shape (m,), of values of rows."""
        if self.codes is None:
            return values
        sums = np.bincount(self.codes, weights=values, minlength=len(self.x))
        return np.asarray(sums, dtype=np.float64)

    def of_rows(self, values: Floats) -> Floats:
        """Values of lines of ``x`` as values of rows."""
        return values if self.codes is None else values[self.codes]


@dataclass(frozen=True, kw_only=True, eq=False)
class RegressionAdjustment:
    """Weights that meet totals of columns.

    Attributes
    ----------
    columns
        What is met.
    before, after
        Shape (n,): the weights.
    spread
        Shape (m,): variance taken to be proportional to.
    distance
        Which distance, with bounds.
    trim
        Bounds of the factor that it was cut back to afterwards.
    tolerance, max_iterations
        How replicates are calibrated.
    report
        What was done to the weights.
    """

    columns: Columns
    before: Floats
    after: Floats
    spread: Floats
    distance: DistanceFunction
    report: WeightReport
    trim: tuple[float, float] | None = None
    tolerance: float = 1e-11
    max_iterations: int = 50
    rowwise: Floats | None = None

    def residual(self, influence: Floats) -> Floats:
        r"""What the columns do not explain of weighted influence values, shape (n, k).

        Notes
        -----
        :math:`z - w x' B` with :math:`B = (\sum d x x' / \sigma^2)^- \sum (z / g) x / \sigma^2`: the residual
        of the regression of the influence on the columns with the weights before, times the weight after.
        """
        coefficients = self._solver(self.columns.x.T @ self.line_sums(influence))
        found = np.empty_like(influence)
        for number, line in enumerate((self.columns.x @ coefficients).T):
            np.multiply(self.columns.of_rows(line), self.after, out=found[:, number])
        np.subtract(influence, found, out=found)
        return found

    def line_sums(self, influence: Floats) -> Floats:
        """Weighted influence values over factor and variance, shape (m, k), by line of the columns."""
        # A row whose weight became 0 adds nothing: its influence times its weight is 0.
        back = np.divide(self.before, self.after, out=np.zeros_like(self.after), where=self.after != 0)
        lines = [self.columns.sums(column * back) / self.spread for column in influence.T]
        return np.stack(lines, axis=1) if lines else np.zeros((len(self.columns.x), 0))

    @cached_property
    def _solver(self) -> Solver:
        weights = self.columns.sums(self.before) / self.spread
        return symmetric_solver((self.columns.x * weights[:, np.newaxis]).T @ self.columns.x)

    def again(self, stack: Stack) -> Stack:
        """Meet the same totals in every replicate.

        Raises
        ------
        SurveyError
            ``replicate-not-calibrated``, naming the replicates.
        """
        if self.rowwise is not None:
            stack = stack.times_rows(self.rowwise)
        if (self.before == 0).any():
            stack = stack.times_rows((self.before != 0).astype(np.float64))
        lines = (
            stack.block(slice(0, stack.size))
            if self.columns.codes is None
            else stack.sums(self.columns.codes, len(self.columns.x))
        )
        problem = self._problem(self.columns.sums(self.before))
        table, met = solve_many(problem, lines, tolerance=self.tolerance, max_iterations=self.max_iterations)
        failed = [] if self.trim is not None else [int(place) for place in np.flatnonzero(~met)]
        if failed and self.report.converged:
            raise SurveyError(
                "replicate-not-calibrated",
                f"the totals cannot be met in {len(failed)} of {stack.size} replicates: widen the bounds, ask"
                " for fewer totals, drop these replicates, or do not adjust replicates again",
                replicates=failed,
            )
        if self.trim is not None:
            columns = zip(table.T, lines.T, strict=True)
            table = np.stack([trimmed_factors(own, weights, self.trim) for own, weights in columns], axis=1)
        return stack.times(Factor(table=table, codes=self.columns.codes))

    def factors_of(self, weights: Floats) -> Floats:
        """By what other weights, shape (n,), must be multiplied to meet the totals, shape (n,)."""
        problem = self._problem(self.columns.sums(weights))
        found = solve(problem, tolerance=self.tolerance, max_iterations=self.max_iterations).factors
        if self.trim is not None:
            found = trimmed_factors(found, problem.weights, self.trim)
        return self.columns.of_rows(found)

    def moved(self, weights: Floats, report: WeightReport) -> RegressionAdjustment:
        """The same totals met by weights that were moved row by row as well."""
        rowwise = np.divide(weights, self.before, out=np.ones_like(weights), where=self.before != 0)
        return replace(self, after=weights, rowwise=rowwise, report=report)

    def _problem(self, weights: Floats) -> Problem:
        return Problem(
            x=self.columns.x,
            weights=weights,
            totals=self.columns.totals,
            spread=self.spread,
            distance=self.distance,
        )
