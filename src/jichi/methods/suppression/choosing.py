"""Which cells to hide: cubes for what lies in a lattice, linear programmes for the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .arrays import Flags, Ints
from .attack import Reach, Tables, components, short
from .blocks import Blocks, cut
from .cubes import Board, Evidence
from .linear import Part
from .pairs import PairedBoard
from .releasing import few_enough, release
from .system import System

__all__ = ["Choice", "bound_cells", "choose", "prove"]

_MARGIN = 3.0  # a total weighs as much as so many of its parts
_NEAR = 2000  # cells of a component that programmes look at together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """What is hidden, and how far each cell can be narrowed."""

    hidden: Flags
    reach: Reach


def weights(system: System) -> Ints:
    """(cells,) how much is lost by hiding a cell: a whole number over 0, about 100 for a cell.

    What counts is how many cells are hidden; a total weighs three times as much as its parts for every
    dimension summed over; among equals the larger number weighs more.
    """
    order = np.zeros(len(system.value))
    for lattice, numbers in system.lattices:
        order[numbers] = lattice.summed()
    size = np.log2(1.0 + system.value) / 20.0
    return np.round(100.0 * (1.0 + size) * _MARGIN ** np.minimum(order, 5)).astype(np.int64)


def choose(system: System) -> Choice:
    """Hides what must be hidden and what protects it.

    Notes
    -----
    Cubes first, block by block; then programmes for the components in which a cell is still too narrow:
    those bound by relations that are no margins, or by what has been published before. Small problems are
    looked through by programmes once more, since these see more ways than cubes do.
    """
    weight = weights(system)
    start = (~system.candidate | (system.need > 0)) & ~system.known
    hidden = start.copy()
    bound = bound_cells(system)
    for lattice, numbers in system.lattices:
        for blocks in cut(lattice, numbers, system.need[numbers]):
            for chunk in (blocks.alone() if blocks.bound else blocks).chunks():
                board = _board(Board, chunk, system, weight, hidden, bound)
                board.protect()
                if not blocks.bound:
                    board.release()
                board.write(hidden)
            for chunk in blocks.chunks() if blocks.bound else ():
                board = _board(PairedBoard, chunk, system, weight, hidden, bound)
                board.protect()
                board.write(hidden)
    free = np.flatnonzero(~system.known)
    label = np.full(len(hidden), -1)
    label[free] = components(system.matrix[:, free])
    tables = Tables() if few_enough(label, hidden & ~start) else None
    reach = prove(system, hidden, bound, tables)
    hidden &= start | (reach.low < reach.high)  # what no table of the proof needs
    _by_programme(system, label, weight, hidden, reach)
    if tables is not None:
        reach = release(system, label, weight, hidden, start, reach, tables)
    return Choice(hidden=hidden, reach=reach)


def _board(
    kind: type[Board], chunk: Blocks, system: System, weight: Ints, hidden: Flags, bound: Flags
) -> Board:
    fixed = system.known | bound
    return kind(chunk, value=system.value, need=system.need, weight=weight, hidden=hidden, fixed=fixed)


def bound_cells(system: System) -> Flags:
    """Cells in relations that cubes do not keep."""
    return np.asarray(abs(system.matrix[system.foreign]).sum(axis=0) > 0).ravel()


def prove(system: System, hidden: Flags, bound: Flags, tables: Tables | None = None) -> Reach:
    """What cubes show of the intervals of hidden cells; every table is checked against the relations.

    The tables are added to `tables`, if that is given.
    """
    reach = Reach.none(system.value)
    for lattice, numbers in system.lattices:
        for blocks in cut(lattice, numbers, system.need[numbers]):
            kind = PairedBoard if blocks.bound else Board
            for chunk in blocks.chunks():
                board = _board(kind, chunk, system, np.ones(len(hidden), np.int64), hidden, bound)
                for evidence in board.evidence():
                    _take(system, hidden, evidence, reach)
                    if tables is not None:
                        tables.add(evidence.table, evidence.cell, evidence.change, evidence.tables)
    return reach


def _take(system: System, hidden: Flags, evidence: Evidence, reach: Reach) -> None:
    """Adds tables to what is known, after checking that a reader could not tell them from the true one."""
    changes = (evidence.change, (evidence.cell, evidence.table))
    change = sparse.csc_array(changes, shape=(len(system.value), evidence.tables))
    cells = change.indices
    number = system.value[cells] + change.data
    room = 1e-9 * max(1.0, float(np.abs(number).max(initial=0.0)))
    off = system.matrix @ change
    if not hidden[cells].all() or (number < -room).any() or (np.abs(off.data) > room).any():
        raise AssertionError("a table of the proof does not agree with what is shown")
    np.minimum.at(reach.low, cells, np.maximum(number, 0.0))
    np.maximum.at(reach.high, cells, number)


def _by_programme(system: System, label: Ints, weight: Ints, hidden: Flags, reach: Reach) -> None:
    """Programmes for the components in which a cell is too narrow as yet."""
    narrow = (system.need > 0) & ~system.known & short(reach.low, reach.high, system.need)
    for number in np.unique(label[narrow]):
        cells = np.flatnonzero(label == number)
        if len(cells) <= _NEAR:
            _programme(system, cells, weight, hidden, reach)
            continue
        for cell in np.flatnonzero(narrow & (label == number)):
            _programme(system, _near(system, cells, int(cell)), weight, hidden, reach)


def _programme(system: System, cells: Ints, weight: Ints, hidden: Flags, reach: Reach) -> None:
    matrix = system.matrix[:, cells]
    part = Part(
        matrix=matrix[np.diff(matrix.indptr) > 0],
        value=system.value[cells],
        need=system.need[cells],
        weight=weight[cells],
        hidden=hidden[cells],
        reach=reach.part(cells),
    )
    part.protect()
    hidden[cells] = part.hidden
    reach.put(cells, part.reach)


def _near(system: System, cells: Ints, cell: int) -> Ints:
    """Of a large component the cells that fewest relations lie between."""
    inside, allowed = np.zeros(len(system.value), bool), np.zeros(len(system.value), bool)
    inside[cell], allowed[cells] = True, True
    joins = abs(system.matrix)
    while True:
        rows = (joins @ inside.astype(float)) > 0
        grown = ((joins.T @ rows.astype(float)) > 0) & allowed
        new = np.flatnonzero(grown & ~inside)
        room = _NEAR - int(inside.sum())
        inside[new[:room]] = True
        if not len(new) or len(new) >= room:
            return np.flatnonzero(inside)
