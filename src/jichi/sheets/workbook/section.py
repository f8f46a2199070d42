"""The sheets of one form's answers as they are written, alone in a workbook or beside those of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import xlsxwriter

from jichi.sheets.definition import Definition, FieldType, Filler, Raw, Values
from jichi.sheets.reading import read, rows_in
from jichi.sheets.typed import NO, YES
from jichi.sheets.words import say

from .binding import WORDS
from .envelope import Envelope, seal
from .formulas import Formulas
from .layout import SheetNames, plan_sheets
from .page import Page, Styles, no_word, yes_word
from .parts import Filling, PartWriter
from .validation import Validator

Lines = Iterator[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One form's answers in a volume. ``code`` stands before the names of its sheets, ``name`` behind it in
    the list of the cover; ``note`` is one line beside them (how far it is, until when).

    ``raw`` and ``previous`` are those of :func:`.writing.write_workbook`.
    """

    definition: Definition
    envelope: Envelope
    code: str
    name: str
    note: str = ""
    raw: Raw = field(default_factory=dict)
    previous: Values = field(default_factory=dict)


class SectionWriter:
    """Plans the sheets, then writes them. ``names`` are those that the workbook has already."""

    def __init__(self, section: Section, *, language: str, fill: Filler, names: SheetNames) -> None:
        if section.envelope.form_digest != section.definition.digest:
            raise ValueError("the envelope is of another version of the form")
        self.section, self.definition, self.language = section, section.definition, language
        self.envelope: Envelope = replace(section.envelope, language=language, fill=fill)
        raw, previous = section.raw, section.previous
        compared = {one.key for _part, one in self.definition.fields() if one.compare_previous}
        self.plans = plan_sheets(
            self.definition,
            language=language,
            fill=fill,
            previous=frozenset(address.field for address in previous if address.field in compared),
            open_rows={
                part.key: _last_row(rows_in(part, raw)) for part in self.definition.parts if part.rows
            },
            names=names,
            prefix=section.code,
        )
        self.filling = Filling(raw=raw, computed=_computed(self.definition, raw, fill), previous=previous)
        self.pages: list[Page] = []
        self.writers: list[PartWriter] = []

    def add_pages(self, book: xlsxwriter.Workbook, styles: Styles) -> None:
        """Make the sheets; the order in which sections do so is the one a person sees."""
        self.pages = [Page(book.add_worksheet(plan.name), styles, self.language) for plan in self.plans]

    def write(self, validator: Validator, *, mark: str = "") -> None:
        """Write into them. ``mark`` tells whose they are in a volume."""
        formulas = Formulas(self.definition, self.plans, language=self.language, yes=yes_word(), no=no_word())
        heading = f"{self.section.code} {self.section.name}".strip() if mark else ""
        title = " ".join(filter(None, [self.section.code, say(self.definition.title, self.language)]))
        self.writers = [
            PartWriter(
                plan,
                page,
                self.filling,
                formulas=formulas,
                validator=validator,
                title=title,
                heading=heading,
                section=mark,
            )
            for plan, page in zip(self.plans, self.pages, strict=True)
        ]
        for writer in self.writers:
            writer.write()

    def lines(self, key: bytes) -> Lines:
        """What the hidden sheet notes down of it."""
        yield "envelope", seal(self.envelope, key)
        yield "label", WORDS, YES, yes_word()
        yield "label", WORDS, NO, no_word()
        for writer in self.writers:
            yield from _lines_of_part(writer)


def _lines_of_part(writer: PartWriter) -> Iterable[tuple[str, ...]]:
    plan, part = writer.plan, writer.plan.part.key
    yield "sheet", part, plan.name
    yield from (("label", part, name, label) for name, label in writer.labels.items())
    if plan.is_filled:
        for name, row in {slot.down: slot.row for slot in plan.slots}.items():
            yield "row", part, name, str(row + 1)
        for name, column in {slot.across: slot.column for slot in plan.slots}.items():
            yield "column", part, name, str(column + 1)
    yield from (("own", part, text) for text in writer.page.own)


def _last_row(keys: Sequence[str]) -> int:
    return int(keys[-1]) if keys and keys[-1].isdecimal() else 0


def _computed(definition: Definition, raw: Raw, fill: Filler) -> Values:
    """The values of computed fields, as far as what was typed gives them."""
    keys = {one.key for _part, one in definition.fields() if one.type is FieldType.COMPUTED}
    if not keys or not raw:
        return {}
    values = read(definition, raw, fill=fill).values
    return {address: value for address, value in values.items() if address.field in keys}
