"""Topics as a reader sees them, from the final tree: names, numbers, and the opinions to show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jichi.methods.topics.checking import Asked
from jichi.methods.topics.labels import Allowed, Chosen, Labeller
from jichi.methods.topics.picking import Closeness, closeness, outlying, representative
from jichi.methods.topics.shaping import Shape
from jichi.methods.topics.stances import stance
from jichi.methods.topics.values import Dissent, Kind, Label, NoLabel, Topic
from jichi.methods.topics.views import Views

__all__ = ["Described", "describe"]

EMPTY = "empty"
_ANCHORS_OF_LEAF, _ANCHORS_OF_TOPIC = 5, 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Described:
    """Topics, each before its children, and the place of each submission's leaf among them."""

    topics: tuple[Topic, ...]
    topic_of: npt.NDArray[np.int64]


class _Describing:
    """What is worked out once for all topics."""

    def __init__(self, asked: Asked, views: Views, shape: Shape) -> None:
        self.asked, self.views, self.shape = asked, views, shape
        self.below = shape.children()
        self.digests = [
            hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in asked.texts
        ]
        self.stances = np.array([stance(text) for text in asked.texts], np.int64)
        heard = asked.opinion_of >= 0
        self.submissions = np.bincount(
            asked.opinion_of[heard], weights=asked.sizes[heard], minlength=len(asked.texts)
        ).astype(np.int64)
        self.leaves = np.unique(shape.leaf)
        self.leaf_place = {int(leaf): at for at, leaf in enumerate(self.leaves)}
        self.sums = views.to_groups(np.searchsorted(self.leaves, shape.leaf), len(self.leaves))
        self.own = views.own()
        self.members = {node: shape.members(node) for node in shape.parent}
        self.close = {node: self._close(node) for node in shape.parent}
        self.ordered = self._ordered()

    def _close(self, node: int) -> Closeness:
        members = self.members[node]
        columns = [self.leaf_place[leaf] for leaf in self.shape.leaves(node)]
        return closeness(members, self.sums[members][:, columns].sum(axis=1), self.own[members])

    def _rank(self, node: int) -> tuple[int, int, int]:
        """The largest first, then the one whose first text comes first."""
        members = self.members[node]
        return -int(self.submissions[members].sum()), -len(members), int(members[0])

    def _ordered(self) -> list[tuple[int, int]]:
        """Nodes with their levels, each before its children."""
        found: list[tuple[int, int]] = []
        waiting = [(node, 0) for node in sorted(self.below.get(None, []), key=self._rank, reverse=True)]
        while waiting:
            node, level = waiting.pop()
            found.append((node, level))
            under = sorted(self.below.get(node, []), key=self._rank, reverse=True)
            waiting.extend((one, level + 1) for one in under)
        return found

    def key(self, node: int) -> str:
        """A name made of the texts in a topic, whatever their order or number of copies."""
        digest = hashlib.sha256(b"".join(sorted(self.digests[one] for one in self.members[node])))
        return digest.hexdigest()[:16]

    def speakers(self, opinions: Sequence[int] | npt.NDArray[np.int64]) -> tuple[str, ...]:
        return tuple(self.asked.speaker[int(one)] for one in opinions)

    def anchors(self, node: int) -> tuple[str, ...]:
        """Of a leaf the opinions in its middle; of a topic those of its largest leaves, one each."""
        leaves = self.shape.leaves(node)
        if leaves == [node]:
            return tuple(sorted(self.speakers(self.close[node].members[:_ANCHORS_OF_LEAF])))
        largest = sorted(leaves, key=self._rank)[:_ANCHORS_OF_TOPIC]
        return tuple(sorted(self.speakers([int(self.close[leaf].members[0]) for leaf in largest])))

    def dissent(self, node: int) -> Dissent:
        members = self.members[node]
        found = self.stances[members]
        return Dissent(
            backing=tuple(sorted(self.speakers(members[found > 0]))),
            opposing=tuple(sorted(self.speakers(members[found < 0]))),
        )

    def labels(self) -> dict[int, Chosen | NoLabel]:
        """Labels from the top down, the largest first: each unlike those above it and beside it."""
        allowed = Allowed(denied=self.asked.denied, masked=self.asked.masked)
        labeller = Labeller(self.asked.texts, self.views.vectors, allowed)
        found: dict[int, Chosen | NoLabel] = {}
        for node, _ in sorted(self.ordered, key=lambda one: (one[1], self._rank(one[0]))):
            above = self.shape.line(node)[1:]
            beside = self.below[self.shape.parent[node]]
            near = [found.get(one) for one in [*above, *beside]]
            found[node] = labeller.choose(
                self.close[node].members.tolist(), [one.normal for one in near if isinstance(one, Chosen)]
            )
        return found

    def topic(self, node: int, level: int, chosen: Chosen | NoLabel, title: str | None) -> Topic:
        members, close, parent = self.members[node], self.close[node], self.shape.parent[node]
        children = sorted(self.below.get(node, []), key=self._rank)
        share = len(self.asked.texts) / len(self.leaves)
        return Topic(
            key=self.key(node),
            parent=None if parent is None else self.key(parent),
            children=tuple(self.key(child) for child in children),
            level=level,
            kind=Kind.topic,
            label=self._label(chosen) if isinstance(chosen, Chosen) else None,
            label_note=chosen.note if isinstance(chosen, Chosen) else chosen,
            title=title or None,
            representatives=self.speakers(representative(self.views, close)),
            outliers=() if children else self.speakers(outlying(close)),
            dissent=self.dissent(node),
            is_minority=2 * len(members) < share,
            submissions=int(self.submissions[members].sum()),
            opinions=len(members),
            cohesion=close.cohesion,
            anchors=self.anchors(node),
        )

    def _label(self, chosen: Chosen) -> Label:
        text = self.asked.texts[chosen.opinion][chosen.start : chosen.end]
        return Label(id=self.asked.speaker[chosen.opinion], start=chosen.start, end=chosen.end, text=text)


def _empty(asked: Asked) -> Topic:
    """The submissions without any visible character, all together."""
    rows = np.flatnonzero(asked.opinion_of < 0)
    ids = sorted(asked.ids[row] for row in rows)
    return Topic(
        key=EMPTY,
        parent=None,
        children=(),
        level=0,
        kind=Kind.empty,
        label=None,
        label_note=NoLabel.empty,
        title=None,
        representatives=(),
        outliers=(),
        dissent=Dissent(backing=(), opposing=()),
        is_minority=False,
        submissions=int(asked.sizes[rows].sum()),
        opinions=0,
        cohesion=None,
        anchors=tuple(ids[:_ANCHORS_OF_LEAF]),
    )


def describe(asked: Asked, views: Views, shape: Shape, titles: Mapping[int, str]) -> Described:
    """All topics of a tree.

    Parameters
    ----------
    asked
        Checked submissions.
    views
        Their distinct texts as vectors.
    shape
        The tree after a person's decisions.
    titles
        What a person has named nodes.
    """
    topics: list[Topic] = []
    place = np.full(len(asked.texts) + 1, -1, np.int64)
    if asked.texts:
        about = _Describing(asked, views, shape)
        chosen = about.labels()
        for node, level in about.ordered:
            if not about.below.get(node):
                place[about.members[node]] = len(topics)
            topics.append(about.topic(node, level, chosen[node], titles.get(node)))
    if (asked.opinion_of < 0).any():
        place[-1] = len(topics)
        topics.append(_empty(asked))
    return Described(topics=tuple(topics), topic_of=place[asked.opinion_of])
