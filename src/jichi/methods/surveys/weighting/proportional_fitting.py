"""Iterative proportional fitting of a table of cells, for many sets of weights at once.

References
----------
Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency table when the
expected marginal totals are known. Annals of Mathematical Statistics 11, 427-444.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .margins import Cells

__all__ = ["Fitted", "Stop", "fit_cells"]

Floats = npt.NDArray[np.float64]


class Stop(StrEnum):
    """When raking is done.

    ``MARGINS``: every total is met within the tolerance, as a fraction of it. ``CHANGE``: no cell changed by
    as much as the tolerance in a sweep; a tolerance below 1 is a fraction of the sum of the weights. The
    second is the rule of R's ``rake``, which stops at a change of 1.
    """

    MARGINS = "margins"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A fitted table.

    Attributes
    ----------
    factors
        Shape (cells, R): by what the weights of each cell are multiplied.
    last
        One per margin, shape (cells, R): the factors right after that margin was fitted in the last sweep.
    sweeps
        How often all margins were fitted.
    met
        Shape (R,): whether the rule to stop was met.
    empty
        Shape (groups, R): groups that have no weight at all, so that nothing can be done about their total.
    """

    factors: Floats
    last: tuple[Floats, ...]
    sweeps: int
    met: npt.NDArray[np.bool_]
    empty: npt.NDArray[np.bool_]

    @property
    def converged(self) -> bool:
        """Whether the rule to stop was met in all."""
        return bool(self.met.all())


def fit_cells(
    cells: Cells,
    weights: Floats,
    totals: Sequence[Floats],
    *,
    stop: Stop,
    tolerance: float,
    max_sweeps: int,
    fixed_sweeps: int | None = None,
) -> Fitted:
    """Fit every margin in turn until done.

    Parameters
    ----------
    cells
        The table.
    weights
        Shape (cells, R): sum of weights in each cell.
    totals
        One per margin, shape (groups,).
    stop, tolerance, max_sweeps
        When to stop.
    fixed_sweeps
        Do just so many sweeps instead.
    """
    choosers = [_chooser(cells, number, len(own)) for number, own in enumerate(totals)]
    wanted = [own[:, np.newaxis] for own in totals]
    limit = tolerance if tolerance >= 1 else tolerance * float(weights.sum(axis=0).max(initial=0.0))
    current, factors = weights, np.ones_like(weights)
    empty = np.concatenate([(one @ weights == 0) for one in choosers])
    last: list[Floats] = [factors] * len(choosers)
    size, sweeps, met = weights.shape[1], 0, np.zeros(weights.shape[1], dtype=bool)
    while not met.all() and sweeps < (max_sweeps if fixed_sweeps is None else fixed_sweeps):
        before, furthest = current, np.zeros(size)
        for number, (chooser, total) in enumerate(zip(choosers, wanted, strict=True)):
            reached = chooser @ current
            ratio = np.divide(total, reached, out=np.ones_like(reached), where=reached != 0)
            furthest = np.maximum(furthest, np.abs(ratio - 1).max(axis=0, initial=0.0))
            step = ratio[cells.places[number]]
            # Where margins cannot be met together, some cells' factors grow without end.
            with np.errstate(over="ignore", invalid="ignore"):
                current, factors = current * step, factors * step
            last[number] = factors
        sweeps += 1
        if fixed_sweeps is None:
            if stop is Stop.MARGINS:
                met = furthest <= tolerance
            else:
                met = np.abs(current - before).max(axis=0, initial=0.0) < limit
    return Fitted(
        factors=factors,
        last=tuple(last),
        sweeps=sweeps,
        met=met if fixed_sweeps is None else np.ones(size, dtype=bool),
        empty=empty,
    )


def _chooser(cells: Cells, number: int, groups: int) -> sparse.csr_array:
    """Shape (groups, cells): adds up the cells of each group of one margin."""
    place = cells.places[number]
    return sparse.coo_array(
        (np.ones(len(place)), (place, np.arange(len(place)))), shape=(groups, len(place))
    ).tocsr()
