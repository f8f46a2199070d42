"""Whether groups are clearer than those into which one cloud of people would be cut.

Two clouds are tried, a normal one and a continuum on which people stand evenly from one end to the other
(:mod:`.clouds`). Groups must be clearer than on the maps of both, by both measures: by the silhouette, with
numbers of groups chosen each time, and by Wilks' separation, which a long tail of people does not deceive. So
each kind of cloud is taken for groups at most as often as the level says.

References
----------
Wilks, S. S. (1932). Certain generalizations in the analysis of variance. Biometrika 24, 471-494.

Berger, R. L. (1982). Multiparameter hypothesis testing and acceptance sampling. Technometrics 24, 295-300
(all of several tests at the level make one at the level).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .clouds import fitted
from .groups import group_points
from .resampling import Frame, framed
from .stability import MOST_CHANCE, separation
from .votes import Votes

__all__ = ["Compared", "compared_with_clouds"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

CLOUDS = 39
MOST_COMPARED = 2_000  # people with whom clouds are compared
_NONE = -1.0  # the silhouette of people without groups


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """The map beside those of the cloud that looks most like groups; of how many people."""

    silhouette: float | None = None
    separation: float | None = None
    clouds: Floats = field(default_factory=lambda: np.zeros(0))
    chance: float = 1.0
    people: int = 0


def _some(frame: Frame, grouped: Flags, rng: np.random.Generator) -> tuple[Frame, Flags]:
    """Everybody, or as many as clouds are compared with; and who of them is in a group."""
    size = len(frame.scale)
    if size <= MOST_COMPARED:
        return frame, grouped
    chosen = np.zeros(size, bool)
    chosen[rng.permutation(size)[:MOST_COMPARED]] = True
    votes, taken = frame.votes, chosen[frame.rows]
    counts = votes.counts[chosen]
    some = Votes(
        participants=np.arange(MOST_COMPARED),
        statements=votes.statements,
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        columns=votes.columns[taken],
        values=votes.values[taken],
        times=None,
    )
    rows = np.repeat(np.arange(MOST_COMPARED), counts)
    return framed(some, rows, frame.kept), grouped[chosen]


def _clearness(points: Floats, most: int, count: int) -> tuple[float, float]:
    """Silhouette of the groups chosen and separation of as many as on the map, found in the quick way."""
    free = group_points(points, most=most, quick=True)
    if free.silhouette is None:
        return _NONE, 0.0
    forced = free if free.count == count else group_points(points, count=count, quick=True)
    return free.silhouette, separation(points, forced.labels)


def compared_with_clouds(frame: Frame, grouped: Flags, *, most: int, count: int, seed: int) -> Compared:
    """The map beside those of both clouds, or of the first where that alone looks as much like groups.

    Parameters
    ----------
    frame, grouped
        The map's people and votes, and who is in a group.
    most, count
        The greatest number of groups tried, and the map's.
    seed
        Of all that is drawn.
    """
    frame, inside = _some(frame, grouped, np.random.default_rng([seed, 0, 0]))
    everybody = np.ones(len(frame.scale))
    drawn = frame.redraw(frame.votes.values.astype(np.float64), everybody)
    silhouette, apart = _clearness(drawn.points[inside], most, count)
    if silhouette == _NONE:  # among those compared too few are in any group
        return Compared(people=len(inside))
    found = []
    for even in (False, True):
        cloud = fitted(frame, drawn, inside, even=even, seed=(seed, 1, int(even)))
        rng = np.random.default_rng([seed, 2, int(even)])
        again = np.array(
            [
                _clearness(frame.redraw(cloud.votes(frame, rng), everybody).points[inside], most, count)
                for _ in range(CLOUDS)
            ]
        )
        as_clear = np.count_nonzero(again >= (silhouette, apart), axis=0).max()
        found.append(
            Compared(
                silhouette=silhouette,
                separation=apart,
                clouds=np.sort(again[:, 0]),
                chance=float(1.0 + as_clear) / (1.0 + CLOUDS),
                people=len(inside),
            )
        )
        if found[-1].chance > MOST_CHANCE:
            break
    return max(found, key=lambda each: (each.chance, float(each.clouds.mean())))
