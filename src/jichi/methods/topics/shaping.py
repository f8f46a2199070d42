"""A readable tree out of a binary one, and what a person's decisions make of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, exp, log, sqrt

import numpy as np
import numpy.typing as npt

from jichi.methods.topics.joining import Joins

__all__ = ["MOST_CHILDREN", "Shape", "default_count", "grow"]

# How many topics beside one another a reader still takes in.
MOST_CHILDREN = 12


def default_count(opinions: int) -> int:
    """How many leaves a tree gets where nobody says: the square root of the number of distinct opinions.

    Whoever looks for one opinion reads k labels, then the n/k opinions of one topic; k + n/k is least at √n.
    """
    return max(1, round(sqrt(opinions)))


def _fan(leaves: int) -> int:
    """Into how many children a topic over some leaves is cut: the fewest levels of at most twelve, even."""
    if leaves <= MOST_CHILDREN:
        return leaves
    levels = ceil(log(leaves) / log(MOST_CHILDREN) - 1e-9)
    return min(MOST_CHILDREN, max(2, round(exp(log(leaves) / levels))))


class Shape:
    """A tree of topics under change: nodes with parents, and the leaf of each opinion.

    Attributes
    ----------
    leaf
        (opinions,) the leaf each is in.
    parent
        Parent of each node; None at the top.
    """

    def __init__(self, leaf: npt.NDArray[np.int64], parent: dict[int, int | None]) -> None:
        self.leaf = leaf.copy()
        self.parent = dict(parent)
        self._next = max(parent, default=-1) + 1

    def children(self) -> dict[int | None, list[int]]:
        """Nodes below each node, and at the top below None."""
        found: dict[int | None, list[int]] = {}
        for node, parent in sorted(self.parent.items()):
            found.setdefault(parent, []).append(node)
        return found

    def leaves(self, node: int) -> list[int]:
        """The leaves below a node, itself where it is one."""
        below = self.children()
        found: list[int] = []
        waiting = [node]
        while waiting:
            one = waiting.pop()
            under = below.get(one, [])
            waiting.extend(under)
            if not under:
                found.append(one)
        return sorted(found)

    def members(self, node: int) -> npt.NDArray[np.int64]:
        """Opinions in a node and below it."""
        return np.flatnonzero(np.isin(self.leaf, self.leaves(node)))

    def line(self, node: int) -> list[int]:
        """A node and those above it, from itself up."""
        found = [node]
        while (above := self.parent[found[-1]]) is not None:
            found.append(above)
        return found

    def holding(self, opinions: Iterable[int]) -> int | None:
        """The smallest topic that holds more than half of some opinions, or None."""
        counts: dict[int, int] = {}
        total = 0
        for opinion in opinions:
            total += 1
            for node in self.line(int(self.leaf[opinion])):
                counts[node] = counts.get(node, 0) + 1
        held = [node for node, count in counts.items() if 2 * count > total]
        # Two topics that hold more than half share an opinion, so that one lies above the other.
        return max(held, key=lambda node: len(self.line(node)), default=None)

    def merge(self, nodes: Sequence[int]) -> int:
        """One leaf in place of some topics, beside them or below what is above all of them."""
        lines = [self.line(node)[1:] for node in nodes]
        common = next((node for node in lines[0] if all(node in line for line in lines[1:])), None)
        members = np.concatenate([self.members(node) for node in nodes])
        made = self._add(common)
        self.leaf[members] = made
        self.tidy()
        return made

    def split(self, node: int, parts: Sequence[npt.NDArray[np.int64]]) -> None:
        """New leaves below a topic in place of what was below it; the parts are all its opinions."""
        for members in parts:
            self.leaf[members] = self._add(node)
        self.tidy()

    def move(self, opinion: int, leaf: int) -> None:
        """An opinion into a leaf."""
        self.leaf[opinion] = leaf
        self.tidy()

    def _add(self, parent: int | None) -> int:
        self.parent[self._next] = parent
        self._next += 1
        return self._next - 1

    def tidy(self) -> None:
        """Takes away topics without opinions, and those with a single topic below them."""
        alive: set[int] = set()
        for leaf in np.unique(self.leaf):
            alive.update(self.line(int(leaf)))
        self.parent = {node: parent for node, parent in self.parent.items() if node in alive}
        while True:
            below = self.children()
            lone = next((node for node in self.parent if len(below.get(node, [])) == 1), None)
            if lone is None:
                return
            self.parent[below[lone][0]] = self.parent.pop(lone)


def _parts(joins: Joins, node: int, least: int, count: int) -> list[int]:
    """A node cut into ``count`` by undoing its last joins; nodes below ``least`` are not undone."""
    opinions = len(joins.pairs) + 1
    parts = {node}
    while len(parts) < count:
        last = max(parts)
        if last < least:
            break
        parts.remove(last)
        parts.update(int(one) for one in joins.pairs[last - opinions])
    return sorted(parts)


def grow(joins: Joins, follows: npt.NDArray[np.int64], count: int) -> Shape:
    """A tree with ``count`` leaves in which no topic has more than twelve children.

    Parameters
    ----------
    joins
        The binary tree.
    follows
        (opinions,) for each opinion the one of the binary tree that it goes with.
    count
        Number of leaves.

    Notes
    -----
    The leaves are the cut of the binary tree into ``count``. A topic over L leaves falls into the parts that
    undoing its own last joins gives: L of them up to twelve, else the L^(1/l) of the fewest levels l that
    suffice, so 91 leaves make 10 topics of about 9.
    """
    if not len(follows):
        return Shape(np.zeros(0, np.int64), {})
    opinions = len(joins.pairs) + 1
    least = opinions + max(0, opinions - count)
    roots = joins.roots(count)
    under = {int(node): 1 for node in np.unique(roots)}
    for at in range(least, opinions + len(joins.pairs)):
        left, right = joins.pairs[at - opinions]
        under[at] = under[int(left)] + under[int(right)]
    top = opinions + len(joins.pairs) - 1
    parent: dict[int, int | None] = {}
    waiting: list[tuple[int, int | None]] = [(top, None)]
    while waiting:
        node, above = waiting.pop()
        if under[node] == 1:
            parent[node] = above
            continue
        if node != top:
            parent[node] = above
        own = node if node != top else None
        waiting.extend((part, own) for part in _parts(joins, node, least, _fan(under[node])))
    return Shape(roots[follows], parent)
