"""The calibration equations of many replicates at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from .calibration_solver import Problem, solve
from .solving import solve_symmetric_stack

__all__ = ["solve_many"]

Floats = npt.NDArray[np.float64]

_LARGEST = 20_000_000  # numbers that may be held at once


def solve_many(
    problem: Problem, weights: Floats, *, tolerance: float, max_iterations: int
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Factors, shape (m, R), for other weights than the problem's, shape (m, R), and where totals are met.

    Newton's method with whole steps for all at once; those that do not come nearer by it, one by one.
    """
    m, size = weights.shape
    columns = problem.x.shape[1]
    factors = np.ones_like(weights)
    met = np.zeros(size, dtype=bool)
    if m * columns**2 <= _LARGEST:
        step = max(1, _LARGEST // max(4 * m, columns**2))
        for first in range(0, size, step):
            some = slice(first, first + step)
            factors[:, some], met[some] = _whole_steps(
                problem, weights[:, some], tolerance=tolerance, max_iterations=max_iterations
            )
    for place in np.flatnonzero(~met):
        alone = replace(problem, weights=weights[:, place])
        found = solve(alone, tolerance=tolerance, max_iterations=max_iterations)
        factors[:, place], met[place] = found.factors, found.converged
    return factors, met


def _whole_steps(
    problem: Problem, weights: Floats, *, tolerance: float, max_iterations: int
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Factors and where they are right; replicates that a whole step takes farther off are given up."""
    distance, totals = problem.distance, problem.totals
    scaled = problem.x / problem.spread[:, np.newaxis]
    columns = len(totals)
    pairs = (problem.x[:, :, np.newaxis] * scaled[:, np.newaxis, :]).reshape(len(problem.x), -1)
    found = np.ones_like(weights)
    met = np.zeros(weights.shape[1], dtype=bool)
    open_ = np.arange(weights.shape[1])
    eta = np.zeros((weights.shape[1], columns))
    u = np.zeros_like(weights)
    factors = distance.factor(u)
    missing = totals - (weights * factors).T @ problem.x
    for _ in range(max_iterations):
        own = weights[:, open_]
        normals = ((own * distance.slope(u)).T @ pairs).reshape(-1, columns, columns)
        eta = eta + solve_symmetric_stack(normals, missing)
        with np.errstate(over="ignore", invalid="ignore"):
            u = scaled @ eta.T
            factors = distance.factor(u)
            new = totals - (own * factors).T @ problem.x
        off, before = _off(new, totals), _off(missing, totals)
        done = off < tolerance
        found[:, open_[done]], met[open_[done]] = factors[:, done], True
        left = ~done & (off < before)
        open_, eta, u, missing = open_[left], eta[left], u[:, left], new[left]
        if not open_.size:
            break
    return found, met


def _off(missing: Floats, totals: Floats) -> Floats:
    found: Floats = np.max(np.abs(missing) / (1 + np.abs(totals)), axis=1, initial=0.0)
    return found
