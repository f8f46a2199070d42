"""Workbooks go out, are filled in by hand and come back: each whole, or refused with what is to be mended."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from jichi.city.errors import NotAllowed
from jichi.city.viewers import system_viewer
from jichi.figures.inquiries.services import File, take_in_workbooks, take_workbook, take_workbooks
from jichi.sheets.models import AnswerRevision
from jichi.sheets.services import publish_version

from .sample import WOMEN, answer, form, request_of, sent, series

pytestmark = pytest.mark.django_db


def filled(content: bytes, **answers) -> bytes:
    """A workbook with answers typed beside their labels, as a person would."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    left = dict(answers)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value in left and not cell.protection.hidden:
                    target = next(
                        (one for one in sheet[cell.row][cell.column :] if not one.protection.locked), None
                    )
                    if target is not None:
                        target.value = left.pop(cell.value)
    assert not left, f"no place for {left}"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


LABELS = {"members": "委員総数", "women": "うち女性"}


def returned(request, viewer, name: str = "回答.xlsx", **answers) -> File:
    made = take_workbook(viewer=viewer, request_id=request.pk)
    return File(
        name=name,
        content=filled(made.content, **{LABELS.get(key, key): value for key, value in answers.items()}),
    )


def with_file(request):
    """The request with a second return that came in a workbook."""
    viewer = system_viewer("demo")
    request.refresh_from_db()
    if request.answer_set.revision < 2:
        file = returned(request, viewer, members=11, women=5)
        take_in_workbooks(viewer=viewer, request_id=request.pk, files=[file], replaces=True)
    return request


@pytest.fixture
def inquiry(offices):
    return sent(series(department=offices.planning), [offices.a, offices.b, offices.c])


def test_a_workbook_is_the_same_answer_as_the_page(inquiry, offices, people):
    request = request_of(inquiry, offices.a)
    file = returned(request, people.a, members=30, women="１２")
    [done] = take_in_workbooks(viewer=people.a, request_id=request.pk, files=[file])
    assert (done.outcome, done.revision) == ("taken", 1), done
    request.refresh_from_db()
    revision = AnswerRevision.objects.get(answer_set=request.answer_set)
    assert request.state == "answered"
    assert revision.values == {"members": "30", "women": "12", "share": "40"}
    assert revision.channel == "workbook" and bytes(revision.content) == file.content
    kinds = list(request.events.values_list("kind", flat=True))
    assert kinds == ["sent", "workbook_taken", "answered"]


def test_all_workbooks_go_out_in_one_archive_and_come_back_in_one(inquiry, offices, people):
    packed = take_workbooks(viewer=people.planner, inquiry_id=inquiry.pk)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert len(files) == 3 and all("課" in name for name in files)
    back = io.BytesIO()
    with zipfile.ZipFile(back, "w") as archive:
        for number, (name, content) in enumerate(files.items()):
            archive.writestr(name, filled(content, 委員総数=10 + number, うち女性=5))
        archive.writestr("メモ.txt", "よろしくお願いします")
    done = take_in_workbooks(
        viewer=people.planner,
        inquiry_id=inquiry.pk,
        files=[File(name="回答.zip", content=back.getvalue())],
    )
    assert sorted(one.outcome for one in done) == ["refused", "taken", "taken", "taken"]
    assert all(one.sentences for one in done if one.outcome == "refused")
    assert inquiry.requests.filter(state="answered").count() == 3


def test_the_same_return_twice_is_one_revision(inquiry, offices, people):
    request = request_of(inquiry, offices.a)
    file = returned(request, people.a, members=30, women=12)
    first, second = take_in_workbooks(viewer=people.a, request_id=request.pk, files=[file, file])
    assert (first.outcome, second.outcome, second.revision) == ("taken", "same", 1)
    [third] = take_in_workbooks(viewer=people.planner, inquiry_id=inquiry.pk, files=[file])
    assert third.outcome == "same"
    assert AnswerRevision.objects.count() == 1


def test_another_departments_workbook_is_refused_with_both_names(inquiry, offices, people):
    file = returned(request_of(inquiry, offices.b), people.b, members=30, women=12)
    [done] = take_in_workbooks(viewer=people.a, request_id=request_of(inquiry, offices.a).pk, files=[file])
    assert done.outcome == "refused" and "紅花課" in done.sentences[0] and "青葉課" in done.sentences[0]
    assert not AnswerRevision.objects.exists()


def test_last_years_workbook_is_refused(offices, people):
    row = series()
    last = sent(row, [offices.a], 2024)
    old = returned(request_of(last, offices.a), people.a, members=30, women=12)
    publish_version(
        viewer=people.planner,
        form=form("women", WOMEN).form,
        definition={**WOMEN, "title": {"ja": "審議会等の委員数の調査（改）"}},
        note="題名",
    )
    now = sent(row, [offices.a], 2025)
    [done] = take_in_workbooks(viewer=people.a, request_id=request_of(now, offices.a).pk, files=[old])
    assert done.outcome == "refused" and done.sentences
    [asked] = take_in_workbooks(viewer=people.planner, inquiry_id=now.pk, files=[old])
    assert asked.outcome == "refused" and asked.sentences
    assert not AnswerRevision.objects.exists()


def test_wrong_answers_name_sheet_and_cell_and_nothing_is_half_taken(inquiry, offices, people):
    request = request_of(inquiry, offices.a)
    file = returned(request, people.a, members=10, women=12)
    [done] = take_in_workbooks(viewer=people.a, request_id=request.pk, files=[file])
    assert done.outcome == "refused"
    assert any("委員の数" in text and "超えています" in text for text in done.sentences), done.sentences
    word = returned(request, people.a, members="三十くらい", women=12)
    [done] = take_in_workbooks(viewer=people.a, request_id=request.pk, files=[word])
    assert done.outcome == "refused"
    assert not AnswerRevision.objects.exists()
    request.refresh_from_db()
    assert request.state == "waiting"


def test_a_workbook_given_out_before_a_colleagues_answer_waits_for_a_word(
    inquiry, offices, people, viewer_as
):
    from jichi.manifest import Role

    request = request_of(inquiry, offices.a)
    colleague = viewer_as(Role.OFFICER, offices.a)
    file = returned(request, people.a, members=30, women=12)
    answer(request, colleague, members=31, women=12)
    [done] = take_in_workbooks(viewer=people.a, request_id=request.pk, files=[file])
    assert done.outcome == "newer"
    [done] = take_in_workbooks(viewer=people.a, request_id=request.pk, files=[file], replaces=True)
    assert (done.outcome, done.revision) == ("taken", 2)


def test_what_is_no_workbook_is_told_file_by_file(inquiry, offices, people):
    request = request_of(inquiry, offices.a)
    good = returned(request, people.a, members=30, women=12)
    files = [
        File(name="空.xlsx", content=b""),
        File(name="表.csv", content="委員,30".encode()),
        File(name="壊.xlsx", content=good.content[:2000]),
        good,
    ]
    done = take_in_workbooks(viewer=people.a, request_id=request.pk, files=files)
    assert [one.outcome for one in done] == ["refused", "refused", "refused", "taken"]


def test_only_who_answers_or_asks_takes_workbooks(inquiry, offices, people):
    request = request_of(inquiry, offices.a)
    for stranger in (people.b, people.head_c, people.auditor, people.stranger):
        with pytest.raises(NotAllowed):
            take_workbook(viewer=stranger, request_id=request.pk)
        with pytest.raises(NotAllowed):
            take_in_workbooks(viewer=stranger, request_id=request.pk, files=[])
        with pytest.raises(NotAllowed):
            take_in_workbooks(viewer=stranger, inquiry_id=inquiry.pk, files=[])


def test_last_years_answer_stands_beside_each_cell(offices, people):
    row = series()
    answer(request_of(sent(row, [offices.a], 2024), offices.a), members=77, women=33)
    now = sent(row, [offices.a], 2025)
    made = take_workbook(viewer=people.a, request_id=request_of(now, offices.a).pk)
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    shown = {cell.value for sheet in book.worksheets for line in sheet.iter_rows() for cell in line}
    assert {77, 33} <= shown
