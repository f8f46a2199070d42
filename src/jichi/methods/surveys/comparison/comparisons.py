"""Judging differences: whether chance alone could have made them, singly, many at once, and against a margin.

References
----------
Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics
6, 65-70.

Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and powerful approach
to multiple testing. Journal of the Royal Statistical Society B 57, 289-300.

Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components. Biometrics
Bulletin 2, 110-114.

Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach for
assessing the equivalence of average bioavailability. Journal of Pharmacokinetics and Biopharmaceutics 15,
657-680.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from ..checking import is_number, numbers
from ..choices import chosen
from ..errors import SurveyError, listed, rows_where
from ..results import Contrast, Interval, reach

__all__ = ["Correction", "Equivalence", "Nearness", "adjusted_p", "equivalence", "satterthwaite"]

Floats = npt.NDArray[np.float64]


class Correction(StrEnum):
    """What is held when many differences are looked at.

    ``HOLM``: the chance of even one false finding. ``BENJAMINI_HOCHBERG``: the expected share of false ones
    among the findings; finds more. ``NONE``: each by itself; among twenty true nothings one will look like
    something.
    """

    HOLM = "holm"
    BENJAMINI_HOCHBERG = "benjamini-hochberg"
    NONE = "none"


class Nearness(StrEnum):
    """What is shown about a difference and a margin δ.

    ``WITHIN``: it lies between -δ and δ. ``ABOVE``, ``BELOW``: it lies beyond δ or -δ. ``UNDECIDED``:
    neither is shown; that is not "no change".
    """

    WITHIN = "within"
    ABOVE = "above"
    BELOW = "below"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """Whether a difference is shown to be smaller, or larger, than a margin.

    Attributes
    ----------
    nearness
        The finding.
    margin
        δ, in the unit of the difference.
    p
        Of "it is not within the margin": the larger of two one-sided probabilities.
    interval
        Of confidence 1 - 2α: ``WITHIN`` is found where it lies inside the margin, ``ABOVE`` or ``BELOW``
        where it lies outside.
    """

    nearness: Nearness
    margin: float
    p: float
    interval: Interval


def equivalence(difference: Contrast, margin: float, *, level: float = 0.95) -> Equivalence:
    """Two one-sided tests against a margin, such as a rating rule that counts ±3 points as unchanged.

    Parameters
    ----------
    difference
        What was estimated; its ``null`` is not used.
    margin
        δ, above 0.
    level
        1 - α.

    Returns
    -------
    Equivalence

    Raises
    ------
    SurveyError
        ``margin`` if it is not above 0, ``level``, ``df-none``, ``se-unknown``.

    Examples
    --------
    >>> found = equivalence(Contrast(value=0.004, se=0.01, df=60), 0.03)
    >>> str(found.nearness), round(found.p, 4)
    ('within', 0.0059)
    """
    if not (is_number(margin) and margin > 0 and np.isfinite(margin)):
        raise SurveyError("margin", f"margin is a number above 0, not {margin}", parameter="margin")
    if not 0.5 < level < 1:
        raise SurveyError("level", f"level lies between 0.5 and 1, not {level}", parameter="level")
    if not (np.isfinite(difference.value) and difference.se > 0):
        raise SurveyError("se-unknown", f"the difference has no standard error above 0, but {difference.se}")
    confidence = 1 - 2 * (1 - level)
    width = reach(confidence, difference.df) * difference.se
    low, high = difference.value - width, difference.value + width
    if -margin < low and high < margin:
        nearness = Nearness.WITHIN
    elif low > margin:
        nearness = Nearness.ABOVE
    elif high < -margin:
        nearness = Nearness.BELOW
    else:
        nearness = Nearness.UNDECIDED
    distance = (margin - abs(difference.value)) / difference.se
    p = special.ndtr(-distance) if np.isinf(difference.df) else special.stdtr(difference.df, -distance)
    interval = Interval(low=low, high=high, level=confidence, method="t")
    return Equivalence(nearness=nearness, margin=margin, p=float(p), interval=interval)


def adjusted_p(p: Sequence[float] | Floats, *, correction: Correction | str = Correction.HOLM) -> Floats:
    """Probabilities that allow for how many differences were looked at.

    Parameters
    ----------
    p
        Shape (m,), 0 to 1. NaN stays NaN and does not count: nothing was tested there.
    correction
        See :class:`Correction`.

    Returns
    -------
    ndarray
        Shape (m,): found where at most α. Never below ``p``.

    Raises
    ------
    SurveyError
        ``choice``, ``not-numbers``, ``length``, ``probability`` with the places that are not between 0 and 1.

    Examples
    --------
    >>> adjusted_p([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    given = numbers(p, "p")
    if given.ndim != 1:
        raise SurveyError(
            "length", f"p has shape {given.shape}: give one row of probabilities", parameter="p"
        )
    wrong = ~np.isnan(given) & ~((given >= 0) & (given <= 1))
    if wrong.any():
        places = rows_where(wrong)
        raise SurveyError(
            "probability", f"p at {listed(places)} does not lie between 0 and 1", parameter="p", rows=places
        )
    how = chosen(Correction, correction, "correction")
    found = given.copy()
    tested = np.flatnonzero(~np.isnan(given))
    if how is Correction.NONE or not tested.size:
        return found
    order = tested[np.argsort(given[tested], kind="stable")]
    ordered, m = given[order], len(order)
    if how is Correction.HOLM:
        steps = np.maximum.accumulate(ordered * np.arange(m, 0, -1))
    else:
        steps = np.minimum.accumulate((ordered * m / np.arange(1, m + 1))[::-1])[::-1]
    found[order] = np.minimum(steps, 1.0)
    return found


def satterthwaite(variances: Floats, df: Floats) -> float:
    """Degrees of freedom of a sum of independent variances, shape (k,), from those of each."""
    parts = float(np.sum(variances**2 / df))
    return float(variances.sum() ** 2 / parts) if parts > 0 else float("inf")
