"""Single numbers checked at the door, with messages that say what to give instead."""

from __future__ import annotations

import math
from numbers import Real

import numpy as np
import numpy.typing as npt

from .errors import SurveyError, listed

__all__ = [
    "LARGEST",
    "at_least",
    "fraction",
    "in_order",
    "is_number",
    "number",
    "numbers",
    "positive",
    "probability",
    "whole",
]

# Squares of numbers beyond it are no numbers; nothing a survey counts comes near.
LARGEST = 1e100


def is_number(value: object) -> bool:
    """Whether it is a number at all; text from a file or an exact decimal is none here."""
    return isinstance(value, Real)


def number(value: float, name: str) -> float:
    """The number; :class:`SurveyError` ``not-a-number`` if it is none."""
    if not is_number(value):
        raise SurveyError(
            "not-a-number",
            f"{name} is {value!r}, not a number; give one as float or int",
            name=name,
            value=str(value),
        )
    return value


def numbers(values: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    """An array of numbers, none of them beyond what can be squared; NaN and infinities are left alone.

    Raises
    ------
    SurveyError
        ``not-numbers`` if they are none, or rows are of different lengths; ``too-large``.
    """
    try:
        found = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise SurveyError(
            "not-numbers", f"{name} does not hold numbers only, in rows of one length: {problem}", name=name
        ) from problem
    beyond = found[np.isfinite(found) & (np.abs(found) > LARGEST)]
    if beyond.size:
        raise SurveyError(
            "too-large",
            f"{name} holds {listed(float(one) for one in beyond)}; give numbers of at most {LARGEST:g}",
            name=name,
        )
    return found


def in_order(bounds: tuple[float, float], name: str) -> None:
    """Refuse bounds that are not two numbers, the first no larger than the second.

    Raises
    ------
    SurveyError
        ``bounds`` if they are not.
    """
    if len(bounds) != 2 or not all(is_number(one) for one in bounds) or not bounds[0] <= bounds[1]:
        raise SurveyError("bounds", f"{name} is {bounds}; give two numbers, the lower one first", name=name)


def whole(value: float, least: int, name: str, *, code: str = "not-whole") -> int:
    """A whole number of at least ``least``.

    Raises
    ------
    SurveyError
        ``code`` if it is not.
    """
    if not (is_number(value) and least <= value <= LARGEST and value == int(value)):
        raise SurveyError(
            code,
            f"{name} is {value!r}; give a whole number of at least {least}",
            name=name,
            value=str(value),
            least=least,
        )
    return int(value)


def fraction(value: float, name: str) -> float:
    """A share: 0 to 1, both included.

    Raises
    ------
    SurveyError
        ``share-out-of-range`` if it is not.
    """
    if not 0 <= number(value, name) <= 1:
        hint = " (a percentage? divide it by 100)" if 1 < value <= 100 else ""
        raise SurveyError(
            "share-out-of-range",
            f"{name} is {value}; a share lies between 0 and 1{hint}",
            name=name,
            value=value,
        )
    return float(value)


def probability(value: float, name: str) -> float:
    """Strictly between 0 and 1.

    Raises
    ------
    SurveyError
        ``level`` if it is not.
    """
    # So near to 1 that the machine takes half the way there for 1.
    if not 0 < number(value, name) < 1 or (1 + value) / 2 == 1:
        raise SurveyError(
            "level", f"{name} is {value}; give a number between 0 and 1, such as 0.95", name=name, value=value
        )
    return float(value)


def positive(value: float, name: str) -> float:
    """Above 0 and finite.

    Raises
    ------
    SurveyError
        ``not-positive`` if it is not.
    """
    if not (number(value, name) > 0 and math.isfinite(value)):
        raise SurveyError(
            "not-positive", f"{name} is {value}; give a positive, finite number", name=name, value=value
        )
    return float(value)


def at_least(value: float, least: float, name: str) -> float:
    """At least ``least`` and finite.

    Raises
    ------
    SurveyError
        ``too-small`` if it is not.
    """
    if not (number(value, name) >= least and math.isfinite(value)):
        raise SurveyError(
            "too-small",
            f"{name} is {value}; give a finite number of at least {least}",
            name=name,
            value=value,
            least=least,
        )
    return float(value)
