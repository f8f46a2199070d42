"""Each trigger of the plan refuses what it was made against, whatever code is in front of it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from jichi.city.viewers import system_viewer
from jichi.plan.models import Edit, ImportRun, Initiative, Level, Node, Period, Plan, Point, ProjectFigure
from jichi.plan.room import TRIGGERS

from .permission_addresses import run
from .rich import applied

pytestmark = pytest.mark.django_db


@pytest.fixture
def plans(db):
    return applied(), applied("mihon-2")


def _foreign_level(plan: Plan, other: Plan) -> None:
    Node.objects.filter(plan=plan, code="1-1").update(level=Level.objects.get(plan=other, key="measure"))


def _foreign_parent(plan: Plan, other: Plan) -> None:
    Node.objects.filter(plan=plan, code="1-1").update(parent=Node.objects.get(plan=other, code="1"))


def _parent_below(plan: Plan, other: Plan) -> None:
    Node.objects.filter(plan=plan, code="1").update(parent=Node.objects.get(plan=plan, code="1-1-01"))


def _initiative_on_branch(plan: Plan, other: Plan) -> None:
    Initiative.objects.filter(project__plan=plan, name="補助").update(
        project=Node.objects.get(plan=plan, code="1-1")
    )


def _new_initiative_on_branch(plan: Plan, other: Plan) -> None:
    Initiative.objects.create(project=Node.objects.get(plan=plan, code="1-1"), order=9, name="取組")


def _figure_on_branch(plan: Plan, other: Plan) -> None:
    ProjectFigure.objects.filter(project__plan=plan, order=2).update(
        project=Node.objects.get(plan=plan, code="1-1")
    )


def _new_figure_on_branch(plan: Plan, other: Plan) -> None:
    ProjectFigure.objects.create(
        project=Node.objects.get(plan=plan, code="1-1"), order=9, name="数", unit="件"
    )


def _initiative_below_another_projects(plan: Plan, other: Plan) -> None:
    foreign = Initiative.objects.get(project__plan=other, name="相談")
    Initiative.objects.filter(project__plan=plan, name="補助").update(parent=foreign)


def _point_in_another_plans_period(plan: Plan, other: Plan) -> None:
    Point.objects.filter(plan=plan, role="target").update(period=Period.objects.get(plan=other))


def _edit_deleted(plan: Plan, other: Plan) -> None:
    Edit.objects.all().delete()


def _run_deleted(plan: Plan, other: Plan) -> None:
    run(None)
    ImportRun.objects.all().delete()


VIOLATIONS = {
    "plan_node_level_of_plan": _foreign_level,
    "plan_node_below_parent": _foreign_parent,
    "plan_node_below_parent (level)": _parent_below,
    "plan_initiative_on_project": _initiative_on_branch,
    "plan_initiative_on_project (new)": _new_initiative_on_branch,
    "plan_projectfigure_on_project": _figure_on_branch,
    "plan_projectfigure_on_project (new)": _new_figure_on_branch,
    "plan_initiative_parent_in_project": _initiative_below_another_projects,
    "plan_point_period_of_plan": _point_in_another_plans_period,
    "plan_edit_no_delete": _edit_deleted,
    "plan_importrun_no_delete": _run_deleted,
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_database_refuses(name, plans):
    with pytest.raises(DatabaseError), transaction.atomic():
        VIOLATIONS[name](*plans)


def test_every_trigger_is_violated_here():
    tested = {name.partition(" ")[0] for name in VIOLATIONS}
    declared = {trigger.name.removesuffix("_insert").removesuffix("_update") for trigger in TRIGGERS}
    assert declared == tested


def test_a_system_viewer_is_bound_by_them_too(plans):
    assert system_viewer("pack-loader").can("plan.plan:apply")
    with pytest.raises(DatabaseError), transaction.atomic():
        _parent_below(*plans)
