"""Masking: what in a text should not be published, proposed by rule for a person to confirm. Pure functions.

``proposing``
    :func:`~.proposing.propose` finds spans, :func:`~.proposing.apply` puts marks in their place.
``people``, ``surnames``
    Names of persons, Japanese and English.
``addresses``, ``numbers``
    Postal addresses; telephone numbers, mail addresses, accounts, cards, plates, dates of birth.
``values``, ``widths``
    What a span is, and the form of a text in which the rules look.

Everything that is refused is a :class:`~.values.MaskingError`.
"""

from jichi.methods.masking.proposing import apply, propose
from jichi.methods.masking.values import MARKS, REASONS, Kind, MaskingError, Span

__all__ = ["MARKS", "REASONS", "Kind", "MaskingError", "Span", "apply", "propose"]
