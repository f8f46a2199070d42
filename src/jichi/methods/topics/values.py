"""What a run over opinions finds: topics in a tree, and everything a reader needs to check them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from jichi.methods.texts.errors import TextError
from jichi.methods.topics.decisions import Applied
from jichi.methods.topics.joining import Joins

__all__ = ["Dissent", "Kind", "Label", "NoLabel", "Topic", "Topics"]


class Kind(StrEnum):
    """What a topic holds."""

    topic = "topic"
    empty = "empty"
    """Submissions without any visible character: not a topic, but never left out of the sums."""


class NoLabel(StrEnum):
    """Why a topic has no label, or not one of the usual shape."""

    short = "no phrase of 8 to 28 characters is allowed: a shorter or longer one is shown"
    alike = "every allowed phrase is also a label nearby"
    refused = "every phrase is denied or masked"
    empty = "the opinions have no words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A stretch of one opinion that stands for its topic, word for word.

    ``text`` is ``opinions[id][start:end]``; offsets count code points.
    """

    id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissent:
    """Opinions that say in so many words that they are for, or against.

    Attributes
    ----------
    backing, opposing
        Ids of either side, sorted. An opinion that says neither is in none.
    """

    backing: tuple[str, ...]
    opposing: tuple[str, ...]

    @property
    def minority(self) -> tuple[str, ...]:
        """The smaller side where there are two; of equal sides the opposing."""
        return self.backing if len(self.backing) < len(self.opposing) else self.opposing

    @property
    def is_divided(self) -> bool:
        """Whether both sides are heard."""
        return bool(self.backing) and bool(self.opposing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic.

    Attributes
    ----------
    key
        Made from the texts of its members: equal members, equal key.
    parent, children, level
        Its place in the tree; ``parent`` is None and ``level`` 0 at the top. A leaf has no children.
    kind
        A topic, or the submissions without any word.
    label, label_note
        A verbatim phrase, or None; why there is none, or why it has an unusual length.
    title
        What a person has named it, or None.
    representatives
        Ids of up to three opinions near its middle and unlike each other.
    outliers
        Ids of opinions that resemble the rest of their leaf far less than its others do.
    dissent
        Who in it is openly for and who against.
    is_minority
        It has fewer distinct opinions than half the mean of all leaves. Small topics stay
        topics: they are shown and never put together.
    submissions, opinions
        Sum of sizes; number of distinct texts.
    cohesion
        Mean resemblance of two distinct opinions in it, or None where there is only one.
    anchors
        Ids by which a decision finds it again.
    """

    key: str
    parent: str | None
    children: tuple[str, ...]
    level: int
    kind: Kind
    label: Label | None
    label_note: NoLabel | None
    title: str | None
    representatives: tuple[str, ...]
    outliers: tuple[str, ...]
    dissent: Dissent
    is_minority: bool
    submissions: int
    opinions: int
    cohesion: float | None
    anchors: tuple[str, ...]

    @property
    def name(self) -> str:
        """Title or label, or an empty string."""
        return self.title if self.title is not None else self.label.text if self.label is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topics:
    """Topics of some submissions.

    Attributes
    ----------
    ids, sizes
        As given: identifiers, and how many submissions each stands for.
    topics
        All topics, each before its children, the largest first.
    topic_of
        (n,) place in ``topics`` of the leaf that each submission is in.
    opinion_of
        (n,) number of its distinct text, -1 without any visible character.
    nearest
        (n,) row of the distinct opinion most like it, -1 where there is no other.
    applied
        What became of each decision, in the order given.
    method
        What the resemblance rests on.
    count_rule
        How the number of topics was chosen.
    """

    ids: tuple[str, ...]
    sizes: npt.NDArray[np.int64]
    topics: tuple[Topic, ...]
    topic_of: npt.NDArray[np.int64]
    opinion_of: npt.NDArray[np.int64]
    nearest: npt.NDArray[np.int64]
    applied: tuple[Applied, ...]
    method: str
    count_rule: str
    joins: Joins = field(repr=False)
    founder_of: npt.NDArray[np.int64] = field(repr=False)
    place: Mapping[str, int] = field(repr=False)
    rows: Mapping[str, int] = field(repr=False)

    @property
    def tree(self) -> tuple[Topic, ...]:
        """The topics at the top; `children` leads down."""
        return tuple(topic for topic in self.topics if topic.parent is None)

    @property
    def leaves(self) -> tuple[Topic, ...]:
        """The finest topics: every submission is in one of them."""
        return tuple(topic for topic in self.topics if not topic.children)

    @property
    def submissions(self) -> int:
        """All submissions."""
        return int(self.sizes.sum())

    @property
    def opinions(self) -> int:
        """Distinct texts; those without any visible character count as none."""
        return int(self.opinion_of.max(initial=-1)) + 1

    def topic(self, key: str) -> Topic:
        """The topic with a key.

        Raises
        ------
        TextError
            ``unknown-topic``.
        """
        if key not in self.place:
            raise TextError("unknown-topic", f"there is no topic with the key {key!r}", key=key)
        return self.topics[self.place[key]]

    def children(self, key: str) -> tuple[Topic, ...]:
        """The topics below one."""
        return tuple(self.topic(child) for child in self.topic(key).children)

    def members(self, key: str) -> tuple[str, ...]:
        """Ids of all submissions in a topic and below it, in the order given."""
        below = [self.topic(key)]
        leaves: list[int] = []
        while below:
            topic = below.pop()
            below.extend(self.topic(child) for child in topic.children)
            if not topic.children:
                leaves.append(self.place[topic.key])
        return tuple(self.ids[row] for row in np.flatnonzero(np.isin(self.topic_of, leaves)))

    def path(self, id: str) -> tuple[Topic, ...]:
        """The topics a submission is in, from the top down to its leaf.

        Raises
        ------
        TextError
            ``unknown-id``.
        """
        if id not in self.rows:
            raise TextError("unknown-id", f"no submission has the id {id!r}", ids=(id,))
        found = [self.topics[int(self.topic_of[self.rows[id]])]]
        while (parent := found[-1].parent) is not None:
            found.append(self.topic(parent))
        return tuple(reversed(found))

    def cut(self, count: int) -> npt.NDArray[np.int64]:
        """Exactly ``count`` topics, before any decision of a person.

        Parameters
        ----------
        count
            1 up to the number of distinct opinions (of those compared with one another, see `find_topics`).

        Returns
        -------
        ndarray of int64
            (n,) numbers from 0; -1 for a submission without any visible character.

        Raises
        ------
        TextError
            ``bad-count``.
        """
        most = len(self.joins.pairs) + 1 if self.opinions else 0
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or not 1 <= count <= most:
            raise TextError(
                "bad-count",
                f"{most} distinct opinions can be cut into 1 to {most} topics, not {count}",
                count=count,
            )
        group = self.joins.cut(int(count))[self.founder_of]
        return np.where(self.opinion_of >= 0, group[np.maximum(self.opinion_of, 0)], -1)
