"""Numbers for what was not measured, and the check that totals add up."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from .arrays import Flags, Floats, Ints

__all__ = ["complete", "holds"]


def holds(matrix: sparse.csr_array, value: Floats) -> Flags:
    """(relations,) whether each holds, to what sums of floats allow."""
    held: Flags = np.abs(matrix @ value) <= 1e-9 * np.maximum(1.0, abs(matrix) @ np.abs(value))
    return held


def complete(matrix: sparse.csr_array, value: Floats) -> tuple[Floats, Flags, dict[int, tuple[float, float]]]:
    """Checks that the relations hold, and finds numbers for what was not measured.

    Where a total is the sum of what was measured, it counts only that: what is missing adds nothing and
    readers know it (``closed``). Elsewhere the missing cells share the rest.

    Returns
    -------
    value, closed, wrong
        Numbers without nan; which cells are closed; for each relation that fails its total and its parts.
    """
    value, closed = value.copy(), np.zeros(len(value), bool)
    while True:
        known = ~np.isnan(value)
        filled = np.where(known, value, 0.0)
        rest = -(matrix @ filled)  # total - parts, of what is known
        room = 1e-9 * np.maximum(1.0, abs(matrix) @ filled)
        parts_open = (matrix > 0) @ (~known).astype(np.int64)
        total_open = (matrix < 0) @ (~known).astype(np.int64)
        bad = (total_open == 0) & np.where(parts_open == 0, np.abs(rest) > room, rest < -room)
        if bad.any() or known.all():
            return value, closed, _sums(matrix, filled, np.flatnonzero(bad))
        spent = (total_open == 0) & (parts_open > 0) & (rest <= room)
        nothing = ~known & ((matrix[spent] != 0).sum(axis=0) > 0)
        if nothing.any():
            value[nothing], closed = 0.0, closed | nothing
            continue
        single = np.flatnonzero(parts_open + total_open == 1)
        if not len(single):
            return _shared(matrix, value, closed)
        for row in single:
            cell = next(
                cell
                for cell in matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
                if not known[cell]
            )
            value[cell] = abs(rest[row])


def _sums(matrix: sparse.csr_array, value: Floats, rows: Ints) -> dict[int, tuple[float, float]]:
    found = {}
    for row in rows:
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        terms = matrix.data[span] * value[matrix.indices[span]]
        found[int(row)] = (float(-terms[terms < 0].sum()), float(terms[terms > 0].sum()))
    return found


def _shared(
    matrix: sparse.csr_array, value: Floats, closed: Flags
) -> tuple[Floats, Flags, dict[int, tuple[float, float]]]:
    """Any non-negative numbers for the missing cells that agree with all relations."""
    missing = np.isnan(value)
    filled = np.where(missing, 0.0, value)
    open_matrix = matrix[:, missing]
    rows = np.flatnonzero(np.diff(open_matrix.indptr))
    rest = -(matrix @ filled)[rows]
    if not len(rows):
        return filled, closed, {}
    answer = linprog(np.zeros(int(missing.sum())), A_eq=open_matrix[rows], b_eq=rest, method="highs")
    if answer.status != 0:
        return filled, closed, _sums(matrix, filled, rows[np.argmax(np.abs(rest))][None])
    filled[missing] = np.maximum(answer.x, 0.0)
    return filled, closed, {}
