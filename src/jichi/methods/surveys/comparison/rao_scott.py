"""How a chi-square statistic of estimated shares is compared with chance. See :mod:`.association`."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import linalg, stats

from ..errors import SurveyError
from ..estimation.replicated import Sample, design_of, df_of, spread
from .crosstables import Grouped
from .mixtures import Tail, mixture_tail

__all__ = [
    "SINGULAR",
    "WALD",
    "Statistic",
    "cleaned",
    "compared",
    "freedom",
    "share_covariance",
    "total_covariance",
    "wald",
]

Floats = npt.NDArray[np.float64]
SINGULAR = 1e-12
_NOTHING = 1e-10


class Statistic(StrEnum):
    """How the statistic is compared with chance.

    ``F``: Rao and Scott's second-order correction, as an F (the default; holds its level best). ``CHISQ``:
    their first-order correction, one chi-square. ``WALD``: from the covariance of observed less expected
    counts; rejects too often with few clusters. ``ADJ_WALD``: the same, corrected for few clusters.
    ``LINCOM``: the exact law of the sum, its factors known with as many degrees of freedom as under ``F``.
    ``SADDLEPOINT``: the same, approximated.
    """

    F = "F"
    CHISQ = "Chisq"
    WALD = "Wald"
    ADJ_WALD = "adjWald"
    LINCOM = "lincom"
    SADDLEPOINT = "saddlepoint"


WALD = frozenset({Statistic.WALD, Statistic.ADJ_WALD})


def freedom(sample: Sample, df: float | None) -> float:
    """Degrees of freedom of the variance; :class:`SurveyError` ``df-none`` if there are none."""
    nu = float(df_of(sample, design_of(sample)) if df is None else df)
    if not nu > 0:
        raise SurveyError(
            "df-none",
            "there are no degrees of freedom: as many strata as sampled units; join strata",
            df=nu,
        )
    return nu


def total_covariance(sample: Sample, cells: Grouped) -> Floats:
    """Shape (k, k): covariance of the estimated numbers of the answers."""
    weights = cells.domain.weights

    def influence(first: int, last: int) -> Floats:
        return _indicators(cells, first, last) * weights[:, np.newaxis]

    return spread(sample, cells.domain, influence, cells.totals, cells.totals(weights))


def share_covariance(sample: Sample, cells: Grouped) -> Floats:
    """Shape (k, k): covariance of the shares of the answers."""
    weights = cells.domain.weights
    shares = cells.totals(weights) / weights.sum()
    scaled = (weights / weights.sum())[:, np.newaxis]

    def influence(first: int, last: int) -> Floats:
        found: Floats = (_indicators(cells, first, last) - shares[first:last]) * scaled
        return found

    def under(replicate: Floats) -> Floats:
        totals = cells.totals(replicate)
        return totals / totals.sum() if totals.sum() > 0 else np.full_like(totals, np.nan)

    return spread(sample, cells.domain, influence, under, shares)


def _indicators(cells: Grouped, first: int, last: int) -> Floats:
    """Shape (n, last - first): 1 in the column of each row's answer; columns lie together in memory."""
    found = np.empty((len(cells.codes), last - first), order="F")
    for place in range(first, last):
        np.equal(cells.codes, place, out=found[:, place - first])
    return found


def cleaned(effects: Floats, simple: float = 1.0) -> Floats:
    """Factors with rounding below 0 taken away; ``simple``: what they are about in a simple random sample.

    Raises :class:`SurveyError` ``table-singular`` if nothing but rounding is left.
    """
    found: Floats = np.maximum(effects, 0.0)
    if not found.max(initial=0.0) > _NOTHING * simple:
        raise SurveyError(
            "table-singular",
            "the shares have no variance: they are fixed by the known totals that the weights were"
            " adjusted to",
        )
    return found


def wald(values: Floats, variance: Floats) -> float:
    """Values against their covariance; :class:`SurveyError` ``table-singular`` if that has no inverse."""
    eigenvalues = linalg.eigvalsh(variance)
    if eigenvalues[0] <= SINGULAR * max(eigenvalues[-1], 0.0):
        raise SurveyError(
            "table-singular",
            "the covariance of observed less expected counts has no inverse: too few clusters, or shares"
            " fixed by known totals; use statistic F",
        )
    return float(values @ np.linalg.solve(variance, values))


def compared(how: Statistic, pearson: float, effects: Floats, nu: float, wald: float) -> dict[str, float]:
    """Statistic, its scale, degrees of freedom and probability."""
    total, square, k = float(effects.sum()), float(effects @ effects), len(effects)
    second = total**2 / square
    scale, below = 1.0, nu
    if how is Statistic.F:
        value, above, below = pearson / total, second, second * nu
    elif how is Statistic.WALD:
        value, above = wald / k, float(k)
    elif how is Statistic.ADJ_WALD:
        if not nu - k + 1 > 0:
            raise SurveyError(
                "df-too-few",
                f"{nu:g} degrees of freedom are too few for a table of {k}: use statistic F, or join answers",
                df=nu,
                needed=k,
            )
        corrected = 1.0 if np.isinf(nu) else (nu - k + 1) / nu
        value, above, below = wald * corrected / k, float(k), nu - k + 1
    elif how is Statistic.CHISQ:
        value, above, scale, below = pearson, float(k), total / k, np.inf
    else:
        value, above, scale, below = pearson, second, square / total, second * nu
        tail = Tail.EXACT if how is Statistic.LINCOM else Tail.SADDLEPOINT
        p = mixture_tail(pearson, effects, denominator_df=below, tail=tail)
        return {"statistic": value, "scale": scale, "df": above, "denominator_df": below, "p": p}
    if how is Statistic.CHISQ:
        p = float(stats.chi2.sf(value / scale, above))
    else:
        p = float(stats.chi2.sf(value * above, above) if np.isinf(below) else stats.f.sf(value, above, below))
    return {"statistic": value, "scale": scale, "df": above, "denominator_df": below, "p": p}
