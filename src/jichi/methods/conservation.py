"""Proof that nothing was lost or counted twice between what was handed in and what is shown.

A trace has one row for each submission: its id, its set and its topic. What a page prints (how many were
handed in, how large each set and each topic is) is *stated*; :meth:`Trace.prove` counts all of it again from
the rows and puts both sides beside each other. Rows from a database are proved as well as a fresh grouping.

A destroyed original has its row like any other, so that it stays in every count; that nothing of it is shown
is checked with the ids that stand behind what is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from jichi.methods.texts.errors import TextError

__all__ = ["Equation", "Problem", "Proof", "Row", "Trace", "path_of"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """Two numbers that must be one.

    Attributes
    ----------
    name
        What is counted, such as ``"set-members"``.
    of
        The set or topic, None where it is about the whole.
    stated
        What is said.
    counted
        What the rows give.
    """

    name: str
    of: str | None
    stated: int
    counted: int

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        return self.stated == self.counted


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing that is not where it must be.

    Attributes
    ----------
    kind
        ``submission-twice``, ``submission-missing``, ``submission-unknown``, ``submission-without-set``,
        ``submission-without-topic``, ``set-unknown``, ``set-empty``, ``set-in-two-topics``,
        ``topic-unknown``, ``topic-empty``, ``topic-not-leaf``, ``topic-in-circle``, ``parent-unknown``,
        ``destroyed-unknown`` or ``destroyed-shown``.
    id
        The submission, set or topic.
    other
        What it is in conflict with: the set, topic or place; empty where there is none.
    """

    kind: str
    id: str
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Every equation with both sides, and everything that is out of place.

    Attributes
    ----------
    equations
        The whole first, then each set, then each topic, by key.
    problems
        Sorted by kind, then by id.
    """

    equations: tuple[Equation, ...]
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        """Whether all equations hold and nothing is out of place."""
        return not self.problems and all(equation.holds for equation in self.equations)

    @property
    def broken(self) -> tuple[Equation, ...]:
        """The equations that do not hold."""
        return tuple(equation for equation in self.equations if not equation.holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Where one submission went.

    Attributes
    ----------
    submission
        Its id.
    set
        Key of its set.
    topics
        Keys of its topics, the widest first; empty where there are no topics.
    """

    submission: str
    set: str | None
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Rows, and what is stated about them. All of it plain, so that a database can fill it.

    Parameters
    ----------
    ids
        One for each row.
    sets
        The key of each row's set; None where it has none.
    topics
        The key of each row's narrowest topic; None for a row without one. Left out where there are no topics.
    received
        The ids that were handed in, from the register of receipts; or only their number.
    set_sizes
        Stated submissions of each set.
    topic_sizes
        Stated submissions of each topic, wider ones included.
    topic_sets
        Stated sets of each topic, wider ones included. Left out where nothing is stated of them.
    parents
        For each topic the wider one, or None.
    destroyed
        Submissions whose originals were destroyed.
    shown
        Pairs of a place, such as ``"label of <topic>"``, and the submission whose words are shown there.

    Raises
    ------
    TextError
        ``"lengths-differ"`` if ids, sets and topics are not of one length.
    """

    ids: Sequence[str]
    sets: Sequence[str | None]
    received: Sequence[str] | int
    set_sizes: Mapping[str, int]
    topics: Sequence[str | None] | None = None
    topic_sizes: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    topic_sets: Mapping[str, int] | None = None
    parents: Mapping[str, str | None] = field(default_factory=lambda: _NOTHING)
    destroyed: frozenset[str] = frozenset()
    shown: Sequence[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        lengths = [len(self.ids), len(self.sets), len(self.ids if self.topics is None else self.topics)]
        if len(set(lengths)) > 1:
            raise TextError(
                "lengths-differ",
                "{} ids, {} sets and {} topics: give one of each for every row".format(*lengths),
                lengths=tuple(lengths),
            )

    def rows(self) -> Iterator[Row]:
        """One row for each submission, in the order given."""
        paths = {
            topic: path_of(topic, self.parents)[::-1] for topic in set(self.topics or ()) if topic is not None
        }
        for place, (id, key) in enumerate(zip(self.ids, self.sets, strict=True)):
            topic = None if self.topics is None else self.topics[place]
            yield Row(submission=id, set=key, topics=() if topic is None else paths[topic])

    def prove(self) -> Proof:
        """All sums counted again from the rows, and everything that is not where it must be.

        Notes
        -----
        The whole is about the number of rows times the depth of the topics.
        """
        members = Counter(key for key in self.sets if key is not None)
        pairs = _pairs(self)
        equations = [*_of_the_whole(self), *_each("set-members", self.set_sizes, members)]
        if self.topics is not None:
            equations += _each("topic-submissions", self.topic_sizes, _upwards(self, _counted(self.topics)))
            if self.topic_sets is not None:
                equations += _each("topic-sets", self.topic_sets, _sets_below(self, pairs))
            equations += _of_children(self)
        problems = {*_about_submissions(self), *_about_sets(self, members, pairs), *_about_topics(self)}
        problems |= set(_about_destroyed(self))
        return Proof(equations=tuple(equations), problems=tuple(sorted(problems)))


def path_of(topic: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The topic and all wider ones, the narrowest first; a circle is followed once."""
    path: dict[str, None] = {}
    step: str | None = topic
    while step is not None and step not in path:
        path[step] = None
        step = parents.get(step)
    return tuple(path)


def _counted(keys: Iterable[str | None]) -> Counter[str]:
    return Counter(key for key in keys if key is not None)


def _pairs(given: Trace) -> set[tuple[str, str]]:
    """Set and narrowest topic of each row that has both."""
    rows = zip(given.sets, given.topics or (), strict=False)
    return {(key, topic) for key, topic in rows if key is not None and topic is not None}


def _upwards(given: Trace, counts: Counter[str]) -> Counter[str]:
    """Counts of topics, each added to all wider ones as well."""
    total: Counter[str] = Counter()
    for topic, count in counts.items():
        for wider in path_of(topic, given.parents):
            total[wider] += count
    return total


def _sets_below(given: Trace, pairs: set[tuple[str, str]]) -> Counter[str]:
    """The sets of each topic and all narrower ones, each once."""
    below = {(key, wider) for key, topic in pairs for wider in path_of(topic, given.parents)}
    return Counter(topic for _, topic in below)


def _each(name: str, stated: Mapping[str, int], counted: Counter[str]) -> list[Equation]:
    """One equation for each key that is stated or counted."""
    return [
        Equation(name=name, of=key, stated=stated.get(key, 0), counted=counted[key])
        for key in sorted(stated.keys() | counted.keys())
    ]


def _of_the_whole(given: Trace) -> list[Equation]:
    received = given.received if isinstance(given.received, int) else len(given.received)
    found = {
        "submissions": len(given.ids),
        "distinct-submissions": len(set(given.ids)),
        "sum-of-sets": sum(given.set_sizes.values()),
    }
    if given.topics is not None:
        tops = [topic for topic in given.topic_sizes if given.parents.get(topic) is None]
        found["sum-of-topics"] = sum(given.topic_sizes[topic] for topic in tops)
    equations = [
        Equation(name=name, of=None, stated=received, counted=counted) for name, counted in found.items()
    ]
    if given.topics is not None and given.topic_sets is not None:
        sets = sum(given.topic_sets.get(topic, 0) for topic in tops)
        equations.append(Equation(name="sets-of-topics", of=None, stated=len(given.set_sizes), counted=sets))
    return equations


def _of_children(given: Trace) -> list[Equation]:
    """A wider topic is as large as those in it."""
    sums: Counter[str] = Counter()
    for topic, parent in given.parents.items():
        if parent is not None:
            sums[parent] += given.topic_sizes.get(topic, 0)
    return [
        Equation(
            name="sum-of-narrower", of=topic, stated=given.topic_sizes.get(topic, 0), counted=sums[topic]
        )
        for topic in sorted(sums)
    ]


def _about_submissions(given: Trace) -> Iterator[Problem]:
    for id, count in Counter(given.ids).items():
        if count > 1:
            yield Problem(kind="submission-twice", id=id)
    for id, key in zip(given.ids, given.sets, strict=True):
        if key is None:
            yield Problem(kind="submission-without-set", id=id)
    if given.topics is not None:
        for id, topic in zip(given.ids, given.topics, strict=True):
            if topic is None:
                yield Problem(kind="submission-without-topic", id=id)
    if not isinstance(given.received, int):
        received, rows = set(given.received), set(given.ids)
        yield from (Problem(kind="submission-missing", id=id) for id in received - rows)
        yield from (Problem(kind="submission-unknown", id=id) for id in rows - received)


def _about_sets(given: Trace, members: Counter[str], pairs: set[tuple[str, str]]) -> Iterator[Problem]:
    yield from (Problem(kind="set-unknown", id=key) for key in members.keys() - given.set_sizes.keys())
    yield from (Problem(kind="set-empty", id=key) for key in given.set_sizes.keys() - members.keys())
    topics: dict[str, str] = {}
    for key, topic in sorted(pairs):
        if topics.setdefault(key, topic) != topic:
            yield Problem(kind="set-in-two-topics", id=key, other=topic)


def _about_topics(given: Trace) -> Iterator[Problem]:
    if given.topics is None:
        return
    used = {topic for topic in given.topics if topic is not None}
    wider = {parent for parent in given.parents.values() if parent is not None}
    stated = given.topic_sizes.keys()
    yield from (Problem(kind="topic-unknown", id=topic) for topic in used - stated)
    yield from (Problem(kind="topic-not-leaf", id=topic) for topic in used & wider)
    yield from (Problem(kind="topic-empty", id=topic) for topic in stated - used - wider)
    yield from (Problem(kind="parent-unknown", id=topic) for topic in wider - stated)
    for topic in given.parents:
        if given.parents.get(path_of(topic, given.parents)[-1]) is not None:
            yield Problem(kind="topic-in-circle", id=topic)


def _about_destroyed(given: Trace) -> Iterator[Problem]:
    yield from (Problem(kind="destroyed-unknown", id=id) for id in given.destroyed - set(given.ids))
    for place, id in given.shown:
        if id in given.destroyed:
            yield Problem(kind="destroyed-shown", id=id, other=place)
