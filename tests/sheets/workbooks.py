"""Filling in a workbook as a person does: looking for the question's words, not for hidden marks."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
from django.utils import translation

from jichi.sheets.definition import Address, Definition, Field, FieldType, Part, Raw
from jichi.sheets.parsing import parse_definition
from jichi.sheets.typed import read_one
from jichi.sheets.words import say
from jichi.sheets.workbook import (
    Cover,
    Envelope,
    WorkbookReading,
    bind,
    read_workbook,
    workbook_problem_text,
    write_workbook,
)
from jichi.sheets.workbook.page import no_word, yes_word

KEY = b"a secret of the installation"
COVER = Cover(
    title="協働の実績について（照会）",
    purpose="計画の指標の実績値とするため",
    as_of="令和8年3月31日",
    due="令和8年5月29日",
    respondent="市民局",
    asker="企画調整課",
    how_to_return="画面から送ってください",
    notes=("分からないことは企画調整課へ",),
)

# A form with a field of every type: lines, a table over named rows, a table with open rows.
ALL: dict[str, Any] = {
    "title": {"ja": "協働の実績"},
    "parts": [
        {
            "key": "basic",
            "title": {"ja": "概要"},
            "hint": {"ja": "この1年間についてお答えください。"},
            "fields": [
                {"key": "name", "label": {"ja": "事業名"}, "type": "text"},
                {"key": "memo", "label": {"ja": "特記事項"}, "type": "long_text"},
                {"key": "people", "label": {"ja": "参加者数"}, "type": "integer", "unit": {"ja": "人"}},
                {"key": "women", "label": {"ja": "うち女性"}, "type": "integer", "unit": {"ja": "人"}},
                {
                    "key": "share",
                    "label": {"ja": "女性の割合"},
                    "type": "computed",
                    "formula": "women / people * 100",
                    "decimals": 1,
                },
                {
                    "key": "rate",
                    "label": {"ja": "満足度"},
                    "type": "decimal",
                    "decimals": 1,
                    "unit": {"ja": "％"},
                },
                {"key": "since", "label": {"ja": "開始日"}, "type": "date"},
                {"key": "year", "label": {"ja": "見直す年度"}, "type": "fiscal_year"},
                {
                    "key": "kind",
                    "label": {"ja": "形"},
                    "type": "choice",
                    "choices": [
                        {"key": "a", "label": {"ja": "委託"}},
                        {"key": "b", "label": {"ja": "補助"}},
                    ],
                },
                {
                    "key": "whom",
                    "label": {"ja": "対象"},
                    "type": "choices",
                    "choices": [
                        {"key": "x", "label": {"ja": "子ども"}},
                        {"key": "y", "label": {"ja": "高齢者"}},
                    ],
                },
                {"key": "held", "label": {"ja": "継続しますか"}, "type": "yes_no"},
            ],
        },
        {
            "key": "wards",
            "title": {"ja": "区別"},
            "rows": {
                "fixed": [
                    {"key": "east", "label": {"ja": "東区"}},
                    {"key": "west", "label": {"ja": "西区"}},
                    {"key": "north", "label": {"ja": "北区"}},
                ]
            },
            "fields": [
                {"key": "times", "label": {"ja": "回数"}, "type": "integer"},
                {"key": "heads", "label": {"ja": "人数"}, "type": "integer"},
            ],
        },
        {
            "key": "groups",
            "title": {"ja": "団体"},
            "rows": {"most": 5},
            "fields": [
                {"key": "group", "label": {"ja": "団体名"}, "type": "text"},
                {"key": "members", "label": {"ja": "会員数"}, "type": "integer"},
            ],
        },
    ],
}
FORM = parse_definition(ALL)
FILLED = {
    Address("name"): "まち歩き",
    Address("people"): "120",
    Address("women"): "60",
    Address("since"): "2019-06-01",
    Address("year"): "2027",
    Address("kind"): "b",
    Address("whom"): "x\ny",
    Address("held"): "yes",
    Address("times", "east"): "3",
    Address("heads", "east"): "30",
    Address("times", "west"): "4",
    Address("heads", "west"): "40",
    Address("group", "1"): "川の会",
    Address("members", "1"): "12",
}


def envelope(definition: Definition, **changed: Any) -> Envelope:
    """The envelope of a form's first version, for one department."""
    values = {
        "form_key": "councils",
        "form_version": 1,
        "form_digest": definition.digest,
        "context": "figures.inquiryrequest:1",
        "respondent": "dept-1",
        "issued_at": "2026-05-01T09:00:00+09:00",
        "title": "令和8年度の照会",
        "respondent_name": "市民局",
    }
    return Envelope(**{**values, **changed})


def written(definition: Definition, **options: Any) -> bytes:
    """The workbook of a form."""
    options = {"envelope": envelope(definition), "cover": COVER, "key": KEY, **options}
    return write_workbook(definition, **options)


def bound(definition: Definition, content: bytes, **options: Any) -> WorkbookReading:
    """What a returned workbook holds."""
    return bind(definition, read_workbook(content, key=KEY), **options)


def changed(content: bytes, change: Callable[[openpyxl.Workbook], Any]) -> bytes:
    """The workbook after a person (here openpyxl) changed and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def codes(reading: WorkbookReading) -> list[str]:
    return [problem.code for problem in reading.problems]


def told(reading: WorkbookReading) -> list[str]:
    """All problems in words, so that no code lacks its sentence."""
    return [workbook_problem_text(problem) for problem in reading.problems]


# --- filling in --------------------------------------------------------------------------------------------
def where(book: openpyxl.Workbook, part: Part, label: str, row: str, language: str = "ja") -> Any:
    """The cell of an answer: the sheet by its title, the row and the column by their words."""
    title = say(part.title, language)
    sheet = next(sheet for sheet in book.worksheets if sheet.title == title)
    if part.rows is None:
        with translation.override(language):
            answer = translation.pgettext("workbook", "Answer")
        return sheet.cell(_row_of(sheet, label), _column_of(sheet, answer))
    named = {one.key: say(one.label, language) for one in part.rows.fixed}
    return sheet.cell(_row_of(sheet, named.get(row, row)), _column_of(sheet, label))


def _row_of(sheet: Any, label: str) -> int:
    found = [cell.row for cell in sheet["B"] if str(cell.value or "") == label]
    assert len(found) == 1, (sheet.title, label, found)
    return found[0]


def _column_of(sheet: Any, label: str) -> int:
    found = {cell.column for line in sheet.iter_rows(max_row=6) for cell in line if cell.value == label}
    assert len(found) == 1, (sheet.title, label, found)
    return found.pop()


def type_into(cell: Any, value: Any) -> None:
    """What a person types stays text in a cell formatted as text, also with an equals sign before it."""
    cell.value = value
    if isinstance(value, str) and value.startswith("="):
        cell.data_type = "s"


def fill_in(definition: Definition, content: bytes, raw: Raw, language: str = "ja") -> bytes:
    """The workbook with these answers typed into it."""

    def fill(book: openpyxl.Workbook) -> None:
        for address, text in raw.items():
            part, field = definition.field(address.field)
            for label, value in _typed(field, text, language):
                type_into(where(book, part, label, address.row, language), value)

    return changed(content, fill)


def _typed(field: Field, text: str, language: str) -> list[tuple[str, Any]]:
    """Label of the line and what a person types there."""
    label = say(field.label, language)
    labels: Mapping[str, str] = {one.key: say(one.label, language) for one in field.choices}
    if field.type is FieldType.CHOICES:
        value, misread = read_one(field, text)
        assert misread is None and isinstance(value, tuple), text
        return [(f"{label}：{labels[key]}", "○") for key in value]
    if field.type is FieldType.CHOICE:
        return [(label, labels.get(text, text))]
    if field.type is FieldType.YES_NO:
        with translation.override(language):
            return [(label, {"yes": yes_word(), "no": no_word()}.get(text, text))]
    if field.is_number and re.fullmatch("-?[0-9]+", text):
        return [(label, int(text))]
    if field.is_number and re.fullmatch(r"-?[0-9]+\.[0-9]+", text):
        return [(label, float(text))]
    if field.type is FieldType.DATE and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return [(label, dt.date.fromisoformat(text))]
    return [(label, text)]


def answer(book: openpyxl.Workbook, definition: Definition, key: str, row: str = "") -> Any:
    """The cell of a field by its key."""
    address = Address(key, row)
    part, field = definition.field(key)
    return where(book, part, say(field.label, "ja"), address.row)


# --- below what a program writes ---------------------------------------------------------------------------
def parts_of(content: bytes) -> dict[str, bytes]:
    """The files inside of an xlsx."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """An xlsx of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def part_of_sheet(content: bytes, title: str) -> str:
    """The name of the file that holds a sheet."""
    number = openpyxl.load_workbook(io.BytesIO(content)).sheetnames.index(title) + 1
    return f"xl/worksheets/sheet{number}.xml"


def patched(content: bytes, title: str, cells: Mapping[str, str], kind: str = "n") -> bytes:
    """The workbook with the XML inside of some cells replaced."""
    parts = parts_of(content)
    name = part_of_sheet(content, title)
    text = parts[name].decode()
    for cell, inside in cells.items():
        pattern = rf'<c r="{cell}"( s="[0-9]+")?[^>]*?(/>|>.*?</c>)'
        text, count = re.subn(
            pattern,
            lambda m, cell=cell, inside=inside: f'<c r="{cell}"{m[1] or ""} t="{kind}">{inside}</c>',
            text,
        )
        assert count == 1, cell
    return packed({**parts, name: text.encode()})
