"""What is wrong with submissions or with what is asked of them, said so that a page can translate it."""

from __future__ import annotations

from jichi.methods.errors import MethodError

__all__ = ["TextError"]


class TextError(MethodError):
    """Bad texts, or a question that they cannot answer."""
