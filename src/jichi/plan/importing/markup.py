"""Tables that extraction left as mark-up lines: HTML rows (<tr>…</tr>) and rows between bars (| a | b |).

They become rows with tabs, so that everything else reads one form of table.
"""

from __future__ import annotations

import re

from jichi.plan.importing.characters import narrow
from jichi.plan.importing.lines import Account, Source, SourceLine

__all__ = ["read_markup_rows"]

_BARS = re.compile(r"\s*\|(.*)\|\s*")
_RULE = re.compile(r"[\s|:\-]+")
_FRAME = re.compile(r"\s*(?:</?(?:table|thead|tbody|tfoot|colgroup|col|tr)\b[^<>]*>\s*)+", re.I)
_TAG = re.compile(r"<(/?)(table|tr|td|th)\b([^<>]*)>", re.I)
_SPAN = re.compile(r"(col|row)span\s*=\s*[\"']?([0-9]{1,2})", re.I)


def read_markup_rows(source: Source, account: Account) -> None:
    """Turn lines of table mark-up into rows; the lines that only frame a table are furniture."""
    spans: dict[int, int] = {}
    before: SourceLine | None = None
    lines = [line for line in source.lines if line.kind not in ("blank", "row", "joined")]
    for at, line in enumerate(lines):
        if line.kind == "joined":
            continue
        if bars := _BARS.fullmatch(line.text):
            if before is not None and _RULE.fullmatch(line.text):
                line.kind = "joined"
                account.joined[line.number] = before.number
            elif "|" in bars.group(1):
                _row(line, [cell.strip() for cell in bars.group(1).split("|")])
                before = line
            continue
        if re.match(r"\s*<(?:table|thead|tbody|tr)\b", line.text, re.I):
            _gather(lines, at, account)
            if re.search(r"<table\b", line.text, re.I):
                spans.clear()
            if re.search(r"<t[dh]\b", line.text, re.I):
                _row(line, _cells(line.text, spans))
                before = line
        if line.kind != "row" and _FRAME.fullmatch(line.text):
            line.kind = "markup"
            account.furniture(line.number, "the frame of a table")


def _gather(lines: list[SourceLine], at: int, account: Account) -> None:
    """Join the lines of a row that stands over several."""
    line = lines[at]
    for after in lines[at + 1 :]:
        opened = len(re.findall(r"<tr\b", line.text, re.I))
        if opened <= len(re.findall(r"</tr\s*>", line.text, re.I)) or after.number > line.number + 200:
            return
        line.text, line.raw = line.text + after.text, line.raw + after.raw
        line.plain += after.plain
        after.kind = "joined"
        account.joined[after.number] = line.number


def _cells(text: str, spans: dict[int, int]) -> list[str]:
    """The cells of one row, each in its column; `spans` counts the rows that a cell above still covers."""
    cells: list[str] = []
    depth, start, attributes = 0, -1, ""

    def covered() -> None:
        while spans.get(len(cells), 0) > 0:
            spans[len(cells)] -= 1
            cells.append("")

    nested = 1 if re.match(r"\s*<table\b", text, re.I) else 0
    for tag in _TAG.finditer(text):
        closing, name = bool(tag.group(1)), tag.group(2).lower()
        if name == "table":
            depth += -1 if closing else 1
        elif name in ("td", "th") and depth == nested:
            if not closing:
                start, attributes = tag.end(), tag.group(3)
            elif start >= 0:
                covered()
                found = {k.lower(): int(n) for k, n in _SPAN.findall(attributes)}
                for number in range(found.get("col", 1) or 1):
                    if found.get("row", 1) > 1:
                        spans[len(cells)] = found["row"] - 1
                    cells.append(text[start : tag.start()].strip() if number == 0 else "")
                start = -1
    covered()
    return cells


def _row(line: SourceLine, cells: list[str]) -> None:
    line.text = "\t".join(re.sub(r"\s*\t\s*", " ", cell) for cell in cells)
    line.plain = narrow(line.text)
    line.kind = "row"
