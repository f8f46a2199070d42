"""Sampling variances of areas, smoothed: what the areas have in common instead of what each shows by chance.

References
----------
Wolter, K. M. (2007). Introduction to Variance Estimation, second edition. Springer, chapter 7 (generalised
variance functions).

Rao, J. N. K. and Molina, I. (2015). Small Area Estimation, second edition. Wiley, section 6.4.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ..checking import numbers
from ..errors import SurveyError, listed

__all__ = ["Smoothing", "smooth_variances"]

Array = npt.NDArray[np.float64]


class Smoothing(StrEnum):
    """How sampling variances are smoothed over areas.

    ``POOLED``: one variance of a single answer, design included, divided by each area's number of answers.
    ``DESIGN_EFFECT``: one design effect times p(1-p)/n with each area's own share.
    ``LOG_LINEAR``: the logarithm of the variance as a line in the logarithm of the number of answers.
    """

    POOLED = "pooled"
    DESIGN_EFFECT = "design-effect"
    LOG_LINEAR = "log-linear"


def smooth_variances(
    variances: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    kind: Smoothing | str = Smoothing.POOLED,
    shares: npt.ArrayLike | None = None,
    areas: Sequence[str] | None = None,
) -> Array:
    """Smooth the sampling variances of areas by a generalised variance function.

    Parameters
    ----------
    variances
        array_like (m,). As the design gave them; 0 or NaN where it could not (one cluster, all alike).
    n
        array_like (m,). Numbers of answers; NaN or 0 for an area without sample.
    kind
        See :class:`Smoothing`.
    shares
        array_like (m,). Shares between 0 and 1, for ``"design-effect"`` only.
    areas
        Labels for messages.

    Returns
    -------
    ndarray (m,)
        Positive; NaN for an area without sample.

    Raises
    ------
    SurveyError
        If shapes do not fit, a number is negative, no area has a variance, or shares are missing or 0 or 1.

    Notes
    -----
    Areas are weighted by ``n``, since a variance from more answers rests on more clusters. Zero variances
    stay in where a mean is taken, since leaving out the low ones would raise it. The log-linear form cannot
    hold them; it is scaled to keep the sum of the positive ones, which taking logarithms would lower.
    """
    v, counts, labels = _checked(variances, n, areas)
    chosen = _kind(kind)
    sampled = counts > 0
    known = sampled & np.isfinite(v)
    if not (v[known] > 0).any():
        raise SurveyError(
            "no-variance",
            "variances holds no positive one among the sampled areas; give at least one area's variance",
        )
    found = np.full(v.size, np.nan)
    if chosen is Smoothing.LOG_LINEAR:
        found[sampled] = _log_linear(v, counts, known, sampled)
    else:
        unit = _unit_variance(chosen, shares, sampled, labels)
        # Mean of n·v/unit, weighted by n: the design effect where unit is p(1-p).
        factor = float(np.sum(counts[known] ** 2 * v[known] / unit[known]) / np.sum(counts[known]))
        found[sampled] = factor * unit[sampled] / counts[sampled]
    return found


def _kind(kind: Smoothing | str) -> Smoothing:
    try:
        return Smoothing(kind)
    except ValueError:
        known = ", ".join(repr(str(one)) for one in Smoothing)
        raise SurveyError(
            "smoothing-unknown", f"smoothing is {kind!r}; give one of {known}", kind=str(kind)
        ) from None


def _checked(
    variances: npt.ArrayLike, n: npt.ArrayLike, areas: Sequence[str] | None
) -> tuple[Array, Array, tuple[str, ...]]:
    v, counts = numbers(variances, "variances"), numbers(n, "n")
    if v.ndim != 1 or v.shape != counts.shape or (areas is not None and len(areas) != v.size):
        raise SurveyError(
            "area-shape",
            f"variances has the shape {v.shape}, n {counts.shape}; give one number of each for every area",
            name="variances",
            shape=v.shape,
        )
    labels = tuple(str(i + 1) for i in range(v.size)) if areas is None else tuple(areas)
    counts[np.isnan(counts)] = 0
    for name, wrong in (
        ("n", (counts < 0) | np.isinf(counts)),
        ("variances", (counts > 0) & ((v < 0) | np.isinf(v))),
    ):
        groups = [labels[i] for i in np.flatnonzero(wrong)]
        if groups:
            raise SurveyError(
                "area-number-wrong",
                f"{name} of the areas {listed(groups)} is negative or infinite",
                name=name,
                groups=groups,
            )
    return v, counts, labels


def _unit_variance(
    kind: Smoothing, shares: npt.ArrayLike | None, sampled: npt.NDArray[np.bool_], labels: tuple[str, ...]
) -> Array:
    if kind is Smoothing.POOLED:
        return np.ones(sampled.size)
    p = np.full(sampled.size, np.nan) if shares is None else numbers(shares, "shares")
    wrong = [labels[i] for i in np.flatnonzero(sampled & ~((p > 0) & (p < 1)))]
    if wrong:
        raise SurveyError(
            "share-out-of-range",
            f"shares of the areas {listed(wrong)} do not lie between 0 and 1; use smoothing 'pooled', which "
            "needs none",
            groups=wrong,
        )
    return np.asarray(p * (1 - p))


def _log_linear(
    v: Array, counts: Array, known: npt.NDArray[np.bool_], sampled: npt.NDArray[np.bool_]
) -> Array:
    used = known & (v > 0)
    sizes = np.log(counts[used])
    if np.unique(sizes).size < 2 or used.sum() < 3:
        raise SurveyError(
            "too-few-areas",
            f"{int(used.sum())} areas with a positive variance and {np.unique(sizes).size} different numbers "
            "of answers cannot fit a line; use smoothing 'pooled'",
            areas=int(used.sum()),
            coefficients=2,
        )
    slope, constant = np.polyfit(sizes, np.log(v[used]), 1)
    line = np.exp(constant + slope * np.log(np.where(sampled, counts, 1.0)))
    return np.asarray(line[sampled] * (v[used].sum() / line[used].sum()))
