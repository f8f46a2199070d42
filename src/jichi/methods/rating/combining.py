"""Several grades as one, numbers as grades, and points that are added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .checking import RatingError, decimal, given, known
from .values import Bound, Rating, Reason

__all__ = ["Band", "Combined", "Combining", "Scale", "combine", "points"]


class Combining(StrEnum):
    """Which of several series' grades stands for all of them."""

    WORST = "worst"
    BEST = "best"


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """The grade of an indicator of several series and the series that gave it, or why there is none.

    ``series`` are the ones that decided, or those that could not be judged.
    """

    grade: str | None
    reason: Reason | None
    series: tuple[str, ...]


def combine(
    ratings: Mapping[str, Rating], grades: Sequence[str], *, how: Combining = Combining.WORST
) -> Combined:
    """One grade for several series, such as children and adults.

    Parameters
    ----------
    ratings
        By series. A single one without a grade leaves the whole without: its grade could be any.
    grades
        From best to worst.
    how
        The worst unless configured otherwise.

    Raises
    ------
    RatingError
        If there is no series, a grade is not among ``grades``, or ``how`` is neither.
    """
    how = known(Combining, how, "how")
    if not ratings:
        raise RatingError("no-series", "give at least one series to combine")
    unknown = sorted({r.grade for r in ratings.values() if r.grade is not None} - set(grades))
    if unknown:
        raise RatingError(
            "grade-unknown", f"not among the grades {', '.join(grades)}: {', '.join(unknown)}", grades=unknown
        )
    unrated = tuple(name for name, rating in ratings.items() if rating.grade is None)
    if unrated:
        return Combined(grade=None, reason=Reason.SERIES_NOT_RATED, series=unrated)
    ranks = {name: grades.index(rating.grade) for name, rating in ratings.items() if rating.grade is not None}
    rank = max(ranks.values()) if how is Combining.WORST else min(ranks.values())
    return Combined(
        grade=grades[rank], reason=None, series=tuple(name for name, one in ranks.items() if one == rank)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A grade and the number from which on it is given; without a bound it takes all that is left."""

    grade: str
    bound: Bound | None = None
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Bands in order; the first that holds gives the grade. For sums of points and for single numbers."""

    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        for band in self.bands:
            if band.bound is not None:
                object.__setattr__(band, "bound", known(Bound, band.bound, "bound"))
            object.__setattr__(band, "limit", given(band.limit, "limit"))
            if (band.bound is None) != (band.limit is None) or (
                band.limit is not None and not band.limit.is_finite()
            ):
                raise RatingError(
                    "band-incomplete",
                    f"band {band.grade!r}: give a bound and a finite limit together, or neither",
                    grade=band.grade,
                )

    def grade(self, number: Decimal | Fraction | int) -> str | None:
        """The grade of a number; None where no band holds it.

        Raises
        ------
        RatingError
            If it is no exact, finite number.
        """
        exact = number if isinstance(number, Fraction) else _exact(decimal(number, "number"))
        for band in self.bands:
            if band.bound is None or band.limit is None or band.bound.holds(exact, Fraction(band.limit)):
                return band.grade
        return None


def _exact(number: Decimal) -> Fraction:
    if not number.is_finite():
        raise RatingError("not-finite", f"number is {number}; give a finite one", names=["number"])
    return Fraction(number)


def points(given: Mapping[str, str], worth: Mapping[str, Mapping[str, int]]) -> int:
    """Sum of what each judgement is worth, such as a rate of achievement and a direction.

    Parameters
    ----------
    given
        What each criterion was judged to be.
    worth
        Points of each judgement of each criterion.

    Raises
    ------
    RatingError
        If a criterion is missing, or a judgement has no points: a sum over some of them would pose as whole.
    """
    missing = sorted(set(worth) ^ set(given))
    if missing:
        raise RatingError(
            "criteria-differ",
            f"judged and weighed criteria differ in: {', '.join(missing)}",
            criteria=missing,
        )
    unworthy = sorted(name for name, judgement in given.items() if judgement not in worth[name])
    if unworthy:
        raise RatingError(
            "no-points",
            "; ".join(f"{name}: {given[name]!r} has no points" for name in unworthy),
            criteria=unworthy,
        )
    return sum(worth[name][judgement] for name, judgement in given.items())
