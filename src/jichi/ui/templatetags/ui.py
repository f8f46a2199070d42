"""``{% load ui %}``: the components, gathered from ``jichi.ui.tags``."""

from jichi.ui.tags import register

__all__ = ["register"]
