"""Indicators, which outlive a plan, and the points a plan prints for them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jichi.plan.enums import Comparator, IndicatorKind, PointRole

from .nodes import Node
from .plans import Period, Plan, year_check


class Indicator(models.Model):
    """A measure of a policy or of a measure, with an identity of its own across plans.

    ``decimals`` is the number of digits after the point in which the city publishes it. ``source`` is the
    printed 指標の出典. Where the figure truly comes from is a binding of ``figures``; the column ``binding``
    held it once, is no longer written or read, and goes with a later release.
    """

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=IndicatorKind)
    unit = models.CharField(max_length=30)
    source = models.CharField(max_length=120, blank=True, default="")
    decimals = models.PositiveSmallIntegerField(default=0)
    definition = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    binding = models.JSONField(default=dict, blank=True)
    translations = models.JSONField(default=dict, blank=True)
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="indicators"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="plan_indicator_named"),
            models.CheckConstraint(
                condition=Q(kind__in=IndicatorKind.values), name="plan_indicator_kind_known"
            ),
            models.CheckConstraint(condition=Q(decimals__lte=6), name="plan_indicator_decimals"),
        ]

    def __str__(self) -> str:
        return self.name


class Placement(models.Model):
    """Where a plan places an indicator and how it reads the target there."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="placements")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="placements")
    order = models.PositiveSmallIntegerField()
    comparator = models.CharField(max_length=6, choices=Comparator)

    class Meta:
        ordering = ["node__code", "order"]
        constraints = [
            models.UniqueConstraint(fields=["node", "indicator"], name="plan_placement_once"),
            models.UniqueConstraint(fields=["node", "order"], name="plan_placement_order_once"),
            models.CheckConstraint(
                condition=Q(comparator__in=Comparator.values), name="plan_placement_comparator_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node_id}:{self.indicator_id}"


class Series(models.Model):
    """One line of an indicator; most have one with the empty key, some (children, adults) several."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="series")
    key = models.CharField(max_length=40, blank=True, default="")
    name = models.CharField(max_length=80, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=1)
    translations = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["indicator", "order"]
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(fields=["indicator", "key"], name="plan_series_key_once"),
            models.UniqueConstraint(fields=["indicator", "order"], name="plan_series_order_once"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.indicator_id)


class Point(models.Model):
    """What a plan prints for a series: a baseline, the current value, or a target, in one fiscal year.

    A quotation of the plan, not a measurement: measured values are observations of ``figures``. ``value`` is
    null where the plan prints words instead of a number, which ``note`` then gives.
    """

    series = models.ForeignKey(Series, models.CASCADE, related_name="points")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="points")
    role = models.CharField(max_length=10, choices=PointRole)
    fiscal_year = models.PositiveSmallIntegerField(null=True, blank=True)
    as_of = models.CharField(max_length=10, blank=True, default="")
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    comparator = models.CharField(max_length=6, choices=Comparator, default=Comparator.NONE)
    period = models.ForeignKey(Period, models.PROTECT, null=True, blank=True, related_name="points")
    printed = models.CharField(max_length=120, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["series", "fiscal_year", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "plan", "role", "fiscal_year"], name="plan_point_once_a_year"
            ),
            models.UniqueConstraint(
                fields=["series", "plan", "role"],
                condition=Q(fiscal_year__isnull=True),
                name="plan_point_one_undated",
            ),
            models.CheckConstraint(condition=Q(role__in=PointRole.values), name="plan_point_role_known"),
            models.CheckConstraint(
                condition=Q(comparator__in=Comparator.values), name="plan_point_comparator_known"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(note=""), name="plan_point_missing_has_note"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(fiscal_year__isnull=False),
                name="plan_point_value_has_year",
            ),
            models.CheckConstraint(
                condition=Q(role="target") | Q(comparator="none"), name="plan_point_only_targets_compare"
            ),
            models.CheckConstraint(
                condition=Q(as_of="") | Q(as_of__regex=r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"),
                name="plan_point_as_of_form",
            ),
            year_check("fiscal_year", "plan_point_year_plausible"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.fiscal_year}: {self.value}"
