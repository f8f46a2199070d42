"""A plan's life: drafted, adopted, published, followed by another, finally evaluated."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, record
from jichi.plan.models import Indicator, Node, Placement, Plan

from .sync import Sync

LIFE = "plan.plan:life"


def publish_plan(*, viewer: Viewer, plan_id: int) -> Plan:
    """Show the plan to everyone. Publishing twice changes nothing."""
    plan = Plan.objects.get(pk=plan_id)
    with act(viewer, LIFE, plan):
        if plan.published_at is None:
            plan.published_at = timezone.now()
            plan.save(update_fields=["published_at"])
            record(viewer, LIFE, plan, fields={"published": [False, True]})
    return plan


def withdraw_plan(*, viewer: Viewer, plan_id: int) -> Plan:
    """Take a plan from the public pages again; nothing is deleted."""
    plan = Plan.objects.get(pk=plan_id)
    with act(viewer, LIFE, plan):
        if plan.published_at is not None:
            plan.published_at = None
            plan.save(update_fields=["published_at"])
            record(viewer, LIFE, plan, fields={"published": [True, False]})
    return plan


def adopt_plan(*, viewer: Viewer, plan_id: int, on: datetime.date) -> Plan:
    """Record the day on which the plan was adopted.

    Raises:
        Invalid: if it was adopted already.
    """
    plan = Plan.objects.get(pk=plan_id)
    with act(viewer, LIFE, plan):
        if plan.adopted_on is not None:
            raise Invalid({"on": [_("This plan was adopted on %(day)s.") % {"day": plan.adopted_on}]})
        plan.adopted_on = on
        plan.save(update_fields=["adopted_on"])
        record(viewer, LIFE, plan, fields={"adopted_on": [None, on.isoformat()]})
    return plan


def succeed_plan(*, viewer: Viewer, plan_id: int, successor_id: int, on: datetime.date) -> Plan:
    """Let another plan follow this one from a day on. Codes and tree may differ; indicators carry over by key.

    Raises:
        Invalid: if either already has its place in a line, or a plan would follow itself.
    """
    plan, successor = Plan.objects.get(pk=plan_id), Plan.objects.get(pk=successor_id)
    with act(viewer, LIFE, plan):
        if plan.pk == successor.pk:
            raise Invalid({"successor": [_("A plan cannot follow itself.")]})
        if Plan.objects.filter(predecessor=plan).exclude(pk=successor.pk).exists():
            raise Invalid({"successor": [_("Another plan already follows this one.")]})
        if successor.predecessor_id not in {None, plan.pk}:
            raise Invalid({"successor": [_("That plan already follows another one.")]})
        if plan.adopted_on is None or on <= plan.adopted_on:
            raise Invalid({"on": [_("A plan can be followed only after it was adopted.")]})
        plan.superseded_on = on
        plan.save(update_fields=["superseded_on"])
        successor.predecessor = plan
        successor.save(update_fields=["predecessor"])
        record(viewer, LIFE, plan, fields={"superseded_on": [None, on.isoformat()]})
    return successor


def carry_over_indicator(
    *, viewer: Viewer, indicator_id: int, node_id: int, comparator: str, order: int, reason: str = ""
) -> Placement:
    """Place an indicator of an earlier plan on a node of another; its series and values go with it."""
    indicator, node = Indicator.objects.get(pk=indicator_id), Node.objects.get(pk=node_id)
    with act(viewer, "plan.row:edit", node) as act_id:
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=act_id, plan=node.plan, reason=reason)
        facts = {"node_id": node.pk, "indicator_id": indicator.pk, "order": order, "comparator": comparator}
        row = sync.bring(Placement, {}, {0: facts})[0]
        sync.finish()
        record(viewer, "plan.row:edit", row, fields={"created": [None, str(row.pk)]})
    return row
