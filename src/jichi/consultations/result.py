"""The result of a consultation as plain data: what the page, the print, the tables and the API all read.

:func:`as_json` gives the document that is published (schema ``jichi-consultation-result-1``),
:func:`from_json` reads one back. Texts are by language: ``{"ja": …, "en": …}`` (``jichi.ui.content.chosen``).
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import types
import typing
from dataclasses import dataclass, field
from typing import Any

FORMAT = "jichi-consultation-result/1"

Texts = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """A column of the city's table: the submissions (通) that came so and the opinions (件) they hold."""

    title: Texts
    channels: tuple[str, ...]
    submissions: int = 0
    opinions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """A code of disposition (対応区分) and how many opinions, in how many rows of the result, have it."""

    code: str
    title: Texts
    meaning: Texts = field(default_factory=dict)
    changes_draft: bool = False
    opinions: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """A topic; ``key`` empty: what belongs to none. ``parent`` is the key of the one above it."""

    key: str
    title: Texts
    parent: str = ""
    opinions: int = 0
    rows: int = 0
    by_code: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionRow:
    """Opinions that say the same, what the city thinks of them and what was changed.

    ``number`` counts from 1 and is how passages point here. ``set`` or ``opinion`` is the row in the database
    (for links). ``code`` empty: no disposition yet, in a preview only. ``undertaking``: the reference of what
    was promised ("2026-3").
    """

    number: int
    set: int | None
    opinion: int | None
    topic: str
    summary: Texts
    view: Texts
    change: Texts
    code: str
    opinions: int
    submissions: int
    undertaking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a passage, and whether it differs from the other side."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage of the final text that differs from the draft, why, and which rows stand behind or against.

    ``kind``: added, removed, changed or moved. ``reason`` empty: not explained yet, in a preview only.
    """

    anchor: str
    kind: str
    is_moved: bool
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    reason: str
    not_from_opinions: bool
    behind: tuple[int, ...] = ()
    against: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """A text that was compared: its title, version and digest."""

    title: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """What stands outside the table, counted: late, withheld, refused, withdrawn.

    ``withheld`` and ``pending`` are opinions of the table whose words are not shown (a count by reason);
    ``not_to_publish`` submissions whose senders did not consent. ``late_rows`` answer late opinions.
    """

    late_submissions: int = 0
    late_opinions: int = 0
    late_rows: tuple[OpinionRow, ...] = ()
    withheld: int = 0
    withheld_reasons: dict[str, int] = field(default_factory=dict)
    pending: int = 0
    not_to_publish: int = 0
    refused: int = 0
    refused_reasons: dict[str, int] = field(default_factory=dict)
    withdrawn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The whole result. ``undisposed`` (opinions without disposition) is 0 in everything published."""

    key: str
    title: Texts
    kind: str
    legal_basis: str
    department: Texts
    first_day: datetime.date | None
    last_day: datetime.date | None
    days: int
    short_reason: str
    scheme: str
    submissions: int
    opinions: int
    distinct: int
    changed: int
    nothing_received: bool
    withdrawn_reason: str
    channels: tuple[ChannelRow, ...]
    codes: tuple[CodeRow, ...]
    topics: tuple[TopicRow, ...]
    rows: tuple[OpinionRow, ...]
    passages: tuple[Passage, ...]
    apart: Apart
    draft: TextRow | None
    final: TextRow | None
    undisposed: int = 0
    undivided: int = 0
    is_sample: bool = False

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Anchors of passages that differ and that nobody has explained."""
        return tuple(one.anchor for one in self.passages if not one.reason)

    @property
    def counts(self) -> dict[str, int]:
        """Its totals, for lists and metrics."""
        return {
            "submissions": self.submissions,
            "opinions": self.opinions,
            "distinct": self.distinct,
            "changed": self.changed,
            "late_submissions": self.apart.late_submissions,
            "late_opinions": self.apart.late_opinions,
            "passages": len(self.passages),
        }


def as_json(result: Result) -> dict[str, Any]:
    """The document of a result: JSON values only, ``format`` first."""
    plain: dict[str, Any] = _plain(result)
    return {"format": FORMAT, **plain}


def from_json(document: dict[str, Any]) -> Result:
    """The result in a document of :func:`as_json`. Raises ValueError for another format."""
    if document.get("format") != FORMAT:
        raise ValueError(f"not a {FORMAT} but {document.get('format')!r}")
    found: Result = _read(Result, {name: value for name, value in document.items() if name != "format"})
    return found


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    kind: type = type(value)
    return {name: _plain(getattr(value, name)) for name in _names(kind)}


@functools.cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in dataclasses.fields(kind))


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@functools.cache
def _is_flat(kind: type) -> bool:
    """Whether its fields are as JSON has them; results have thousands of such rows."""
    return all(
        typing.get_origin(one) in (None, dict, types.UnionType) for one in _hints(kind).values()
    ) and not any(
        datetime.date in (one, *typing.get_args(one)) or dataclasses.is_dataclass(one)
        for one in _hints(kind).values()
    )


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        if _is_flat(kind):
            return kind(**value)
        return kind(**{name: _read(hints[name], one) for name, one in value.items()})
    origin = typing.get_origin(kind)
    if origin is tuple:
        return tuple(_read(typing.get_args(kind)[0], one) for one in value)
    if origin in (types.UnionType, typing.Union):
        wanted = next(one for one in typing.get_args(kind) if one is not type(None))
        return _read(wanted, value)
    return datetime.date.fromisoformat(value) if kind is datetime.date else value
