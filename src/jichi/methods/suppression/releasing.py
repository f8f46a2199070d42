"""Shows again what linear programmes find not to be needed: they see more ways than cubes do."""

from __future__ import annotations

import numpy as np

from .arrays import Flags, Floats, Ints
from .attack import Reach, Tables, attack, short
from .system import System

__all__ = ["few_enough", "release"]

# Cells to try times cells of their component: about a second or two of programmes.
_PATIENCE = 12_000
_EXACT = 6_000


def few_enough(label: Ints, extra: Flags) -> bool:
    """Whether the programmes would be done in a second or two."""
    return _work(label, extra) <= _PATIENCE


def _work(label: Ints, which: Flags) -> int:
    sizes = np.bincount(label + 1)
    return int((np.bincount(label + 1, which) * sizes)[1:].sum())


def release(
    system: System,
    label: Ints,
    weight: Ints,
    hidden: Flags,
    start: Flags,
    reach: Reach,
    tables: Tables,
) -> Reach:
    """Tries each cell that was hidden to protect others, the weightiest first, in all components at once.

    Parameters
    ----------
    label : (cells,) the component of each cell; -1 for cells that readers know
    hidden : changed in place
    start : hidden in any case
    reach, tables
        What has been proved so far, and tables to begin with.

    Returns
    -------
    Reach
        The proof for what is hidden in the end.

    Notes
    -----
    Without cell c, every table stays good in which c has its true number; programmes are asked only for the
    cells in need that the remaining tables do not cover.
    """
    asked = (system.need > 0) & hidden & ~short(reach.low, reach.high, system.need)
    tables = _asked(system, hidden, asked, tables)
    for candidates in _turns(label, weight, hidden & ~start):
        trial = np.zeros(len(hidden), bool)
        trial[candidates] = True
        hidden[candidates] = False
        lost = tables.touching(trial)
        concerned = asked & np.isin(label, label[candidates])
        found = Reach.none(system.value, tables.without(lost))
        attack(system.matrix, system.value, hidden, system.need, concerned, reach=found)
        failed = concerned & short(found.low, found.high, system.need)
        back = candidates[np.isin(label[candidates], label[failed])]
        hidden[back] = True
        kept = tables.without(~lost | ~tables.touching(np.isin(label, label[back])))
        if found.tables is not None:
            tables = found.tables
            tables.add(kept.table, kept.cell, kept.change, kept.count)
    return _settled(system, label, hidden, start, asked, tables)


def _asked(system: System, hidden: Flags, asked: Flags, tables: Tables) -> Tables:
    """Tables for the cells in need that those given do not cover."""
    found = Reach.none(system.value, tables)
    attack(system.matrix, system.value, hidden, system.need, asked, reach=found)
    return tables


def _turns(label: Ints, weight: Ints, extra: Flags) -> list[Ints]:
    """One cell of every component in a turn, the weightiest first."""
    cells = np.flatnonzero(extra)
    cells = cells[np.lexsort((cells, -weight[cells], label[cells]))]
    turn = np.arange(len(cells)) - np.searchsorted(label[cells], label[cells])
    return [cells[turn == one] for one in range(int(turn.max(initial=-1)) + 1)]


def _settled(system: System, label: Ints, hidden: Flags, start: Flags, asked: Flags, tables: Tables) -> Reach:
    """The intervals for what is left, exact ones if that does not take long."""
    small: Floats = np.where(hidden, system.need, 0.0)
    if _work(label, hidden) <= _EXACT:
        reach = Reach.none(system.value)
        attack(system.matrix, system.value, hidden, small, hidden, reach=reach, exact=True)
    else:
        reach = Reach.none(system.value, tables)
        attack(system.matrix, system.value, hidden, small, hidden & (asked | ~start), reach=reach)
    hidden &= start | (reach.low < reach.high)  # a reader has it anyway
    return reach
