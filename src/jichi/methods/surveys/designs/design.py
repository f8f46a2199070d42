"""How a sample was drawn: strata, clusters, stages, population sizes and weights.

Everything that is estimated from a survey takes a :class:`Design`. It is checked once, when it is made; what
it holds afterwards can be trusted.

References
----------
Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling. Springer, chapters 2-4.

Lumley, T. (2004). Analysis of complex survey samples. Journal of Statistical Software 9(8). The way a design
is described (one set of labels a stage, population sizes a stage, choices for single units) is the one that
its readers know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ..categories import Labels
from ..checking import whole
from ..choices import chosen
from ..errors import SurveyError, listed, rows_where
from .stages import Size, Stage, make_stages

__all__ = ["Adjustment", "Design", "SingleUnit", "make_design"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# So that squares of weights times numbers, and sums of them, stay numbers.
_LARGEST = 1e50


class SingleUnit(StrEnum):
    """What a stratum with one sampled unit adds to the variance, where it is no census of its stratum.

    ``REFUSE``: nothing is computed. ``CERTAINTY``: nothing is added, as if the unit had been sure to be
    drawn; too small. ``CENTRE``: its distance from the mean of all strata is added; mostly too large.
    ``AVERAGE``: it adds what the other strata add on average.
    """

    REFUSE = "refuse"
    CERTAINTY = "certainty"
    CENTRE = "centre"
    AVERAGE = "average"


class Adjustment(Protocol):
    """What weights adjusted to known totals do to the variance."""

    def residual(self, influence: Floats) -> Floats:
        """What known totals do not explain of weighted influence values of shape (n, k)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """A sample with its weights. Made by :func:`make_design`, changed only into new ones.

    Attributes
    ----------
    weights
        Shape (n,): how many of the population each row stands for; 0 outside the domain.
    base_weights
        Shape (n,): the weights before any adjustment to known totals.
    stages
        From the first stage down; at least one.
    single_unit
        What strata with one sampled unit add.
    adjustments
        In the order in which weights were adjusted.
    active
        Shape (n,): which rows are in the domain; None: all.
    history
        What was done to the weights, in words for the record: ``("rake",)``.
    """

    weights: Floats
    base_weights: Floats
    stages: tuple[Stage, ...]
    single_unit: SingleUnit = SingleUnit.REFUSE
    adjustments: tuple[Adjustment, ...] = ()
    active: Mask | None = None
    history: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def n(self) -> int:
        """Number of rows in the domain."""
        return len(self.weights) if self.active is None else int(np.count_nonzero(self.active))

    @property
    def population(self) -> float:
        """Sum of the weights in the domain."""
        return float(self.weights.sum())

    @property
    def df(self) -> int:
        """Degrees of freedom: first-stage units less strata, counting those with a row in the domain."""
        first = self.stages[0]
        if self.active is None:
            return first.n_units - first.strata.size
        units = np.zeros(first.n_units, dtype=bool)
        units[first.units[self.active]] = True
        strata = np.zeros(first.strata.size, dtype=bool)
        strata[first.unit_stratum[units]] = True
        return int(units.sum()) - int(strata.sum())

    def where(self, mask: npt.ArrayLike) -> Design:
        """The same sample, estimating for a domain: rows outside count as 0 and stay in the variance.

        Parameters
        ----------
        mask
            Shape (n,) of booleans.

        Raises
        ------
        SurveyError
            ``length`` if the mask has not one value per row, ``mask-not-boolean`` if they are not booleans.
        """
        chosen = np.asarray(mask)
        if chosen.dtype != np.bool_:
            raise SurveyError("mask-not-boolean", "a domain is one True or False per row", parameter="mask")
        check_length(chosen, len(self), "mask")
        active = chosen if self.active is None else chosen & self.active
        return replace(self, weights=np.where(active, self.weights, 0.0), active=active)

    def adjusted(self, weights: Floats, adjustment: Adjustment | None, *, note: str) -> Design:
        """The same sample with other weights; ``adjustment`` tells what they do to the variance."""
        more = () if adjustment is None else (adjustment,)
        return replace(
            self,
            weights=weights,
            adjustments=self.adjustments + more,
            history=(*self.history, note),
        )


def make_design(
    *,
    weights: npt.ArrayLike | None = None,
    strata: Labels | Sequence[Labels | None] | None = None,
    clusters: Labels | Sequence[Labels | None] | None = None,
    fpc: Size | Sequence[Size | None] | None = None,
    nest: bool = False,
    single_unit: SingleUnit | str = SingleUnit.REFUSE,
    rows: int | None = None,
) -> Design:
    """Describe how a sample was drawn.

    Parameters
    ----------
    weights
        Shape (n,): inverse of the probability of each row, above 0; one number: the same for all. None: made
        from ``fpc``, which must then be given at every stage.
    strata
        Labels, shape (n,); a sequence of them, one per stage, for several stages (None: that stage has none).
    clusters
        Labels of the sampled units, likewise; None: every row is a unit. Below the first stage a label means
        a unit within its cluster.
    fpc
        Finite population correction, one per stage: units in the population of each row's stratum (or, if
        none is above 1, the fraction that was drawn), shape (n,), one number for all, or a mapping from
        stratum to number. None: drawn with replacement, or from so many that it does not matter. What lies
        below a stage without it adds nothing that is not already counted.
    nest
        Labels of clusters are used again in each stratum.
    single_unit
        What a stratum with one sampled unit adds to the variance, see :class:`SingleUnit`.
    rows
        Number of rows, where nothing else tells it.

    Returns
    -------
    Design

    Raises
    ------
    SurveyError
        ``rows-none``, ``rows-too-few`` (one row), ``rows-unknown``, ``not-whole`` (``rows``),
        ``weights-not-numbers``, ``weights-not-positive``, ``weights-out-of-range``, ``weights-missing``,
        ``length``, ``shape``, ``labels-missing``, ``cluster-in-two-strata``, ``fpc-not-numbers``,
        ``fpc-not-positive``, ``fpc-missing``, ``fpc-varies``, ``fpc-too-small``, ``strata-empty``,
        ``choice``, ``single-unit``. Rows and groups are named.

    Examples
    --------
    >>> design = make_design(weights=[10, 10, 20, 20], strata=["north", "north", "south", "south"])
    >>> design.n, design.df, design.population
    (4, 2, 60.0)
    """
    choice = chosen(SingleUnit, single_unit, "single_unit")
    n = whole(_rows(weights, strata, clusters, fpc, rows), 0, "rows")
    if n == 0:
        raise SurveyError("rows-none", "the survey has no rows")
    if n == 1:
        raise SurveyError(
            "rows-too-few", "the survey has one row: it takes at least two to tell how much answers differ"
        )
    columns = _per_stage(clusters)
    stages = make_stages(_per_stage(strata), columns, _sizes(fpc, len(columns), n), rows=n, nest=nest)
    if choice is SingleUnit.REFUSE:
        _refuse_single(stages)
    given = _from_stages(stages) if weights is None else _checked(weights, n)
    return Design(weights=given, base_weights=given, stages=stages, single_unit=choice)


def check_length(values: npt.NDArray[Any], rows: int, parameter: str) -> None:
    """Refuse an array that has not one value per row."""
    if values.ndim != 1 or len(values) != rows:
        raise SurveyError(
            "length",
            f"{parameter} has shape {values.shape}, but there are {rows} rows: give one value per row",
            parameter=parameter,
            found=values.shape,
            expected=rows,
        )


def refuse_too_large(values: Floats, gaps: Mask | None, active: Mask | None, parameter: str) -> None:
    """Refuse numbers of shape (n,) or (n, k) whose squares, times weights, are no numbers any more."""
    if values.size == 0 or (
        np.fmin.reduce(values, axis=None) >= -_LARGEST and np.fmax.reduce(values, axis=None) <= _LARGEST
    ):
        return
    wrong: Mask = np.asarray((np.abs(values.reshape(len(values), -1)) > _LARGEST).any(axis=1))
    wrong &= True if active is None else active
    wrong &= True if gaps is None else ~gaps
    if wrong.any():
        rows = rows_where(wrong)
        raise SurveyError(
            "values-too-large",
            f"{parameter} in row {listed(rows)} is beyond {_LARGEST:g}: mend it, or use a larger unit",
            parameter=parameter,
            rows=rows,
        )


def _per_stage(given: Any) -> list[Any]:
    """One entry per stage: a sequence of arrays has several, an array or a list of labels is one."""
    if given is None:
        return []
    if isinstance(given, tuple | list) and given and all(_is_column(one) for one in given):
        return list(given)
    return [given]


def _sizes(fpc: Any, stages: int, rows: int) -> list[Any]:
    """One entry per stage; several numbers are one for each stage unless there is one for each row."""
    several = isinstance(fpc, tuple | list) and len(fpc) != rows
    if several and (len(fpc) == stages or any(isinstance(one, Mapping | np.ndarray) for one in fpc)):
        return list(fpc)
    return _per_stage(fpc)


def _is_column(one: object) -> bool:
    if one is None or isinstance(one, np.ndarray):
        return True
    return not isinstance(one, str) and hasattr(one, "__len__")


def _rows(weights: Any, strata: Any, clusters: Any, fpc: Any, rows: int | None) -> int:
    if rows is not None:
        return rows
    columns = [weights, *_per_stage(strata), *_per_stage(clusters), *_per_stage(fpc)]
    for one in columns:
        if one is not None and not isinstance(one, dict) and hasattr(one, "__len__"):
            return len(one)
    raise SurveyError("rows-unknown", "give weights, strata or clusters of each row, or the number of rows")


def _checked(weights: npt.ArrayLike, rows: int) -> Floats:
    try:
        given = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError):
        raise SurveyError(
            "weights-not-numbers", "weights must be numbers, one per row", parameter="weights"
        ) from None
    if given.ndim == 0:
        given = np.full(rows, given)
    check_length(given, rows, "weights")
    wrong = ~((given > 0) & np.isfinite(given))
    if wrong.any():
        numbers = rows_where(wrong)
        raise SurveyError(
            "weights-not-positive",
            f"the weight in row {listed(numbers)} is not a number above 0: a row stands for at least itself;"
            " leave out rows that were not sampled",
            parameter="weights",
            rows=numbers,
        )
    beyond = (given > _LARGEST) | (given < 1 / _LARGEST)
    if beyond.any():
        numbers = rows_where(beyond)
        raise SurveyError(
            "weights-out-of-range",
            f"the weight in row {listed(numbers)} is one that no survey has: give weights between"
            f" {1 / _LARGEST:g} and {_LARGEST:g}",
            parameter="weights",
            rows=numbers,
        )
    return given


def _from_stages(stages: tuple[Stage, ...]) -> Floats:
    product = np.ones(len(stages[0].units))
    for stage in stages:
        if not np.isfinite(stage.population).all():
            raise SurveyError(
                "weights-missing",
                "weights are needed: they follow from fpc only where it is given at every stage",
                parameter="weights",
            )
        product = product * (stage.population / stage.sampled)[stage.strata.codes]
    return product


def _refuse_single(stages: tuple[Stage, ...]) -> None:
    for number, stage in enumerate(counted(stages), start=1):
        alone = stage.is_single
        if alone.any():
            groups = [stage.strata.names[place] for place in np.flatnonzero(alone)]
            choices = ", ".join(choice for choice in SingleUnit if choice is not SingleUnit.REFUSE)
            where = f"stratum {listed(groups)}"
            if number > 1:
                where = f"a stratum at stage {number}, in the unit of row {listed(one[1] for one in groups)}"
            raise SurveyError(
                "single-unit",
                f"only one unit was sampled in {where}: join it with a like stratum, or"
                f" choose with single_unit what it adds to the variance ({choices})",
                groups=groups,
            )


def counted(stages: Sequence[Stage]) -> Sequence[Stage]:
    """The stages that add to the variance: down to the first that was drawn with replacement throughout."""
    found = []
    for stage in stages:
        found.append(stage)
        if not np.isfinite(stage.population).any():
            break
    return found
