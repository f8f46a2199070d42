"""Weights that meet known totals of groups: post-stratification and raking.

References
----------
Holt, D. and Smith, T. M. F. (1979). Post stratification. Journal of the Royal Statistical Society A 142,
33-46.

Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency table when the
expected marginal totals are known. Annals of Mathematical Statistics 11, 427-444.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Labels
from ..checking import is_number, whole
from ..choices import chosen
from ..designs.design import Design
from ..errors import SurveyError
from .cell_adjustment import CellAdjustment, Residual
from .margins import Cells, KnownMargin, Margin, check_margins, make_cells, refuse_negative
from .proportional_fitting import Fitted, Stop, fit_cells
from .weights_report import Deviation, report

__all__ = ["AS_R_RAKES", "Unconverged", "poststratify", "rake"]

Floats = npt.NDArray[np.float64]

AS_R_RAKES: Mapping[str, Any] = {
    "residual": "r-rake",
    "stop": "change",
    "tolerance": 1.0,
    "max_sweeps": 10,
    "unconverged": "keep",
}
"""What :func:`rake` is to be told to give the weights and standard errors of R's ``rake`` left alone."""


class Unconverged(StrEnum):
    """What to do with weights that do not meet all totals: refuse them, or keep them and say so."""

    REFUSE = "refuse"
    KEEP = "keep"


def poststratify(design: Design, groups: Labels, totals: Mapping[Any, float], *, name: str = "") -> Design:
    """Scale the weights in each group so that they add up to its known total.

    Parameters
    ----------
    design
        The sample.
    groups
        Shape (n,): group of each row.
    totals
        Number in the population by group.
    name
        Name of the grouping, for messages.

    Returns
    -------
    Design
        With a :class:`.cell_adjustment.CellAdjustment` as its last adjustment; what was done to the weights
        is its ``report``.

    Raises
    ------
    SurveyError
        ``weights-negative``; see also :func:`.margins.check_margins`.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[10, 10, 10, 10])
    >>> adjusted = poststratify(design, ["f", "f", "f", "m"], {"f": 24, "m": 26})
    >>> adjusted.weights.tolist()
    [8.0, 8.0, 8.0, 26.0]
    """
    refuse_negative(design)
    margins = check_margins(design, [Margin(groups=groups, totals=totals, name=name)])
    cells = make_cells(margins)
    sums = cells.sum(design.weights)
    wanted = margins[0].totals[cells.places[0]]
    factors = np.divide(wanted, sums, out=np.ones_like(sums), where=sums != 0)
    fitted = Fitted(
        factors=factors[:, np.newaxis],
        last=(factors[:, np.newaxis],),
        sweeps=1,
        met=np.ones(1, dtype=bool),
        empty=np.zeros((1, 1), dtype=bool),
    )
    return _adjusted(design, margins, cells, fitted, note="poststratify")


def rake(
    design: Design,
    margins: Sequence[Margin | tuple[Labels, Mapping[Any, float]]],
    *,
    residual: Residual | str = Residual.DESIGN,
    stop: Stop | str = Stop.MARGINS,
    tolerance: float = 1e-12,
    max_sweeps: int = 1000,
    unconverged: Unconverged | str = Unconverged.REFUSE,
    scale: bool = False,
) -> Design:
    """Scale weights until they meet the totals of several groupings at once.

    Parameters
    ----------
    design
        The sample.
    margins
        Groupings with their totals: pairs, or :class:`.margins.Margin` with a name.
    residual
        What the variance is made of, see :class:`.cell_adjustment.Residual`.
    stop, tolerance, max_sweeps
        When it is done, see :class:`.proportional_fitting.Stop`. R's ``rake`` with nothing else said is
        ``**AS_R_RAKES``.
    unconverged
        What is done where it is not done by then.
    scale
        Scale all margins to the grand total of the first where they differ.

    Returns
    -------
    Design
        With a :class:`.cell_adjustment.CellAdjustment` as its last adjustment; what was done to the weights
        is its ``report``.

    Raises
    ------
    SurveyError
        ``not-converged``, naming the total that is furthest off; ``weights-negative``; see also
        :func:`.margins.check_margins`.

    Notes
    -----
    Rows of one cell are scaled alike, so that the work is one pass over the rows and then depends on the
    number of cells. The weights are those of calibration with the multiplicative (raking) distance.
    """
    kind = chosen(Residual, residual, "residual")
    rule = chosen(Stop, stop, "stop")
    choice = chosen(Unconverged, unconverged, "unconverged")
    _refuse_settings(tolerance, max_sweeps)
    refuse_negative(design)
    known = check_margins(design, margins, scale=scale)
    cells = make_cells(known)
    fitted = fit_cells(
        cells,
        cells.sum(design.weights)[:, np.newaxis],
        [margin.totals for margin in known],
        stop=rule,
        tolerance=tolerance,
        max_sweeps=max_sweeps,
    )
    if not fitted.converged and choice is Unconverged.REFUSE:
        _refuse(_deviations(design, known, cells, fitted), fitted.sweeps)
    return _adjusted(
        design,
        known,
        cells,
        fitted,
        note="rake",
        kind=kind,
        stop=rule,
        tolerance=tolerance,
        max_sweeps=max_sweeps,
    )


def _adjusted(
    design: Design,
    margins: Sequence[KnownMargin],
    cells: Cells,
    fitted: Fitted,
    *,
    note: str,
    kind: Residual = Residual.DESIGN,
    stop: Stop = Stop.MARGINS,
    tolerance: float = 1e-12,
    max_sweeps: int = 1000,
) -> Design:
    factors = fitted.factors[:, 0]
    after = design.weights * factors[cells.codes]
    adjustment = CellAdjustment(
        margins=tuple(margins),
        cells=cells,
        before=design.weights,
        after=after,
        factors=factors,
        last=tuple(one[:, 0] for one in fitted.last),
        kind=kind,
        stop=stop,
        tolerance=tolerance,
        max_sweeps=max_sweeps,
        report=report(
            design.weights,
            after,
            steps=fitted.sweeps,
            deviations=_deviations(design, margins, cells, fitted),
            converged=fitted.converged,
        ),
    )
    return design.adjusted(after, adjustment, note=note)


def _deviations(
    design: Design, margins: Sequence[KnownMargin], cells: Cells, fitted: Fitted
) -> list[Deviation]:
    reached = cells.membership.T @ (cells.sum(design.weights) * fitted.factors[:, 0])
    asked = [
        (margin.name, group, float(total))
        for margin in margins
        for group, total in zip(margin.groups.names, margin.totals, strict=True)
    ]
    return [
        Deviation(margin=name, group=group, total=total, reached=float(found))
        for (name, group, total), found in zip(asked, reached, strict=True)
        if total > 0
    ]


def _refuse(deviations: Sequence[Deviation], sweeps: int) -> None:
    worst = max(deviations, key=lambda one: abs(one.off))
    raise SurveyError(
        "not-converged",
        f"after {sweeps} sweeps {worst.group} of {worst.margin} has {worst.reached:.6g} instead of"
        f" {worst.total:.6g}: some combination of groups has no rows, or the totals contradict each other;"
        " join groups, allow more sweeps or a larger tolerance, or keep the weights as they are",
        margin=worst.margin,
        group=worst.group,
        total=worst.total,
        reached=worst.reached,
        sweeps=sweeps,
    )


def _refuse_settings(tolerance: float, max_sweeps: int) -> None:
    if not (is_number(tolerance) and tolerance > 0):
        raise SurveyError("tolerance", f"tolerance must be above 0, not {tolerance}", parameter="tolerance")
    whole(max_sweeps, 1, "max_sweeps", code="max-sweeps")
