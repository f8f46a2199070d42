"""Solving normal equations whose columns may depend on each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["RANK", "Solver", "solve_symmetric_stack", "symmetric_solver"]

Floats = npt.NDArray[np.float64]
Solver = Callable[[Floats], Floats]

RANK = 1e-12
"""A direction that carries less than this fraction of the largest is none: its columns depend on others."""


def symmetric_solver(normal: Floats) -> Solver:
    """The least solution of ``normal @ x = right`` for any right side, by columns brought to one scale.

    Redundant columns, such as the last group of a second margin, are no trouble: all solutions fit alike.
    """
    size = np.sqrt(np.maximum(np.diag(normal), 0.0))
    inverse = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)
    values, vectors = np.linalg.eigh(normal * inverse * inverse[:, np.newaxis])
    kept = values > RANK * values.max(initial=0.0)
    half = vectors[:, kept] * inverse[:, np.newaxis] / np.sqrt(values[kept])

    def solve(right: Floats) -> Floats:
        found: Floats = half @ (half.T @ right)
        return found

    return solve


def solve_symmetric_stack(normals: Floats, rights: Floats) -> Floats:
    """The least solutions of many systems at once: shape (R, p, p) and (R, p), to (R, p)."""
    size = np.sqrt(np.maximum(np.einsum("rii->ri", normals), 0.0))
    inverse = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)
    values, vectors = np.linalg.eigh(normals * inverse[:, :, np.newaxis] * inverse[:, np.newaxis, :])
    kept = values > RANK * np.maximum(values[:, -1:], 0.0)
    parts = np.einsum("rpq,rp->rq", vectors, rights * inverse)
    parts = np.divide(parts, values, out=np.zeros_like(parts), where=kept)
    found: Floats = np.einsum("rpq,rq->rp", vectors, parts) * inverse
    return found
