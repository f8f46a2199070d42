"""A form goes out as a workbook and comes back with the same answers as from the page."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jichi.sheets.definition import Address, Definition, Filler
from jichi.sheets.parsing import parse_definition
from jichi.sheets.reading import read

from .samples import COUNCILS
from .strategies import answers, forms
from .workbooks import bound, changed, fill_in, told, written

FORM = parse_definition(COUNCILS)
HELD = {
    Address("held"): "yes",
    Address("name", "1"): "環境審議会",
    Address("members", "1"): "10",
    Address("women", "1"): "4",
    Address("name", "2"): "文化審議会",
    Address("members", "2"): "8",
    Address("women", "2"): "5",
}


@st.composite
def filled_forms(draw: st.DrawFn) -> tuple[Definition, dict[Address, str], dict[Address, str]]:
    """A form, what was typed before it went out, and what is typed into it."""
    form = draw(forms())
    before = draw(answers(form)) if draw(st.integers(0, 3)) == 0 else {}
    return form, before, draw(answers(form, as_typed=draw(st.booleans())))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(filled_forms())
def test_a_workbook_gives_the_same_answers_as_the_page(case):
    form, before, typed = case
    previous = read(form, before).values
    returned = bound(form, fill_in(form, written(form, previous=previous), typed))
    assert told(returned) == []
    from_page, from_workbook = read(form, typed), read(form, returned.raw)
    assert from_workbook.values == from_page.values
    assert [(one.code, one.places) for one in from_workbook.problems] == [
        (one.code, one.places) for one in from_page.problems
    ]
    assert set(returned.places) >= {address for address in from_page.values if address in typed}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(filled_forms())
def test_a_draft_comes_back_as_it_went_out(case):
    form, _before, typed = case
    returned = bound(form, written(form, raw=typed, language="en"))
    assert told(returned) == []
    assert read(form, returned.raw).values == read(form, typed).values


def test_answers_by_a_checker_are_read_from_the_checkers_sheet_alone():
    content = written(FORM, fill=Filler.CHECKER, raw=HELD)
    returned = bound(FORM, fill_in(FORM, content, {Address("seen"): "yes"}))
    assert told(returned) == []
    assert returned.raw == {Address("seen"): "yes"}


def test_what_the_respondent_may_only_see_is_locked():
    book = openpyxl.load_workbook(io.BytesIO(written(FORM, raw={**HELD, Address("seen"): "yes"})))
    sheet = book["課長の確認"]
    assert sheet.protection.sheet
    assert all(cell.protection.locked for line in sheet.iter_rows() for cell in line)
    assert not any(
        str(cell.value or "").startswith("jichi:row") for line in sheet.iter_rows() for cell in line
    )


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("１２３", Decimal(123)),
        ("1,234", Decimal(1234)),
        (" 12 ", Decimal(12)),
        ("12人", Decimal(12)),
        (12.0, Decimal(12)),
    ],
)
def test_numbers_as_people_write_them_are_read(typed, value):
    content = fill_in(FORM, written(FORM), {**HELD, Address("women", "1"): "0"})

    def change(book: openpyxl.Workbook) -> None:
        book["審議会等の一覧"]["D8"].value = typed

    returned = bound(FORM, changed(content, change))
    assert read(FORM, returned.raw).values[Address("members", "1")] == value
