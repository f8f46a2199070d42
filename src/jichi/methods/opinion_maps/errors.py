"""What is wrong with votes or with what is asked of them, said so that a page can translate it."""

from __future__ import annotations

__all__ = ["VoteError"]


class VoteError(ValueError):
    """Bad votes, or a question that they cannot answer.

    Attributes
    ----------
    code
        A stable name of what is wrong, such as ``"votes-out-of-range"``.
    params
        What a translated sentence needs: ``rows`` are numbers from 1 in the order given.

    Notes
    -----
    The message is English and complete: what is wrong, where, and how to mend it.
    """

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.code = code
        self.params = params
