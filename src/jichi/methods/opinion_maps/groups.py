"""Groups of people on a map: two to five, or none, the same for any order in which people came.

Each number of groups is tried with k-means from several starts that the points alone decide; among all
answers the one with the greatest mean silhouette is kept. What a group must be to be told to anyone:

- two people at least, always;
- a twentieth of all people (``LEAST_SHARE``), as a split of a few people who stand out against all others
  has a great silhouette and tells a council nothing. The rule gives way only where no answer that keeps it
  is as good as the reference's own, from the reference's own start: then a smaller group is the honest
  answer.

References
----------
Lloyd, S. P. (1982). Least squares quantization in PCM. IEEE Transactions on Information Theory 28, 129-137.

Gonzalez, T. F. (1985). Clustering to minimize the maximum intercluster distance. Theoretical Computer
Science 38, 293-306 (the start of points far from each other).

Van der Laan, M., Pollard, K. and Bryan, J. (2003). A new partitioning around medoids algorithm. Journal of
Statistical Computation and Simulation 73, 575-584 (improving the silhouette itself).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .errors import VoteError
from .silhouettes import Cells, Distances, exact_cells, grid_cells, mean_silhouette
from .starts import lloyd, starting_centres
from .threads import side_by_side

__all__ = ["LEAST_SHARE", "MOST_GROUPS", "Groups", "Trial", "group_points"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_GROUPS = 5
LEAST_PEOPLE = 2
LEAST_SHARE = 0.05
FEWEST = 4  # people on a map that can show two groups of two

_EXACT = 2_000  # distinct points up to which every distance is computed
_CELLS = 1_024  # squares into which more points are taken together
_QUICK = 320  # both, where a quick answer will do
_POLISH = 4  # rounds of moving people to the group nearer to them on average
_MANY = 20_000  # points beyond which numbers of groups are tried side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The best answer for one number of groups.

    Attributes
    ----------
    count
        Number of groups.
    silhouette
        Mean silhouette over people, -1 to 1; None where no answer has two people in each group.
    bound
        How far ``silhouette`` can be from the exact value; 0 where it is exact.
    sizes
        People in each group, by weight, largest first.
    """

    count: int
    silhouette: float | None
    bound: float
    sizes: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """People in groups.

    Attributes
    ----------
    labels
        (n,), the group of each point, from 0: the group with most people first, then by centre.
    count
        Number of groups; 1 where none are told.
    centres
        (count, 2), the mean place of each group's people.
    silhouette, bound
        Mean silhouette of ``labels`` and how far it can be from exact; None where there is one group.
    trials
        What each number of groups came to.
    withheld
        Why there is one group only: ``"too-few"`` (fewer than four people), ``"all-the-same"`` (one place),
        ``"no-groups-of-two"``; None where there are groups.
    """

    labels: Ints
    count: int
    centres: Floats
    silhouette: float | None
    bound: float
    trials: tuple[Trial, ...]
    withheld: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Answer:
    """A labelling of cells with its silhouette; ``reference`` where it came from the reference's start."""

    labels: Ints
    count: int
    silhouette: float
    bound: float
    reference: bool

    @property
    def rank(self) -> tuple[float, int, bytes]:
        return (-self.silhouette, self.count, self.labels.tobytes())


def _in_order(labels: Ints, cells: Cells, count: int) -> Ints:
    """The labels renumbered: most people first, then by centre."""
    persons = np.bincount(labels, cells.weight, count)
    centres = _centres(labels, cells, count)
    rank = np.lexsort((centres[:, 1], centres[:, 0], -persons))
    number = np.empty(count, np.int64)
    number[rank] = np.arange(count)
    renumbered: Ints = number[labels]
    return renumbered


def _centres(labels: Ints, cells: Cells, count: int) -> Floats:
    persons = np.bincount(labels, cells.weight, count)
    return np.stack(
        [np.bincount(labels, cells.weight * cells.place[:, axis], count) / persons for axis in (0, 1)], axis=1
    )


def _people(labels: Ints, cells: Cells, count: int) -> Floats:
    """The fewer of persons by weight and of points, for each group: neither alone makes two people."""
    return np.minimum(np.bincount(labels, cells.weight, count), np.bincount(labels, cells.points, count))


def _judged(
    labelings: Ints, reference: npt.NDArray[np.bool_], cells: Cells, distances: Distances, count: int
) -> list[_Answer]:
    """Those of the labelings that have two people in each group, once each."""
    kept: dict[bytes, tuple[Ints, bool]] = {}
    for labels, referred in zip(labelings, reference.tolist(), strict=True):
        if (_people(labels, cells, count) < LEAST_PEOPLE - 1e-9).any():
            continue
        numbered = _in_order(labels, cells, count)
        key = numbered.tobytes()
        kept[key] = (numbered, referred or (key in kept and kept[key][1]))
    if not kept:
        return []
    stacked = np.stack([labels for labels, _ in kept.values()])
    sums = distances.sums(stacked, count)
    answers = []
    for (labels, referred), found in zip(kept.values(), sums, strict=True):
        silhouette, bound = mean_silhouette(found * distances.unit, labels, cells, count)
        answers.append(
            _Answer(labels=labels, count=count, silhouette=silhouette, bound=bound, reference=referred)
        )
    return answers


def _polished(best: _Answer, cells: Cells, distances: Distances) -> list[_Answer]:
    """People move to the group that is nearest on average, round by round: a silhouette below 0 says so."""
    found: list[_Answer] = []
    labels, count = best.labels, best.count
    own = np.arange(len(labels))
    sums = distances.sums(labels[None], count)[0]
    for _ in range(_POLISH):
        persons = np.bincount(labels, cells.weight, count)
        means = sums / persons[:, None]
        others = persons[labels] - 1.0
        means[labels, own] = np.where(others > 0, sums[labels, own] / np.where(others > 0, others, 1.0), 0.0)
        moved = means.argmin(axis=0)
        if (moved == labels).all() or (_people(moved, cells, count) < LEAST_PEOPLE - 1e-9).any():
            break
        sums, labels = distances.moved(sums, labels, moved), moved
        silhouette, bound = mean_silhouette(sums * distances.unit, labels, cells, count)
        found.append(_Answer(labels=labels, count=count, silhouette=silhouette, bound=bound, reference=False))
    return found


def _answers(cells: Cells, distances: Distances, count: int, quick: bool) -> list[_Answer]:
    """All that was found for one number of groups."""
    if count > len(cells.place):
        return []
    labelings = lloyd(cells, starting_centres(cells, count, quick=quick))
    answers = _judged(labelings, np.arange(len(labelings)) == 0, cells, distances, count)
    if quick or not answers:
        return answers
    useful = [answer for answer in answers if _is_useful(answer, cells)]
    for best in {
        id(pool): min(pool, key=lambda each: each.rank) for pool in (answers, useful) if pool
    }.values():
        answers = answers + _polished(best, cells, distances)
    return answers


def _is_useful(answer: _Answer, cells: Cells) -> bool:
    persons = np.bincount(answer.labels, cells.weight, answer.count)
    return bool(persons.min() >= LEAST_SHARE * cells.weight.sum())


def _chosen(answers: list[_Answer], cells: Cells) -> _Answer:
    """The best useful answer if it is as good as the reference's; else the best of all."""
    target = max((answer.silhouette for answer in answers if answer.reference), default=-np.inf)
    useful = [answer for answer in answers if _is_useful(answer, cells)]
    best = min(useful, key=lambda each: each.rank, default=None)
    if best is not None and best.silhouette >= target:
        return best
    return min(answers, key=lambda each: each.rank)


def _checked(points: Floats, weights: Floats | None, most: int, count: int | None) -> tuple[Floats, Floats]:
    placed = np.asarray(points, np.float64)
    if placed.ndim != 2 or placed.shape[1] != 2:
        raise VoteError(
            "points-shape", f"points are pairs, shape (n, 2), not {placed.shape}", shape=placed.shape
        )
    bad = np.flatnonzero(~(np.abs(placed) < 1e100).all(axis=1)) + 1
    if len(bad):
        raise VoteError(
            "points-not-finite",
            f"points must be finite numbers; see rows {bad[:10].tolist()}",
            rows=bad.tolist(),
        )
    weighed = np.ones(len(placed)) if weights is None else np.asarray(weights, np.float64)
    if weighed.shape != (len(placed),):
        raise VoteError(
            "weights-shape",
            f"one weight for each of {len(placed)} points, not {weighed.shape}",
            shape=weighed.shape,
        )
    bad = np.flatnonzero(~((weighed >= 0) & (weighed < 1e9))) + 1
    if len(bad):
        raise VoteError(
            "weights-out-of-range",
            f"weights are persons, from 0 to a thousand million; see rows {bad[:10].tolist()}",
            rows=bad.tolist(),
        )
    if not 2 <= most <= 20:
        raise VoteError("most-groups", f"at most 2 to 20 groups can be asked for, not {most}", most=most)
    if count is not None and not 1 <= count <= 20:
        raise VoteError("group-count", f"1 to 20 groups can be asked for, not {count}", count=count)
    return placed + 0.0, weighed  # -0 becomes 0


def _one_group(points: Floats, weights: Floats, reason: str | None, trials: tuple[Trial, ...] = ()) -> Groups:
    labels = np.zeros(len(points), np.int64)
    if len(points):
        cells = exact_cells(points, np.where(weights.sum() > 0, weights, 1.0))
        centres = _centres(np.zeros(len(cells.place), np.int64), cells, 1)
    else:
        centres = np.zeros((1, 2))
    return Groups(
        labels=labels, count=1, centres=centres, silhouette=None, bound=0.0, trials=trials, withheld=reason
    )


def group_points(
    points: Floats,
    *,
    weights: Floats | None = None,
    most: int = MOST_GROUPS,
    count: int | None = None,
    quick: bool = False,
) -> Groups:
    """Groups of people who stand near each other on a map.

    Parameters
    ----------
    points
        (n, 2), where each person stands.
    weights
        (n,), persons that each point stands for: 1 where left out, less for each of several ballots taken to
        be one person's, 0 for a ballot that shall not count (it is placed in the nearest group).
    most
        Greatest number of groups tried.
    count
        This number of groups and no other; 1 puts everyone together.
    quick
        Fewer starts, for resamples.

    Raises
    ------
    VoteError
        Codes ``points-shape``, ``points-not-finite``, ``weights-shape``, ``weights-out-of-range``,
        ``most-groups``, ``group-count``.

    Notes
    -----
    A function of the set of points: any order gives the same bits. Up to 2,000 distinct points all distances
    are computed and silhouettes are exact; beyond, points are taken together in at most 1,024 squares,
    members of one square share a group, and ``bound`` says how far the silhouette can be from exact. 100,000
    points take about 0.2 s.

    Examples
    --------
    >>> import numpy as np
    >>> near = np.array([[0.0, 0.0], [0.1, 0.0], [0.0, 0.1], [5.0, 5.0], [5.1, 5.0]])
    >>> group_points(near).labels
    array([0, 0, 0, 1, 1])
    """
    placed, weighed = _checked(points, weights, most, count)
    counted = weighed > 0
    if count == 1:
        return _one_group(placed, weighed, None)
    if counted.sum() < FEWEST or weighed.sum() < FEWEST - 1e-9:
        return _one_group(placed, weighed, "too-few")
    if (placed[counted] == placed[counted][0]).all():
        return _one_group(placed, weighed, "all-the-same")
    inner = _grouped(placed[counted], weighed[counted], [count] if count else list(range(2, most + 1)), quick)
    if inner.withheld or counted.all():
        if counted.all():
            return inner
        return _one_group(placed, weighed, inner.withheld, inner.trials)
    labels = np.empty(len(placed), np.int64)
    labels[counted] = inner.labels
    away = placed[~counted][:, None, :] - inner.centres
    labels[~counted] = (away**2).sum(axis=2).argmin(axis=1)
    return Groups(
        labels=labels,
        count=inner.count,
        centres=inner.centres,
        silhouette=inner.silhouette,
        bound=inner.bound,
        trials=inner.trials,
        withheld=None,
    )


def _grouped(points: Floats, weights: Floats, counts: list[int], quick: bool) -> Groups:
    cells = exact_cells(points, weights)
    if len(cells.place) > (_QUICK if quick else _EXACT):
        cells = grid_cells(cells, _QUICK if quick else _CELLS)
    distances = Distances.between(cells)
    answers: list[_Answer] = []
    trials = []
    # each number of groups is tried by itself, so two can be tried at once
    tried = side_by_side(
        lambda count: _answers(cells, distances, count, quick), counts, worthwhile=len(points) > _MANY
    )
    for count, found in zip(counts, tried, strict=True):
        answers += found
        best = _chosen(found, cells) if found else None
        trials.append(_trial(count, best, cells))
    if not answers:
        return _one_group(points, weights, "no-groups-of-two", tuple(trials))
    chosen = _chosen(answers, cells)
    labels = _in_order(chosen.labels, cells, chosen.count)
    return Groups(
        labels=labels[cells.cell_of],
        count=chosen.count,
        centres=_centres(labels, cells, chosen.count),
        silhouette=chosen.silhouette,
        bound=chosen.bound,
        trials=tuple(trials),
        withheld=None,
    )


def _trial(count: int, best: _Answer | None, cells: Cells) -> Trial:
    if best is None:
        return Trial(count=count, silhouette=None, bound=0.0, sizes=())
    sizes = np.sort(np.bincount(best.labels, cells.weight, count))[::-1]
    return Trial(count=count, silhouette=best.silhouette, bound=best.bound, sizes=tuple(sizes.tolist()))
