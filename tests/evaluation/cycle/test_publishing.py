"""Drafts for the committee, publication with its refusals, embargo, and corrections in the open."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from jichi.city.access import ANONYMOUS
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.pack import Pack, read_json
from jichi.city.viewers import system_viewer
from jichi.evaluation.content import digest_of_content
from jichi.evaluation.models import Cycle, Proposal, RuleSetVersion, SheetEdition
from jichi.evaluation.queries.cycles import cycles_for
from jichi.evaluation.queries.sheets import (
    comments_of,
    corrections_for,
    drafts_for,
    edition_before,
    editions_for,
    newest_editions_for,
    proposals_of,
    sheets_for,
)
from jichi.evaluation.services import checking, comments, correcting, cycles, filling, proposing, publishing
from jichi.evaluation.services.grading import grade_cycle
from jichi.evaluation.services.rules import load_rules

from .sample import brought_through, handed_in, opened, raw, sheet_of


def fresh(cycle: Cycle) -> Cycle:
    return Cycle.objects.get(pk=cycle.pk)


def published(cycle: Cycle, viewer, **more) -> Cycle:
    return publishing.publish_cycle(viewer=viewer, cycle_id=cycle.pk, version=fresh(cycle).version, **more)


def rules(change=None):
    """The city's rule as its pack brings it, with one more version where ``change`` makes it."""
    pack = Pack.open("kawasaki")
    data = read_json(pack.root / "rules" / "kawasaki.json")
    if change is not None:
        data = {**data, "versions": [*data["versions"], change(data["versions"][-1])]}
    load_rules(viewer=system_viewer("pack-loader"), pack=pack, data=data)
    return list(RuleSetVersion.objects.filter(rule_set__key=data["key"]).order_by("number"))


# --- refusals -----------------------------------------------------------------------------------------
def test_publication_names_the_sheets_that_are_not_accepted(people, cycle):
    brought_through(cycle, "1-1-01")
    with pytest.raises(Invalid) as caught:
        published(cycle, people.planner)
    assert "1-1-02" in str(caught.value)
    assert "1-1-01" not in str(caught.value)
    for code in ("1-1-02", "1-2-01"):
        there = sheet_of(cycle, code)
        checking.withdraw_sheet(
            viewer=people.planner, sheet_id=there.pk, version=there.version, reason="事業廃止"
        )
    row = published(cycle, people.planner)
    assert row.state == "published"
    assert SheetEdition.objects.filter(kind="published").count() == 1


def test_only_the_planning_section_publishes_and_only_what_it_looked_at(people, cycle):
    brought_through(cycle)
    for viewer in (people.a, people.bureau, people.auditor, people.reviewer, people.stranger):
        with pytest.raises(NotAllowed):
            published(cycle, viewer)
    with pytest.raises(Conflict):
        publishing.publish_cycle(viewer=people.planner, cycle_id=cycle.pk, version=1)
    published(cycle, people.planner)
    with pytest.raises(Invalid):
        published(cycle, people.planner)


def test_indicators_are_graded_first_and_under_the_rule_that_holds(people, plan):
    (rule,) = rules()
    cycle = opened(plan, 2025, "final", rule_id=rule.pk)
    brought_through(cycle)
    with pytest.raises(Invalid) as caught:
        published(cycle, people.planner)
    assert "町内会加入率" in str(caught.value)
    grade_cycle(viewer=people.planner, cycle_id=cycle.pk)
    assert publishing.missing_for_publication(people.planner, fresh(cycle)) == []

    def newer(version):
        return {**version, "note": {"ja": "文言を確認した"}, "confirmed": not version.get("confirmed", False)}

    versions = rules(newer)
    assert len(versions) == 2
    with pytest.raises(Invalid) as caught:
        published(cycle, people.planner)
    assert "2" in str(caught.value), "the version that took its place is named"
    grade_cycle(viewer=people.planner, cycle_id=cycle.pk, reason="基準の確定のため")
    row = published(cycle, people.planner)
    content = SheetEdition.objects.get(sheet=sheet_of(row, "1-1")).content
    (grade,) = content["grades"]
    assert (grade["indicator_key"], grade["rule"]["number"]) == ("kanyu", 2)
    assert grade["grade"] or grade["cause"]


def test_another_rule_leaves_the_grades_behind(people, plan):
    (rule,) = rules()
    cycle = opened(plan, 2025, "final", rule_id=rule.pk)
    brought_through(cycle)
    grade_cycle(viewer=people.planner, cycle_id=cycle.pk)
    pack = Pack.open("mihon")
    data = read_json(pack.root / "rules" / "mihon.json")
    load_rules(viewer=system_viewer("pack-loader"), pack=pack, data=data)
    other = RuleSetVersion.objects.filter(rule_set__key=data["key"]).order_by("-number").first()
    assert other is not None
    cycles.edit_cycle(
        viewer=people.planner, cycle_id=cycle.pk, version=fresh(cycle).version, rule_id=other.pk
    )
    with pytest.raises(Invalid):
        published(cycle, people.planner)


# --- what is published ----------------------------------------------------------------------------------
def test_an_edition_holds_everything_and_its_digest(people, cycle, sheet):
    brought_through(cycle)
    published(cycle, people.planner, public_from=timezone.now())
    row = SheetEdition.objects.get(sheet=sheet)
    assert row.digest == digest_of_content(row.content)
    content = row.content
    assert content["format"] == "jichi-sheet/1"
    assert content["cycle"] == {"title": cycle.title, "fiscal_year": 2023, "kind": "yearly", "key": "mihon-1"}
    assert content["node"]["path"] == [
        {"level": "政策", "code": "1", "name": "みんなで支えるまち"},
        {"level": "施策", "code": "1-1", "name": "町内会を支える"},
    ]
    assert content["node"]["department"] == "青葉課"
    assert content["values"] == {"accomplishment": "3"}
    assert content["numbers"] == [
        {
            "name": "相談件数",
            "unit": "件",
            "comparator": "ge",
            "decimals": 0,
            "target": "150",
            "actual": None,
            "note": "",
        }
    ]
    assert content["finance"] == content["projects"] == []


@pytest.mark.parametrize("kind", ["yearly", "final"])
def test_contents_take_as_many_queries_for_one_sheet_as_for_all(plan, kind):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from jichi.evaluation.content import content_of_sheets

    cycle = opened(plan, 2023, kind)
    brought_through(cycle)
    sheets = list(cycle.sheets.all())
    counts = []
    for listed in (sheets[:1], sheets):
        with CaptureQueriesContext(connection) as caught:
            assert len(content_of_sheets(cycle, listed, timezone.now())) == len(listed)
        counts.append(len(caught))
    assert counts[0] == counts[1]


# --- stages ---------------------------------------------------------------------------------------------
def test_the_committee_reads_the_drafts_and_nothing_else(people, cycle):
    brought_through(cycle, "1-1-01")
    sheet = handed_in(sheet_of(cycle, "1-1-02"), people.b)
    assert not cycles_for(people.reviewer).exists()
    row = cycles.switch_stage(
        viewer=people.planner,
        cycle_id=cycle.pk,
        version=cycle.version,
        stage="committee",
        from_=timezone.now() - datetime.timedelta(minutes=1),
    )
    assert [one.sheet.node.code for one in drafts_for(people.reviewer, row)] == ["1-1-01"]
    assert cycles_for(people.reviewer).get() == row
    assert not sheets_for(people.reviewer).exists()
    assert not editions_for(people.stranger).exists()
    assert not editions_for(people.council).exists()
    assert not editions_for(people.c).exists()
    assert editions_for(people.a).count() == 1
    said = comments.remark(viewer=people.reviewer, sheet_id=sheet_of(cycle, "1-1-01").pk, text="目標が低い")
    assert said.side == "committee"
    comments.remark(viewer=people.planner, sheet_id=sheet_of(cycle, "1-1-01").pk, text="内部の話")
    assert [one.text for one in comments_of(people.reviewer, sheet_of(cycle, "1-1-01"))] == ["目標が低い"]
    with pytest.raises(NotAllowed):
        comments.remark(viewer=people.reviewer, sheet_id=sheet.pk, text="草案のないもの")


def test_a_second_draft_is_made_only_where_something_changed(people, cycle):
    brought_through(cycle)
    assert publishing.make_drafts(viewer=people.planner, cycle_id=cycle.pk) == 3
    assert publishing.make_drafts(viewer=people.planner, cycle_id=cycle.pk) == 0
    there = sheet_of(cycle, "1-1-01")
    there = checking.send_back(viewer=people.planner, sheet_id=there.pk, version=there.version, reason="直す")
    handed_in(there, people.a, answers=raw(accomplishment="2"))
    brought_on = sheet_of(cycle, "1-1-01")
    while brought_on.state != "planning":
        (done,) = checking.pass_sheets(
            viewer=system_viewer("demo"), sheet_versions={brought_on.pk: brought_on.version}
        )
        brought_on = done.sheet
    assert publishing.make_drafts(viewer=people.planner, cycle_id=cycle.pk) == 1
    cycles.switch_stage(
        viewer=people.planner,
        cycle_id=cycle.pk,
        version=fresh(cycle).version,
        stage="committee",
        from_=timezone.now() - datetime.timedelta(minutes=1),
    )
    (newest,) = [one for one in editions_for(people.reviewer) if one.sheet.node.code == "1-1-01"]
    assert (newest.number, newest.content["values"]) == (2, {"accomplishment": "2"})


def test_an_embargo_holds_until_its_moment(people, cycle):
    brought_through(cycle)
    now = timezone.now()
    row = published(cycle, people.planner, public_from=now + datetime.timedelta(days=3))
    for viewer in (ANONYMOUS, people.stranger, people.reviewer, people.council):
        assert not editions_for(viewer).exists()
        assert not cycles_for(viewer).exists()
    assert editions_for(ANONYMOUS, now + datetime.timedelta(days=4)).count() == 3
    assert cycles_for(ANONYMOUS, now + datetime.timedelta(days=4)).get() == row
    assert editions_for(people.a).count() == 1
    row = cycles.switch_stage(
        viewer=people.planner,
        cycle_id=cycle.pk,
        version=row.version,
        stage="council",
        from_=now - datetime.timedelta(minutes=1),
    )
    assert editions_for(people.council).count() == 3
    assert not editions_for(ANONYMOUS).exists()
    cycles.switch_stage(
        viewer=people.planner,
        cycle_id=cycle.pk,
        version=row.version,
        stage="public",
        from_=now - datetime.timedelta(minutes=1),
    )
    assert editions_for(ANONYMOUS).count() == 3
    cycles.switch_stage(
        viewer=people.planner, cycle_id=cycle.pk, version=fresh(cycle).version, stage="public", from_=None
    )
    assert not editions_for(ANONYMOUS).exists()


def test_a_stage_is_not_switched_on_too_early(people, cycle):
    for stage in ("public", "internal"):
        with pytest.raises(Invalid):
            cycles.switch_stage(
                viewer=people.planner,
                cycle_id=cycle.pk,
                version=cycle.version,
                stage=stage,
                from_=timezone.now(),
            )
    with pytest.raises(NotAllowed):
        cycles.switch_stage(
            viewer=people.a, cycle_id=cycle.pk, version=cycle.version, stage="committee", from_=None
        )


# --- corrections ----------------------------------------------------------------------------------------
def test_a_correction_is_a_new_edition_with_its_reason_for_all_to_see(people, cycle, sheet):
    brought_through(cycle)
    there = sheet_of(cycle, "1-1-01")
    with pytest.raises(Invalid):
        correct(people.planner, there)
    published(cycle, people.planner, public_from=timezone.now())
    there = sheet_of(cycle, "1-1-01")
    for viewer in (people.a, people.bureau, people.auditor, people.reviewer):
        with pytest.raises(NotAllowed):
            correct(viewer, there)
    with pytest.raises(Invalid) as caught:
        correct(people.planner, there, reason=" ")
    assert "reason" in caught.value.messages
    with pytest.raises(Conflict):
        correct(people.planner, there, version=1)
    with pytest.raises(Invalid):
        correct(people.planner, there, answers=raw())
    edition = correct(people.planner, there)
    assert (edition.number, edition.kind, edition.reason) == (2, "corrected", "集計の誤り")
    assert edition.content["values"] == {"accomplishment": "1"}
    assert [one.pk for one in corrections_for(ANONYMOUS)] == [edition.pk]
    before = edition_before(ANONYMOUS, edition)
    assert before is not None
    assert before.content["values"] == {"accomplishment": "3"}
    newest = newest_editions_for(ANONYMOUS, fresh(cycle))
    assert {one.sheet.node.code: one.number for one in newest} == {"1-1-01": 2, "1-1-02": 1, "1-2-01": 1}
    there = sheet_of(cycle, "1-1-01")
    assert (there.state, there.accepted_revision) == ("accepted", 2)


def correct(viewer, sheet, *, reason="集計の誤り", answers=None, version=None):
    return correcting.correct_sheet(
        viewer=viewer,
        sheet_id=sheet.pk,
        raw=answers or raw(accomplishment="1"),
        version=version or sheet.answer_set.version,
        reason=reason,
    )


# --- proposals --------------------------------------------------------------------------------------------
def proposing_rule():
    pack = Pack.open("mihon")
    data = read_json(pack.root / "rules" / "jichi-proposal.json")
    load_rules(viewer=system_viewer("pack-loader"), pack=pack, data=data)
    return RuleSetVersion.objects.filter(rule_set__key=data["key"]).order_by("-number")[0]


def test_jichi_proposes_nothing_where_the_city_did_not_ask(people, cycle):
    with pytest.raises(Invalid):
        proposing.propose(viewer=people.planner, cycle_id=cycle.pk)


def proposed(cycle, sheet, value):
    return Proposal.objects.create(
        sheet=sheet,
        field="accomplishment",
        value=value,
        reasons=[{"code": "clause", "says": {"ja": "目標どおり"}}],
        rule=cycle.proposals,
    )


def test_who_decides_otherwise_says_why(people, plan):
    cycle = opened(plan, proposals_id=proposing_rule().pk)
    sheet = sheet_of(cycle, "1-1-01")
    proposal = proposed(cycle, sheet, "3")
    with pytest.raises(Invalid) as caught:
        handed_in(sheet, people.a, answers=raw(accomplishment="2"))
    assert list(caught.value.messages) == ["accomplishment"]
    assert sheet_of(cycle, "1-1-01").state == "filling"
    handed_in(
        sheet,
        people.a,
        answers=raw(accomplishment="2"),
        reasons={"accomplishment": "想定外の災害対応を行った"},
    )
    decision = proposal.decisions.get()
    assert (decision.value, decision.agrees, decision.reason) == ("2", False, "想定外の災害対応を行った")
    assert proposals_of(people.a, sheet)["accomplishment"].decision == decision
    other = sheet_of(cycle, "1-1-02")
    agreed = proposed(cycle, other, "3")
    handed_in(other, people.b)
    assert agreed.decisions.get().agrees


def test_jichi_proposes_from_the_results_with_reasons_once(people, plan):
    cycle = opened(plan, proposals_id=proposing_rule().pk)
    with pytest.raises(NotAllowed):
        proposing.propose(viewer=people.a, cycle_id=cycle.pk)
    sheet = sheet_of(cycle, "1-1-02")
    answers = raw(accomplishment=None, planned__1="板を直す", done__1="直した", result_state__1="as_planned")
    filling.save_draft(viewer=people.b, sheet_id=sheet.pk, raw=answers, version=sheet.answer_set.version)
    assert proposing.propose(viewer=people.planner, cycle_id=cycle.pk) >= 1
    found = proposals_of(people.b, sheet)["accomplishment"]
    assert found.proposal.value in {"1", "2", "3", "4", "5"}
    assert found.proposal.reasons
    assert found.decision is None
    assert proposing.propose(viewer=people.planner, cycle_id=cycle.pk) == 0
