"""What is given to a rule, checked at the door: exact numbers, whole years, and words that are known."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

__all__ = ["MOST_DIGITS", "RatingError", "decimal", "given", "known", "whole"]

Word = TypeVar("Word", bound=StrEnum)

# Far more digits than any figure has; beyond them exact arithmetic takes for ever.
MOST_DIGITS = 60


class RatingError(ValueError):
    """A rule, a scale or a case that cannot be used.

    Attributes
    ----------
    code
        A stable name of what is wrong, such as ``"grade-unknown"``.
    params
        What a translated sentence needs.
    """

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.code = code
        self.params = params


def decimal(number: Decimal | int, name: str) -> Decimal:
    """An exact number. A binary fraction is refused: 0.1 would not be one tenth, and grades turn on that.

    Raises
    ------
    RatingError
        ``not-decimal`` for other types, ``too-many-digits`` for numbers that no figure could be.
    """
    if isinstance(number, int) and not isinstance(number, bool):
        number = Decimal(number)
    if not isinstance(number, Decimal):
        raise RatingError(
            "not-decimal",
            f"{name} is {number!r}; give a Decimal or a whole number, such as Decimal('25.0')",
            name=name,
            value=str(number),
        )
    if number.is_finite() and number and not -MOST_DIGITS <= number.adjusted() <= MOST_DIGITS:
        raise RatingError(
            "too-many-digits",
            f"{name} is {number}; give a number of at most {MOST_DIGITS} digits",
            name=name,
            value=str(number),
        )
    return number


def given(number: Decimal | int | None, name: str) -> Decimal | None:
    """An exact number, or None where there is none."""
    return None if number is None else decimal(number, name)


def whole(number: int, name: str) -> int:
    """A whole number, such as a year.

    Raises
    ------
    RatingError
        ``not-whole`` if it is none.
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise RatingError(
            "not-whole", f"{name} is {number!r}; give a whole number", name=name, value=str(number)
        )
    return number


def known(words: type[Word], word: Word | str, name: str) -> Word:
    """A word of a fixed list, also where it comes as plain text from a file.

    Raises
    ------
    RatingError
        ``word-unknown`` if it is not in the list.
    """
    try:
        return words(word)
    except ValueError:
        raise RatingError(
            "word-unknown",
            f"{name} is {word!r}; give one of {', '.join(words)}",
            name=name,
            value=str(word),
        ) from None
