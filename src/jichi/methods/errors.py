"""What is refused, said so that a page can translate it: what the errors of all packages have in common."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["SHOWN", "MethodError", "listed"]

SHOWN = 5
"""Things that a message names one by one."""


class MethodError(ValueError):
    """Bad input, or a question that the data cannot answer.

    Attributes
    ----------
    code
        A stable name of what is wrong, such as ``"weights-not-positive"``.
    params
        What a translated sentence needs: ``rows`` are numbers from 1 in the order given, ``ids`` and
        ``groups`` names.

    Notes
    -----
    The message is English and complete: what is wrong, where, and how to mend it.
    """

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.code = code
        self.params = params


def listed(things: Iterable[object]) -> str:
    """The first few things, comma-separated, and how many more there are."""
    found = [str(thing) for thing in things]
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more
