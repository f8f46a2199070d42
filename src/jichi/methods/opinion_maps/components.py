"""The two directions in which votes differ most: principal axes with a fixed sign and a rule for ties.

References
----------
Lanczos, C. (1950). An iteration method for the solution of the eigenvalue problem of linear differential and
integral operators. Journal of Research of the National Bureau of Standards 45, 255-282.

Parlett, B. N. (1998). The Symmetric Eigenvalue Problem. SIAM (full reorthogonalisation, chapter 13; counting
eigenvalues by the law of inertia, chapter 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import linalg
from scipy.linalg import lapack

__all__ = ["TIE", "Axes", "leading_axes"]

TIE = 1e-9
"""Variances that differ by less than this part of the largest are a tie."""

_NOTHING = 1e-12
_BREAKDOWN = 1e-13
_CONVERGED = 1e-15
_LONG = 10_000
_GOLDEN = 0.6180339887498949

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Axes:
    """Two principal axes.

    Attributes
    ----------
    loadings
        Two rows, one number for each statement; each of length 1, or all 0 where there is no such axis.
    variances
        Sum of squares along each axis, the larger first.
    total
        Sum of squares along all axes.
    rank
        How many of the two axes there are.
    tied
        Whether other axes, equally good, could have been drawn: the choice among them follows a rule.
    """

    loadings: FloatArray
    variances: FloatArray
    total: float
    rank: int
    tied: bool

    @property
    def explained(self) -> FloatArray:
        """The part of all variance along each axis; 0 where nothing varies."""
        return self.variances / self.total if self.total > 0 else np.zeros(2)


def _times(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    """A product row by row: that of a BLAS may be added up otherwise on another number of threads.

    A single row is cut up for threads only above 10,000 numbers, where the slower way is taken.
    """
    long = vector.size > _LONG
    product: FloatArray = np.einsum("ij,j->i", matrix, vector) if long else np.vecdot(matrix, vector)
    return product


def _start(size: int, turn: int) -> FloatArray:
    """A vector with a part in every direction: fractional parts of multiples of the golden ratio."""
    fractions: FloatArray = np.mod(np.arange(1, size + 1) * _GOLDEN + turn * 0.137, 1.0)
    return fractions - 0.5


def _orthogonal(vector: FloatArray, basis: FloatArray) -> FloatArray:
    for _ in range(2):
        vector = vector - np.einsum("kj,k->j", basis, _times(basis, vector))
    return vector


class _Lanczos:
    """A symmetric matrix turned into a tridiagonal one, a row at a time, the basis kept orthogonal."""

    def __init__(self, matrix: FloatArray) -> None:
        self.matrix, self.size = matrix, matrix.shape[0]
        self.scale = float(np.trace(matrix))
        self.basis = np.zeros((0, self.size))
        self.diagonal: list[float] = []
        self.beside: list[float] = []
        self.next: FloatArray | None = None
        self.turn = 0
        self._restart()

    def _restart(self) -> None:
        """A new direction, where those met so far have led nowhere further."""
        while len(self.basis) < self.size:
            vector = _orthogonal(_start(self.size, self.turn), self.basis)
            self.turn += 1
            length = float(np.sqrt(np.sum(vector * vector)))
            if length > 1e-8:
                self.next = _orthogonal(vector / length, self.basis)
                self.next /= np.sqrt(np.sum(self.next * self.next))
                return
        self.next = None

    def step(self) -> bool:
        """One row more; whether the directions met so far were left behind (a breakdown) or all are met."""
        if self.next is None:
            return True
        self.basis = np.vstack([self.basis, self.next])
        moved = _times(self.matrix, self.next)
        self.diagonal.append(float(np.sum(moved * self.next)))
        moved = _orthogonal(moved, self.basis)
        length = float(np.sqrt(np.sum(moved * moved)))
        if length > _BREAKDOWN * self.scale and len(self.basis) < self.size:
            self.beside.append(length)
            self.next = moved / length
            return False
        self.beside.append(0.0)
        self._restart()
        return True

    def ritz(self, most: int | None = None) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Values (largest first), vectors as rows, and how far each is from being exact."""
        count = len(self.diagonal)
        found = (
            {}
            if most is None or most >= count
            else {"select": "i", "select_range": (count - most, count - 1)}
        )
        values, small = linalg.eigh_tridiagonal(
            np.array(self.diagonal), np.array(self.beside[:-1]), check_finite=False, **found
        )
        values, small = values[::-1], small[:, ::-1]
        vectors = np.einsum("ki,kj->ij", small, self.basis)
        return values, vectors, np.abs(self.beside[-1] * small[-1])


def _converged(values: FloatArray, misses: FloatArray) -> bool:
    return values.size >= 2 and bool(np.all(misses[:2] <= _CONVERGED * values[0]))


def _factors(matrix: FloatArray, values: FloatArray, vectors: FloatArray, level: float, kind: type) -> bool:
    """Whether level times 1, less the matrix without the given parts, has a Cholesky factor."""
    rest: npt.NDArray[Any] = (values[:, None] * vectors).astype(kind).T @ vectors.astype(kind)
    np.subtract(rest, matrix, out=rest, casting="same_kind")
    rest[np.diag_indices_from(rest)] += kind(level)
    factor = lapack.spotrf if kind is np.float32 else lapack.dpotrf
    return bool(factor(rest.T, lower=1, clean=0, overwrite_a=1)[1] == 0)


def _nothing_above(matrix: FloatArray, values: FloatArray, vectors: FloatArray, level: float) -> bool:
    """Whether no eigenvalue but those given reaches the level: what is left then has a Cholesky factor.

    A rounding of float32 is at most about 1e-4 of the largest eigenvalue here, so a factor at a level that
    much lower is proof enough and costs half.
    """
    lower = level - 1e-3 * values[0]
    if lower > 0 and _factors(matrix, values, vectors, lower, np.float32):
        return True
    return _factors(matrix, values, vectors, level, np.float64)


def _quick(matrix: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """The two largest eigenvalues and their vectors, or None where a third is as large as the second."""
    process = _Lanczos(matrix)
    while True:
        ended = process.step()
        count = len(process.diagonal)
        if not (ended or (count >= 9 and count % 3 == 0)):
            continue
        values, vectors, misses = process.ritz(2)
        if process.next is None or _converged(values, misses):
            break
    if values.size < 2 or values[1] <= _NOTHING * values[0]:
        second = np.zeros(matrix.shape[0])
        values, vectors = np.array([values[0], 0.0]), np.stack([vectors[0], second])
        level = _NOTHING * values[0]
    else:
        level = values[1] - TIE * values[0]
    if values[1] > 0 and values[0] - values[1] <= TIE * values[0]:
        return None
    return (values, vectors) if _nothing_above(matrix, values, vectors, level) else None


def _pointed(space: FloatArray) -> FloatArray:
    """Of a space of tied axes (rows), the one that loads most on a single statement."""
    reach = np.sum(space * space, axis=0)
    place = int(np.flatnonzero(reach >= reach.max() * (1 - TIE))[0])
    chosen: FloatArray = np.einsum("kj,k->j", space, space[:, place])
    chosen /= np.sqrt(np.sum(chosen * chosen))
    return chosen


def _without(space: FloatArray, chosen: FloatArray) -> FloatArray:
    """What is left of a space when one direction in it is taken out."""
    left = space - np.multiply.outer(_times(space, chosen), chosen)
    rows: FloatArray = linalg.svd(left, full_matrices=False, check_finite=False)[2]
    return rows[: len(space) - 1]


def _thorough(matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """All eigenvalues; among tied ones the axes that load most on one statement, the first in order."""
    process = _Lanczos(matrix)
    while process.next is not None:
        process.step()
    values, vectors, _ = process.ritz()
    axes: list[FloatArray] = []
    first = vectors[values >= values[0] * (1 - TIE)]
    axes.append(_pointed(first))
    if len(first) > 1:
        axes.append(_pointed(_without(first, axes[0])))
    else:
        second = (values < values[0] * (1 - TIE)) & (values >= values[1] - TIE * values[0])
        axes.append(_pointed(vectors[second]))
    return values[:2].copy(), np.stack(axes)


def _signed(vector: FloatArray) -> FloatArray:
    """The largest loading is positive; of equally large ones, the first in order of statements."""
    size = np.abs(vector)
    place = int(np.flatnonzero(size >= size.max() * (1 - TIE))[0])
    return -vector if vector[place] < 0 else vector


def leading_axes(scatter: FloatArray, active: npt.NDArray[np.bool_]) -> Axes:
    """The two principal axes of a matrix of sums of squares and products.

    Parameters
    ----------
    scatter
        Symmetric, statements by statements.
    active
        Statements that may load on an axis: those that are kept and whose votes differ.

    Returns
    -------
    Axes
        Loadings are 0 exactly for statements that are not active.

    Notes
    -----
    Lanczos' process with full reorthogonalisation, from a fixed start, until both values are exact to the
    machine; then a Cholesky factor proves that no other eigenvalue reaches the second (law of inertia). No
    step depends on the number of threads. Where variances tie to within :data:`TIE` the axes are not
    determined by the votes: the axis is taken that loads most on a single statement, the first in order among
    equals, and ``tied`` says so. A sign is fixed by the largest loading, which is positive.

    Cost: about 30 to 60 products of the matrix with a vector; with a tie, as many as there are statements.
    """
    size = scatter.shape[0]
    loadings = np.zeros((2, size))
    places = np.flatnonzero(active)
    if places.size == 0:
        return Axes(loadings=loadings, variances=np.zeros(2), total=0.0, rank=0, tied=False)
    matrix = scatter if places.size == size else np.ascontiguousarray(scatter[np.ix_(places, places)])
    quick = _quick(matrix)
    values, vectors = _thorough(matrix) if quick is None else quick
    rank = 2 if values[1] > _NOTHING * values[0] else 1
    for axis in range(rank):
        loadings[axis, places] = _signed(vectors[axis])
    return Axes(
        loadings=loadings,
        variances=np.array([values[0], values[1] if rank == 2 else 0.0]),
        total=float(np.trace(matrix)),
        rank=rank,
        tied=quick is None,
    )
