"""A draft of a plan or an ordinance as paragraphs, each with an anchor that people can point to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jichi.methods.errors import MethodError

__all__ = [
    "MOST_CHARACTERS",
    "MOST_PARAGRAPHS",
    "Draft",
    "DraftError",
    "Paragraph",
    "ParagraphKind",
    "cleaned",
    "from_plain",
    "printed",
    "to_plain",
]

MOST_PARAGRAPHS = 5_000
MOST_CHARACTERS = 2_000_000

_ANCHOR = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\Z")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\u200b\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")


class DraftError(MethodError):
    """A file or text that gives no draft; ``params`` has the ``place`` where that is known."""


class ParagraphKind(StrEnum):
    """What a paragraph is in its draft."""

    heading = "heading"
    paragraph = "paragraph"
    article = "article"
    item = "item"
    table_row = "table_row"
    note = "note"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph.

    Attributes
    ----------
    anchor
        Lower-case letters, digits, ``-`` and ``_``; unique in its draft and kept through its versions.
    kind
        What it is.
    level
        Of a heading from 1 (highest), of an item from 1 (outermost); 0 of all others.
    number
        As printed: 「第５条」, 「(1)」, 「ア」, or empty.
    text
        Without the number. Cells of a table row are parted by tabs.
    """

    anchor: str
    kind: ParagraphKind
    level: int
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A version of a draft.

    Attributes
    ----------
    title
        Its title, empty where none was found.
    paragraphs
        In reading order.
    retired
        Anchors of paragraphs that an earlier version had; none of them is given again.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    retired: tuple[str, ...] = ()

    @property
    def anchors(self) -> tuple[str, ...]:
        """The anchors in reading order."""
        return tuple(paragraph.anchor for paragraph in self.paragraphs)

    def paragraph(self, anchor: str) -> Paragraph | None:
        """The paragraph at an anchor, None where there is none."""
        return next((one for one in self.paragraphs if one.anchor == anchor), None)


def printed(paragraph: Paragraph) -> str:
    """A paragraph as it reads: its number, an ideographic space, its text."""
    return "\u3000".join(part for part in (paragraph.number, paragraph.text) if part)


def cleaned(text: str) -> str:
    """A text without controls and signs that turn the direction of writing; line ends become ``\\n``."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def to_plain(draft: Draft) -> dict[str, Any]:
    """The draft as lists, dicts, strings and numbers that JSON can hold."""
    return {
        "title": draft.title,
        "paragraphs": [
            {
                "anchor": one.anchor,
                "kind": one.kind.value,
                "level": one.level,
                "number": one.number,
                "text": one.text,
            }
            for one in draft.paragraphs
        ],
        "retired": list(draft.retired),
    }


def _bad(place: int, what: str) -> DraftError:
    return DraftError("bad-plain", f"paragraph {place}: {what}", place=place)


def _paragraph(place: int, plain: Mapping[str, Any]) -> Paragraph:
    if not isinstance(plain, Mapping):
        raise _bad(place, "is no object with anchor, kind, level, number and text")
    anchor, kind, level = plain.get("anchor"), plain.get("kind"), plain.get("level", 0)
    number, text = plain.get("number", ""), plain.get("text", "")
    if not isinstance(anchor, str) or not _ANCHOR.match(anchor):
        raise _bad(place, f"the anchor {anchor!r} is not of lower-case letters, digits, - and _")
    if not isinstance(kind, str) or kind not in ParagraphKind.__members__:
        raise _bad(place, f"the kind {kind!r} is none of {', '.join(ParagraphKind.__members__)}")
    if not isinstance(level, int) or isinstance(level, bool) or not 0 <= level <= 99:
        raise _bad(place, f"the level {level!r} is no number from 0 to 99")
    if not isinstance(number, str) or not isinstance(text, str):
        raise _bad(place, "number and text are strings")
    return Paragraph(anchor, ParagraphKind(kind), level, number, text)


def from_plain(plain: Mapping[str, Any]) -> Draft:
    """The draft that :func:`to_plain` made plain.

    Raises
    ------
    DraftError
        ``bad-plain`` with the paragraph's ``place``, counted from 1; ``anchors-not-unique``;
        ``too-many-paragraphs``.
    """
    rows = plain.get("paragraphs")
    title, retired = plain.get("title", ""), plain.get("retired", [])
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not isinstance(title, str):
        raise _bad(0, "a draft has a title and a list of paragraphs")
    if not isinstance(retired, Sequence) or not all(isinstance(one, str) for one in retired):
        raise _bad(0, "retired anchors are a list of strings")
    check_count(len(rows))
    paragraphs = tuple(_paragraph(place, row) for place, row in enumerate(rows, 1))
    anchors = [one.anchor for one in paragraphs]
    twice = (
        sorted({one for one in anchors if anchors.count(one) > 1}) if len({*anchors}) < len(anchors) else []
    )
    twice += sorted({*anchors} & {*retired})
    if twice:
        raise DraftError(
            "anchors-not-unique", f"anchors used twice: {', '.join(twice[:5])}", anchors=twice, place=twice[0]
        )
    return Draft(title, paragraphs, tuple(retired))


def check_count(count: int) -> None:
    """Refuses a draft with more paragraphs than people can comment on."""
    if count > MOST_PARAGRAPHS:
        raise DraftError(
            "too-many-paragraphs",
            f"{count} paragraphs; a draft has at most {MOST_PARAGRAPHS}, so divide it",
            count=count,
            most=MOST_PARAGRAPHS,
        )
