"""What a person decides about topics, as data that outlives the run it was made in.

A decision names a topic by *anchors*: ids of submissions that are in it. The next run, with fewer opinions or
more, looks for the topic that holds them; where it cannot be told which that is, the decision is not applied
and says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jichi.methods.texts.errors import TextError

__all__ = ["Applied", "Decision", "Merge", "Outcome", "Pin", "Rename", "Split", "from_plain", "to_plain"]

Anchors = tuple[str, ...]
_LONGEST_TITLE = 200


def _anchors(anchors: object) -> Anchors:
    """Sorted and without repetition."""
    if not isinstance(anchors, tuple | list | set | frozenset) or not all(
        isinstance(one, str) for one in anchors
    ):
        raise TextError("bad-decision", f"anchors are ids, a tuple of strings, not {anchors!r}")
    if not anchors:
        raise TextError("bad-decision", "a decision names its topic by at least one anchor, an id in it")
    return tuple(sorted(set(anchors)))


@dataclass(frozen=True, slots=True)
class Rename:
    """The topic with these anchors has this title; an empty title takes it off again."""

    anchors: Anchors
    title: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "anchors", _anchors(self.anchors))
        if not isinstance(self.title, str) or len(self.title) > _LONGEST_TITLE:
            raise TextError("bad-decision", f"a title is a text of at most {_LONGEST_TITLE} characters")


@dataclass(frozen=True, slots=True)
class Merge:
    """These topics, two or more, are one."""

    topics: tuple[Anchors, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "topics", tuple(_anchors(one) for one in self.topics))
        if len(self.topics) < 2:
            raise TextError("bad-decision", "a merge names two topics or more")


@dataclass(frozen=True, slots=True)
class Split:
    """A topic falls into these parts; any other opinion in it goes to the part it is most like."""

    anchors: Anchors
    parts: tuple[Anchors, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "anchors", _anchors(self.anchors))
        object.__setattr__(self, "parts", tuple(_anchors(one) for one in self.parts))
        every = [one for part in self.parts for one in part]
        if len(self.parts) < 2 or len(set(every)) < len(every):
            raise TextError("bad-decision", "a split names two parts or more, and no anchor in two of them")


@dataclass(frozen=True, slots=True)
class Pin:
    """The submission with this id, and those of the same text, are in the topic with these anchors."""

    id: str
    anchors: Anchors

    def __post_init__(self) -> None:
        object.__setattr__(self, "anchors", _anchors(self.anchors))
        if not isinstance(self.id, str) or self.anchors == (self.id,):
            raise TextError("bad-decision", "a pin names one id, and the topic by another")


Decision = Rename | Merge | Split | Pin
_KINDS: Mapping[str, type[Decision]] = {"rename": Rename, "merge": Merge, "split": Split, "pin": Pin}


class Outcome(StrEnum):
    """What became of a decision."""

    applied = "applied"
    already = "it is so already"
    gone = "none of its anchors is among the opinions, or the pinned one is not"
    scattered = "no topic holds more than half of its anchors"
    one_topic = "its anchors lie in one topic that cannot be told apart"
    superseded = "a later decision names the same topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A decision and what became of it; ``missing`` are its anchors that are not among the opinions."""

    decision: Decision
    outcome: Outcome
    missing: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the result is as decided."""
        return self.outcome in (Outcome.applied, Outcome.already)


def to_plain(decision: Decision) -> dict[str, Any]:
    """A decision as plain data, for JSON or a database."""
    match decision:
        case Rename(anchors, title):
            return {"kind": "rename", "anchors": list(anchors), "title": title}
        case Merge(topics):
            return {"kind": "merge", "topics": [list(one) for one in topics]}
        case Split(anchors, parts):
            return {"kind": "split", "anchors": list(anchors), "parts": [list(one) for one in parts]}
        case Pin(id, anchors):
            return {"kind": "pin", "id": id, "anchors": list(anchors)}


def from_plain(data: Mapping[str, Any]) -> Decision:
    """The decision that `to_plain` wrote.

    Raises
    ------
    TextError
        ``bad-decision`` when the data are none.
    """
    fields = {key: _tuples(value) for key, value in data.items() if key != "kind"}
    kind = _KINDS.get(data.get("kind", ""))
    if kind is None or set(fields) != set(kind.__dataclass_fields__):
        raise TextError(
            "bad-decision",
            f"a decision is one of {', '.join(_KINDS)} with its own fields, not {dict(data)!r}",
            data=dict(data),
        )
    return kind(**fields)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list | tuple) else value
