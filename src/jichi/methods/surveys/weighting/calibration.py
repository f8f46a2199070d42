"""Weights that meet known totals of anything: groups, numbers, or both.

References
----------
Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of the American
Statistical Association 87, 376-382.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Labels, categories
from ..checking import is_number, whole
from ..choices import chosen
from ..designs.design import Design, check_length
from ..errors import SurveyError, listed, rows_where
from .calibration_solver import Problem, Solution, inconsistent, least_miss, reachable, solve
from .columns import as_numbers, make_columns
from .distances import Distance, distance_function, is_pair
from .margins import Margin, refuse_negative
from .raking import Unconverged, poststratify, rake
from .regression_adjustment import Columns, RegressionAdjustment
from .trimmed import trimmed_factors
from .weights_report import Deviation, report

__all__ = ["calibrate", "poststratify", "rake"]

Floats = npt.NDArray[np.float64]


def calibrate(
    design: Design,
    x: Mapping[Any, npt.ArrayLike] | npt.ArrayLike | None = None,
    totals: Mapping[Any, float] | Sequence[float] | None = None,
    *,
    margins: Sequence[Margin | tuple[Labels, Mapping[Any, float]]] = (),
    distance: Distance | str = Distance.LINEAR,
    bounds: tuple[float, float] | None = None,
    variance: npt.ArrayLike | None = None,
    same_within: Labels | None = None,
    trim: tuple[float, float] | None = None,
    tolerance: float = 1e-11,
    max_iterations: int = 50,
    unconverged: Unconverged | str = Unconverged.REFUSE,
) -> Design:
    r"""Move weights as little as possible so that weighted sums meet their totals.

    Parameters
    ----------
    design
        The sample.
    x
        Columns of numbers by name, shape (n,) each (one number: the same for all, so that ``{"all": 1}`` is
        the size of the population), or a matrix of shape (n, p). No column is added: say a column of ones
        where the size is known.
    totals
        The population's total of each column: by name, or in the order of the columns.
    margins
        Groups whose sizes are to be met as well, as for :func:`.raking.rake`.
    distance
        See :class:`.distances.Distance`.
    bounds
        Bounds of new weight over old.
    variance
        Shape (n,): what the residual variance is taken to be proportional to; None: the same for all.
    same_within
        Labels, shape (n,): all rows of a group, such as a household, get the same factor.
    trim
        Cut factors back to these bounds afterwards; the totals are then met only nearly.
    tolerance
        Largest miss, as a fraction of 1 plus the total. R's ``calibrate`` stops at 1e-7; with that, weights
        are equal to its to rounding.
    max_iterations
        How many steps of Newton's method.
    unconverged
        What is done where the totals are not met by then.

    Returns
    -------
    Design
        With a :class:`.regression_adjustment.RegressionAdjustment` as its last adjustment; what was done to
        the weights is its ``report``.

    Raises
    ------
    SurveyError
        ``bounds``, ``trim``, ``tolerance``, ``max-iterations``, ``variance-not-positive``,
        ``bounds-impossible``, ``totals-inconsistent``, ``not-converged``, ``choice``, ``weights-negative``,
        ``domain-empty``; see :func:`.columns.make_columns`, and for groups :func:`.margins.check_margins`.

    Notes
    -----
    The factor of a weight is :math:`g = F(x'\lambda / \sigma^2)`; F is linear, exponential or logistic.
    Columns that depend on each other are no trouble as long as their totals agree.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[10, 10, 10, 10])
    >>> adjusted = calibrate(design, {"all": 1, "age": [20, 30, 40, 50]}, {"all": 40, "age": 1500})
    >>> [round(float(weight), 6) for weight in adjusted.weights]
    [7.0, 9.0, 11.0, 13.0]
    """
    choice = chosen(Unconverged, unconverged, "unconverged")
    cut = None if trim is None else _checked_trim(trim)
    function = distance_function(chosen(Distance, distance, "distance"), bounds)
    _refuse_settings(tolerance, max_iterations)
    refuse_negative(design)
    if not (design.weights != 0).any():
        raise SurveyError("domain-empty", "no row of the domain has a weight: there is nothing to adjust")
    spread = _spread(variance, len(design))
    columns = make_columns(
        design,
        x,
        totals,
        margins,
        by_row=variance is not None or same_within is not None,
    )
    if same_within is not None:
        columns, spread = _averaged(design, columns, spread, same_within)
    problem = Problem(
        x=columns.x,
        weights=columns.sums(design.weights),
        totals=columns.totals,
        spread=spread if columns.codes is None else np.ones(len(columns.x)),
        distance=function,
    )
    found = solve(problem, tolerance=tolerance, max_iterations=max_iterations)
    if not found.converged and choice is Unconverged.REFUSE:
        _refuse(problem, columns, found)
    factors, trimmed = columns.of_rows(found.factors), 0
    if cut is not None:
        trimmed = int(np.count_nonzero((factors < cut[0]) | (factors > cut[1])))
        factors = trimmed_factors(factors, design.weights, cut)
    after = design.weights * factors
    deviations = _deviations(columns, columns.sums(after))
    adjustment = RegressionAdjustment(
        columns=columns,
        before=design.weights,
        after=after,
        spread=problem.spread,
        distance=function,
        trim=trim,
        tolerance=tolerance,
        max_iterations=max_iterations,
        report=report(
            design.weights,
            after,
            steps=found.iterations,
            trimmed=trimmed,
            deviations=deviations,
            converged=found.converged and not trimmed,
        ),
    )
    return design.adjusted(after, adjustment, note=f"calibrate-{function.kind}")


def _refuse_settings(tolerance: float, max_iterations: int) -> None:
    if not (is_number(tolerance) and tolerance > 0):
        raise SurveyError("tolerance", f"tolerance must be above 0, not {tolerance}", parameter="tolerance")
    whole(max_iterations, 1, "max_iterations", code="max-iterations")


def _checked_trim(trim: tuple[float, float]) -> tuple[float, float]:
    if not is_pair(trim) or not trim[0] < trim[1]:
        raise SurveyError(
            "trim",
            f"trim is {trim}: give two numbers, of which the first must be the smaller",
            parameter="trim",
        )
    return trim


def _spread(variance: npt.ArrayLike | None, rows: int) -> Floats:
    if variance is None:
        return np.ones(rows)
    given = as_numbers("variance", variance)
    check_length(given, rows, "variance")
    wrong = ~(np.isfinite(given) & (given > 0))
    if wrong.any():
        numbers = rows_where(wrong)
        raise SurveyError(
            "variance-not-positive",
            f"variance in row {listed(numbers)} is not a number above 0",
            parameter="variance",
            rows=numbers,
        )
    return given


def _averaged(design: Design, columns: Columns, spread: Floats, groups: Labels) -> tuple[Columns, Floats]:
    """Columns replaced by their weighted means in each group, so that its rows get one factor."""
    labels = categories(groups, parameter="same_within", rows=len(design))
    sums = np.bincount(labels.codes, weights=design.weights, minlength=labels.size)

    def mean(values: Floats) -> Floats:
        own = np.bincount(labels.codes, weights=values * design.weights, minlength=labels.size)
        found: Floats = np.divide(own, sums, out=np.zeros_like(own), where=sums != 0)[labels.codes]
        return found

    x = np.stack([mean(column) for column in columns.x.T], axis=1)
    return Columns(names=columns.names, x=x, totals=columns.totals), np.where(
        design.weights != 0, mean(spread), 1.0
    )


def _deviations(columns: Columns, weights: Floats) -> list[Deviation]:
    reached = weights @ columns.x
    found = []
    for name, total, value in zip(columns.names, columns.totals.tolist(), reached.tolist(), strict=True):
        margin, group = name if isinstance(name, tuple) and len(name) == 2 else ("", name)
        found.append(Deviation(margin=str(margin), group=group, total=total, reached=value))
    return found


def _refuse(problem: Problem, columns: Columns, found: Solution) -> None:
    """Say why totals are not met: they contradict each other, the bounds forbid it, or it takes longer."""
    if len(places := inconsistent(problem)):
        names = [columns.names[place] for place in places]
        raise SurveyError(
            "totals-inconsistent",
            f"in the sample the columns {listed(names)} depend on others, but their totals do not agree with"
            " those: mend the totals, or leave out the columns that say the same twice",
            columns=names,
        )
    low, high = reachable(problem)
    margin = 1e-9 * (1 + np.abs(problem.totals))
    beyond = np.flatnonzero((problem.totals < low - margin) | (problem.totals > high + margin))
    if len(beyond):
        place = int(beyond[0])
        raise SurveyError(
            "bounds-impossible",
            f"within the bounds {columns.names[place]} can add up to {low[place]:.6g} to {high[place]:.6g},"
            f" not to {problem.totals[place]:.6g}: widen the bounds, or mend the total or the weights",
            columns=[columns.names[one] for one in beyond],
            low=float(low[place]),
            high=float(high[place]),
            total=float(problem.totals[place]),
        )
    worst = max(_deviations(columns, problem.weights * found.factors), key=lambda one: abs(one.off))
    _refuse_together(problem)
    raise SurveyError(
        "not-converged",
        f"after {found.iterations} steps {worst.group} adds up to {worst.reached:.6g} instead of"
        f" {worst.total:.6g}: allow more steps or a larger tolerance, ask for fewer totals, or keep the"
        " weights as they are",
        margin=worst.margin,
        group=worst.group,
        total=worst.total,
        reached=worst.reached,
        iterations=found.iterations,
    )


def _refuse_together(problem: Problem) -> None:
    miss = least_miss(problem)
    if miss is not None and miss > 1e-7:
        raise SurveyError(
            "bounds-impossible",
            f"no weights within the bounds meet all totals together; some total is missed by at least"
            f" {miss:.2%}: widen the bounds, or ask for fewer totals",
            miss=miss,
        )
