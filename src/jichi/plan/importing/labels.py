"""Labels of figures that the other cells of a row make clear."""

from __future__ import annotations

import re

from jichi.methods.eras import find_years
from jichi.plan.importing.mentions import Mention

__all__ = ["date_by_others", "inherit_labels"]


def inherit_labels(mentions: list[Mention]) -> None:
    """Values without a label take that of the row, if exactly one figure of their unit stands in it."""
    for mention in mentions:
        if mention.label:
            continue
        unit = mention.quantity.unit if mention.quantity else None
        labels = {m.label for m in mentions if m.label and m.quantity and unit in (None, m.quantity.unit)}
        if len(labels) == 1:
            mention.label = labels.pop()


def date_by_others(mentions: list[Mention]) -> None:
    """R2LED化率 is the year R2 of LED化率 when the other cells of the row say LED化率."""
    labels = {m.label for m in mentions}
    for mention in mentions:
        found = re.match(r"[A-Z][0-9]{1,2}(?=[A-Za-z])", mention.label)
        year = next(find_years(found.group()), None) if found else None
        if found and year and mention.label[found.end() :] in labels:
            mention.year = mention.year or year
            mention.label = mention.label[found.end() :]
