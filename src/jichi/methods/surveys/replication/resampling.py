"""By what each replicate of a bootstrap multiplies the weights of the sampled units.

References
----------
Rao, J. N. K. and Wu, C. F. J. (1988). Resampling inference with complex survey data. Journal of the American
Statistical Association 83, 231-241.

Canty, A. J. and Davison, A. C. (1999). Resampling-based variance estimation for labour force surveys. The
Statistician 48, 379-391.

Preston, J. (2009). Rescaled bootstrap for stratified multistage sampling. Survey Methodology 35, 227-234.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ..designs.design import Design, counted
from ..designs.stages import Stage
from ..weighting.stacks import Factor

__all__ = ["Bootstrap", "multipliers"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

_BLOCK = 4_000_000  # random numbers drawn at a time
_ENDLESS = 1e8


class Bootstrap(StrEnum):
    """Which bootstrap.

    ``RAO_WU``: one unit fewer than was sampled is drawn with replacement in each stratum, and rescaled for
    the finite population. ``SUBBOOTSTRAP``: the same without the finite population, as R's.
    ``CANTY_DAVISON``: as many units as were sampled, from a population made of copies of them where its size
    is known; R calls it ``bootstrap``. ``MRB``: half of the units without replacement, rescaled, at every
    stage; R's ``mrbbootstrap``.
    """

    RAO_WU = "rao-wu"
    CANTY_DAVISON = "canty-davison"
    SUBBOOTSTRAP = "subbootstrap"
    MRB = "mrb"


def multipliers(design: Design, kind: Bootstrap, replicates: int, rng: np.random.Generator) -> Factor:
    """Multipliers of rows in each replicate, by sampled unit."""
    if kind is Bootstrap.MRB:
        return _half_samples(design, replicates, rng)
    first = design.stages[0]
    if kind is Bootstrap.CANTY_DAVISON:
        return Factor(table=_canty_davison(first, replicates, rng), codes=first.units)
    table = _rao_wu(first, replicates, rng, limited=kind is Bootstrap.RAO_WU)
    return Factor(table=table, codes=first.units)


def _rao_wu(first: Stage, replicates: int, rng: np.random.Generator, *, limited: bool) -> Floats:
    """One draw fewer than units, rescaled; a stratum with one unit stays as it is."""
    sampled = first.sampled.astype(np.float64)
    table = _drawn(first, first.sampled - 1, replicates, rng)
    stretch = np.divide(sampled, sampled - 1, out=np.zeros_like(sampled), where=sampled > 1)
    table *= stretch[first.unit_stratum, np.newaxis]
    lengths = np.sqrt(np.maximum(first.fraction_left, 0.0)) if limited else np.ones_like(sampled)
    lengths = np.where(sampled > 1, lengths, 0.0)[first.unit_stratum, np.newaxis]
    table -= 1
    table *= lengths
    table += 1
    return table


def _canty_davison(first: Stage, replicates: int, rng: np.random.Generator) -> Floats:
    """As many draws as units: with replacement, or out of copies that make up a finite population."""
    # Of so many copies a draw with replacement is the same to all digits that replicates can show.
    finite = first.population < _ENDLESS
    table = _drawn(first, np.where(finite, 0, first.sampled), replicates, rng)
    for stratum in np.flatnonzero(finite):
        units = np.flatnonzero(first.unit_stratum == stratum)
        size = round(float(first.population[stratum]))
        table[units] = _of_copies(len(units), size, replicates, rng)
    return table


def _of_copies(units: int, size: int, replicates: int, rng: np.random.Generator) -> Floats:
    """Shape (units, replicates): drawn without replacement from a population of copies of the units.

    Where the population is no multiple of the sample, some units, new ones in each replicate, have one copy
    more. Those of the draws that hit these copies hit units at random; the others, the even copies.
    """
    copies, more = divmod(size, units)
    hits = rng.hypergeometric(more, size - more, units, size=replicates)
    rank = np.argsort(rng.random((units, replicates)), axis=0)
    times = (rank < hits).astype(np.float64)
    even = np.full(units, copies)
    for hit in np.unique(hits):
        alike = np.flatnonzero(hits == hit)
        times[:, alike] += rng.multivariate_hypergeometric(even, units - int(hit), size=len(alike)).T
    return times


def _drawn(first: Stage, draws: Codes, replicates: int, rng: np.random.Generator) -> Floats:
    """Shape (units, replicates): how often each unit is drawn with replacement in its stratum."""
    table = np.zeros((first.n_units, replicates))
    order = np.argsort(first.unit_stratum, kind="stable")
    starts = np.concatenate([[0], np.cumsum(first.sampled)])[:-1]
    step = max(1, _BLOCK // max(first.n_units, 1))
    for size, count in sorted({*zip(first.sampled.tolist(), draws.tolist(), strict=True)}):
        # Strata that are alike are drawn at once: there may be thousands of them.
        alike = np.flatnonzero((first.sampled == size) & (draws == count))
        units = order[starts[alike][:, np.newaxis] + np.arange(size)]
        for start in range(0, replicates, step):
            some = min(step, replicates - start)
            place = rng.integers(0, size, (len(alike), count, some))
            place += (np.arange(len(alike)) * size)[:, np.newaxis, np.newaxis]
            place *= some
            place += np.arange(some)
            times = np.bincount(place.ravel(), minlength=units.size * some)
            table[units.ravel(), start : start + some] = times.reshape(units.size, some)
    return table


def _half_samples(design: Design, replicates: int, rng: np.random.Generator) -> Factor:
    """Half of the units of every stratum without replacement, stage by stage (Preston, section 3)."""
    stages = counted(design.stages)
    above = np.ones((1, replicates))
    carried = np.ones((1, replicates))
    drawn = np.ones(1)
    for stage in stages:
        sampled = stage.sampled.astype(np.float64)
        half = stage.sampled // 2
        share = sampled / stage.population
        cumulated = drawn[stage.parent]
        length = np.sqrt(cumulated * half * np.maximum(1 - share, 0.0) / np.maximum(sampled - half, 1.0))
        stretch = np.divide(sampled, half, out=np.zeros_like(sampled), where=half > 0)
        kept = _chosen_halves(stage, half, replicates, rng)
        parent = stage.parent[stage.unit_stratum]
        own = length[stage.unit_stratum, np.newaxis] * (stretch[stage.unit_stratum, np.newaxis] * kept - 1)
        above = above[parent] + carried[parent] * np.where(half[stage.unit_stratum, np.newaxis] > 0, own, 0.0)
        carried = carried[parent] * np.sqrt(stretch)[stage.unit_stratum, np.newaxis] * kept
        drawn = (cumulated * share)[stage.unit_stratum]
    return Factor(table=above, codes=stages[-1].units)


def _chosen_halves(
    stage: Stage, half: Codes, replicates: int, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Shape (units, replicates): the units with the smallest of random keys in their stratum."""
    keys = rng.random((stage.n_units, replicates))
    order = np.argsort(keys + stage.unit_stratum[:, np.newaxis], axis=0)
    starts = np.concatenate([[0], np.cumsum(stage.sampled)])[:-1]
    strata = np.sort(stage.unit_stratum)
    first_half = np.arange(stage.n_units) - starts[strata] < half[strata]
    kept = np.zeros(keys.shape, dtype=bool)
    np.put_along_axis(kept, order, np.broadcast_to(first_half[:, np.newaxis], keys.shape), axis=0)
    return kept
