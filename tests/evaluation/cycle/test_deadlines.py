"""Deadlines end at midnight in the city's time; what is late is taken, and says so."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest

from jichi.city.errors import Invalid, NotAllowed
from jichi.evaluation.deadlines import days_left, due_of, is_late, is_past, was_late
from jichi.evaluation.queries.board import board_of
from jichi.evaluation.queries.lists import work_of
from jichi.evaluation.services import checking, comments, delegating, filling

from .sample import handed_in, opened, raw, sheet_of

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = datetime.date(2024, 5, 10)
PAST = {
    "due_department": DAY,
    "due_section": datetime.date(2024, 5, 20),
    "due_bureau": datetime.date(2024, 5, 30),
    "due_planning": datetime.date(2024, 6, 10),
}


def tokyo(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=TOKYO)


@pytest.fixture
def due(plan):
    return opened(plan, **PAST)


def test_a_day_ends_at_its_midnight_in_tokyo():
    assert not is_past(DAY, tokyo(2024, 5, 10, 23, 59, 59))
    assert is_past(DAY, tokyo(2024, 5, 11))
    # 15:00 of the day in UTC is midnight in Tokyo.
    assert is_past(DAY, datetime.datetime(2024, 5, 10, 15, tzinfo=datetime.UTC))
    assert not is_past(DAY, datetime.datetime(2024, 5, 10, 14, 59, tzinfo=datetime.UTC))
    assert days_left(DAY, tokyo(2024, 5, 10, 23, 59)) == 0
    assert days_left(DAY, tokyo(2024, 5, 11)) == -1


def test_a_sheet_open_at_midnight_is_saved_and_taken_and_marked_late(people, due):
    sheet = sheet_of(due, "1-1-01")
    saved = filling.save_draft(
        viewer=people.a,
        sheet_id=sheet.pk,
        raw=raw(accomplishment_reason="23時59分から書いている"),
        version=sheet.answer_set.version,
    )
    filling.hand_in(
        viewer=people.a,
        sheet_id=sheet.pk,
        raw=raw(accomplishment_reason="0時1分に出す"),
        version=saved.answer_set.version,
        at=tokyo(2024, 5, 11, 0, 1),
    )
    there = sheet_of(due, "1-1-01")
    assert there.state == "section"
    assert was_late(there)
    assert "2024" in there.events.get(kind="handed_in").text


def test_in_time_says_nothing(people, due):
    there = handed_in(sheet_of(due, "1-1-01"), people.a, at=tokyo(2024, 5, 10, 23, 59))
    assert there.events.get(kind="handed_in").text == ""
    assert not was_late(there)


def test_the_board_and_the_list_of_work_show_the_late_first(people, due):
    now = tokyo(2024, 5, 11, 9)
    handed_in(sheet_of(due, "1-1-01"), people.a, at=tokyo(2024, 5, 9))
    board = board_of(people.planner, due.pk, now=now)
    assert (board.tally.late, board.tally.handed_in) == (2, 1)
    late = board_of(people.planner, due.pk, only="late", now=now)
    assert [one.sheet.node.code for one in late.lines] == ["1-1-02", "1-2-01"]
    (one,) = work_of(people.b, now=now)
    assert (one.why, one.is_late, one.days) == ("fill", True, -1)


def test_more_time_needs_a_reason_and_moves_the_later_deadlines_along(people, due):
    sheet = sheet_of(due, "1-1-01")
    at = tokyo(2024, 5, 9)
    new = datetime.date(2024, 5, 25)
    with pytest.raises(NotAllowed):
        checking.extend(viewer=people.a, sheet_ids=[sheet.pk], due_on=new, reason="災害対応", at=at)
    for reason, day, field in (
        ("", new, "reason"),
        ("災害対応", datetime.date(2024, 5, 1), "due_on"),
        ("災害対応", DAY, "due_on"),
    ):
        with pytest.raises(Invalid) as caught:
            checking.extend(viewer=people.planner, sheet_ids=[sheet.pk], due_on=day, reason=reason, at=at)
        assert field in caught.value.messages
    checking.extend(viewer=people.planner, sheet_ids=[sheet.pk], due_on=new, reason="災害対応", at=at)
    there = sheet_of(due, "1-1-01")
    assert due_of(there) == new
    assert due_of(there, "section") == new
    assert due_of(there, "bureau") == PAST["due_bureau"]
    assert not is_late(there, tokyo(2024, 5, 25, 23))
    assert "災害対応" in there.events.get(kind="extended").text


def test_more_time_is_given_to_all_or_to_none(people, due):
    first, second = sheet_of(due, "1-1-01"), handed_in(sheet_of(due, "1-1-02"), at=tokyo(2024, 5, 8))
    new = datetime.date(2024, 5, 25)
    with pytest.raises(Invalid) as caught:
        checking.extend(
            viewer=people.planner,
            sheet_ids=[first.pk, second.pk],
            due_on=new,
            reason="災害対応",
            at=tokyo(2024, 5, 9),
        )
    assert list(caught.value.messages) == [str(second.pk)]
    assert sheet_of(due, "1-1-01").due_on is None


def test_a_reminder_is_kept_once_a_day_and_shown(people, due):
    told = checking.remind(viewer=people.planner, cycle_id=due.pk, at=tokyo(2024, 5, 8, 9))
    assert len(told) == 3
    assert checking.remind(viewer=people.planner, cycle_id=due.pk, at=tokyo(2024, 5, 8, 17)) == []
    assert len(checking.remind(viewer=people.planner, cycle_id=due.pk, at=tokyo(2024, 5, 9, 9))) == 3
    with pytest.raises(NotAllowed):
        checking.remind(viewer=people.a, cycle_id=due.pk)


def test_the_list_of_work_is_each_persons_own(people, due):
    sheet = sheet_of(due, "1-1-01")
    delegating.assign(viewer=people.a, sheet_ids=[sheet.pk], person_id=people.a.person_id)
    assert [one.is_mine for one in work_of(people.a)] == [True]
    assert work_of(people.colleague) == []
    there = handed_in(sheet, people.a)
    assert [one.why for one in work_of(people.head_a)] == ["check"]
    checking.send_back(viewer=people.head_a, sheet_id=there.pk, version=there.version, reason="数字を直す")
    (one,) = work_of(people.a)
    assert (one.why, one.said) == ("returned", "数字を直す")
    assert work_of(people.c)[0].sheet.node.code == "1-2-01"
    assert work_of(people.stranger) == work_of(people.reviewer) == work_of(people.auditor) == []


def test_remarks_stand_at_an_answer_with_their_side_and_are_settled(people, due):
    from jichi.evaluation.queries.lists import with_remarks_for
    from jichi.evaluation.queries.sheets import comments_by_place, comments_of

    sheet = handed_in(sheet_of(due, "1-1-01"), people.a)
    one = comments.remark(
        viewer=people.head_a, sheet_id=sheet.pk, text="根拠を書いてください", place="accomplishment"
    )
    assert one.side == "section"
    assert comments.remark(viewer=people.planner, sheet_id=sheet.pk, text="確認").side == "planning"
    assert comments.remark(viewer=people.a, sheet_id=sheet.pk, text="追記します").side == "department"
    assert list(comments_by_place(people.a, sheet)) == ["accomplishment", ""]
    assert [count for _sheet, count in with_remarks_for(people.a)] == [2]
    comments.settle(viewer=people.a, comment_id=one.pk)
    comments.settle(viewer=people.a, comment_id=one.pk)
    assert [count for _sheet, count in with_remarks_for(people.a)] == [1]
    assert len(comments_of(people.a, sheet, open_only=True)) == 2
    for viewer in (people.c, people.reviewer, people.stranger, people.auditor):
        with pytest.raises(NotAllowed):
            comments.remark(viewer=viewer, sheet_id=sheet.pk, text="x")
    with pytest.raises(Invalid):
        comments.remark(viewer=people.a, sheet_id=sheet.pk, text="x", place="nowhere")
    with pytest.raises(Invalid):
        comments.remark(viewer=people.a, sheet_id=sheet.pk, text="  ")
    with pytest.raises(NotAllowed):
        comments.remark(viewer=people.a, sheet_id=sheet.pk, text="x", side="planning")
    assert comments_of(people.c, sheet) == comments_of(people.reviewer, sheet) == []
