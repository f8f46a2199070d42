"""The tree of a plan and the sentences its branches carry."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jichi.plan.enums import LevelKind, StatementKind

from .plans import Level, Plan


class Node(models.Model):
    """A place in the tree: basic policy, policy, measure, project, or whatever the plan's levels are.

    ``name`` is as printed, in the plan's own language; ``summary`` is the project's own wording;
    ``source_text`` is running prose of the source, which stays in the city's own database.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="nodes")
    level = models.ForeignKey(Level, models.PROTECT, related_name="nodes")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    code = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    summary = models.TextField(blank=True, default="")
    source_text = models.TextField(blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="plan_nodes"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["plan", "code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="plan_node_code_once"),
            models.UniqueConstraint(fields=["plan", "parent", "order"], name="plan_node_order_once"),
            models.UniqueConstraint(
                fields=["plan", "order"], condition=Q(parent__isnull=True), name="plan_node_root_order_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="plan_node_named"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-Za-z]+([-.][0-9A-Za-z]+)*$"), name="plan_node_code_form"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="plan_node_not_its_parent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_project(self) -> bool:
        """Whether this node is a project (its level is loaded with it by the room's queries)."""
        return self.level.kind == LevelKind.PROJECT


class Statement(models.Model):
    """A sentence of a branch: its direct goal, a direction, progress so far, an issue."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=12, choices=StatementKind)
    order = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True, default="")
    source_text = models.TextField(blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["node", "kind", "order"]
        constraints = [
            models.UniqueConstraint(fields=["node", "kind", "order"], name="plan_statement_order_once"),
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(source_text=""), name="plan_statement_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=StatementKind.values), name="plan_statement_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text or self.source_text
