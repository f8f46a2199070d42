"""What an estimation from a survey gives back: values with all that is needed to judge them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from .checking import is_number, numbers
from .errors import SurveyError

__all__ = ["Contrast", "Estimate", "Estimates", "Interval", "reach", "symmetric", "without_rounding"]

Floats = npt.NDArray[np.float64]

_ROUNDING = 1e-11  # what is smaller, as a fraction of what it was made of, is the machine's rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Two ends in the unit of the estimate, how often such intervals hold the true value, and how made.

    ``reason`` says why the ends are NaN, where they are: see :class:`Estimate`.
    """

    low: float
    high: float
    level: float
    method: str
    reason: str | None = None


def reach(level: float, df: float) -> float:
    """How many standard errors an interval reaches to each side: a t quantile; normal where df is infinite.

    Raises
    ------
    SurveyError
        ``level`` if it does not lie between 0 and 1, ``df-none`` if there are no degrees of freedom.
    """
    if not (is_number(level) and 0 < level < 1):
        raise SurveyError("level", f"level lies between 0 and 1, not {level}", parameter="level")
    if not df > 0:
        raise SurveyError(
            "df-none",
            "there are no degrees of freedom: as many strata as sampled units; join strata",
            df=df,
        )
    upper = (1 + level) / 2
    return float(special.ndtri(upper) if np.isinf(df) else special.stdtrit(df, upper))


def symmetric(value: float, se: float, df: float, level: float, reason: str | None = None) -> Interval:
    """The interval ``value ± t se``; ends that cannot be judged are NaN with their reason."""
    if np.isnan(se) or not df > 0:
        reach(level, 1)
        why = reason or ("df-none" if not df > 0 else "se-unknown")
        return Interval(low=float("nan"), high=float("nan"), level=level, method="t", reason=why)
    width = reach(level, df) * se
    return Interval(low=value - width, high=value + width, level=level, method="t")


def without_rounding(value: float, se: float, size: float) -> tuple[float, float]:
    """A difference and its standard error, with 0 for what is only rounding of numbers of that size.

    Where nothing varies, rounding by rounding would be found to be significant.
    """
    if not se <= _ROUNDING * size:
        return value, se
    return (0.0 if abs(value) <= _ROUNDING * size else value), 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One estimated number.

    Attributes
    ----------
    name
        What it is of, such as a category or a domain; "" for the whole.
    value, se
        The estimate and its standard error, in the variable's unit.
    df
        Degrees of freedom of the standard error; infinite where normal theory is used.
    n
        Rows that answered and lie in the domain.
    method
        How the variance was made: ``"linearised"``, ``"jackknife"`` …
    deff
        Variance over that of a simple random sample of the same size without replacement; None: not asked;
        NaN where that has none: the weights add up to less than the rows, or all answers are alike.
    reason
        Why a number is NaN: ``"domain-empty"`` (nobody in the domain answered), ``"domain-one-unit"`` (all of
        it in one sampled unit, so that the design cannot show how units differ; only the error is NaN),
        ``"denominator-zero"`` (a ratio to 0). None: nothing is.
    """

    name: Any = ""
    value: float
    se: float
    df: float
    n: int
    method: str = "linearised"
    deff: float | None = None
    reason: str | None = None

    @property
    def variance(self) -> float:
        """Square of the standard error."""
        return self.se**2

    @property
    def cv(self) -> float:
        """Standard error over the value's size; infinite at 0."""
        return self.se / abs(self.value) if self.value != 0 else float("inf")

    def interval(self, level: float = 0.95, *, df: float | None = None) -> Interval:
        """The symmetric interval ``value ± t se``; ``df`` other than the estimate's own where given.

        NaN with its reason where the error is unknown or there are no degrees of freedom (``"df-none"``).
        """
        return symmetric(self.value, self.se, self.df if df is None else df, level, self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A linear combination of estimates and whether it differs from ``null`` by more than chance.

    ``p`` is two-sided.
    """

    value: float
    se: float
    df: float
    null: float = 0.0

    @property
    def t(self) -> float:
        """Distance from ``null`` in standard errors; NaN where both are 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.float64(self.value - self.null) / np.float64(self.se))

    @property
    def p(self) -> float:
        """Probability of a distance as large by chance alone."""
        distance = -abs(self.t)
        return float(2 * (special.ndtr(distance) if np.isinf(self.df) else special.stdtr(self.df, distance)))

    def interval(self, level: float = 0.95) -> Interval:
        """``value ± t se``."""
        return symmetric(self.value, self.se, self.df, level)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimates:
    """Several numbers estimated together, with how they vary together.

    Attributes
    ----------
    names
        One per number: categories, domains, variables, or tuples of them.
    values
        Shape (k,).
    covariance
        Shape (k, k).
    df
        One for all, or shape (k,) where domains have their own.
    n
        Shape (k,): rows behind each.
    deff
        Shape (k,); None: not asked.
    reasons
        One per number: why it is NaN, as in :class:`Estimate`; empty: none is.
    """

    names: tuple[Any, ...]
    values: Floats
    covariance: Floats
    df: float | Floats
    n: npt.NDArray[np.int64]
    method: str = "linearised"
    deff: Floats | None = None
    reasons: tuple[str | None, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Any:
        return (self._at(place) for place in range(len(self.names)))

    def __getitem__(self, name: Any) -> Estimate:
        """The estimate of that name.

        Raises :class:`SurveyError` ``name-unknown``.
        """
        try:
            return self._at(self.names.index(name))
        except ValueError:
            raise SurveyError(
                "name-unknown", f"there is no estimate of {name!r}, only of {self.names}", name=name
            ) from None

    @property
    def se(self) -> Floats:
        """Shape (k,): standard errors."""
        found: Floats = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        return found

    def _at(self, place: int) -> Estimate:
        return Estimate(
            name=self.names[place],
            value=float(self.values[place]),
            se=float(np.sqrt(np.maximum(self.covariance[place, place], 0.0))),
            df=float(np.broadcast_to(self.df, len(self.names))[place]),
            n=int(self.n[place]),
            method=self.method,
            deff=None if self.deff is None else float(self.deff[place]),
            reason=self.reasons[place] if self.reasons else None,
        )

    def contrast(
        self, weights: Mapping[Any, float] | Sequence[float], *, null: float = 0.0, df: float | None = None
    ) -> Contrast:
        """A linear combination: weights by name, the others 0, or one per estimate.

        ``df``: other than the smallest of the estimates that take part.
        """
        if isinstance(weights, Mapping):
            chosen = np.zeros(len(self.names))
            for name, weight in weights.items():
                self[name]
                chosen[self.names.index(name)] = numbers(weight, "weights")
        else:
            chosen = numbers(weights, "weights")
            if chosen.shape != self.values.shape:
                raise SurveyError(
                    "length", f"give {len(self.names)} weights, not {chosen.size}", parameter="weights"
                )
        # What takes no part may be unknown; what does take part and is unknown makes the contrast unknown.
        part = np.flatnonzero(chosen)
        own = np.broadcast_to(np.asarray(self.df, dtype=np.float64), len(self.names))[part]
        variance = float(chosen[part] @ self.covariance[np.ix_(part, part)] @ chosen[part])
        value, se = without_rounding(
            float(chosen[part] @ self.values[part]),
            variance if np.isnan(variance) else max(variance, 0.0) ** 0.5,
            float(np.abs(chosen[part]) @ np.abs(self.values[part])),
        )
        return Contrast(
            value=value,
            se=se,
            df=(float(own.min()) if own.size else float("inf")) if df is None else df,
            null=null,
        )
