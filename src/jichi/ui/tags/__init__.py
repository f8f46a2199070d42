"""Template tags of the components: ``{% load ui %}``. Each is described with an example in docs/ui.md."""

from . import around, figures, forms, lists, small, strip, words
from .base import register

__all__ = ["around", "figures", "forms", "lists", "register", "small", "strip", "words"]
