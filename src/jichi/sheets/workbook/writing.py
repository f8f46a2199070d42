"""A form as an xlsx workbook: a cover, a protected sheet for each part, a hidden sheet that binds them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import pgettext

from jichi.sheets.definition import Definition, Filler, Raw, Values

from .cover import write_cover
from .envelope import FORMAT, Cover, Envelope, seal
from .layout import BINDING_SHEET, COVER, SheetNames
from .page import OPTIONS, Page, Styles
from .problems import WorkbookError
from .returned import CHUNK, PROPERTY
from .section import Section, SectionWriter
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
    section = Section(
        definition=definition, envelope=envelope, code="", name="", raw=raw or {}, previous=previous or {}
    )
    names = SheetNames()
    with translation.override(language):
        body = SectionWriter(section, language=language, fill=fill, names=names)
        made = Made(cover, body.envelope.issued_at, language, names)
        made.say(PROPERTY, seal(body.envelope, key))
        body.add_pages(made.book, made.styles)
        body.write(made.hide())
        write_cover(made.cover, cover, body.envelope, body.plans)
        lines = [(FORMAT,), *body.lines(key)]
        return made.finish(lines)


class Made:
    """A workbook being made: its file, its cover, and the hidden sheet behind all others."""

    def __init__(self, cover: Cover, issued_at: str, language: str, names: SheetNames) -> None:
        self._buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._buffer, OPTIONS)
        self.styles = Styles(self.book)
        self._hidden: Any = None
        try:
            issued = dt.datetime.fromisoformat(issued_at).replace(tzinfo=None)
        except ValueError:
            issued = dt.datetime(2000, 1, 1)
        self.book.set_properties({"title": cover.title, "created": issued})
        # Programs compute when they open it; some viewers never do, and see the values stored.
        self.book.set_calc_mode("auto")
        self.cover = Page(
            self.book.add_worksheet(names.take(pgettext("workbook", "Cover"))), self.styles, language
        )

    def say(self, name: str, sealed: str) -> None:
        """Keep a sealed envelope also as a property of the file."""
        for number, start in enumerate(range(0, len(sealed), CHUNK), start=1):
            self.book.set_custom_property(f"{name}-{number}", sealed[start : start + CHUNK], "text")

    def hide(self) -> Validator:
        """Add the hidden sheet, in which the lists of choices stand as well."""
        self._hidden = self.book.add_worksheet(BINDING_SHEET)
        self._hidden.very_hidden()
        self._hidden.protect()
        return Validator(self.book, self._hidden, _BINDING_COLUMNS)

    def finish(self, lines: Iterable[tuple[str, ...]]) -> bytes:
        """Write what binds the sheets, and close the file."""
        whole = [*lines, *(("own", COVER, text) for text in self.cover.own)]
        for row, line in enumerate(whole):
            for column, text in enumerate(line):
                self._hidden.write_string(row, column, text)
        self.cover.sheet.activate()
        self.cover.sheet.set_first_sheet()
        self.book.close()
        return self._buffer.getvalue()


__all__ = ["WorkbookError", "write_workbook"]
