"""A form as an xlsx workbook: a cover, a protected sheet for each part, a hidden sheet that binds them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import pgettext

from jichi.sheets.definition import Definition, FieldType, Filler, Raw, Values
from jichi.sheets.reading import read, rows_in
from jichi.sheets.typed import NO, YES
from jichi.sheets.words import say

from .binding import WORDS
from .cover import write_cover
from .envelope import FORMAT, Cover, Envelope, seal
from .formulas import Formulas
from .layout import BINDING_SHEET, COVER, SheetNames, plan_sheets
from .page import OPTIONS, Page, Styles, no_word, yes_word
from .parts import Filling, PartWriter
from .problems import WorkbookError
from .returned import CHUNK, PROPERTY
from .validation import Validator

_BINDING_COLUMNS = 6
"""Columns of the hidden sheet before the lists of choices."""


def write_workbook(
    definition: Definition,
    *,
    envelope: Envelope,
    cover: Cover,
    key: bytes,
    raw: Raw | None = None,
    previous: Values | None = None,
    fill: Filler = Filler.RESPONDENT,
    language: str = "ja",
) -> bytes:
    """The workbook of a form, as the bytes of an xlsx file without macros.

    ``raw`` is what was typed so far, also in parts that are only shown; ``previous`` the values of the
    return before, shown beside each answer. ``key`` is the installation's secret, which seals the envelope.
    Formulas of computed fields are those of a spreadsheet where they can be said exactly, else the sheet says
    that they are computed on return. The same arguments give the same bytes.

    Raises:
        WorkbookError: ``text_too_long`` when something typed does not fit into a cell, ``form_too_large``
            when the form does not fit into a workbook.
        ValueError: when the form's digest is not the envelope's.
    """
    if envelope.form_digest != definition.digest:
        raise ValueError("the envelope is of another version of the form")
    envelope = replace(envelope, language=language, fill=fill)
    with translation.override(language):
        return _Writer(definition, envelope, cover, raw or {}, previous or {}).write(key)


class _Writer:
    def __init__(
        self, definition: Definition, envelope: Envelope, cover: Cover, raw: Raw, previous: Values
    ) -> None:
        self.definition, self.envelope, self.cover = definition, envelope, cover
        self.language, self.fill = envelope.language, envelope.fill
        compared = {field.key for _part, field in definition.fields() if field.compare_previous}
        self.plans = plan_sheets(
            definition,
            language=self.language,
            fill=self.fill,
            previous=frozenset(address.field for address in previous if address.field in compared),
            open_rows={part.key: _last_row(rows_in(part, raw)) for part in definition.parts if part.rows},
        )
        self.filling = Filling(raw=raw, computed=_computed(definition, raw, self.fill), previous=previous)
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.buffer, OPTIONS)
        self.styles = Styles(self.book)

    def write(self, key: bytes) -> bytes:
        self._describe(key)
        cover_name = SheetNames(*(plan.name for plan in self.plans)).take(pgettext("workbook", "Cover"))
        cover = Page(self.book.add_worksheet(cover_name), self.styles, self.language)
        pages = [Page(self.book.add_worksheet(plan.name), self.styles, self.language) for plan in self.plans]
        hidden = self.book.add_worksheet(BINDING_SHEET)
        hidden.very_hidden()
        hidden.protect()
        validator = Validator(self.book, hidden, _BINDING_COLUMNS)
        formulas = Formulas(self.definition, self.plans, language=self.language, yes=yes_word(), no=no_word())
        write_cover(cover, self.cover, self.envelope, self.plans)
        title = say(self.definition.title, self.language)
        writers = [
            PartWriter(plan, page, self.filling, formulas=formulas, validator=validator, title=title)
            for plan, page in zip(self.plans, pages, strict=True)
        ]
        for writer in writers:
            writer.write()
        self._bind(hidden, seal(self.envelope, key), cover, writers)
        cover.sheet.activate()
        cover.sheet.set_first_sheet()
        self.book.close()
        return self.buffer.getvalue()

    def _describe(self, key: bytes) -> None:
        try:
            issued = dt.datetime.fromisoformat(self.envelope.issued_at).replace(tzinfo=None)
        except ValueError:
            issued = dt.datetime(2000, 1, 1)
        self.book.set_properties({"title": self.cover.title, "created": issued})
        sealed = seal(self.envelope, key)
        for number, start in enumerate(range(0, len(sealed), CHUNK), start=1):
            self.book.set_custom_property(f"{PROPERTY}-{number}", sealed[start : start + CHUNK], "text")
        # Programs compute when they open it; some viewers never do, and see the values stored.
        self.book.set_calc_mode("auto")

    def _bind(self, hidden: Any, sealed: str, cover: Page, writers: Sequence[PartWriter]) -> None:
        lines: list[tuple[str, ...]] = [(FORMAT,), ("envelope", sealed)]
        lines += [("label", WORDS, YES, yes_word()), ("label", WORDS, NO, no_word())]
        lines += [("own", COVER, text) for text in cover.own]
        for writer in writers:
            lines += _binding_lines(writer)
        for row, line in enumerate(lines):
            for column, text in enumerate(line):
                hidden.write_string(row, column, text)


def _binding_lines(writer: PartWriter) -> Iterable[tuple[str, ...]]:
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
    keys = {field.key for _part, field in definition.fields() if field.type is FieldType.COMPUTED}
    if not keys or not raw:
        return {}
    values = read(definition, raw, fill=fill).values
    return {address: value for address, value in values.items() if address.field in keys}


__all__ = ["WorkbookError", "write_workbook"]
