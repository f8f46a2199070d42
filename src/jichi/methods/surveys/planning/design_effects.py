"""Design effects from what is known of a sample: its weights and its clusters.

References
----------
Kish, L. (1965). Survey Sampling. Wiley, sections 5.4 and 8.2.

Kish, L. (1992). Weighting for unequal P_i. Journal of Official Statistics 8, 183-200.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..checking import positive
from ..errors import SurveyError, listed, rows_where

__all__ = ["cluster_effect", "combined_effect", "weighting_effect"]


def weighting_effect(weights: npt.ArrayLike) -> float:
    """Kish's design effect of unequal weights, ``n Σw² / (Σw)²``: 1 plus their squared relative spread.

    Parameters
    ----------
    weights
        array_like (n,), positive: those of the people who answered.

    Raises
    ------
    SurveyError
        If there is none, or one is not positive and finite.

    Notes
    -----
    Right where the weights have nothing to do with the answers; too high where they raise the precision, as
    post-stratification on something telling does.

    Examples
    --------
    >>> weighting_effect([1, 1, 2, 2])
    1.1111111111111112
    """
    w = np.array(weights, dtype=np.float64)
    if w.ndim != 1 or w.size == 0:
        raise SurveyError(
            "weights-shape", f"weights has the shape {w.shape}; give one for each answer", shape=w.shape
        )
    wrong = rows_where(~((w > 0) & np.isfinite(w)))
    if wrong:
        raise SurveyError(
            "weights-not-positive",
            f"weights of the rows {listed(wrong)} are not positive and finite; leave out who did not answer",
            rows=wrong,
        )
    scaled = w / w.max()
    return float(w.size * np.sum(scaled**2) / np.sum(scaled) ** 2)


def cluster_effect(sizes: npt.ArrayLike, correlation: float) -> float:
    """Design effect of asking in clusters, ``1 + (b - 1) rho``.

    Parameters
    ----------
    sizes
        Answers in each cluster: one number for all, or array_like of one for each. With unequal ones b is
        ``Σ b² / Σ b``, the size of the cluster in which the average answer lies.
    correlation
        Of two answers from one cluster, rho; mostly 0.01 to 0.1 for opinions. May be a little below 0, but
        not below -1/(b - 1).

    Raises
    ------
    SurveyError
        If a size is below 1, or the correlation is not possible.
    """
    b = np.atleast_1d(np.array(sizes, dtype=np.float64))
    wrong = rows_where(~((b >= 1) & np.isfinite(b)))
    if wrong or b.size == 0:
        raise SurveyError(
            "cluster-size",
            f"sizes of the clusters {listed(wrong)} are below 1; leave out clusters without answers",
            rows=wrong,
        )
    size = float(np.sum(b**2) / np.sum(b))
    effect = 1 + (size - 1) * correlation
    if not (correlation <= 1 and effect > 0):
        raise SurveyError(
            "correlation",
            f"correlation is {correlation}; with {size:g} answers in a cluster it lies above "
            f"{-1 / max(size - 1, 1):.3g} and is at most 1",
            name="correlation",
            value=correlation,
        )
    return effect


def combined_effect(weighting: float, clustering: float) -> float:
    """Kish's design effect of both, their product.

    Raises
    ------
    SurveyError
        If one is not positive.
    """
    return positive(weighting, "weighting") * positive(clustering, "clustering")
