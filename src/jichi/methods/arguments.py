"""A tree of arguments: topics with what was said under them, by submissions and by distinct arguments.

A set of submissions that say one thing is one argument. A branch counts each of its submissions once, also
where it stands in two of its arguments or in two branches below; so a branch may have fewer submissions than
its children together, and the difference is people who said more than one thing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from jichi.methods.errors import MethodError, listed

__all__ = ["Argument", "ArgumentError", "Cell", "Node", "Topic", "layout", "tree_of"]

_DEEPEST = 50


class ArgumentError(MethodError):
    """Topics or arguments that make no tree."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A set of submissions that say one thing.

    Attributes
    ----------
    key
        Its name among the arguments.
    members
        Ids of its submissions; one that is named twice counts once.
    size
        How many submissions it has where that is more than are named (some were destroyed and keep their
        place in the count). Those not named are counted as people who said nothing else. None: as many as are
        named.
    """

    key: str
    members: Sequence[Hashable]
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A branch: its own arguments, by key, and the branches below."""

    key: str
    title: str
    arguments: tuple[str, ...] = ()
    children: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A branch that has been counted.

    Attributes
    ----------
    key, title
        Of its topic; the root has an empty key.
    submissions
        Submissions in it and below, each once.
    arguments
        Distinct arguments in it and below, each once.
    own
        Keys of the arguments that stand in it and in no branch below.
    children
        The branches below, in the order given.
    """

    key: str
    title: str
    submissions: int
    arguments: int
    own: tuple[str, ...]
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A rectangle of a layout, in the units of its width and row; ``depth`` of the root is 0."""

    key: str
    title: str
    depth: int
    x: float
    y: float
    width: float
    height: float
    submissions: int
    arguments: int


class _Counts:
    """Members of each argument as whole numbers, so that a union of many is one sort."""

    def __init__(self, arguments: Iterable[Argument]) -> None:
        self.members: dict[str, npt.NDArray[np.int64]] = {}
        self.unnamed: dict[str, int] = {}
        numbers: dict[Hashable, int] = {}
        for argument in arguments:
            if argument.key in self.members:
                raise ArgumentError(
                    "keys-not-unique", f"the argument {argument.key!r} is given twice", keys=[argument.key]
                )
            held = {numbers.setdefault(member, len(numbers)) for member in argument.members}
            size = len(held) if argument.size is None else argument.size
            if size < len(held):
                raise ArgumentError(
                    "bad-size",
                    f"the argument {argument.key!r} has {len(held)} members and is said to have {size}",
                    key=argument.key,
                )
            self.members[argument.key] = np.fromiter(sorted(held), np.int64, len(held))
            self.unnamed[argument.key] = size - len(held)

    def submissions(self, keys: Iterable[str]) -> int:
        chosen = list(keys)
        if not chosen:
            return 0
        named = np.unique(np.concatenate([self.members[key] for key in chosen])).size
        return int(named) + sum(self.unnamed[key] for key in chosen)


def _check_topics(topics: Sequence[Topic], known: Mapping[str, object]) -> None:
    keys: list[str] = []
    missing: list[str] = []

    def visit(topic: Topic, depth: int) -> None:
        if depth > _DEEPEST:
            raise ArgumentError("too-deep", f"topics lie more than {_DEEPEST} deep", most=_DEEPEST)
        keys.append(topic.key)
        missing.extend(key for key in topic.arguments if key not in known)
        for child in topic.children:
            visit(child, depth + 1)

    for topic in topics:
        visit(topic, 1)
    twice = sorted({key for key in keys if not key or keys.count(key) > 1})
    if twice:
        raise ArgumentError("keys-not-unique", f"topics share or lack a key: {listed(twice)}", keys=twice)
    if missing:
        raise ArgumentError(
            "unknown-argument", f"topics name arguments that are not given: {listed(missing)}", keys=missing
        )


def tree_of(title: str, topics: Sequence[Topic], arguments: Iterable[Argument]) -> Node:
    """Counts a tree of topics.

    Parameters
    ----------
    title
        Of the root.
    topics
        The branches right below the root. An argument may stand in several.
    arguments
        All arguments. One that no topic names belongs to the root itself, so that nothing falls out.

    Returns
    -------
    Node
        The root: all submissions and all arguments, each once.

    Raises
    ------
    ArgumentError
        ``unknown-argument``, ``keys-not-unique`` (also for a topic without one), ``bad-size``, ``too-deep``.
    """
    counts = _Counts(arguments)
    _check_topics(topics, counts.members)

    def node(
        key: str, name: str, own: Iterable[str], children: Sequence[Topic]
    ) -> tuple[Node, dict[str, None]]:
        below: dict[str, None] = {}
        made: list[Node] = []
        for child in children:
            counted, held = node(child.key, child.title, child.arguments, child.children)
            made.append(counted)
            below |= held
        alone = [one for one in dict.fromkeys(own) if one not in below]
        everything = below | dict.fromkeys(alone)
        return (
            Node(key, name, counts.submissions(everything), len(everything), tuple(alone), tuple(made)),
            everything,
        )

    # What a topic names stays with the topic: only the rest is the root's own.
    root, _ = node("", title, counts.members, topics)
    return root


def layout(
    node: Node,
    *,
    width: float = 1000.0,
    row: float = 60.0,
    by: Literal["submissions", "arguments"] = "submissions",
) -> tuple[Cell, ...]:
    """Where the branches lie in an icicle: one row for each depth, children under their parent, side by side.

    Parameters
    ----------
    node
        The root.
    width, row
        Width of the root and height of each row.
    by
        What the widths show.

    Returns
    -------
    tuple of Cell
        Parents before their children, in the order of the tree. A child is as wide, against its parent, as
        its number against the parent's; where children together have more (a submission in two of them), they
        are narrowed alike to fit. The numbers in a cell are the counted ones.
    """
    cells: list[Cell] = []

    def value(one: Node) -> int:
        return one.submissions if by == "submissions" else one.arguments

    def place(one: Node, depth: int, x: float, wide: float) -> None:
        cells.append(
            Cell(one.key, one.title, depth, x, depth * row, wide, row, one.submissions, one.arguments)
        )
        whole = max(value(one), sum(value(child) for child in one.children))
        for child in one.children:
            share = wide * value(child) / whole if whole else 0.0
            place(child, depth + 1, x, share)
            x += share

    place(node, 0, 0.0, width)
    return tuple(cells)
