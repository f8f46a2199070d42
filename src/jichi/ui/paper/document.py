"""A printed document as data: what stands on it, in order, without a word about how it is drawn.

Rooms build these; :mod:`jichi.ui.paper.pdf` sets them as tagged A4 pages and :mod:`jichi.ui.paper.workbook`
as a workbook. All texts are final: translated, formatted, "-" where a value is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading within a page; ``level`` 2 or 3."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Short facts, each with its label."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A labelled text; line breaks are kept."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A judgement: the mark, what the mark means, and the written reason."""

    label: str
    mark: str
    meaning: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its head, its side, and its width in shares of the page (0: as wide as needed)."""

    head: str
    number: bool = False
    share: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a head on each page. ``heads`` says how many columns at the left head their row."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    note: str = ""
    heads: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A chart of counts, with those of before; the numbers stand beside the bars.

    ``rows`` are (label, count, count before or None). ``said`` tells the chart in words.
    """

    caption: str
    rows: Sequence[tuple[str, int, int | None]]
    now: str
    before: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A small remark: a source, a caution."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Big:
    """A number that must be read at arm's length, with its label above."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A drawing of an address for a camera: ``svg`` is the drawing, ``said`` what it holds, in words."""

    svg: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """Room to write by hand: ``rows`` ruled lines below the label; 0 is a box to tick before it."""

    label: str
    rows: int = 1
    hint: str = ""


Block = Heading | Facts | Text | Judgement | Table | Bars | Note | Big | Code | Space


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A part that begins on a new page: a sheet, or a chapter of a packet.

    ``mark`` stands in the index beside the title (the grade), ``place`` above it (the path in the plan).
    ``address``: lines that stand where the window of an envelope (長形3号) shows them when the sheet is
    folded in three; the text begins below the first fold.
    """

    title: str
    blocks: Sequence[Block]
    code: str = ""
    place: str = ""
    mark: str = ""
    listed: bool = True
    address: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A whole document.

    ``cover`` lines make a cover page, ``contents`` its heading a table of contents, ``index`` the heading of
    a list of all leaves with their pages at the end. ``footer`` stands at the foot of every page, ``lacking``
    at the end of a leaf in which a character had to be left out (:mod:`jichi.ui.paper.covering`). ``large``:
    set in large print, half as big again; otherwise ``scale`` times the size of a dense sheet.
    """

    title: str
    leaves: Sequence[Leaf]
    language: str = "ja"
    author: str = ""
    cover: Sequence[str] = ()
    contents: str = ""
    index: str = ""
    index_heads: tuple[str, str, str, str] = ("", "", "", "")
    footer: str = ""
    lacking: str = ""
    large: bool = False
    scale: float = 1.0


def as_json(printed: Printed) -> dict[str, Any]:
    """The document as plain data; each block says its kind."""
    data = asdict(printed)
    data["leaves"] = [leaf_json(leaf) for leaf in printed.leaves]
    return data


def leaf_json(leaf: Leaf) -> dict[str, Any]:
    """One leaf as plain data."""
    data = asdict(leaf)
    data["blocks"] = [{"kind": type(block).__name__.lower(), **asdict(block)} for block in leaf.blocks]
    return data
