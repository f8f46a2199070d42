"""Approval before publication, and what an evaluation may tell of another that is not public yet."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from jichi.city.errors import Invalid
from jichi.city.pack import Pack
from jichi.city.viewers import system_viewer
from jichi.evaluation.models import SheetEdition
from jichi.evaluation.queries.packets import editions_of
from jichi.evaluation.queries.sheets import drafts_for
from jichi.evaluation.services import checking, cycles, publishing
from jichi.office.models import Approval
from jichi.office.services import load_routes, pass_step

from .sample import accepted, brought_through, handed_in, opened, passed, raw, sheet_of
from .test_publishing import fresh, published


# --- approval -----------------------------------------------------------------------------------------
def routes(*keys: str) -> None:
    """Routes of approval on which a planning officer decides."""
    for key in keys:
        load_routes(
            viewer=system_viewer("pack-loader"),
            pack=Pack.open("mihon"),
            data={
                "format": "jichi-routes/1",
                "routes": [
                    {
                        "key": key,
                        "title": {"ja": "評価の公表"},
                        "department": None,
                        "versions": [
                            {
                                "in_force_from": "2020-04-01",
                                "known_from": "2020-04-01",
                                "source": "見本市事務専決規程",
                                "confirmed": True,
                                "steps": [
                                    {
                                        "order": 1,
                                        "kind": "decide",
                                        "role": "planning_officer",
                                        "department": None,
                                        "title": {"ja": "決裁"},
                                    }
                                ],
                            }
                        ],
                    }
                ],
            },
        )


def test_a_route_has_to_have_decided(people, plan, offices):
    routes("hyoka-kohyo")
    cycle = opened(plan, route_key="hyoka-kohyo", department_id=offices.planning.pk)
    with pytest.raises(Invalid):
        publishing.put_up(viewer=people.planner, cycle_id=cycle.pk, files=[])
    brought_through(cycle)
    with pytest.raises(Invalid) as caught:
        published(cycle, people.planner)
    assert len(caught.value.messages[""]) == 1
    approval = publishing.put_up(viewer=people.planner, cycle_id=cycle.pk, files=[])
    assert approval.context == f"evaluation.cycle:{cycle.pk}"
    with pytest.raises(Invalid):
        published(cycle, people.planner)
    pass_step(viewer=people.other_planner, approval_id=approval.pk, version=approval.version)
    assert Approval.objects.get(pk=approval.pk).state == "decided"
    assert published(cycle, people.planner).state == "published"


def approved(cycle, people):
    """Put up by one planner, decided by another."""
    row = publishing.put_up(viewer=people.planner, cycle_id=cycle.pk, files=[])
    return pass_step(viewer=people.other_planner, approval_id=row.pk, version=row.version)


def test_a_decision_holds_for_what_was_put_up(people, plan, offices):
    routes("hyoka-kohyo")
    cycle = opened(plan, route_key="hyoka-kohyo", department_id=offices.planning.pk)
    brought_through(cycle)
    approved(cycle, people)
    there = sheet_of(cycle, "1-1-01")
    checking.send_back(viewer=people.planner, sheet_id=there.pk, version=there.version, reason="金額を確認")
    changed = handed_in(sheet_of(cycle, "1-1-01"), answers=raw(accomplishment="1"))
    while changed.state != "planning":
        changed = passed(changed)
    accepted(changed)
    with pytest.raises(Invalid) as caught:
        published(cycle, people.planner)
    assert "1-1-01" in str(caught.value)
    assert "1-1-02" not in str(caught.value)
    approved(cycle, people)
    assert published(cycle, people.planner).state == "published"


def test_what_was_taken_out_after_the_decision_is_put_up_again(people, plan, offices):
    routes("hyoka-kohyo")
    cycle = opened(plan, route_key="hyoka-kohyo", department_id=offices.planning.pk)
    brought_through(cycle)
    approved(cycle, people)
    there = sheet_of(cycle, "1-2-01")
    checking.withdraw_sheet(
        viewer=people.planner, sheet_id=there.pk, version=there.version, reason="事業廃止"
    )
    with pytest.raises(Invalid) as caught:
        published(cycle, people.planner)
    assert "1-2-01" in str(caught.value)


def test_a_decision_along_another_route_does_not_count(people, plan, offices):
    routes("hyoka-kohyo", "hyoka-betsu")
    cycle = opened(plan, route_key="hyoka-kohyo", department_id=offices.planning.pk)
    brought_through(cycle)
    approved(cycle, people)
    cycles.edit_cycle(
        viewer=people.planner, cycle_id=cycle.pk, version=fresh(cycle).version, route_key="hyoka-betsu"
    )
    with pytest.raises(Invalid):
        published(cycle, people.planner)
    approved(cycle, people)
    assert published(cycle, people.planner).state == "published"


def test_nobody_gets_round_an_approval_under_way_by_dropping_its_route(people, plan, offices):
    routes("hyoka-kohyo")
    cycle = opened(plan, route_key="hyoka-kohyo", department_id=offices.planning.pk)
    brought_through(cycle)
    publishing.put_up(viewer=people.planner, cycle_id=cycle.pk, files=[])
    with pytest.raises(Invalid) as caught:
        cycles.edit_cycle(
            viewer=people.planner, cycle_id=cycle.pk, version=fresh(cycle).version, route_key=""
        )
    assert set(caught.value.messages) == {"route_key"}


# --- what is not public yet ----------------------------------------------------------------------------
@pytest.mark.parametrize("hours", [None, 1, -1])
def test_a_measure_tells_how_its_projects_did_once_that_is_public(people, plan, hours):
    now = timezone.now()
    yearly = opened(plan, 2023)
    brought_through(yearly)
    if hours is not None:
        published(yearly, people.planner, public_from=now + datetime.timedelta(hours=hours))
    cycle = opened(plan, 2023, "interim")
    brought_through(cycle)
    published(cycle, people.planner, public_from=now)
    content = SheetEdition.objects.get(sheet=sheet_of(cycle, "1-1")).content
    told = "3" if hours == -1 else None
    assert content["projects"] == [
        {"code": "1-1-01", "name": "町内会支援事業", "accomplishment": told},
        {"code": "1-1-02", "name": "掲示板事業", "accomplishment": told},
    ]


def test_two_evaluations_that_become_public_together_tell_of_each_other(people, plan):
    moment = timezone.now() + datetime.timedelta(days=2)
    yearly = opened(plan, 2023)
    brought_through(yearly)
    published(yearly, people.planner, public_from=moment)
    cycle = opened(plan, 2023, "interim")
    brought_through(cycle)
    published(cycle, people.planner, public_from=moment)
    content = SheetEdition.objects.get(sheet=sheet_of(cycle, "1-1")).content
    assert [one["accomplishment"] for one in content["projects"]] == ["3", "3"]


def test_the_draft_of_a_sheet_that_was_taken_out_is_shown_no_more(people, cycle):
    brought_through(cycle, "1-1-01", "1-1-02")
    row = cycles.switch_stage(
        viewer=people.planner,
        cycle_id=cycle.pk,
        version=cycle.version,
        stage="committee",
        from_=timezone.now() - datetime.timedelta(minutes=1),
    )
    assert len(drafts_for(people.reviewer, row)) == len(editions_of(row, "draft")) == 2
    there = sheet_of(cycle, "1-1-01")
    checking.withdraw_sheet(viewer=people.planner, sheet_id=there.pk, version=there.version, reason="廃止")
    assert [one.sheet.node.code for one in drafts_for(people.reviewer, row)] == ["1-1-02"]
    assert len(editions_of(row, "draft")) == 1
    assert {one.sheet.node.code for one in drafts_for(people.planner, row)} == {"1-1-01", "1-1-02"}
