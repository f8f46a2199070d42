"""Solving the calibration equations: factors of weights so that weighted sums meet their totals.

The factors minimise a distance under the totals. Its dual is a convex function of one number per total;
Newton's method finds the minimum, shortened where a whole step would not come nearer.

References
----------
Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of the American
Statistical Association 87, 376-382.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from .distances import Distance, DistanceFunction
from .solving import symmetric_solver

__all__ = ["Problem", "Solution", "inconsistent", "least_miss", "reachable", "solve"]

Floats = npt.NDArray[np.float64]

_SHORTEST = 1e-6
_ROUNDING = 1e-13
_LARGEST_PROGRAMME = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """What is to be met.

    Attributes
    ----------
    x
        Shape (m, p): what the totals count, by row or by cell.
    weights
        Shape (m,): before.
    totals
        Shape (p,).
    spread
        Shape (m,): variance that is taken to be proportional to; 1 where nothing is said.
    distance
        Which distance, with bounds.
    """

    x: Floats
    weights: Floats
    totals: Floats
    spread: Floats
    distance: DistanceFunction

    def missing(self, factors: Floats) -> Floats:
        """Shape (p,): totals less what is reached."""
        return self.totals - (self.weights * factors) @ self.x

    def off(self, missing: Floats) -> float:
        """The largest miss: as a fraction of its total and 1."""
        return float(np.max(np.abs(missing) / (1 + np.abs(self.totals)), initial=0.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """Factors of shape (m,), and how well they do."""

    factors: Floats
    iterations: int
    converged: bool


def solve(problem: Problem, *, tolerance: float, max_iterations: int) -> Solution:
    """Newton's method on the dual, with steps halved until they come nearer."""
    distance, spread = problem.distance, problem.spread
    scaled = problem.x / spread[:, np.newaxis]
    eta = np.zeros(len(problem.totals))
    u = np.zeros(len(problem.weights))
    factors = distance.factor(u)
    missing = problem.missing(factors)
    value = _dual(problem, u, eta)
    for iteration in range(1, max_iterations + 1):
        curvature = (problem.x * (problem.weights * distance.slope(u))[:, np.newaxis]).T @ scaled
        step = symmetric_solver(curvature)(missing)
        length, near = 1.0, problem.off(missing)
        while length > _SHORTEST:
            tried_eta = eta + length * step
            tried_u = scaled @ tried_eta
            with np.errstate(over="ignore", invalid="ignore"):
                tried = distance.factor(tried_u)
                tried_missing = problem.missing(tried)
                tried_value = _dual(problem, tried_u, tried_eta)
            nearer = problem.off(tried_missing) < near
            lower = tried_value < value - 1e-4 * length * float(step @ missing)
            if np.isfinite(tried_value) and (nearer or lower):
                break
            length /= 2
        else:
            return Solution(
                factors=factors, iterations=iteration, converged=_met(problem, missing, tolerance)
            )
        eta, u, factors, missing, value = tried_eta, tried_u, tried, tried_missing, tried_value
        if problem.off(missing) < tolerance:
            return Solution(factors=factors, iterations=iteration, converged=True)
    return Solution(factors=factors, iterations=max_iterations, converged=_met(problem, missing, tolerance))


def _dual(problem: Problem, u: Floats, eta: Floats) -> float:
    return float(problem.weights @ (problem.spread * problem.distance.area(u)) - problem.totals @ eta)


def _met(problem: Problem, missing: Floats, tolerance: float) -> bool:
    """Whether the totals are met within the tolerance, or as well as rounding of large sums allows."""
    rounding = _ROUNDING * (np.abs(problem.weights) @ np.abs(problem.x))
    return bool((np.abs(missing) <= np.maximum(tolerance * (1 + np.abs(problem.totals)), rounding)).all())


def inconsistent(problem: Problem, tolerance: float = 1e-8) -> npt.NDArray[np.int64]:
    """Places of totals that contradict others, because their columns depend on each other in the sample."""
    scaled = problem.x / problem.spread[:, np.newaxis]
    normal = (problem.x * problem.weights[:, np.newaxis]).T @ scaled
    missing = problem.missing(np.ones(len(problem.weights)))
    left = missing - normal @ symmetric_solver(normal)(missing)
    return np.flatnonzero(np.abs(left) > tolerance * (1 + np.abs(problem.totals)))


def reachable(problem: Problem) -> tuple[Floats, Floats]:
    """Least and greatest that each total can be within the bounds, each by itself."""
    low, high = problem.distance.low, problem.distance.high
    parts = problem.x * problem.weights[:, np.newaxis]
    up, down = np.maximum(parts, 0.0).sum(axis=0), np.minimum(parts, 0.0).sum(axis=0)

    def bounded(bound: Floats, sums: Floats) -> Floats:
        return np.where(sums == 0, 0.0, np.where(sums == 0, 1.0, sums) * bound)

    return bounded(low, up) + bounded(high, down), bounded(high, up) + bounded(low, down)


def least_miss(problem: Problem) -> float | None:
    r"""The smallest possible largest miss, as a fraction; None: too large to tell.

    Notes
    -----
    The linear programme: minimise :math:`t` where every total is met within :math:`t (1 + |T|)` by factors
    within the bounds.
    """
    m = len(problem.weights)
    if m > _LARGEST_PROGRAMME:
        return None
    sums = sparse.csr_array((problem.x * problem.weights[:, np.newaxis]).T)
    slack = -(1 + np.abs(problem.totals))[:, np.newaxis]
    limits = sparse.vstack([sparse.hstack([sums, slack]), sparse.hstack([-sums, slack])])
    low = 0.0 if problem.distance.kind is not Distance.LINEAR else -np.inf
    lows = np.broadcast_to(np.maximum(problem.distance.low, low), m)
    highs = np.broadcast_to(problem.distance.high, m)
    found = optimize.linprog(
        np.append(np.zeros(m), 1.0),
        A_ub=limits,
        b_ub=np.concatenate([problem.totals, -problem.totals]),
        bounds=[*zip(lows, highs, strict=True), (0.0, None)],
        method="highs",
    )
    return float(found.fun) if found.status == 0 else None
