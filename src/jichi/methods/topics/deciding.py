"""Applying a person's decisions to a tree of topics, one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from jichi.methods.topics.decisions import Applied, Decision, Merge, Outcome, Pin, Rename, Split
from jichi.methods.topics.shaping import Shape
from jichi.methods.topics.views import Views

__all__ = ["decide"]


class _Deciding:
    """The tree under change and what is known of ids."""

    def __init__(self, shape: Shape, views: Views, opinions: Mapping[str, int]) -> None:
        self.shape = shape
        self.views = views
        self.opinions = opinions

    def present(self, anchors: Sequence[str]) -> list[int]:
        """Distinct opinions of the anchors that are there."""
        return sorted({self.opinions[one] for one in anchors if one in self.opinions})

    def missing(self, *anchors: Sequence[str]) -> tuple[str, ...]:
        return tuple(sorted({one for group in anchors for one in group if one not in self.opinions}))

    def merge(self, decision: Merge) -> Applied:
        groups = [self.present(one) for one in decision.topics]
        missing = self.missing(*decision.topics)
        groups = [group for group in groups if group]
        if len(groups) < 2:
            return Applied(decision=decision, outcome=Outcome.gone, missing=missing)
        held = [self.shape.holding(group) for group in groups]
        nodes = sorted({node for node in held if node is not None})
        if len([node for node in held if node is not None]) < len(held):
            return Applied(decision=decision, outcome=Outcome.scattered, missing=missing)
        # A topic below another of them goes with it.
        nodes = [node for node in nodes if not any(one in nodes for one in self.shape.line(node)[1:])]
        if len(nodes) == 1 and self.shape.leaves(nodes[0]) == nodes:
            return Applied(decision=decision, outcome=Outcome.already, missing=missing)
        self.shape.merge(nodes)
        return Applied(decision=decision, outcome=Outcome.applied, missing=missing)

    def split(self, decision: Split) -> Applied:
        missing = self.missing(decision.anchors, *decision.parts)
        groups = [group for group in (self.present(one) for one in decision.parts) if group]
        every = sorted({*self.present(decision.anchors), *(one for group in groups for one in group)})
        if len(groups) < 2 or not every:
            return Applied(decision=decision, outcome=Outcome.gone, missing=missing)
        if sum(len(group) for group in groups) > len({one for group in groups for one in group}):
            return Applied(decision=decision, outcome=Outcome.one_topic, missing=missing)
        if self._apart(groups):
            return Applied(decision=decision, outcome=Outcome.already, missing=missing)
        node = self.shape.holding(every)
        if node is None:
            return Applied(decision=decision, outcome=Outcome.scattered, missing=missing)
        members = self.shape.members(node)
        inside = [np.intersect1d(np.array(group, np.int64), members) for group in groups]
        inside = [group for group in inside if len(group)]
        if len(inside) < 2:
            return Applied(decision=decision, outcome=Outcome.scattered, missing=missing)
        self.shape.split(node, self._dealt(members, inside))
        return Applied(decision=decision, outcome=Outcome.applied, missing=missing)

    def _apart(self, groups: Sequence[Sequence[int]]) -> bool:
        """Whether the parts already lie in topics of which none is above another."""
        nodes = [self.shape.holding(group) for group in groups]
        if any(node is None for node in nodes) or len(set(nodes)) < len(nodes):
            return False
        return not any(
            set(nodes).intersection(self.shape.line(node)[1:]) for node in nodes if node is not None
        )

    def _dealt(
        self, members: npt.NDArray[np.int64], groups: Sequence[npt.NDArray[np.int64]]
    ) -> list[npt.NDArray[np.int64]]:
        """Members in parts: anchors in their own, others where the mean resemblance is greatest."""
        likeness = np.stack([self.views.block(members, group).mean(axis=1) for group in groups], axis=1)
        part = likeness.argmax(axis=1)
        for at, group in enumerate(groups):
            part[np.isin(members, group)] = at
        return [members[part == at] for at in range(len(groups))]

    def pin(self, decision: Pin) -> Applied:
        missing = self.missing((decision.id,), decision.anchors)
        opinion = self.opinions.get(decision.id)
        anchors = [one for one in self.present(decision.anchors) if one != opinion]
        if opinion is None or not anchors:
            return Applied(decision=decision, outcome=Outcome.gone, missing=missing)
        if self.shape.holding(anchors) is None:
            return Applied(decision=decision, outcome=Outcome.scattered, missing=missing)
        leaves, counts = np.unique(self.shape.leaf[anchors], return_counts=True)
        leaf = int(leaves[counts.argmax()])
        if leaf == self.shape.leaf[opinion]:
            return Applied(decision=decision, outcome=Outcome.already, missing=missing)
        self.shape.move(opinion, leaf)
        return Applied(decision=decision, outcome=Outcome.applied, missing=missing)

    def rename(self, decision: Rename, titles: dict[int, str]) -> Applied:
        missing = self.missing(decision.anchors)
        anchors = self.present(decision.anchors)
        node = self.shape.holding(anchors) if anchors else None
        if node is None:
            outcome = Outcome.scattered if anchors else Outcome.gone
            return Applied(decision=decision, outcome=outcome, missing=missing)
        if node in titles:
            return Applied(decision=decision, outcome=Outcome.superseded, missing=missing)
        titles[node] = decision.title
        return Applied(decision=decision, outcome=Outcome.applied, missing=missing)


def decide(
    shape: Shape, views: Views, opinions: Mapping[str, int], decisions: Sequence[Decision]
) -> tuple[dict[int, str], tuple[Applied, ...]]:
    """Changes the tree as decided; titles of nodes, and what became of each decision.

    Parameters
    ----------
    shape
        The tree; it is changed.
    views
        Resemblance of opinions, for what a split does not name.
    opinions
        From id to number of distinct opinion, for ids that have one.
    decisions
        In the order a person made them.

    Notes
    -----
    A topic named by anchors is the smallest that holds more than half of those still there. Merges, splits
    and pins are applied in the order given; names come last, so that they stand on the topics as they then
    are, and of two names for one topic the later holds.
    """
    deciding = _Deciding(shape, views, opinions)
    outcome: list[Applied | None] = [None] * len(decisions)
    for at, decision in enumerate(decisions):
        match decision:
            case Merge():
                outcome[at] = deciding.merge(decision)
            case Split():
                outcome[at] = deciding.split(decision)
            case Pin():
                outcome[at] = deciding.pin(decision)
            case Rename():
                pass
    titles: dict[int, str] = {}
    for at in reversed(range(len(decisions))):
        decision = decisions[at]
        if isinstance(decision, Rename):
            outcome[at] = deciding.rename(decision, titles)
    return titles, tuple(one for one in outcome if one is not None)
