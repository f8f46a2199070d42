"""How long suppression takes, how much it hides, and how that compares with plain linear programming.

    python -m benchmarks.suppression [--projects 600] [--years 5] [--seed 1]

The tables are made up from a seed: counts of persons for projects, years, 7 wards and 3 groups, many of them
below the threshold of 10. Three cuts of them, from independent small tables to one table with all margins:

    each     margins over wards and groups, for every project and year
    years    margins over years as well
    all      margins over projects as well: one table of four dimensions

Printed are time (wall and processor), peak memory of the process, cells hidden, and whether an attack on the
result finds anything. Then, at a size where they can be run at all, the peers: an attack with two linear
programmes over all hidden cells for each hidden cell, whose intervals are compared with ours; and the least
that can be hidden, by integer programming.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import resource
import sys
import time
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "src")]

from jichi.methods.suppression import Cell, Rule, Table, suppress, verify  # noqa: E402
from jichi.methods.suppression.attack import components  # noqa: E402
from jichi.methods.suppression.choosing import weights  # noqa: E402
from jichi.methods.suppression.system import System, build  # noqa: E402

DIMENSIONS = ("project", "year", "ward", "group")
CUTS = {"each": (2, 3), "years": (1, 2, 3), "all": (0, 1, 2, 3)}


def made_up(cut: str, *, projects: int, years: int, seed: int) -> Table:
    """Counts with mean 19, a third of them below 10, and the margins of the cut."""
    random = np.random.default_rng(seed)
    numbers = random.negative_binomial(0.6, 0.03, size=(projects, years, 7, 3))
    sizes = numbers.shape
    for axis in CUTS[cut]:
        numbers = np.concatenate([numbers.sum(axis=axis, keepdims=True), numbers], axis=axis)
    members = [
        [*([""] if axis in CUTS[cut] else []), *(f"{name}{number:03d}" for number in range(size))]
        for axis, (name, size) in enumerate(zip("pywg", sizes, strict=True))
    ]
    cells = [
        Cell(key=key, value=value)
        for key, value in zip(itertools.product(*members), numbers.ravel().tolist(), strict=True)
    ]
    return Table(name="persons", dimensions=DIMENSIONS, cells=cells)


def measure(cut: str, projects: int, years: int, seed: int) -> str:
    """One line of the first table."""
    table = made_up(cut, projects=projects, years=years, seed=seed)
    wall, processor = time.perf_counter(), time.process_time()
    answer = suppress([table])
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    found = len(verify([table], hidden=answer.hidden).failures)
    counts = answer.counts
    return (
        f"{cut:6} {projects:5} x {years} {len(table.cells):8,} {wall:7.2f} {processor:7.2f} {peak:6.0f}"
        f" {counts.primary:8,} {counts.complementary:8,} {len(answer.proof.failures) + found:6}"
        f" {time.perf_counter() - start:7.2f}"
    )


def in_own_process(*case: object) -> str:
    """The same in a process of its own, whose peak memory is that of the case alone."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, case)


def plain_attack(system: System, hidden: np.ndarray) -> tuple[float, dict[int, tuple[float, float]]]:
    """Two programmes over all hidden cells at once for each of them; seconds and intervals."""
    start = time.perf_counter()
    cells = np.flatnonzero(hidden)
    matrix = system.matrix[:, cells]
    right = matrix @ system.value[cells]
    found = {}
    for at, cell in enumerate(cells):
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(cells))
            goal[at] = sign
            answer = linprog(goal, A_eq=matrix, b_eq=right, method="highs")
            ends.append(sign * answer.fun if answer.status == 0 else np.inf)
        found[int(cell)] = (ends[0], ends[1])
    return time.perf_counter() - start, found


def compare_attacks(projects: int, seed: int) -> None:
    """Plain attack and ours on the same pattern: the intervals must be the same."""
    table = made_up("each", projects=projects, years=1, seed=seed)
    answer = suppress([table])
    system = build([table], rule=Rule())
    hidden = np.zeros(len(system.value), bool)
    hidden[[system.places[ref] for ref in answer.hidden]] = True
    plain, intervals = plain_attack(system, hidden)
    start = time.perf_counter()
    proof = verify([table], hidden=answer.hidden, exact=True)
    exact = time.perf_counter() - start
    start = time.perf_counter()
    verify([table], hidden=answer.hidden)
    enough = time.perf_counter() - start
    pairs = [
        (proof.intervals[ref], intervals[number]) for ref, number in system.places.items() if hidden[number]
    ]
    worst = max(max(_apart(ours.low, low), _apart(ours.high, high)) for ours, (low, high) in pairs)
    print(
        f"{projects:5} tables, {int(hidden.sum()):5} hidden: plain {plain:7.2f} s, ours exact {exact:6.2f} s,"
        f" ours until wide enough {enough:6.2f} s; largest difference of an interval's end {worst:.1e}"
    )


def _apart(one: float, other: float) -> float:
    return 0.0 if one == other else abs(one - other)


def least(system: System, cells: np.ndarray, weight: np.ndarray) -> tuple[int, float]:
    """The lightest pattern for one component: for each cell in need two tables of the hidden cells."""
    rows = np.flatnonzero(abs(system.matrix[:, cells]).sum(axis=1))
    inner = system.matrix[rows][:, cells]
    value, need, weight = system.value[cells], system.need[cells], weight[cells]
    size, small = len(cells), np.flatnonzero(need > 0)
    tables = 2 * len(small)
    identity = sparse.eye_array(size)
    nothing = sparse.csr_array((inner.shape[0] * tables, size))
    sums = sparse.hstack([nothing, sparse.kron(sparse.eye_array(tables), inner)])
    moves = sparse.kron(sparse.eye_array(tables), identity)
    each = np.ones((tables, 1))
    most = sparse.kron(each, sparse.diags_array(np.full(size, 4.0 * need.max())))
    least_value = sparse.kron(each, sparse.diags_array(value))
    apart = sparse.lil_array((len(small), size * (tables + 1)))
    for number, cell in enumerate(small):
        apart[number, size * (2 * number + 1) + cell] = 1.0
        apart[number, size * (2 * number + 2) + cell] = -1.0
    answer = milp(
        np.concatenate([weight / 100.0, np.zeros(size * tables)]),
        constraints=[
            LinearConstraint(sums.tocsr(), 0, 0),
            LinearConstraint(sparse.hstack([most, -moves]).tocsr(), 0, np.inf),
            LinearConstraint(sparse.hstack([least_value, moves]).tocsr(), 0, np.inf),
            LinearConstraint(apart.tocsr(), need[small], np.inf),
        ],
        integrality=np.concatenate([np.ones(size), np.zeros(size * tables)]),
        bounds=Bounds(
            np.concatenate([(need > 0).astype(float), np.full(size * tables, -np.inf)]),
            np.concatenate([np.ones(size), np.full(size * tables, np.inf)]),
        ),
        options={"time_limit": 30},
    )
    chosen = (answer.x[:size] > 0.5) & (need == 0)
    return int(chosen.sum()), float(weight[chosen].sum() / 100)


def compare_with_least(projects: int, seed: int) -> None:
    """Complementary cells of ours and of the least, on tables of two dimensions."""
    table = made_up("each", projects=projects, years=1, seed=seed)
    system = build([table], rule=Rule())
    weight, label = weights(system), components(system.matrix)
    start = time.perf_counter()
    found = [
        least(system, np.flatnonzero(label == number), weight) for number in np.unique(label[system.need > 0])
    ]
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    answer = suppress([table])
    ours = time.perf_counter() - start
    print(
        f"{projects:5} tables: ours {answer.counts.complementary} complementary cells in {ours:.2f} s,"
        f" the lightest pattern {sum(one[0] for one in found)} in {seconds:.2f} s"
    )


def main() -> None:
    """Runs all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, default=600)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print("cut     projects     cells  wall s   cpu s     MB  primary   compl. unsafe  attack s")
    for cut in CUTS:
        for projects in sorted({min(30, options.projects), min(150, options.projects), options.projects}):
            print(in_own_process(cut, projects, options.years, options.seed), flush=True)
    print("\nThe plain attack: two programmes over all hidden cells for each hidden cell")
    for projects in (2, 8, 24):
        compare_attacks(projects, options.seed)
    print("\nThe least that can be hidden")
    compare_with_least(20, options.seed)


if __name__ == "__main__":
    main()
