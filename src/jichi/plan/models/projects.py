"""What a project does, year by year, and the yearly numbers it promises."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jichi.plan.enums import Comparator, FigureRole

from .nodes import Node
from .plans import year_check


class Initiative(models.Model):
    """A strand of a project (取組). ``parent`` gives the printed ● / ○ nesting."""

    project = models.ForeignKey(Node, models.CASCADE, related_name="initiatives")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    order = models.PositiveSmallIntegerField()
    marker = models.CharField(max_length=2, blank=True, default="")
    name = models.CharField(max_length=400)
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["project", "order"]
        constraints = [
            models.UniqueConstraint(fields=["project", "order"], name="plan_initiative_order_once"),
            models.CheckConstraint(condition=~Q(name=""), name="plan_initiative_named"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="plan_initiative_not_its_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Milestone(models.Model):
    """What an initiative does from one fiscal year to another (年度別の事業内容).

    Both years null: the printed table does not say with certainty which columns the text belongs to, and
    ``certain`` is false. ``open_ended``: the last printed column is "from that year on".
    """

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="milestones")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=400)
    first_year = models.PositiveSmallIntegerField(null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(null=True, blank=True)
    open_ended = models.BooleanField(default=False)
    certain = models.BooleanField(default=True)
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["initiative", "order"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "order"], name="plan_milestone_order_once"),
            models.CheckConstraint(condition=~Q(text=""), name="plan_milestone_named"),
            models.CheckConstraint(
                condition=Q(first_year__isnull=True, last_year__isnull=True)
                | Q(first_year__isnull=False, last_year__gte=F("first_year"))
                | Q(first_year__isnull=False, last_year__isnull=True),
                name="plan_milestone_years_in_order",
            ),
            models.CheckConstraint(
                condition=Q(certain=False) | Q(first_year__isnull=False),
                name="plan_milestone_certain_has_year",
            ),
            year_check("first_year", "plan_milestone_first_year"),
            year_check("last_year", "plan_milestone_last_year"),
        ]

    def __str__(self) -> str:
        return self.text


class ProjectFigure(models.Model):
    """A yearly number of a project. Without any target it is a figure of reference: a count, never graded."""

    project = models.ForeignKey(Node, models.CASCADE, related_name="figures")
    initiative = models.ForeignKey(Initiative, models.SET_NULL, null=True, blank=True, related_name="figures")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=30)
    comparator = models.CharField(max_length=6, choices=Comparator, default=Comparator.NONE)
    decimals = models.PositiveSmallIntegerField(default=0)
    binding = models.JSONField(default=dict, blank=True)
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["project", "order"]
        constraints = [
            models.UniqueConstraint(fields=["project", "order"], name="plan_figure_order_once"),
            models.CheckConstraint(condition=~Q(name=""), name="plan_figure_named"),
            models.CheckConstraint(
                condition=Q(comparator__in=Comparator.values), name="plan_figure_comparator_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FigurePoint(models.Model):
    """A printed reference value or yearly target of a project's number. Zero is a value, missing no row."""

    figure = models.ForeignKey(ProjectFigure, models.CASCADE, related_name="points")
    role = models.CharField(max_length=10, choices=FigureRole)
    fiscal_year = models.PositiveSmallIntegerField(null=True, blank=True)
    as_of = models.CharField(max_length=10, blank=True, default="")
    value = models.DecimalField(max_digits=18, decimal_places=6)
    printed = models.CharField(max_length=120, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["figure", "fiscal_year", "role"]
        constraints = [
            models.UniqueConstraint(fields=["figure", "role", "fiscal_year"], name="plan_figure_point_once"),
            models.UniqueConstraint(
                fields=["figure", "role"],
                condition=Q(fiscal_year__isnull=True),
                name="plan_figure_point_one_undated",
            ),
            models.CheckConstraint(condition=Q(role__in=FigureRole.values), name="plan_figure_point_role"),
            models.CheckConstraint(
                condition=Q(role="reference") | Q(fiscal_year__isnull=False),
                name="plan_figure_target_has_year",
            ),
            models.CheckConstraint(
                condition=Q(as_of="") | Q(as_of__regex=r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"),
                name="plan_figure_point_as_of_form",
            ),
            year_check("fiscal_year", "plan_figure_point_year"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.fiscal_year}: {self.value}"
