"""The jackknife: the survey without one of its first-stage units at a time.

References
----------
Wolter, K. M. (2007). Introduction to Variance Estimation, second edition. Springer, chapter 4.

Rust, K. F. and Rao, J. N. K. (1996). Variance estimation for complex surveys using replication techniques.
Statistical Methods in Medical Research 5, 283-310.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..designs.design import Design, SingleUnit
from ..designs.stages import Stage
from ..errors import SurveyError
from ..weighting.stacks import Factor
from .replicates import Replicates, readjusted

__all__ = ["jackknife"]

Floats = npt.NDArray[np.float64]

_MOST_UNITS = 5_000


def jackknife(
    design: Design, *, mse: bool = False, adjust: bool = True, df: float | None = None
) -> Replicates:
    """Replicates that leave out one first-stage unit each; the others of its stratum stand in for it.

    Parameters
    ----------
    design
        The sample. Strata with one unit follow its ``single_unit``; strata that were sampled whole give no
        replicates.
    mse
        Deviations are from the full estimate; else from the mean over replicates.
    adjust
        Post-stratify, rake or calibrate every replicate again where the design was.
    df
        Degrees of freedom other than the design's.

    Returns
    -------
    Replicates

    Raises
    ------
    SurveyError
        ``census`` if nothing is left to chance, ``single-unit-all`` if one unit was sampled in all,
        ``replicates-too-many`` beyond 5,000 units; ``replicate-group-empty`` and the like where a replicate
        cannot be adjusted.

    Notes
    -----
    A replicate without a unit of stratum h multiplies the stratum's other units by
    :math:`n_h / (n_h - 1)`, and its square counts :math:`(1 - n_h / N_h) (n_h - 1) / n_h`. In a sample
    without strata this is JK1, else JKn. What was drawn below the first stage is in the variance as far as
    the first stage was drawn with replacement.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[2.0, 2.0, 2.0])
    >>> jackknife(design).weights.tolist()
    [[0.0, 3.0, 3.0], [3.0, 0.0, 3.0], [3.0, 3.0, 0.0]]
    """
    first = design.stages[0]
    if first.n_units > _MOST_UNITS:
        raise SurveyError(
            "replicates-too-many",
            f"the jackknife takes one replicate for each of {first.n_units} units, too many to keep: use the"
            " bootstrap or the linearised variance",
            units=first.n_units,
        )
    left_out, scales, scale = _left_out(first, design.single_unit)
    table = _multipliers(first, left_out, design.single_unit)
    size = table.shape[1]
    return Replicates(
        design=design,
        stack=readjusted(design, Factor(table=table, codes=first.units), size, adjust=adjust),
        scale=scale,
        rscales=scales,
        mse=mse,
        df=float(design.df if df is None else df),
        method="jackknife",
        notes=_notes(design),
    )


def _left_out(first: Stage, choice: SingleUnit) -> tuple[npt.NDArray[np.int64], Floats, float]:
    """The units to leave out, what the square of each replicate counts, and what all count."""
    fraction = first.fraction_left
    counted = (fraction > 0) & ~(first.is_single & (choice is not SingleUnit.CENTRE))
    units = np.flatnonzero(counted[first.unit_stratum])
    if units.size == 0:
        raise SurveyError(
            "census", "every stratum was sampled whole, or has one unit: no replicate tells of any chance"
        )
    strata = first.strata.size
    if strata == 1 and first.is_single.any():
        raise SurveyError(
            "single-unit-all", "only one unit was sampled: there is no other to tell how much they differ"
        )
    sampled = first.sampled.astype(np.float64)
    of_stratum = fraction * (sampled - 1) / sampled
    # A lone unit that is centred stands against all strata, each of which counts as one unit.
    of_stratum[first.is_single] = (strata - 1) / strata
    scale = 1.0
    if choice is SingleUnit.AVERAGE and first.is_single.any():
        scale = first.n_units / units.size
    return units, of_stratum[first.unit_stratum[units]], scale


def _multipliers(first: Stage, left_out: npt.NDArray[np.int64], choice: SingleUnit) -> Floats:
    """Shape (units, replicates)."""
    strata = first.unit_stratum[left_out]
    sampled = first.sampled[strata].astype(np.float64)
    alone = first.is_single[strata]
    shares = np.divide(sampled, sampled - 1, out=np.ones_like(sampled), where=~alone)
    table = np.ones((first.n_units, len(left_out)))
    same = first.unit_stratum[:, np.newaxis] == strata
    np.copyto(table, np.broadcast_to(shares, table.shape), where=same)
    if alone.any():
        others = first.strata.size / (first.strata.size - 1)
        table[:, alone] = np.where(same[:, alone], 0.0, others)
    table[left_out, np.arange(len(left_out))] = 0.0
    return table


def _notes(design: Design) -> tuple[str, ...]:
    """Whether a stage is left out that the linearised variance would count."""
    first = design.stages[0]
    below = len(design.stages) > 1 and bool(np.isfinite(first.population).all())
    return ("later-stages-left-out",) if below else ()
