"""The lines of a source and what became of each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from jichi.plan.importing.characters import HYPHENS, compact, narrow, repair
from jichi.plan.importing.layout import Layout
from jichi.plan.importing.model import Line, Uncertain

__all__ = ["Account", "Source", "SourceLine", "read_lines"]

_BULLET = re.compile(rf"\s*[{HYPHENS}・•▪*]\s+\S|\s*[★☆◆◇■□]\s*\S|\s*[{HYPHENS}・•]\s*[★☆]")
_FOOTNOTE = re.compile(r"\s*(?:\^\{)?※\s*([0-9]{1,2})\}?[\s:]*(?![0-9点])(.+)")
_LONGEST, _MOST_CELLS = 200_000, 500
_CODE = rf"([0-9]{{1,2}})((?:\s*[{HYPHENS}.]\s*[0-9]{{1,2}}){{0,3}})(?![0-9])"


@dataclass
class SourceLine:
    """One line: as it stands, repaired, narrowed, and what kind of line it is by its look alone.

    `kind`: blank, row (has tabs), node (heading of the plan's tree), section, bullet, footnote, text,
    joined for a line that went into the row before it, and markup for the frame of a table.
    """

    number: int
    raw: str
    text: str
    plain: str
    kind: str
    code: str = ""
    name: str = ""
    section: str = ""

    @property
    def key(self) -> str:
        """The form in which lines are compared with each other."""
        return compact(self.plain)


@dataclass
class Source:
    """All lines of a document, with the layout they are read by."""

    lines: list[SourceLine]
    layout: Layout


@dataclass
class Account:
    """What became of each line; a later word never takes back an uncertain state."""

    states: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    joined: dict[int, int] = field(default_factory=dict)
    uncertain: list[Uncertain] = field(default_factory=list)

    def place(self, line: int, path: str, reason: str = "") -> None:
        """The line's content stands in the document at `path`."""
        if self.states.get(line, ("",))[0] != "uncertain":
            self.states[line] = ("placed", path, reason)

    def furniture(self, line: int, reason: str) -> None:
        """The line belongs to the page, not to the plan."""
        self.states.setdefault(line, ("furniture", "", reason))

    def unplaced(self, line: int, reason: str) -> None:
        """The line belongs to nothing known."""
        self.states.setdefault(line, ("unplaced", "", reason))

    def doubt(self, line: int, text: str, path: str, candidates: list[dict[str, Any]], reason: str) -> None:
        """Something in the line cannot be placed for sure."""
        self.states[line] = ("uncertain", path, reason)
        self.uncertain.append(Uncertain(line, text, path, tuple(candidates), reason))

    def lines(self, source: Source) -> tuple[Line, ...]:
        """Every non-blank line with its state."""
        result = []
        for line in source.lines:
            if line.kind == "blank":
                continue
            number = self.joined.get(line.number, line.number)
            state, path, reason = self.states.get(number, ("unplaced", "", "nothing claims this line"))
            result.append(Line(line.number, line.raw, state, path, reason))
        return tuple(result)


def read_lines(text: str, layout: Layout, repairs: tuple[tuple[str, str], ...]) -> Source:
    """Split a text into lines and tell each line's kind by its look."""
    lines = []
    for number, raw in enumerate(re.split(r"\r\n|\n|\r|\f|\v|\x85|\u2028|\u2029", text), start=1):
        repaired = repair(raw, repairs)
        line = SourceLine(number, raw, repaired, narrow(repaired), "text")
        _classify(line, layout)
        lines.append(line)
    return Source(lines, layout)


def _classify(line: SourceLine, layout: Layout) -> None:
    if not line.plain.strip():
        line.kind = "blank"
    elif len(line.plain) > _LONGEST or line.plain.count("\t") > _MOST_CELLS:
        # No page prints such a line: it is kept as text and reported as unplaced.
        line.kind = "text"
    elif "\t" in line.plain.strip(" \r\n"):
        line.kind = "row"
    elif _classify_node(line, layout) or _classify_section(line, layout):
        return
    elif _FOOTNOTE.fullmatch(line.plain):
        line.kind = "footnote"
    elif _BULLET.match(line.plain):
        line.kind = "bullet"


def _classify_node(line: SourceLine, layout: Layout) -> bool:
    found = re.match(rf"\s*(?:{'|'.join(layout.levels)})\s*{_CODE}\s*[:.、]?\s*(.*)", line.plain)
    if not found:
        return False
    name = line.text[found.start(3) :].strip()
    if "。" in name or "\t" in name:
        return False
    line.kind = "node"
    line.code = "-".join(re.findall(r"[0-9]+", found.group(1) + found.group(2)))
    line.name = name
    return True


def _classify_section(line: SourceLine, layout: Layout) -> bool:
    if line.key in {f"{level}の体系" for level in layout.levels}:
        line.kind, line.section = "section", "tree"
        return True
    found = re.fullmatch(r"\s*\(?([0-9]{1,2})\)?\s*[.、:]?\s*([^0-9\s。].{1,30})", line.plain)
    if not found or "。" in line.plain:
        return False
    kind = layout.section(compact(found.group(2)))
    if kind is None:
        return False
    line.kind, line.section, line.code = "section", kind, found.group(1)
    return True


def footnote(line: SourceLine) -> tuple[int, str]:
    """The number and the text of a footnote line."""
    found = _FOOTNOTE.fullmatch(line.plain)
    assert found is not None
    return int(found.group(1)), line.text[found.start(2) : found.end(2)].strip()
