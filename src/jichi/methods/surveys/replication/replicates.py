"""Replicate weights: the survey drawn again in many ways, each with its own weights.

What is estimated under each replicate, and how far that scatters, gives the variance of any statistic,
without a formula of its own.

References
----------
Wolter, K. M. (2007). Introduction to Variance Estimation, second edition. Springer, chapters 3-5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

from ..checking import is_number, number, numbers
from ..designs.design import Adjustment, Design, make_design
from ..errors import SurveyError, listed
from ..weighting.stacks import Factor, Stack

__all__ = ["Replicates", "from_weights", "readjusted"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_NEGLIGIBLE = 1e-5


class Repeatable(Protocol):
    """An adjustment that can be made again in every replicate."""

    before: Floats
    after: Floats

    def again(self, stack: Stack) -> Stack:
        """The same totals met in every replicate."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replicates:
    """A sample with replicate weights.

    Attributes
    ----------
    design
        The sample with its full weights.
    stack
        The replicate weights, kept as products of small tables; :attr:`weights` writes them out.
    scale, rscales
        The variance is ``scale`` times the sum over replicates of ``rscales``, shape (R,), times the square
        of the deviation.
    mse
        Deviations are from the estimate under the full weights; else from the mean over replicates.
    df
        Degrees of freedom.
    method
        How the replicates were made: ``"jackknife"``, ``"bootstrap-rao-wu"`` …
    seed
        What the random numbers were started with, for the record; None where there were none.
    notes
        Codes of what a reader must know: ``later-stages-left-out``, ``correction-left-out``,
        ``single-units-left-out``, ``replicates-dropped``.
    """

    design: Design
    stack: Stack
    scale: float
    rscales: Floats
    mse: bool
    df: float
    method: str
    seed: str | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return self.stack.size

    @property
    def weights(self) -> Floats:
        """Shape (n, R): the weights of each replicate; 0 outside the domain. Written out anew each time."""
        return self.stack.block(slice(0, self.stack.size))

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """Some replicates at a time, with their weights of shape (n, some): for samples that are large."""
        return self.stack.blocks()

    def totals(self, values: npt.ArrayLike) -> Floats:
        """Weighted totals under each replicate, shape (R, k), of values of shape (n, k)."""
        given = np.asarray(values, dtype=np.float64)
        given = given[:, np.newaxis] if given.ndim == 1 else given
        if len(given) != len(self.design):
            raise SurveyError(
                "length",
                f"values has {len(given)} rows, but there are {len(self.design)}: give one per row",
                parameter="values",
            )
        found = np.empty((self.stack.size, given.shape[1]))
        for chosen, weights in self.blocks():
            found[chosen] = weights.T @ given
        return found

    def where(self, mask: npt.ArrayLike) -> Replicates:
        """The same replicates, estimating for a domain. See :meth:`.design.Design.where`."""
        design = self.design.where(mask)
        inside = np.asarray(design.active, dtype=np.float64)
        return replace(
            self, design=design, stack=self.stack.times_rows(inside), df=min(self.df, float(design.df))
        )

    def follow(self, design: Design) -> Replicates:
        """The same replicates once the sample was adjusted to known totals: each is adjusted likewise.

        Parameters
        ----------
        design
            This sample's ``design``, post-stratified, raked, calibrated or trimmed.

        Raises
        ------
        SurveyError
            ``length`` if it is of another sample; ``replicate-group-empty`` and the like where a replicate
            cannot be adjusted.

        Examples
        --------
        >>> from jichi.methods.surveys.weighting.raking import poststratify
        >>> halves = from_weights([2, 2, 2], [[4, 2], [2, 4], [0, 0]], scale=0.5)
        >>> done = halves.follow(poststratify(halves.design, ["a", "a", "a"], {"a": 9}))
        >>> done.weights.tolist()
        [[6.0, 3.0], [3.0, 6.0], [0.0, 0.0]]
        """
        known = len(self.design.adjustments)
        if len(design) != len(self.design) or design.adjustments[:known] != self.design.adjustments:
            raise SurveyError("length", "the adjusted design is of another sample than the replicates")
        stack = self.stack
        for adjustment in design.adjustments[known:]:
            if _is_repeatable(adjustment):
                stack = cast(Repeatable, adjustment).again(stack)
        return replace(self, design=design, stack=stack)

    def covariance(self, values: npt.ArrayLike, full: npt.ArrayLike) -> Floats:
        r"""Covariance of estimates from how they scatter over replicates.

        Parameters
        ----------
        values
            Shape (R, k): the estimates under each replicate. Not a number where nothing can be estimated: the
            replicate is then left out for this estimate, :meth:`lost` counts how often.
        full
            Shape (k,): the estimates under the full weights.

        Returns
        -------
        ndarray
            Shape (k, k).

        Raises
        ------
        SurveyError
            ``length``; ``replicates-undefined`` if an estimate exists under no replicate.

        Notes
        -----
        :math:`V = c \sum_r c_r (t_r - t)(t_r - t)'`, where :math:`t` is the estimate under the full weights
        with ``mse``, else the mean over the replicates with :math:`c_r > 0`.
        """
        given, estimates = np.asarray(values, dtype=np.float64), np.asarray(full, dtype=np.float64)
        given = given[:, np.newaxis] if given.ndim == 1 else given
        estimates = np.atleast_1d(estimates)
        if given.shape != (self.stack.size, len(estimates)):
            raise SurveyError(
                "length",
                f"values has shape {given.shape}; give one line for each of the {self.stack.size} replicates"
                f" and one column for each of the {len(estimates)} estimates",
                parameter="values",
            )
        usable = np.isfinite(given)
        counted = usable & (self.rscales > 0)[:, np.newaxis]
        if (without := ~counted.any(axis=0)).any():
            raise SurveyError(
                "replicates-undefined",
                f"estimate {listed(np.flatnonzero(without) + 1)} exists under no replicate",
                estimates=[int(place) + 1 for place in np.flatnonzero(without)],
            )
        centre = estimates if self.mse else np.where(counted, given, 0.0).sum(axis=0) / counted.sum(axis=0)
        deviations = np.where(usable, given - centre, 0.0) * np.sqrt(self.rscales)[:, np.newaxis]
        found: Floats = self.scale * (deviations.T @ deviations)
        return found

    def lost(self, values: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Shape (k,): under how many replicates each estimate could not be made."""
        return np.asarray((~np.isfinite(np.asarray(values, dtype=np.float64))).sum(axis=0), dtype=np.int64)


def readjusted(design: Design, multipliers: Factor, replicates: int, *, adjust: bool) -> Stack:
    """Replicate weights of a design: multiplied, and brought to the known totals again.

    Parameters
    ----------
    design
        The sample. Its adjustments are made again in each replicate, in their order.
    multipliers
        By what each replicate multiplies the weights.
    replicates
        How many there are.
    adjust
        Whether to do so; else the full weights are multiplied.
    """
    adjustments = [cast(Repeatable, one) for one in design.adjustments if _is_repeatable(one)]
    if not adjust or not adjustments:
        return Stack(start=design.weights, factors=(multipliers,), size=replicates)
    start = adjustments[0].before
    if start.ndim != 1 or len(start) != len(design):
        raise SurveyError("length", "the adjustments of the design are of another sample")
    stack = Stack(start=start, factors=(multipliers,), size=replicates)
    for adjustment in adjustments:
        stack = adjustment.again(stack)
    return stack if design.active is None else stack.times_rows(design.active.astype(np.float64))


def _is_repeatable(adjustment: Adjustment) -> bool:
    return hasattr(adjustment, "again")


def from_weights(
    weights: npt.ArrayLike,
    replicate_weights: npt.ArrayLike,
    *,
    scale: float,
    rscales: npt.ArrayLike = 1.0,
    mse: bool = False,
    combined: bool = True,
    df: float | None = None,
    design: Design | None = None,
    method: str = "replicates",
) -> Replicates:
    """Replicate weights that came with the data.

    Parameters
    ----------
    weights
        Shape (n,): the full weights.
    replicate_weights
        Shape (n, R).
    scale, rscales, mse
        How deviations add up, see :class:`Replicates`; ``rscales`` is one number for all or shape (R,).
    combined
        The replicate weights hold the full weights already; else they multiply them.
    df
        Degrees of freedom; None: the rank of the replicate weights, less 1.
    design
        How the sample was drawn, where that is known.
    method
        A name for the record.

    Raises
    ------
    SurveyError
        ``length``, ``weights-not-positive``, ``weights-not-numbers``, ``too-large``, ``not-numbers``,
        ``not-a-number``, ``scale``.

    Examples
    --------
    >>> halves = from_weights([2, 2, 2], [[4, 2], [2, 4], [0, 0]], scale=0.5)
    >>> halves.covariance(halves.totals([1, 1, 1]), [6.0]).tolist()
    [[0.0]]
    """
    given = _replicate_weights(replicate_weights)
    base = make_design(weights=weights, rows=len(given)) if design is None else design
    if len(base) != len(given):
        raise SurveyError(
            "length",
            f"replicate_weights has {len(given)} rows, but there are {len(base)} weights: give one line"
            " per row",
            parameter="replicate_weights",
        )
    if design is not None:
        base = replace(design, weights=make_design(weights=weights, rows=len(given)).weights)
    size = given.shape[1]
    own = numbers(rscales, "rscales")
    scales = np.full(size, own) if own.ndim == 0 else own
    if scales.shape != (size,):
        raise SurveyError(
            "length",
            f"rscales has shape {scales.shape}, but there are {size} replicates",
            parameter="rscales",
        )
    if not (
        is_number(scale)
        and scale >= 0
        and np.isfinite(scale)
        and (scales >= 0).all()
        and np.isfinite(scales).all()
    ):
        raise SurveyError("scale", "scale and rscales are numbers of at least 0", parameter="scale")
    start = np.ones(len(given)) if combined else base.weights
    stack = Stack(start=start, factors=(Factor(table=given),), size=size)
    return Replicates(
        design=base,
        stack=stack,
        scale=float(scale),
        rscales=scales,
        mse=mse,
        df=float(_rank(stack) - 1 if df is None else number(df, "df")),
        method=method,
    )


def _replicate_weights(given: npt.ArrayLike) -> Floats:
    try:
        found = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise SurveyError(
            "weights-not-numbers",
            "replicate_weights must be numbers, one line per row and one column per replicate",
            parameter="replicate_weights",
        ) from None
    if found.ndim != 2 or 0 in found.shape:
        raise SurveyError(
            "length",
            f"replicate_weights has shape {found.shape}: give one line per row and one column per replicate",
            parameter="replicate_weights",
        )
    if not np.isfinite(found).all():
        lines = np.flatnonzero(~np.isfinite(found).all(axis=1)) + 1
        raise SurveyError(
            "weights-not-numbers",
            f"a replicate weight in row {listed(lines)} is missing",
            parameter="replicate_weights",
            rows=[int(line) for line in lines],
        )
    return found


def _rank(stack: Stack) -> int:
    """How many sets of weights are no combination of those before them, but for a hundred-thousandth."""
    products = np.zeros((stack.size, stack.size))
    step = max(1, 4_000_000 // stack.size)
    every = slice(0, stack.size)
    for first in range(0, len(stack.start), step):
        rows = _rows(stack, slice(first, first + step)).block(every)
        products += rows.T @ rows
    whole, rank = np.diag(products).copy(), 0
    for place in range(stack.size):
        if not products[place, place] > whole[place] * _NEGLIGIBLE**2:
            continue
        rank += 1
        line = products[place, place:] / np.sqrt(products[place, place])
        products[place:, place:] -= np.outer(line, line)
    return rank


def _rows(stack: Stack, chosen: slice) -> Stack:
    factors = tuple(
        Factor(table=factor.table[chosen])
        if factor.codes is None
        else Factor(table=factor.table, codes=factor.codes[chosen])
        for factor in stack.factors
    )
    return Stack(start=stack.start[chosen], factors=factors, size=stack.size)
