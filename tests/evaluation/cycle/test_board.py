"""The board, the lists and the duties: right for each, at the same number of queries for 1 sheet and for 30."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jichi.evaluation import duties
from jichi.evaluation.models import Cycle
from jichi.evaluation.queries.board import board_of
from jichi.evaluation.queries.cycles import cycles_for
from jichi.evaluation.queries.lists import to_accept_for, to_check_for, to_fill_for, work_of
from jichi.evaluation.services import checking, comments, publishing
from jichi.plan.models import Node

from .sample import brought_through, handed_in, opened, passed, sheet_of


def test_the_board_counts_by_bureau_and_department(people, cycle, offices):
    there = passed(handed_in(sheet_of(cycle, "1-1-01"), people.a), people.head_a)
    checking.send_back(
        viewer=people.bureau, sheet_id=there.pk, version=there.version, reason="根拠を", to="section"
    )
    brought_through(cycle, "1-2-01")
    comments.remark(viewer=people.planner, sheet_id=there.pk, text="確認")
    board = board_of(people.planner, cycle.pk)
    assert board.tally.states == {"section": 1, "filling": 1, "accepted": 1}
    assert (board.tally.whole, board.tally.handed_in, board.tally.accepted, board.tally.returned) == (
        3,
        2,
        1,
        1,
    )
    assert [one.bureau for one in board.bureaus] == [offices.first, offices.second]
    first = board.bureaus[0]
    assert [(one.department, one.tally.whole) for one in first.offices] == [(offices.a, 1), (offices.b, 1)]
    (line,) = board_of(people.planner, cycle.pk, only="returned").lines
    assert (line.sheet.node.code, line.remarks, line.last_kind) == ("1-1-01", 1, "sent_back")
    assert [one.sheet.node.code for one in board_of(people.planner, cycle.pk, text="文化").lines] == [
        "1-2-01"
    ]
    assert len(board_of(people.planner, cycle.pk, department_id=offices.b.pk).lines) == 1
    assert board_of(people.auditor, cycle.pk).tally.whole == 3
    for viewer in (people.a, people.bureau, people.reviewer, people.council, people.stranger):
        with pytest.raises(Cycle.DoesNotExist):
            board_of(viewer, cycle.pk)


def test_each_waits_for_whom_it_waits(people, cycle):
    first = handed_in(sheet_of(cycle, "1-1-01"), people.a)
    assert [one.node.code for one in to_check_for(people.head_a)] == ["1-1-01"]
    assert not to_check_for(people.bureau).exists()
    passed(passed(first, people.head_a), people.bureau)
    assert [one.node.code for one in to_accept_for(people.planner)] == ["1-1-01"]
    assert [one.node.code for one in to_fill_for(people.b)] == ["1-1-02"]
    assert not to_fill_for(people.planner).exists()
    assert [one.why for one in work_of(people.planner)] == ["accept"]


def test_ones_own_work_does_not_wait_for_ones_own_check(people, cycle):
    there = handed_in(sheet_of(cycle, "1-1-01"), people.planner, channel="paper")
    passed(passed(there, people.head_a), people.bureau)
    assert work_of(people.planner) == []
    assert len(work_of(people.other_planner)) == 1


def test_duties_name_the_sheet_its_day_and_why(people, cycle, monkeypatch):
    monkeypatch.setattr(duties, "reverse", lambda name, args: f"/{name}/{args[0]}/")
    there = handed_in(sheet_of(cycle, "1-1-01"), people.a)
    (one,) = duties.to_check(people.head_a)
    assert (one.title, one.due) == ("1-1-01 町内会支援事業", "2099-05-20")
    checking.send_back(viewer=people.head_a, sheet_id=there.pk, version=there.version, reason="直す")
    (one,) = duties.to_fill(people.a)
    assert "·" in one.detail
    comments.remark(viewer=people.head_a, sheet_id=there.pk, text="根拠を")
    assert len(list(duties.to_answer(people.a))) == 1
    for duty in (duties.to_fill, duties.to_check, duties.to_accept, duties.to_answer):
        assert list(duty(people.stranger)) == list(duty(people.reviewer)) == []


def many(plan, offices, count):
    template = Node.objects.get(plan=plan, code="1-1-02")
    for number in range(10, 10 + count):
        Node.objects.create(
            plan=plan,
            level=template.level,
            parent=template.parent,
            code=f"1-1-{number}",
            order=number,
            name=f"事業{number}",
            department=[offices.a, offices.b, offices.c][number % 3],
        )


def counted(acts):
    found = []
    for act in acts:
        with CaptureQueriesContext(connection) as caught:
            act()
        found.append(len(caught))
    return found


def test_lists_and_boards_take_the_same_queries_for_few_and_for_many(people, plan, offices):
    few = opened(plan, 2022)
    many(plan, offices, 27)
    lots = opened(plan, 2023)
    for cycle in (few, lots):
        handed_in(sheet_of(cycle, "1-1-01"))
        passed(passed(handed_in(sheet_of(cycle, "1-2-01"))))
    assert lots.sheets.count() == 30

    def acts(cycle):
        return [
            lambda: board_of(people.planner, cycle.pk),
            lambda: work_of(people.b, cycle=cycle),
            lambda: work_of(people.head_a, cycle=cycle),
            lambda: work_of(people.planner, cycle=cycle),
            lambda: [one.whole for one in cycles_for(people.planner).filter(pk=cycle.pk)],
        ]

    assert counted(acts(few)) == counted(acts(lots))
    assert max(counted(acts(lots))) <= 10


def test_drafts_and_publication_take_the_same_queries_for_few_and_for_many(people, plan, offices):
    few = opened(plan, 2022)
    many(plan, offices, 4)
    lots = opened(plan, 2023)
    for cycle in (few, lots):
        brought_through(cycle)
    drafts = [
        counted([lambda cycle=cycle: publishing.make_drafts(viewer=people.planner, cycle_id=cycle.pk)])
        for cycle in (few, lots)
    ]
    assert drafts[0] == drafts[1]
    published = [
        counted(
            [
                lambda cycle=cycle: publishing.publish_cycle(
                    viewer=people.planner,
                    cycle_id=cycle.pk,
                    version=Cycle.objects.get(pk=cycle.pk).version,
                    public_from=timezone.now(),
                )
            ]
        )
        for cycle in (few, lots)
    ]
    assert published[0] == published[1]
