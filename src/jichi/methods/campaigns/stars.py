"""From pairs to sets without chains: every member is verified against the centre of its set.

References
----------
Aslam, J. A., Pelekhov, E. and Rus, D. (2004). The star clustering algorithm for static and dynamic
information organization. Journal of Graph Algorithms and Applications 8, 95-129.

Luby, M. (1986). A simple parallel algorithm for the maximal independent set problem. SIAM Journal on
Computing 15, 1036-1053 (all local maxima become centres at once).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from jichi.methods.campaigns.neighbours import coded, rows_of
from jichi.methods.campaigns.sketches import agreement, jaccard_of
from jichi.methods.campaigns.verifying import Judged

__all__ = ["Stars", "stars", "stars_of_links"]

_ROUNDS = 4
_BLUR = 0.05
"""One standard error of an estimate."""
_SMALL = 32

Rows = npt.NDArray[np.int64]
Judging = Callable[[Rows, Rows], Judged]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Stars:
    """The centre of each row (itself where it stands alone or is one), and what was measured between them."""

    centre: Rows
    jaccard: npt.NDArray[np.float64]
    containment: npt.NDArray[np.float64]


def _components(left: Rows, right: Rows) -> tuple[Rows, Rows]:
    """The rows that have a pair, sorted, and the component of each."""
    rows = np.unique(np.concatenate([left, right]))
    place = np.searchsorted(rows, left), np.searchsorted(rows, right)
    graph = coo_array((np.ones(len(left), np.int8), place), shape=(len(rows), len(rows)))
    return rows, connected_components(graph.tocsr(), directed=False)[1].astype(np.int64)


def _totals(sketches: npt.NDArray[np.uint8], rows: Rows, starts: Rows, sizes: Rows) -> Rows:
    """For each row, sorted by component, the places at which it agrees with the others, added up."""
    total = np.zeros(len(rows), np.int64)
    small = np.flatnonzero((sizes > 2) & (sizes <= _SMALL))
    for size in np.unique(sizes[small]).tolist():
        firsts = starts[small[sizes[small] == size]]
        one, other = np.triu_indices(size, 1)
        left = (firsts[:, None] + one).ravel()
        right = (firsts[:, None] + other).ravel()
        agreeing = agreement(sketches, rows[left], rows[right])
        total += np.bincount(left, agreeing, len(rows)).astype(np.int64)
        total += np.bincount(right, agreeing, len(rows)).astype(np.int64)
    for number in np.flatnonzero(sizes > _SMALL).tolist():
        members = slice(starts[number], starts[number] + sizes[number])
        held = sketches[rows[members]]
        for place in range(held.shape[1]):
            total[members] += np.bincount(held[:, place], minlength=256)[held[:, place]]
    return total


def _medoids(sketches: npt.NDArray[np.uint8], rows: Rows, component: Rows) -> Rows:
    """For each of ``rows`` the most central row of its component; of equals the lowest."""
    order = np.argsort(component, kind="stable")
    sizes = np.bincount(component)
    starts = np.cumsum(sizes) - sizes
    total = _totals(sketches, rows[order], starts, sizes)
    best = np.lexsort((rows[order], -total, component[order]))[starts]
    return np.asarray(rows[order][best][component])


def stars(
    count: int,
    links: tuple[Rows, Rows],
    sketches: npt.NDArray[np.uint8],
    judge: Judging,
    bound: float,
) -> Stars:
    """Sets of near-duplicates from likely pairs.

    Parameters
    ----------
    count
        Number of rows.
    links
        Shape (pairs,) each: rows that are likely near-duplicates.
    sketches
        Shape (count, PLACES).
    judge
        Measures pairs and says which are.
    bound
        Jaccard coefficient below which a pair is linked because one holds the other.

    Returns
    -------
    Stars
        A function of each connected component by itself; of equals the lower row is preferred.

    Notes
    -----
    First texts that are alike as wholes: each component's medoid, the row whose sketch agrees most with all
    others, keeps the members that verify against it; what is left goes round again. After a few rounds every
    row with more partners than its partners becomes a centre. Then texts of which one holds the other: a set
    joins a larger one if all its members verify against that one's centre, and no other joins through it, so
    a piece of boilerplate that many texts hold does not pull them together. At last a member that is closer
    to the centre of one of its neighbours moves there.
    """
    made = _Making(count, judge)
    left, right = links
    alike = jaccard_of(agreement(sketches, left, right)) >= bound - _BLUR
    made.by_likeness(left[alike], right[alike], sketches)
    made.by_holding(left, right)
    made.move(left, right)
    return Stars(centre=made.centre, jaccard=made.jaccard, containment=made.containment)


class _Making:
    """Stars as they come about."""

    def __init__(self, count: int, judge: Judging) -> None:
        self.centre = np.arange(count)
        self.jaccard, self.containment = np.ones(count), np.ones(count)
        self.judge = judge

    def _join(self, rows: Rows, centres: Rows, judged: Judged) -> None:
        self.centre[rows] = centres
        self.jaccard[rows], self.containment[rows] = judged.jaccard, judged.containment

    def by_likeness(self, left: Rows, right: Rows, sketches: npt.NDArray[np.uint8]) -> None:
        """Medoids round by round, then local maxima."""
        taken = np.zeros(len(self.centre), np.bool_)
        free = np.arange(len(left))
        for _ in range(_ROUNDS):
            if not len(free):
                return
            rows, component = _components(left[free], right[free])
            medoid = _medoids(sketches, rows, component)
            rows, medoid = rows[rows != medoid], medoid[rows != medoid]
            judged = self.judge(rows, medoid)
            self._join(rows[judged.alike], medoid[judged.alike], _where(judged, judged.alike))
            taken[medoid] = taken[rows[judged.alike]] = True
            free = free[~taken[left[free]] & ~taken[right[free]]]
        judged = self.judge(left[free], right[free])
        free = free[judged.alike]
        for joined in _chosen(
            left[free], right[free], _where(judged, judged.alike), np.ones(len(self.centre))
        ):
            self._join(*joined)

    def by_holding(self, left: Rows, right: Rows) -> None:
        """Whole sets into larger ones."""
        one, other = self.centre[left], self.centre[right]
        codes = np.unique(coded(one[one != other], other[one != other]))
        one, other = rows_of(codes)
        judged = self.judge(one, other)
        same = judged.same
        sizes = np.bincount(self.centre, minlength=len(self.centre))
        to = np.arange(len(self.centre))
        found = list(_chosen(one[same], other[same], _where(judged, same), sizes.astype(np.float64)))
        for rows, centres, _ in found:
            to[rows] = centres
        members = np.flatnonzero((to[self.centre] != self.centre) & (self.centre != np.arange(len(to))))
        checked = self.judge(members, to[self.centre[members]])
        stays = np.zeros(len(to), np.bool_)
        stays[self.centre[members[~checked.same]]] = True
        goes = ~stays[self.centre[members]]
        target = to[self.centre[members[goes]]]
        for rows, centres, measured in found:
            free = ~stays[rows]
            self._join(rows[free], centres[free], _where(measured, free))
        self._join(members[goes], target, _where(checked, goes))

    def move(self, left: Rows, right: Rows) -> None:
        """Members that are closer to a neighbour's centre than to their own go there."""
        centre = self.centre
        apart = centre[left] != centre[right]
        one = np.concatenate([left[apart], right[apart]])
        to = centre[np.concatenate([right[apart], left[apart]])]
        has_members = np.bincount(centre, minlength=len(centre)) > 1
        # A centre stays; of two rows that stand alone neither takes in the other.
        movable = ((centre[one] != one) | ~has_members[one]) & has_members[to]
        one, to = rows_of(
            np.unique(one[movable].astype(np.uint64) << np.uint64(32) | to[movable].astype(np.uint64))
        )
        judged = self.judge(one, to)
        own = replace(judged, jaccard=self.jaccard[one], containment=self.containment[one])
        better = np.flatnonzero(judged.same & ((centre[one] == one) | (judged.strength > own.strength)))
        better = better[np.lexsort((to[better], -judged.strength[better], one[better]))]
        better = better[_is_first(one[better])]
        self._join(one[better], to[better], _where(judged, better))


def _is_first(rows: Rows) -> npt.NDArray[np.bool_]:
    """Whether each of sorted rows differs from the one before."""
    return np.asarray(np.diff(rows, prepend=-1) != 0)


def _where(judged: Judged, chosen: npt.NDArray[np.bool_] | Rows) -> Judged:
    return Judged(
        same=judged.same[chosen],
        alike=judged.alike[chosen],
        jaccard=judged.jaccard[chosen],
        containment=judged.containment[chosen],
    )


def _chosen(
    left: Rows, right: Rows, judged: Judged, sizes: npt.NDArray[np.float64]
) -> Iterator[tuple[Rows, Rows, Judged]]:
    """Rows, the centres they join, and what was measured, from verified pairs.

    Whoever is larger than its partners, or as large and has more of them, is a centre, round by round.
    """
    count = len(sizes)
    one, other = np.concatenate([left, right]), np.concatenate([right, left])
    pair = np.tile(np.arange(len(left)), 2)
    while len(one):
        degree = np.bincount(one, minlength=count)
        rank = np.empty(count, np.int64)
        rank[np.lexsort((-np.arange(count), degree, sizes))] = np.arange(count)
        highest = np.full(count, -1, np.int64)
        np.maximum.at(highest, one, rank[other])
        is_centre = (degree > 0) & (rank > highest)
        member = np.flatnonzero(is_centre[other])
        strength = judged.strength[pair[member]]
        member = member[np.lexsort((-rank[other[member]], -strength, one[member]))]
        member = member[_is_first(one[member])]
        yield one[member], other[member], _where(judged, pair[member])
        used = is_centre
        used[one[member]] = True
        free = ~used[one] & ~used[other]
        one, other, pair = one[free], other[free], pair[free]


def stars_of_links(count: int, left: Rows, right: Rows, similarity: npt.NDArray[np.float64]) -> Stars:
    """Sets from pairs that are verified already, every member linked to its centre directly.

    Where the pairs are stars already, members left and centres right, they are taken as they are.
    """
    centre, measured = np.arange(count), np.ones(count)
    if len(np.unique(left)) == len(left) and not np.isin(right, left).any():
        centre[left], measured[left] = right, similarity
        return Stars(centre=centre, jaccard=measured, containment=np.full(count, np.nan))
    held = np.ones(len(left), np.bool_)
    judged = Judged(same=held, alike=held, jaccard=similarity, containment=np.zeros(len(left)))
    for rows, centres, found in _chosen(left, right, judged, np.ones(count)):
        centre[rows], measured[rows] = centres, found.jaccard
    return Stars(centre=centre, jaccard=measured, containment=np.full(count, np.nan))
