"""Weighted sums of variables over domains, the fractions of two such sums, and how each row moves them.

Totals, means, shares and ratios, of everybody or of each of many domains, are all one thing: sums of a
variable over rows, over sums of another. What is many columns wide is made a column at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["Fraction", "Groups", "Variables"]

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Domains that rows are split into: shape (n,) of places, and how many; no codes: one domain of all."""

    codes: Codes | None = None
    size: int = 1

    def sums(self, values: Floats) -> Floats:
        """Shape (groups,): sums of values of shape (n,)."""
        if self.codes is None:
            return np.array([values.sum()])
        return np.asarray(np.bincount(self.codes, weights=values, minlength=self.size), dtype=np.float64)

    def spread(self, numbers: Floats) -> Any:
        """The number of each row's group: a number where there is one group, else shape (n,)."""
        return numbers[0] if self.codes is None else numbers[self.codes]

    def only(self, place: int, values: Floats) -> Floats:
        """Values in the rows of one group, 0 elsewhere."""
        return values if self.codes is None else np.where(self.codes == place, values, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Variables:
    """Columns of numbers, shape (n, k), or for each of k categories whether a row is in it."""

    columns: Floats | None = None
    codes: Codes | None = None
    count: int = 1

    def column(self, place: int) -> Floats:
        """Shape (n,)."""
        if self.columns is not None:
            return np.asarray(self.columns[:, place])
        if self.codes is None:
            raise IndexError(place)
        return np.asarray(self.codes == place, dtype=np.float64)

    def sums(self, weights: Floats, groups: Groups) -> Floats:
        """Shape (k, groups): weighted sums."""
        if self.columns is not None:
            columns = [groups.sums(weights * column) for column in self.columns.T]
            return np.stack(columns) if columns else np.zeros((0, groups.size))
        found = np.bincount(self._cells(groups), weights=weights, minlength=self.count * groups.size)
        return np.asarray(found.reshape(self.count, groups.size), dtype=np.float64)

    def replicate_sums(self, weights: Floats, groups: Groups) -> Floats:
        """Shape (R, k, groups), of weights of shape (n, R)."""
        rows = weights.shape[0]
        if self.columns is not None and groups.codes is None:
            return np.asarray((weights.T @ self.columns)[:, :, np.newaxis])
        if self.columns is not None:
            made = [
                self._spread(groups.codes, groups.size, rows, column) @ weights for column in self.columns.T
            ]
            found = np.stack(made) if made else np.zeros((0, groups.size, weights.shape[1]))
            return np.moveaxis(found, 2, 0)
        cells = self._cells(groups)
        sums = self._spread(cells, self.count * groups.size, rows, np.ones(rows)) @ weights
        return np.asarray(sums.T.reshape(weights.shape[1], self.count, groups.size), dtype=np.float64)

    def _cells(self, groups: Groups) -> Codes:
        if self.codes is None:
            raise IndexError("no categories")
        return self.codes if groups.codes is None else self.codes * groups.size + groups.codes

    @staticmethod
    def _spread(codes: Codes | None, size: int, rows: int, values: Floats) -> Any:
        return sparse.csr_array((values, (codes, np.arange(rows))), shape=(size, rows))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fraction:
    """Sums of some variables over the sums of others, in each of some domains.

    Attributes
    ----------
    weights
        Shape (n,); 0 outside the domain.
    top
        k variables.
    bottom
        As many, or one for all of them; None: the sums themselves.
    """

    weights: Floats
    top: Variables
    bottom: Variables | None
    groups: Groups

    @property
    def count(self) -> int:
        """Number of fractions: variables times groups."""
        return self.top.count * self.groups.size

    def bottoms(self) -> Floats:
        """Shape (k, groups): what is divided by."""
        if self.bottom is None:
            return np.ones((self.top.count, self.groups.size))
        found = self.bottom.sums(self.weights, self.groups)
        return np.broadcast_to(found, (self.top.count, self.groups.size))

    def values(self) -> Floats:
        """Shape (k, groups); NaN where the divisor is 0."""
        return _divided(self.top.sums(self.weights, self.groups), self.bottoms())

    def replicate_values(self, weights: Floats) -> Floats:
        """Shape (R, k·groups), of weights of shape (n, R); the last of the two runs fastest."""
        found = self.top.replicate_sums(weights, self.groups)
        if self.bottom is not None:
            found = _divided(found, self.bottom.replicate_sums(weights, self.groups))
        return found.reshape(weights.shape[1], self.count)

    def deviation(self, place: int, values: Floats) -> Floats:
        """Shape (n,): a variable less its fraction (of the row's group) of the one below."""
        column = self.top.column(place)
        if self.bottom is None:
            return column
        fraction = self.groups.spread(np.nan_to_num(values[place]))
        if self.bottom.codes is not None and self.bottom.count == 1:
            return np.asarray(column - fraction)
        return np.asarray(column - fraction * self.bottom.column(place if self.bottom.count > 1 else 0))


class Influence:
    """Weighted influence values of fractions, made a few columns at a time.

    The columns are in the order of :meth:`Fraction.replicate_values`. ``columns(first, last)`` has the shape
    (n, last - first) and is 0 outside a column's domain.
    """

    def __init__(self, fraction: Fraction, values: Floats) -> None:
        self._fraction = fraction
        self._values = values
        self._over = np.nan_to_num(_divided(np.ones_like(values), fraction.bottoms()))
        self._made: tuple[int, Floats] = (-1, np.zeros(0))

    def columns(self, first: int, last: int) -> Floats:
        """Columns from the first up to the last number."""
        groups = self._fraction.groups
        found = np.empty((len(self._fraction.weights), last - first), order="F")
        for number in range(first, last):
            place, group = divmod(number, groups.size)
            found[:, number - first] = groups.only(group, self.variable(place))
        return found

    def variable(self, place: int) -> Floats:
        """Shape (n,): the influence of each row on a variable's fraction in its own domain."""
        # The columns of one variable follow each other and differ only in which rows they hold.
        if self._made[0] != place:
            fraction = self._fraction
            made = fraction.weights * fraction.deviation(place, self._values)
            if fraction.bottom is not None:
                made *= fraction.groups.spread(self._over[place])
            self._made = (place, made)
        return self._made[1]


def _divided(top: Floats, bottom: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom == 0, np.nan, top / bottom)
