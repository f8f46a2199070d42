"""Chooses what to hide by linear programmes, where cubes do not do (see `cubes`).

For a cell p that is too narrow, two tables are sought that differ by enough at p and from the true one at
as little weight as possible [2]_:

    min  sum_j w_j (|up_j| + |down_j|)
    A up = A down = 0,   v + up >= 0,   v + down >= 0,   up_p - down_p >= need_p              (2)

with w_j = 0 (nearly) where j is hidden already. Where up or down is not 0, the cell is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from .arrays import Flags, Floats, Ints
from .attack import Reach, attack, short

__all__ = ["Part"]

_SHARES = (1.0, 0.5, 0.1, 0.01)  # of the need: where it cannot be had, as much as can


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Some cells of a system, all others held fast; `hidden` and `reach` change in place.

    Attributes
    ----------
    matrix, value, need, weight : as in the system, for these cells only
    hidden : hidden so far
    """

    matrix: sparse.csr_array
    value: Floats
    need: Floats
    weight: Ints
    hidden: Flags
    reach: Reach

    def narrow(self) -> Flags:
        """Cells in need whose interval is too narrow as yet."""
        return (self.need > 0) & short(self.reach.low, self.reach.high, self.need)

    def protect(self) -> None:
        """Hides what the cells still too narrow need; one that nothing can protect is left so.

        At most two programmes (1) and some of (2) for each, with four unknowns for each cell.
        """
        narrow = np.flatnonzero(self.narrow())
        for cell in narrow[np.lexsort((narrow, -self.value[narrow], -self.need[narrow]))]:
            one = np.arange(len(self.value)) == cell
            attack(self.matrix, self.value, self.hidden, self.need, one, reach=self.reach)
            if not self.narrow()[cell]:
                continue
            for share in _SHARES:
                found = self._tables(int(cell), share * self.need[cell])
                if found is not None:
                    self.hidden[(found != 0).any(axis=0)] = True
                    for change in found:
                        self.reach.add(np.arange(len(self.value)), self.value + change)
                    break

    def _tables(self, cell: int, need: float) -> Floats | None:
        """The two tables of (2) as changes of the true one, (2, cells); None if there are none."""
        size = len(self.value)
        signed = sparse.hstack([self.matrix, -self.matrix], format="csr")
        apart = np.zeros((1, 4 * size))
        apart[0, [cell, size + cell, 2 * size + cell, 3 * size + cell]] = (-1.0, 1.0, 1.0, -1.0)
        most = np.concatenate([np.full(size, np.inf), self.value])
        answer = linprog(
            np.tile(np.where(self.hidden, 1e-4, self.weight / 100.0), 4),
            A_ub=sparse.csr_array(apart),
            b_ub=[-need],
            A_eq=sparse.block_diag([signed, signed], format="csr"),
            b_eq=np.zeros(2 * self.matrix.shape[0]),
            bounds=np.column_stack([np.zeros(4 * size), np.tile(most, 2)]),
            method="highs",
        )
        if answer.status != 0:
            return None
        parts = np.where(answer.x > 1e-7, answer.x, 0.0).reshape(2, 2, size)
        return parts[:, 0] - parts[:, 1]
