"""A table is read back exactly, however it was laid out; junk is refused in words and never breaks anything."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jichi.methods.tables.cells import Mark
from jichi.methods.tables.files import open_book
from jichi.methods.tables.layout import Layout
from jichi.methods.tables.proposing import propose
from jichi.methods.tables.reading import Table, printed, read_table
from jichi.methods.tables.stored import table_as_json, table_from_json
from jichi.methods.tables.troubles import Severity

from .drawn import Drawn, Identity, tables

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def said(table: Table) -> dict[Identity, str | None]:
    """What a table that was read says, in the words of :mod:`.drawn`."""
    found: dict[Identity, str | None] = {}
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            period = row.period or column.period
            identity = (
                row.keys,
                column.measure,
                period.year if period else None,
                period.as_of if period else None,
            )
            assert identity not in found, identity
            found[identity] = f"[{cell.text}]" if isinstance(cell, Mark) else (printed(cell) or None)
    return found


def unread(table: Table) -> list[Any]:
    return [trouble for trouble in table.troubles if trouble.severity is not Severity.NOTE]


@SLOW
@given(tables(can_merge=True))
def test_a_workbook_is_read_back_exactly(drawn: Drawn):
    book = open_book(drawn.as_xlsx(hidden="作業"))
    assert drawn.layout is not None
    table = read_table(book, Layout.from_json(drawn.layout.as_json()))
    assert unread(table) == []
    assert said(table) == drawn.says
    assert [trouble.facts["sheet"] for trouble in table.troubles if trouble.code == "hidden_sheet"] == [
        "作業"
    ]
    assert said(table_from_json(table_as_json(table))) == drawn.says


@SLOW
@given(
    tables(can_merge=False),
    st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16"]),
    st.sampled_from(",\t;"),
)
def test_a_csv_is_read_back_exactly(drawn: Drawn, encoding: str, delimiter: str):
    try:
        content = drawn.as_csv(encoding, delimiter)
    except UnicodeEncodeError:
        content = drawn.as_csv("utf-8", delimiter)
    assert drawn.layout is not None
    table = read_table(open_book(content), drawn.layout)
    assert unread(table) == []
    assert said(table) == drawn.says


@SLOW
@given(tables(can_merge=True))
def test_the_proposed_layout_reads_a_workbook_as_well(drawn: Drawn):
    book = open_book(drawn.as_xlsx(hidden="作業"))
    layout = propose(book)
    assert said(read_table(book, layout)) == drawn.says


@SLOW
@given(tables(can_merge=False))
def test_the_proposed_layout_reads_a_csv_as_well(drawn: Drawn):
    book = open_book(drawn.as_csv("utf-8"))
    assert said(read_table(book, propose(book))) == drawn.says
