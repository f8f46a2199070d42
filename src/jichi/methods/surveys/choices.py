"""A choice by its name."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from .errors import SurveyError

__all__ = ["chosen"]

Choice = TypeVar("Choice", bound=StrEnum)


def chosen(choices: type[Choice], value: str, parameter: str) -> Choice:
    """The member of that name.

    Raises
    ------
    SurveyError
        ``choice`` if there is none.
    """
    try:
        return choices(value)
    except ValueError:
        raise SurveyError(
            "choice",
            f"{parameter} is {value!r}; choose one of {', '.join(choices)}",
            parameter=parameter,
            value=value,
            choices=list(choices),
        ) from None
