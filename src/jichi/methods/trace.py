"""The trace of a grouping and its topics: where every submission went, ready to be proved.

:mod:`jichi.methods.conservation` has the rows and the proof, for rows from anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.sets import Grouping
from jichi.methods.conservation import Equation, Problem, Proof, Row, Trace, path_of

__all__ = ["Equation", "Label", "Problem", "Proof", "Row", "Topic", "Topics", "Trace", "trace"]


class Label(Protocol):
    """Words of an opinion that name a topic."""

    @property
    def id(self) -> str: ...


class Topic(Protocol):
    """What a trace asks of a topic."""

    @property
    def key(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def label(self) -> Label | None: ...
    @property
    def representatives(self) -> Sequence[str]: ...
    @property
    def outliers(self) -> Sequence[str]: ...
    @property
    def submissions(self) -> int: ...
    @property
    def opinions(self) -> int: ...


class Topics(Protocol):
    """What a trace asks of topics: of their opinions, -1 in ``opinion_of`` tells one that holds nothing."""

    @property
    def ids(self) -> Sequence[str]: ...
    @property
    def topics(self) -> Sequence[Topic]: ...
    @property
    def topic_of(self) -> npt.NDArray[np.int64]: ...
    @property
    def opinion_of(self) -> npt.NDArray[np.int64]: ...


def trace(grouping: Grouping, topics: Topics | None = None) -> Trace:
    """The trace of a grouping and, where there are any, of its topics.

    Parameters
    ----------
    grouping
        Sets of submissions.
    topics
        Topics over one submission of each set, or over more. A set goes where its representative went; one
        whose representative the topics do not know, where the first of its members went that they know.

    Returns
    -------
    Trace
        What the grouping and the topics state about their sizes, with the rows to count them again.
    """
    sets = list(grouping.sets)
    keys = [each.key for each in sets]
    set_of = grouping.set_of.tolist()
    shown = [(f"representative of {each.key}", each.representative) for each in sets if each.representative]
    plain = Trace(
        ids=tuple(grouping.ids),
        sets=tuple(keys[number] for number in set_of),
        received=grouping.submissions,
        set_sizes={each.key: each.size for each in sets},
        destroyed=frozenset(id for id, gone in zip(grouping.ids, grouping.filing.gone, strict=True) if gone),
        shown=tuple(shown),
    )
    return plain if topics is None else _with_topics(plain, set_of, topics)


def _with_topics(plain: Trace, set_of: Sequence[int], topics: Topics) -> Trace:
    number = dict(zip(topics.ids, topics.topic_of.tolist(), strict=True))
    leads = {id for _, id in plain.shown}
    topic_of: dict[int, int] = {}
    for id, key in sorted(zip(plain.ids, set_of, strict=True), key=lambda row: (row[0] not in leads, row[0])):
        if id in number:
            topic_of.setdefault(key, number[id])
    leaves = [topic_of.get(key) for key in set_of]
    listed = topics.topics
    labels = [(f"label of {each.key}", each.label.id) for each in listed if each.label is not None]
    examples = [(f"representative of {each.key}", id) for each in listed for id in each.representatives]
    outliers = [(f"outlier of {each.key}", id) for each in listed for id in each.outliers]
    return replace(
        plain,
        topics=tuple(None if leaf is None else listed[leaf].key for leaf in leaves),
        topic_sizes={each.key: each.submissions for each in listed},
        topic_sets=_stated_sets(plain, set_of, topics),
        parents={each.key: each.parent for each in listed},
        shown=(*plain.shown, *labels, *examples, *outliers),
    )


def _stated_sets(plain: Trace, set_of: Sequence[int], topics: Topics) -> dict[str, int] | None:
    """Sets of each topic as the topics count them; None where they are not over one opinion of each set."""
    set_of_id = dict(zip(plain.ids, set_of, strict=True))
    if sorted(set_of_id.get(id, -1) for id in topics.ids) != list(range(len(plain.set_sizes))):
        return None
    parents = {each.key: each.parent for each in topics.topics}
    stated = {each.key: each.opinions for each in topics.topics}
    # What holds nothing is no opinion there, but a set all the same.
    for leaf in topics.topic_of[topics.opinion_of < 0].tolist():
        for wider in path_of(topics.topics[leaf].key, parents):
            stated[wider] += 1
    return stated
