"""A document as a workbook: a worksheet for each leaf, ready to be printed on A4."""

from __future__ import annotations

import io
import re
from typing import Any

import xlsxwriter

from .document import Bars, Block, Facts, Heading, Judgement, Leaf, Note, Printed, Table, Text

WIDTH = 6
"""Columns of a worksheet; texts run over all of them."""
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_A_LINE = 46
"""Full-width characters in a line over all columns, for the height of a text's row."""
_HEIGHT = 15


def workbook_of(printed: Printed) -> bytes:
    """The document as xlsx. Texts stay texts: nothing in them is run as a formula.

    Raises:
        ValueError: for a document without leaves.
    """
    if not printed.leaves:
        raise ValueError("a document without leaves has no worksheet")
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": printed.title, "author": printed.author})
        kinds = _formats(book)
        used: set[str] = set()
        for leaf in printed.leaves:
            _write(book.add_worksheet(_name(leaf, used)), leaf, printed, kinds)
    return buffer.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "BIZ UDPGothic", "font_size": 10, "valign": "top", "text_wrap": True}
    boxed = {**base, "border": 1, "border_color": "#949494"}
    return {
        "title": book.add_format({**base, "font_size": 16, "bold": True, "text_wrap": False}),
        "heading": book.add_format({**base, "font_size": 12, "bold": True, "text_wrap": False}),
        "strong": book.add_format({**base, "bold": True}),
        "plain": book.add_format(base),
        "small": book.add_format({**base, "font_size": 8, "font_color": "#595959"}),
        "head": book.add_format({**boxed, "bold": True, "bg_color": "#f2f2f2"}),
        "cell": book.add_format(boxed),
        "number": book.add_format({**boxed, "align": "right"}),
        "mark": book.add_format({**boxed, "bold": True, "font_size": 16, "align": "center"}),
    }


def _name(leaf: Leaf, used: set[str]) -> str:
    base = _NOT_IN_NAMES.sub(" ", leaf.code or leaf.title).strip().strip("'")[:_LONGEST_NAME] or "1"
    name, count = base, 1
    while name.casefold() in used:
        count += 1
        name = f"{base[: _LONGEST_NAME - len(str(count)) - 1]}-{count}"
    used.add(name.casefold())
    return name


def _write(sheet: Any, leaf: Leaf, printed: Printed, kinds: dict[str, Any]) -> None:
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L" + printed.footer.replace("&", "&&") + "&R&P / &N")
    sheet.hide_gridlines(2)
    sheet.set_column(0, WIDTH - 1, 16)
    writer = _Writer(sheet, kinds)
    if leaf.place:
        writer.line(leaf.place, "small")
    writer.line(leaf.title, "title", height=24)
    for block in leaf.blocks:
        writer.block(block)


class _Writer:
    """Writes blocks one below the other."""

    def __init__(self, sheet: Any, kinds: dict[str, Any]) -> None:
        self.sheet, self.kinds, self.row = sheet, kinds, 0

    def line(self, text: str, kind: str, *, height: float | None = None) -> None:
        """A text over the whole width."""
        self.sheet.merge_range(self.row, 0, self.row, WIDTH - 1, "", self.kinds[kind])
        self.sheet.write_string(self.row, 0, text, self.kinds[kind])
        self.sheet.set_row(self.row, height or _height(text, _A_LINE))
        self.row += 1

    def block(self, block: Block) -> None:
        """One block of whatever kind, and some room after it."""
        if isinstance(block, Heading):
            self.row += 1
            self.line(block.text, "heading", height=20)
            return
        if isinstance(block, Facts):
            for label, value in block.rows:
                self._spread([(label, "head", 1), (value, "cell", WIDTH - 1)])
        elif isinstance(block, Text):
            self.line(block.label, "strong")
            self.line(block.text, "plain")
        elif isinstance(block, Judgement):
            said = "\n".join(filter(None, (block.meaning, block.reason)))
            self._spread([(block.label, "head", 1), (block.mark, "mark", 1), (said, "cell", WIDTH - 2)])
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Bars):
            self._bars(block)
        elif isinstance(block, Note):
            self.line(block.text, "small")
        self.row += 1

    def _spread(self, cells: list[tuple[str, str, int]]) -> None:
        column, height = 0, float(_HEIGHT)
        for text, kind, span in cells:
            if span > 1:
                self.sheet.merge_range(self.row, column, self.row, column + span - 1, "", self.kinds[kind])
            self.sheet.write_string(self.row, column, text, self.kinds[kind])
            height = max(height, _height(text, _A_LINE * span / WIDTH), 24 if kind == "mark" else 0)
            column += span
        self.sheet.set_row(self.row, height)
        self.row += 1

    def _table(self, table: Table) -> None:
        if table.caption:
            self.line(table.caption, "strong")
        spans = _spans([column.share for column in table.columns])
        self._spread([(c.head, "head", span) for c, span in zip(table.columns, spans, strict=True)])
        for row in table.rows:
            kinds = [
                "head" if i < table.heads else "number" if c.number else "cell"
                for i, c in enumerate(table.columns)
            ]
            self._spread(list(zip(row, kinds, spans, strict=True)))
        if table.note:
            self.line(table.note, "small")

    def _bars(self, bars: Bars) -> None:
        self.line(bars.caption, "strong")
        if bars.said:
            self.line(bars.said, "plain")
        self._spread([("", "head", 2), (bars.now, "head", 1), (bars.before, "head", 1)])
        for label, now, before in bars.rows:
            then = "-" if before is None else str(before)
            self._spread([(label, "head", 2), (str(now), "number", 1), (then, "number", 1)])


def _spans(shares: list[int]) -> list[int]:
    """How many worksheet columns each column of a table takes: one at least, the rest to the widest."""
    spans = [1] * len(shares)
    widest = max(range(len(shares)), key=lambda i: shares[i])
    spans[widest] += max(0, WIDTH - len(shares))
    return spans


def _height(text: str, line: float) -> float:
    rows = sum(max(1, -(-len(part) // max(1, int(line)))) for part in text.split("\n") or [""])
    return float(_HEIGHT * max(1, rows))
