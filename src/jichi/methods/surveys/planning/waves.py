"""One run of a survey as it is planned, and how sure its shares are.

Shares, margins and changes are fractions, not points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from ..checking import at_least, fraction, positive, probability

__all__ = ["LEVEL", "POWER", "Wave", "quantile", "rounded_up", "variance"]

LEVEL = 0.95
POWER = 0.8
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One run of a survey as it is planned.

    Parameters
    ----------
    n
        Answers, at least 1.
    design_effect
        Variance over that of a simple random sample of the same size.
    population
        For the finite population correction; None leaves it out, which is right for comparisons between
        years, since the residents of another year are others.

    Raises
    ------
    SurveyError
        If a number is out of its range.
    """

    n: float
    design_effect: float = 1.0
    population: float | None = None

    def __post_init__(self) -> None:
        at_least(self.n, 1, "n")
        positive(self.design_effect, "design_effect")
        if self.population is not None:
            at_least(self.population, self.n, "population")

    @property
    def effective_n(self) -> float:
        """Size of the simple random sample that would be as sure; infinite where everybody answers."""
        size = self.n / self.design_effect
        if self.population is None:
            return size
        if self.population == self.n:
            return math.inf
        return size * (self.population - 1) / (self.population - self.n)

    def standard_error(self, share: float = 0.5) -> float:
        """Of a share; the largest is that of one half."""
        return math.sqrt(variance(fraction(share, "share"), self))

    def margin(self, share: float = 0.5, level: float = LEVEL) -> float:
        """Half the width of the normal interval of a share.

        Examples
        --------
        >>> round(Wave(n=1500, design_effect=1.8).margin(), 3)
        0.034
        """
        return quantile(level) * self.standard_error(share)


def variance(share: float, wave: Wave) -> float:
    """Of a share in a wave, p q over its effective size."""
    return share * (1 - share) / wave.effective_n


def quantile(level: float) -> float:
    """How many standard errors a normal interval reaches to each side.

    Raises
    ------
    SurveyError
        If ``level`` is no probability.
    """
    return _NORMAL.inv_cdf((1 + probability(level, "level")) / 2)


def rounded_up(size: float) -> int:
    """The next whole number of people, but not for an error of the machine."""
    return math.ceil(size * (1 - 1e-12))
