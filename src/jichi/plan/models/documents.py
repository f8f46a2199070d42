"""Policy documents and schemes a plan names, and the parts it refers to but does not hold."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jichi.plan.enums import DocumentKind, RevisionEvent

from .nodes import Node
from .plans import Plan, year_check


class PolicyDocument(models.Model):
    """A subordinate plan, policy, guideline or ordinance, with its own life across plans."""

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=DocumentKind)
    legal_basis = models.CharField(max_length=300, blank=True, default="")
    summary = models.TextField(blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    successor = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="predecessor"
    )
    nodes = models.ManyToManyField(Node, related_name="documents", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["kind", "key"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="plan_document_named"),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="plan_document_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DocumentRevision(models.Model):
    """An adoption, revision or planned revision of a policy document, in the year the plan states."""

    document = models.ForeignKey(PolicyDocument, models.CASCADE, related_name="revisions")
    order = models.PositiveSmallIntegerField()
    fiscal_year = models.PositiveSmallIntegerField(null=True, blank=True)
    event = models.CharField(max_length=20, choices=RevisionEvent)
    label = models.CharField(max_length=120, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["document", "order"]
        constraints = [
            models.UniqueConstraint(fields=["document", "order"], name="plan_revision_order_once"),
            models.CheckConstraint(
                condition=Q(event__in=RevisionEvent.values), name="plan_revision_event_known"
            ),
            year_check("fiscal_year", "plan_revision_year"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.fiscal_year}"


class Scheme(models.Model):
    """A named scheme (制度) of the city that the plan speaks of."""

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    nodes = models.ManyToManyField(Node, related_name="schemes", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["key"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="plan_scheme_named")]

    def __str__(self) -> str:
        return self.name


class NotHeld(models.Model):
    """A part known to exist and not held here: listed as such, never filled in (law 6)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="not_held")
    node = models.ForeignKey(Node, models.CASCADE, null=True, blank=True, related_name="not_held")
    key = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    reason = models.TextField()
    translations = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["plan", "key"]
        verbose_name_plural = "not held"
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="plan_not_held_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="plan_not_held_has_reason"),
        ]

    def __str__(self) -> str:
        return self.title
