"""Drafts from plain text and from Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from jichi.methods.drafts.lines import Block, anchored, blocks_of
from jichi.methods.drafts.values import MOST_CHARACTERS, Draft, DraftError, ParagraphKind, cleaned

__all__ = ["from_markdown", "from_text"]

_LONGEST_TITLE = 80


def _checked(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise DraftError(
            "too-large",
            f"{len(text)} characters; a draft has at most {MOST_CHARACTERS}",
            most=MOST_CHARACTERS,
        )
    return cleaned(text)


def from_text(text: str, *, title: str = "") -> Draft:
    """A draft from plain text: articles, chapters, items, notes and table rows by how their lines begin.

    Parameters
    ----------
    text
        At most ``MOST_CHARACTERS``. Lines parted by tabs are table rows; an empty line parts paragraphs.
    title
        Taken from the first line where it is not given and that line looks like a title: short, no sentence,
        not numbered, and not all there is.

    Raises
    ------
    DraftError
        ``empty``, ``too-large``, ``too-many-paragraphs``.
    """
    blocks = list(blocks_of(_checked(text).split("\n")))
    if len(blocks) > 1 and _is_title(blocks[0], title):
        title = blocks.pop(0).text
    return anchored(title, blocks)


def _is_title(block: Block, title: str) -> bool:
    plain = block.kind is ParagraphKind.paragraph and not block.number
    if title:
        return plain and block.text == title.strip()
    return plain and len(block.text) <= _LONGEST_TITLE and "。" not in block.text and "\n" not in block.text


def _words(token: Token) -> str:
    """What an inline token reads as; line ends of the source are kept as line ends."""
    if not token.children:
        return token.content
    parts: list[str] = []
    for child in token.children:
        if child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.type == "image":
            parts.append(_words(child))
        else:
            parts.append(child.content)
    return "".join(parts)


class _Marked:
    """Blocks of Markdown's tokens."""

    def __init__(self) -> None:
        self.lists: list[str] = []
        self.number = ""
        self.cells: list[str] = []
        self.heading = 0
        self.in_cell = False

    def blocks(self, tokens: list[Token]) -> Iterator[Block]:
        for token in tokens:
            if token.type in ("bullet_list_open", "ordered_list_open"):
                self.lists.append(token.type)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self.lists.pop()
            elif token.type == "list_item_open":
                self.number = f"{token.info}{token.markup}" if token.info else "・"
            elif token.type == "heading_open":
                self.heading = int(token.tag[1:])
            elif token.type == "heading_close":
                self.heading = 0
            elif token.type in ("th_open", "td_open"):
                self.in_cell = True
            elif token.type in ("th_close", "td_close"):
                self.in_cell = False
            elif token.type == "tr_close":
                yield Block(ParagraphKind.table_row, 0, "", "\t".join(self.cells))
                self.cells = []
            elif token.type == "inline":
                yield from self.inline(_words(token).strip())
            elif token.type in ("fence", "code_block"):
                yield from blocks_of(token.content.split("\n"))

    def inline(self, text: str) -> Iterator[Block]:
        if self.in_cell:
            self.cells.append(text.replace("\n", " ").replace("\t", " "))
        elif self.heading:
            numbered = next(blocks_of([text.replace("\n", " ")]), None)
            if numbered is not None and numbered.kind is ParagraphKind.heading and numbered.number:
                yield Block(ParagraphKind.heading, min(self.heading, 5), numbered.number, numbered.text)
            elif text:
                yield Block(ParagraphKind.heading, min(self.heading, 5), "", text.replace("\n", " "))
        elif self.lists:
            number, self.number = self.number, ""
            first, *rest = list(blocks_of(text.split("\n"))) or [Block(ParagraphKind.item, 1, "", "")]
            # An item that brings its own number, (1) or ア, keeps that one.
            own = first.number if first.kind is ParagraphKind.item else number
            body = (
                first.text
                if first.kind is ParagraphKind.item or not first.number
                else f"{first.number} {first.text}"
            )
            yield Block(ParagraphKind.item, len(self.lists), own, body)
            yield from rest
        else:
            yield from blocks_of(text.split("\n"))


def from_markdown(text: str, *, title: str = "") -> Draft:
    """A draft from Markdown (CommonMark with tables); HTML in it is taken as text.

    Parameters
    ----------
    text
        At most ``MOST_CHARACTERS``.
    title
        Where it is not given, the text of the only heading of the first level, if it stands first.

    Raises
    ------
    DraftError
        ``empty``, ``too-large``, ``too-many-paragraphs``.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    blocks = list(_Marked().blocks(parser.parse(_checked(text))))
    top = [block for block in blocks if block.kind is ParagraphKind.heading and block.level == 1]
    if blocks and len(blocks) > 1 and top == [blocks[0]] and (not title or title == blocks[0].text):
        first = blocks.pop(0)
        title = title or " ".join(part for part in (first.number, first.text) if part)
    return anchored(title, blocks)
