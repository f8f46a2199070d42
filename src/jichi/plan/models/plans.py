"""A plan, the levels of its tree and the periods to which its targets belong."""

from __future__ import annotations

import calendar
import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jichi.plan.enums import LevelKind, PlanState

FIRST_YEAR, LAST_YEAR = 1926, 2200


def year_check(field: str, name: str) -> models.CheckConstraint:
    """A constraint that ``field`` is a plausible fiscal year or null (Shōwa began in 1926)."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True})
        | Q(**{f"{field}__gte": FIRST_YEAR, f"{field}__lte": LAST_YEAR}),
        name=name,
    )


class Plan(models.Model):
    """One adopted (or drafted) plan: its period, its source and what follows it.

    ``first_year``/``last_year`` are fiscal years, both included. ``adopted_on`` null: a draft.
    ``superseded_on`` is the day another plan took its place before or at its end.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=12, default="ja")
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    adopted_on = models.DateField(null=True, blank=True)
    superseded_on = models.DateField(null=True, blank=True)
    final_evaluation_on = models.DateField(null=True, blank=True)
    predecessor = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor"
    )
    scope_note = models.CharField(max_length=300, blank=True, default="")
    source = models.JSONField(default=dict, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-first_year", "key"]
        constraints = [
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="plan_years_in_order"),
            year_check("first_year", "plan_first_year_plausible"),
            year_check("last_year", "plan_last_year_plausible"),
            models.CheckConstraint(
                condition=Q(predecessor__isnull=True) | ~Q(predecessor=F("id")),
                name="plan_not_its_predecessor",
            ),
            models.CheckConstraint(
                condition=Q(superseded_on__isnull=True) | Q(adopted_on__isnull=False),
                name="plan_superseded_was_adopted",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def state_on(self, day: datetime.date, *, start_month: int = 4) -> PlanState:
        """What this plan is on ``day``, for fiscal years that begin in ``start_month``.

        A period ends at 24:00 of the last day of its last fiscal year (mechanics.md, "Time").
        """
        if self.adopted_on is None or day < self.adopted_on:
            return PlanState.DRAFT
        if self.superseded_on is not None and day >= self.superseded_on:
            return PlanState.SUPERSEDED
        over = day > self.last_day(start_month=start_month)
        return PlanState.ENDED if over else PlanState.IN_FORCE

    def last_day(self, *, start_month: int = 4) -> datetime.date:
        """The last day of the plan's last fiscal year."""
        year = self.last_year if start_month == 1 else self.last_year + 1
        month = 12 if start_month == 1 else start_month - 1
        return datetime.date(year, month, calendar.monthrange(year, month)[1])


class Level(models.Model):
    """A level of a plan's tree; ``depth`` 0 is the root. Only the deepest may be of kind project."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="levels")
    depth = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    translations = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=10, choices=LevelKind)

    class Meta:
        ordering = ["plan", "depth"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "depth"], name="plan_level_depth_once"),
            models.UniqueConstraint(fields=["plan", "key"], name="plan_level_key_once"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(kind="project"), name="plan_level_one_project_level"
            ),
            models.CheckConstraint(condition=Q(kind__in=["branch", "project"]), name="plan_level_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Period(models.Model):
    """A numbered implementation period to which targets belong; the plan's own is among them."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="periods")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    translations = models.JSONField(default=dict, blank=True)
    first_year = models.PositiveSmallIntegerField(null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_period_number_once"),
            models.CheckConstraint(
                condition=Q(first_year__isnull=True)
                | Q(last_year__isnull=True)
                | Q(last_year__gte=F("first_year")),
                name="plan_period_years_in_order",
            ),
            year_check("first_year", "plan_period_first_year"),
            year_check("last_year", "plan_period_last_year"),
        ]

    def __str__(self) -> str:
        return self.name
