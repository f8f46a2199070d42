"""The covariance of many domains of many rows, from sums over rows instead of a column of rows each.

A row moves only its own domain, and what known totals explain of it is the same for all rows of a cell but
for their weight. Sums of squares and products by domain, stratum and cell therefore say all, in a few passes
over the rows however many domains there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..designs.design import Design, SingleUnit
from ..designs.stages import Stage
from ..designs.variance import root_scales
from ..weighting.cell_adjustment import CellAdjustment, Residual
from .tallies import Fraction, Influence

__all__ = ["covariance_by_moments"]

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_MANY = 2_000_000  # numbers in columns of rows, from where on sums pay
_VARIABLES = 6
_CANCELLED = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cells:
    """Cells of an adjustment: each row's, how many, its weight in what is explained, and the explained part.

    ``explained`` has the shape (cells, k·domains).
    """

    codes: Codes
    size: int
    scale: Floats
    explained: Floats


def covariance_by_moments(
    design: Design, fraction: Fraction, influence: Influence, *, many: int = _MANY
) -> Floats | None:
    """The covariance of fractions in domains, or None where another way must be taken.

    Parameters
    ----------
    design
        The sample, with weights 0 outside the domain of those who answered.
    fraction, influence
        What is estimated in domains, and how rows move it.
    many
        From how many numbers, rows times fractions, this way is taken.

    Returns
    -------
    ndarray or None
        Shape (k·domains, k·domains), as :func:`.variance.covariance_of` gives it but for rounding. None for
        few rows or many variables; for adjustments other than one by cells; and where a variance is less than
        a hundred-thousandth of the sum of squares it is the difference of, so that rounding would show.
    """
    if fraction.groups.codes is None or len(design) * fraction.count < many:
        return None
    if fraction.top.count > _VARIABLES or not _fits(design, fraction.groups.size):
        return None
    columns = [influence.variable(place) for place in range(fraction.top.count)]
    cells = _cells(design, fraction, columns)
    if cells is not None and not _fits(design, cells.size):
        return None
    found = np.zeros((fraction.count, fraction.count))
    squares = np.zeros(fraction.count)
    for stage, root in root_scales(design):
        totals = _unit_totals(stage, fraction, columns, cells)
        scale = root**2
        if stage.is_elements:
            raw = _products(scale[stage.strata.codes], fraction, columns, cells)
            centre = totals / np.sqrt(stage.sampled)[:, np.newaxis]
            if design.single_unit is SingleUnit.CENTRE:
                centre[stage.is_single] = 0.0
            centre *= root[:, np.newaxis]
            found += raw - centre.T @ centre
            squares += np.diag(raw)
        else:
            centred = _centred(stage, totals, design.single_unit) * root[stage.unit_stratum][:, np.newaxis]
            added = centred.T @ centred
            found += added
            squares += np.diag(added)
    lost = np.diag(found) < _CANCELLED * squares
    return None if lost.any() else found


def _fits(design: Design, size: int) -> bool:
    """Whether tables of all units or strata by that many columns are no larger than a few columns of rows."""
    for stage in design.stages:
        lines = stage.strata.size if stage.is_elements else stage.n_units
        if lines * size > 4 * len(design):
            return False
    return not design.adjustments or (len(design.adjustments) == 1 and _is_by_cells(design.adjustments[0]))


def _is_by_cells(adjustment: object) -> bool:
    return (
        isinstance(adjustment, CellAdjustment)
        and adjustment.kind is Residual.DESIGN
        and adjustment.rowwise is None
    )


def _cells(design: Design, fraction: Fraction, columns: list[Floats]) -> _Cells | None:
    if not design.adjustments:
        return None
    adjustment = design.adjustments[0]
    if not isinstance(adjustment, CellAdjustment):
        return None
    codes, size = adjustment.cells.codes, adjustment.cells.size
    sums = _crossed(codes, size, fraction, columns) / adjustment.factors[:, np.newaxis]
    return _Cells(codes=codes, size=size, scale=adjustment.after, explained=adjustment.fitted(sums))


def _crossed(codes: Codes, size: int, fraction: Fraction, columns: list[Floats]) -> Floats:
    """Shape (size, k·domains): sums of columns by a code and the domain."""
    domains = fraction.groups
    if domains.codes is None:
        raise TypeError("domains are needed")
    both = codes * domains.size + domains.codes
    width = size * domains.size
    made = [
        np.bincount(both, weights=column, minlength=width).reshape(size, domains.size) for column in columns
    ]
    return np.concatenate(made, axis=1)


def _unit_totals(stage: Stage, fraction: Fraction, columns: list[Floats], cells: _Cells | None) -> Floats:
    """Totals by unit, or by stratum where rows are the units, of what is left unexplained."""
    codes, size = (
        (stage.strata.codes, stage.strata.size) if stage.is_elements else (stage.units, stage.n_units)
    )
    totals = _crossed(codes, size, fraction, columns)
    if cells is None:
        return totals
    both = codes * cells.size + cells.codes
    weights = np.bincount(both, weights=cells.scale, minlength=size * cells.size).reshape(size, cells.size)
    return np.asarray(totals - weights @ cells.explained)


def _products(scale: Floats, fraction: Fraction, columns: list[Floats], cells: _Cells | None) -> Floats:
    """Sums over rows of the products of what is left unexplained, times the scale of each row."""
    domains = fraction.groups
    scaled = [column * scale for column in columns]
    found = np.zeros((len(columns), domains.size, len(columns), domains.size))
    every = np.arange(domains.size)
    for first, one in enumerate(scaled):
        for second in range(first, len(columns)):
            sums = domains.sums(one * columns[second])
            found[first, every, second, every] = sums
            found[second, every, first, every] = sums
    raw = found.reshape(fraction.count, fraction.count)
    if cells is None:
        return raw
    mixed = _crossed(cells.codes, cells.size, fraction, [one * cells.scale for one in scaled])
    crossed = mixed.T @ cells.explained
    own = np.bincount(cells.codes, weights=scale * cells.scale**2, minlength=cells.size)
    squared = cells.explained.T @ (own[:, np.newaxis] * cells.explained)
    return np.asarray(raw - crossed - crossed.T + squared)


def _centred(stage: Stage, totals: Floats, choice: SingleUnit) -> Floats:
    sums = np.zeros((stage.strata.size, totals.shape[1]))
    np.add.at(sums, stage.unit_stratum, totals)
    centre = sums / stage.sampled[:, np.newaxis]
    if choice is SingleUnit.CENTRE:
        centre[stage.is_single] = 0.0
    return np.asarray(totals - centre[stage.unit_stratum])
