"""Templates of packets: which chapters, in which order, under which headings. They are data files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "packets"
CHAPTERS = (
    "summary",
    "changes",
    "grades",
    "comments",
    "corrections",
    "totals",
    "measures",
    "sheets",
    "index",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One chapter: its kind (one of ``CHAPTERS``) and its heading in each language."""

    kind: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A packet's make-up. ``basis`` names the provision that asks for it, if one does."""

    key: str
    title: Mapping[str, str]
    chapters: tuple[Chapter, ...]
    basis: Mapping[str, str]
    contents: bool


@cache
def templates() -> Mapping[str, Template]:
    """All templates by key, in the order of their names.

    Raises:
        ValueError: for a file with a chapter nobody can write.
    """
    return {one.key: one for one in map(_read, sorted(HERE.glob("*.json")))}


def _read(path: Path) -> Template:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    chapters = tuple(Chapter(kind=one["chapter"], title=one.get("title", {})) for one in data["chapters"])
    if unknown := [one.kind for one in chapters if one.kind not in CHAPTERS]:
        raise ValueError(f"{path.name}: unknown chapters {unknown}; known: {', '.join(CHAPTERS)}")
    return Template(
        key=data["key"],
        title=data["title"],
        chapters=chapters,
        basis=data.get("basis", {}),
        contents=bool(data.get("contents")),
    )
