"""A plan's life: drafted, adopted, published, followed by another, finally evaluated."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, record
from jichi.plan.models import Indicator, Node, Placement, Plan

from .facts import facts_of
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
    with act(viewer, LIFE, plan) as act_id:
        if plan.adopted_on is not None:
            raise Invalid({"on": [_("This plan was adopted on %(day)s.") % {"day": plan.adopted_on}]})
        _change(viewer, plan, act_id, adopted_on=on)
        record(viewer, LIFE, plan, fields={"adopted_on": [None, on.isoformat()]})
    return plan


def succeed_plan(*, viewer: Viewer, plan_id: int, successor_id: int, on: datetime.date) -> Plan:
    """Let another plan follow this one from a day on. Codes and tree may differ; indicators carry over by
    key.

    Raises:
        Invalid: if either already has its place in a line, or a plan would follow itself.
    """
    plan, successor = Plan.objects.get(pk=plan_id), Plan.objects.get(pk=successor_id)
    with act(viewer, LIFE, plan) as act_id:
        if plan.pk == successor.pk:
            raise Invalid({"successor": [_("A plan cannot follow itself.")]})
        if Plan.objects.filter(predecessor=plan).exclude(pk=successor.pk).exists():
            raise Invalid({"successor": [_("Another plan already follows this one.")]})
        if successor.predecessor_id not in {None, plan.pk}:
            raise Invalid({"successor": [_("That plan already follows another one.")]})
        if _comes_before(successor, plan):
            raise Invalid({"successor": [_("That plan came before this one.")]})
        if plan.adopted_on is None or on <= plan.adopted_on:
            raise Invalid({"on": [_("A plan can be followed only after it was adopted.")]})
        _change(viewer, plan, act_id, superseded_on=on)
        if successor.predecessor_id is None:
            _change(viewer, successor, act_id, predecessor_id=plan.pk)
        record(viewer, LIFE, plan, fields={"superseded_on": [None, on.isoformat()]})
    return successor


def _comes_before(earlier: Plan, plan: Plan) -> bool:
    above = plan.predecessor
    while above is not None and above.pk != earlier.pk:
        above = above.predecessor
    return above is not None


def _change(viewer: Viewer, plan: Plan, act_id: uuid.UUID, **facts: Any) -> None:
    """Set facts of the plan itself, as the next version, with an edit in its history."""
    before = facts_of(plan)
    for name, value in facts.items():
        setattr(plan, name, value)
    plan.version += 1
    plan.save()
    assert viewer.actor is not None
    sync = Sync(actor=viewer.actor, act_id=act_id, plan=plan)
    sync.remember(plan, before, facts_of(plan))
    sync.finish()


def carry_over_indicator(
    *, viewer: Viewer, indicator_id: int, node_id: int, comparator: str, order: int, reason: str = ""
) -> Placement:
    """Place an indicator of an earlier plan on a node of another; its series and values go with it."""
    indicator, node = Indicator.objects.get(pk=indicator_id), Node.objects.get(pk=node_id)
    with act(viewer, "plan.row:edit", node) as act_id:
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=act_id, plan=node.plan, reason=reason)
        facts = {"node_id": node.pk, "indicator_id": indicator.pk, "order": order, "comparator": comparator}
        if Placement.objects.filter(node=node, indicator=indicator).exists():
            raise Invalid({"indicator": [_("This indicator stands there already.")]})
        try:
            with transaction.atomic():
                row = sync.bring(Placement, {}, {0: facts})[0]
        except IntegrityError as error:
            raise Invalid({"order": [_("Another indicator has this place in the order.")]}) from error
        sync.finish()
        record(viewer, "plan.row:edit", row, fields={"created": [None, str(row.pk)]})
    return row
