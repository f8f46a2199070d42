"""Workbooks on their way out: what is in them, who gets them, what is kept of it."""

from __future__ import annotations

import datetime
import io
import zipfile

import pytest

from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.queries.sheets import events_of
from jichi.evaluation.queries.workbooks import beside_rows
from jichi.evaluation.services import filling
from jichi.evaluation.services.workbooks import (
    take_all_workbooks,
    take_department_workbook,
    take_workbook,
)
from jichi.sheets.definition import Address
from jichi.sheets.parsing import parse_definition
from tests.evaluation.cycle.sample import prepared, sheet_of

from .conftest import form_of, opened_with_forms
from .filling import cell_of, opened, typed

MORNING = datetime.datetime(2024, 4, 10, 0, 30, tzinfo=datetime.UTC)


def take_office(people, cycle, offices):
    return take_department_workbook(viewer=people.a, cycle_id=cycle.pk, department_id=offices.a.pk)


def handed_in(viewer, sheet, **changes):
    sheet.answer_set.refresh_from_db()
    return filling.hand_in(
        viewer=viewer, sheet_id=sheet.pk, raw=typed(**changes), version=sheet.answer_set.version
    )


def test_an_office_gets_one_workbook_with_all_that_lies_with_it(people, cycle, offices):
    made = take_office(people, cycle, offices)
    assert made.name == "2023年度の評価_青葉課.xlsx"
    names = {page.title.partition(" ")[0] for page in opened(made.content).worksheets[1:]}
    assert names == {"1-1-01", "1-1-02", "_jichi"}
    cover = {str(cell.value) for row in opened(made.content).worksheets[0].iter_rows() for cell in row}
    assert {"2023年度の評価", "青葉課", "企画課"} <= cover
    assert any("根拠を書いてください。" in text for text in cover)
    for code in ("1-1-01", "1-1-02"):
        sheet = sheet_of(cycle, code)
        assert [one.kind for one in events_of(people.a, sheet)] == ["workbook_taken", "opened"]
    entry = AuditEntry.objects.get(act="evaluation.sheet:take_workbook")
    assert (entry.count, entry.fields) == (2, {"workbooks": [0, 2]})


def test_what_was_handed_in_is_not_in_the_offices_workbook(people, cycle, offices):
    handed_in(people.a, sheet_of(cycle, "1-1-01"))
    names = {page.title.partition(" ")[0] for page in opened(take_office(people, cycle, offices).content)}
    assert "1-1-02" in names
    assert "1-1-01" not in names
    handed_in(people.a, sheet_of(cycle, "1-1-02"))
    with pytest.raises(Invalid) as caught:
        take_office(people, cycle, offices)
    assert "青葉課" in str(caught.value.messages)


def test_a_workbook_holds_what_was_typed_and_what_was_prefilled(people, cycle, offices):
    sheet = sheet_of(cycle, "1-1-01")
    draft = {Address.of(key): text for key, text in sheet.answer_set.draft.items()}
    filling.save_draft(
        viewer=people.a,
        sheet_id=sheet.pk,
        raw=draft | {Address("accomplishment"): "2", Address("project_cost", "settled"): "1,200"},
        version=sheet.answer_set.version,
    )
    book = opened(take_workbook(viewer=people.a, sheet_id=sheet.pk).content)
    assert cell_of(book, "accomplishment").value == "2 目標を上回って達成"
    assert cell_of(book, "project_cost.settled").value == "1,200"
    if "planned.1" in sheet.answer_set.draft:
        assert cell_of(book, "planned.1").value == sheet.answer_set.draft["planned.1"]


def test_last_years_answers_stand_beside(people, plan, form, offices):
    before = opened_with_forms(plan, 2022)
    handed_in(people.a, sheet_of(before, "1-1-01"), content="講座を2つ", **{"general.settled": 800})
    cycle = opened_with_forms(plan, 2023)
    Cycle.objects.filter(pk=cycle.pk).update(previous=before)
    made = take_workbook(viewer=people.a, sheet_id=sheet_of(cycle, "1-1-01").pk)
    book = opened(made.content)
    cell = cell_of(book, "content")
    row = [one.value for one in cell.parent[cell.row]]
    assert cell.value is None
    assert "講座を2つ" in row
    settled = cell_of(book, "project_cost.settled")
    assert settled.parent.cell(settled.row, settled.column + 1).value == 1200


def test_last_years_rows_stand_beside_those_that_say_the_same():
    definition = parse_definition(form_of("mihon", "hyoka-jigyo"))
    previous = {
        Address("number_name", "1"): "回数",
        Address("number_actual", "1"): 11,
        Address("number_name", "2"): "参加者",
        Address("number_actual", "2"): 300,
        Address("aim"): "目的",
    }
    raw = {Address("number_name", "1"): "参加者", Address("number_name", "2"): "新しい数"}
    found = beside_rows(definition, raw, previous)
    assert found[Address("number_actual", "1")] == 300
    assert found[Address("aim")] == "目的"
    assert Address("number_actual", "2") not in found


def test_the_planning_section_gets_a_zip_with_a_workbook_for_each_office(people, cycle, offices):
    made = take_all_workbooks(viewer=people.planner, cycle_id=cycle.pk, at=MORNING)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert sorted(archive.namelist()) == ["2023年度の評価_茶畑課.xlsx", "2023年度の評価_青葉課.xlsx"]
        book = opened(archive.read("2023年度の評価_青葉課.xlsx"))
    assert len({page.title.partition(" ")[0] for page in book.worksheets[1:]} - {"_jichi"}) == 2
    taken = AuditEntry.objects.get(act="evaluation.cycle:workbooks")
    assert taken.count == Sheet.objects.filter(cycle=cycle, department__isnull=False).count()


def test_the_number_of_queries_does_not_grow_with_the_sheets(
    people, cycle, offices, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30):
        take_office(people, cycle, offices)


@pytest.mark.parametrize("who", ["c", "auditor", "reviewer", "head_a_other"])
def test_others_get_none(people, cycle, offices, who, viewer_as):
    viewer = getattr(people, who, None) or viewer_as()
    sheet = sheet_of(cycle, "1-1-01")
    with pytest.raises(NotAllowed):
        take_workbook(viewer=viewer, sheet_id=sheet.pk)
    with pytest.raises(NotAllowed):
        take_department_workbook(viewer=viewer, cycle_id=cycle.pk, department_id=offices.a.pk)
    with pytest.raises(NotAllowed):
        take_all_workbooks(viewer=viewer, cycle_id=cycle.pk)


def test_nobody_but_the_planning_section_gets_all_of_them(people, cycle):
    for viewer in (people.a, people.head_a):
        with pytest.raises(NotAllowed):
            take_all_workbooks(viewer=viewer, cycle_id=cycle.pk)


def test_a_sheet_that_was_handed_in_has_no_workbook(people, cycle):
    sheet = sheet_of(cycle, "1-1-01")
    handed_in(people.a, sheet)
    with pytest.raises(Invalid):
        take_workbook(viewer=people.a, sheet_id=sheet.pk)


def test_an_evaluation_that_is_not_open_gives_nothing_out(people, plan, form, offices):
    closed = prepared(plan, 2024)
    for take in (
        lambda: take_department_workbook(viewer=people.a, cycle_id=closed.pk, department_id=offices.a.pk),
        lambda: take_all_workbooks(viewer=people.planner, cycle_id=closed.pk),
    ):
        with pytest.raises(Invalid):
            take()
    assert not AuditEntry.objects.filter(act__in=["evaluation.sheet:take_workbook"]).exists()
