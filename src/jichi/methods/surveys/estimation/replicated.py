"""What an analysis needs of a sample, whether its variance is linearised or comes from replicate weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..designs.design import Design
from ..designs.variance import Columns, covariance, covariance_of
from ..errors import SurveyError

__all__ = ["Replicated", "Sample", "design_of", "df_of", "method_of", "spread"]

Floats = npt.NDArray[np.float64]


class Replicated(Protocol):
    """Replicate weights of a sample, and how results under them add up to a variance."""

    @property
    def design(self) -> Design:
        """The sample itself, with its full weights."""
        ...

    @property
    def weights(self) -> Floats:
        """Shape (n, R): the weights of each replicate."""
        ...

    @property
    def df(self) -> float:
        """Degrees of freedom of the variance."""
        ...

    @property
    def method(self) -> str:
        """How the replicates were made."""
        ...

    def covariance(self, values: Floats, full: Floats) -> Floats:
        """Shape (k, k), from the results under each replicate, shape (R, k), and under the full weights."""
        ...


Sample = Design | Replicated


def design_of(sample: Sample) -> Design:
    """The design of a sample, of whichever kind."""
    return sample if isinstance(sample, Design) else sample.design


def method_of(sample: Sample) -> str:
    """How the variance is made."""
    return "linearised" if isinstance(sample, Design) else sample.method


def df_of(sample: Sample, domain: Design) -> float:
    """Degrees of freedom of a domain: its own where linearised; replicate weights have theirs for all."""
    return domain.df if isinstance(sample, Design) else sample.df


def spread(
    sample: Sample,
    domain: Design,
    influence: Floats | Columns,
    statistic: Callable[[Floats], Floats],
    full: Floats,
) -> Floats:
    """Covariance of a statistic in a domain of the sample.

    Parameters
    ----------
    sample
        Whose variance is asked.
    domain
        Its design with weights 0 outside the domain.
    influence
        Shape (n, k): weight times influence value of each row; or what makes some columns of it. Used where
        the variance is linearised.
    statistic
        What the weights of shape (n,) give, shape (k,); used with replicate weights.
    full
        Shape (k,): the same under the full weights.

    Returns
    -------
    ndarray
        Shape (k, k).

    Raises
    ------
    SurveyError
        ``replicates-undefined`` if the statistic cannot be computed under some replicate.
    """
    if isinstance(sample, Design):
        if callable(influence):
            return covariance_of(domain, len(full), influence)
        return covariance(domain, influence)
    inside = np.ones(len(domain), dtype=bool) if domain.active is None else domain.active
    values = np.stack([statistic(np.where(inside, column, 0.0)) for column in sample.weights.T])
    bad = np.asarray(~np.isfinite(values).all(axis=1))
    if bad.any():
        raise SurveyError(
            "replicates-undefined",
            f"{int(bad.sum())} of {len(bad)} replicates leave a group without rows, so that nothing can be"
            " estimated under them: join small groups, or use the linearised variance",
            replicates=int(bad.sum()),
        )
    return sample.covariance(values, full)
