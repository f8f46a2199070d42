"""Writing a report into the documented shape: the empty template, or a wave to be corrected and read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from ..report import Question, Report, fact, printed
from .shape import (
    COLUMNS,
    FACTS,
    HELP,
    MODE_WORDS,
    QUESTION_COLUMNS,
    QUESTIONS,
    SAMPLING_WORDS,
    SEVERAL_WORDS,
    SHEETS,
    TABLE_COLUMNS,
    TABLES,
    WAVE,
    YES,
)

_DOCUMENT = {
    "document_title": "document.title",
    "publisher": "document.publisher",
    "published_on": "document.published_on",
    "url": "document.url",
    "locator": "document.locator",
}
# A spreadsheet would run text that begins so; an apostrophe before it makes it text again.
RISKY = ("=", "+", "-", "@", "'", "\t")
_BLANK_LINES = 200
_WIDTHS = {"wording": 60, "option": 30, "document_title": 40}


def fact_text(report: Report, key: str) -> str:
    """A fact as it stands in the file."""
    value = fact(report, _DOCUMENT.get(key, key))
    if key == "sampling":
        return SAMPLING_WORDS.get(value, str(value))
    if key == "mode":
        return MODE_WORDS.get(value, str(value))
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def question_lines(report: Report) -> Iterator[list[str]]:
    """The sheet of questions."""
    for one in report.questions:
        yield [one.code, one.wording, SEVERAL_WORDS[one.several], str(one.decimals)]


def table_lines(report: Report) -> Iterator[list[str]]:
    """The sheet of tables: one line for each answer in each group."""
    for question in report.questions:
        for table in question.tables:
            for answer in table.answers:
                yield [
                    question.code,
                    table.dimension,
                    table.group,
                    "" if table.n is None else str(table.n),
                    answer.option,
                    _number(answer.percent, question),
                    "" if answer.count is None else str(answer.count),
                    _number(answer.score, question),
                    YES if answer.subtotal else "",
                ]


def _number(value: Decimal | None, question: Question) -> str:
    return "" if value is None else format(printed(value, question.decimals), "f")


def _lines(report: Report | None, sheet: str) -> list[list[str]]:
    if sheet == WAVE:
        return [[one.head, fact_text(report, one.key) if report else ""] for one in FACTS]
    if report is None:
        return []
    return list(question_lines(report) if sheet == QUESTIONS else table_lines(report))


def _head(sheet: str) -> list[str]:
    return ["項目", "値"] if sheet == WAVE else [one.head for one in COLUMNS[sheet]]


def report_csv(report: Report | None = None) -> bytes:
    """The report as one csv in three parts, each begun by its sheet's name in brackets; empty: the template.

    UTF-8 with byte order mark, as spreadsheets expect it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for sheet in SHEETS:
        writer.writerow([f"[{sheet}]"])
        writer.writerow(_head(sheet))
        writer.writerows([_harmless(cell) for cell in line] for line in _lines(report, sheet))
        writer.writerow([])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(RISKY) else cell


def report_xlsx(report: Report | None = None) -> bytes:
    """The report as a workbook of three sheets and one that explains them; empty: the template.

    Cells are text, so that a spreadsheet neither drops the last digit of 54.0 nor makes 54.0 % into 0.54.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for sheet in SHEETS:
            _sheet(book, sheet, _lines(report, sheet), bold, text)
        _help(book, bold)
    return out.getvalue()


def _sheet(book: Any, name: str, lines: Sequence[Sequence[str]], bold: Any, text: Any) -> None:
    sheet = book.add_worksheet(name)
    for place, head in enumerate(_head(name)):
        sheet.write_string(0, place, head, bold)
    sheet.freeze_panes(1, 0)
    columns = len(_head(name))
    for place in range(columns):
        width = 24 if name == WAVE else _WIDTHS.get(COLUMNS[name][place].key, 14)
        sheet.set_column(place, place, 60 if name == WAVE and place == 1 else width, text)
    for number, line in enumerate(lines, start=1):
        for place, cell in enumerate(line):
            sheet.write_string(number, place, cell, bold if name == WAVE and place == 0 else text)
    if name == WAVE:
        for key, words in (("sampling", SAMPLING_WORDS), ("mode", MODE_WORDS)):
            row = 1 + next(place for place, one in enumerate(FACTS) if one.key == key)
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": list(words.values())})
        return
    last = max(len(lines), _BLANK_LINES)
    listed = {"several": list(SEVERAL_WORDS.values()), "subtotal": [YES]}
    for place, column in enumerate(QUESTION_COLUMNS if name == QUESTIONS else TABLE_COLUMNS):
        if column.key in listed:
            sheet.data_validation(1, place, last, place, {"validate": "list", "source": listed[column.key]})


def _help(book: Any, bold: Any) -> None:
    sheet = book.add_worksheet(HELP)
    number = 0
    for name in (WAVE, QUESTIONS, TABLES):
        sheet.write_string(number, 0, name, bold)
        number += 1
        for column in COLUMNS[name]:
            sheet.write_string(number, 0, column.head)
            sheet.write_string(number, 1, str(column.meaning))
            number += 1
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 70)
