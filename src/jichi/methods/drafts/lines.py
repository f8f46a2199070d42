"""What a line of a draft is, by how it begins; and anchors from the structure that results.

A heading counts the sections of a draft: section 2 has the anchor ``2``, its third paragraph ``2-3``; what
stands before the first heading is in section ``0``. An article has the anchor ``a5`` (第5条の2: ``a5_2``) and
what follows in it ``a5-2``, which for paragraphs is their number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from jichi.methods.drafts.values import Draft, DraftError, Paragraph, ParagraphKind, check_count, cleaned

__all__ = ["Block", "anchored", "blocks_of", "container", "free_anchor", "is_caption", "is_container"]

_N = "0-9０-９一二三四五六七八九十百千"
_ARTICLE = re.compile(
    rf"(第[{_N}]{{1,6}}条(?:の[{_N}]{{1,4}}){{0,2}})(?:[ \u3000]{{1,3}}|(?=[（(])|$)(.*)", re.DOTALL
)
_CHAPTER = re.compile(
    rf"(第[{_N}]{{1,5}}([編部章節款])|附則|附[ \u3000]則|別表(?:第[{_N}]{{1,4}})?|様式第[{_N}]{{1,4}}号?)"
    r"(?:[ \u3000:：]{1,3}|(?=[（(])|$)([^。]{0,80})\Z"
)
_CHAPTERS = {"編": 1, "部": 1, "章": 2, "節": 3, "款": 4, None: 2}
_CAPTION = re.compile(r"([（(][^（()）。]{1,40}[）)])\Z")
_DOTTED = re.compile(
    r"([0-9０-９]{1,3}(?:[.．\-－][0-9０-９]{1,3}){0,4}[.．]?|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ][.．]?)[ \u3000]{1,3}(\S.*)\Z",
    re.DOTALL,
)
# How an item is numbered, from the outermost to the innermost of the usual order.
_ITEMS = (
    (1, re.compile(r"([（(][0-9０-９]{1,3}[）)]|[⑴-⒇])[ \u3000]{0,3}(.*)", re.DOTALL)),
    (1, re.compile(r"([一二三四五六七八九十]{1,3})[ \u3000]{1,3}(.*)", re.DOTALL)),
    (2, re.compile(r"([①-⑳㉑-㊿])[ \u3000]{0,3}(.*)", re.DOTALL)),
    (2, re.compile(r"([ア-ン])[ \u3000．.]{1,3}(.*)", re.DOTALL)),
    (3, re.compile(r"([（(][ア-ンｱ-ﾝ][）)])[ \u3000]{0,3}(.*)", re.DOTALL)),
    (3, re.compile(r"([a-zａ-ｚ])[ \u3000.．)）]{1,3}(\S.*)", re.DOTALL)),
    (1, re.compile(r"([・●○■□◆◇▪•‣*＊\-－–])[ \u3000]{1,3}(.*)|([・●○■□◆◇▪•])(\S.*)", re.DOTALL)),
)
_NOTE = re.compile(r"(※[0-9０-９]{0,2}|[（(]?注[0-9０-９]{0,2}[）)]?)[ \u3000:：)）]{0,3}(\S.*)", re.DOTALL)
_ENDS = "。．.!?！？:：」』）)"
_WRAPPED = 25


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph without an anchor."""

    kind: ParagraphKind
    level: int
    number: str
    text: str


class _Reader:
    """Remembers whether an article is open: there 「２　…」 is a paragraph, elsewhere perhaps a heading."""

    def __init__(self) -> None:
        self.in_article = False

    def block(self, line: str) -> Block:
        article = _ARTICLE.match(line)
        if article:
            self.in_article = True
            return Block(ParagraphKind.article, 0, article[1], article[2].strip())
        chapter = _CHAPTER.match(line)
        if chapter:
            self.in_article = False
            return Block(ParagraphKind.heading, _CHAPTERS[chapter[2]], chapter[1], chapter[3].strip())
        if _CAPTION.match(line):
            return Block(ParagraphKind.heading, 6, "", line)
        note = _NOTE.match(line)
        if note:
            return Block(ParagraphKind.note, 0, note[1], note[2].strip())
        for level, pattern in _ITEMS:
            item = pattern.match(line)
            if item:
                number, text = [part for part in item.groups() if part is not None]
                return Block(ParagraphKind.item, level, number, text.strip())
        return self.dotted(line) or Block(ParagraphKind.paragraph, 0, "", line)

    def dotted(self, line: str) -> Block | None:
        found = _DOTTED.match(line)
        if found is None:
            return None
        number, text = found[1], found[2].strip()
        if self.in_article or "。" in text or len(text) > 60 or "\n" in text:
            return Block(ParagraphKind.paragraph, 0, number, text)
        parts = [part for part in re.split(r"[.．\-－]", number) if part]
        return Block(ParagraphKind.heading, len(parts), number, text)


def _is_row(line: str) -> bool:
    return "\t" in line.strip() or (line.count("|") >= 2 and line.startswith("|"))


def _row(line: str) -> Block | None:
    if line.startswith("|"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if all(re.fullmatch(r":?-{1,50}:?", cell) for cell in cells):
            return None
    else:
        cells = [cell.strip() for cell in line.split("\t")]
    return Block(ParagraphKind.table_row, 0, "", "\t".join(cells))


def _goes_on(block: Block, last_line: str) -> bool:
    """Whether a line of plain text that follows may be the rest of this paragraph."""
    takes = block.kind in (
        ParagraphKind.paragraph,
        ParagraphKind.article,
        ParagraphKind.item,
        ParagraphKind.note,
    )
    return takes and len(last_line) >= _WRAPPED and last_line[-1] not in _ENDS


def blocks_of(lines: Iterable[str]) -> Iterator[Block]:
    """Blocks of lines of text; an empty line ends a block.

    A line that begins like nothing in particular goes on with the line before it where that was long and did
    not end a sentence: text that was wrapped by a mail program or copied from a PDF.
    """
    reader = _Reader()
    last: Block | None = None
    parts: list[str] = []
    count, last_line = 0, ""
    for raw in lines:
        line = raw.strip(" \u3000\n\v\f") if "\t" in raw else raw.strip()
        if not line:
            if last is not None:
                yield replace(last, text="".join(parts))
            last = None
            continue
        block = _row(line) if _is_row(line) else reader.block(line)
        if block is None:
            continue
        plain = block.kind is ParagraphKind.paragraph and not block.number
        if last is not None and plain and _goes_on(last, last_line):
            gap = " " if last_line.isascii() and block.text[:1].isascii() else ""
            parts += [gap, block.text]
        else:
            if last is not None:
                yield replace(last, text="".join(parts))
            count += 1
            check_count(count)
            last, parts = block, [block.text]
        last_line = line
    if last is not None:
        yield replace(last, text="".join(parts))


_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}


def _value(number: str) -> int:
    """A number in digits of any width or in kanji (百二十三)."""
    plain = unicodedata.normalize("NFKC", number)
    if plain.isdigit():
        return int(plain)
    total = part = 0
    for sign in plain:
        if sign in "十百千":
            total += (part or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            part = 0
        else:
            part = part * 10 + (_DIGITS.get(sign, 0) if not sign.isdigit() else int(sign))
    return total + part


def is_container(kind: ParagraphKind, level: int) -> bool:
    """Whether what follows is counted inside this: of headings all but an article's caption."""
    return kind is ParagraphKind.article or (kind is ParagraphKind.heading and level < 6)


def container(block: Block | Paragraph, sections: int) -> str:
    """The anchor that a heading or article would have by itself; ``sections`` counts the heading in."""
    if block.kind is ParagraphKind.heading:
        return str(sections)
    parts = [str(_value(part)) for part in re.findall(rf"[{_N}]+", block.number)]
    return "a" + "_".join(parts or ["0"])


def free_anchor(wanted: str, taken: set[str]) -> str:
    """``wanted``, or with the first letters after it that make it one never used: 2-3, 2-3b, 2-3c."""
    if wanted not in taken:
        return wanted
    base = wanted.rstrip("abcdefghijklmnopqrstuvwxyz") or wanted
    count = 1
    while True:
        rest, letters = count, ""
        while rest:
            rest, digit = divmod(rest - 1, 25)
            letters = chr(ord("b") + digit) + letters
        if base + letters not in taken:
            return base + letters
        count += 1


def is_caption(block: Block | Paragraph, following: Block | Paragraph | None) -> bool:
    """Whether a block is the caption over an article, 「（目的）」."""
    heads = block.kind is ParagraphKind.heading and block.level >= 6
    return heads and following is not None and following.kind is ParagraphKind.article


def anchored(title: str, blocks: Iterable[Block]) -> Draft:
    """A first version: each block with the anchor that its place gives it.

    Raises
    ------
    DraftError
        ``empty``, ``too-many-paragraphs``.
    """
    found = [block for block in blocks if block.text or block.number]
    if not found:
        raise DraftError("empty", "the draft has no paragraph with text in it")
    check_count(len(found))
    taken: set[str] = set()
    made: list[Paragraph] = []
    sections, inside, count = 0, "0", 0
    for block, following in zip(found, [*found[1:], None], strict=True):
        if is_container(block.kind, block.level):
            sections += block.kind is ParagraphKind.heading
            anchor = inside = free_anchor(container(block, sections), taken)
            count = int(block.kind is ParagraphKind.article)
        elif following is not None and is_caption(block, following):
            anchor = free_anchor(f"{container(following, 0)}-0", taken)
        else:
            count += 1
            anchor = free_anchor(f"{inside}-{count}", taken)
        taken.add(anchor)
        made.append(Paragraph(anchor, block.kind, block.level, block.number, block.text))
    return Draft(cleaned(title).strip(), tuple(made))
