"""Workbooks that came back: each sheet in whole or not at all, and each told what to do."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from jichi.city.errors import Invalid, NotAllowed
from jichi.city.viewers import system_viewer
from jichi.evaluation.models import Cycle, Proposal, RuleSet, RuleSetVersion, Sheet
from jichi.evaluation.moves import Step, refusal
from jichi.evaluation.services import filling, returning
from jichi.evaluation.services.returning import take_in_workbooks
from jichi.evaluation.services.workbooks import take_all_workbooks, take_department_workbook, take_workbook
from jichi.figures.inquiries.services import File
from jichi.sheets.models import AnswerRevision, AnswerSet
from jichi.sheets.services import publish_version
from tests.evaluation.cycle.sample import prepared, sheet_of

from .conftest import form_of, opened_with_forms
from .filling import cell_of, fill, opened, saved, typed

CODES = ("1-1-01", "1-1-02")


@pytest.fixture
def volume(people, cycle, offices):
    """The workbook of section a, as it was given out."""
    made = take_department_workbook(viewer=people.a, cycle_id=cycle.pk, department_id=offices.a.pk)
    return made.content


def file(content, name="評価.xlsx"):
    return File(name=name, content=content)


def upload(viewer, cycle, content, **more):
    (told,) = take_in_workbooks(viewer=viewer, cycle_id=cycle.pk, files=[file(content)], **more)
    return told


def outcomes(told):
    return [one.outcome for one in told.sheets]


def states(cycle):
    rows = Sheet.objects.filter(cycle=cycle, node__code__in=CODES).order_by("node__code")
    return list(rows.values_list("state", flat=True))


# --- taken ------------------------------------------------------------------------------------------
def test_an_offices_workbook_hands_in_each_of_its_sheets(people, cycle, volume):
    content = fill(volume, *CODES)
    told = upload(people.a, cycle, content, note="課内で確認済み")
    assert outcomes(told) == ["taken", "taken"]
    assert told.is_settled
    assert states(cycle) == ["section", "section"]
    revision = AnswerRevision.objects.get(answer_set__evaluation_sheet=sheet_of(cycle, "1-1-01"))
    assert revision.values == {**revision.values, "accomplishment": "3", "total.settled": "13200"}
    assert (revision.channel, revision.filename, bytes(revision.content)) == (
        "workbook",
        "評価.xlsx",
        content,
    )
    assert revision.entered_by == people.a.actor


def test_sheets_that_nobody_touched_are_left_alone(people, cycle, volume):
    told = upload(people.a, cycle, fill(volume, "1-1-02"))
    assert outcomes(told) == ["untouched", "taken"]
    assert states(cycle) == ["filling", "section"]
    assert told.is_settled


def test_the_same_workbook_twice_changes_nothing(people, cycle, volume):
    content = fill(volume, *CODES)
    upload(people.a, cycle, content)
    assert outcomes(upload(people.a, cycle, content)) == ["same", "same"]
    assert AnswerRevision.objects.count() == 2


def test_a_single_sheets_workbook_comes_back_on_its_page_and_on_the_evaluations(people, cycle):
    first, second = (sheet_of(cycle, code) for code in CODES)
    one = fill(take_workbook(viewer=people.a, sheet_id=first.pk).content)
    (told,) = take_in_workbooks(viewer=people.a, sheet_id=first.pk, files=[file(one)])
    assert outcomes(told) == ["taken"]
    two = fill(take_workbook(viewer=people.a, sheet_id=second.pk).content)
    assert outcomes(upload(people.a, cycle, two)) == ["taken"]


def test_zip_files_are_opened_and_the_planning_section_takes_in_all_offices(people, cycle):
    packed = take_all_workbooks(viewer=people.planner, cycle_id=cycle.pk)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed.content)) as out, zipfile.ZipFile(buffer, "w") as back:
        for name in out.namelist():
            codes = CODES if "青葉課" in name else ("1-2-01",)
            back.writestr(name, fill(out.read(name), *codes))
    told = take_in_workbooks(
        viewer=people.planner, cycle_id=cycle.pk, files=[file(buffer.getvalue(), "全部.zip")]
    )
    assert sorted(outcome for one in told for outcome in outcomes(one)) == ["taken"] * 3
    assert set(Sheet.objects.filter(node__code__in=[*CODES, "1-2-01"]).values_list("state", flat=True)) == {
        "section"
    }


# --- one wrong, the others in -----------------------------------------------------------------------
def test_costs_that_do_not_add_up_keep_one_sheet_back_and_say_where(people, cycle, volume):
    book = opened(fill(volume, *CODES))
    cell_of(book, "general.settled", "1-1-01").value = 801
    told = upload(people.a, cycle, saved(book))
    assert outcomes(told) == ["refused", "taken"]
    assert states(cycle) == ["filling", "section"]
    (sentence,) = told.sheets[0].sentences
    assert "1-1-01 事業費と人件費" in sentence
    assert cell_of(book, "general.settled", "1-1-01").coordinate in sentence
    assert "財源内訳" in sentence
    assert not told.is_settled


def test_a_missing_answer_is_told_with_worksheet_and_cell(people, cycle, volume):
    told = upload(people.a, cycle, fill(volume, "1-1-01", accomplishment=None))
    assert outcomes(told) == ["refused", "untouched"]
    (sentence,) = told.sheets[0].sentences
    assert "1-1-01 達成度" in sentence
    assert sheet_of(cycle, "1-1-01").answer_set.draft.get("aim") is None


def test_what_has_faults_is_kept_as_the_draft_where_that_is_wanted(people, cycle, volume):
    content = fill(volume, *CODES, accomplishment=None)
    told = upload(people.a, cycle, content, keep_draft=True)
    assert outcomes(told) == ["drafted", "drafted"]
    assert all(one.sentences for one in told.sheets)
    draft = sheet_of(cycle, "1-1-01").answer_set.draft
    assert (draft["aim"], draft["project_cost.settled"]) == ("市民が学べる", "1200")
    # She corrects the same workbook; her own draft does not stand in its way.
    assert outcomes(upload(people.a, cycle, fill(volume, *CODES))) == ["taken", "taken"]


def test_the_planning_section_keeps_no_draft_for_a_department(people, cycle, volume):
    told = upload(people.planner, cycle, fill(volume, *CODES, accomplishment=None), keep_draft=True)
    assert outcomes(told) == ["refused", "refused"]
    assert len(told.sheets[0].sentences) == 2


def test_a_lost_worksheet_spoils_its_own_sheet_only(people, cycle, volume):
    book = opened(fill(volume, *CODES))
    del book["1-1-01 達成度"]
    told = upload(people.a, cycle, saved(book), keep_draft=True)
    assert outcomes(told) == ["refused", "taken"]
    assert "1-1-01 達成度" in told.sheets[0].sentences[0]


def test_a_decision_that_differs_from_a_proposal_needs_its_reason_on_the_page(people, cycle, volume):
    rules = RuleSet.objects.create(key="teian", title="案", kind="proposal")
    rule = RuleSetVersion.objects.create(
        rule_set=rules,
        number=1,
        definition={},
        digest="0" * 64,
        in_force_from="2020-04-01",
        known_from="2020-04-01",
    )
    Cycle.objects.filter(pk=cycle.pk).update(proposals=rule)
    Proposal.objects.create(sheet=sheet_of(cycle, "1-1-01"), field="accomplishment", value="4", rule=rule)
    content = fill(volume, *CODES)
    told = upload(people.a, cycle, content, keep_draft=True)
    assert outcomes(told) == ["drafted", "taken"]
    first, second = told.sheets[0].sentences
    assert first.startswith("達成度")
    assert second
    assert sheet_of(cycle, "1-1-01").answer_set.draft["accomplishment"]


# --- astray -----------------------------------------------------------------------------------------
def test_another_years_workbook_is_told_from_this_years(people, cycle, plan, volume):
    later = opened_with_forms(plan, 2024)
    told = upload(people.a, later, fill(volume, *CODES))
    assert outcomes(told) == ["refused", "refused"]
    assert "2023年度の評価" in told.sheets[0].sentences[0]
    assert "2024年度の評価" in told.sheets[0].sentences[0]
    assert AnswerRevision.objects.count() == 0


def test_another_offices_workbook_is_refused_with_both_names(people, cycle, volume):
    told = upload(people.c, cycle, fill(volume, *CODES))
    assert outcomes(told) == ["refused", "refused"]
    assert all(name in told.sheets[0].sentences[0] for name in ("青葉課", "茶畑課"))
    assert told.sheets[0].sheet is None
    assert states(cycle) == ["filling", "filling"]


def test_a_sheet_that_moved_to_another_office_is_refused_there(people, cycle, offices, volume):
    Sheet.objects.filter(cycle=cycle, node__code="1-1-01").update(department=offices.c)
    told = upload(people.planner, cycle, fill(volume, *CODES))
    assert outcomes(told) == ["refused", "taken"]
    assert all(name in told.sheets[0].sentences[0] for name in ("青葉課", "茶畑課"))


def test_on_a_sheets_own_page_other_sheets_of_a_workbook_are_left(people, cycle, volume):
    sheet = sheet_of(cycle, "1-1-01")
    (told,) = take_in_workbooks(viewer=people.a, sheet_id=sheet.pk, files=[file(fill(volume, *CODES))])
    assert outcomes(told) == ["taken", "elsewhere"]
    assert states(cycle) == ["section", "filling"]


def test_a_workbook_of_an_older_version_of_the_form_is_refused(people, cycle, form, volume):
    newer = form_of("mihon", "hyoka-jigyo")
    newer["title"] = {**newer["title"], "ja": "新しい評価シート"}
    version = publish_version(viewer=system_viewer("demo"), form=form.form, definition=newer, note="改訂")
    AnswerSet.objects.filter(evaluation_sheet=sheet_of(cycle, "1-1-01")).update(form_version=version)
    told = upload(people.a, cycle, fill(volume, *CODES))
    assert outcomes(told) == ["refused", "taken"]
    assert "1" in told.sheets[0].sentences[0]


def test_a_changed_envelope_is_refused(people, cycle, volume):
    book = opened(fill(volume, *CODES))
    hidden = book["_jichi"]
    at = next(row for row in range(1, hidden.max_row) if hidden.cell(row, 1).value == "envelope")
    hidden.cell(at, 2).value = hidden.cell(at, 2).value[:-6] + "aaaaaa"
    told = upload(people.a, cycle, saved(book))
    assert outcomes(told) == ["refused", "taken"]
    assert told.sheets[0].sentences
    assert states(cycle) == ["filling", "section"]


def test_what_lies_with_the_section_already_is_refused_with_what_to_do(people, cycle, volume):
    sheet = sheet_of(cycle, "1-1-01")
    filling.hand_in(viewer=people.a, sheet_id=sheet.pk, raw=typed(), version=sheet.answer_set.version)
    told = upload(people.a, cycle, fill(volume, *CODES, aim="ほかの目的"))
    assert outcomes(told) == ["refused", "taken"]
    assert told.sheets[0].sentences == [refusal(Step.HAND_IN, "section")]


def test_a_colleagues_answer_in_between_is_not_overwritten_unless_wanted(people, cycle, volume):
    sheet = sheet_of(cycle, "1-1-01")
    filling.save_draft(
        viewer=people.colleague,
        sheet_id=sheet.pk,
        raw=typed(aim="同僚の目的"),
        version=sheet.answer_set.version,
    )
    content = fill(volume, *CODES)
    assert outcomes(upload(people.a, cycle, content)) == ["newer", "taken"]
    assert sheet_of(cycle, "1-1-01").answer_set.draft["aim"] == "同僚の目的"
    assert outcomes(upload(people.a, cycle, content, replaces=True)) == ["taken", "same"]


# --- no workbook of ours ----------------------------------------------------------------------------
def test_a_file_that_is_no_workbook_is_told_by_itself(people, cycle, volume):
    stray = openpyxl.Workbook()
    told = take_in_workbooks(
        viewer=people.a,
        cycle_id=cycle.pk,
        files=[file(b"a,b\n", "表.csv"), file(saved(stray), "別の表.xlsx"), file(fill(volume, *CODES))],
    )
    assert [bool(one.sentences) for one in told] == [True, True, False]
    assert [one.sheets == [] or one.sheets == () for one in told] == [True, True, False]
    assert outcomes(told[2]) == ["taken", "taken"]


def test_two_files_with_the_same_sheet_are_one_answer(people, cycle, volume):
    content = fill(volume, "1-1-01")
    told = take_in_workbooks(
        viewer=people.a,
        cycle_id=cycle.pk,
        files=[file(content, "一.xlsx"), file(fill(volume, "1-1-01", aim="二つ目"), "二.xlsx")],
    )
    assert [outcomes(one) for one in told] == [["taken", "untouched"], ["refused", "untouched"]]


def test_an_evaluation_that_is_not_open_takes_nothing(people, cycle, plan, volume):
    closed = prepared(plan, 2024)
    with pytest.raises(Invalid):
        take_in_workbooks(viewer=people.planner, cycle_id=closed.pk, files=[file(volume)])


@pytest.mark.parametrize("who", ["auditor", "reviewer"])
def test_others_take_nothing_in(people, cycle, volume, who):
    viewer = getattr(people, who)
    with pytest.raises(NotAllowed):
        upload(viewer, cycle, volume)
    with pytest.raises(NotAllowed):
        take_in_workbooks(viewer=viewer, sheet_id=sheet_of(cycle, "1-1-01").pk, files=[file(volume)], note="")


def test_every_outcome_is_one_of_those_declared():
    declared = {
        returning.TAKEN,
        returning.SAME,
        returning.REFUSED,
        returning.NEWER,
        returning.UNTOUCHED,
        returning.DRAFTED,
        returning.ELSEWHERE,
    }
    assert len(declared) == 7
