"""Which groups of a table may be shown to everyone: none so small that single people could be made out.

A group with fewer answers than the city's least cell is hidden. As the whole is printed beside them, one
hidden group could be worked out from the others; therefore at least two are hidden, and as many as together
reach the least cell. A group of which the report gives no base cannot be judged and is hidden as well.
"""

from __future__ import annotations

from collections import defaultdict

from .report import WHOLE, Question


def hidden_groups(question: Question, least: int) -> frozenset[tuple[str, str]]:
    """The (dimension, group) of the tables that are not shown; with ``("", "")`` not even the whole is."""
    whole = question.whole
    if whole is not None and whole.n is not None and whole.n < least:
        # No group can be larger than the whole.
        return frozenset(table.place for table in question.tables)
    hidden: set[tuple[str, str]] = set()
    for sizes in _dimensions(question).values():
        order = sorted(sizes, key=lambda place: (sizes[place] is not None, sizes[place] or 0))
        small_ones = [place for place in order if (sizes[place] or 0) < least]
        if not small_ones:
            continue
        taken = list(small_ones)
        for place in order[len(small_ones) :]:
            if len(taken) > 1 and sum(sizes[one] or 0 for one in taken) >= least:
                break
            taken.append(place)
        hidden.update(taken)
    return frozenset(hidden)


def _dimensions(question: Question) -> dict[str, dict[tuple[str, str], int | None]]:
    found: dict[str, dict[tuple[str, str], int | None]] = defaultdict(dict)
    for table in question.tables:
        if table.place != WHOLE:
            found[table.dimension][table.place] = table.n
    return found
