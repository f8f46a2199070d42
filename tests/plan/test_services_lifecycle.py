"""A plan's life: drafted, adopted, published, ended, followed by another with another tree."""

from __future__ import annotations

import datetime

import pytest

from jichi.city.errors import Invalid, NotAllowed
from jichi.plan.enums import PlanState
from jichi.plan.models import Edit, Indicator, Level, Node, Placement, Plan
from jichi.plan.services import (
    adopt_plan,
    apply_document,
    carry_over_indicator,
    publish_plan,
    succeed_plan,
    undo_edit,
    withdraw_plan,
)

from .rich import applied

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 4, 1)


def next_plan(viewer) -> Plan:
    """A plan with another depth, other codes, and no indicator yet."""
    return apply_document(
        viewer=viewer,
        document={
            "format": "jichi-plan/1",
            "plan": {
                "key": "mihon-2",
                "name": "第2次実施計画",
                "language": "ja",
                "first_year": 2026,
                "last_year": 2029,
                "adopted_on": None,
                "scope_note": "",
                "source": {},
                "levels": [
                    {"key": "goal", "name": "目標", "kind": "branch"},
                    {"key": "action", "name": "行動", "kind": "project"},
                ],
                "periods": [],
            },
            "nodes": [
                {"code": "A", "level": "goal", "name": "つながるまち", "parent": None, "order": 1},
                {"code": "A.1", "level": "action", "name": "町内会の行動", "parent": "A", "order": 1},
            ],
            "indicators": [],
            "projects": [],
        },
    ).plan


def test_a_plan_is_drafted_in_force_ended_and_superseded_on_a_day(planning_officer):
    plan = applied()
    days = {
        datetime.date(2022, 2, 28): PlanState.DRAFT,
        datetime.date(2022, 3, 1): PlanState.IN_FORCE,
        datetime.date(2026, 3, 31): PlanState.IN_FORCE,
        datetime.date(2026, 4, 1): PlanState.ENDED,
    }
    assert {day: plan.state_on(day) for day in days} == days
    assert plan.state_on(datetime.date(2026, 1, 1), start_month=1) == PlanState.ENDED
    successor = next_plan(planning_officer)
    succeed_plan(
        viewer=planning_officer, plan_id=plan.pk, successor_id=successor.pk, on=datetime.date(2026, 7, 1)
    )
    plan.refresh_from_db()
    assert plan.state_on(datetime.date(2026, 6, 30)) == PlanState.ENDED
    assert plan.state_on(datetime.date(2026, 7, 1)) == PlanState.SUPERSEDED
    assert successor.state_on(datetime.date(2026, 7, 1)) == PlanState.DRAFT


def test_adoption_is_recorded_once_and_can_be_taken_back(planning_officer):
    plan = next_plan(planning_officer)
    adopt_plan(viewer=planning_officer, plan_id=plan.pk, on=DAY)
    with pytest.raises(Invalid):
        adopt_plan(viewer=planning_officer, plan_id=plan.pk, on=DAY)
    edit = Edit.objects.latest("pk")
    assert edit.before["adopted_on"] is None and edit.after["adopted_on"] == "2026-04-01"
    undo_edit(viewer=planning_officer, edit_id=edit.pk)
    plan.refresh_from_db()
    assert plan.adopted_on is None and plan.version == 3


def test_publishing_and_withdrawing(planning_officer):
    plan = next_plan(planning_officer)
    assert publish_plan(viewer=planning_officer, plan_id=plan.pk).published_at is not None
    first = Plan.objects.get(pk=plan.pk).published_at
    assert publish_plan(viewer=planning_officer, plan_id=plan.pk).published_at == first
    assert withdraw_plan(viewer=planning_officer, plan_id=plan.pk).published_at is None
    assert Node.objects.filter(plan=plan).count() == 2


def test_an_indicator_is_carried_over_with_its_series_and_history(planning_officer):
    plan = applied()
    successor = next_plan(planning_officer)
    succeed_plan(viewer=planning_officer, plan_id=plan.pk, successor_id=successor.pk, on=DAY)
    indicator = Indicator.objects.get(key="kanyu")
    node = Node.objects.get(plan=successor, code="A")
    facts = {"indicator_id": indicator.pk, "node_id": node.pk, "comparator": "ge"}
    placement = carry_over_indicator(viewer=planning_officer, order=1, **facts)
    assert set(indicator.placements.values_list("node__plan__key", flat=True)) == {"mihon-1", "mihon-2"}
    assert Edit.objects.latest("pk").model == "Placement"
    with pytest.raises(Invalid):
        carry_over_indicator(viewer=planning_officer, order=2, **facts)
    other = Indicator.objects.get(key="bunka")
    with pytest.raises(Invalid):
        carry_over_indicator(
            viewer=planning_officer, indicator_id=other.pk, node_id=node.pk, comparator="ge", order=1
        )
    assert Placement.objects.filter(node=node).get() == placement
    assert Level.objects.filter(plan=successor).count() == 2


@pytest.mark.parametrize("case", ["itself", "twice", "taken", "undated", "early", "backwards"])
def test_a_line_of_plans_has_no_fork_and_no_circle(case, planning_officer):
    plan, successor = applied(), next_plan(planning_officer)
    third = applied("mihon-9")

    def follow(first: Plan, second: Plan, on: datetime.date = DAY) -> None:
        succeed_plan(viewer=planning_officer, plan_id=first.pk, successor_id=second.pk, on=on)

    if case == "itself":
        wrong = (plan, plan, DAY)
    elif case == "twice":
        follow(plan, successor)
        wrong = (plan, third, DAY)
    elif case == "taken":
        follow(plan, successor)
        wrong = (third, successor, DAY)
    elif case == "undated":
        wrong = (successor, third, DAY)
    elif case == "early":
        wrong = (plan, successor, datetime.date(2022, 3, 1))
    else:
        adopt_plan(viewer=planning_officer, plan_id=successor.pk, on=DAY)
        follow(plan, successor)
        wrong = (successor, plan, datetime.date(2030, 4, 1))
    with pytest.raises(Invalid):
        follow(*wrong)


def test_following_again_with_another_day_corrects_it(planning_officer):
    plan, successor = applied(), next_plan(planning_officer)
    for day in (DAY, datetime.date(2026, 10, 1)):
        succeed_plan(viewer=planning_officer, plan_id=plan.pk, successor_id=successor.pk, on=day)
    plan.refresh_from_db()
    assert plan.superseded_on == datetime.date(2026, 10, 1)


def test_a_plans_life_is_the_planning_officers(officer, auditor, administrator, planning_officer):
    plan, successor = applied(), next_plan(planning_officer)
    for viewer in (officer, auditor, administrator):
        for act in (
            lambda viewer=viewer: publish_plan(viewer=viewer, plan_id=plan.pk),
            lambda viewer=viewer: withdraw_plan(viewer=viewer, plan_id=plan.pk),
            lambda viewer=viewer: adopt_plan(viewer=viewer, plan_id=successor.pk, on=DAY),
            lambda viewer=viewer: succeed_plan(
                viewer=viewer, plan_id=plan.pk, successor_id=successor.pk, on=DAY
            ),
        ):
            with pytest.raises(NotAllowed):
                act()
