"""Drafts from Word documents: paragraphs, headings, lists and tables of the body, in reading order."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph as DocumentParagraph

from jichi.methods.drafts.lines import Block, anchored, blocks_of
from jichi.methods.drafts.numbering import Numbering
from jichi.methods.drafts.packages import checked_package
from jichi.methods.drafts.values import MOST_CHARACTERS, Draft, DraftError, ParagraphKind, cleaned

__all__ = ["from_docx", "left_out_of_docx"]

_HEADING = re.compile(r"(?:heading|見出し|標題) ?([1-9])\Z", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|表題)\Z", re.IGNORECASE)
# Deleted and moved-away text, the readings over characters, drawings with their text boxes.
_SKIPPED = frozenset(
    qn(name)
    for name in ("w:del", "w:moveFrom", "w:rt", "w:drawing", "w:pict", "w:object", "w:instrText", "w:pPr")
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"


def _words(element: Any, parts: list[str]) -> None:
    """Text of an element as it stands once all tracked changes are accepted."""
    for child in element:
        tag = child.tag
        if tag in _SKIPPED or tag == _FALLBACK or not isinstance(tag, str):
            continue
        if tag == qn("w:t"):
            parts.append(child.text or "")
        elif tag == qn("w:tab"):
            parts.append(" ")
        elif tag in (qn("w:br"), qn("w:cr")):
            parts.append("\n")
        elif tag == qn("w:noBreakHyphen"):
            parts.append("-")
        else:
            _words(child, parts)


def _text(paragraph: DocumentParagraph) -> str:
    parts: list[str] = []
    _words(paragraph._p, parts)
    return cleaned("".join(parts)).strip()


def _style(paragraph: DocumentParagraph) -> str:
    try:
        return (paragraph.style.name or "") if paragraph.style is not None else ""
    except (AttributeError, KeyError, ValueError):
        return ""


def _list_of(paragraph: DocumentParagraph) -> tuple[str, int] | None:
    """The list that a paragraph belongs to, by itself or by its style, and how deep."""
    places = [paragraph._p.pPr, getattr(getattr(paragraph.style, "element", None), "pPr", None)]
    for place in places:
        found = None if place is None else place.find(qn("w:numPr"))
        if found is None:
            continue
        number, depth = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
        name = "" if number is None else number.get(qn("w:val"), "")
        deep = "0" if depth is None else depth.get(qn("w:val"), "0")
        return None if name in ("", "0") else (name, int(deep) if deep.isdigit() and len(deep) < 3 else 0)
    return None


def _outline(paragraph: DocumentParagraph) -> int:
    """The level of a heading from 1, 0 of what is none."""
    named = _HEADING.match(_style(paragraph))
    if named:
        return int(named[1])
    for place in (paragraph._p.pPr, getattr(getattr(paragraph.style, "element", None), "pPr", None)):
        found = None if place is None else place.find(qn("w:outlineLvl"))
        if found is not None and found.get(qn("w:val"), "9") in "012345678":
            return int(found.get(qn("w:val"))) + 1
    return 0


def _row_texts(table: Table) -> Iterator[str]:
    for row in table._tbl.tr_lst:
        cells: list[str] = []
        for cell in row.tc_lst:
            parts: list[str] = []
            _words(cell, parts)
            cells.append(" ".join(cleaned("".join(parts)).split()))
        yield "\t".join(cells)


def _paragraph_blocks(paragraph: DocumentParagraph, numbering: Numbering) -> Iterator[Block]:
    text = _text(paragraph)
    member = _list_of(paragraph)
    number = numbering.next(*member) if member is not None and text else ""
    if not text:
        return
    level = _outline(paragraph)
    found = list(blocks_of(f"{number}\u3000{text}".strip("\u3000").split("\n")))
    if level:
        own = found[0] if found and found[0].kind is ParagraphKind.heading and found[0].number else None
        if found and found[0].kind is ParagraphKind.article:
            yield from found
        elif own is not None:
            yield Block(ParagraphKind.heading, min(level, 5), own.number, own.text)
            yield from found[1:]
        else:
            yield Block(ParagraphKind.heading, min(level, 5), number, text.replace("\n", " "))
    elif number and found and found[0].kind in (ParagraphKind.paragraph, ParagraphKind.heading):
        yield Block(ParagraphKind.item, 1 + (member[1] if member else 0), number, text.split("\n")[0])
        yield from blocks_of(text.split("\n")[1:])
    else:
        yield from found


def _blocks(document: Any, numbering: Numbering) -> Iterator[tuple[Block, bool]]:
    """Blocks of the body, and whether each has the style of a title."""
    in_article = False
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            for row in _row_texts(part):
                if row.strip():
                    yield Block(ParagraphKind.table_row, 0, "", row), False
            continue
        titled = _TITLE.match(_style(part)) is not None
        for block in _paragraph_blocks(part, numbering):
            # Each paragraph is read by itself, so that an article is open is remembered here.
            if block.kind is ParagraphKind.article:
                in_article = True
            elif block.kind is ParagraphKind.heading and block.level < 6:
                plain = in_article and not _outline(part) and block.number[:1].isdecimal()
                if plain:
                    block = Block(ParagraphKind.paragraph, 0, block.number, block.text)
                else:
                    in_article = False
            yield block, titled


def from_docx(data: bytes, *, title: str = "") -> Draft:
    """A draft from a Word document.

    Parameters
    ----------
    data
        The file. Tracked changes are read as if accepted; readings over characters, text boxes, pictures,
        footnotes, heads and feet of pages are left out (:func:`left_out_of_docx` counts them).
    title
        Taken from the first paragraph with the style of a title where it is not given, else from a first
        paragraph that looks like one.

    Raises
    ------
    DraftError
        As :func:`~.packages.checked_package`; ``too-large``, ``too-many-paragraphs``.
    """
    checked_package(data)
    try:
        document = docx.Document(io.BytesIO(data))
        numbering = Numbering(_numbering_root(document))
        found = list(_blocks(document, numbering))
    except DraftError:
        raise
    # The reader of documents meets what no document should be in more ways than it names.
    except Exception as error:
        raise DraftError(
            "damaged", "the document cannot be read; open it in Word and save it anew"
        ) from error
    if sum(len(block.text) for block, _ in found) > MOST_CHARACTERS:
        raise DraftError(
            "too-large", f"the text has more than {MOST_CHARACTERS} characters", most=MOST_CHARACTERS
        )
    at = next((place for place, (_, titled) in enumerate(found) if titled), None)
    if at is None and found and len(found) > 1 and _looks_like_title(found[0][0]):
        at = 0
    blocks = [block for block, _ in found]
    if at is not None and len(blocks) > 1 and (not title or title.strip() == blocks[at].text):
        title = blocks.pop(at).text
    return anchored(title, blocks)


def _looks_like_title(block: Block) -> bool:
    plain = block.kind is ParagraphKind.paragraph and not block.number
    return plain and len(block.text) <= 80 and "。" not in block.text


def _numbering_root(document: Any) -> Any:
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            return getattr(relation.target_part, "element", None)
    return None


def left_out_of_docx(data: bytes) -> Mapping[str, int]:
    """What of a document a draft does not hold: how many of each, those that are there.

    Returns
    -------
    mapping
        ``text_boxes``, ``pictures``, ``footnotes``, ``comments``, ``tracked_changes``.

    Raises
    ------
    DraftError
        As :func:`~.packages.checked_package`.
    """
    checked_package(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = archive.read("word/document.xml")
    marks = {
        "text_boxes": rb"<wps:txbx[ >]|<v:textbox[ >]",
        "pictures": rb"<pic:pic[ >]|<v:imagedata[ />]",
        "footnotes": rb"<w:(?:foot|end)noteReference[ />]",
        "comments": rb"<w:commentReference[ />]",
        "tracked_changes": rb"<w:(?:ins|del|moveFrom|moveTo) ",
    }
    counts = {name: len(re.findall(pattern, body)) for name, pattern in marks.items()}
    return {name: count for name, count in counts.items() if count}
