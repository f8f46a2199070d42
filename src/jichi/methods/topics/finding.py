"""From submissions to topics: the whole way, each step a function of the set of texts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jichi.methods.texts.embedding import Embedder
from jichi.methods.texts.errors import TextError
from jichi.methods.topics.checking import Asked, Mask, check
from jichi.methods.topics.deciding import decide
from jichi.methods.topics.decisions import Decision
from jichi.methods.topics.describing import describe
from jichi.methods.topics.joining import Joins, join, smoothed
from jichi.methods.topics.shaping import default_count, grow
from jichi.methods.topics.values import Topics
from jichi.methods.topics.views import Views, as_embedders, view

__all__ = ["FOUNDERS", "find_topics"]

FOUNDERS = 10_000
"""Distinct opinions that are compared with one another; of more, the others follow the nearest of these."""
_BLOCK = 512


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Tree:
    """The binary tree, and for each distinct opinion whom it goes with and whom it is most like."""

    joins: Joins
    founder_of: npt.NDArray[np.int64]
    nearest: npt.NDArray[np.int64]


def _founders(texts: Sequence[str], most: int) -> npt.NDArray[np.int64]:
    """A sample that depends on nothing but the texts: those with the smallest hashes."""
    if len(texts) <= most:
        return np.arange(len(texts))
    order = sorted(range(len(texts)), key=lambda at: _digest(texts[at]))
    return np.sort(np.array(order[:most], np.int64))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _plant(views: Views, founders: npt.NDArray[np.int64]) -> _Tree:
    """The binary tree over the founders, the others beside their nearest."""
    chosen = views.take(founders) if len(founders) < len(views) else views
    alike = smoothed(chosen)
    nearest = np.full(len(views), -1, np.int64)
    if len(founders) > 1:
        np.fill_diagonal(alike, -np.inf)
        nearest[founders] = founders[alike.argmax(axis=1)]
    joins = join(alike)
    del alike
    founder_of = np.zeros(len(views), np.int64)
    founder_of[founders] = np.arange(len(founders))
    others = np.setdiff1d(np.arange(len(views)), founders)
    for start in range(0, len(others), _BLOCK):
        part = others[start : start + _BLOCK]
        founder_of[part] = views.block(part, founders).argmax(axis=1)
        nearest[part] = founders[founder_of[part]]
    return _Tree(joins=joins, founder_of=founder_of, nearest=nearest)


def _count(count: int | None, founders: int, opinions: int) -> tuple[int, str]:
    if count is None:
        chosen = min(default_count(opinions), founders)
        return chosen, "square root of the number of distinct opinions"
    most = max(1, founders)
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or not 1 <= count <= most:
        raise TextError(
            "bad-count",
            f"{opinions} distinct opinions can make 1 to {most} topics, not {count!r}",
            count=count,
            most=most,
        )
    return int(count), "as asked"


def find_topics(
    ids: Sequence[str],
    texts: Sequence[str],
    *,
    sizes: Sequence[int] | npt.NDArray[np.integer] | None = None,
    embedder: Embedder | Sequence[Embedder] | None = None,
    count: int | None = None,
    denied: Sequence[str] = (),
    masks: Sequence[Mask] = (),
    decisions: Sequence[Decision] = (),
) -> Topics:
    """Topics of opinions, as a tree with verbatim labels.

    Parameters
    ----------
    ids, texts
        A submission, or a set of equal ones, in each row. Ids are unique.
    sizes
        How many submissions each row stands for, 1 or more; 1 where None. They count, they do not weigh: a
        thousand copies of an opinion do not move a topic.
    embedder
        What knows meanings: one, several whose resemblances are averaged, or None for words alone.
    count
        Number of leaves before decisions; where None the square root of the number of distinct opinions.
    denied
        Words that no label may contain, compared in their normal form.
    masks
        Stretches that no label may touch or repeat.
    decisions
        What a person decided in earlier runs, in order.

    Returns
    -------
    Topics

    Raises
    ------
    TextError
        When the input is refused (`jichi.methods.topics.checking.check`), or ``bad-count``.

    Notes
    -----
    Equal texts are one opinion. Opinions are compared by centred views (`jichi.methods.topics.views.view`),
    each then taken together with the mean of its five nearest, and joined by average link
    (`jichi.methods.topics.joining`). The leaves are the cut into ``count``; above them no topic has more
    than twelve children (`jichi.methods.topics.shaping.grow`). Shuffling the rows changes nothing but the
    order of what is given row by row.

    Time and memory grow with the square of the number of distinct opinions up to 10,000 (400 MB). Of more,
    the 10,000 with the smallest SHA-256 make the tree and each other opinion goes with the one of them it is
    most like: order-free, and for each opinion the same work.

    Examples
    --------
    >>> texts = ["公園に遊具を。", "公園の遊具が古い。", "保育園が足りない。", "保育園を増やして。"]
    >>> topics = find_topics(list("abcd"), texts, count=2)
    >>> [topics.members(topic.key) for topic in topics.tree]
    [('c', 'd'), ('a', 'b')]
    """
    asked = check(ids, texts, sizes, denied, masks)
    strange = [one for one in decisions if not isinstance(one, Decision)]
    if strange:
        raise TextError("bad-decision", f"decisions are those of this package, not {strange[0]!r}")
    embedders = as_embedders(embedder)
    founders = _founders(asked.texts, FOUNDERS)
    leaves, rule = _count(count, len(founders), len(asked.texts))
    views = view(asked.texts, embedders)
    tree = _plant(views, founders)
    shape = grow(tree.joins, tree.founder_of, leaves)
    opinions = {
        id: opinion for id, opinion in zip(asked.ids, asked.opinion_of.tolist(), strict=True) if opinion >= 0
    }
    titles, applied = decide(shape, views, opinions, decisions)
    described = describe(asked, views, shape, titles)
    return Topics(
        ids=asked.ids,
        sizes=asked.sizes,
        topics=described.topics,
        topic_of=described.topic_of,
        opinion_of=asked.opinion_of,
        nearest=_rows(asked, tree.nearest),
        applied=applied,
        method="+".join(["words", *(one.name for one in embedders)]),
        count_rule=rule,
        joins=tree.joins,
        founder_of=tree.founder_of,
        place={topic.key: at for at, topic in enumerate(described.topics)},
        rows={id: row for row, id in enumerate(asked.ids)},
    )


def _rows(asked: Asked, nearest: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each submission the row of the opinion most like its own: that of the smallest id which has it."""
    rows = {id: row for row, id in enumerate(asked.ids)}
    speaker = np.array([rows[id] for id in asked.speaker] + [-1], np.int64)
    # The last place stands for none, and -1 finds it both times.
    return np.asarray(speaker[np.append(nearest, -1)[asked.opinion_of]])
