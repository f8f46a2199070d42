"""Estimates of areas made to agree with the estimate of the whole city.

The wards' estimates under a model, weighted by population, do not add up to the city's own estimate, which is
surer than any of them. Readers do add up; therefore the wards' are moved, and by how much is reported.

References
----------
Wang, J., Fuller, W. A. and Qu, Y. (2008). Small area estimation under a restriction. Survey Methodology 34,
29-36.

Bell, W. R., Datta, G. S. and Ghosh, M. (2013). Benchmarking small area estimators. Biometrika 100, 189-202.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ..checking import LARGEST, in_order, is_number, numbers
from ..errors import SurveyError, listed

__all__ = ["Benchmark", "Benchmarked", "benchmark_areas"]

Array = npt.NDArray[np.float64]


class Benchmark(StrEnum):
    """How the difference is shared out.

    ``RATIO``: every estimate times one factor. ``DIFFERENCE``: every estimate plus one number.
    ``UNSURE``: the less sure an estimate, the more it moves: the least sum of squares in units of its error.
    """

    RATIO = "ratio"
    DIFFERENCE = "difference"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Benchmarked:
    """Estimates that add up.

    Parameters
    ----------
    value
        (m,) moved estimates.
    moved
        (m,) by how much, ``value`` minus what was given.
    difference
        The whole's estimate minus the weighted mean before.
    outside
        Labels of the areas that were moved out of ``bounds``; their number stands as computed.
    """

    value: Array
    moved: Array
    difference: float
    kind: Benchmark
    outside: tuple[str, ...] = ()


def benchmark_areas(
    estimates: npt.ArrayLike,
    weights: npt.ArrayLike,
    whole: float,
    *,
    kind: Benchmark | str = Benchmark.DIFFERENCE,
    mse: npt.ArrayLike | None = None,
    areas: Sequence[str] | None = None,
    bounds: tuple[float, float] | None = None,
) -> Benchmarked:
    """Move estimates of areas so that their weighted mean is the estimate of the whole.

    Parameters
    ----------
    estimates
        array_like (m,).
    weights
        array_like (m,), not negative: each area's part of the whole, such as its population. Scaled to 1.
    whole
        The estimate of the whole.
    kind
        See :class:`Benchmark`.
    mse
        array_like (m,), positive; for ``"unsure"`` only.
    areas
        Labels for messages and results.
    bounds
        Where values should lie, such as 0 and 1.

    Returns
    -------
    Benchmarked

    Raises
    ------
    SurveyError
        If shapes do not fit, a number is not finite or negative where it must not be, ``mse`` is missing, or
        a ratio is asked of estimates whose mean is 0.

    Notes
    -----
    With w summing to 1, ``value = estimate + d·(whole - Σ w estimate)`` and Σ w d = 1: d is 1 for a
    difference, estimate/Σ w estimate for a ratio, and w·mse/Σ w²·mse for ``"unsure"``, which minimises
    Σ moved²/mse. The mean squared error of a benchmarked estimate is a little larger than that of the best
    predictor; it is not computed here.

    Examples
    --------
    >>> found = benchmark_areas([0.4, 0.6], [1000, 3000], 0.58)
    >>> [round(float(one), 3) for one in found.value]
    [0.43, 0.63]
    """
    values, w, labels = _checked(estimates, weights, whole, areas)
    chosen = _kind(kind)
    mean = float(w @ values)
    direction = _direction(chosen, values, w, mean, mse, labels)
    moved = direction * (whole - mean)
    value = values + moved
    if bounds is not None:
        in_order(bounds, "bounds")
    outside = () if bounds is None else _outside(value, bounds, labels)
    return Benchmarked(value=value, moved=moved, difference=whole - mean, kind=chosen, outside=outside)


def _outside(value: Array, bounds: tuple[float, float], labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(labels[i] for i in np.flatnonzero((value < bounds[0]) | (value > bounds[1])))


def _kind(kind: Benchmark | str) -> Benchmark:
    try:
        return Benchmark(kind)
    except ValueError:
        known = ", ".join(repr(str(one)) for one in Benchmark)
        raise SurveyError(
            "benchmark-unknown", f"kind is {kind!r}; give one of {known}", kind=str(kind)
        ) from None


def _direction(
    kind: Benchmark, values: Array, w: Array, mean: float, mse: npt.ArrayLike | None, labels: tuple[str, ...]
) -> Array:
    if kind is Benchmark.DIFFERENCE:
        return np.ones(values.size)
    if kind is Benchmark.RATIO:
        if mean == 0:
            raise SurveyError(
                "benchmark-mean-zero",
                "the weighted mean of the estimates is 0 and no ratio can move it; use kind 'difference'",
            )
        return values / mean
    errors = np.full(values.size, np.nan) if mse is None else numbers(mse, "mse")
    if errors.shape != values.shape:
        raise SurveyError(
            "area-shape",
            f"mse has the shape {errors.shape}, not {values.shape}",
            name="mse",
            shape=errors.shape,
        )
    wrong = [labels[i] for i in np.flatnonzero(~((errors > 0) & np.isfinite(errors)))]
    if wrong:
        raise SurveyError(
            "area-number-wrong",
            f"mse of the areas {listed(wrong)} is not positive and finite; kind 'unsure' needs it",
            name="mse",
            groups=wrong,
        )
    return np.asarray(w * errors / float(np.sum(w**2 * errors)))


def _checked(
    estimates: npt.ArrayLike, weights: npt.ArrayLike, whole: float, areas: Sequence[str] | None
) -> tuple[Array, Array, tuple[str, ...]]:
    values, w = numbers(estimates, "estimates"), numbers(weights, "weights")
    if values.ndim != 1 or values.size == 0 or values.shape != w.shape:
        raise SurveyError(
            "area-shape",
            f"estimates has the shape {values.shape}, weights {w.shape}; give one of each for every area",
            name="weights",
            shape=w.shape,
        )
    labels = tuple(str(i + 1) for i in range(values.size)) if areas is None else tuple(areas)
    if len(labels) != values.size:
        raise SurveyError(
            "areas-length",
            f"areas has {len(labels)} labels for {values.size} estimates; give one for each",
            given=len(labels),
            needed=values.size,
        )
    for name, bad in (
        ("estimates", ~np.isfinite(values)),
        ("weights", ~(np.isfinite(w) & (w >= 0))),
    ):
        wrong = [labels[i] for i in np.flatnonzero(bad)]
        if wrong:
            raise SurveyError(
                "area-number-wrong",
                f"{name} of the areas {listed(wrong)} is missing, infinite or negative",
                name=name,
                groups=wrong,
            )
    if not w.sum() > 0:
        raise SurveyError("weights-sum-zero", "weights add up to 0; give each area's population")
    if not (is_number(whole) and abs(whole) <= LARGEST):
        raise SurveyError("area-number-wrong", f"whole is {whole}; give a finite number", name="whole")
    return values, w / w.sum(), labels
