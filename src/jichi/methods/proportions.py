"""How sure a share is that a sample gave, and whether two shares differ by more than chance.

A report prints a share, the number of answers and, rarely, a design effect; that is all that is used here.
A design effect is the factor by which the way of sampling (clusters, weights) raises the variance over that
of a simple random sample of the same size. Shares are fractions between 0 and 1.

References
----------
Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
American Statistical Association 22, 209-212.

Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
eleven methods. Statistics in Medicine 17, 873-890 (method 10).

Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of
positive counts estimated from survey data. Survey Methodology 24, 193-201 (the effective sample size).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import NormalDist

__all__ = [
    "CONFIDENCE",
    "METHOD",
    "Change",
    "Interval",
    "Proportion",
    "ProportionError",
    "change",
    "margin",
    "noise_of_change",
    "wilson",
]

CONFIDENCE = 0.95
METHOD = "wilson"


class ProportionError(ValueError):
    """A share outside 0 to 1, a sample without answers, or a design effect that is not positive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """A share that a probability sample gave.

    Parameters
    ----------
    share
        The fraction, 0 to 1.
    n
        Number of answers, at least 1. A weighted base may be fractional.
    design_effect
        Variance over that of a simple random sample; 1 where nothing is known of it.
    population
        Size of the population, for the finite population correction; None leaves the correction out.
    rounding
        Half a unit of the last printed digit, as a fraction: the true share lies within ``share`` ± this.

    Raises
    ------
    ProportionError
        If a number is out of its range.
    """

    share: float
    n: float
    design_effect: float = 1.0
    population: int | None = None
    rounding: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ProportionError(f"a share lies between 0 and 1, not {self.share}")
        if not (self.n >= 1 and isfinite(self.n)):
            raise ProportionError(f"a sample has at least one answer, not {self.n}")
        if not (self.design_effect > 0 and isfinite(self.design_effect)):
            raise ProportionError(f"a design effect is positive, not {self.design_effect}")
        if self.population is not None and self.population < self.n:
            raise ProportionError(f"{self.n} answers of {self.population} people")
        if not 0 <= self.rounding < 1:
            raise ProportionError(f"rounding is a small fraction, not {self.rounding}")

    @property
    def effective_n(self) -> float:
        """The size of a simple random sample just as sure, without correction; infinite for a census."""
        effective = self.n / self.design_effect
        if self.population is None:
            return effective
        if self.population == self.n:
            return float("inf")
        return effective * (self.population - 1) / (self.population - self.n)


@dataclass(frozen=True, slots=True)
class Interval:
    """The two ends of an interval, as fractions."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Change:
    """A later share minus an earlier one, with its interval."""

    value: float
    low: float
    high: float

    @property
    def is_distinguishable(self) -> bool:
        """Whether the interval leaves 0 out: chance alone would hardly have made the change."""
        return self.low > 0 or self.high < 0


def _z(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ProportionError(f"a confidence lies between 0 and 1, not {confidence}")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _ends(share: float, n: float, z: float) -> Interval:
    """The score interval of a share known exactly, from a simple random sample of ``n``."""
    if n == float("inf"):
        return Interval(share, share)
    square = z * z / n
    middle = (share + square / 2) / (1 + square)
    reach = z * sqrt(share * (1 - share) / n + square / (4 * n)) / (1 + square)
    # A computed end may miss by a rounding of the machine what holds exactly: it encloses the share.
    return Interval(max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach)))


def wilson(measured: Proportion, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval with the effective sample size.

    Where the printed share is rounded, the interval encloses those of all shares that are printed so.

    Parameters
    ----------
    measured
        The share and how it was sampled.
    confidence
        How often such intervals are to hold the true share, 0.95 by default.

    Returns
    -------
    Interval
        Within 0 to 1; it always holds the share itself.

    Notes
    -----
    Korn and Graubard also lower the effective size by the degrees of freedom of the design; a published table
    does not tell them, so that the interval here is a little short for a sample of few clusters.
    """
    z, n = _z(confidence), measured.effective_n
    low = _ends(max(0.0, measured.share - measured.rounding), n, z).low
    high = _ends(min(1.0, measured.share + measured.rounding), n, z).high
    return Interval(low, high)


def _difference(first: float, second: float, earlier: Proportion, later: Proportion, z: float) -> Interval:
    one, other = _ends(first, earlier.effective_n, z), _ends(second, later.effective_n, z)
    value = second - first
    return Interval(
        value - sqrt((second - other.low) ** 2 + (one.high - first) ** 2),
        value + sqrt((other.high - second) ** 2 + (first - one.low) ** 2),
    )


def change(earlier: Proportion, later: Proportion, confidence: float = CONFIDENCE) -> Change:
    """The change between two independent samples with Newcombe's hybrid score interval (method 10).

    Where the shares are rounded, the interval encloses those of all pairs that are printed so; its ends move
    with each share in one direction only, so that the outermost pairs give them.

    Returns
    -------
    Change
        ``later`` minus ``earlier``, within -1 to 1.
    """
    z = _z(confidence)
    low = _difference(
        min(1.0, earlier.share + earlier.rounding), max(0.0, later.share - later.rounding), earlier, later, z
    ).low
    high = _difference(
        max(0.0, earlier.share - earlier.rounding), min(1.0, later.share + later.rounding), earlier, later, z
    ).high
    return Change(later.share - earlier.share, max(-1.0, low), min(1.0, high))


def margin(n: float, design_effect: float = 1.0, confidence: float = CONFIDENCE) -> float:
    """Half the width of the interval of a share of one half: no other share is less sure.

    Raises
    ------
    ProportionError
        If a number is out of its range.
    """
    found = wilson(Proportion(share=0.5, n=n, design_effect=design_effect), confidence)
    return (found.high - found.low) / 2


def noise_of_change(earlier: Proportion, later: Proportion, confidence: float = CONFIDENCE) -> float:
    """How large a change must be about ``earlier.share`` before it can be told from chance.

    Half the width of Newcombe's interval were both samples to give ``earlier.share``; rounding is left out.
    """
    found = _difference(earlier.share, earlier.share, earlier, later, _z(confidence))
    return (found.high - found.low) / 2
