"""What post-stratified and raked weights do to variances, and how replicates are adjusted in the same way.

References
----------
Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of the American
Statistical Association 87, 376-382.

Deville, J.-C., Särndal, C.-E. and Sautory, O. (1993). Generalized raking procedures in survey sampling.
Journal of the American Statistical Association 88, 1013-1020.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..errors import SurveyError, listed
from .margins import Cells, KnownMargin
from .proportional_fitting import Stop, fit_cells
from .solving import Solver, symmetric_solver
from .stacks import Factor, Stack
from .weights_report import WeightReport

__all__ = ["CellAdjustment", "Residual"]

Floats = npt.NDArray[np.float64]

_R_SWEEPS = 10
_ROWS = 1 << 15  # rows whose explained part is written out at a time


class Residual(StrEnum):
    """Which residual of a statistic on the margins its variance is made of.

    ``DESIGN``: of a regression with the weights before raking. ``R_RAKE``: of ten sweeps of taking out the
    unweighted mean of each group, as R's ``rake`` does; on unequal weights its standard errors are larger.
    """

    DESIGN = "design"
    R_RAKE = "r-rake"


@dataclass(frozen=True, kw_only=True, eq=False)
class CellAdjustment:
    """Weights that meet the totals of groups.

    Attributes
    ----------
    margins
        What is met.
    cells
        Rows by the groups they share.
    before, after
        Shape (n,): the weights; 0 outside the domain that was adjusted.
    factors
        Shape (cells,): after over before.
    last
        One per margin, shape (cells,): the factors right after that margin was fitted in the last sweep.
    rowwise
        Shape (n,): what is left of after over before once the cell's factor is taken out; None: nothing.
    kind
        Which residual is taken.
    stop, tolerance, max_sweeps
        How replicates are raked.
    report
        What was done to the weights.
    """

    margins: tuple[KnownMargin, ...]
    cells: Cells
    before: Floats
    after: Floats
    factors: Floats
    last: tuple[Floats, ...]
    report: WeightReport
    kind: Residual = Residual.DESIGN
    stop: Stop = Stop.MARGINS
    tolerance: float = 1e-12
    max_sweeps: int = 1000
    rowwise: Floats | None = None

    def residual(self, influence: Floats) -> Floats:
        """What the margins do not explain of weighted influence values, shape (n, k).

        Notes
        -----
        With :math:`d` the weights before, :math:`w` after, :math:`z` the weighted influence and :math:`x` the
        groups' indicators: :math:`z - w x' B`, where :math:`B` is the coefficient of the regression of
        :math:`z / w` on :math:`x` with weights :math:`d`. It is computed on sums by cell.
        """
        fitted, scale = self.fitted(self.cell_sums(influence)), self._scale
        found = np.empty_like(influence)
        for first in range(0, len(found), _ROWS):
            rows = slice(first, first + _ROWS)
            explained = fitted[self.cells.codes[rows]]
            explained *= scale[rows, np.newaxis]
            np.subtract(influence[rows], explained, out=found[rows])
        return found

    def cell_sums(self, influence: Floats) -> Floats:
        """What :meth:`fitted` needs of weighted influence values, shape (cells, k): sums of z/g, or z/d."""
        if self.kind is Residual.R_RAKE:
            scale = self._scale
            inverse = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale != 0)
            return self.cells.sums(influence * inverse[:, np.newaxis])
        if self.rowwise is not None:
            influence = influence / self.rowwise[:, np.newaxis]
        return self.cells.sums(influence) / self.factors[:, np.newaxis]

    def fitted(self, sums: Floats) -> Floats:
        """The part of the influence that margins explain, shape (cells, k).

        A row's is that of its cell times its weight: after the adjustment, or before it for ``R_RAKE``.
        """
        if self.kind is Residual.DESIGN:
            right = self.cells.membership.T @ sums
            return np.asarray(self.cells.membership @ self._solver(right))
        return self._swept(sums)

    @property
    def _scale(self) -> Floats:
        return self.after if self.kind is Residual.DESIGN else self.before * self._rows

    @property
    def _rows(self) -> Floats:
        return np.ones(1) if self.rowwise is None else self.rowwise

    @cached_property
    def _solver(self) -> Solver:
        """Solves the normal equations of the groups' indicators with the weights before."""
        weights = self.cells.sum(self.before)
        membership = self.cells.membership
        normal = membership.T @ (membership.multiply(weights[:, np.newaxis]).tocsr())
        return symmetric_solver(normal.toarray())

    def _swept(self, sums: Floats) -> Floats:
        """Means of groups taken out in turn, ten times; only the counts and sums of cells are needed."""
        rows = self.cells.sum((self.before != 0).astype(np.float64))
        taken = np.zeros_like(sums)
        for _ in range(_R_SWEEPS):
            for place, margin, factor in zip(self.cells.places, self.margins, self.last, strict=True):
                size = margin.groups.size
                left = (sums - rows[:, np.newaxis] * taken) / factor[:, np.newaxis]
                count = np.maximum(np.bincount(place, weights=rows, minlength=size), 1)
                means = [np.bincount(place, weights=column, minlength=size) / count for column in left.T]
                taken = taken + factor[:, np.newaxis] * np.stack(means, axis=1)[place]
        return taken

    def again(self, stack: Stack) -> Stack:
        """Meet the same totals in every replicate.

        Raises
        ------
        SurveyError
            ``replicate-group-empty`` if a group has no weight left in some replicate,
            ``replicate-not-calibrated``.
        """
        if self.rowwise is not None:
            stack = stack.times_rows(self.rowwise)
        if (self.before == 0).any():
            stack = stack.times_rows((self.before != 0).astype(np.float64))
        # As often as the sample was, where it was not raked to the end.
        as_often = self.stop is Stop.CHANGE or not self.report.converged
        fitted = fit_cells(
            self.cells,
            stack.sums(self.cells.codes, self.cells.size),
            [margin.totals for margin in self.margins],
            stop=self.stop,
            tolerance=self.tolerance,
            max_sweeps=self.max_sweeps,
            fixed_sweeps=self.report.steps if as_often else None,
        )
        self._refuse_empty(fitted.empty)
        if not fitted.converged:
            lost = [int(one) for one in np.flatnonzero(~fitted.met)]
            raise SurveyError(
                "replicate-not-calibrated",
                f"{len(lost)} of {stack.size} replicates do not meet all totals after {fitted.sweeps} sweeps:"
                " join small groups, drop these replicates, or do not adjust replicates again",
                replicates=lost,
            )
        return stack.times(Factor(table=fitted.factors, codes=self.cells.codes))

    def factors_of(self, weights: Floats) -> Floats:
        """By what other weights, shape (n,), must be multiplied to meet the totals, shape (n,)."""
        sums = self.cells.sum(weights)
        fitted = fit_cells(
            self.cells,
            sums[:, np.newaxis],
            [margin.totals for margin in self.margins],
            stop=self.stop,
            tolerance=self.tolerance,
            max_sweeps=self.max_sweeps,
        )
        return np.asarray(fitted.factors[self.cells.codes, 0])

    def moved(self, weights: Floats, report: WeightReport) -> CellAdjustment:
        """The same totals met by weights that were moved row by row as well."""
        ones = np.ones_like(self.factors)
        rowwise = np.divide(weights, self.before, out=np.ones_like(weights), where=self.before != 0)
        last = tuple(ones for _ in self.last)
        return replace(self, after=weights, factors=ones, last=last, rowwise=rowwise, report=report)

    def _refuse_empty(self, empty: npt.NDArray[np.bool_]) -> None:
        asked = np.concatenate([margin.totals > 0 for margin in self.margins])
        empty = empty & asked[:, np.newaxis]
        if empty.any():
            names = [name for margin in self.margins for name in margin.groups.names]
            groups = [names[place] for place in np.flatnonzero(empty.any(axis=1))]
            lost = np.flatnonzero(empty.any(axis=0))
            raise SurveyError(
                "replicate-group-empty",
                f"group {listed(groups)} has no row left in {len(lost)} of {empty.shape[1]} replicates, so"
                " that its total cannot be met: join it with a like group, drop these replicates, or do not"
                " adjust replicates again",
                groups=groups,
                replicates=[int(one) for one in lost],
            )
