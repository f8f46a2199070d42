"""What became of each person that was sampled, and the response rates that follow.

References
----------
American Association for Public Opinion Research (2023). Standard Definitions: Final Dispositions of Case
Codes and Outcome Rates for Surveys, tenth edition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ..checking import is_number
from ..designs.design import check_length
from ..errors import SurveyError, listed, rows_where

__all__ = ["Disposition", "ResponseRates", "dispositions", "response_rates"]


class Disposition(StrEnum):
    """What became of a sampled person or address.

    ``UNKNOWN``: not known whether anybody there belongs to the population. ``INELIGIBLE``: known not to, such
    as moved away or died before the day.
    """

    COMPLETE = "complete"
    PARTIAL = "partial"
    REFUSAL = "refusal"
    NONCONTACT = "noncontact"
    OTHER = "other"
    UNKNOWN = "unknown"
    INELIGIBLE = "ineligible"

    @property
    def answered(self) -> bool:
        """Whether there are answers."""
        return self in {Disposition.COMPLETE, Disposition.PARTIAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRates:
    """The six response rates of the standard, and what they are made of.

    Attributes
    ----------
    counts
        How many there are of each disposition; weighted where weights were given.
    eligible_share
        Share of the unknown that is taken to belong to the population, in rates 3 and 4.
    rr1, rr2
        Least: all unknown count as eligible; without and with partial answers.
    rr3, rr4
        The share of the unknown counts as eligible.
    rr5, rr6
        Greatest: none of the unknown does. Right only where there are none, or none of them is eligible.
    cooperation
        Answers, with partial ones, among those that were reached.
    refusal, contact
        Shares of all, the unknown included, that refused, that were reached.
    """

    counts: Mapping[Disposition, float]
    eligible_share: float
    rr1: float
    rr2: float
    rr3: float
    rr4: float
    rr5: float
    rr6: float
    cooperation: float
    refusal: float
    contact: float


def response_rates(
    given: Sequence[Disposition | str] | npt.NDArray[np.str_] | Mapping[Disposition | str, float],
    *,
    weights: npt.ArrayLike | None = None,
    eligible_share: float | None = None,
) -> ResponseRates:
    """Response rates 1 to 6.

    Parameters
    ----------
    given
        The disposition of each sampled row, or how many there are of each.
    weights
        Shape (n,): weights of the rows; None: rows are counted.
    eligible_share
        Share of the unknown that belongs to the population, 0 to 1. None: as large as among those that are
        known.

    Raises
    ------
    SurveyError
        ``choice`` if a disposition has another name, ``rows-none`` if nothing was sampled that may belong to
        the population, ``share-out-of-range``, ``length``, ``counts-negative``, ``weights-not-numbers``,
        ``weights-negative``.

    Examples
    --------
    >>> rates = response_rates({"complete": 50, "refusal": 30, "unknown": 20})
    >>> rates.rr1, rates.rr3, rates.rr5
    (0.5, 0.5, 0.625)
    """
    counts = _counts(given, weights)
    complete, partial = counts[Disposition.COMPLETE], counts[Disposition.PARTIAL]
    refusal, noncontact = counts[Disposition.REFUSAL], counts[Disposition.NONCONTACT]
    other, unknown = counts[Disposition.OTHER], counts[Disposition.UNKNOWN]
    eligible = complete + partial + refusal + noncontact + other
    if eligible + unknown == 0:
        raise SurveyError("rows-none", "nobody was sampled who may belong to the population")
    if eligible_share is None:
        known = eligible + counts[Disposition.INELIGIBLE]
        share = eligible / known if known > 0 else 1.0
    elif is_number(eligible_share) and 0 <= eligible_share <= 1:
        share = float(eligible_share)
    else:
        raise SurveyError(
            "share-out-of-range",
            f"eligible_share is {eligible_share}; a share lies between 0 and 1",
            name="eligible_share",
            value=eligible_share,
        )
    reached = complete + partial + refusal + other
    return ResponseRates(
        counts=counts,
        eligible_share=share,
        rr1=complete / (eligible + unknown),
        rr2=(complete + partial) / (eligible + unknown),
        rr3=_ratio(complete, eligible + share * unknown),
        rr4=_ratio(complete + partial, eligible + share * unknown),
        rr5=_ratio(complete, eligible),
        rr6=_ratio(complete + partial, eligible),
        cooperation=_ratio(complete + partial, reached),
        refusal=refusal / (eligible + unknown),
        contact=reached / (eligible + unknown),
    )


def dispositions(given: Sequence[Disposition | str] | npt.ArrayLike, rows: int) -> npt.NDArray[np.str_]:
    """The disposition of each row by its name; True and False are complete and refusal.

    Raises
    ------
    SurveyError
        ``choice`` if a row has another name, ``length``.
    """
    found = np.asarray(given)
    check_length(found, rows, "dispositions")
    if found.dtype == np.bool_:
        return np.where(found, str(Disposition.COMPLETE), str(Disposition.REFUSAL))
    names = found.astype(str)
    wrong = ~np.isin(names, [str(one) for one in Disposition])
    if wrong.any():
        numbers, found_names = rows_where(wrong), sorted(set(names[wrong].tolist()))
        raise SurveyError(
            "choice",
            f"the disposition in row {listed(numbers)} is {listed(found_names)}; choose one of"
            f" {', '.join(Disposition)}, or give True where there is an answer and False where not",
            parameter="dispositions",
            rows=numbers,
            choices=list(Disposition),
        )
    return names


def _counts(
    given: Sequence[Disposition | str] | npt.NDArray[np.str_] | Mapping[Disposition | str, float],
    weights: npt.ArrayLike | None,
) -> dict[Disposition, float]:
    if isinstance(given, Mapping):
        dispositions(list(given), len(given))
        if not all(is_number(count) and 0 <= count < np.inf for count in given.values()):
            raise SurveyError(
                "counts-negative", "counts of dispositions must be numbers of at least 0", parameter="given"
            )
        counts = {Disposition(name): float(count) for name, count in given.items()}
        return {one: counts.get(one, 0.0) for one in Disposition}
    if not hasattr(given, "__len__"):
        raise SurveyError(
            "length", "give the disposition of each row, or a mapping to counts", parameter="given"
        )
    names = dispositions(given, len(given))
    own = np.ones(len(names)) if weights is None else _weights(weights, len(names))
    return {one: float(own[names == str(one)].sum()) for one in Disposition}


def _weights(weights: npt.ArrayLike, rows: int) -> npt.NDArray[np.float64]:
    try:
        own = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError):
        raise SurveyError(
            "weights-not-numbers", "weights must be numbers, one per row", parameter="weights"
        ) from None
    check_length(own, rows, "weights")
    wrong = ~((own >= 0) & np.isfinite(own))
    if wrong.any():
        numbers = rows_where(wrong)
        raise SurveyError(
            "weights-negative",
            f"the weight in row {listed(numbers)} is not a number of at least 0",
            parameter="weights",
            rows=numbers,
        )
    return own


def _ratio(part: float, whole: float) -> float:
    """Part over whole; not a number where there is no whole."""
    return part / whole if whole > 0 else float("nan")
