"""Many sets of weights at once, kept as products of small tables.

A replicate multiplies the weights of whole units (clusters), and raking those of whole cells. So the weights
of a thousand replicates are a column of n numbers and a few tables, and only what is asked for is written
out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["Factor", "Stack"]

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_BLOCK = 4_000_000  # numbers written out at a time


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Factor:
    """A multiplier of each row in each replicate.

    ``table`` has shape (m, R), and ``codes``, shape (n,), says which line of it is a row's; None: its own.
    """

    table: Floats
    codes: Codes | None = None

    def block(self, chosen: slice) -> Floats:
        """Shape (n, chosen): multipliers of rows in some replicates."""
        part = self.table[:, chosen]
        return part if self.codes is None else part[self.codes]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stack:
    """Weights of n rows in R replicates: ``start`` times all factors."""

    start: Floats
    factors: tuple[Factor, ...]
    size: int

    def times(self, factor: Factor) -> Stack:
        """The same weights multiplied once more."""
        return replace(self, factors=(*self.factors, factor))

    def times_rows(self, multipliers: Floats) -> Stack:
        """Each row multiplied by the same in all replicates; shape (n,)."""
        return replace(self, start=self.start * multipliers)

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """Some replicates at a time with their weights, shape (n, some)."""
        step = max(1, _BLOCK // max(len(self.start), 1))
        for first in range(0, self.size, step):
            chosen = slice(first, min(first + step, self.size))
            yield chosen, self.block(chosen)

    def block(self, chosen: slice) -> Floats:
        """Weights in some replicates, shape (n, some)."""
        found = np.broadcast_to(self.start[:, np.newaxis], (len(self.start), len(range(self.size)[chosen])))
        for factor in self.factors:
            found = found * factor.block(chosen)
        return np.ascontiguousarray(found)

    def sums(self, codes: Codes, groups: int) -> Floats:
        """Sums of weights by group, shape (groups, R)."""
        n = len(self.start)
        if len(self.factors) == 1 and self.factors[0].codes is not None:
            factor = self.factors[0]
            pairs = sparse.coo_array((self.start, (codes, factor.codes)), shape=(groups, len(factor.table)))
            return np.asarray(pairs.tocsr() @ factor.table)
        rows = sparse.coo_array((np.ones(n), (codes, np.arange(n))), shape=(groups, n)).tocsr()
        found = np.empty((groups, self.size))
        for chosen, weights in self.blocks():
            found[:, chosen] = rows @ weights
        return found
