"""The way of a sheet: who fills, passes, accepts and sends back, and what is said where it may not be."""

from __future__ import annotations

import pytest

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.evaluation.enums import SheetState
from jichi.evaluation.models import Sheet
from jichi.evaluation.moves import MOVES, Step, refusal
from jichi.evaluation.queries.sheets import events_of, sheet_for, sheets_for
from jichi.evaluation.services import checking, delegating, filling

from .sample import accepted, brought_through, handed_in, opened, passed, raw, sheet_of


def versions(*sheets):
    return {sheet.pk: sheet.version for sheet in sheets}


# --- the whole way -----------------------------------------------------------------------------------
def test_a_sheet_goes_from_the_department_through_two_checks_to_acceptance(people, sheet, offices):
    there = handed_in(sheet, people.a)
    assert there.state == "section"
    there = passed(there, people.head_a)
    assert there.state == "bureau"
    there = passed(there, people.bureau)
    assert there.state == "planning"
    there = accepted(there, people.planner)
    assert (there.state, there.accepted_revision) == ("accepted", 1)
    told = [
        (one.kind, one.from_state, one.to_state, one.department) for one in events_of(people.auditor, there)
    ]
    assert told[::-1] == [
        ("opened", "filling", "filling", offices.planning),
        ("handed_in", "filling", "section", offices.a),
        ("passed", "section", "bureau", offices.a),
        ("passed", "bureau", "planning", offices.first),
        ("accepted", "planning", "accepted", offices.planning),
    ]


def test_with_one_check_the_section_passes_to_the_planning_section(people, plan):
    cycle = opened(plan, check_levels=1)
    there = passed(handed_in(sheet_of(cycle, "1-1-01"), people.a), people.head_a)
    assert there.state == "planning"


@pytest.mark.parametrize(("levels", "next_state"), [(1, "planning"), (2, "bureau")])
def test_what_a_sections_head_filled_in_is_checked_by_another(people, plan, levels, next_state):
    cycle = opened(plan, check_levels=levels)
    assert handed_in(sheet_of(cycle, "1-1-01"), people.head_a).state == next_state


# --- who may -----------------------------------------------------------------------------------------
def test_only_the_own_department_fills_a_sheet_in(people, sheet):
    for viewer in (people.b, people.bureau, people.planner, people.auditor, people.reviewer, people.stranger):
        with pytest.raises(NotAllowed):
            filling.save_draft(viewer=viewer, sheet_id=sheet.pk, raw=raw(), version=1)
        with pytest.raises(NotAllowed):
            filling.hand_in(viewer=viewer, sheet_id=sheet.pk, raw=raw(), version=1)


def test_the_planning_section_enters_a_workbook_and_another_officer_accepts(people, sheet):
    there = handed_in(sheet, people.planner, channel="workbook", filename="a.xlsx", content=b"x")
    there = passed(passed(there, people.head_a), people.bureau)
    (refused,) = checking.accept_sheets(viewer=people.planner, sheet_versions=versions(there))
    assert refused.result == "own"
    assert "別の" in refused.message or "Another planning officer" in refused.message
    assert accepted(there, people.other_planner).state == "accepted"


def test_who_handed_in_with_a_role_more_never_checks_her_own(people, sheet, offices):
    from jichi.city.models import Account, Grant
    from jichi.city.viewers import viewer_for

    there = handed_in(sheet, people.a)
    Grant.objects.create(
        person_id=people.a.person_id, role="section_head", department=offices.a, valid_from="2020-04-01"
    )
    promoted = viewer_for(Account.objects.get(pk=people.a.account_id))
    (refused,) = checking.pass_sheets(viewer=promoted, sheet_versions=versions(there))
    assert refused.result == "own"
    assert sheet_of(there.cycle, "1-1-01").state == "section"
    assert passed(there, people.head_a).state == "bureau"


def test_who_passed_it_below_does_not_pass_it_above(people, sheet, offices):
    from jichi.city.models import Account, Grant
    from jichi.city.viewers import viewer_for

    there = passed(handed_in(sheet, people.a), people.head_a)
    Grant.objects.create(
        person_id=people.head_a.person_id,
        role="bureau_head",
        department=offices.first,
        valid_from="2020-04-01",
    )
    both = viewer_for(Account.objects.get(pk=people.head_a.account_id))
    (refused,) = checking.pass_sheets(viewer=both, sheet_versions=versions(there))
    assert refused.result == "own"


def test_checkers_of_other_offices_see_nothing_and_the_wrong_role_may_not(people, sheet):
    there = handed_in(sheet, people.a)
    for viewer in (people.head_c, people.other_bureau, people.b):
        with pytest.raises(Sheet.DoesNotExist):
            checking.pass_sheets(viewer=viewer, sheet_versions=versions(there))
    for viewer in (people.a, people.auditor, people.planner):
        with pytest.raises(NotAllowed):
            checking.pass_sheets(viewer=viewer, sheet_versions=versions(there))
    with pytest.raises(NotAllowed):
        checking.accept_sheets(viewer=people.bureau, sheet_versions=versions(there))


def test_a_bulk_act_tells_of_each_sheet_what_became_of_it(people, cycle):
    first = handed_in(sheet_of(cycle, "1-1-01"), people.a)
    second = handed_in(sheet_of(cycle, "1-1-02"), people.b)
    third = sheet_of(cycle, "1-2-01")
    first = passed(first, people.head_a)
    told = checking.pass_sheets(viewer=people.bureau, sheet_versions=versions(first, second))
    by_code = {one.sheet.node.code: one for one in told}
    assert by_code["1-1-01"].result == "passed"
    assert by_code["1-1-02"].result == "not_here"
    told = checking.accept_sheets(
        viewer=people.planner, sheet_versions=versions(by_code["1-1-01"].sheet, second, third)
    )
    assert [one.result for one in sorted(told, key=lambda one: one.sheet.node.code)] == [
        "accepted",
        "not_here",
        "not_here",
    ]
    assert all(one.message for one in told if not one.is_done)
    assert AuditEntry.objects.filter(act="evaluation.sheet:accept").count() == 1


# --- two at once ---------------------------------------------------------------------------------------
def test_of_two_checkers_the_second_is_told_which_office_did_what(people, sheet):
    there = handed_in(sheet, people.a)
    passed(there, people.head_a)
    (second,) = checking.pass_sheets(viewer=people.other_head, sheet_versions=versions(there))
    assert second.result == "conflict"
    assert "青葉課" in second.message
    assert second.sheet.state == "bureau"


def test_a_sheet_that_moved_is_not_sent_back_by_an_old_page(people, sheet):
    there = handed_in(sheet, people.a)
    passed(there, people.head_a)
    with pytest.raises(Conflict) as caught:
        checking.send_back(viewer=people.head_a, sheet_id=there.pk, version=there.version, reason="直す")
    assert caught.value.current.state == "bureau"


def test_two_people_of_a_department_do_not_overwrite_each_other(people, sheet):
    version = sheet.answer_set.version
    filling.save_draft(
        viewer=people.a, sheet_id=sheet.pk, raw=raw(accomplishment_reason="甲"), version=version
    )
    with pytest.raises(Conflict) as caught:
        filling.save_draft(
            viewer=people.colleague, sheet_id=sheet.pk, raw=raw(accomplishment_reason="乙"), version=version
        )
    assert caught.value.current.pk == sheet.pk
    assert caught.value.current.answer_set.draft["accomplishment_reason"] == "甲"
    with pytest.raises(Conflict):
        filling.hand_in(
            viewer=people.colleague, sheet_id=sheet.pk, raw=raw(accomplishment_reason="乙"), version=version
        )
    assert sheet_of(sheet.cycle, "1-1-01").answer_set.draft["accomplishment_reason"] == "甲"


# --- drafts -------------------------------------------------------------------------------------------
def test_saving_the_same_again_writes_nothing(people, sheet):
    saved = filling.save_draft(
        viewer=people.a, sheet_id=sheet.pk, raw=raw(), version=sheet.answer_set.version
    )
    entries = AuditEntry.objects.count()
    again = filling.save_draft(
        viewer=people.a, sheet_id=sheet.pk, raw=raw(), version=saved.answer_set.version
    )
    assert again.answer_set.version == saved.answer_set.version
    assert AuditEntry.objects.count() == entries


def test_handing_in_twice_is_one_step_and_one_revision(people, sheet):
    version = sheet.answer_set.version
    first = filling.hand_in(viewer=people.a, sheet_id=sheet.pk, raw=raw(), version=version)
    again = filling.hand_in(viewer=people.a, sheet_id=sheet.pk, raw=raw(), version=version)
    assert first.pk == again.pk
    assert sheet.events.filter(kind="handed_in").count() == 1
    with pytest.raises(Invalid, match=r".+"):
        filling.hand_in(viewer=people.a, sheet_id=sheet.pk, raw=raw(accomplishment="1"), version=version + 1)


def test_an_incomplete_sheet_is_told_at_its_answer_and_stays(people, sheet):
    with pytest.raises(Invalid) as caught:
        filling.hand_in(viewer=people.a, sheet_id=sheet.pk, raw={}, version=sheet.answer_set.version)
    assert "accomplishment" in caught.value.messages
    assert sheet_of(sheet.cycle, "1-1-01").state == "filling"


# --- sending back -------------------------------------------------------------------------------------
def test_sending_back_needs_a_reason_and_counts(people, sheet):
    there = handed_in(sheet, people.a)
    with pytest.raises(Invalid) as caught:
        checking.send_back(viewer=people.head_a, sheet_id=there.pk, version=there.version, reason="  ")
    assert "reason" in caught.value.messages
    there = checking.send_back(
        viewer=people.head_a, sheet_id=there.pk, version=there.version, reason="数が合いません"
    )
    assert (there.state, there.times_returned) == ("filling", 1)
    last = events_of(people.a, there)[0]
    assert (last.kind, last.text, last.revision) == ("sent_back", "数が合いません", 1)
    again = handed_in(there, people.a)
    assert again.state == "section"
    assert sheet_of(sheet.cycle, "1-1-01").answer_set.revision == 1


def test_the_planning_section_sends_back_one_step_or_to_the_department(people, cycle):
    there = passed(passed(handed_in(sheet_of(cycle, "1-1-01"), people.a), people.head_a), people.bureau)
    there = checking.send_back(
        viewer=people.planner, sheet_id=there.pk, version=there.version, reason="局で確認を", to="bureau"
    )
    assert there.state == "bureau"
    with pytest.raises(Invalid) as caught:
        checking.send_back(viewer=people.planner, sheet_id=there.pk, version=there.version, reason="待って")
    assert "局" in str(caught.value) or "bureau" in str(caught.value)
    there = accepted(passed(sheet_of(cycle, "1-1-01"), people.bureau), people.planner)
    there = checking.send_back(
        viewer=people.planner, sheet_id=there.pk, version=there.version, reason="委員会の指摘", to="filling"
    )
    assert (there.state, there.accepted_at, there.accepted_revision) == ("filling", None, None)


def test_nothing_is_sent_back_to_a_head_who_filled_it_in(people, sheet):
    there = handed_in(sheet, people.head_a)
    with pytest.raises(Invalid) as caught:
        checking.send_back(
            viewer=people.bureau, sheet_id=there.pk, version=there.version, reason="直す", to="section"
        )
    assert "to" in caught.value.messages


def test_a_department_cannot_send_back_what_lies_elsewhere(people, sheet):
    there = passed(handed_in(sheet, people.a), people.head_a)
    with pytest.raises(Invalid):
        checking.send_back(viewer=people.head_a, sheet_id=there.pk, version=there.version, reason="戻す")
    with pytest.raises(NotAllowed):
        checking.send_back(viewer=people.a, sheet_id=there.pk, version=there.version, reason="戻す")


# --- taking out, giving to others ---------------------------------------------------------------------
def test_a_sheet_is_taken_out_with_a_reason_and_in_again(people, sheet):
    with pytest.raises(NotAllowed):
        checking.withdraw_sheet(viewer=people.a, sheet_id=sheet.pk, version=sheet.version, reason="廃止")
    with pytest.raises(Invalid):
        checking.withdraw_sheet(viewer=people.planner, sheet_id=sheet.pk, version=sheet.version, reason="")
    there = checking.withdraw_sheet(
        viewer=people.planner, sheet_id=sheet.pk, version=sheet.version, reason="事業廃止のため"
    )
    assert there.reason == "事業廃止のため"
    with pytest.raises(Invalid):
        filling.save_draft(viewer=people.a, sheet_id=sheet.pk, raw=raw(), version=1)
    back = checking.restore_sheet(viewer=people.planner, sheet_id=sheet.pk, version=there.version)
    assert (back.state, back.reason) == ("filling", "")


def test_an_office_hands_a_sheet_to_another_with_a_word_and_sees_it_no_more(people, sheet, offices):
    with pytest.raises(Invalid) as caught:
        delegating.assign(viewer=people.a, sheet_ids=[sheet.pk], department_id=offices.c.pk)
    assert "note" in caught.value.messages
    delegating.assign(viewer=people.a, sheet_ids=[sheet.pk], department_id=offices.c.pk, note="所管替え")
    assert sheet_for(people.c, sheet.pk).department == offices.c
    with pytest.raises(Sheet.DoesNotExist):
        sheet_for(people.a, sheet.pk)


def test_a_sheet_is_given_to_one_person_of_the_department_only(people, sheet):
    delegating.assign(viewer=people.a, sheet_ids=[sheet.pk], person_id=people.colleague.person_id)
    assert sheet_of(sheet.cycle, "1-1-01").assigned_to_id == people.colleague.person_id
    with pytest.raises(Invalid) as caught:
        delegating.assign(viewer=people.a, sheet_ids=[sheet.pk], person_id=people.c.person_id)
    assert "person" in caught.value.messages
    with pytest.raises(NotAllowed):
        delegating.assign(viewer=people.c, sheet_ids=[sheet.pk], person_id=people.c.person_id)


def test_a_published_cycle_takes_no_act_on_its_sheets(people, cycle, sheet):
    from jichi.evaluation.services import publishing

    brought_through(cycle)
    publishing.publish_cycle(viewer=people.planner, cycle_id=cycle.pk, version=cycle.version)
    there = sheet_of(cycle, "1-1-01")
    for act in (
        lambda: filling.save_draft(viewer=people.a, sheet_id=there.pk, raw=raw(), version=1),
        lambda: checking.send_back(
            viewer=people.planner, sheet_id=there.pk, version=there.version, reason="x"
        ),
        lambda: checking.withdraw_sheet(
            viewer=people.planner, sheet_id=there.pk, version=there.version, reason="x"
        ),
        lambda: delegating.assign(viewer=people.planner, sheet_ids=[there.pk]),
    ):
        with pytest.raises(Invalid):
            act()


# --- the table ------------------------------------------------------------------------------------------
def test_every_act_in_every_state_is_possible_or_refused_with_a_sentence():
    for step in Step:
        for state in SheetState:
            said = refusal(step, state)
            assert bool(said) != (state in MOVES[step])


def test_nobody_outside_sees_a_sheet(people, cycle):
    assert sheets_for(people.planner).count() == sheets_for(people.auditor).count() == 3
    assert [one.node.code for one in sheets_for(people.a)] == ["1-1-01"]
    assert [one.node.code for one in sheets_for(people.bureau)] == ["1-1-01", "1-1-02"]
    for viewer in (people.reviewer, people.council, people.stranger):
        assert not sheets_for(viewer).exists()
