"""Values cut back to bounds, their sum kept by what the others get."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["cut_back", "trimmed_factors"]

Floats = npt.NDArray[np.float64]

_ROUNDING = 1e-12


def cut_back(weights: Floats, low: float, high: float) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Weights cut to bounds once, what is lost spread evenly over the others; and which were cut.

    Where all are cut, those at the other bound have room for it. A weight that differs from a bound by
    rounding alone is not outside.
    """
    outside = (weights < low * (1 - _ROUNDING)) | (weights > high * (1 + _ROUNDING))
    cut = np.where(outside, np.clip(weights, low, high), weights)
    lost = float((weights - cut).sum())
    takers = ~outside if not outside.all() else (cut < high if lost > 0 else cut > low)
    return np.where(takers, cut + lost / max(int(np.count_nonzero(takers)), 1), cut), outside


def trimmed_factors(factors: Floats, weights: Floats, bounds: tuple[float, float]) -> Floats:
    """Factors cut to bounds, what the weights lose given to the others as one amount of factor."""
    outside = (factors < bounds[0]) | (factors > bounds[1])
    cut: Floats = np.clip(factors, *bounds)
    inside = float(weights[~outside].sum())
    if inside != 0:
        share = float(((factors - cut) * weights).sum()) / inside
        cut = np.where(outside, cut, cut + share)
    return cut
