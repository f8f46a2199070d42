"""What is wrong with votes or with what is asked of them, said so that a page can translate it."""

from __future__ import annotations

from jichi.methods.errors import MethodError

__all__ = ["VoteError"]


class VoteError(MethodError):
    """Bad votes, or a question that they cannot answer."""
