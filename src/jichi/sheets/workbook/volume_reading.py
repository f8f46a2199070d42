"""A returned volume: its sections one by one, each as if it had come in a workbook of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .content import Book, Sheet, open_book
from .finding import Anchors
from .layout import ANCHOR, COVER
from .problems import WorkbookError, WorkbookProblem, cell_name
from .returned import (
    PROPERTY,
    Binding,
    Line,
    Returned,
    binding_of,
    binding_sheet,
    envelope_of,
    lines_of,
    property_of,
    returned_of,
)
from .volume_writing import MOST_SECTIONS, SECTION_LINE, VOLUME, section_mark

MOST_TOLD = 20
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """``sections`` are what can be bound, or why one cannot be; ``problems`` what stands beside them."""

    sections: tuple[Returned | WorkbookProblem, ...]
    problems: tuple[WorkbookProblem, ...] = ()


def read_volume(content: bytes, *, key: bytes, older_keys: Sequence[bytes] = ()) -> Volume:
    """Open a returned file: a volume, or a workbook of one form, which is a volume of one section.

    Raises:
        WorkbookError: as :func:`.returned.read_workbook`, for the file as a whole.
    """
    book = open_book(content)
    sha256 = hashlib.sha256(content).hexdigest()
    keys = (key, *older_keys)
    hidden = binding_sheet(book, VOLUME)
    if hidden is None and not property_of(book, f"{PROPERTY}-1"):
        return Volume(sections=(returned_of(book, keys, sha256),))
    return _Reader(book, hidden, keys, sha256).read()


class _Reader:
    def __init__(self, book: Book, hidden: Sheet | None, keys: Sequence[bytes], sha256: str) -> None:
        self.book, self.hidden, self.keys, self.sha256 = book, hidden, keys, sha256
        self.anchors = [(sheet, Anchors.of(sheet)) for sheet in book.sheets if sheet is not hidden]
        self.cover_own: frozenset[str] = frozenset()
        self.used: set[int] = set()

    def read(self) -> Volume:
        noted = self._noted()
        found: list[Returned | WorkbookProblem] = []
        for number in range(1, MOST_SECTIONS + 1):
            beside = property_of(self.book, f"{PROPERTY}-{number}")
            if number > len(noted) and not beside:
                break
            binding, sealed = noted[number - 1] if number <= len(noted) else (Binding(), "")
            found.append(self._section(binding, sealed, beside))
        problems = [WorkbookProblem("macros")] if self.book.has_macros else []
        return Volume(sections=tuple(found), problems=(*problems, *self._elsewhere()))

    def _noted(self) -> list[tuple[Binding, str]]:
        """What the hidden sheet says, section by section. What stands before the first is the cover's."""
        groups: list[list[Line]] = [[]]
        for line in lines_of(self.hidden) if self.hidden else ():
            if line[0] == SECTION_LINE:
                groups.append([])
            groups[-1].append(line)
        cover = [line for group in groups for line in group if line[:2] == ("own", COVER)]
        self.cover_own = frozenset(line[2] for line in cover)
        return [binding_of(group) for group in groups[1:]]

    def _section(self, binding: Binding, sealed: str, beside: str) -> Returned | WorkbookProblem:
        mark = section_mark(sealed or beside)
        names = set(binding.names.values())
        own = [
            sheet
            for sheet, anchors in self.anchors
            # A sheet whose anchor was lost is known by its name, which is there once in the whole workbook.
            if mark in anchors.sections or (not anchors.parts and sheet.name in names)
        ]
        self.used |= {id(sheet) for sheet in own}
        try:
            envelope = envelope_of(sealed, beside, self.keys)
        except WorkbookError as error:
            return replace(error.problem, sheet=own[0].name if own else "")
        book = replace(self.book, sheets=tuple(own), properties={}, has_macros=False)
        return Returned(envelope=envelope, book=book, binding=binding, binding_sheet=None, sha256=self.sha256)

    def _elsewhere(self) -> list[WorkbookProblem]:
        """What stands on the cover, and on sheets that are nobody's; it is not read, but it is told."""
        found: list[WorkbookProblem] = []
        for sheet, anchors in self.anchors:
            if id(sheet) in self.used or not sheet.cells:
                continue
            if COVER in anchors.parts:
                found += self._on_cover(sheet)
                continue
            first = min(sheet.cells)
            code = "hidden_sheet" if sheet.is_hidden else "added_sheet"
            params = {"found": _words(sheet, first)}
            found.append(WorkbookProblem(code, sheet.name, cell_name(*first), params))
        return found

    def _on_cover(self, sheet: Sheet) -> list[WorkbookProblem]:
        if self.hidden is None:
            return []
        texts: Mapping[tuple[int, int], str] = {
            position: cell.text.strip()
            for position, cell in sorted(sheet.cells.items())
            if cell.text.strip() and not cell.formula and not cell.text.startswith(ANCHOR)
        }
        strange = [position for position, text in texts.items() if text not in self.cover_own]
        return [
            WorkbookProblem("outside", sheet.name, cell_name(*position), {"found": texts[position][:_SHOWN]})
            for position in strange[:MOST_TOLD]
        ]


def _words(sheet: Sheet, position: tuple[int, int]) -> str:
    return sheet.cells[position].text.strip()[:_SHOWN]
