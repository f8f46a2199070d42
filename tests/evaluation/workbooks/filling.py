"""Filling workbooks in as an office does it: cells found by what stands beside them, then saved."""

from __future__ import annotations

import io

import openpyxl

from jichi.sheets.definition import Address

COSTS = {
    "project_cost": 1200,
    "national": 300,
    "bonds": 0,
    "other": 100,
    "general": 800,
    "staff_years": 1.5,
    "unit_cost": 8000,
}
CRITERIA = ("needs", "necessity", "effectiveness", "private", "method", "quality")


def whole(**changes) -> dict[str, object]:
    """Answers to the whole form of a project, by address; what is None is left empty."""
    answers: dict[str, object] = {
        "aim": "市民が学べる",
        "content": "講座を開く",
        "planned.1": "講座",
        "done.1": "講座を12回開いた",
        "result_state.1": "計画どおり",
        "accomplishment": "3 （ほぼ）目標どおり達成",
        "accomplishment_reason": "目標の12回を開いた",
        "contribution": "A 貢献した",
        "contribution_reason": "参加が増えた",
        "direction": "Ⅰ 現状のまま継続",
        "direction_text": "続ける",
        **{f"{key}.{row}": value for key, value in COSTS.items() for row in ("estimate", "settled")},
        **{f"{key}_reason": "理由" for key in CRITERIA},
        "needs": "a 増えている",
        "necessity": "a 市でなければできない",
        "effectiveness": "b ある程度上がっている",
        "private": "b まだ活用できる",
        "method": "a 見直す余地がない",
        "quality": "b 変わらない",
    }
    return {key: value for key, value in (answers | changes).items() if value is not None}


def typed(**changes) -> dict[Address, str]:
    """The same as typed on the page."""
    return {Address.of(key): str(value) for key, value in whole(**changes).items()}


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cell_of(book: openpyxl.Workbook, address: str, code: str = ""):
    """The cell of an answer, by the marks in the hidden first row and column."""
    field, _dot, row = address.partition(".")
    for page in book.worksheets:
        if code and not page.title.startswith(f"{code} "):
            continue
        rows = {page.cell(at, 1).value: at for at in range(1, page.max_row + 1)}
        columns = {page.cell(1, at).value: at for at in range(1, page.max_column + 1)}
        down, across = (row, field) if row else (field, ".answer")
        if f"jichi:row:{down}" in rows and f"jichi:column:{across}" in columns:
            return page.cell(rows[f"jichi:row:{down}"], columns[f"jichi:column:{across}"])
    raise AssertionError(f"no cell for {address} of {code}")


def fill(content: bytes, *codes: str, **changes) -> bytes:
    """Type whole answers into the worksheets of the codes (of the only form, where none is given), and save."""
    book = opened(content)
    for code in codes or ("",):
        for address, value in whole(**changes).items():
            cell_of(book, address, code).value = value
        # What the plan promised besides stands there already; an office says of it what it did.
        for row in range(2, 16):
            if cell_of(book, f"planned.{row}", code).value:
                cell_of(book, f"done.{row}", code).value = "実施した"
                cell_of(book, f"result_state.{row}", code).value = "計画どおり"
    return saved(book)
