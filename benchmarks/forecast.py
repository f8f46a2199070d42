"""Do forecast intervals hold as often as they say, and how good are probabilities of meeting a target?

    python -m benchmarks.forecast [--archive file.csv] [--series 800] [--seed 1] [--learn]

The archive is a table with the columns ``series``, ``year`` and ``value``, or made up from a seed: walks with
and without drift, figures that return to a mean, even trends with noise, sudden shifts, leaps, shares near
their bound, counts. From each series the last 4 values are kept back; the last 6 or 10 before them are given.

    cov80, cov95   how often the central interval holds the value kept back, over horizons 1 to 4
    Brier          mean squared error of the probability that the fourth year's value is at least a target.
                   Seven targets: the last value plus -2, -1, -1/2, 0, 1/2, 1 and 2 mean absolute steps of the
                   values given
    width          median width of the 80 per cent interval of the fourth year, in mean absolute steps
    seconds        processor time for all series and horizons; for ours also that of learning

Ours in two ways: cross-validated (learnt from four fifths of the series, judged on the fifth) and as shipped.
On the series that the shipped calibration was learnt from the second is no test. Peers, all with normal
intervals (linear: t), made small here: the linear trend with its prediction interval, the walk with drift,
and the damped trend of Gardner and McKenzie fitted by least squares over a grid, each series by itself.
``--learn`` prints a calibration of the whole archive as in ``methods/forecast/prior.py`` instead.
"""

from __future__ import annotations

import argparse
import csv
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy import stats

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "src")]

from jichi.methods.forecast import PRIOR, Calibration, Forecast, calibrate, forecast  # noqa: E402

KEPT = 4
FOLDS = 5
OFFSETS = np.array([-2, -1, -0.5, 0, 0.5, 1, 2])
LEVELS = (0.8, 0.95)
KINDS = ("walk", "drift", "reverting", "trend", "shift", "leaps", "share", "count")


def made_up(kind: str, length: int, rng: np.random.Generator) -> np.ndarray:
    """One series of a kind."""
    steps = rng.normal(0, 2, length)
    if kind == "drift":
        return 50 + (steps + rng.normal(0, 1)).cumsum()
    if kind == "reverting":
        values = np.zeros(length)
        for at in range(1, length):
            values[at] = 0.5 * values[at - 1] + steps[at]
        return 50 + values
    if kind == "trend":
        return 50 + rng.normal(0, 1.5) * np.arange(length) + steps
    if kind == "shift":
        return 50 + steps.cumsum() / 2 + np.where(np.arange(length) >= rng.integers(length), 8, 0)
    if kind == "leaps":
        return 50 + rng.standard_t(2.5, length).cumsum()
    if kind == "share":
        odds = rng.normal(1.5, 1.5) + rng.normal(0.05, 0.15, length).cumsum()
        return 100 / (1 + np.exp(-odds))
    if kind == "count":
        return rng.poisson(np.exp(rng.normal(4, 1) + rng.normal(0, 0.2, length).cumsum())).astype(float)
    return 50 + steps.cumsum()


def archive_of(path: Path | None, count: int, seed: int) -> list[np.ndarray]:
    """The series of a file, or made-up ones."""
    if path is None:
        rng = np.random.default_rng(seed)
        return [made_up(KINDS[at % len(KINDS)], int(rng.integers(15, 30)), rng) for at in range(count)]
    found: dict[str, list[tuple[int, float]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["series"], []).append((int(row["year"]), float(row["value"])))
    return [np.array([value for _, value in sorted(rows)]) for rows in found.values()]


Law = stats.distributions.rv_frozen


def linear(values: np.ndarray) -> list[Law]:
    """The straight line through all points, with its prediction interval."""
    count = len(values)
    line = stats.linregress(np.arange(count), values)
    off = values - line.intercept - line.slope * np.arange(count)
    sd = max(float(np.sqrt((off**2).sum() / (count - 2))), 1e-9)
    middle, square = (count - 1) / 2, count * (count**2 - 1) / 12
    return [
        stats.t(
            count - 2,
            line.intercept + line.slope * at,
            sd * np.sqrt(1 + 1 / count + (at - middle) ** 2 / square),
        )
        for at in range(count, count + KEPT)
    ]


def drift(values: np.ndarray) -> list[Law]:
    """The walk with drift; the drift's own error is counted."""
    count = len(values)
    step = (values[-1] - values[0]) / (count - 1)
    sd = max(float(np.sqrt(((np.diff(values) - step) ** 2).sum() / (count - 2))), 1e-9)
    return [
        stats.norm(values[-1] + h * step, sd * np.sqrt(h * (1 + h / (count - 1)))) for h in range(1, KEPT + 1)
    ]


def damped(values: np.ndarray) -> list[Law]:
    """Damped trend with additive errors: the best of a grid of weights, and its textbook variance."""
    grid = np.array(
        [
            (a, b, p)
            for a in (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
            for b in (0.0, 0.1, 0.3, 0.5)
            for p in (0.8, 0.9, 0.98)
        ]
    )
    alpha, beta, phi = grid[(grid[:, 1] <= grid[:, 0])].T
    level = np.full(alpha.size, values[0])
    trend = np.full(alpha.size, (values[3] - values[0]) / 3)
    squares = np.zeros(alpha.size)
    for value in values[1:]:
        off = value - level - phi * trend
        squares += off**2
        level, trend = level + phi * trend + alpha * off, phi * trend + beta * off
    best = int(np.argmin(squares))
    sd = max(float(np.sqrt(squares[best] / max(len(values) - 4, 1))), 1e-9)
    damping = np.cumsum(phi[best] ** np.arange(1, KEPT + 1))
    weights = alpha[best] + beta[best] * damping
    return [
        stats.norm(level[best] + damping[h] * trend[best], sd * np.sqrt(1 + (weights[:h] ** 2).sum()))
        for h in range(KEPT)
    ]


def of_law(law: Law) -> tuple[list[tuple[float, float]], Callable[[float], float]]:
    """Intervals and probability of a peer."""
    return [law.interval(level) for level in LEVELS], lambda target: float(law.sf(target))


def of_forecast(found: Forecast) -> tuple[list[tuple[float, float]], Callable[[float], float]]:
    """Intervals and probability of ours."""
    intervals = [found.interval(level) for level in LEVELS]
    return [(one.low, one.high) for one in intervals], found.probability


class Score:
    """Counts of one method."""

    def __init__(self) -> None:
        self.held: list[list[bool]] = []
        self.errors: list[float] = []
        self.widths: list[float] = []
        self.refused = 0
        self.seconds = 0.0
        self.learning = 0.0

    def add(self, whole: np.ndarray, length: int, answers: Sequence[tuple]) -> None:
        """One series: the given values, those kept back, and intervals and probabilities for each."""
        given, kept = whole[-KEPT - length : -KEPT], whole[-KEPT:]
        step = np.abs(np.diff(given)).mean()
        for value, (intervals, _) in zip(kept, answers, strict=True):
            self.held.append([low <= value <= high for low, high in intervals])
        (low, high), _ = answers[-1][0]
        self.widths.append((high - low) / step)
        for offset in OFFSETS:
            target = given[-1] + offset * step
            self.errors.append((answers[-1][1](target) - (kept[-1] >= target)) ** 2)

    def line(self, name: str) -> str:
        """As printed."""
        held = np.mean(self.held, axis=0)
        learning = f" + {self.learning:.2f}" if self.learning else ""
        return (
            f"{name:28} {held[0]:6.3f} {held[1]:6.3f} {np.mean(self.errors):7.4f}"
            f" {np.median(self.widths):6.2f} {self.refused:8} {self.seconds:8.2f}{learning}"
        )


def judge_ours(series: Sequence[np.ndarray], length: int, *, crossed: bool) -> Score:
    """Ours, learnt from the other folds or as shipped."""
    score = Score()
    for fold in range(FOLDS if crossed else 1):
        calibration: Calibration = PRIOR
        judged = list(series)
        if crossed:
            start = time.process_time()
            calibration = calibrate([one for at, one in enumerate(series) if at % FOLDS != fold])
            score.learning += time.process_time() - start
            judged = [one for at, one in enumerate(series) if at % FOLDS == fold]
        for whole in judged:
            start = time.process_time()
            found = [
                forecast(whole[-KEPT - length : -KEPT], horizon=h, calibration=calibration)
                for h in range(1, KEPT + 1)
            ]
            score.seconds += time.process_time() - start
            told = [one for one in found if isinstance(one, Forecast)]
            if len(told) < KEPT:
                score.refused += 1
                continue
            score.add(whole, length, [of_forecast(one) for one in told])
    score.learning /= FOLDS
    return score


def judge_peer(series: Sequence[np.ndarray], length: int, peer: Callable[[np.ndarray], list[Law]]) -> Score:
    """A method that looks at one series only."""
    score = Score()
    for whole in series:
        given = whole[-KEPT - length : -KEPT]
        if not np.diff(given).any():
            score.refused += 1
            continue
        start = time.process_time()
        found = peer(given)
        score.seconds += time.process_time() - start
        score.add(whole, length, [of_law(law) for law in found])
    return score


def learnt(series: Sequence[np.ndarray]) -> str:
    """A calibration's numbers in thousandths, as the shipped one holds them."""
    numbers: list[int] = []
    for (size, horizon), table in sorted(calibrate(series, horizon=10).tables.items()):
        parts = np.concatenate([table.direction, table.spread, table.quantiles])
        numbers += [size, horizon, table.series, *(round(float(part) * 1000) for part in parts)]
    return "\n".join(textwrap.wrap(" ".join(map(str, numbers)), 106))


def main() -> None:
    """Runs all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--series", type=int, default=800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--learn", action="store_true")
    options = parser.parse_args()
    series = archive_of(options.archive, options.series, options.seed)
    if options.learn:
        print(learnt(series))
        return
    np.seterr(all="raise", under="ignore")
    for length in (6, 10):
        long = [one for one in series if len(one) >= length + KEPT]
        print(f"{len(long)} series, {length} values given, {KEPT} kept back")
        print("                              cov80  cov95   Brier  width  refused  seconds (+ to learn once)")
        for peer in (linear, drift, damped):
            print(judge_peer(long, length, peer).line(peer.__name__), flush=True)
        print(judge_ours(long, length, crossed=True).line("ours, cross-validated"), flush=True)
        print(judge_ours(long, length, crossed=False).line("ours, as shipped") + "\n", flush=True)


if __name__ == "__main__":
    main()
