"""Rows that extraction broke over several lines, put together again."""

from __future__ import annotations

import re

from jichi.plan.importing.characters import compact
from jichi.plan.importing.lines import Account, Source, SourceLine
from jichi.plan.importing.names import read_project_name
from jichi.plan.importing.structure import header_kind
from jichi.plan.importing.values import QUANTITY

__all__ = ["join_broken_rows"]

# A cell that begins with a mark, or with a figure that names its year, is no torn end of another.
_OPENS = re.compile(r"\s*(?:[●○◯・→※<]|\(?\s*(?:令和|平成|昭和|[RHS])\s?[0-9元][^\s。]{0,60}\s*:)")
_FIGURE = re.compile(r"\s*[^\s。]{1,60}\s*:\s*[0-9]")


def join_broken_rows(source: Source, account: Account) -> None:
    """Join the pieces of broken rows; the joined row bears the number of its first line.

    A line between two rows that has no tab is the beginning of the next row's first cell. Two rows that
    together have exactly the header's width, the second beginning in the middle of a text, are one row.
    """
    width = 0
    lines = source.lines
    for index, line in enumerate(lines):
        if line.kind != "row":
            if line.kind in ("blank", "node", "section"):
                width = 0
            elif width and _is_single_cell(line, source):
                line.kind = "row"
            elif width and line.kind in ("text", "bullet") and _between_rows(lines, index, source):
                _join(line, lines[index + 1], account)
            continue
        if header_kind(line, source.layout):
            _join_header(lines, index, source, account)
            width = _width(line)
            continue
        while width and _width(line) < width:
            after = lines[index + 1] if index + 1 < len(lines) else None
            if after is not None and after.kind == "joined":
                after = next((x for x in lines[index + 1 :] if x.kind != "joined"), None)
            if after is None or _is_single_cell(after, source) or not _continues(line, after, width, source):
                break
            _join(line, after, account)


def _join_header(lines: list[SourceLine], index: int, source: Source, account: Account) -> None:
    """Join the rest of an indicator table's broken header: words of the header and no values."""
    line = lines[index]
    if header_kind(line, source.layout) == "projects":
        return
    for after in lines[index + 1 :]:
        cells = [c for c in after.plain.split("\t") if c.strip()]
        words = after.kind in ("row", "text") and not re.search(r"%|[0-9]\s*年度", after.plain)
        roles = [c for c in cells if source.layout.role(compact(c)) or re.fullmatch(r"\s*[(\[].*", c)]
        if not words or not cells or len(roles) < len(cells) or "。" in after.plain:
            return
        _join(line, after, account)


def _width(line: SourceLine) -> int:
    return len(line.plain.split("\t"))


def _is_single_cell(line: SourceLine, source: Source) -> bool:
    """A row whose empty cells were left out may have no tab: a marked text, a figure, a project's name."""
    if line.kind not in ("text", "bullet"):
        return False
    name = (
        line.key.endswith(source.layout.project_suffixes) and len(line.key) <= 40 and "。" not in line.plain
    )
    return (
        bool(_OPENS.match(line.plain) or _FIGURE.match(line.plain))
        or name
        or line.plain.rstrip().endswith("。")
    )


def _between_rows(lines: list[SourceLine], index: int, source: Source) -> bool:
    before = lines[index - 1] if index else None
    after = lines[index + 1] if index + 1 < len(lines) else None
    if before is None or after is None or before.kind not in ("row", "joined") or after.kind != "row":
        return False
    return not header_kind(after, source.layout) and bool(after.plain.split("\t")[0].strip())


def _continues(line: SourceLine, after: SourceLine, width: int, source: Source) -> bool:
    if after.kind not in ("row", "text") or _ends_whole(line) or _begins_whole(after, source):
        return False
    cells = after.plain.split("\t")
    last = line.plain.split("\t")[-1]
    if not cells[0].strip() or not last.strip() or _OPENS.match(cells[0]):
        return False
    total = _width(line) + len(cells) - 1
    # A cell broken in its middle gives a text without tabs; the rest of the row follows it.
    return total == width or (after.kind == "text" and total < width)


def _ends_whole(line: SourceLine) -> bool:
    """Whether the last cell is a whole figure: extraction left out the empty cells behind it."""
    last = line.plain.split("\t")[-1]
    label = re.search(r":\s*", last)
    return bool(label and QUANTITY.fullmatch(last.strip(), label.end() - (len(last) - len(last.lstrip()))))


def _begins_whole(line: SourceLine, source: Source) -> bool:
    """Whether a row begins with a project's name, so that it cannot be the rest of another row."""
    first, *rest = line.text.split("\t")
    opens = any(re.match(r"(?:\s|<[^<>]*>)*●", cell) for cell in rest)
    return opens and read_project_name(first, source.layout, sure=False, others=True) is not None


def _join(line: SourceLine, after: SourceLine, account: Account) -> None:
    line.text += after.text
    line.plain += after.plain
    line.raw += after.raw
    line.kind = "row"
    after.kind = "joined"
    account.joined[after.number] = line.number
